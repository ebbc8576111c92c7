"""Beam search. With K beams, V symbols, total = log probability of a beam so far:

    step   = log_softmax(logits);  a finished beam gives all its mass to the end token
    scores = (total + step) / ((5 + length) / 6) ^ length_penalty_weight + coverage penalty
    the K largest of the K * V scores go on

length counts symbols, the end token not; the coverage penalty of a finished beam is
coverage_penalty_weight * sum_k log(min(attention given to place k so far, 1)) (Wu et al. 2016, arXiv:1609.08144).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as v1

from tf1rnn.contrib.seq2seq import beams
from tf1rnn.contrib.seq2seq.attention_wrapper import AttentionWrapperState
from tf1rnn.contrib.seq2seq.basic_decoder import assert_is_layer, output_size_of
from tf1rnn.contrib.seq2seq.decoder import Decoder
from tf1rnn.contrib.seq2seq.helpers import embedding_function
from tf1rnn.rnn.cell import assert_is_cell

nest = v1.nest


class BeamSearchDecoderState(NamedTuple):
    """State of the search; tensors are [batch, beams, …]."""

    cell_state: Any
    log_probs: Any
    finished: Any
    lengths: Any
    accumulated_attention_probs: Any


class BeamSearchDecoderOutput(NamedTuple):
    """Outputs of a step, each [batch, beams]."""

    scores: Any
    predicted_ids: Any
    parent_ids: Any


class FinalBeamSearchDecoderOutput(NamedTuple):
    """What dynamic_decode returns: whole sequences [batch, time, beams], the best first, and the steps' outputs."""

    predicted_ids: Any
    beam_search_decoder_output: BeamSearchDecoderOutput


