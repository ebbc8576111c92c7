# mypy: ignore-errors
"""For tf.contrib.seq2seq.sequence_loss."""

import tensorflow as tf


def sequence_loss(
    logits,
    targets,
    weights,
    average_across_timesteps=True,
    average_across_batch=True,
    sum_over_timesteps=False,
    sum_over_batch=False,
    softmax_loss_function=None,
):
    """Weighted cross-entropy of sequences.

    Args:
        logits: float tensor [batch, time, classes].
        targets: int tensor [batch, time].
        weights: float tensor [batch, time]; zero where a step is padding.
        average_across_timesteps, average_across_batch: divide the sum over the axis by that of the weights.
        sum_over_timesteps, sum_over_batch: divide it by the number of nonzero weights instead.
        softmax_loss_function: called as f(labels=[batch * time], logits=[batch * time, classes]).

    Returns:
        A tensor without the axes that were averaged or summed over; 0 where all weights are zero.
    """
    if softmax_loss_function is None:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits)
    else:
        losses = softmax_loss_function(
            labels=tf.reshape(targets, [-1]), logits=tf.reshape(logits, [-1, tf.shape(logits)[-1]])
        )
    losses = tf.reshape(losses, tf.shape(targets)) * weights
    averaged = average_across_timesteps or average_across_batch
    counts = weights if averaged else tf.cast(tf.not_equal(weights, 0), losses.dtype)
    over_batch = average_across_batch if averaged else sum_over_batch
    over_time = average_across_timesteps if averaged else sum_over_timesteps
    axes = [axis for axis, reduced in enumerate([over_batch, over_time]) if reduced]
    if not axes:
        return losses
    return tf.math.divide_no_nan(tf.reduce_sum(losses, axes), tf.reduce_sum(counts, axes))
