"""`tf.contrib.legacy_seq2seq`: one encoder with several decoders, and one model for several lengths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.legacy_seq2seq.decoders import either_way, embedding_rnn_decoder
from tf1rnn.contrib.legacy_seq2seq.loss import sequence_loss, sequence_loss_by_example
from tf1rnn.rnn.projections import EmbeddingWrapper, OutputProjectionWrapper
from tf1rnn.rnn.static import static_rnn


def one2many_rnn_seq2seq(
    encoder_inputs: list[Any],
    decoder_inputs_dict: dict[str, list[Any]],
    enc_cell: Any,
    dec_cells_dict: dict[str, Any],
    num_encoder_symbols: int,
    num_decoder_symbols_dict: dict[str, int],
    embedding_size: int,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """One encoder, and a decoder for each key of the dicts (scope "one2many_rnn_seq2seq").

    Returns: (dict of lists of logits [batch, symbols], dict of final states).
    """
    outputs, states = {}, {}
    with v1.variable_scope(scope or "one2many_rnn_seq2seq", dtype=dtype) as entered:
        dtype = entered.dtype
        encoder = EmbeddingWrapper(enc_cell, embedding_classes=num_encoder_symbols, embedding_size=embedding_size)
        _, state = static_rnn(encoder, encoder_inputs, dtype=dtype)
        for name, decoder_inputs in decoder_inputs_dict.items():
            symbols = num_decoder_symbols_dict[name]
            with v1.variable_scope(f"one2many_decoder_{name}"):
                cell = OutputProjectionWrapper(dec_cells_dict[name], symbols)

                def decode(feed: bool, inputs: Any = decoder_inputs, cell: Any = cell, n: int = symbols) -> Any:
                    return embedding_rnn_decoder(inputs, state, cell, n, embedding_size, feed_previous=feed)

                outputs[name], states[name] = either_way(feed_previous, decode, state)
    return outputs, states


def model_with_buckets(
    encoder_inputs: list[Any],
    decoder_inputs: list[Any],
    targets: list[Any],
    weights: list[Any],
    buckets: list[tuple[int, int]],
    seq2seq: Callable[[list[Any], list[Any]], tuple[Any, Any]],
    softmax_loss_function: Callable[..., Any] | None = None,
    per_example_loss: bool = False,
    name: str | None = None,
) -> tuple[list[Any], list[Any]]:
    """One model, with the same weights, for each pair of an encoder's and a decoder's length.

    Args:
        encoder_inputs, decoder_inputs, targets, weights: lists of tensors, as long as the largest bucket.
        buckets: pairs of lengths.
        seq2seq: function (encoder inputs, decoder inputs) -> (outputs, states).
        softmax_loss_function, per_example_loss: see sequence_loss.
        name: of the operations.

    Returns: (list of outputs, list of losses), one for each bucket.

    Raises ValueError if a list is shorter than the last bucket.
    """
    for label, given, needed in (
        ("encoder_inputs", encoder_inputs, buckets[-1][0]),
        ("targets", targets, buckets[-1][1]),
        ("weights", weights, buckets[-1][1]),
    ):
        if len(given) < needed:
            raise ValueError(f"Length of {label} ({len(given)}) must be at least that of the last bucket ({needed}).")
    loss = sequence_loss_by_example if per_example_loss else sequence_loss
    outputs, losses = [], []
    with v1.name_scope(name, "model_with_buckets", [*encoder_inputs, *decoder_inputs, *targets, *weights]):
        for number, (source, target) in enumerate(buckets):
            with v1.variable_scope(v1.get_variable_scope(), reuse=True if number > 0 else None):
                found, _ = seq2seq(encoder_inputs[:source], decoder_inputs[:target])
                outputs.append(found)
                losses.append(
                    loss(found, targets[:target], weights[:target], softmax_loss_function=softmax_loss_function)
                )
    return outputs, losses
