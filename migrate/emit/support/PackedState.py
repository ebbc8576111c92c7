# mypy: ignore-errors
"""For cells of TensorFlow 1 with state_is_tuple=False."""

import keras
import tensorflow as tf


class PackedState(keras.layers.Layer):
    """A cell whose state is one tensor, in which the parts of the state of `cell` lie side by side."""

    def __init__(self, cell):
        super().__init__()
        self.cell, self.output_size = cell, cell.output_size
        self.sizes = tf.nest.flatten(cell.state_size)
        self.state_size = sum(self.sizes)

    def build(self, input_shape):
        if not self.cell.built:
            self.cell.build(input_shape)
        self.built = True

    def get_initial_state(self, batch_size=None):
        return [tf.zeros([batch_size, self.state_size])]

    def call(self, inputs, states, training=False):
        packed = states[0] if isinstance(states, (list, tuple)) else states
        states = tf.nest.pack_sequence_as(self.cell.state_size, tf.split(packed, self.sizes, axis=1))
        outputs, states = self.cell(inputs, states)
        return outputs, [tf.concat(tf.nest.flatten(states), axis=1)]
