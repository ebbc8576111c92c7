# mypy: ignore-errors
"""For tf.contrib.legacy_seq2seq.sequence_loss_by_example."""

import tensorflow as tf


def sequence_loss_by_example(logits, targets, weights, average_across_timesteps=True, softmax_loss_function=None):
    """Weighted cross-entropy of each sequence of a batch.

    Args:
        logits: list of one float tensor [batch, classes] for each step.
        targets: list of int tensors [batch].
        weights: list of float tensors [batch].
        average_across_timesteps: divide each sum by the sum of its weights.
        softmax_loss_function: called as f(labels=..., logits=...) for each step.

    Returns:
        A float tensor [batch].
    """
    losses = []
    for logit, target, weight in zip(logits, targets, weights, strict=True):
        if softmax_loss_function is None:
            target = tf.reshape(target, [-1])
            loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=logit)
        else:
            loss = softmax_loss_function(labels=target, logits=logit)
        losses.append(loss * weight)
    total = tf.add_n(losses)
    return total / (tf.add_n(weights) + 1e-12) if average_across_timesteps else total
