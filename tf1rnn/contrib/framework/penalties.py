"""Penalties of variables as tensors.

TensorFlow 2's `get_variable` computes a penalty twice, and puts an object into the collection
REGULARIZATION_LOSSES that becomes a tensor only when it is used; 1.15 puts the tensor there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1


def with_penalty(make: Callable[..., Any], regularizer: Callable[[Any], Any] | None) -> Any:
    """What `make(regularizer=…)` returns: a variable, whose penalty (if new) is in the collection as a tensor."""
    if regularizer is None:
        return make(regularizer=None)
    computed: list[tuple[Any, Any]] = []

    def once(variable: Any) -> Any:
        for other, penalty in computed:
            if other is variable:
                return penalty
        with v1.colocate_with(variable), v1.name_scope(f"{variable.op.name}/Regularizer/"):
            penalty = regularizer(variable)
        computed.append((variable, penalty))
        return penalty

    known = len(v1.get_collection_ref(v1.GraphKeys.REGULARIZATION_LOSSES))
    made = make(regularizer=once)
    collection = v1.get_collection_ref(v1.GraphKeys.REGULARIZATION_LOSSES)
    collection[known:] = [v1.convert_to_tensor(penalty) for penalty in collection[known:]]
    return made
