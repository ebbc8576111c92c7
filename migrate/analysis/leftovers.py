"""What must not be left over in the new program and cannot be told from plain Python by its text alone."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from migrate.analysis import values
from migrate.analysis.program import Program
from migrate.analysis.scope import Refuse, code_of


def check_state_parts(program: Program, statements: Iterable[cst.BaseStatement]) -> None:
    """No `.c` and `.h` of fetched states: they are plain tuples now, and the analysis has not seen this one.

    Raises Refuse for a program that fetches the state of an LSTM and still reads an attribute of one of these names.
    """
    if not any(_gives_state(leaf.value) for site in program.sites for leaf in site.fetch.leaves()):
        return
    left = _Parts()
    for statement in statements:
        statement.visit(left)
    if not left.found:
        return
    known = _Parts()
    program.module.visit(known)
    text = next(iter(left.found))
    raise Refuse(
        known.found.get(text),
        "state-attribute",
        f"{text} may be a part of a state that was fetched, which is a plain tuple (c, h) in the new program",
        "Write state[0] for state.c and state[1] for state.h.",
    )


def _gives_state(value: values.Value) -> bool:
    if not isinstance(value, values.State):
        return False
    cell = value.cell
    cells = (cell,) if isinstance(cell, values.Cell) else cell.cells or (cell.one,)
    return any(inner.spec.kind == "lstm" for inner in cells)


class _Parts(cst.CSTVisitor):
    """Attributes c and h, by their text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, cst.Attribute] = {}

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value in ("c", "h"):
            self.found.setdefault(code_of(node), node)
