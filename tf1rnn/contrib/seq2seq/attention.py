"""Attention mechanisms: scores of a query against the keys of a memory, and the alignments made of them.

Luong (2015, arXiv:1508.04025):     score_k = query . key_k                   (scaled: times attention_g)
Bahdanau (2014, arXiv:1409.0473):   score_k = attention_v . tanh(key_k + W query)
    normalized (arXiv:1602.07868):  attention_g * attention_v / |attention_v| . tanh(key_k + W query + attention_b)
key_k = memory_k . memory_layer/kernel;  alignments = softmax(score), past a memory's length zero
monotonic: alignments as in `monotonic.py`, of sigmoid(score + attention_score_bias)
"""

from __future__ import annotations

import abc
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1

from tf1rnn import op_numbers
from tf1rnn.contrib.seq2seq.monotonic import monotonic_attention
from tf1rnn.layers.core import Dense

nest = v1.nest


class AttentionMechanism:
    """What an AttentionWrapper attends with."""

    @property
    def alignments_size(self) -> Any:
        """Number of places in the memory."""
        raise NotImplementedError

    @property
    def state_size(self) -> Any:
        """Size of the state a mechanism carries from step to step."""
        raise NotImplementedError


class _Base(AttentionMechanism):
    """What all mechanisms share: the memory, masked, its keys, and the mask of the scores."""

    _scope: str

    def __init__(
        self,
        query_layer: Any,
        memory: Any,
        probability_fn: Callable[[Any, Any], Any],
        memory_sequence_length: Any,
        memory_layer: Any,
        score_mask_value: Any,
        custom_key_value_fn: Callable[[Any, Any], tuple[Any, Any]] | None,
        dtype: Any,
        name: str,
    ) -> None:
        self._query_layer = query_layer
        self._memory_layer = memory_layer
        self.dtype = dtype
        with v1.name_scope(name, "BaseAttentionMechanismInit", nest.flatten(memory)):
            if score_mask_value is None:
                score_mask_value = v1.as_dtype(dtype).as_numpy_dtype(-np.inf)
            self._values = _masked_memory(memory, memory_sequence_length)
            self._keys = memory_layer(self._values) if memory_layer else self._values
            if custom_key_value_fn is not None:
                self._keys, self._values = custom_key_value_fn(self._keys, self._values)
            dims = self._keys.shape.dims
            self._batch_size = v1.dimension_value(dims[0]) or v1.shape(self._keys)[0]
            self._alignments_size = v1.dimension_value(dims[1]) or v1.shape(self._keys)[1]

        def probability(score: Any, previous: Any) -> Any:
            return probability_fn(_masked_score(score, memory_sequence_length, score_mask_value), previous)

        self._probability_fn = probability

    @property
    def memory_layer(self) -> Any:
        """The layer that makes keys of the memory, or None."""
        return self._memory_layer

    @property
    def query_layer(self) -> Any:
        """The layer on the query, or None."""
        return self._query_layer

    @property
    def values(self) -> Any:
        """The memory [batch, places, size], zero past its lengths."""
        return self._values

    @property
    def keys(self) -> Any:
        """The keys [batch, places, units]."""
        return self._keys

    @property
    def batch_size(self) -> Any:
        """Batch size of the memory, an int if it is known."""
        return self._batch_size

    @property
    def alignments_size(self) -> Any:
        """Number of places in the memory."""
        return self._alignments_size

    @property
    def state_size(self) -> Any:
        """The same: the state is the alignments."""
        return self._alignments_size

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Any:
        """Zeros [batch_size, places]."""
        sizes = (batch_size, self._alignments_size)
        with op_numbers.counted(8 + 2 * sum(isinstance(size, v1.Tensor) for size in sizes)):
            return v1.zeros(v1.stack(sizes), dtype=dtype)

    def initial_state(self, batch_size: Any, dtype: Any) -> Any:
        """The initial alignments."""
        return self.initial_alignments(batch_size, dtype)

    @abc.abstractmethod
    def _score(self, query: Any) -> Any:
        """Scores [batch, places] of a query [batch, depth]; variables of the current scope."""

    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]:
        """query [batch, depth], alignments before -> (alignments [batch, places], the same as next state)."""
        with v1.variable_scope(None, self._scope, [query]):
            alignments = self._probability_fn(self._score(query), state)
        return alignments, alignments


