# mypy: ignore-errors
"""For the biases of recurrent cells."""

import tensorflow as tf


def forget_bias(value):
    """Initializer for the bias of an LSTM: `value` for the forget gate, zeros for the others."""

    def initializer(shape, dtype=None):
        units = shape[0] // 4
        parts = [tf.zeros([units], dtype), value * tf.ones([units], dtype), tf.zeros([2 * units], dtype)]
        return tf.concat(parts, axis=0)

    return initializer
