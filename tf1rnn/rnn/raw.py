"""`raw_rnn`: the loop whose inputs, states and end are decided by a function of the user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.cell import assert_is_cell
from tf1rnn.rnn.scope import cached_scope

nest = v1.nest


def raw_rnn(
    cell: Any,
    loop_fn: Callable[[Any, Any, Any, Any], tuple[Any, Any, Any, Any, Any]],
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """Runs a cell with inputs made by `loop_fn` (`tf.nn.raw_rnn` of TensorFlow 1.15).

    Args:
        cell: an RNNCell.
        loop_fn: function (time, cell_output, cell_state, loop_state) -> (finished [batch] bool, next input,
            next cell state, what to emit, next loop state). First called with time 0 and None for the
            others; then it returns the initial state, and instead of a value the (nested) structure of what
            it will emit, or None for what the cell gives.
        parallel_iterations: iterations of the loop that may overlap (32).
        swap_memory: see dynamic_rnn.
        scope: variable scope or its name ("rnn").

    Returns:
        (TensorArrays of what was emitted, final cell state, final loop state). Finished examples emit zeros
        and keep their state.

    Raises:
        TypeError: `cell` is not a cell or `loop_fn` not callable.
        ValueError: an input without batch or depth.
    """
    assert_is_cell("cell", cell)
    if not callable(loop_fn):
        raise TypeError("loop_fn must be a callable")
    with cached_scope(scope, "rnn"):
        time = v1.constant(0, dtype=v1.int32)
        finished, next_input, state, emit_structure, loop_state = loop_fn(time, None, None, None)
        has_loop_state = loop_state is not None
        batch_size = _batch_size(next_input)
        nest.assert_same_structure(state, cell.state_size)
        emits = _Emits(emit_structure, cell, batch_size, nest.flatten(next_input)[0].dtype)
        finished = v1.convert_to_tensor(finished)

        def body(time: Any, done: Any, current: Any, arrays: Any, state: Any, loop_state: Any) -> Any:
            output, cell_state = cell(current, state)
            nest.assert_same_structure(state, cell_state)
            next_time = time + 1
            next_done, next_input, next_state, emit, next_loop = loop_fn(
                next_time, output, cell_state, loop_state if has_loop_state else None
            )
            nest.assert_same_structure(state, next_state)
            nest.assert_same_structure(current, next_input)
            kept_emit = _where(done, emits.zeros, emit)
            kept_state = _where(done, state, next_state)
            arrays = nest.map_structure(lambda array, value: array.write(time, value), arrays, kept_emit)
            return (
                next_time,
                v1.logical_or(done, next_done),
                next_input,
                arrays,
                kept_state,
                next_loop if has_loop_state else loop_state,
            )

        _, _, _, arrays, final_state, final_loop = v1.while_loop(
            cond=lambda time, done, *_: v1.logical_not(v1.reduce_all(done)),
            body=body,
            loop_vars=[
                time,
                finished,
                next_input,
                emits.arrays,
                state,
                loop_state if has_loop_state else v1.constant(0, dtype=v1.int32),
            ],
            parallel_iterations=parallel_iterations or 32,
            swap_memory=swap_memory,
        )
        return arrays, final_state, final_loop if has_loop_state else None


class _Emits:
    """Where emitted values go, and what finished examples emit instead."""

    def __init__(self, structure: Any, cell: Any, batch_size: Any, dtype: Any) -> None:
        self.batch_size = batch_size
        like = structure if structure is not None else cell.output_size
        flat = nest.flatten(like)
        if structure is None:
            shapes = [v1.TensorShape(size) for size in flat]
            kinds = [dtype] * len(flat)
        else:
            shapes = [t.shape for t in flat]
            kinds = [t.dtype for t in flat]
        values = [
            self._zeros(tensor, shape, kind, structure is not None)
            for tensor, shape, kind in zip(flat, shapes, kinds, strict=True)
        ]
        arrays = [
            v1.TensorArray(
                dtype=kind,
                size=0,
                dynamic_size=True,
                element_shape=v1.TensorShape([_static(batch_size)]).concatenate(shape),
                tensor_array_name=f"rnn_output_{i}",
            )
            for i, (shape, kind) in enumerate(zip(shapes, kinds, strict=True))
        ]
        self.zeros = nest.pack_sequence_as(like, values)
        self.arrays = nest.pack_sequence_as(like, arrays)

    def _zeros(self, tensor: Any, shape: Any, kind: Any, known_by_example: bool) -> Any:
        """Zeros [batch] + shape; the shape is that of an example tensor where it is not known yet."""
        if known_by_example and not shape.is_fully_defined():
            rest = v1.shape(tensor)
        else:
            rest = v1.constant(shape.as_list(), dtype=v1.int32)
        zeros = v1.zeros(v1.concat([[self.batch_size], rest], 0), dtype=kind)
        zeros.set_shape(v1.TensorShape([_static(self.batch_size)]).concatenate(shape))
        return zeros


def _static(batch_size: Any) -> int | None:
    return batch_size if isinstance(batch_size, int) else None


def _batch_size(inputs: Any) -> Any:
    flat = nest.flatten(inputs)
    for tensor in flat:
        shape = tensor.shape
        if shape.ndims is not None and not shape[1:].is_fully_defined():
            raise ValueError(f"The inputs' size after the batch axis must be known, but saw shape: {shape}")
        size = shape.as_list()[0] if shape.ndims else None
        if size is not None:
            return size
    return v1.shape(flat[0])[0]


def _where(done: Any, old: Any, new: Any) -> Any:
    """Old values for finished examples, new ones for the others."""

    def one(before: Any, after: Any) -> Any:
        if isinstance(before, v1.TensorArray):
            return after
        before, after = v1.convert_to_tensor(before), v1.convert_to_tensor(after)
        if before.shape.ndims == 0:
            return after
        chosen = v1.where(done, before, after)
        chosen.set_shape(after.shape)
        return chosen

    nest.assert_same_structure(old, new)
    return nest.map_structure(one, old, new)