class BeamSearchDecoder(Decoder):
    """A decoder that searches the most likely sequences.

    Args:
        cell: an RNNCell.
        embedding: tensor [symbols, size], or a function of ids.
        start_tokens: int [batch].
        end_token: int scalar.
        initial_state: state of the cell [batch * beams, …] (see tile_batch).
        beam_width: number of beams.
        output_layer: layer that makes logits of the cell's outputs; None: none.
        length_penalty_weight, coverage_penalty_weight: 0: no penalty. The latter needs an AttentionWrapper.
        reorder_tensor_arrays: whether TensorArrays in the final state follow the sequences that were found.

    Raises:
        TypeError: not a cell or layer.
        ValueError: start_tokens is not a vector or end_token not a scalar.
    """

    def __init__(
        self,
        cell: Any,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        initial_state: Any,
        beam_width: int,
        output_layer: Any = None,
        length_penalty_weight: Any = 0.0,
        coverage_penalty_weight: Any = 0.0,
        reorder_tensor_arrays: bool = True,
    ) -> None:
        assert_is_cell("cell", cell)
        assert_is_layer("output_layer", output_layer)
        self._cell = cell
        self._output_layer = output_layer
        self._reorder_tensor_arrays = reorder_tensor_arrays
        self._embedding_fn = embedding_function(embedding)
        self._start_tokens = v1.convert_to_tensor(start_tokens, dtype=v1.int32, name="start_tokens")
        if self._start_tokens.shape.ndims != 1:
            raise ValueError("start_tokens must be a vector")
        self._end_token = v1.convert_to_tensor(end_token, dtype=v1.int32, name="end_token")
        if self._end_token.shape.ndims != 0:
            raise ValueError("end_token must be a scalar")
        self._batch_size = v1.size(self._start_tokens)
        self._beam_width = beam_width
        self._length_penalty_weight = length_penalty_weight
        self._coverage_penalty_weight = coverage_penalty_weight
        self._dtype = nest.flatten(initial_state)[0].dtype
        self._initial_cell_state = nest.map_structure(self._split, initial_state)
        tiled = v1.tile(v1.expand_dims(self._start_tokens, 1), [1, beam_width])
        self._start_inputs = self._embedding_fn(tiled)
        self._finished = v1.one_hot(
            v1.zeros([self._batch_size], dtype=v1.int32), beam_width, on_value=False, off_value=True, dtype=v1.bool
        )

    def _split(self, t: Any) -> Any:
        """Beams apart; scalars (a step counter) and TensorArrays have none."""
        if isinstance(t, v1.TensorArray) or t.shape.ndims == 0:
            return t
        return beams.split(t, self._batch_size, self._beam_width)

    def _merge(self, t: Any) -> Any:
        if isinstance(t, v1.TensorArray) or t.shape.ndims == 0:
            return t
        return beams.merge(t, self._batch_size, self._beam_width)

    @property
    def batch_size(self) -> Any:
        """Scalar int32 tensor."""
        return self._batch_size

    @property
    def tracks_own_finished(self) -> bool:
        """True: beams are shuffled, a beam can become unfinished."""
        return True

    @property
    def output_size(self) -> BeamSearchDecoderOutput:
        """beam_width, three times."""
        size = v1.TensorShape([self._beam_width])
        return BeamSearchDecoderOutput(scores=size, predicted_ids=size, parent_ids=size)

    @property
    def output_dtype(self) -> BeamSearchDecoderOutput:
        """dtype of the state for the scores, int32 for the ids."""
        sizes = output_size_of(self._cell, self._output_layer)
        score = nest.map_structure(lambda _: self._dtype, sizes)
        return BeamSearchDecoderOutput(scores=score, predicted_ids=v1.int32, parent_ids=v1.int32)

    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """(finished [batch, beams], first inputs, BeamSearchDecoderState). Only the first beam is alive at first."""
        batch, width = self._batch_size, self._beam_width
        log_probs = v1.one_hot(
            v1.zeros([batch], dtype=v1.int32),
            width,
            on_value=v1.constant(0.0, dtype=self._dtype),
            off_value=v1.constant(-np.inf, dtype=self._dtype),
            dtype=self._dtype,
        )
        covered: Any = ()
        if self._covers:
            covered = v1.zeros_like(_attention(self._initial_cell_state))
        state = BeamSearchDecoderState(
            cell_state=self._initial_cell_state,
            log_probs=log_probs,
            finished=self._finished,
            lengths=v1.zeros([batch, width], dtype=v1.int64),
            accumulated_attention_probs=covered,
        )
        return self._finished, self._start_inputs, state

    @property
    def _covers(self) -> bool:
        """Whether there is a coverage penalty: a weight that is not the number 0, and attention to measure."""
        weight = self._coverage_penalty_weight
        absent = not isinstance(weight, v1.Tensor) and weight == 0.0
        return not absent and _attention(self._initial_cell_state) is not None

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> tuple[Any, Any, Any, Any]:
        """(BeamSearchDecoderOutput, next state, next inputs, finished)."""
        with v1.name_scope(name or "BeamSearchDecoderStep"):
            merged = nest.map_structure(self._merge, inputs)
            cell_state = nest.map_structure(self._merge, state.cell_state)
            outputs, cell_state = self._cell(merged, cell_state)
            outputs = nest.map_structure(self._split, outputs)
            cell_state = nest.map_structure(self._split, cell_state)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            output, next_state = self._search(outputs, cell_state, state)
            finished = next_state.finished
            next_inputs = v1.cond(
                v1.reduce_all(finished),
                lambda: self._start_inputs,
                lambda: self._embedding_fn(output.predicted_ids),
            )
        return output, next_state, next_inputs, finished

    def _search(self, logits: Any, cell_state: Any, state: Any) -> tuple[Any, Any]:
        """One step of the search over logits [batch, beams, symbols]."""
        symbols = v1.dimension_value(logits.shape.dims[-1]) or v1.shape(logits)[-1]
        finished = state.finished
        alive = v1.logical_not(finished)
        log_probs = _end_only(v1.nn.log_softmax(logits), self._end_token, finished, symbols)
        total = v1.expand_dims(state.log_probs, 2) + log_probs
        adds = v1.one_hot(
            v1.fill([self._batch_size, self._beam_width], self._end_token),
            symbols,
            on_value=np.int64(0),
            off_value=np.int64(1),
            dtype=v1.int64,
        )
        lengths = adds * v1.expand_dims(v1.cast(alive, v1.int64), 2) + v1.expand_dims(state.lengths, 2)
        covered: Any = None
        if self._covers:
            given = _attention(cell_state) * v1.expand_dims(v1.cast(alive, self._dtype), 2)
            covered = state.accumulated_attention_probs + given
        scores = self._scores(total, lengths, finished, covered)
        best, places = v1.nn.top_k(v1.reshape(scores, [self._batch_size, -1]), k=self._beam_width)
        beam_ids = v1.cast(v1.floordiv(places, symbols), v1.int32)
        word_ids = v1.cast(v1.floormod(places, symbols), v1.int32)
        was_finished = beams.pick(finished, beam_ids)
        next_lengths = beams.pick(state.lengths, beam_ids) + v1.cast(v1.logical_not(was_finished), v1.int64)
        next_state = BeamSearchDecoderState(
            cell_state=nest.map_structure(lambda t: self._picked(t, beam_ids), cell_state),
            log_probs=_at_places(total, places, state.log_probs),
            finished=v1.logical_or(was_finished, v1.equal(word_ids, self._end_token)),
            lengths=next_lengths,
            accumulated_attention_probs=beams.pick(covered, beam_ids) if covered is not None else (),
        )
        return BeamSearchDecoderOutput(scores=best, predicted_ids=word_ids, parent_ids=beam_ids), next_state

    def _picked(self, t: Any, beam_ids: Any) -> Any:
        if isinstance(t, v1.TensorArray) or t.shape.ndims < 2:
            return t
        return beams.pick(t, beam_ids)

    def _scores(self, total: Any, lengths: Any, finished: Any, covered: Any) -> Any:
        weight = self._length_penalty_weight
        scores = total
        if isinstance(weight, v1.Tensor) or weight != 0:
            scores = total / length_penalty(lengths, weight, total.dtype)
        if covered is not None:
            penalty = v1.reduce_sum(v1.log(v1.minimum(covered, 1.0)), 2) * v1.cast(finished, total.dtype)
            scores += v1.expand_dims(penalty, 2) * self._coverage_penalty_weight
        return scores

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> tuple[Any, Any]:
        """(FinalBeamSearchDecoderOutput, final state with its TensorArrays in the order of the sequences)."""
        longest = v1.cast(v1.reduce_max(final_state.lengths, axis=1), v1.int32)
        predicted = beams.gather_tree(outputs.predicted_ids, outputs.parent_ids, longest, self._end_token)
        if self._reorder_tensor_arrays:
            cell_state = nest.map_structure(
                lambda t: self._ordered(t, outputs.parent_ids, final_state.lengths), final_state.cell_state
            )
            final_state = final_state._replace(cell_state=cell_state)
        return FinalBeamSearchDecoderOutput(predicted, outputs), final_state

    def _can_order(self, shape: Any) -> bool:
        """Whether TensorFlow 1.15 orders a TensorArray with elements of this shape; warns if not.

        It does not if batch * beams and the size after it are both known: it takes that for the number of beams.
        """
        batch, width = v1.get_static_value(self._batch_size), self._beam_width
        possible = bool(shape.ndims)
        if possible and batch is not None:
            first, second = (*shape.as_list(), None)[:2]
            if first is not None:
                possible = first == batch * width and (second is None or (first, second) == (batch, width))
        if not possible:
            v1.logging.warning(
                f"TensorArray reordering expects elements to be reshapable to ({batch}, {width}, ...) which is "
                f"incompatible with the current shape {shape}. Consider setting reorder_tensor_arrays to False to "
                "disable TensorArray reordering during the beam search."
            )
        return possible

    def _ordered(self, t: Any, parent_ids: Any, lengths: Any) -> Any:
        """The values of a TensorArray, each written for [batch * beams, …], along the sequences that were found."""
        if not isinstance(t, v1.TensorArray) or not self._can_order(t.element_shape):
            return t
        values = t.stack()
        steps, batch, width = v1.shape(values)[0], self._batch_size, self._beam_width
        apart = v1.reshape(values, v1.concat([[steps, batch, width], v1.shape(values)[2:]], 0))
        longest = v1.cast(v1.reduce_max(lengths, axis=1), v1.int32)
        own = v1.zeros_like(parent_ids) + v1.range(width)
        inside = v1.transpose(v1.sequence_mask(lengths, maxlen=steps), [2, 0, 1])  # [time, batch, beams]
        # Past its end a sequence stays in its own beam.
        ordered = v1.batch_gather(apart, v1.where(inside, beams.beam_paths(parent_ids, longest), own))
        ordered = v1.reshape(ordered, v1.shape(values))
        ordered.set_shape(values.shape)
        return ordered


