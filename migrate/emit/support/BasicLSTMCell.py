# mypy: ignore-errors
"""tf.nn.rnn_cell.BasicLSTMCell for programs that choose their cell when they run, or step it by hand."""

import keras
import tensorflow as tf


class BasicLSTMCell(keras.layers.Layer):
    """An LSTM cell with the state [c, h].

    i, j, f, o = split([x, h] W + b);  c = c sigmoid(f + forget_bias) + sigmoid(i) tanh(j);  h = tanh(c) sigmoid(o)
    """

    def __init__(self, units, forget_bias=1.0, activation=tf.tanh, initializer="glorot_uniform"):
        super().__init__()
        self.units, self.forget_bias, self.initializer = units, forget_bias, initializer
        self.activation = activation or tf.tanh
        self.state_size, self.output_size = [units, units], units

    def build(self, input_shape):
        shape = (input_shape[-1] + self.units, 4 * self.units)
        self.kernel = self.add_weight(shape=shape, initializer=self.initializer, name="kernel")
        self.bias = self.add_weight(shape=shape[1:], initializer="zeros", name="bias")
        self.built = True

    def get_initial_state(self, batch_size=None):
        return [tf.zeros([batch_size, self.units]), tf.zeros([batch_size, self.units])]

    def call(self, inputs, states, training=False):
        c, h = states
        i, j, f, o = tf.split(tf.matmul(tf.concat([inputs, h], 1), self.kernel) + self.bias, 4, axis=1)
        c = c * tf.sigmoid(f + self.forget_bias) + tf.sigmoid(i) * self.activation(j)
        h = self.activation(c) * tf.sigmoid(o)
        return h, [c, h]
