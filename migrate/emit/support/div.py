# mypy: ignore-errors
"""For tf.div of TF1."""

import tensorflow as tf


def div(x, y):
    """x / y for floats, x // y for integers."""
    x = tf.convert_to_tensor(x)
    return x // y if x.dtype.is_integer else x / y
