"""`tf.contrib.legacy_seq2seq`: decoders with attention over the encoder's outputs (Vinyals et al. 2014,
arXiv:1412.7449).

    score_k = AttnV_<head> . tanh(state_k . AttnW_<head> + Attention_<head>(s))        k over attention states
    a = sum_k softmax(score)_k * state_k                                               for each head
    y, s' = cell(linear([x, a…]), s);   output = AttnOutputProjection([y, a…])
"""

from __future__ import annotations

import copy
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.legacy_seq2seq.decoders import Loop, either_way, embedded_argmax
from tf1rnn.rnn.affine import affine
from tf1rnn.rnn.projections import EmbeddingWrapper, OutputProjectionWrapper
from tf1rnn.rnn.static import static_rnn

nest = v1.nest


def attention_decoder(
    decoder_inputs: list[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    output_size: int | None = None,
    num_heads: int = 1,
    loop_function: Loop | None = None,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """Runs a cell that attends to `attention_states`.

    Args:
        decoder_inputs: list of [batch, depth].
        initial_state: state of the cell.
        attention_states: [batch, places, size].
        cell: an RNNCell.
        output_size: size of the outputs; that of the cell by default.
        num_heads: number of attention heads.
        loop_function: see rnn_decoder.
        dtype: of the variables; float32 by default.
        scope: variable scope or its name ("attention_decoder").
        initial_state_attention: whether the initial state attends too, instead of starting from zero attention.

    Returns: (list of outputs [batch, output_size], final state).

    Raises ValueError without inputs or heads, or if a size of the attention states is unknown.
    """
    if not decoder_inputs:
        raise ValueError("Must provide at least 1 input to attention decoder.")
    if num_heads < 1:
        raise ValueError("With less than 1 heads, use a non-attention decoder.")
    if v1.dimension_value(attention_states.shape.dims[2]) is None:
        raise ValueError(f"Shape[2] of attention_states must be known: {attention_states.shape}")
    if output_size is None:
        output_size = cell.output_size
    with v1.variable_scope(scope or "attention_decoder", dtype=dtype) as entered:
        dtype = entered.dtype
        heads = _Heads(attention_states, num_heads, dtype)
        batch = v1.shape(decoder_inputs[0])[0]
        attended = heads.zeros(batch)
        state, outputs, previous = initial_state, [], None
        if initial_state_attention:
            attended = heads.attend(initial_state)
        for step, given in enumerate(decoder_inputs):
            if step > 0:
                v1.get_variable_scope().reuse_variables()
            if loop_function is not None and previous is not None:
                with v1.variable_scope("loop_function", reuse=True):
                    given = loop_function(previous, step)
            size = given.shape.with_rank(2).as_list()[1]
            if size is None:
                raise ValueError(f"Could not infer input size from input: {given.name}")
            output, state = cell(affine([v1.cast(given, dtype), *attended], size, dtype=dtype), state)
            if step == 0 and initial_state_attention:
                with v1.variable_scope(v1.get_variable_scope(), reuse=True):
                    attended = heads.attend(state)
            else:
                attended = heads.attend(state)
            with v1.variable_scope("AttnOutputProjection"):
                output = affine([v1.cast(output, dtype), *attended], output_size, dtype=dtype)
            if loop_function is not None:
                previous = output
            outputs.append(output)
    return outputs, state


class _Heads:
    """The attention of all heads over fixed states."""

    def __init__(self, attention_states: Any, count: int, dtype: Any) -> None:
        places, self.size = (v1.dimension_value(d) for d in attention_states.shape.dims[1:3])
        self.places = places if places is not None else v1.shape(attention_states)[1]
        self.states = attention_states  # [batch, places, size]
        self.dtype = dtype
        self.keys, self.vectors = [], []
        for head in range(count):
            # A 1x1 convolution in TensorFlow 1.15, hence the shape of its variable.
            kernel = v1.get_variable(f"AttnW_{head}", [1, 1, self.size, self.size], dtype=dtype)
            flat = v1.matmul(v1.reshape(attention_states, [-1, self.size]), v1.reshape(kernel, [self.size, self.size]))
            self.keys.append(v1.reshape(flat, [-1, self.places, self.size]))
            self.vectors.append(v1.get_variable(f"AttnV_{head}", [self.size], dtype=dtype))

    def zeros(self, batch: Any) -> list[Any]:
        """No attention: [batch, size] for each head."""
        attended = [v1.zeros(v1.stack([batch, self.size]), dtype=self.dtype) for _ in self.keys]
        for each in attended:
            each.set_shape([None, self.size])
        return attended

    def attend(self, query: Any) -> list[Any]:
        """The weighted means [batch, size] for a (nested) state."""
        if nest.is_nested(query):
            query = v1.concat(nest.flatten(query), 1)
        attended = []
        for head, (keys, vector) in enumerate(zip(self.keys, self.vectors, strict=True)):
            with v1.variable_scope(f"Attention_{head}"):
                asked = v1.reshape(affine(query, self.size, dtype=self.dtype), [-1, 1, self.size])
                weights = v1.nn.softmax(v1.reduce_sum(vector * v1.tanh(keys + v1.cast(asked, self.dtype)), 2))
                mean = v1.reduce_sum(v1.expand_dims(weights, 2) * self.states, 1)
                attended.append(v1.reshape(mean, [-1, self.size]))
        return attended


def embedding_attention_decoder(
    decoder_inputs: list[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_size: int | None = None,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """`attention_decoder` over symbols; see embedding_rnn_decoder (scope "embedding_attention_decoder").

    Raises ValueError for an output projection of another shape.
    """
    if output_size is None:
        output_size = cell.output_size
    if output_projection is not None:
        v1.convert_to_tensor(output_projection[1]).shape.assert_is_compatible_with([num_symbols])
    with v1.variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        embedding = v1.get_variable("embedding", [num_symbols, embedding_size])
        loop = None
        if feed_previous:
            loop = embedded_argmax(embedding, output_projection, update_embedding_for_previous)
        embedded = [v1.nn.embedding_lookup(embedding, symbols) for symbols in decoder_inputs]
        return attention_decoder(
            embedded,
            initial_state,
            attention_states,
            cell,
            output_size=output_size,
            num_heads=num_heads,
            loop_function=loop,
            initial_state_attention=initial_state_attention,
        )


def embedding_attention_seq2seq(
    encoder_inputs: list[Any],
    decoder_inputs: list[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """`embedding_rnn_seq2seq` whose decoder attends to the encoder's outputs (scope
    "embedding_attention_seq2seq").
    """
    with v1.variable_scope(scope or "embedding_attention_seq2seq", dtype=dtype) as entered:
        dtype = entered.dtype
        encoder = EmbeddingWrapper(
            copy.deepcopy(cell), embedding_classes=num_encoder_symbols, embedding_size=embedding_size
        )
        encoded, state = static_rnn(encoder, encoder_inputs, dtype=dtype)
        attention_states = v1.concat([v1.reshape(e, [-1, 1, cell.output_size]) for e in encoded], 1)
        output_size = None
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)
            output_size = num_decoder_symbols

        def decode(feed: bool) -> tuple[list[Any], Any]:
            return embedding_attention_decoder(
                decoder_inputs,
                state,
                attention_states,
                cell,
                num_decoder_symbols,
                embedding_size,
                num_heads=num_heads,
                output_size=output_size,
                output_projection=output_projection,
                feed_previous=feed,
                update_embedding_for_previous=isinstance(feed_previous, bool),
                initial_state_attention=initial_state_attention,
            )

        return either_way(feed_previous, decode, state)
