# mypy: ignore-errors
"""For the biases of recurrent cells."""

import tensorflow as tf


def open_gates(shape, dtype=None):
    """Bias of a GRU as TensorFlow 1 starts it: ones for the two gates, zeros for the candidate."""
    units = shape[0] // 3
    return tf.concat([tf.ones([2 * units], dtype), tf.zeros([units], dtype)], axis=0)
