# mypy: ignore-errors
"""tf.contrib.crf.crf_decode."""

import tensorflow as tf


def crf_decode(potentials, transitions, sequence_length):
    """The best sequences of tags [batch, time], 0 behind their ends, and their scores [batch] (Viterbi).

    best[t, j] = potentials[t, j] + max_i (best[t - 1, i] + transitions[i, j])

    Args:
        potentials: scores of the tags [batch, time, tags].
        transitions: scores of one tag after another [tags, tags].
        sequence_length: [batch].
    """
    valid = tf.sequence_mask(tf.maximum(sequence_length, 1), tf.shape(potentials)[1])
    here = tf.zeros_like(potentials[:, 0], tf.int32) + tf.range(tf.shape(potentials)[2])

    def forward(state, elements):
        best, _ = state
        scores, going_on = elements
        options = best[:, :, tf.newaxis] + transitions
        going_on = going_on[:, tf.newaxis]
        pointers = tf.where(going_on, tf.argmax(options, axis=1, output_type=tf.int32), here)
        return tf.where(going_on, scores + tf.reduce_max(options, axis=1), best), pointers

    def backward(tags, pointers):
        return tf.gather(pointers, tags, batch_dims=1)

    going_on = tf.concat([tf.zeros_like(valid[:, :1]), valid[:, 1:]], axis=1)  # the first step has none before it
    steps = tf.transpose(potentials, [1, 0, 2]), tf.transpose(going_on)
    best, pointers = tf.scan(forward, steps, initializer=(potentials[:, 0], here))
    last = tf.argmax(best[-1], axis=1, output_type=tf.int32)
    before = tf.scan(backward, pointers, initializer=last, reverse=True)
    tags = tf.concat([before[1:], last[tf.newaxis]], axis=0)
    return tf.where(valid, tf.transpose(tags), 0), tf.reduce_max(best[-1], axis=1)
