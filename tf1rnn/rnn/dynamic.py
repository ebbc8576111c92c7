"""`dynamic_rnn`: a cell run over time by a while loop in the graph."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import op_numbers
from tf1rnn.rnn import lengths as seq
from tf1rnn.rnn import loop_numbers
from tf1rnn.rnn import state as states
from tf1rnn.rnn.cell import assert_is_cell
from tf1rnn.rnn.fused import route as fused
from tf1rnn.rnn.scope import cached_scope

nest = v1.nest

best_effort_input_batch_size = states.best_batch_size


def dynamic_rnn(
    cell: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """Runs a cell over the time axis of the inputs (`tf.nn.dynamic_rnn` of TensorFlow 1.15).

    Cells that `tf1rnn.rnn.fused` knows run over all steps at once, others in a while loop.

    Args:
        cell: an RNNCell.
        inputs: [batch, time, depth...] (or a structure of such); with `time_major` [time, batch, depth...].
        sequence_length: int vector [batch]. Past an example's length outputs are zero and the state stays.
        initial_state: state with the structure of `cell.state_size`; zeros by default.
        dtype: dtype of the zero state; needed without `initial_state`.
        parallel_iterations: iterations of the loop that may overlap (32).
        swap_memory: lets the tensors of the forward loop wait in host memory for the backward loop.
        time_major: layout of inputs and outputs.
        scope: variable scope or its name ("rnn").

    Returns:
        (outputs [batch, time, output_size] or [time, batch, output_size], final state).

    Raises:
        TypeError: `cell` is not a cell.
        ValueError: neither initial_state nor dtype; unknown depth; lengths that are not a vector.
    """
    assert_is_cell("cell", cell)
    with cached_scope(scope, "rnn"):
        flat_inputs = [v1.convert_to_tensor(x) for x in nest.flatten(inputs)]
        if not time_major:
            flat_inputs = [transpose_batch_time(x) for x in flat_inputs]
        batch_size = states.best_batch_size(flat_inputs)
        if sequence_length is not None:
            sequence_length = seq.as_lengths(sequence_length, batch_size)
        state = initial_state
        if state is None:
            if not dtype:
                raise ValueError("If there is no initial_state, you must give a dtype.")
            state = zero_state_of(cell, batch_size, dtype)
        place = loop_numbers.in_while_loop(cell, flat_inputs, state, sequence_length, time_major)
        node = fused.way(cell, flat_inputs[0], state, sequence_length, dtype) if not nest.is_nested(inputs) else None
        if node is not None:
            outputs, final_state = fused.run_as_loop(node, flat_inputs[0], state, sequence_length, place)
        else:
            loop = _Loop(cell, nest.pack_sequence_as(inputs, flat_inputs), batch_size, sequence_length, dtype)
            outputs, final_state = loop.run(state, place, parallel_iterations or 32, swap_memory)
        if not time_major:
            outputs = nest.map_structure(transpose_batch_time, outputs)
        place.finish()
        return outputs, final_state


def zero_state_of(cell: Any, batch_size: Any, dtype: Any) -> Any:
    """The state a cell starts with if none is given."""
    if getattr(cell, "get_initial_state", None) is not None:
        return cell.get_initial_state(inputs=None, batch_size=batch_size, dtype=dtype)
    return cell.zero_state(batch_size, dtype)


def transpose_batch_time(x: Any) -> Any:
    """Swaps axes 0 and 1 of a tensor of rank 2 or more (or unknown); lower ranks stay."""
    rank = x.shape.ndims
    if rank is not None and rank < 2:
        return x
    with op_numbers.counted(loop_numbers.TRANSPOSE):
        axes = [1, 0, *range(2, rank)] if rank is not None else v1.concat([[1, 0], v1.range(2, v1.rank(x))], 0)
        return v1.transpose(x, axes)


class _Loop:
    """One while loop: reads the inputs of a step from TensorArrays, calls the cell, writes its outputs."""

    def __init__(self, cell: Any, inputs: Any, batch_size: Any, lengths: Any, dtype: Any) -> None:
        self.cell = cell
        self.inputs = inputs  # [time, batch, depth...] each
        self.batch_size = batch_size
        self.lengths = lengths
        self.dtype = dtype
        flat = nest.flatten(inputs)
        self.steps, self.batch = _static_sizes(flat)
        self.time_steps = self.steps if self.steps is not None else v1.shape(flat[0])[0]

    def run(
        self, state: Any, place: loop_numbers.Place, parallel_iterations: int, swap_memory: bool
    ) -> tuple[Any, Any]:
        """Returns (outputs [time, batch, ...], final state)."""
        flat_inputs = nest.flatten(self.inputs)
        sizes = nest.flatten(self.cell.output_size)
        dtype = states.state_dtype(self.dtype, state)
        zero_outputs = None
        if self.lengths is not None:
            zero_outputs = [v1.zeros(states.with_batch(self.batch_size, size), dtype=dtype) for size in sizes]
        input_arrays = [self._array(f"input_{i}", x.dtype, x.shape[1:]).unstack(x) for i, x in enumerate(flat_inputs)]
        output_arrays = tuple(
            self._array(f"output_{i}", dtype, states.static_with_batch(self.batch, size))
            for i, size in enumerate(sizes)
        )
        bound = v1.convert_to_tensor(self.time_steps, dtype=v1.int32)
        if self.lengths is not None:
            # At least one step: the cell must make its variables, and outputs need a first write.
            bound = v1.minimum(self.time_steps, v1.maximum(1, v1.reduce_max(self.lengths)))

        def step(time: Any, arrays: Any, state: Any) -> Any:
            return self._step(time, arrays, state, input_arrays, zero_outputs, place)

        _, arrays, final_state = v1.while_loop(
            cond=lambda time, *_: time < bound,
            body=step,
            loop_vars=(v1.constant(0, dtype=v1.int32, name="time"), output_arrays, state),
            parallel_iterations=parallel_iterations,
            maximum_iterations=self.time_steps,
            swap_memory=swap_memory,
        )
        outputs = []
        for array, size in zip(arrays, sizes, strict=True):
            output = array.stack()
            output.set_shape(v1.TensorShape([self.steps]).concatenate(states.static_with_batch(self.batch, size)))
            outputs.append(output)
        return nest.pack_sequence_as(self.cell.output_size, outputs), final_state

    def _array(self, name: str, dtype: Any, element_shape: Any) -> Any:
        return v1.TensorArray(
            dtype=dtype,
            size=self.time_steps,
            element_shape=element_shape,
            tensor_array_name=f"dynamic_rnn/{name}",
        )

    def _step(
        self,
        time: Any,
        arrays: Any,
        state: Any,
        input_arrays: list[Any],
        zero_outputs: Any,
        place: loop_numbers.Place,
    ) -> Any:
        step_inputs = []
        for array, x in zip(input_arrays, nest.flatten(self.inputs), strict=True):
            value = array.read(time)
            value.set_shape(x.shape[1:])
            step_inputs.append(value)
        place.begin()
        output, new_state = self.cell(nest.pack_sequence_as(self.inputs, step_inputs), state)
        place.end()
        nest.assert_same_structure(self.cell.output_size, output)
        nest.assert_same_structure(state, new_state)
        flat_output = nest.flatten(output)
        if self.lengths is not None:
            flat_output = seq.keep_past_end(time, self.lengths, zero_outputs, flat_output)
            kept = seq.keep_past_end(time, self.lengths, nest.flatten(state), nest.flatten(new_state))
            new_state = nest.pack_sequence_as(state, kept)
        else:
            new_state = nest.pack_sequence_as(state, nest.flatten(new_state))
        written = tuple(array.write(time, value) for array, value in zip(arrays, flat_output, strict=True))
        return time + 1, written, new_state


def _static_sizes(flat_inputs: list[Any]) -> tuple[int | None, int | None]:
    """(time, batch) of time-major inputs as far as known.

    Raises ValueError for inputs without a known depth, or that differ in time or batch.
    """
    shapes = [x.shape.with_rank_at_least(2) for x in flat_inputs]
    steps, batch = shapes[0].as_list()[:2]
    for shape in shapes:
        if not shape[2:].is_fully_defined():
            raise ValueError("Input size (depth of inputs) must be accessible via shape inference, but saw value None.")
        if shape.as_list()[0] != steps:
            raise ValueError("Time steps is not the same for all the elements in the input in a batch.")
        if shape.as_list()[1] != batch:
            raise ValueError("Batch_size is not the same for all the elements in the input.")
    return steps, batch
