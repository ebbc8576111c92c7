"""Parameters that are tuples, `def f(a, (b, c))` and `lambda (a, b): …`: gone since Python 3.

The fixer puts a name in the place of the tuple, made of the tuple's own text; `unpacked` puts the unpacking back.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from fissix import fixer_base, fixer_util

MARK = "__tf1rnn_py2_tuple_"


class FixParameters(fixer_base.BaseFix):  # type: ignore[misc]
    """Rewrites parameters that are tuples into names that carry the text of the tuple."""

    BM_compatible = False
    PATTERN = "tfpdef< '(' any ')' > | vfpdef< '(' any ')' >"

    def transform(self, node: Any, results: Any) -> Any:
        return fixer_util.Name(MARK + str(node).strip().encode().hex(), prefix=node.prefix)


def _text(name: str) -> str:
    """The tuple that a name stands for, tuples within it too."""
    text = bytes.fromhex(name.removeprefix(MARK)).decode()
    return re.sub(MARK + "[0-9a-f]+", lambda inner: _text(inner[0]), text)


def unpacked(node: ast.FunctionDef | ast.Lambda) -> None:
    """Unpacks a function's parameters that the fixer has named, in place."""
    names = [a.arg for a in node.args.args if a.arg.startswith(MARK)]
    if not names:
        return
    targets = [ast.parse(f"{_text(name)} = 0").body[0] for name in names]
    stores: list[ast.expr] = [target.targets[0] for target in targets if isinstance(target, ast.Assign)]
    loads: list[ast.expr] = [ast.Name(name, ast.Load()) for name in names]
    store, load = ast.Tuple(stores, ast.Store()), ast.Tuple(loads, ast.Load())
    if isinstance(node, ast.FunctionDef):
        new: Any = ast.Assign([store], load)
        node.body.insert(0 if ast.get_docstring(node) is None else 1, new)
    else:
        # [body for (a, b) in [(parameter,)]][0]: a scope of its own, as a lambda is
        bound = ast.comprehension(store, ast.List([load], ast.Load()), [], 0)
        new = ast.Subscript(ast.ListComp(node.body, [bound]), ast.Constant(0), ast.Load())
        node.body = new
    for part in [new, *ast.walk(store), *ast.walk(load), *([new.value, new.slice] if hasattr(new, "slice") else [])]:
        ast.copy_location(part, node)
    ast.fix_missing_locations(new)
