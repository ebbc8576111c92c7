# mypy: ignore-errors
"""tf.nn.rnn_cell.GRUCell for programs that choose their cell when they run, or step it by hand."""

import keras
import tensorflow as tf


class GRUCell(keras.layers.Layer):
    """A GRU cell.

    r, u = split(sigmoid([x, h] W_gates + b_gates));  h = u h + (1 - u) tanh([x, r h] W_candidate + b_candidate)
    """

    def __init__(self, units, activation=tf.tanh, initializer="glorot_uniform", bias_initializer=None):
        super().__init__()
        self.units, self.activation, self.initializer = units, activation or tf.tanh, initializer
        self.bias_initializer = bias_initializer
        self.state_size = self.output_size = units

    def build(self, input_shape):
        size, bias = input_shape[-1] + self.units, self.bias_initializer
        self.gate_kernel = self.add_weight(
            shape=(size, 2 * self.units), initializer=self.initializer, name="gate_kernel"
        )
        self.gate_bias = self.add_weight(shape=(2 * self.units,), initializer=bias or "ones", name="gate_bias")
        self.candidate_kernel = self.add_weight(
            shape=(size, self.units), initializer=self.initializer, name="candidate_kernel"
        )
        self.candidate_bias = self.add_weight(
            shape=(self.units,), initializer=bias or "zeros", name="candidate_bias"
        )
        self.built = True

    def get_initial_state(self, batch_size=None):
        return [tf.zeros([batch_size, self.units])]

    def call(self, inputs, states, training=False):
        h = states[0] if isinstance(states, (list, tuple)) else states
        gates = tf.sigmoid(tf.matmul(tf.concat([inputs, h], 1), self.gate_kernel) + self.gate_bias)
        r, u = tf.split(gates, 2, axis=1)
        candidate = tf.matmul(tf.concat([inputs, r * h], 1), self.candidate_kernel) + self.candidate_bias
        h = u * h + (1 - u) * self.activation(candidate)
        return h, [h]
