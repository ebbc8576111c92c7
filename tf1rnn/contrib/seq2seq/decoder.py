"""`Decoder`, the interface, and `dynamic_decode`, the loop that runs one."""

from __future__ import annotations

import abc
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import op_numbers
from tf1rnn.rnn import state as states
from tf1rnn.rnn.dynamic import transpose_batch_time
from tf1rnn.rnn.scope import cached_scope

nest = v1.nest


class Decoder(metaclass=abc.ABCMeta):
    """What `dynamic_decode` runs step by step."""

    @property
    def batch_size(self) -> Any:
        """Batch size of the inputs."""
        raise NotImplementedError

    @property
    def output_size(self) -> Any:
        """(Nested) sizes of the outputs, without batch."""
        raise NotImplementedError

    @property
    def output_dtype(self) -> Any:
        """(Nested) dtypes of the outputs."""
        raise NotImplementedError

    @abc.abstractmethod
    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """Returns (finished, first inputs, first state)."""

    @abc.abstractmethod
    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> tuple[Any, Any, Any, Any]:
        """Returns (outputs, next state, next inputs, finished)."""

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> tuple[Any, Any]:
        """Called after the loop with outputs [time, batch, ...]; returns (outputs, state)."""
        raise NotImplementedError

    @property
    def tracks_own_finished(self) -> bool:
        """Whether `finished` of a step is the whole truth, not only which examples ended in this step."""
        return False


def dynamic_decode(
    decoder: Any,
    output_time_major: bool = False,
    impute_finished: bool = False,
    maximum_iterations: Any = None,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    scope: Any = None,
    **kwargs: Any,
) -> tuple[Any, Any, Any]:
    """Runs a decoder until all examples are finished (`tf.contrib.seq2seq.dynamic_decode`).

    Args:
        decoder: a Decoder.
        output_time_major: layout of the outputs.
        impute_finished: past the end of an example its outputs are zero and its state stays.
        maximum_iterations: int scalar; None: no limit.
        parallel_iterations, swap_memory: see dynamic_rnn.
        scope: variable scope or its name ("decoder").
        kwargs: passed to the decoder's `initialize`.

    Returns: (final outputs, final state, lengths int32 [batch]).

    Raises:
        TypeError: not a Decoder.
        ValueError: maximum_iterations is not a scalar.
    """
    if not isinstance(decoder, Decoder):
        raise TypeError(f"Expected decoder to be type Decoder, but saw: {type(decoder)}")
    with cached_scope(scope, "decoder", unique=True):
        if maximum_iterations is not None:
            maximum_iterations = v1.convert_to_tensor(maximum_iterations, dtype=v1.int32, name="maximum_iterations")
            if maximum_iterations.shape.ndims != 0:
                raise ValueError("maximum_iterations must be a scalar")
        finished, inputs, state = decoder.initialize(**kwargs)
        if maximum_iterations is not None:
            finished = v1.logical_or(finished, 0 >= maximum_iterations)
        batch = decoder.batch_size

        def zeros(size: Any, dtype: Any) -> Any:
            with states.counted_as_zeros(batch):
                return v1.zeros(states.with_batch(batch, size), dtype)

        zero_outputs = nest.map_structure(
            zeros,
            decoder.output_size,
            decoder.output_dtype,
        )
        arrays = nest.map_structure(
            lambda size, dtype: v1.TensorArray(
                dtype=dtype,
                size=0,
                dynamic_size=True,
                element_shape=states.static_with_batch(batch, size),
            ),
            decoder.output_size,
            decoder.output_dtype,
        )

        def body(time: Any, arrays: Any, state: Any, inputs: Any, finished: Any, lengths: Any) -> Any:
            outputs, next_state, next_inputs, ended = decoder.step(time, inputs, state)
            next_finished = ended if decoder.tracks_own_finished else v1.logical_or(ended, finished)
            op_numbers.ahead(1)  # it chose the lengths by what is not finished
            lengths = v1.where(finished, lengths, v1.fill(v1.shape(lengths), time + 1))
            nest.assert_same_structure(state, next_state)
            nest.assert_same_structure(arrays, outputs)
            nest.assert_same_structure(inputs, next_inputs)
            if impute_finished:
                outputs = nest.map_structure(lambda new, zero: v1.where(finished, zero, new), outputs, zero_outputs)
                next_state = nest.map_structure(lambda old, new: _kept(finished, old, new), state, next_state)
            arrays = nest.map_structure(lambda array, value: array.write(time, value), arrays, outputs)
            return time + 1, arrays, next_state, next_inputs, next_finished, lengths

        _, arrays, final_state, _, _, lengths = v1.while_loop(
            cond=lambda time, arrays, state, inputs, finished, lengths: v1.logical_not(v1.reduce_all(finished)),
            body=body,
            loop_vars=(
                v1.constant(0, dtype=v1.int32),
                arrays,
                state,
                inputs,
                finished,
                v1.zeros_like(finished, dtype=v1.int32),
            ),
            parallel_iterations=parallel_iterations,
            maximum_iterations=maximum_iterations,
            swap_memory=swap_memory,
        )
        outputs = nest.map_structure(lambda array: array.stack(), arrays)
        try:
            outputs, final_state = decoder.finalize(outputs, final_state, lengths)
        except NotImplementedError:
            pass  # a decoder need not define it
        if not output_time_major:
            outputs = nest.map_structure(transpose_batch_time, outputs)
    return outputs, final_state, lengths


def _kept(finished: Any, old: Any, new: Any) -> Any:
    """`old` where an example was finished; what has no batch axis is new."""
    if isinstance(old, v1.TensorArray):
        return new
    new.set_shape(old.shape)
    return new if new.shape.ndims == 0 else v1.where(finished, old, new)
