"""Scheduled sampling (Bengio et al. 2015, arXiv:1506.03099): now and then the model's own output is fed instead
of the given input.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.seq2seq.helpers import TrainingHelper, drawn, embedding_function
from tf1rnn.rnn.dynamic import transpose_batch_time

nest = v1.nest


def _probability(value: Any) -> Any:
    probability = v1.convert_to_tensor(value, name="sampling_probability")
    if probability.shape.ndims not in (0, 1):
        raise ValueError(f"sampling_probability must be either a scalar or a vector. saw shape: {probability.shape}")
    return probability


def _chosen(probability: Any, batch_size: Any, seed: Any) -> Any:
    """bool [batch], each true with its probability."""
    return v1.random_uniform([batch_size], seed=seed, dtype=probability.dtype) < probability


def _by_row(chosen: Any, yes: Any, no: Any) -> Any:
    result = v1.where(chosen, yes, no)
    result.set_shape(no.shape)
    return result


class ScheduledEmbeddingTrainingHelper(TrainingHelper):
    """Feeds, with a probability, the embedding of a symbol drawn from the outputs.

    Samples are the drawn symbols, -1 where the given input is fed.

    Args:
        inputs, sequence_length, time_major, name: see TrainingHelper.
        embedding: tensor [symbols, size], or a function of ids.
        sampling_probability: scalar, or vector [batch].
        seed: of the drawn symbols.
        scheduling_seed: of the choice between symbol and input.

    Raises ValueError if sampling_probability is neither a scalar nor a vector.
    """

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        embedding: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: Any = None,
        scheduling_seed: Any = None,
        name: str | None = None,
    ) -> None:
        self._embedding_fn = embedding_function(embedding)
        self._sampling_probability = _probability(sampling_probability)
        self._seed = seed
        self._scheduling_seed = scheduling_seed
        super().__init__(inputs, sequence_length, time_major=time_major, name=name)

    def sample(self, time: Any, outputs: Any, state: Any = None, name: str | None = None, **kwargs: Any) -> Any:
        """int32 [batch]: drawn symbols, or -1."""
        with v1.name_scope(name or "ScheduledEmbeddingTrainingHelperSample"):
            chosen = _chosen(self._sampling_probability, self.batch_size, self._scheduling_seed)
            return v1.where(chosen, drawn(outputs, self._seed), v1.fill([self.batch_size], -1))

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any = None, name: str | None = None, **kwargs: Any
    ) -> tuple[Any, Any, Any]:
        """(which sequences end, next inputs, the state)."""
        finished, given, state = super().next_inputs(time, outputs, state)

        def mixed() -> Any:
            embedded = self._embedding_fn(v1.maximum(sample_ids, 0))  # -1 is no symbol
            return _by_row(sample_ids > -1, embedded, given)

        return finished, v1.cond(v1.reduce_all(finished), lambda: given, mixed), state


class ScheduledOutputTrainingHelper(TrainingHelper):
    """Feeds, with a probability, the outputs themselves. Samples are 1 where that is so, else 0.

    Args:
        inputs, sequence_length, time_major, name: see TrainingHelper.
        sampling_probability: scalar, or vector [batch].
        seed: of the choice.
        next_inputs_fn: outputs -> inputs; None: the outputs as they are.
        auxiliary_inputs: tensors like the inputs that are appended to each step's inputs.

    Raises ValueError if sampling_probability is neither a scalar nor a vector.
    """

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: Any = None,
        next_inputs_fn: Callable[[Any], Any] | None = None,
        auxiliary_inputs: Any = None,
        name: str | None = None,
    ) -> None:
        self._sampling_probability = _probability(sampling_probability)
        self._seed = seed
        self._next_inputs_fn = next_inputs_fn
        self._auxiliary: Any = None
        if auxiliary_inputs is not None:
            inputs = nest.map_structure(lambda a, b: v1.concat([a, b], -1), inputs, auxiliary_inputs)
            auxiliary = nest.map_structure(v1.convert_to_tensor, auxiliary_inputs)
            if not time_major:
                auxiliary = nest.map_structure(transpose_batch_time, auxiliary)
            self._auxiliary = auxiliary
        super().__init__(inputs, sequence_length, time_major=time_major, name=name)

    def sample(self, time: Any, outputs: Any, state: Any = None, name: str | None = None, **kwargs: Any) -> Any:
        """int32 [batch]: 1 where the output is fed."""
        with v1.name_scope(name or "ScheduledOutputTrainingHelperSample"):
            return v1.cast(_chosen(self._sampling_probability, self.batch_size, self._seed), v1.int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any = None, name: str | None = None, **kwargs: Any
    ) -> tuple[Any, Any, Any]:
        """(which sequences end, next inputs, the state)."""
        finished, given, state = super().next_inputs(time, outputs, state)
        chosen = v1.cast(sample_ids, v1.bool)

        def mixed() -> Any:
            own = outputs if self._next_inputs_fn is None else self._next_inputs_fn(outputs)
            if self._auxiliary is not None:
                own = nest.map_structure(lambda a, b: v1.concat([a, b[time + 1]], -1), own, self._auxiliary)
            return nest.map_structure(lambda a, b: _by_row(chosen, a, b), own, given)

        unchanged = v1.logical_or(v1.reduce_all(finished), v1.logical_not(v1.reduce_any(chosen)))
        return finished, v1.cond(unchanged, lambda: given, mixed), state
