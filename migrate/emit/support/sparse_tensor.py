# mypy: ignore-errors
"""For feeds of tf.sparse_placeholder."""

import tensorflow as tf


def sparse_tensor(value, dtype):
    """The sparse tensor of (indices, values, shape)."""
    indices, values, shape = value
    return tf.SparseTensor(tf.cast(indices, tf.int64), tf.cast(values, dtype), tf.cast(shape, tf.int64))
