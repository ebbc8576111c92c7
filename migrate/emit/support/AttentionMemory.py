# mypy: ignore-errors
"""What the attention mechanisms of tf.contrib.seq2seq attend to."""

from typing import NamedTuple

import tensorflow as tf


class AttentionMemory(NamedTuple):
    """A memory [batch, places, size], zero past its lengths; keys [batch, places, units]; which places count."""

    values: tf.Tensor
    keys: tf.Tensor
    valid: tf.Tensor | None

    @classmethod
    def of(cls, memory, lengths, memory_layer):
        if lengths is None:
            return cls(memory, memory_layer(memory), None)
        valid = tf.sequence_mask(lengths, tf.shape(memory)[1])
        memory = memory * tf.cast(valid, memory.dtype)[:, :, tf.newaxis]
        return cls(memory, memory_layer(memory), valid)

    def alignments(self, scores):
        """Softmax of the scores [batch, places]; zero past the lengths."""
        if self.valid is not None:
            scores = tf.where(self.valid, scores, float("-inf"))
        return tf.nn.softmax(scores)
