"""Which Python a file was written for: 2, 3, or either.

A file is Python 2 if today's parser rejects it and Python 2's grammar does not, or if it uses what only Python 2 had
and does not care for Python 3 (`try: … except ImportError`, a look at `sys.version_info`). It is Python 3 if it uses
what only Python 3 has. Everything else runs on either.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from tf1rnn.python2.modules import ATTRIBUTES, GONE_MODULES

# Builtins of Python 2 that Python 3 has not.
GONE_BUILTINS = frozenset(
    "apply basestring buffer cmp coerce execfile file intern long raw_input reduce reload unichr unicode xrange".split()
)

# Methods of Python 2's dict; other classes have them too, so they count for less.
GONE_METHODS = frozenset("has_key iteritems iterkeys itervalues viewitems viewkeys viewvalues".split())

# Modules that only Python 3 has.
NEW_MODULES = frozenset(
    "asyncio builtins concurrent configparser enum html http pathlib queue reprlib statistics tkinter typing "
    "urllib.error urllib.parse urllib.request".split()
)

NEW_SYNTAX = (
    ast.AnnAssign,
    ast.AsyncFor,
    ast.AsyncFunctionDef,
    ast.AsyncWith,
    ast.Await,
    ast.JoinedStr,
    ast.MatMult,
    ast.NamedExpr,
    ast.Nonlocal,
    ast.YieldFrom,
)

CARING = ("ImportError", "ModuleNotFoundError", "NameError", "AttributeError", "Exception", "BaseException")


@dataclass(frozen=True)
class Verdict:
    """The language of a file ("2", "3" or "either"), and what shows it. `inside` are the functions that hold all of
    what shows it, if it stands only in functions: a program may never call them.
    """

    language: str
    line: int = 0
    why: str = ""
    inside: frozenset[str] = frozenset()


def of_tree(tree: ast.Module, local_modules: frozenset[str] = frozenset()) -> Verdict:
    """The language of a file that parses as Python 3; `local_modules` are the modules beside it."""
    names = _Bound(tree)
    unguarded = list(careless(tree))
    for node in ast.walk(tree):
        new = _only_python3(node, names)
        if new:
            return Verdict("3", getattr(node, "lineno", 0), new)
    for node in unguarded:
        modules = [a.name for a in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", "")]
        if set(modules) & NEW_MODULES and not getattr(node, "level", 0) and not set(modules) & local_modules:
            return Verdict("3", getattr(node, "lineno", 0), "a module of Python 3")
    reasons = ((node, _only_python2(node, names, local_modules)) for node in unguarded)
    found = [(getattr(node, "lineno", 0), why) for node, why in reasons if why]
    if not found:
        return Verdict("either")
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    holders = [next((f.name for f in functions if _holds(f, line)), "") for line, _ in found]
    return Verdict("2", *min(found), frozenset(holders) if all(holders) else frozenset())


def _holds(function: ast.FunctionDef, line: int) -> bool:
    return function.body[0].lineno <= line <= (function.end_lineno or 0)


def features(tree: ast.Module) -> set[str]:
    """What a file imports of `__future__`."""
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    return {alias.name for node in imports for alias in node.names}


def mentioned(tree: ast.Module) -> set[str]:
    """The names that a file reads, of variables and of attributes."""
    loads = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    return loads | imported | {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}


class _Bound(ast.NodeVisitor):
    """What a file binds anywhere, and the modules its names stand for."""

    def __init__(self, tree: ast.Module) -> None:
        self.names: set[str] = set()
        self.modules: dict[str, str] = {}
        self.star = False
        self.future: set[str] = set()
        self.visit(tree)

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.names.add(node.id)

    def visit_arg(self, node: ast.arg) -> None:
        self.names.add(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.names.add(node.name)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.names.add(node.name)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.names.add(node.name or "")
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            self.names.add(bound)
            self.modules[bound] = alias.name if alias.asname else bound

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self.star |= alias.name == "*"
            self.names.add(alias.asname or alias.name)
            if node.module == "__future__":
                self.future.add(alias.name)


def careless(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that stand where no care is taken for both Pythons."""
    yield node
    if isinstance(node, ast.Try) and any(_cares(handler) for handler in node.handlers):
        parts: list[ast.AST] = [*node.orelse, *node.finalbody]
    elif isinstance(node, (ast.If, ast.IfExp, ast.BoolOp)) and _asks_the_version(node):
        parts = []
    else:
        parts = list(ast.iter_child_nodes(node))
    for part in parts:
        yield from careless(part)


def _cares(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(n, ast.Name) and n.id in CARING for n in ast.walk(handler.type))


def _asks_the_version(node: ast.If | ast.IfExp | ast.BoolOp) -> bool:
    tests = node.values[:1] if isinstance(node, ast.BoolOp) else [node.test]
    words = {getattr(n, "attr", getattr(n, "id", "")) for test in tests for n in ast.walk(test)}
    return bool(words & {"version_info", "version", "hexversion", "PY2", "PY3", "python_version", "hasattr"})


def _only_python3(node: ast.AST, names: _Bound) -> str:
    if isinstance(node, NEW_SYNTAX):
        return type(node).__name__
    if isinstance(node, (ast.FunctionDef, ast.Lambda)):
        arguments = node.args
        if arguments.kwonlyargs or arguments.posonlyargs:
            return "keyword-only arguments"
        if any(a.annotation for a in arguments.args) or getattr(node, "returns", None):
            return "annotations"
    if isinstance(node, ast.ClassDef) and node.keywords:
        return "keywords of a class"
    if isinstance(node, ast.Raise) and node.cause:
        return "raise from"
    if isinstance(node, (ast.Assign, ast.For)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(n, ast.Starred) for target in targets for n in ast.walk(target)):
            return "starred targets"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id == "print" and node.keywords and "print_function" not in names.future:
            return "print with keywords"
        if node.func.id == "super" and not node.args:
            return "super()"
    return ""


def _only_python2(node: ast.AST, names: _Bound, local_modules: frozenset[str]) -> str:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in GONE_BUILTINS:
        if node.id not in names.names and not names.star and not hasattr(builtins, node.id):
            return node.id
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name in GONE_MODULES and alias.name not in local_modules:
                return f"import {alias.name}"
    if isinstance(node, ast.ImportFrom) and not node.level and node.module not in local_modules:
        if node.module in GONE_MODULES:
            return f"from {node.module} import"
        for alias in node.names:
            if alias.name in ATTRIBUTES.get(node.module or "", ()):
                return f"{node.module}.{alias.name}"
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Load):
        module = names.modules.get(node.value.id, "")
        if node.attr in ATTRIBUTES.get(module, ()) and module not in local_modules:
            return f"{module}.{node.attr}"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.keywords:
        method = node.func.attr
        # pandas had iteritems() for long; a class of the file may define such a method; six's take an argument
        if method in GONE_METHODS and len(node.args) == (method == "has_key") and method not in names.names:
            if "pandas" not in names.modules.values():
                return f".{method}()"
    return ""


def new_syntax(tree: ast.Module) -> bool:
    """Whether a tree has syntax that Python 2 never had (and that no conversion from it makes)."""
    return any(
        isinstance(node, NEW_SYNTAX) or (isinstance(node, ast.arguments) and bool(node.kwonlyargs or node.posonlyargs))
        for node in ast.walk(tree)
    )
