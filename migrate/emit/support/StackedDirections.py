# mypy: ignore-errors
"""tf.contrib.rnn.stack_bidirectional_dynamic_rnn."""

import keras
import tensorflow as tf


class StackedDirections(keras.layers.Layer):
    """Layers of which each reads both directions of the one below.

    Returns the outputs [batch, time, features of both directions], and the last states of each layer, by direction.
    """

    def __init__(self, cells_fw, cells_bw):
        super().__init__()
        self.pairs = [BothDirections(*cells) for cells in zip(cells_fw, cells_bw, strict=True)]

    def call(self, inputs, lengths=None):
        states = []
        for pair in self.pairs:
            outputs, last = pair(inputs, lengths=lengths)
            inputs = tf.concat(outputs, axis=2)
            states.append(last)
        return inputs, tuple(state for state, _ in states), tuple(state for _, state in states)
