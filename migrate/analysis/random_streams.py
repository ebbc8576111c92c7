"""A program that seeds Python's `random`: Keras draws from it too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis.scope import dotted

if TYPE_CHECKING:
    from migrate.analysis.program import Program

_NOTE = (
    "Keras draws the seeds of layers and initializers from Python's random too: "
    "after they are created, this seed gives the program other numbers than in TF1."
)


def note_shared_stream(program: Program, migrated: Iterable[str]) -> None:
    """A note at the first `random.seed(...)` of a program whose migrated texts make Keras layers or initializers."""
    if not any("keras.layers." in text or "keras.initializers." in text for text in migrated):
        return
    finder = _PythonSeeds()
    program.module.visit(finder)
    if finder.first is not None:
        program.note(finder.first, _NOTE)


class _PythonSeeds(cst.CSTVisitor):
    """The first call that seeds Python's `random`, however it is imported."""

    def __init__(self) -> None:
        super().__init__()
        self.first: cst.Call | None = None
        self._names: set[str] = set()

    def visit_Import(self, node: cst.Import) -> None:
        for alias in node.names:
            if alias.evaluated_name == "random":
                self._names.add(f"{alias.evaluated_alias or 'random'}.seed")

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        if node.module is not None and dotted(node.module) == "random" and not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                if alias.evaluated_name == "seed":
                    self._names.add(alias.evaluated_alias or "seed")

    def visit_Call(self, node: cst.Call) -> None:
        if self.first is None and dotted(node.func) in self._names:
            self.first = node
