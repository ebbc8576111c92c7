"""The runtime uses TensorFlow's public modules only."""

from __future__ import annotations

import ast
import pathlib

PACKAGE = pathlib.Path(__file__).parents[2] / "tf1rnn"
PRIVATE = ("tensorflow.python", "tensorflow.core", "tensorflow.compiler", "tensorflow._api", "keras.src")


def imported(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
            found += [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return found


def test_no_private_module_is_imported() -> None:
    private = {
        f"{file.relative_to(PACKAGE)}: {name}"
        for file in PACKAGE.rglob("*.py")
        for name in imported(ast.parse(file.read_text(encoding="utf-8")))
        if name.startswith(PRIVATE)
    }
    assert not private


def test_nor_named_by_the_table() -> None:
    from tf1rnn import tables

    modules = {module for group in tables.OURS.values() for module in group}
    assert {m for m in modules if not m.startswith(("tf1rnn.", "tensorflow.compat.v1"))} == set()
