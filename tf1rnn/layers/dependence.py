"""Which results of a graph depend on which others."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1


def _operation(value: Any) -> Any:
    return value if isinstance(value, v1.Operation) else getattr(value, "op", None)


def reached(results: list[Any], sources: Any) -> list[Any]:
    """Those of the tensors and operations that the (nested) source tensors lead to, the sources themselves too."""
    tensors = [t if isinstance(t, v1.Tensor) else t.op.outputs[0] for t in v1.nest.flatten(sources) if hasattr(t, "op")]
    wanted = [_operation(r) for r in results]
    # Walked backwards: a step of training hangs from few tensors, a placeholder leads to the whole graph.
    return [
        result
        for result, operation in zip(results, wanted, strict=True)
        if any(result is t for t in tensors) or (operation is not None and _hangs_from(operation, tensors))
    ]


def _hangs_from(operation: Any, tensors: list[Any]) -> bool:
    ends = {id(t) for t in tensors}
    stack, seen = [operation], {id(operation)}
    while stack:
        current = stack.pop()
        for tensor in current.inputs:
            if id(tensor) in ends:
                return True
            if id(tensor.op) not in seen:
                seen.add(id(tensor.op))
                stack.append(tensor.op)
    return False
