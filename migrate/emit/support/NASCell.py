# mypy: ignore-errors
"""tf.contrib.rnn.NASCell."""

import keras
import tensorflow as tf


class NASCell(keras.layers.Layer):
    """The cell found by architecture search (Zoph and Le, arXiv:1611.01578), with the state [c, h].

    a, b = split(h R + bias, 8), split(x W, 8);  c = tanh(tanh(f0 f1) + c) tanh(f2 + f3)
    h = tanh(c tanh(tanh(f4 f5) + sigmoid(f6 + f7))), where f are the first combinations of a and b below
    """

    def __init__(self, units, num_proj=None, use_bias=False, initializer="glorot_uniform"):
        super().__init__()
        self.units, self.num_proj, self.use_bias, self.initializer = units, num_proj, use_bias, initializer
        self.output_size = num_proj or units
        self.state_size = [units, self.output_size]

    def build(self, input_shape):
        def weight(name, *shape):
            return self.add_weight(shape=shape, initializer=self.initializer, name=name)

        self.recurrent_kernel = weight("recurrent_kernel", self.output_size, 8 * self.units)
        self.kernel = weight("kernel", input_shape[-1], 8 * self.units)
        if self.use_bias:
            self.bias = self.add_weight(shape=(8 * self.units,), initializer="zeros", name="bias")
        if self.num_proj:
            self.projection = weight("projection", self.units, self.num_proj)
        self.built = True

    def get_initial_state(self, batch_size=None):
        return [tf.zeros([batch_size, size]) for size in self.state_size]

    def call(self, inputs, states, training=False):
        c, h = states
        recurrent = tf.matmul(h, self.recurrent_kernel)
        a = tf.split(recurrent + self.bias if self.use_bias else recurrent, 8, axis=1)
        b = tf.split(tf.matmul(inputs, self.kernel), 8, axis=1)
        f0, f2, f5, f7 = (tf.sigmoid(a[k] + b[k]) for k in (0, 2, 5, 7))
        f1, f3 = tf.nn.relu(a[1] + b[1]), tf.nn.relu(a[3] * b[3])
        f4, f6 = tf.tanh(a[4] + b[4]), tf.tanh(a[6] + b[6])
        c = tf.tanh(tf.tanh(f0 * f1) + c) * tf.tanh(f2 + f3)
        h = tf.tanh(c * tf.tanh(tf.tanh(f4 * f5) + tf.sigmoid(f6 + f7)))
        if self.num_proj:
            h = tf.matmul(h, self.projection)
        return h, [c, h]
