"""Values that the source itself shows: literals, names bound to them once, and tf.__version__."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import libcst as cst

from migrate.analysis.values import UNKNOWN

TF1_VERSION = "1.15.5"

_BINARY: dict[type[cst.CSTNode], Callable[[Any, Any], Any]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.Divide: operator.truediv,
    cst.FloorDivide: operator.floordiv,
    cst.Modulo: operator.mod,
}
_COMPARE: dict[type[cst.CSTNode], Callable[[Any, Any], Any]] = {
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    cst.Is: operator.is_,
    cst.IsNot: operator.is_not,
}
_NAMES = {"True": True, "False": False, "None": None}
_FUNCTIONS: dict[str, Callable[..., Any]] = {"int": int, "float": float, "str": str, "len": len, "bool": bool}
_METHODS = {"split", "startswith", "endswith", "lower", "upper", "strip"}


def constant(node: cst.BaseExpression, lookup: Callable[[cst.BaseExpression], Any]) -> Any:
    """The value of an expression, or UNKNOWN; `lookup` knows names and attributes such as tf.__version__."""
    try:
        return _constant(node, lookup)
    except (ArithmeticError, TypeError, ValueError, LookupError, AttributeError):
        return UNKNOWN


def _constant(node: cst.BaseExpression, lookup: Callable[[cst.BaseExpression], Any]) -> Any:
    if isinstance(node, (cst.Integer, cst.Float, cst.SimpleString)):
        return node.evaluated_value
    if isinstance(node, cst.Name):
        return _NAMES[node.value] if node.value in _NAMES else lookup(node)
    if isinstance(node, cst.Attribute):
        return lookup(node)
    if isinstance(node, cst.UnaryOperation):
        value = _constant(node.expression, lookup)
        if value is UNKNOWN:
            return UNKNOWN
        return (
            not value
            if isinstance(node.operator, cst.Not)
            else -value
            if isinstance(node.operator, cst.Minus)
            else UNKNOWN
        )
    if isinstance(node, cst.BooleanOperation):
        left = _constant(node.left, lookup)
        if left is UNKNOWN:
            return UNKNOWN
        stop = not left if isinstance(node.operator, cst.And) else left
        return left if stop else _constant(node.right, lookup)
    if isinstance(node, cst.BinaryOperation):
        left, right = _constant(node.left, lookup), _constant(node.right, lookup)
        function = _BINARY.get(type(node.operator))
        return UNKNOWN if left is UNKNOWN or right is UNKNOWN or function is None else function(left, right)
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        left = _constant(node.left, lookup)
        right = _constant(node.comparisons[0].comparator, lookup)
        function = _COMPARE.get(type(node.comparisons[0].operator))
        return UNKNOWN if left is UNKNOWN or right is UNKNOWN or function is None else function(left, right)
    if isinstance(node, cst.Subscript) and len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Index):
        base, index = _constant(node.value, lookup), _constant(node.slice[0].slice.value, lookup)
        return UNKNOWN if base is UNKNOWN or index is UNKNOWN else base[index]
    if isinstance(node, cst.Call):
        values = [_constant(arg.value, lookup) for arg in node.args if arg.keyword is None and not arg.star]
        if len(values) != len(node.args) or any(value is UNKNOWN for value in values):
            return UNKNOWN
        if isinstance(node.func, cst.Name) and node.func.value in _FUNCTIONS:
            return _FUNCTIONS[node.func.value](*values)
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in _METHODS:
            base = _constant(node.func.value, lookup)
            return UNKNOWN if not isinstance(base, str) else getattr(base, node.func.attr.value)(*values)
    return UNKNOWN
