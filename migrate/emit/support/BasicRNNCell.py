# mypy: ignore-errors
"""tf.nn.rnn_cell.BasicRNNCell for programs that choose their cell when they run, or step it by hand."""

import keras
import tensorflow as tf


class BasicRNNCell(keras.layers.Layer):
    """h = activation([x, h] W + b)."""

    def __init__(self, units, activation=tf.tanh, initializer="glorot_uniform"):
        super().__init__()
        self.units, self.activation, self.initializer = units, activation or tf.tanh, initializer
        self.state_size = self.output_size = units

    def build(self, input_shape):
        shape = (input_shape[-1] + self.units, self.units)
        self.kernel = self.add_weight(shape=shape, initializer=self.initializer, name="kernel")
        self.bias = self.add_weight(shape=shape[1:], initializer="zeros", name="bias")
        self.built = True

    def get_initial_state(self, batch_size=None):
        return [tf.zeros([batch_size, self.units])]

    def call(self, inputs, states, training=False):
        h = states[0] if isinstance(states, (list, tuple)) else states
        h = self.activation(tf.matmul(tf.concat([inputs, h], 1), self.kernel) + self.bias)
        return h, [h]