def _masked_memory(memory: Any, lengths: Any) -> Any:
    """The memory, zero past its lengths. ValueError if a size after batch and places is unknown."""
    memory = nest.map_structure(v1.convert_to_tensor, memory)
    if lengths is not None:
        lengths = v1.convert_to_tensor(lengths, name="memory_sequence_length")

    def one(values: Any) -> Any:
        if not values.shape[2:].is_fully_defined():
            raise ValueError(
                f"Expected memory {values.name} to have fully defined inner dims, but saw shape: {values.shape}"
            )
        if lengths is None:
            return values
        mask = v1.sequence_mask(lengths, maxlen=v1.shape(nest.flatten(memory)[0])[1], dtype=values.dtype)
        rank = values.shape.ndims
        op_numbers.ahead(2)  # ones of their own shape
        return values * v1.reshape(mask, v1.concat([v1.shape(mask), [1] * (rank - 2)], 0))

    return nest.map_structure(one, memory)


def _masked_score(score: Any, lengths: Any, value: Any) -> Any:
    if lengths is None:
        return score
    positive = v1.assert_positive(lengths, message="All values in memory_sequence_length must greater than zero.")
    with v1.control_dependencies([positive]):
        mask = v1.sequence_mask(lengths, maxlen=v1.shape(score)[1])
        return v1.where(mask, score, value * v1.ones_like(score))


def _without_memory(function: Callable[[Any], Any] | None) -> Callable[[Any, Any], Any]:
    """A function of scores as one of (scores, previous alignments); softmax for None."""
    chosen = v1.nn.softmax if function is None else function
    return lambda score, _: chosen(score)


def _monotonic(noise: float, mode: str, seed: Any) -> Callable[[Any, Any], Any]:
    """The alignments of monotonic attention as a function of (scores, previous alignments)."""

    def alignments(score: Any, previous: Any) -> Any:
        if noise > 0:
            score = score + noise * v1.random_normal(v1.shape(score), dtype=score.dtype, seed=seed)
        chosen = v1.cast(score > 0, score.dtype) if mode == "hard" else v1.sigmoid(score)
        return monotonic_attention(chosen, previous, mode)

    return alignments


class _Luong(_Base):
    _scale: bool

    def _score(self, query: Any) -> Any:
        depth, units = query.shape.as_list()[-1], self._keys.shape.as_list()[-1]
        if depth != units:
            raise ValueError(
                f"Incompatible or unknown inner dimensions between query and keys.  Query ({query}) has units: "
                f"{depth}.  Keys ({self._keys}) have units: {units}.  Perhaps you need to set num_units to the "
                f"keys' dimension ({units})?"
            )
        score = v1.squeeze(v1.matmul(v1.expand_dims(query, 1), self._keys, transpose_b=True), [1])
        if self._scale:
            start = v1.ones_initializer()
            score = v1.get_variable("attention_g", shape=(), dtype=query.dtype, initializer=start) * score
        return score


class _Bahdanau(_Base):
    _num_units: int
    _normalize: bool

    def _score(self, query: Any) -> Any:
        units = self._num_units
        query = self._query_layer(query) if self._query_layer else query
        dtype = query.dtype
        v = v1.get_variable("attention_v", [units], dtype=dtype)
        query = v1.expand_dims(query, 1)
        if not self._normalize:
            return v1.reduce_sum(v * v1.tanh(self._keys + query), 2)
        start = v1.constant_initializer(math.sqrt(1.0 / units))
        g = v1.get_variable("attention_g", shape=(), dtype=dtype, initializer=start)
        b = v1.get_variable("attention_b", [units], dtype=dtype, initializer=v1.zeros_initializer())
        direction = g * v * v1.rsqrt(v1.reduce_sum(v1.square(v)))
        return v1.reduce_sum(direction * v1.tanh(self._keys + query + b), 2)


class _Monotonic(_Base):
    """The score bias and the first alignments (all on the first place) of monotonic attention."""

    _score_bias_init: float

    def _score(self, query: Any) -> Any:
        score = super()._score(query)  # type: ignore[safe-super]
        start = v1.constant_initializer(self._score_bias_init)
        return score + v1.get_variable("attention_score_bias", shape=(), dtype=score.dtype, initializer=start)

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Any:
        """One at the first place, [batch_size, places]."""
        return v1.one_hot(v1.zeros([batch_size], dtype=v1.int32), self._alignments_size, dtype=dtype)


