# mypy: ignore-errors
"""For tf.where(condition, x, y) of TF1."""

import tensorflow as tf


def select(condition, x, y):
    """x where the condition holds, else y; a condition that is a vector selects whole rows.

    Args:
        condition: bool tensor: a scalar, of the shape of x, or a vector with one element for each row of x.
        x, y: tensors of the same shape.

    Returns:
        A tensor of the shape of x.
    """
    condition = tf.convert_to_tensor(condition)
    missing = len(tf.convert_to_tensor(x).shape) - len(condition.shape)
    if condition.shape.rank == 1 and missing > 0:
        condition = tf.reshape(condition, [-1] + [1] * missing)
    return tf.where(condition, x, y)
