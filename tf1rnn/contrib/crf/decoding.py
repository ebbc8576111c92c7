"""The most likely tags of a linear chain (Viterbi 1967), `tf.contrib.crf`.

delta'[j] = x[t, j] + max_i(delta[i] + transitions[i, j]);   back[t, j] = the i that attains it
the best last tag, then back from step to step
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1

from tf1rnn.rnn.cell import RNNCell
from tf1rnn.rnn.dynamic import dynamic_rnn


def viterbi_decode(score: Any, transition_params: Any) -> tuple[list[int], float]:
    """The best tags of one sequence, in NumPy.

    Args:
        score: [time, tags].
        transition_params: [tags, tags], from row to column.

    Returns: (list of `time` tags, their score).
    """
    best = np.zeros_like(score)
    back = np.zeros_like(score, dtype=np.int32)
    best[0] = score[0]
    for t in range(1, score.shape[0]):
        reached = np.expand_dims(best[t - 1], 1) + transition_params
        best[t] = score[t] + np.max(reached, 0)
        back[t] = np.argmax(reached, 0)
    tags: list[Any] = [np.argmax(best[-1])]
    for pointers in reversed(back[1:]):
        tags.append(pointers[tags[-1]])
    tags.reverse()
    return tags, np.max(best[-1])


class CrfDecodeForwardRnnCell(RNNCell):
    """One step forward: x [batch, tags], delta [batch, tags] -> (where from int32 [batch, tags], delta').

    Args:
        transition_params: [tags, tags].
    """

    def __init__(self, transition_params: Any) -> None:
        super().__init__()
        self._transitions = v1.expand_dims(transition_params, 0)
        self._num_tags = v1.dimension_value(v1.convert_to_tensor(transition_params).shape.dims[0])

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
        reached = v1.expand_dims(state, 2) + self._transitions
        new_state = inputs + v1.reduce_max(reached, [1])
        return v1.argmax(reached, 1, output_type=v1.int32), new_state


class CrfDecodeBackwardRnnCell(RNNCell):
    """One step back: where from int32 [batch, tags], tag int32 [batch, 1] -> (tag before, the same).

    Args:
        num_tags: number of tags.
    """

    def __init__(self, num_tags: int) -> None:
        super().__init__()
        self._num_tags = num_tags

    @property
    def state_size(self) -> int:
        """1."""
        return 1

    @property
    def output_size(self) -> int:
        """1."""
        return 1

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:  # type: ignore[override]
        """See the class."""
        before = v1.batch_gather(inputs, state)
        return before, before


def crf_decode(potentials: Any, transition_params: Any, sequence_length: Any) -> tuple[Any, Any]:
    """The best tags of each sequence.

    Args:
        potentials: [batch, time, tags].
        transition_params: [tags, tags].
        sequence_length: int [batch].

    Returns: (tags int32 [batch, time], zero past the length; their scores [batch]).
    """
    potentials = v1.convert_to_tensor(potentials)

    def one() -> tuple[Any, Any]:
        flat = v1.squeeze(potentials, [1])
        return v1.expand_dims(v1.cast(v1.argmax(flat, axis=1), v1.int32), 1), v1.reduce_max(flat, axis=1)

    def several() -> tuple[Any, Any]:
        return _decoded(potentials, transition_params, v1.cast(sequence_length, v1.int32))

    steps = v1.dimension_value(potentials.shape.dims[1])
    if steps is None:
        return v1.cond(v1.equal(v1.shape(potentials)[1], 1), one, several)  # type: ignore[no-any-return]
    return one() if steps == 1 else several()


def _decoded(potentials: Any, transitions: Any, lengths: Any) -> tuple[Any, Any]:
    """Decodes two steps or more."""
    tags = v1.dimension_value(potentials.shape.dims[2])
    remaining = v1.maximum(lengths - 1, 0)
    with v1.variable_scope("crf_fwd"):
        back, delta = dynamic_rnn(
            CrfDecodeForwardRnnCell(transitions),
            potentials[:, 1:],
            sequence_length=remaining,
            initial_state=potentials[:, 0],
            dtype=v1.int32,
        )
    last = v1.expand_dims(v1.cast(v1.argmax(delta, axis=1), v1.int32), 1)
    reversed_back = v1.reverse_sequence(back, remaining, seq_axis=1)
    with v1.variable_scope("crf_bwd"):
        found, _ = dynamic_rnn(
            CrfDecodeBackwardRnnCell(tags),
            reversed_back,
            sequence_length=remaining,
            initial_state=last,
            dtype=v1.int32,
        )
    found = v1.concat([last, v1.squeeze(found, [2])], 1)
    return v1.reverse_sequence(found, lengths, seq_axis=1), v1.reduce_max(delta, axis=1)
