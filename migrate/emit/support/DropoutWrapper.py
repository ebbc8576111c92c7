# mypy: ignore-errors
"""tf.nn.rnn_cell.DropoutWrapper around a cell that is chosen when the program runs, or stepped by hand."""

import keras
import tensorflow as tf


class DropoutWrapper(keras.layers.Layer):
    """A cell whose inputs and outputs are dropped, with a new mask at every step."""

    def __init__(self, cell, input_keep_prob=1.0, output_keep_prob=1.0):
        super().__init__()
        self.cell, self.input_keep_prob, self.output_keep_prob = cell, input_keep_prob, output_keep_prob
        self.state_size, self.output_size = cell.state_size, cell.output_size

    def build(self, input_shape):
        if not self.cell.built:
            self.cell.build(input_shape)
        self.built = True

    def get_initial_state(self, batch_size=None):
        return self.cell.get_initial_state(batch_size=batch_size)

    def call(self, inputs, states, training=False):
        outputs, states = self.cell(self.dropped(inputs, self.input_keep_prob), states)
        return self.dropped(outputs, self.output_keep_prob), states

    def dropped(self, values, keep_prob):
        if isinstance(keep_prob, (int, float)) and keep_prob >= 1:
            return values
        return tf.nn.dropout(values, rate=1 - keep_prob)
