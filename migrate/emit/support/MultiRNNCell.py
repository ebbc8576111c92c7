# mypy: ignore-errors
"""tf.nn.rnn_cell.MultiRNNCell of cells that are chosen when the program runs, or stepped by hand."""

import keras
import tensorflow as tf


class MultiRNNCell(keras.layers.Layer):
    """Cells one after the other; the state is the list of their states, also where there is only one cell."""

    def __init__(self, cells):
        super().__init__()
        self.cells = list(cells)
        self.state_size, self.output_size = [cell.state_size for cell in self.cells], self.cells[-1].output_size

    def build(self, input_shape):
        for cell in self.cells:
            if not cell.built:
                cell.build(input_shape)
            input_shape = (*input_shape[:-1], cell.output_size)
        self.built = True

    def get_initial_state(self, batch_size=None):
        sizes = tf.nest.flatten(self.state_size)
        return tf.nest.pack_sequence_as(self.state_size, [tf.zeros([batch_size, size]) for size in sizes])

    def call(self, inputs, states, training=False):
        new_states = []
        for cell, state in zip(self.cells, states, strict=True):
            inputs, state = cell(inputs, state)
            new_states.append(state if isinstance(cell.state_size, list) else state[0])
        return inputs, new_states
