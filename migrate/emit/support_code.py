"""The code that a migrated file may need besides TensorFlow and Keras, from migrate/emit/support/NAME.py."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("support")


def names() -> list[str]:
    """All support snippets."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def load(name: str) -> str:
    """The definitions of a snippet, without its docstring and imports, ending in one line end."""
    text = _text(name)
    first = next(node for node in ast.parse(text).body if isinstance(node, (ast.FunctionDef, ast.ClassDef)))
    start = min([first.lineno, *(decorator.lineno for decorator in first.decorator_list)])
    return "".join(text.splitlines(keepends=True)[start - 1 :]).rstrip("\n") + "\n"


def imports(name: str) -> tuple[str, ...]:
    """The import statements that the snippet needs: "import tensorflow as tf"."""
    body = ast.parse(_text(name)).body
    return tuple(ast.unparse(node) for node in body if isinstance(node, (ast.Import, ast.ImportFrom)))


def defines(name: str) -> tuple[str, ...]:
    """The names that the snippet binds in the file."""
    body = ast.parse(_text(name)).body
    return tuple(node.name for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef)))


def order(wanted: Iterable[str]) -> list[str]:
    """The snippets and those they call, each after what it calls; otherwise by name."""
    ordered: list[str] = []

    def add(name: str) -> None:
        for other in _needs(name):
            add(other)
        if name not in ordered:
            ordered.append(name)

    for name in sorted(wanted):
        add(name)
    return ordered


@cache
def _text(name: str) -> str:
    return (FOLDER / f"{name}.py").read_text(encoding="utf-8")


def _needs(name: str) -> list[str]:
    read = {node.id for node in ast.walk(ast.parse(_text(name))) if isinstance(node, ast.Name)}
    own = set(defines(name))
    others = {other: set(defines(other)) for other in names() if other != name}
    return [other for other, defined in others.items() if not own & defined and defined & read]
