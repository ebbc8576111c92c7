"""Shapes and zeros of (nested) recurrent states."""

from __future__ import annotations

import contextlib
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import op_numbers

nest = v1.nest


def is_nested(value: Any) -> bool:
    """Whether a state or size is a structure, not a single tensor or size."""
    return nest.is_nested(value)


def with_batch(batch_size: Any, size: Any) -> Any:
    """[batch] + size as an int32 tensor. `size` is an int, a TensorShape or a list of ints."""
    batch = v1.convert_to_tensor(batch_size, dtype=v1.int32)
    if batch.shape.ndims != 0:
        raise ValueError(f"The batch size must be a scalar, but saw: {batch}")
    rest = v1.TensorShape(size).as_list()
    if None in rest:
        raise ValueError(f"The size of a state must be fully defined, but saw: {size}")
    return v1.concat([[batch], v1.constant(rest, dtype=v1.int32)], 0)


def static_with_batch(batch_size: Any, size: Any) -> v1.TensorShape:
    """[batch] + size as far as it is known while the graph is built."""
    batch = v1.get_static_value(batch_size) if isinstance(batch_size, v1.Tensor) else batch_size
    if isinstance(batch, v1.Dimension):
        batch = batch.value
    return v1.TensorShape([None if batch is None else int(batch)]).concatenate(v1.TensorShape(size))


def counted_as_zeros(batch_size: Any) -> contextlib.AbstractContextManager[None]:
    """What is made within counts as a zero state did in 1.15, which made its shape twice (see op_numbers)."""
    return op_numbers.counted(10 if isinstance(batch_size, v1.Tensor) else 8)


def zeros(state_size: Any, batch_size: Any, dtype: Any) -> Any:
    """Zero tensors [batch, size] for every size in a structure. `dtype` is one for all."""

    def one(size: Any) -> Any:
        with counted_as_zeros(batch_size):
            state = v1.zeros(with_batch(batch_size, size), dtype=dtype)
            state.set_shape(static_with_batch(batch_size, size))
        return state

    return nest.map_structure(one, state_size)


def best_batch_size(flat_inputs: list[Any]) -> Any:
    """The size of axis 1 (inputs are time-major): an int if any input knows it, else a scalar tensor."""
    for tensor in flat_inputs:
        if tensor.shape.ndims is not None and tensor.shape.ndims >= 2:
            batch = tensor.shape.as_list()[1]
            if batch is not None:
                return batch
    return v1.shape(flat_inputs[0])[1]


def state_dtype(explicit: Any, state: Any) -> Any:
    """The dtype of a state: the explicit one, else that of its tensors.

    Raises ValueError if the state is empty or its tensors differ in dtype.
    """
    if explicit is not None:
        return explicit
    if not is_nested(state):
        return state.dtype
    dtypes = [tensor.dtype for tensor in nest.flatten(state)]
    if not dtypes:
        raise ValueError("Unable to infer dtype from empty state.")
    if any(d != dtypes[0] for d in dtypes):
        raise ValueError(
            "State has tensors of different inferred_dtypes. Unable to infer a single representative dtype."
        )
    return dtypes[0]
