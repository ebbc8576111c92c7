"""`tf.contrib.legacy_seq2seq`: decoders and models without attention, over lists of inputs, one per time
step.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.projections import EmbeddingWrapper, OutputProjectionWrapper
from tf1rnn.rnn.static import static_rnn

Loop = Callable[[Any, int], Any]


def rnn_decoder(
    decoder_inputs: list[Any], initial_state: Any, cell: Any, loop_function: Loop | None = None, scope: Any = None
) -> tuple[list[Any], Any]:
    """Runs a cell over the inputs; with a loop function each step's input is made of the output before.

    Args:
        decoder_inputs: list of [batch, depth].
        initial_state: state of the cell.
        cell: an RNNCell.
        loop_function: function (previous output, step) -> next input, for all steps but the first.
        scope: variable scope ("rnn_decoder").

    Returns: (list of outputs, final state).
    """
    with v1.variable_scope(scope or "rnn_decoder"):
        state, outputs, previous = initial_state, [], None
        for step, given in enumerate(decoder_inputs):
            if loop_function is not None and previous is not None:
                with v1.variable_scope("loop_function", reuse=True):
                    given = loop_function(previous, step)
            if step > 0:
                v1.get_variable_scope().reuse_variables()
            output, state = cell(given, state)
            outputs.append(output)
            if loop_function is not None:
                previous = output
    return outputs, state


def embedded_argmax(embedding: Any, output_projection: Any = None, update_embedding: bool = True) -> Loop:
    """The loop function that feeds the embedding of the most likely symbol.

    Args:
        embedding: variable [symbols, size].
        output_projection: None, or (weights, biases) that make logits of the outputs.
        update_embedding: whether gradients flow through the fed embedding.
    """

    def loop_function(previous: Any, _: int) -> Any:
        if output_projection is not None:
            previous = v1.nn.xw_plus_b(previous, output_projection[0], output_projection[1])
        embedded = v1.nn.embedding_lookup(embedding, v1.argmax(previous, 1))
        return embedded if update_embedding else v1.stop_gradient(embedded)

    return loop_function


def basic_rnn_seq2seq(
    encoder_inputs: list[Any], decoder_inputs: list[Any], cell: Any, dtype: Any = v1.float32, scope: Any = None
) -> tuple[list[Any], Any]:
    """An encoder whose final state starts a decoder; two sets of weights. Returns (decoder outputs, final
    state).
    """
    with v1.variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = static_rnn(copy.deepcopy(cell), encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, cell)


def tied_rnn_seq2seq(
    encoder_inputs: list[Any],
    decoder_inputs: list[Any],
    cell: Any,
    loop_function: Loop | None = None,
    dtype: Any = v1.float32,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """`basic_rnn_seq2seq` with one set of weights for both (scope "tied_rnn_seq2seq")."""
    with v1.variable_scope("combined_tied_rnn_seq2seq"):
        scope = scope or "tied_rnn_seq2seq"
        _, state = static_rnn(cell, encoder_inputs, dtype=dtype, scope=scope)
        v1.get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function=loop_function, scope=scope)


def embedding_rnn_decoder(
    decoder_inputs: list[Any],
    initial_state: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """`rnn_decoder` over symbols: a list of int [batch].

    Args:
        num_symbols, embedding_size: shape of the variable `embedding`.
        output_projection: None, or (weights [size, num_symbols], biases) for what is fed back.
        feed_previous: feed the most likely symbol of each step to the next; only the first input is used.
        update_embedding_for_previous: whether gradients flow through what is fed back.
        others: see rnn_decoder; the scope is "embedding_rnn_decoder".

    Raises ValueError for a projection of another shape.
    """
    with v1.variable_scope(scope or "embedding_rnn_decoder"):
        if output_projection is not None:
            v1.convert_to_tensor(output_projection[0]).shape.assert_is_compatible_with([None, num_symbols])
            v1.convert_to_tensor(output_projection[1]).shape.assert_is_compatible_with([num_symbols])
        embedding = v1.get_variable("embedding", [num_symbols, embedding_size])
        loop = None
        if feed_previous:
            loop = embedded_argmax(embedding, output_projection, update_embedding_for_previous)
        embedded = [v1.nn.embedding_lookup(embedding, symbols) for symbols in decoder_inputs]
        return rnn_decoder(embedded, initial_state, cell, loop_function=loop)


def embedding_rnn_seq2seq(
    encoder_inputs: list[Any],
    decoder_inputs: list[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """Encoder and decoder over symbols. Without `output_projection` the outputs are logits [batch, decoder
    symbols].

    `feed_previous` may be a boolean tensor; then no gradient flows through what is fed back. See
    embedding_rnn_decoder; the scope is "embedding_rnn_seq2seq".
    """
    with v1.variable_scope(scope or "embedding_rnn_seq2seq") as entered:
        if dtype is not None:
            entered.set_dtype(dtype)
        else:
            dtype = entered.dtype
        encoder = EmbeddingWrapper(
            copy.deepcopy(cell), embedding_classes=num_encoder_symbols, embedding_size=embedding_size
        )
        _, state = static_rnn(encoder, encoder_inputs, dtype=dtype)
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)

        def decode(feed: bool) -> tuple[list[Any], Any]:
            return embedding_rnn_decoder(
                decoder_inputs,
                state,
                cell,
                num_decoder_symbols,
                embedding_size,
                output_projection=output_projection,
                feed_previous=feed,
                update_embedding_for_previous=isinstance(feed_previous, bool),
            )

        return either_way(feed_previous, decode, state)


def embedding_tied_rnn_seq2seq(
    encoder_inputs: list[Any],
    decoder_inputs: list[Any],
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_decoder_symbols: int | None = None,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """`embedding_rnn_seq2seq` with one embedding and one set of weights (scope
    "embedding_tied_rnn_seq2seq").
    """
    with v1.variable_scope(scope or "embedding_tied_rnn_seq2seq", dtype=dtype) as entered:
        dtype = entered.dtype
        symbols = num_decoder_symbols or num_symbols
        embedding = v1.get_variable("embedding", [num_symbols, embedding_size], dtype=dtype)
        embedded_encoder = [v1.nn.embedding_lookup(embedding, x) for x in encoder_inputs]
        embedded_decoder = [v1.nn.embedding_lookup(embedding, x) for x in decoder_inputs]
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, symbols)

        def decode(feed: bool) -> tuple[list[Any], Any]:
            loop = embedded_argmax(embedding, output_projection) if feed else None
            return tied_rnn_seq2seq(embedded_encoder, embedded_decoder, cell, loop_function=loop, dtype=dtype)

        state = cell.zero_state(v1.shape(encoder_inputs[0])[0], dtype)
        return either_way(feed_previous, decode, state)


def either_way(feed_previous: Any, decode: Callable[[bool], tuple[list[Any], Any]], like: Any) -> tuple[list[Any], Any]:
    """Decodes with or without feeding back; if only the session knows which, a condition chooses.

    `like` is a state with the structure of the final one.
    """
    if isinstance(feed_previous, bool):
        return decode(feed_previous)

    def flat(feed: bool) -> list[Any]:
        # Whichever branch is built second takes the variables of the first.
        with v1.variable_scope(v1.get_variable_scope(), reuse=None if feed else True):
            outputs, state = decode(feed)
            return outputs + v1.nest.flatten(state)

    results = v1.cond(feed_previous, lambda: flat(True), lambda: flat(False))
    size = len(v1.nest.flatten(like))
    state = results[-size:]
    return results[:-size], v1.nest.pack_sequence_as(like, state) if v1.nest.is_nested(like) else state[0]
