# mypy: ignore-errors
"""tf.nn.rnn_cell.LSTMCell with all its options, for which Keras has no counterpart, or stepped by hand."""

import keras
import tensorflow as tf


class LSTMCell(keras.layers.Layer):
    """An LSTM cell with the state [c, h], peephole connections and a projection of h.

    i, j, f, o = split([x, h] W + b);  i and f see w * c of the step before, o that of this step
    c = clip(c sigmoid(f + forget_bias) + sigmoid(i) activation(j));  h = clip(activation(c) sigmoid(o) P)
    """

    def __init__(
        self,
        units,
        use_peepholes=False,
        cell_clip=None,
        initializer="glorot_uniform",
        num_proj=None,
        proj_clip=None,
        forget_bias=1.0,
        activation=tf.tanh,
    ):
        super().__init__()
        self.units, self.use_peepholes, self.initializer = units, use_peepholes, initializer
        self.cell_clip, self.num_proj, self.proj_clip = cell_clip, num_proj, proj_clip
        self.forget_bias, self.activation = forget_bias, activation or tf.tanh
        self.output_size = num_proj or units
        self.state_size = [units, self.output_size]

    def build(self, input_shape):
        shape = (input_shape[-1] + self.output_size, 4 * self.units)
        self.kernel = self.add_weight(shape=shape, initializer=self.initializer, name="kernel")
        self.bias = self.add_weight(shape=shape[1:], initializer="zeros", name="bias")
        if self.use_peepholes:
            self.peepholes = [
                self.add_weight(shape=(self.units,), initializer=self.initializer, name=f"w_{gate}_diag")
                for gate in "fio"
            ]
        if self.num_proj:
            shape = (self.units, self.num_proj)
            self.projection = self.add_weight(shape=shape, initializer=self.initializer, name="projection")
        self.built = True

    def get_initial_state(self, batch_size=None):
        return [tf.zeros([batch_size, size]) for size in self.state_size]

    def call(self, inputs, states, training=False):
        c, h = states
        i, j, f, o = tf.split(tf.matmul(tf.concat([inputs, h], 1), self.kernel) + self.bias, 4, axis=1)
        f = f + self.forget_bias
        if self.use_peepholes:
            f, i = f + self.peepholes[0] * c, i + self.peepholes[1] * c
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * self.activation(j)
        if self.cell_clip is not None:
            c = tf.clip_by_value(c, -self.cell_clip, self.cell_clip)
        if self.use_peepholes:
            o = o + self.peepholes[2] * c
        h = tf.sigmoid(o) * self.activation(c)
        if self.num_proj:
            h = tf.matmul(h, self.projection)
            if self.proj_clip is not None:
                h = tf.clip_by_value(h, -self.proj_clip, self.proj_clip)
        return h, [c, h]
