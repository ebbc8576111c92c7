"""Loops that are unrolled in the graph: `static_rnn` and `static_state_saving_rnn`."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn import lengths as seq
from tf1rnn.rnn import loop_numbers
from tf1rnn.rnn import state as states
from tf1rnn.rnn.cell import assert_is_cell
from tf1rnn.rnn.dynamic import zero_state_of
from tf1rnn.rnn.fused import route as fused
from tf1rnn.rnn.scope import cached_scope

nest = v1.nest


def static_rnn(
    cell: Any,
    inputs: Any,
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Calls a cell once for each input (`tf.nn.static_rnn` of TensorFlow 1.15).

    Args:
        cell: an RNNCell.
        inputs: list of [batch, depth] tensors (or structures of such), one per step.
        initial_state: state with the structure of `cell.state_size`; zeros by default.
        dtype: dtype of the zero state; needed without `initial_state`.
        sequence_length: int vector [batch]. Past an example's length outputs are zero and the state stays.
        scope: variable scope or its name ("rnn").

    Returns:
        (list of outputs, final state).

    Raises:
        TypeError: `cell` is not a cell, `inputs` not a list.
        ValueError: no inputs, unknown depth, neither initial_state nor dtype.
    """
    assert_is_cell("cell", cell)
    if not states.is_nested(inputs):
        raise TypeError("inputs must be a sequence")
    if not inputs:
        raise ValueError("inputs must not be empty")
    outputs = []
    with cached_scope(scope, "rnn") as entered:
        batch_size = _batch_size(inputs)
        if initial_state is not None:
            state = initial_state
        elif not dtype:
            raise ValueError("If no initial_state is provided, dtype must be specified")
        else:
            state = zero_state_of(cell, batch_size, dtype)
        zero_output = None
        if sequence_length is not None:
            sequence_length = v1.identity(v1.cast(sequence_length, v1.int32), name="sequence_length")
            if sequence_length.shape.ndims not in (None, 1):
                raise ValueError(
                    f"sequence_length must be a vector of length batch_size, but saw shape: {sequence_length.shape}"
                )
            kind = states.state_dtype(dtype, state)
            zero_output = nest.map_structure(lambda size: states.zeros(size, batch_size, kind), cell.output_size)
        together = fused.together(inputs)
        place = loop_numbers.in_static_loop(len(inputs))
        node = fused.way(cell, together, state, sequence_length, dtype) if together is not None else None
        if node is not None:
            stacked, state = fused.run(node, v1.stack(inputs), state, sequence_length, place, bounded=False)
            outputs = v1.unstack(stacked, num=len(inputs))
            place.finish()
            return outputs, state
        for time, step in enumerate(inputs):
            if time > 0:
                entered.reuse_variables()
            output, new_state = cell(step, state)
            if sequence_length is not None:
                output = _kept(time, sequence_length, zero_output, output)
                new_state = _kept(time, sequence_length, state, new_state)
            state = new_state
            outputs.append(output)
    return outputs, state


def _kept(time: int, lengths: Any, old: Any, new: Any) -> Any:
    nest.assert_same_structure(old, new)
    return nest.pack_sequence_as(new, seq.keep_past_end(time, lengths, nest.flatten(old), nest.flatten(new)))


def _batch_size(inputs: Any) -> Any:
    """The batch size of the inputs: an int if any of them knows it, else a scalar tensor.

    Raises ValueError for an input of rank below 1 or unknown depth, or if batch sizes differ.
    """
    first = nest.flatten(inputs[0])
    known: int | None = None
    for tensor in first:
        if tensor.shape.ndims is None:
            continue
        sizes = tensor.shape.with_rank_at_least(1).as_list()
        for axis, size in enumerate(sizes[1:]):
            if size is None:
                raise ValueError(
                    f"Input size (dimension {axis} of inputs) must be accessible via shape inference, but "
                    f"saw value None."
                )
    for tensor in nest.flatten(inputs):
        size = tensor.shape.as_list()[0] if tensor.shape.ndims else None
        if size is not None:
            if known is not None and known != size:
                raise ValueError(f"Dimensions {known} and {size} are not compatible: batch sizes differ")
            known = size
    return known if known is not None else v1.shape(first[0])[0]


def static_state_saving_rnn(
    cell: Any, inputs: Any, state_saver: Any, state_name: Any, sequence_length: Any = None, scope: Any = None
) -> tuple[list[Any], Any]:
    """`static_rnn` that takes its initial state from a saver and gives the final one back to it.

    Args:
        cell, inputs, sequence_length, scope: see static_rnn.
        state_saver: object with `state(name)` and `save_state(name, value)`.
        state_name: a name, or a structure of names like that of `cell.state_size`.

    Returns:
        (list of outputs, final state); the last output carries the saving as a control dependency.

    Raises:
        TypeError: not a cell.
        ValueError: no inputs, or `state_name` does not have the structure of the state.
    """
    assert_is_cell("cell", cell)
    nested_size, nested_name = states.is_nested(cell.state_size), states.is_nested(state_name)
    if nested_size != nested_name:
        raise ValueError(
            "state_name should be the same type as cell.state_size.  "
            f"state_name: {state_name}, cell.state_size: {cell.state_size}"
        )
    names, sizes = nest.flatten(state_name), nest.flatten(cell.state_size)
    if len(names) != len(sizes):
        raise ValueError(f"#elems(state_name) != #elems(state_size): {len(names)} vs. {len(sizes)}")
    initial = [state_saver.state(name) for name in names]
    outputs, state = static_rnn(
        cell,
        inputs,
        initial_state=nest.pack_sequence_as(cell.state_size, initial),
        sequence_length=sequence_length,
        scope=scope,
    )
    saves = [state_saver.save_state(name, value) for name, value in zip(names, nest.flatten(state), strict=True)]
    with v1.control_dependencies(saves):
        outputs[-1] = nest.map_structure(v1.identity, outputs[-1])
        if nested_size:
            state = nest.map_structure(v1.identity, state)
        else:
            state = v1.identity(state)
    return outputs, state
