"""Two cells over the same sequence, one forwards and one backwards (variable scopes fw and bw)."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.cell import assert_is_cell
from tf1rnn.rnn.dynamic import dynamic_rnn
from tf1rnn.rnn.static import static_rnn

nest = v1.nest


def bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """`tf.nn.bidirectional_dynamic_rnn` of TensorFlow 1.15.

    Args: as `dynamic_rnn`, with a cell and an initial state for each direction. The scope is
        "bidirectional_rnn".

    Returns:
        ((outputs_fw, outputs_bw), (state_fw, state_bw)); outputs_bw are in the order of the inputs.

    Raises: as `dynamic_rnn`.
    """
    assert_is_cell("cell_fw", cell_fw)
    assert_is_cell("cell_bw", cell_bw)
    time_axis, batch_axis = (0, 1) if time_major else (1, 0)

    def reverse(x: Any) -> Any:
        if sequence_length is None:
            return v1.reverse(x, axis=[time_axis])
        return v1.reverse_sequence(x, sequence_length, seq_axis=time_axis, batch_axis=batch_axis)

    options = dict(
        sequence_length=sequence_length,
        dtype=dtype,
        parallel_iterations=parallel_iterations,
        swap_memory=swap_memory,
        time_major=time_major,
    )
    with v1.variable_scope(scope or "bidirectional_rnn"):
        with v1.variable_scope("fw") as fw_scope:
            output_fw, state_fw = dynamic_rnn(
                cell_fw, inputs, initial_state=initial_state_fw, scope=fw_scope, **options
            )
        with v1.variable_scope("bw") as bw_scope:
            reversed_inputs = nest.map_structure(lambda x: reverse(v1.convert_to_tensor(x)), inputs)
            output_bw, state_bw = dynamic_rnn(
                cell_bw, reversed_inputs, initial_state=initial_state_bw, scope=bw_scope, **options
            )
    return (output_fw, nest.map_structure(reverse, output_bw)), (state_fw, state_bw)


def static_bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """`tf.nn.static_bidirectional_rnn` of TensorFlow 1.15.

    Args: as `static_rnn`, with a cell and an initial state for each direction. The scope is
        "bidirectional_rnn".

    Returns:
        (outputs, state_fw, state_bw): a list of [batch, size of both outputs], forward part first.

    Raises: TypeError or ValueError as `static_rnn`.
    """
    assert_is_cell("cell_fw", cell_fw)
    assert_is_cell("cell_bw", cell_bw)
    if not isinstance(inputs, list | tuple):
        raise TypeError("inputs must be a sequence")
    if not inputs:
        raise ValueError("inputs must not be empty")
    with v1.variable_scope(scope or "bidirectional_rnn"):
        with v1.variable_scope("fw") as fw_scope:
            output_fw, state_fw = static_rnn(cell_fw, inputs, initial_state_fw, dtype, sequence_length, scope=fw_scope)
        with v1.variable_scope("bw") as bw_scope:
            output_bw, state_bw = static_rnn(
                cell_bw,
                _reversed(inputs, sequence_length),
                initial_state_bw,
                dtype,
                sequence_length,
                scope=bw_scope,
            )
    output_bw = _reversed(output_bw, sequence_length)
    flat = [v1.concat([fw, bw], 1) for fw, bw in zip(nest.flatten(output_fw), nest.flatten(output_bw), strict=True)]
    return nest.pack_sequence_as(output_fw, flat), state_fw, state_bw


def _reversed(steps: Any, lengths: Any) -> list[Any]:
    """The steps backwards; with lengths each example backwards within its own length."""
    if lengths is None:
        return list(reversed(steps))
    flat_steps = [nest.flatten(step) for step in steps]
    flipped: list[list[Any]] = [[] for _ in steps]
    for parts in zip(*flat_steps, strict=True):
        together = v1.stack(parts)
        backwards = v1.reverse_sequence(together, v1.cast(lengths, v1.int64), seq_axis=0, batch_axis=1)
        for position, part in enumerate(v1.unstack(backwards, num=len(parts))):
            part.set_shape(parts[position].shape)
            flipped[position].append(part)
    return [nest.pack_sequence_as(step, flat) for step, flat in zip(steps, flipped, strict=True)]
