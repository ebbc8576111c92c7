"""The calls in a user's file that a bridge takes part in: `int(x)`, `open(path, "rU")`, `thread.isAlive()`."""

from __future__ import annotations

import ast

from tf1rnn import bridges
from tf1rnn.older_library import METHODS


def bridged_call(node: ast.Call, python2: bool) -> ast.Call:
    """The call, with a bridge inside where it may need one; changed in place. `python2`: its open() takes a U."""
    function = node.func
    single = len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred)
    if isinstance(function, ast.Name):
        if function.id in bridges.SCALAR_TYPES and single:
            node.args[0] = _through(bridges.SCALAR, node.args[0])
        elif function.id == "open" and not python2:
            if len(node.args) > 1 and not any(isinstance(a, ast.Starred) for a in node.args[:2]):
                node.args[1] = _through(bridges.OPEN_MODE, node.args[1])
            for keyword in node.keywords:
                if keyword.arg == "mode":
                    keyword.value = _through(bridges.OPEN_MODE, keyword.value)
    elif isinstance(function, ast.Attribute) and function.attr in METHODS and not node.args and not node.keywords:
        node.func = _through(bridges.METHOD, function.value, ast.Constant(function.attr))
    return node


def _through(function: str, argument: ast.expr, *rest: ast.expr) -> ast.Call:
    call = ast.Call(ast.Name(function, ast.Load()), [argument, *rest], [])
    return ast.fix_missing_locations(ast.copy_location(call, argument))
