# mypy: ignore-errors
"""tf.contrib.seq2seq.LuongAttention."""

import keras
import tensorflow as tf


class LuongScores(keras.layers.Layer):
    """score_k = query . key_k;  scaled: g query . key_k"""

    def __init__(self, scale=False):
        super().__init__()
        self.scale = scale

    def build(self, query_shape):
        if self.scale:
            self.g = self.add_weight(shape=(), initializer="ones", name="attention_g")
        self.built = True

    def call(self, query, keys):
        scores = tf.squeeze(tf.matmul(query[:, tf.newaxis], keys, transpose_b=True), [1])
        return self.g * scores if self.scale else scores


class LuongAttention(keras.layers.Layer):
    """Attention by the product of the query and each place of a memory.

    key_k = memory_k W_memory;  alignments = softmax(scores)
    """

    def __init__(self, units, scale=False, initializer="glorot_uniform"):
        super().__init__()
        self.memory_layer = keras.layers.Dense(units, use_bias=False, kernel_initializer=initializer)
        self.scores = LuongScores(scale)

    def memory(self, memory, lengths=None):
        """A memory [batch, places, size] with its keys; of each example only so many places count."""
        return AttentionMemory.of(memory, lengths, self.memory_layer)

    def alignments(self, query, memory):
        return memory.alignments(self.scores(query, memory.keys))
