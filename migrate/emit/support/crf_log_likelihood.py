# mypy: ignore-errors
"""tf.contrib.crf.crf_log_likelihood."""

import tensorflow as tf


def crf_log_likelihood(inputs, tag_indices, sequence_lengths, transitions):
    """How likely sequences of tags are under a linear-chain conditional random field, as logarithms [batch].

    score(tags) = sum of inputs[t, tags[t]] + sum of transitions[tags[t - 1], tags[t]];  log p = score - log Z
    alpha[t, j] = inputs[t, j] + log sum_i exp(alpha[t - 1, i] + transitions[i, j])
    log Z = log sum_j exp(alpha[-1, j])

    Args:
        inputs: scores of the tags [batch, time, tags].
        tag_indices: the tags [batch, time].
        sequence_lengths: [batch]; sequences without steps have the logarithm 0.
        transitions: scores of one tag after another [tags, tags].
    """
    valid = tf.sequence_mask(sequence_lengths, tf.shape(inputs)[1])
    mask = tf.cast(valid, inputs.dtype)
    steps = tf.gather(inputs, tag_indices, batch_dims=2)
    pairs = tf.gather_nd(transitions, tf.stack([tag_indices[:, :-1], tag_indices[:, 1:]], axis=2))
    score = tf.reduce_sum(mask * steps, axis=1) + tf.reduce_sum(mask[:, 1:] * pairs, axis=1)

    def step(alpha, elements):
        scores, going_on = elements
        sums = scores + tf.reduce_logsumexp(alpha[:, :, tf.newaxis] + transitions, axis=1)
        return tf.where(going_on[:, tf.newaxis], sums, alpha)

    later = tf.transpose(inputs[:, 1:], [1, 0, 2]), tf.transpose(valid[:, 1:])
    log_norm = tf.reduce_logsumexp(tf.foldl(step, later, initializer=inputs[:, 0]), axis=1)
    return score - tf.where(sequence_lengths > 0, log_norm, tf.zeros_like(log_norm))
