# mypy: ignore-errors
# ruff: noqa: F821
"""For tf.contrib.legacy_seq2seq.sequence_loss."""

import tensorflow as tf


def legacy_sequence_loss(
    logits, targets, weights, average_across_timesteps=True, average_across_batch=True, softmax_loss_function=None
):
    """Weighted cross-entropy summed over a batch of sequences; arguments as for sequence_loss_by_example.

    Returns:
        A scalar tensor, divided by the batch size if average_across_batch.
    """
    total = tf.reduce_sum(
        sequence_loss_by_example(logits, targets, weights, average_across_timesteps, softmax_loss_function)
    )
    return total / tf.cast(tf.shape(targets[0])[0], total.dtype) if average_across_batch else total
