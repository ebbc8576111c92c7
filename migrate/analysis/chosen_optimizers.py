"""An optimizer that a condition chooses: each branch assigns another one to the same name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.optimizers import OPTIMIZERS
from migrate.analysis.program import OptimizerRecord
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, code_of

if TYPE_CHECKING:
    from migrate.analysis.blocks import Walker


def chosen_optimizer(walker: Walker, node: cst.BaseStatement, scope: Scope) -> list[cst.BaseStatement] | None:
    """The condition with Keras's optimizers in its branches; None for any other statement."""
    name = _name(walker, node, scope) if isinstance(node, cst.If) else None
    if name is None:
        return None
    assert isinstance(node, cst.If)
    start = len(walker.program.optimizers)
    rewritten = _rewritten(walker, node, scope)
    kept, *others = walker.program.optimizers[start:]
    for other in others:
        merge(node, kept, other)
    del walker.program.optimizers[start + 1 :]
    kept.name = name
    scope.bind(name, Binding(values.Optimizer(start), name=name))
    walker._assigned(name)
    return [rewritten]


def merge(node: cst.CSTNode, kept: OptimizerRecord, other: OptimizerRecord) -> None:
    """What holds for every optimizer that may have been chosen holds for the one that was.

    Raises Refuse where their rates are not one tensor.
    """
    rates = ["" if record.rate_code is None else code_of(record.rate_code) for record in (kept, other)]
    if rates[0] != rates[1] or kept.schedule != other.schedule:
        raise Refuse(node, "learning-rate", "a condition chooses between optimizers whose rates change differently")
    sides = ((kept, other), (other, kept))
    kept.mixed = kept.mixed or any(a.by_rows and b.densify and not b.by_rows for a, b in sides)
    kept.shrinks = kept.shrinks or other.shrinks
    kept.by_rows |= other.by_rows
    kept.summed_rows |= other.summed_rows
    kept.densify = kept.densify or other.densify
    kept.sparse = kept.sparse and other.sparse


def _name(walker: Walker, node: cst.If, scope: Scope) -> str | None:
    """The name that every branch assigns an optimizer to; a branch may raise instead."""
    names: set[str] = set()
    part: cst.If | cst.Else | None = node
    while part is not None:
        statements = part.body.body
        line = statements[0] if len(statements) == 1 else None
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            return None
        small = line.body[0]
        if isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.targets[0].target, cst.Name):
            symbol = walker.ev.symbol_of(small.value.func, scope) if isinstance(small.value, cst.Call) else None
            if symbol is None or walker.program.canonical(symbol) not in OPTIMIZERS:
                return None
            names.add(small.targets[0].target.value)
        elif not isinstance(small, cst.Raise):
            return None
        part = part.orelse if isinstance(part, cst.If) else None
    return names.pop() if len(names) == 1 else None


def _rewritten(walker: Walker, node: cst.If, scope: Scope) -> cst.If:
    slot = Slot()
    _, test = walker.ev.evaluate(node.test, scope, slot)
    if slot.needs:
        raise Refuse(node, "tensor-in-python", "a Python condition depends on a tensor of the graph")
    orelse = node.orelse
    if isinstance(orelse, cst.If):
        orelse = _rewritten(walker, orelse, scope)
    elif isinstance(orelse, cst.Else):
        orelse = orelse.with_changes(body=_branch(walker, orelse.body, scope))
    return node.with_changes(test=test, body=_branch(walker, node.body, scope), orelse=orelse)


def _branch(walker: Walker, body: cst.BaseSuite, scope: Scope) -> cst.BaseSuite:
    line = body.body[0]
    small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
    if not isinstance(small, cst.Assign):
        return body
    slot = Slot()
    _, code = walker.ev.evaluate(small.value, scope, slot)
    assert isinstance(line, cst.SimpleStatementLine)
    return body.with_changes(body=[line.with_changes(body=[small.with_changes(value=code)])])