class LuongAttention(_Luong):
    """Multiplicative attention. Variables: memory_layer/kernel, on request luong_attention/attention_g.

    Args:
        num_units: depth of the queries.
        memory: [batch, places, size].
        memory_sequence_length: int [batch]; None: all places count.
        scale: whether scores are scaled by a variable.
        probability_fn: scores -> alignments; softmax by default.
        score_mask_value: score of places past the length; -inf by default.
        dtype: of the variables; float32 by default.
        custom_key_value_fn: (keys, values) -> (keys, values).
        name: of the operations.
    """

    _scope = "luong_attention"

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        probability_fn: Callable[[Any], Any] | None = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Any = None,
        name: str = "LuongAttention",
    ) -> None:
        dtype = dtype or v1.float32
        super().__init__(
            query_layer=None,
            memory=memory,
            probability_fn=_without_memory(probability_fn),
            memory_sequence_length=memory_sequence_length,
            memory_layer=Dense(num_units, name="memory_layer", use_bias=False, dtype=dtype),
            score_mask_value=score_mask_value,
            custom_key_value_fn=custom_key_value_fn,
            dtype=dtype,
            name=name,
        )
        self._num_units = num_units
        self._scale = scale


class BahdanauAttention(_Bahdanau):
    """Additive attention.

    Variables: memory_layer/kernel; in bahdanau_attention query_layer/kernel, attention_v, normalized also
    attention_g and attention_b.

    Args:
        num_units: size of the hidden layer.
        normalize: whether attention_v is weight-normalized.
        others: see LuongAttention.
    """

    _scope = "bahdanau_attention"

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        probability_fn: Callable[[Any], Any] | None = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Any = None,
        name: str = "BahdanauAttention",
    ) -> None:
        dtype = dtype or v1.float32
        super().__init__(
            query_layer=Dense(num_units, name="query_layer", use_bias=False, dtype=dtype),
            memory=memory,
            probability_fn=_without_memory(probability_fn),
            memory_sequence_length=memory_sequence_length,
            memory_layer=Dense(num_units, name="memory_layer", use_bias=False, dtype=dtype),
            score_mask_value=score_mask_value,
            custom_key_value_fn=custom_key_value_fn,
            dtype=dtype,
            name=name,
        )
        self._num_units = num_units
        self._normalize = normalize


class LuongMonotonicAttention(_Monotonic, _Luong):
    """Monotonic attention with multiplicative scores.

    Args:
        sigmoid_noise: standard deviation of noise added to the scores.
        sigmoid_noise_seed: its seed.
        score_bias_init: what attention_score_bias starts at.
        mode: see monotonic_attention.
        others: see LuongAttention.
    """

    _scope = "luong_monotonic_attention"

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: Any = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "LuongMonotonicAttention",
    ) -> None:
        dtype = dtype or v1.float32
        super().__init__(
            query_layer=Dense(num_units, name="query_layer", use_bias=False, dtype=dtype),
            memory=memory,
            probability_fn=_monotonic(sigmoid_noise, mode, sigmoid_noise_seed),
            memory_sequence_length=memory_sequence_length,
            memory_layer=Dense(num_units, name="memory_layer", use_bias=False, dtype=dtype),
            score_mask_value=score_mask_value,
            custom_key_value_fn=None,
            dtype=dtype,
            name=name,
        )
        self._num_units = num_units
        self._scale = scale
        self._score_bias_init = score_bias_init


class BahdanauMonotonicAttention(_Monotonic, _Bahdanau):
    """Monotonic attention with additive scores. Args: see LuongMonotonicAttention and BahdanauAttention."""

    _scope = "bahdanau_monotonic_attention"

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: Any = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "BahdanauMonotonicAttention",
    ) -> None:
        dtype = dtype or v1.float32
        super().__init__(
            query_layer=Dense(num_units, name="query_layer", use_bias=False, dtype=dtype),
            memory=memory,
            probability_fn=_monotonic(sigmoid_noise, mode, sigmoid_noise_seed),
            memory_sequence_length=memory_sequence_length,
            memory_layer=Dense(num_units, name="memory_layer", use_bias=False, dtype=dtype),
            score_mask_value=score_mask_value,
            custom_key_value_fn=None,
            dtype=dtype,
            name=name,
        )
        self._num_units = num_units
        self._normalize = normalize
        self._score_bias_init = score_bias_init
