"""What one object takes from another that it shares variables with: self.w = shared.w if shared else tf.Variable(...).

Cells with dropout around them are made by each object, since each may drop otherwise; their weights are the other's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.analysis.scope import assign, code_of, parse
from migrate.classes.marks import is_attribute, tail

SUPPORT = "with_weights_of"


@dataclass(frozen=True)
class SharedParts:
    """The names that objects of a class share; `weights`: what makes a cell take weights over, "" to share cells."""

    names: Collection[str] = ()
    cells: Collection[str] = ()  # those of the names that hold cells, or layers around cells
    weights: str = ""


NOTHING_SHARED = SharedParts()


def taken(
    statements: list[cst.BaseStatement], shared: SharedParts, attributes: Mapping[str, str]
) -> list[cst.BaseStatement]:
    """The statements of a constructor, with what is made taken from the object `shared`, if one is given."""
    last: dict[str, int] = {}
    for place, statement in enumerate(statements):
        last.update((name, place) for name in assigned_names(statement))
    result: list[cst.BaseStatement] = []
    for place, statement in enumerate(statements):
        changed = statement.visit(_Taken(shared, attributes))
        assert isinstance(changed, cst.BaseStatement)
        result.append(changed)
        for name in dict.fromkeys(assigned_names(statement)):
            if not shared.weights or name not in shared.cells or last[name] != place or _loop(statement) is not None:
                continue
            held = _held(name, attributes)
            own = assign(name, parse(f"{shared.weights}(shared.{held}, {name})"))
            result.append(cst.If(cst.Name("shared"), cst.IndentedBlock([own])))
    return result


def _held(name: str, attributes: Mapping[str, str]) -> str:
    """The attribute that holds a name."""
    return attributes.get(name, tail(name) if is_attribute(name) else "")


def _loop(statement: cst.CSTNode) -> cst.Call | None:
    """keras.layers.RNN(cell, ...) that a statement makes."""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
    call = small.value if isinstance(small, cst.Assign) else None
    return call if isinstance(call, cst.Call) and code_of(call.func) == "keras.layers.RNN" else None


class _Taken(cst.CSTTransformer):
    """What is made becomes what another object has made, where one is given; under conditions too."""

    def __init__(self, shared: SharedParts, attributes: Mapping[str, str]) -> None:
        super().__init__()
        self.shared, self.attributes = shared, attributes

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def leave_Assign(self, original: cst.Assign, updated: cst.Assign) -> cst.Assign:
        target = updated.targets[0].target
        name = target.value if isinstance(target, cst.Name) else ""
        held = _held(name, self.attributes)
        if name not in self.shared.names or not held:
            return updated
        if self.shared.weights and name in self.shared.cells:
            return self._with_own_cell(updated, held)
        value = cst.IfExp(test=cst.Name("shared"), body=parse(f"shared.{held}"), orelse=updated.value)
        return updated.with_changes(value=value)

    def _with_own_cell(self, made: cst.Assign, held: str) -> cst.Assign:
        """A loop around the object's own cell."""
        loop = _loop(made)
        if loop is None:
            return made
        cell = loop.args[0].value
        text = f"{self.shared.weights}(shared.{held}.cell, {code_of(cell)}) if shared else {code_of(cell)}"
        return made.with_changes(
            value=loop.with_changes(args=[loop.args[0].with_changes(value=parse(text)), *loop.args[1:]])
        )
