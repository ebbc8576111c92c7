"""Helpers of decoders: where the next inputs come from, and how symbols are sampled (`tf.contrib.seq2seq`)."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.dynamic import transpose_batch_time

nest = v1.nest


class Helper(metaclass=abc.ABCMeta):
    """What a BasicDecoder asks for inputs and samples."""

    @property
    @abc.abstractmethod
    def batch_size(self) -> Any:
        """Scalar int32 tensor."""

    @property
    @abc.abstractmethod
    def sample_ids_shape(self) -> Any:
        """Shape of the samples without batch, a TensorShape."""

    @property
    @abc.abstractmethod
    def sample_ids_dtype(self) -> Any:
        """dtype of the samples."""

    @abc.abstractmethod
    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """Returns (finished [batch] bool, first inputs)."""

    @abc.abstractmethod
    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """Returns samples for the outputs of a step."""

    @abc.abstractmethod
    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """Returns (finished [batch] bool, next inputs, next state)."""


class _OfSymbols(Helper):
    """A helper whose samples are one symbol for each example."""

    @property
    def sample_ids_shape(self) -> Any:
        """A scalar each."""
        return v1.TensorShape([])

    @property
    def sample_ids_dtype(self) -> Any:
        """int32."""
        return v1.int32


class CustomHelper(Helper):
    """A helper made of functions.

    Args:
        initialize_fn: () -> (finished, first inputs).
        sample_fn: (time, outputs, state) -> samples.
        next_inputs_fn: (time, outputs, state, sample_ids) -> (finished, next inputs, next state).
        sample_ids_shape, sample_ids_dtype: shape of the samples without batch, and dtype; scalars of int32 by
            default.
    """

    def __init__(
        self,
        initialize_fn: Callable[[], Any],
        sample_fn: Callable[..., Any],
        next_inputs_fn: Callable[..., Any],
        sample_ids_shape: Any = None,
        sample_ids_dtype: Any = None,
    ) -> None:
        self._initialize_fn = initialize_fn
        self._sample_fn = sample_fn
        self._next_inputs_fn = next_inputs_fn
        self._batch_size: Any = None
        self._sample_ids_shape = v1.TensorShape(sample_ids_shape or [])
        self._sample_ids_dtype = sample_ids_dtype or v1.int32

    @property
    def batch_size(self) -> Any:
        """Scalar int32 tensor; ValueError before `initialize`."""
        if self._batch_size is None:
            raise ValueError("batch_size accessed before initialize was called")
        return self._batch_size

    @property
    def sample_ids_shape(self) -> Any:
        """Shape of the samples without batch."""
        return self._sample_ids_shape

    @property
    def sample_ids_dtype(self) -> Any:
        """dtype of the samples."""
        return self._sample_ids_dtype

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """What initialize_fn returns."""
        with v1.name_scope(name or "CustomHelperInitialize"):
            finished, inputs = self._initialize_fn()
            if self._batch_size is None:
                self._batch_size = v1.size(finished)
        return finished, inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """What sample_fn returns."""
        with v1.name_scope(name or "CustomHelperSample", values=[time, outputs, state]):
            return self._sample_fn(time=time, outputs=outputs, state=state)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """What next_inputs_fn returns."""
        with v1.name_scope(name or "CustomHelperNextInputs", values=[time, outputs, state]):
            return self._next_inputs_fn(time=time, outputs=outputs, state=state, sample_ids=sample_ids)


class TrainingHelper(_OfSymbols):
    """Feeds given inputs; samples are the most likely symbols.

    Args:
        inputs: [batch, time, depth...] (or a structure of such); with `time_major` [time, batch, depth...].
        sequence_length: int vector [batch].
        time_major: layout of the inputs.
        name: of the operations.

    Raises ValueError if sequence_length is not a vector.
    """

    def __init__(self, inputs: Any, sequence_length: Any, time_major: bool = False, name: str | None = None) -> None:
        with v1.name_scope(name or type(self).__name__):
            inputs = nest.map_structure(v1.convert_to_tensor, inputs)
            self._inputs = inputs
            if not time_major:
                inputs = nest.map_structure(transpose_batch_time, inputs)
            self._input_tas = nest.map_structure(_unstacked, inputs)
            self._sequence_length = v1.convert_to_tensor(sequence_length, name="sequence_length")
            if self._sequence_length.shape.ndims != 1:
                raise ValueError(
                    f"Expected sequence_length to be a vector, but received shape: {self._sequence_length.shape}"
                )
            self._zero_inputs = nest.map_structure(lambda x: v1.zeros_like(x[0, :]), inputs)
            self._start_inputs = self._zero_inputs
            self._batch_size = v1.size(self._sequence_length)

    @property
    def inputs(self) -> Any:
        """The inputs as given."""
        return self._inputs

    @property
    def sequence_length(self) -> Any:
        """The lengths."""
        return self._sequence_length

    @property
    def batch_size(self) -> Any:
        """Scalar int32 tensor."""
        return self._batch_size

    def _inputs_at(self, time: Any, finished: Any) -> Any:
        """The inputs of a time; zeros once all examples are finished, for then there may be none."""
        return v1.cond(
            v1.reduce_all(finished),
            lambda: self._zero_inputs,
            lambda: nest.map_structure(lambda array: array.read(time), self._input_tas),
        )

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """(which sequences are empty, inputs of time 0)."""
        with v1.name_scope(name or "TrainingHelperInitialize"):
            finished = v1.equal(0, self._sequence_length)
            return finished, self._inputs_at(0, finished)

    def sample(self, time: Any, outputs: Any, state: Any = None, name: str | None = None, **kwargs: Any) -> Any:
        """argmax over the last axis, int32 [batch]."""
        with v1.name_scope(name or "TrainingHelperSample", values=[time, outputs]):
            return v1.cast(v1.argmax(outputs, axis=-1), v1.int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any = None, name: str | None = None, **kwargs: Any
    ) -> tuple[Any, Any, Any]:
        """(which sequences end, inputs of time + 1, the state)."""
        with v1.name_scope(name or "TrainingHelperNextInputs", values=[time, outputs]):
            next_time = time + 1
            finished = v1.greater_equal(next_time, self._sequence_length)
            return finished, self._inputs_at(next_time, finished), state


def _unstacked(values: Any) -> Any:
    array = v1.TensorArray(dtype=values.dtype, size=v1.shape(values)[0], element_shape=values.shape[1:])
    return array.unstack(values)


class _OfEmbeddings(_OfSymbols):
    """Feeds the embedding of each sample; ends an example at `end_token`."""

    def __init__(self, embedding: Any, start_tokens: Any, end_token: Any) -> None:
        self._embedding_fn = embedding_function(embedding)
        self._start_tokens = v1.convert_to_tensor(start_tokens, dtype=v1.int32, name="start_tokens")
        self._end_token = v1.convert_to_tensor(end_token, dtype=v1.int32, name="end_token")
        if self._start_tokens.shape.ndims != 1:
            raise ValueError("start_tokens must be a vector")
        if self._end_token.shape.ndims != 0:
            raise ValueError("end_token must be a scalar")
        self._batch_size = v1.size(start_tokens)
        self._start_inputs = self._embedding_fn(self._start_tokens)

    @property
    def batch_size(self) -> Any:
        """Scalar int32 tensor."""
        return self._batch_size

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """(nothing finished, embeddings of the start tokens)."""
        return v1.tile([False], [self._batch_size]), self._start_inputs

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """(which samples are the end token, embeddings of the samples, the state)."""
        finished = v1.equal(sample_ids, self._end_token)
        next_inputs = v1.cond(
            v1.reduce_all(finished), lambda: self._start_inputs, lambda: self._embedding_fn(sample_ids)
        )
        return finished, next_inputs, state


def embedding_function(embedding: Any) -> Callable[[Any], Any]:
    """A function of ids: the one given, or the lookup in a tensor [symbols, size]."""
    if callable(embedding):
        return embedding  # type: ignore[no-any-return]
    return lambda ids: v1.nn.embedding_lookup(embedding, ids)


def _assert_one_tensor(outputs: Any) -> None:
    if not isinstance(outputs, v1.Tensor):
        raise TypeError(f"Expected outputs to be a single Tensor, got: {type(outputs)}")


class GreedyEmbeddingHelper(_OfEmbeddings):
    """Feeds the embedding of the most likely symbol.

    Args:
        embedding: tensor [symbols, size], or a function of ids int [batch].
        start_tokens: int [batch].
        end_token: int scalar.

    Raises ValueError if start_tokens is not a vector or end_token not a scalar.
    """

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """argmax over the last axis, int32 [batch]. TypeError if outputs is not one tensor."""
        _assert_one_tensor(outputs)
        return v1.argmax(outputs, axis=-1, output_type=v1.int32)


class SampleEmbeddingHelper(_OfEmbeddings):
    """Feeds the embedding of a symbol drawn from softmax(outputs / temperature).

    Args:
        embedding, start_tokens, end_token: see GreedyEmbeddingHelper.
        softmax_temperature: above 1 more random, below 1 less; None is 1.
        seed: of the draws.
    """

    def __init__(
        self, embedding: Any, start_tokens: Any, end_token: Any, softmax_temperature: Any = None, seed: Any = None
    ) -> None:
        super().__init__(embedding, start_tokens, end_token)
        self._softmax_temperature = softmax_temperature
        self._seed = seed

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """Symbols int32 [batch]. TypeError if outputs is not one tensor."""
        _assert_one_tensor(outputs)
        logits = outputs if self._softmax_temperature is None else outputs / self._softmax_temperature
        return drawn(logits, self._seed)


def drawn(logits: Any, seed: Any) -> Any:
    """One symbol for each row of logits, int32 [batch]."""
    symbols = v1.random.categorical(logits, 1, seed=seed, dtype=v1.int32)
    return v1.reshape(symbols, v1.shape(logits)[:-1])


class InferenceHelper(Helper):
    """Feeds what a function makes of the samples.

    Args:
        sample_fn: outputs -> samples.
        sample_shape, sample_dtype: of the samples; the shape without batch.
        start_inputs: first inputs [batch, ...].
        end_fn: samples -> finished [batch] bool.
        next_inputs_fn: samples -> next inputs; None: the samples themselves.
    """

    def __init__(
        self,
        sample_fn: Callable[[Any], Any],
        sample_shape: Any,
        sample_dtype: Any,
        start_inputs: Any,
        end_fn: Callable[[Any], Any],
        next_inputs_fn: Callable[[Any], Any] | None = None,
    ) -> None:
        self._sample_fn = sample_fn
        self._end_fn = end_fn
        self._sample_shape = v1.TensorShape(sample_shape)
        self._sample_dtype = sample_dtype
        self._next_inputs_fn = next_inputs_fn
        self._batch_size = v1.shape(start_inputs)[0]
        self._start_inputs = v1.convert_to_tensor(start_inputs, name="start_inputs")

    @property
    def batch_size(self) -> Any:
        """Scalar int32 tensor."""
        return self._batch_size

    @property
    def sample_ids_shape(self) -> Any:
        """Shape of the samples without batch."""
        return self._sample_shape

    @property
    def sample_ids_dtype(self) -> Any:
        """dtype of the samples."""
        return self._sample_dtype

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """(nothing finished, start_inputs)."""
        return v1.tile([False], [self._batch_size]), self._start_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """What sample_fn returns."""
        return self._sample_fn(outputs)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """(what end_fn says, next inputs, the state)."""
        next_inputs = sample_ids if self._next_inputs_fn is None else self._next_inputs_fn(sample_ids)
        return self._end_fn(sample_ids), next_inputs, state
