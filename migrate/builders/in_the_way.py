"""The function that stands in the way of a migration, if the program would be the same without it.

What a helper cannot be in the new program (it makes placeholders, gives cells together with tensors, creates by its
own names) its caller often can: a function that is called once can be written out in the place of its call.
"""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from migrate.builders.inline import called_once
from migrate.classes.positions import Positions
from migrate.classes.survey import tensorflow_names
from migrate.modules.marks import place_of

CODES = {
    "anonymous-variable",
    "cell-list",
    "conditional-creation",
    "creation-in-loop",
    "helper-creates",
    "helper-differs",
    "helper-returns",
    "local-creation",
    "loop-result",
    "nested-variable",
    "placeholder-in-helper",
    "placeholder-in-loop",
    "python-in-graph",
    "statement",
    "summary",
    "unfed-placeholder",
    "unknown-cell",
    "update-in-helper",
}


def in_the_way(
    module: cst.Module, positions: Positions, place: tuple[int, int], written_out: Collection[str]
) -> str | None:
    """The name of a function that is called once and holds the line, or is called there; None if there is none.

    place: number of the file and line where the analysis stopped.
    written_out: functions that are not there any more.
    """
    tensorflow = tensorflow_names(module)
    functions = {item.name.value: item for item in module.body if isinstance(item, cst.FunctionDef)}
    once = {name for name, item in functions.items() if called_once(item, module, tensorflow)}
    here = next((name for name, item in functions.items() if _holds(positions, item, place)), None)
    while here in written_out:
        here = next((name for name, item in functions.items() if name != here and _calls(item, here)), None)
    if here in once:
        return here
    left = once - set(written_out)
    finder = _Called(left, positions, place)
    module.visit(finder)
    if finder.found is None:  # the line of a call that is not there any more, of what that function returned
        outer = _Called({name for name in functions if name in written_out}, positions, place)
        module.visit(outer)
        return _returned(functions[outer.found], left) if outer.found is not None else None
    return finder.found


def _returned(function: cst.FunctionDef, names: set[str]) -> str | None:
    """The one of some functions whose result a function returns."""
    finder = _Called(names, {}, None)
    for statement in function.body.body:
        if isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[-1], cst.Return):
            statement.visit(finder)
    return finder.found


def _holds(positions: Positions, node: cst.CSTNode, place: tuple[int, int]) -> bool:
    found = positions.get(node)
    if found is None:
        return False
    number, first = place_of(found.start.line)
    return number == place[0] and first <= place[1] <= place_of(found.end.line)[1]


def _calls(function: cst.FunctionDef, name: str | None) -> bool:
    finder = _Called({name} if name is not None else set(), {}, None)
    function.body.visit(finder)
    return finder.found is not None


class _Called(cst.CSTVisitor):
    """Whether one of some functions is called, in a given line if there is one."""

    def __init__(self, names: set[str], positions: Positions, place: tuple[int, int] | None) -> None:
        super().__init__()
        self.names, self.positions, self.place = names, positions, place
        self.found: str | None = None

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Name) and node.func.value in self.names:
            if self.place is None or _holds(self.positions, node, self.place):
                self.found = node.func.value
