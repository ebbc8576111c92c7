"""`tf.contrib.layers`: embeddings by hashing, whose values share one vector of parameters (Chen et al. 2015).

outputs[..., j] = params[fingerprint(value, j) mod length]
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

SEED = 0xDECAFCAFFE
GOLDEN = 0x9E3779B97F4A7800 - 2**64

# What TensorFlow 1.15 looks up for rows without values; trained parameters rest on it.
NO_STRING, NO_INT = "6ZxWzWOHxZ", 1288896567


def _parts(params: Any) -> list[Any]:
    if hasattr(params, "_variable_list"):
        return list(params)
    return list(params) if isinstance(params, (list, tuple)) else [params]


def _length(parts: list[Any]) -> int:
    """The length of all parts together; raises ValueError unless they are vectors as `div` divides one."""
    for part in parts:
        shape = part.get_shape()
        shape.assert_has_rank(1)
        shape.assert_is_fully_defined()
    sizes = [part.get_shape().as_list()[0] for part in parts]
    total = sum(sizes)
    for i, size in enumerate(sizes):
        expected = total // len(sizes) + (i < total % len(sizes))
        if size != expected:
            raise ValueError(f"Tensor {i} in params has size {size}, expected {expected}.")
    return total


def _crossed(columns: Any, values: Any, buckets: int, key: int | None) -> Any:
    """The fingerprints [n * m] of columns [n, m] with values [n], modulo the number of buckets."""
    rows = v1.reshape(v1.tile(v1.reshape(values, [-1, 1]), [1, v1.shape(columns)[1]]), [-1, 1])
    columns = v1.reshape(v1.cast(columns, v1.int64), [-1, 1])
    if rows.dtype.is_integer:
        rows = v1.cast(rows, v1.int64)
    if key:
        return v1.raw_ops.SparseCross(
            indices=[],
            values=[],
            shapes=[],
            dense_inputs=[columns, rows],
            hashed_output=True,
            num_buckets=buckets,
            hash_key=key,
            out_type=v1.int64,
            internal_type=v1.int64,
        ).output_values
    # Without a key TensorFlow 1.15 combines the fingerprints in its older way.
    if rows.dtype == v1.string:
        rows = v1.bitcast(v1.raw_ops.Fingerprint(data=rows, method="farmhash64"), v1.int64)[:, None]
    fingerprint = _combined(_combined(v1.constant(SEED, v1.int64), columns), rows)
    unsigned = v1.floormod(v1.bitcast(fingerprint, v1.uint64), v1.constant(buckets, v1.uint64))
    return v1.cast(unsigned, v1.int64)


def _combined(first: Any, second: Any) -> Any:
    """a ^ (b + GOLDEN + (a << 10) + (a >> 4)), in 64 bits with a sign."""
    shift = v1.bitwise.left_shift, v1.bitwise.right_shift
    left, right = (move(first, v1.constant(n, v1.int64)) for move, n in zip(shift, (10, 4), strict=True))
    return v1.bitwise.bitwise_xor(first, second + v1.constant(GOLDEN, v1.int64) + left + right)


def scattered_embedding_lookup(
    params: Any, values: Any, dimension: int, name: str | None = None, hash_key: int | None = None
) -> Any:
    """Values [d0, ..., dn] of any kind -> [d0, ..., dn, dimension]; no vocabulary is needed.

    Args:
        params: vector of parameters, or the list of its parts, the first ones of which may be longer by one.
        values: strings or ints.
        dimension: size of an embedding, an int above 0.
        name: of the scope, "scattered_embedding_lookup" by default.
        hash_key: changes how the two fingerprints of a pair are combined.

    Raises ValueError for a dimension below 1 and parts of other sizes.
    """
    if dimension is None:
        raise ValueError("You must specify dimension.")
    return sampled_scattered_embedding_lookup(params, values, dimension, None, hash_key, name)


def sampled_scattered_embedding_lookup(
    params: Any,
    values: Any,
    dimension: int | None = None,
    sampled_candidates: Any = None,
    hash_key: int | None = None,
    name: str | None = None,
) -> Any:
    """As scattered_embedding_lookup, of all columns or of some.

    Args:
        params, values, dimension, hash_key, name: see scattered_embedding_lookup.
        sampled_candidates: int columns [d0, ..., dn, m] instead of a dimension.

    Returns: [d0, ..., dn, dimension], or [d0, ..., dn, m].

    Raises ValueError without dimension and columns; InvalidArgumentError in the session if the shape of the
    columns does not begin with that of the values.
    """
    parts = _parts(params)
    length = _length(parts)
    if sampled_candidates is None:
        if dimension is None:
            raise ValueError("You must specify either dimension or sampled_candidates.")
        if dimension <= 0:
            raise ValueError(f"Dimension must be >0. Given is {dimension}")
    with v1.name_scope(name, "scattered_embedding_lookup", [*parts, values]):
        values = v1.convert_to_tensor(values)
        columns, last = _columns(values, dimension, sampled_candidates)
        ids = v1.reshape(_crossed(columns, values, length, hash_key), v1.shape(columns))
        found = v1.nn.embedding_lookup(parts, ids, partition_strategy="div")
        outputs = v1.reshape(found, v1.concat([v1.shape(values), [v1.shape(columns)[1]]], 0))
        outputs.set_shape(values.shape.concatenate([last]))
        return outputs


def _columns(values: Any, dimension: int | None, candidates: Any) -> tuple[Any, int | None]:
    """The columns [n, m] to look up for the n values, and m if it is known."""
    if candidates is None:
        count = v1.size(values)
        return v1.tile(v1.expand_dims(v1.range(dimension, dtype=v1.int64), 0), [count, 1]), dimension
    candidates = v1.convert_to_tensor(candidates)
    shape = v1.shape(candidates)
    fits = v1.reduce_all(v1.equal(v1.shape(values), shape[:-1]))
    said = ["The shape of sampled_candidates: ", shape, " does not match the shape of values: ", v1.shape(values)]
    with v1.control_dependencies([v1.Assert(fits, said)]):
        columns = v1.reshape(candidates, v1.stack([-1, shape[-1]]))
    # Without a known number of rows it is the session that says what does not fit.
    return v1.placeholder_with_default(columns, [None, columns.shape.as_list()[1]]), candidates.shape.as_list()[-1]


def sampled_scattered_embedding_lookup_sparse(
    params: Any,
    sp_values: Any,
    dimension: int | None = None,
    sampled_candidates: Any = None,
    hash_key: int | None = None,
    with_sign_hash: bool = False,
    name: str | None = None,
) -> Any:
    """The sum of the embeddings of each row of a SparseTensor [rows, n]: [rows, dimension].

    Args:
        params, dimension, hash_key: see scattered_embedding_lookup.
        sampled_candidates: columns [rows, m] instead of a dimension; the result is [rows, m].
        with_sign_hash: whether each component is multiplied by 1 or -1, chosen by its fingerprint.
        name: of the result, "sampled_scattered_embedding_lookup_sparse" by default.

    Raises TypeError unless the values are sparse, ValueError without dimension and columns.
    """
    if not isinstance(sp_values, v1.SparseTensor):
        raise TypeError("sp_values must be SparseTensor")
    with v1.name_scope(name, "sampled_scattered_embedding_lookup_sparse", [sp_values]) as scope:
        rows = sp_values.indices[:, 0]
        if sampled_candidates is not None:
            sampled_candidates = v1.gather(sampled_candidates, rows)
        options = dict(dimension=dimension, sampled_candidates=sampled_candidates)
        found = sampled_scattered_embedding_lookup(
            params, sp_values.values, hash_key=hash_key, name="values_lookup", **options
        )
        if with_sign_hash:
            signs = v1.constant([-1.0, 1.0])
            found *= sampled_scattered_embedding_lookup(
                signs, sp_values.values, hash_key=hash_key, name="signs_lookup", **options
            )
        return v1.unsorted_segment_sum(found, rows, sp_values.dense_shape[0], name=scope)


def scattered_embedding_lookup_sparse(
    params: Any,
    sparse_values: Any,
    dimension: int,
    combiner: str | None = None,
    default_value: Any = None,
    name: str | None = None,
    hash_key: int | None = None,
) -> Any:
    """Embeddings of the values of each row of a SparseTensor [rows, n], combined: [rows, dimension].

    Args:
        params, dimension, hash_key: see scattered_embedding_lookup.
        combiner: "sum", "mean" (default) or "sqrtn".
        default_value: value of a row without values; by default one that no data hold.
        name: of the scope.

    Raises TypeError unless the values are sparse, ValueError for another combiner.
    """
    parts = _parts(params)
    if not isinstance(sparse_values, v1.SparseTensor):
        raise TypeError("sparse_values must be SparseTensor")
    combine = {"mean": v1.sparse.segment_mean, "sqrtn": v1.sparse.segment_sqrt_n, "sum": v1.sparse.segment_sum}
    if (combiner or "mean") not in combine:
        raise ValueError("Combiner must be one of 'mean', 'sqrtn' or 'sum'.")
    with v1.name_scope(name, "scattered_embedding_lookup_sparse", [*parts, sparse_values]) as scope:
        if default_value is None:
            default_value = NO_STRING if sparse_values.dtype == v1.string else NO_INT
        filled, _ = v1.sparse.fill_empty_rows(sparse_values, default_value)
        found, positions = v1.unique(filled.values)
        embeddings = scattered_embedding_lookup(parts, found, dimension, hash_key=hash_key)
        rows = v1.cast(filled.indices[:, 0], v1.int32)
        return combine[combiner or "mean"](embeddings, positions, rows, name=scope)
