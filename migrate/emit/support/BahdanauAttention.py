# mypy: ignore-errors
"""tf.contrib.seq2seq.BahdanauAttention."""

import keras
import tensorflow as tf


class BahdanauScores(keras.layers.Layer):
    """score_k = v . tanh(key_k + query W);  normalized: g v / |v| . tanh(key_k + query W + b)"""

    def __init__(self, units, normalize=False, initializer="glorot_uniform"):
        super().__init__()
        self.units, self.normalize, self.initializer = units, normalize, initializer

    def build(self, query_shape):
        shape = (query_shape[-1], self.units)
        self.query_kernel = self.add_weight(shape=shape, initializer=self.initializer, name="query_kernel")
        self.v = self.add_weight(shape=(self.units,), initializer=self.initializer, name="attention_v")
        if self.normalize:
            start = keras.initializers.Constant((1.0 / self.units) ** 0.5)
            self.g = self.add_weight(shape=(), initializer=start, name="attention_g")
            self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="attention_b")
        self.built = True

    def call(self, query, keys):
        hidden, v = keys + tf.matmul(query, self.query_kernel)[:, tf.newaxis], tf.convert_to_tensor(self.v)
        if self.normalize:
            hidden, v = hidden + self.b, self.g * v * tf.math.rsqrt(tf.reduce_sum(tf.square(v)))
        return tf.reduce_sum(v * tf.tanh(hidden), axis=2)


class BahdanauAttention(keras.layers.Layer):
    """Attention by a hidden layer over the query and each place of a memory.

    key_k = memory_k W_memory;  alignments = softmax(scores)
    """

    def __init__(self, units, normalize=False, initializer="glorot_uniform"):
        super().__init__()
        self.memory_layer = keras.layers.Dense(units, use_bias=False, kernel_initializer=initializer)
        self.scores = BahdanauScores(units, normalize, initializer)

    def memory(self, memory, lengths=None):
        """A memory [batch, places, size] with its keys; of each example only so many places count."""
        return AttentionMemory.of(memory, lengths, self.memory_layer)

    def alignments(self, query, memory):
        return memory.alignments(self.scores(query, memory.keys))
