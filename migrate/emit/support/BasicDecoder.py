# mypy: ignore-errors
"""tf.contrib.seq2seq.BasicDecoder."""

from typing import NamedTuple

import tensorflow as tf


class BasicDecoderOutput(NamedTuple):
    """What a decoder gives: numbers [batch, time, size] and the ids chosen by them [batch, time]."""

    rnn_output: tf.Tensor
    sample_id: tf.Tensor


class BasicDecoder:
    """One step of decoding: output = layer(cell(inputs, state)); what comes next is for the helper to say."""

    def __init__(self, cell, helper, initial_state, output_layer=None):
        self.cell, self.helper, self.initial_state, self.output_layer = cell, helper, initial_state, output_layer
        self.output_size = cell.output_size if output_layer is None else output_layer.units

    def build(self, input_shape):
        """Make the weights, ahead of the loop."""
        if not self.cell.built:
            self.cell.build(input_shape)
        if self.output_layer is not None and not self.output_layer.built:
            self.output_layer.build((input_shape[0], self.cell.output_size))

    def step(self, time, inputs, state):
        """Returns (outputs, next state, next inputs, which examples end with this step)."""
        output, state = self.cell(inputs, state)
        if self.output_layer is not None:
            output = self.output_layer(output)
        sample_id = self.helper.sample(output)
        finished, inputs = self.helper.following(time, sample_id)
        return BasicDecoderOutput(output, sample_id), state, inputs, finished
