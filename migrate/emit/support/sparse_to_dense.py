# mypy: ignore-errors
"""For tf.sparse_to_dense."""

import tensorflow as tf


def sparse_to_dense(sparse_indices, output_shape, sparse_values, default_value=0):
    """A tensor of default_value with some of its elements set.

    Args:
        sparse_indices: int scalar or vector (places in a vector), or matrix [n, rank].
        output_shape: the shape of the result, rank numbers.
        sparse_values: n values, or one for all.
        default_value: what stands everywhere else.

    Returns:
        A tensor of the dtype of sparse_values.
    """
    sparse_values = tf.convert_to_tensor(sparse_values)
    places = tf.reshape(sparse_indices, [-1, tf.size(output_shape)])
    dense = tf.fill(output_shape, tf.cast(default_value, sparse_values.dtype))
    return tf.tensor_scatter_nd_update(dense, places, tf.broadcast_to(sparse_values, tf.shape(places)[:1]))
