"""Linear-chain conditional random fields (Lafferty et al. 2001), `tf.contrib.crf`: scores and likelihood.

score(y) = sum_t x[t, y_t] + sum_t transitions[y_t, y_t+1]           over the steps of the sequence
log Z    = log of the sum of exp(score) over all sequences: alpha'[j] = x[t, j] + logsumexp_i(alpha[i] + A[i, j])
log likelihood = score - log Z
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.cell import RNNCell
from tf1rnn.rnn.dynamic import dynamic_rnn


def _int32(lengths: Any) -> Any:
    return v1.cast(lengths, v1.int32)


def crf_unary_score(tag_indices: Any, sequence_lengths: Any, inputs: Any) -> Any:
    """The sum of the inputs at the tags.

    Args:
        tag_indices: int [batch, time].
        sequence_lengths: int [batch].
        inputs: [batch, time, tags].

    Returns: [batch].
    """
    inputs = v1.convert_to_tensor(inputs)
    tags = v1.one_hot(tag_indices, v1.shape(inputs)[2], dtype=inputs.dtype)
    at_tags = v1.reduce_sum(inputs * tags, 2)
    return v1.reduce_sum(at_tags * v1.sequence_mask(sequence_lengths, v1.shape(tag_indices)[1], inputs.dtype), 1)


def crf_binary_score(tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """The sum of the transitions between the tags.

    Args:
        tag_indices: int [batch, time].
        sequence_lengths: int [batch].
        transition_params: [tags, tags], from row to column.

    Returns: [batch].
    """
    transitions = v1.convert_to_tensor(transition_params)
    tags = v1.shape(transitions)[0]
    moves = v1.shape(tag_indices)[1] - 1
    before = v1.slice(tag_indices, [0, 0], [-1, moves])
    after = v1.slice(tag_indices, [0, 1], [-1, moves])
    flat = v1.reshape(transitions, [-1])
    scores = v1.gather(flat, v1.cast(before, v1.int32) * tags + v1.cast(after, v1.int32))
    mask = v1.sequence_mask(v1.maximum(_int32(sequence_lengths) - 1, 0), moves, scores.dtype)
    return v1.reduce_sum(scores * mask, 1)


def crf_sequence_score(inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """The score of a tag sequence: unary and binary; 0 for an empty one.

    Args: see crf_unary_score and crf_binary_score.

    Returns: [batch].
    """
    score = crf_unary_score(tag_indices, sequence_lengths, inputs)
    if v1.dimension_value(inputs.shape.dims[1]) != 1:  # a single step has no transition, nor a gradient for it
        score += crf_binary_score(tag_indices, sequence_lengths, transition_params)
    return v1.where(_int32(sequence_lengths) <= 0, v1.zeros_like(score), score)


def crf_multitag_sequence_score(inputs: Any, tag_bitmap: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """log of the sum of exp(score) over all sequences of allowed tags.

    Args:
        tag_bitmap: bool [batch, time, tags]: which tags are allowed.
        others: see crf_sequence_score.

    Returns: [batch].
    """
    inputs = v1.convert_to_tensor(inputs)
    allowed = v1.where(tag_bitmap, inputs, v1.fill(v1.shape(inputs), v1.constant(float("-inf"), inputs.dtype)))
    steps = v1.dimension_value(inputs.shape.dims[1])

    def one() -> Any:
        return v1.reduce_logsumexp(allowed, [1, 2])  # an empty sequence counts as one step here, and only here

    def several() -> Any:
        return crf_log_norm(allowed, sequence_lengths, transition_params)

    if steps is None:
        return v1.cond(v1.equal(v1.shape(inputs)[1], 1), one, several)
    return one() if steps == 1 else several()


def crf_log_norm(inputs: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """log Z [batch]; 0 for an empty sequence. Args: see crf_sequence_score."""
    inputs = v1.convert_to_tensor(inputs)
    lengths = _int32(sequence_lengths)
    first = inputs[:, 0]
    rest = inputs[:, 1:]
    cell = CrfForwardRnnCell(transition_params)
    # A single step has no transition: the loop over no steps leaves the first inputs.
    remaining = v1.maximum(lengths - 1, 0)
    steps = v1.dimension_value(inputs.shape.dims[1])

    def several() -> Any:
        _, alphas = dynamic_rnn(cell, rest, sequence_length=remaining, initial_state=first, dtype=inputs.dtype)
        return v1.reduce_logsumexp(alphas, [1])

    def one() -> Any:
        return v1.reduce_logsumexp(first, [1])

    if steps is None:
        norm = v1.cond(v1.equal(v1.shape(inputs)[1], 1), one, several)
    else:
        norm = one() if steps == 1 else several()
    return v1.where(lengths <= 0, v1.zeros_like(norm), norm)


def crf_log_likelihood(
    inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any = None
) -> tuple[Any, Any]:
    """log likelihood of tag sequences.

    Args:
        inputs: [batch, time, tags].
        tag_indices: int [batch, time].
        sequence_lengths: int [batch].
        transition_params: [tags, tags]; None: a new variable `transitions`.

    Returns: (log likelihood [batch], transition_params).
    """
    if transition_params is None:
        tags = v1.dimension_value(inputs.shape.dims[2])
        transition_params = v1.get_variable("transitions", [tags, tags])
    score = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    return score - crf_log_norm(inputs, sequence_lengths, transition_params), transition_params


class CrfForwardRnnCell(RNNCell):
    """One step of the forward algorithm: inputs [batch, tags], alpha [batch, tags] -> (alpha', alpha').

    Args:
        transition_params: [tags, tags].
    """

    def __init__(self, transition_params: Any) -> None:
        super().__init__()
        self._transitions = v1.expand_dims(transition_params, 0)
        self._num_tags = v1.dimension_value(self._transitions.shape.dims[2])

    @property
    def state_size(self) -> Any:
        """Number of tags."""
        return self._num_tags

    @property
    def output_size(self) -> Any:
        """Number of tags."""
        return self._num_tags

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:  # type: ignore[override]
        """See the class."""
        new = inputs + v1.reduce_logsumexp(v1.expand_dims(state, 2) + self._transitions, [1])
        return new, new
