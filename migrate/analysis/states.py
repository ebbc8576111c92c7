"""Subscripts and attributes of what RNN code passes around: outputs, states, lists of steps, dicts of weights.

A state keeps TF1's form in the new program wherever it is used as a whole: an LSTM's is the tuple (c, h).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.feeds import loaded
from migrate.analysis.scope import Refuse, Scope, Slot, code_of
from migrate.analysis.values import UNKNOWN, Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]


def element(state: values.State, index: int) -> Value:
    """The value of state[index]."""
    cell = state.cell
    if isinstance(cell, values.LiveCell):
        return values.Tensor() if cell.kind == "lstm" else values.State(values.LiveCell(""))
    if isinstance(cell, values.Stack):
        inner = cell.repeated if cell.repeated is not None else cell.cells[index]
        return values.State(inner, state.call) if inner.spec.kind == "lstm" else values.Tensor()
    return values.Tensor()


def subscript(ev: Evaluator, node: cst.Subscript, scope: Scope, slot: Slot) -> Result:
    value, code = ev.evaluate(node.value, scope, slot)
    index = _constant_index(ev, node, scope)
    if isinstance(value, (values.Tensor, values.Tensors)) and value.outputs_of and _is_last(node, value, index):
        ev.program.next.uses[value.outputs_of, "last"] += 1
        if value.only_last:
            return values.Tensor(), code
    if isinstance(value, values.Feed):
        return values.Python(), loaded(ev, node, code, scope)
    parts = [part.with_changes(slice=ev._rebuild(part.slice, scope, slot)) for part in node.slice]
    changed = node.with_changes(value=code, slice=parts)
    if isinstance(value, values.Sequence):
        if isinstance(index, int) and -len(value.items) <= index < len(value.items):
            if len(value.codes) == len(value.items) and isinstance(node.value, cst.Call):
                own = value.codes[index]
                if own is not None:
                    return value.items[index], own
            return value.items[index], changed
        if all(isinstance(item, (values.Python, values.Fetched)) for item in value.items):
            return values.Python(), changed  # what a run gave
        if is_tensorlike(value):
            return values.Tensor() if index is not None else values.Tensors(), changed
        raise Refuse(node, "unknown-index", "a list of graph objects is indexed by something the source does not show")
    if isinstance(value, values.Mapping):
        item = value.get(code_of(node.slice[0].slice)) if len(node.slice) == 1 else None
        if item is None and len(value.items) and len({type(v) for _, v in value.items}) == 1:
            item = value.items[0][1]
        if item is None:
            raise Refuse(node, "unknown-index", "a dict of graph objects has no such literal key")
        if isinstance(item, values.Variable):
            slot.variables.add(item.owner)
        return item, changed
    if isinstance(value, (values.Tensors, values.Gradients)):
        unlisted = value.weights if isinstance(value, values.Tensors) else not value.listed
        if unlisted:
            raise Refuse(
                node,
                "variable-order",
                "one of all variables is picked by its place, and the new program has them in another order",
                "Name the variable.",
            )
    if isinstance(value, values.Tensors):
        one = values.SparseTensor() if value.sparse else values.Tensor()
        return (one if _is_index(node) else values.Tensors(sparse=value.sparse)), changed
    if isinstance(value, values.State) and is_one_tensor(value):
        slot.graph = True
        return values.Tensor(), changed
    if isinstance(value, values.State):
        if not isinstance(index, int):
            raise Refuse(node, "state-index", "the state of an RNN is indexed by something the source does not show")
        return element(value, index), changed
    if isinstance(value, (values.Tensor, values.Variable)):
        slot.graph = True
        return values.Tensor(one_weight=isinstance(value, values.Tensor) and value.one_weight), changed
    if isinstance(value, values.Shape):
        return values.Dimension() if _is_index(node) else value, changed
    if isinstance(value, values.Fetched):
        return (fetched_part(value, index) if isinstance(index, int) else values.Python()), changed
    if isinstance(value, values.RnnResult):
        from migrate.analysis.loop_results import part

        return part(value.call, index, lambda: None)
    if isinstance(value, values.Gradients):
        return values.Tensor(), changed
    if isinstance(value, values.CellList):
        return value.repeated, changed
    return values.Python(ev.constant(node, scope)), changed


def fetched_part(value: values.Fetched, index: int) -> Value:
    """One part of a state that a run gave: again a state for a stack of LSTMs."""
    assert isinstance(value.of, values.State)
    if is_one_tensor(value.of):
        return values.Python()
    inner = element(value.of, index)
    return values.Fetched(inner) if isinstance(inner, values.State) else values.Python()


def is_one_tensor(state: values.State) -> bool:
    """Whether the state is a tensor, not a tuple: that of a single cell that is no LSTM."""
    if isinstance(state.cell, values.LiveCell):
        return state.cell.kind == "one"
    return isinstance(state.cell, values.Cell) and state.cell.spec.kind != "lstm"


def is_tensorlike(value: values.Sequence) -> bool:
    return all(isinstance(item, (values.Tensor, values.Variable)) for item in value.items)


def _is_index(node: cst.Subscript) -> bool:
    return len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index)


def _constant_index(ev: Evaluator, node: cst.Subscript, scope: Scope) -> object:
    if not _is_index(node):
        return None
    part = node.slice[0].slice
    assert isinstance(part, cst.Index)
    value = ev.constant(part.value, scope)
    return part if value is UNKNOWN else value


def _is_last(node: cst.Subscript, value: Value, index: object) -> bool:
    """outputs[-1] of a list of steps, outputs[:, -1] or outputs[:, -1, :] of a tensor [batch, time, units]."""
    if isinstance(value, values.Tensors):
        return index == -1
    texts = ["".join(code_of(part.slice).split()) for part in node.slice]
    return texts in ([":", "-1"], [":", "-1", ":"])


def state_attribute(
    ev: Evaluator, node: cst.Attribute, value: values.State, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """state.c and state.h of an LSTM: positions 0 and 1 of the tuple."""
    cell = value.cell
    lstm = cell.kind == "lstm" if isinstance(cell, values.LiveCell) else _is_lstm(cell)
    if not lstm:
        raise Refuse(node, "state-attribute", "this state has no parts c and h")
    position = {"c": "0", "h": "1"}[node.attr.value]
    index = cst.SubscriptElement(cst.Index(cst.Integer(position)))
    return values.Tensor(), cst.Subscript(value=code, slice=[index])


def _is_lstm(cell: values.Cell | values.Stack) -> bool:
    return isinstance(cell, values.Cell) and cell.spec.kind == "lstm"


def zero_state_code(
    ev: Evaluator, state: values.ZeroState, template: str = "tf.zeros([{batch}, {units}])", batch: str | None = None
) -> str:
    """The text of a zero state in TF1's form; `template` may ask for specs instead of zeros."""

    def one(cell: values.Cell) -> str:
        part = template.format(batch=batch or code_of(state.batch), units=code_of(cell.spec.units))
        return f"({part}, {part})" if cell.spec.kind == "lstm" else part

    cell = state.cell
    if isinstance(cell, values.Cell):
        return one(cell)
    if cell.repeated is not None:
        if cell.count is not None:
            return f"tuple({one(cell.repeated)} for _ in range({code_of(cell.count)}))"
        comp = cell.repeat
        assert comp is not None
        return f"tuple({one(cell.repeated)} {code_of(comp.for_in).strip()})"  # type: ignore[attr-defined]
    return "(" + ", ".join(one(inner) for inner in cell.cells) + ("," if len(cell.cells) == 1 else "") + ")"
