"""What lies behind a tensor in the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_VARIABLES = ("VariableV2", "Variable", "VarHandleOp")

# Operations that always give a new buffer. Others may pass on a part of the one they got.
_COPYING = frozenset(
    "Add AddV2 Sub Mul RealDiv BiasAdd MatMul BatchMatMul BatchMatMulV2 Conv2D Tanh Sigmoid Relu Exp GatherV2 Gather "
    "ResourceGather Fill ZerosLike OnesLike Pack SelectV2 Select Softmax".split()
)


def holds_variables(tensor: Any) -> bool:
    """Whether the tensor is computed from variables."""
    return _reaches(tensor, lambda op: op.type in _VARIABLES, lambda op: False)


def may_be_changed(tensor: Any) -> bool:
    """Whether the tensor may share its memory with a reference variable, which is changed in place."""
    return _reaches(tensor, lambda op: op.type in _VARIABLES[:2], lambda op: op.type in _COPYING)


def _reaches(tensor: Any, wanted: Callable[[Any], bool], ends: Callable[[Any], bool]) -> bool:
    seen = {tensor.op.name}
    waiting = [tensor.op]
    while waiting:
        op = waiting.pop()
        if wanted(op):
            return True
        if ends(op):
            continue
        for source in op.inputs:
            if source.op.name not in seen:
                seen.add(source.op.name)
                waiting.append(source.op)
    return False
