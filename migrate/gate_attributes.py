"""Attributes of objects: what the methods of a class read of `self` has to be given to it somewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_OPEN = {"__getattr__", "__getattribute__", "__slots__"}
_DYNAMIC = {"setattr", "vars"}


def unassigned(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, name) of attributes that methods read and nothing in the file assigns.

    Classes with a base class or without a constructor (bases themselves, perhaps), and those whose attributes are set
    by name, are left out.
    """
    stored = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
    }
    named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and _closed(node):
            bound = stored | named | set(_bound_in_body(node)) | set(dir(object))
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    for line, name in _reads(method):
                        if name not in bound:
                            yield line, name


def _closed(node: ast.ClassDef) -> bool:
    bases = [base.id if isinstance(base, ast.Name) else "" for base in node.bases]
    if any(base != "object" for base in bases) or node.keywords or node.decorator_list:
        return False
    if any(isinstance(part, ast.Name) and part.id in _DYNAMIC for part in ast.walk(node)):
        return False
    if any(isinstance(part, ast.Attribute) and part.attr == "__dict__" for part in ast.walk(node)):
        return False
    bound = set(_bound_in_body(node))
    return "__init__" in bound and not _OPEN & bound


def _bound_in_body(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield statement.name
        else:
            for part in ast.walk(statement):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    yield part.id


def _reads(method: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    decorators = {part.id for part in method.decorator_list if isinstance(part, ast.Name)}
    if not method.args.args or decorators & {"staticmethod", "classmethod"}:
        return
    own = method.args.args[0].arg
    for node in ast.walk(method):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            if isinstance(node.value, ast.Name) and node.value.id == own:
                yield node.lineno, node.attr
