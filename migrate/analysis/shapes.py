"""Static shapes: in TF1 a size was a Dimension with a `value`, in TF2 it is a number or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Scope, Slot, is_none
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]


def shape(
    ev: Evaluator, node: cst.Attribute, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """tensor.shape"""
    return values.Shape(_sizes(value)), node.with_changes(value=code)


def get_shape(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """tensor.get_shape()"""
    assert isinstance(node.func, cst.Attribute)
    return values.Shape(_sizes(value)), node.with_changes(func=node.func.with_changes(value=code))


def as_list(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """tensor.shape.as_list()"""
    assert isinstance(node.func, cst.Attribute)
    return value, node.with_changes(func=node.func.with_changes(value=code))


def dimension_value(
    ev: Evaluator, node: cst.Attribute, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """tensor.shape[1].value"""
    return values.Python(ev.constant(code, scope)), code


def of_placeholder(spec: cst.BaseExpression) -> tuple[cst.BaseExpression | None, ...]:
    """The sizes in tf.TensorSpec([None, steps, 3], dtype)."""
    given = spec.args[0].value if isinstance(spec, cst.Call) and spec.args else None
    if not isinstance(given, (cst.List, cst.Tuple)):
        return ()
    return tuple(None if is_none(element.value) else element.value for element in given.elements)


def known_size(ev: Evaluator, node: cst.Subscript, scope: Scope) -> cst.BaseExpression | None:
    """The text of tensor.shape[index] where the source shows it, so that it needs no tensor; else None.

    Inside a helper only for what is created before its call: its own text has to fit every call.
    """
    from migrate.analysis.finders import names_read

    if ev.calling and not ev.creating or not _of_shape(node.value) or len(node.slice) != 1:
        return None
    part = node.slice[0].slice
    index = ev.constant(part.value, scope) if isinstance(part, cst.Index) else None
    creating, ev.creating = ev.creating, False
    try:
        held = ev.look(node.value, scope)
    finally:
        ev.creating = creating
    if not isinstance(held, values.Shape) or not isinstance(index, int):
        return None
    size = held.sizes[index] if -len(held.sizes) <= index < len(held.sizes) else None
    if size is None or any(ev.program.bindings[name] > 1 for name in names_read(size)):
        return None  # unknown, or perhaps another number by now
    return size


def _of_shape(node: cst.BaseExpression) -> bool:
    """tensor.shape, tensor.get_shape() or the list of either."""
    if isinstance(node, cst.Call):
        return isinstance(node.func, cst.Attribute) and (
            node.func.attr.value == "get_shape" or (node.func.attr.value == "as_list" and _of_shape(node.func.value))
        )
    return isinstance(node, cst.Attribute) and node.attr.value == "shape"


def _sizes(value: Value) -> tuple[cst.BaseExpression | None, ...]:
    return value.sizes if isinstance(value, values.Tensor) else ()
