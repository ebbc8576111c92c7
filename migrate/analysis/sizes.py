"""The size of the last axis of a tensor, as the program writes it where the tensor is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Scope

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Place = tuple[cst.BaseExpression, Scope]

# TF1 name -> position and name of the argument that says the last size, or that has the same last size
_SIZED = {"layers.dense": (1, "units"), "contrib.layers.fully_connected": (1, "num_outputs")}
_SAME = {"nn.dropout": (0, "x"), "identity": (0, "input"), "nn.bias_add": (0, "value"), "add": (0, "x")}
_DEEPEST = 12


def last_size(ev: Evaluator, node: cst.BaseExpression, scope: Scope, depth: int = 0) -> Place | None:
    """The expression of the size, and the scope it reads in; None where the source does not show it."""
    if depth > _DEEPEST:
        return None
    if isinstance(node, cst.Name):
        return _of_name(ev, node, scope, depth)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.Add, cst.Subtract, cst.Multiply)):
        return last_size(ev, node.left, scope, depth + 1) or last_size(ev, node.right, scope, depth + 1)
    symbol = ev.symbol_of(node.func, scope) if isinstance(node, cst.Call) else None
    if not isinstance(node, cst.Call) or symbol is None:
        return None
    symbol = ev.program.canonical(symbol)
    if symbol == "reshape":
        return _last_item(_argument(node, 1, "shape"), scope)
    if symbol in _SIZED:
        given = _argument(node, *_SIZED[symbol])
        return None if given is None else (given, scope)
    if symbol in _SAME:
        given = _argument(node, *_SAME[symbol])
        return None if given is None else last_size(ev, given, scope, depth + 1)
    return None


def _of_name(ev: Evaluator, node: cst.Name, scope: Scope, depth: int) -> Place | None:
    found = scope.find(node.value)
    if found is None:
        return None
    binding, home = found
    if binding.source is not None:
        return last_size(ev, *binding.source, depth + 1)
    held = binding.value
    if isinstance(held, values.Tensor) and held.sizes and held.sizes[-1] is not None:
        return held.sizes[-1], home
    written = binding.definition.node if binding.definition is not None else None
    small = written.body[0] if isinstance(written, cst.SimpleStatementLine) else None
    if isinstance(small, cst.Assign) and all(isinstance(target.target, cst.Name) for target in small.targets):
        if ev.program.bindings[node.value] == 1 or small.value is not node:
            return last_size(ev, small.value, home, depth + 1)
    return None


def _last_item(node: cst.BaseExpression | None, scope: Scope) -> Place | None:
    if not isinstance(node, (cst.List, cst.Tuple)) or not node.elements:
        return None
    last = node.elements[-1].value
    unknown = isinstance(last, cst.UnaryOperation)  # -1
    return None if unknown or isinstance(node.elements[-1], cst.StarredElement) else (last, scope)


def _argument(node: cst.Call, position: int, name: str) -> cst.BaseExpression | None:
    for index, arg in enumerate(node.args):
        if arg.star:
            return None
        if (arg.keyword is None and index == position) or (arg.keyword is not None and arg.keyword.value == name):
            return arg.value
    return None