def length_penalty(lengths: Any, weight: Any, dtype: Any) -> Any:
    """((5 + lengths) / 6) ^ weight, of the shape of `lengths`."""
    return v1.pow((5.0 + v1.cast(lengths, dtype)) / 6.0, v1.cast(weight, dtype))


def _end_only(log_probs: Any, end_token: Any, finished: Any, symbols: Any) -> Any:
    """log_probs [batch, beams, symbols], for finished beams 0 at the end token and the lowest number elsewhere."""
    dtype = log_probs.dtype
    row = v1.one_hot(
        end_token,
        symbols,
        on_value=v1.constant(0.0, dtype=dtype),
        off_value=v1.constant(dtype.min, dtype=dtype),
        dtype=dtype,
    )
    rows = v1.zeros_like(log_probs) + row
    mask = v1.logical_and(v1.expand_dims(finished, 2), v1.ones_like(log_probs, dtype=v1.bool))
    return v1.where(mask, rows, log_probs)


def _at_places(total: Any, places: Any, like: Any) -> Any:
    """total [batch, beams, symbols] at flat places [batch, beams]."""
    flat = v1.reshape(total, [v1.shape(total)[0], -1])
    found = v1.batch_gather(flat, places)
    found.set_shape(like.shape)
    return found


def _attention(cell_state: Any) -> Any:
    """The alignments in an AttentionWrapper's state [batch, beams, places], the mean of several; None without."""
    if isinstance(cell_state, AttentionWrapperState):
        alignments = cell_state.alignments
        parts = list(alignments) if isinstance(alignments, (list, tuple)) else [alignments]
    elif isinstance(cell_state, (list, tuple)):
        parts = [a for a in (_attention(part) for part in cell_state) if a is not None]
    else:
        parts = []
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else v1.add_n(parts) / len(parts)
