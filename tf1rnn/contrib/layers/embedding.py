"""`tf.contrib.layers`: rows of an embedding by ids, dense or sparse."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.variables import model_variable
from tf1rnn.contrib.layers.arrangement import dense_to_sparse
from tf1rnn.contrib.layers.collecting import model_variables


def embedding_lookup_unique(params: Any, ids: Any, partition_strategy: str = "mod", name: str | None = None) -> Any:
    """ids [...] -> rows [..., depth], each row fetched once however often its id occurs.

    `params` is a matrix (of any rank from 2) or a list of its parts, divided as `partition_strategy` says.
    """
    with v1.name_scope(name, "EmbeddingLookupUnique", [params, ids]):
        ids = v1.convert_to_tensor(ids)
        found, positions = v1.unique(v1.reshape(ids, [-1]))
        rows = v1.nn.embedding_lookup(params, found, partition_strategy)
        gathered = v1.gather(rows, positions)
        outputs = v1.reshape(gathered, v1.concat([v1.shape(ids), v1.shape(gathered)[1:]], 0))
        outputs.set_shape(ids.shape.concatenate(rows.shape[1:]))
        return outputs


def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any = None,
    combiner: str | None = None,
    default_id: int | None = None,
    name: str | None = None,
    partition_strategy: str = "div",
    max_norm: float | None = None,
) -> Any:
    """Combined rows of sparse ids, which may be negative or missing.

    Ids below 0 are left out, and (but for "sum") ids with a weight of 0 or less; where none is left the row of
    `default_id` stands, or zeros.

    Args:
        embedding_weights: matrix [vocabulary, depth], or the list of its parts.
        sparse_ids: SparseTensor [d0, ..., dn] of int64 ids.
        sparse_weights: SparseTensor of their weights, or None.
        combiner: "sum", "mean" or "sqrtn"; "mean" by default.
        partition_strategy, max_norm: see tf.nn.embedding_lookup.

    Returns: [d0, ..., dn-1, depth].

    Raises ValueError without weights of the embedding, or if dtypes do not fit.
    """
    if embedding_weights is None:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    if hasattr(embedding_weights, "_variable_list"):
        embedding_weights = list(embedding_weights)
    if not isinstance(embedding_weights, list):
        embedding_weights = [embedding_weights]
    if not embedding_weights:
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    dtype = sparse_weights.dtype if sparse_weights is not None else None
    # A variable stays one: the lookup fetches its rows only.
    embedding_weights = [
        w if isinstance(w, v1.Variable) and dtype in (None, w.dtype.base_dtype) else v1.convert_to_tensor(w, dtype)
        for w in embedding_weights
    ]
    kinds = {w.dtype.base_dtype for w in embedding_weights}
    if len(kinds) > 1 or not all(kind.is_floating for kind in kinds):
        raise ValueError(f"Expected embedding weights of one floating point type, got {sorted(k.name for k in kinds)}.")
    return v1.nn.safe_embedding_lookup_sparse(
        embedding_weights,
        sparse_ids,
        sparse_weights,
        combiner or "mean",
        default_id,
        name or "embedding_lookup",
        partition_strategy,
        max_norm,
    )


def embedding_lookup_sparse_with_distributed_aggregation(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: float | None = None,
) -> Any:
    """`tf.nn.embedding_lookup_sparse`, with "mean" by default.

    TensorFlow 1.15 sums the rows of each part on the part's own device first. Where the embedding has several
    parts, the mean of a row without ids is therefore 0 / 0.
    """
    name = name or "embedding_lookup_sparse_with_distributed_aggregation"
    combiner = combiner or "mean"
    if hasattr(params, "_variable_list"):
        params = list(params)
    several = isinstance(params, (list, tuple)) and len(params) > 1
    if not several or combiner not in ("mean", "sqrtn", "sum"):
        return v1.nn.embedding_lookup_sparse(params, sp_ids, sp_weights, partition_strategy, name, combiner, max_norm)
    with v1.name_scope(name, values=[*params, sp_ids]):
        outputs = v1.nn.embedding_lookup_sparse(params, sp_ids, sp_weights, partition_strategy, None, "sum", max_norm)
        if combiner != "sum":
            rows = v1.cast(sp_ids.indices[:, 0], v1.int32)
            weights = v1.ones_like(sp_ids.values, outputs.dtype) if sp_weights is None else sp_weights.values
            weights = v1.cast(weights, outputs.dtype)
            total = v1.segment_sum(weights if combiner == "mean" else v1.square(weights), rows)
            total = v1.reshape(total, v1.concat([[-1], v1.ones([v1.rank(outputs) - 1], v1.int32)], 0))
            outputs /= total if combiner == "mean" else v1.sqrt(total)
        places = v1.get_static_value(sp_ids.indices)
        if places is not None and len(places):
            outputs.set_shape(v1.TensorShape([int(places[-1, 0]) + 1]).concatenate(outputs.shape[1:]))
        return outputs


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
            return embedding_lookup_unique(embeddings, ids)
        return v1.nn.embedding_lookup(embeddings, ids)


def bow_encoder(
    ids: Any,
    vocab_size: int,
    embed_dim: int,
    sparse_lookup: bool = True,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: bool | None = None,
) -> Any:
    """The mean of the rows of a text's ids, [batch, embed_dim]; variable bow_encoder/embeddings.

    Args:
        ids: int ids [batch, time], dense or sparse.
        vocab_size, embed_dim: shape of the embedding.
        sparse_lookup: whether ids are looked up as sparse ones, which leaves out the id 0 of dense ids.
        initializer, regularizer, trainable, scope, reuse: see fully_connected.

    Raises TypeError for sparse ids without sparse_lookup.
    """
    with v1.variable_scope(scope, "bow_encoder", [ids], reuse=reuse, custom_getter=model_variables()):
        embeddings = model_variable(
            "embeddings",
            shape=[vocab_size, embed_dim],
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
        )
        if sparse_lookup:
            sparse = ids if isinstance(ids, v1.SparseTensor) else dense_to_sparse(ids)
            return safe_embedding_lookup_sparse([embeddings], sparse, combiner="mean", default_id=0)
        if isinstance(ids, v1.SparseTensor):
            raise TypeError("ids are expected to be dense Tensor, got: %s", ids)
        return v1.reduce_mean(v1.nn.embedding_lookup(embeddings, ids), axis=1)
