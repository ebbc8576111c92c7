"""`tf.contrib.layers`: layers without variables, and embed_sequence."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope
from tf1rnn.contrib.framework.variables import model_variable
from tf1rnn.contrib.layers.collecting import collected
from tf1rnn.layers import core


@add_arg_scope
def dropout(
    inputs: Any,
    keep_prob: Any = 0.5,
    noise_shape: Any = None,
    is_training: Any = True,
    outputs_collections: Any = None,
    scope: Any = None,
    seed: int | None = None,
) -> Any:
    """Keeps each value with probability keep_prob, divided by it, while training; scope "Dropout"."""
    with v1.variable_scope(scope, "Dropout", [inputs]) as entered:
        inputs = v1.convert_to_tensor(inputs)
        layer = core.Dropout(rate=1 - keep_prob, noise_shape=noise_shape, seed=seed, name=entered.name, _scope=entered)
        return collected(outputs_collections, entered.name, layer.apply(inputs, training=is_training))


@add_arg_scope
def flatten(inputs: Any, outputs_collections: Any = None, scope: Any = None) -> Any:
    """[batch, ...] -> [batch, product of the rest]; scope "Flatten". ValueError for rank 0."""
    with v1.name_scope(scope, "Flatten", [inputs]) as entered:
        inputs = v1.convert_to_tensor(inputs)
        return collected(outputs_collections, entered, core.flatten(inputs))


@add_arg_scope
def one_hot_encoding(
    labels: Any,
    num_classes: int,
    on_value: float = 1.0,
    off_value: float = 0.0,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """Labels [n] -> [n, num_classes]; scope "OneHotEncoding"."""
    with v1.name_scope(scope, "OneHotEncoding", [labels, num_classes]) as entered:
        labels = v1.convert_to_tensor(labels)
        if labels.dtype == v1.int32:
            labels = v1.cast(labels, v1.int64)
        outputs = v1.one_hot(labels, num_classes, on_value=on_value, off_value=off_value)
        return collected(outputs_collections, entered, outputs)


@add_arg_scope
def softmax(logits: Any, scope: Any = None) -> Any:
    """Softmax over the last axis of a tensor of any rank; scope "softmax"."""
    with v1.variable_scope(scope, "softmax", [logits]):
        return v1.nn.softmax(v1.convert_to_tensor(logits))


def embed_sequence(
    ids: Any,
    vocab_size: int | None = None,
    embed_dim: int | None = None,
    unique: bool = False,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: bool | None = None,
) -> Any:
    """int ids [batch, time] -> float [batch, time, embed_dim]; variable EmbedSequence/embeddings.

    Raises ValueError without vocab_size and embed_dim, unless variables are reused.
    """
    if not (reuse or (vocab_size and embed_dim)):
        raise ValueError(
            "Must specify vocab size and embedding dimension when not reusing. "
            f"Got vocab_size={vocab_size} and embed_dim={embed_dim}"
        )
    with v1.variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        shape = [vocab_size, embed_dim]
        if reuse and (vocab_size is None or embed_dim is None):
            shape = None  # type: ignore[assignment]
        embeddings = model_variable(
            "embeddings", shape=shape, initializer=initializer, regularizer=regularizer, trainable=trainable
        )
        if unique:
            flat, positions = v1.unique(v1.reshape(ids, [-1]))
            found = v1.gather(v1.nn.embedding_lookup(embeddings, flat), positions)
            outputs = v1.reshape(found, v1.concat([v1.shape(ids), v1.shape(embeddings)[1:]], 0))
            outputs.set_shape(v1.convert_to_tensor(ids).shape.concatenate(embeddings.shape[1:]))
            return outputs
        return v1.nn.embedding_lookup(embeddings, ids)
