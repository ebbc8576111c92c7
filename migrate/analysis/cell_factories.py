"""Helpers that make cells: what the cell drops by is written as the caller wrote it."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from migrate.analysis import values
from migrate.analysis.expressions import Evaluator, is_symbolic
from migrate.analysis.scope import Scope, Slot


def of_caller(
    ev: Evaluator, result: values.Cell | values.Stack | values.CellList, definition: cst.FunctionDef,
    args: list[cst.Arg], scope: Scope,
) -> values.Cell | values.Stack | values.CellList:
    """A cell that a helper has made: what it drops by is written as the caller wrote it."""
    every = [*definition.params.params, *definition.params.kwonly_params]
    codes = {p.name.value: p.default for p in every if p.default is not None}
    touched = Slot()
    for parameter, arg in zip(parameters_of(definition, args), args, strict=True):
        codes[parameter] = arg.value
        if is_symbolic(ev.look(arg.value, scope)):
            ev.evaluate(arg.value, scope, touched)

    def keep(node: cst.BaseExpression | None) -> cst.BaseExpression | None:
        changed = node.visit(_Given(codes)) if node is not None else None
        assert changed is None or isinstance(changed, cst.BaseExpression)
        return changed

    def one(cell: values.Cell) -> values.Cell:
        return replace(
            cell,
            input_keep=keep(cell.input_keep),
            output_keep=keep(cell.output_keep),
            needs=cell.needs | touched.needs,
            captures=cell.captures | touched.captures,
        )

    if isinstance(result, values.Cell):
        return one(result)
    repeated = one(result.repeated) if result.repeated is not None else None
    if isinstance(result, values.CellList):
        assert repeated is not None
        return replace(result, repeated=repeated)
    cells = tuple(one(cell) for cell in result.cells)
    inputs, outputs = keep(result.input_keep), keep(result.output_keep)
    return replace(result, repeated=repeated, cells=cells, input_keep=inputs, output_keep=outputs)


class _Given(cst.CSTTransformer):
    """Parameters replaced by what they are given."""

    def __init__(self, codes: dict[str, cst.BaseExpression]) -> None:
        super().__init__()
        self.codes = codes

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.BaseExpression:
        return self.codes.get(updated.value, updated)

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        return updated.with_changes(attr=original.attr)


def parameters_of(definition: cst.FunctionDef, args: list[cst.Arg]) -> list[str]:
    """The parameter that each argument of a call goes to."""
    names = [p.name.value for p in definition.params.params]
    return [arg.keyword.value if arg.keyword else names[position] for position, arg in enumerate(args)]
