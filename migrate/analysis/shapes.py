"""Static shapes: in TF1 a size was a Dimension with a `value`, in TF2 it is a number or None."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Scope, Slot
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]


def shape(
    ev: Evaluator, node: cst.Attribute, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """tensor.shape"""
    return values.Shape(), node.with_changes(value=code)


def get_shape(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """tensor.get_shape()"""
    assert isinstance(node.func, cst.Attribute)
    return values.Shape(), node.with_changes(func=node.func.with_changes(value=code))


def dimension_value(
    ev: Evaluator, node: cst.Attribute, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """tensor.shape[1].value"""
    return values.Python(), code
