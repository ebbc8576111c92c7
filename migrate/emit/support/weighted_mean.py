# mypy: ignore-errors
"""For the weights of tf.losses functions."""

import tensorflow as tf


def weighted_mean(losses, weights):
    """Sum of losses * weights over the number of losses whose weight is not zero.

    Args:
        losses: float tensor of any shape.
        weights: scalar, or a tensor that broadcasts to the shape of losses.

    Returns:
        A scalar tensor, 0 if all weights are zero.
    """
    weights = tf.broadcast_to(tf.cast(weights, losses.dtype), tf.shape(losses))
    count = tf.math.count_nonzero(weights, dtype=losses.dtype)
    return tf.math.divide_no_nan(tf.reduce_sum(losses * weights), count)
