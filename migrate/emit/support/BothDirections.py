# mypy: ignore-errors
"""tf.nn.bidirectional_dynamic_rnn over cells that Keras has not, that are chosen when the program runs, or listed."""

import keras
import tensorflow as tf


class BothDirections(keras.layers.Layer):
    """One cell reads the inputs [batch, time, features] forwards, the other backwards from the end of each sequence.

    Returns ((outputs forwards, outputs backwards), (last state forwards, last state backwards)).
    """

    def __init__(self, cell_fw, cell_bw):
        super().__init__()
        options = {"return_sequences": True, "return_state": True, "zero_output_for_mask": True}
        self.forward, self.backward = keras.layers.RNN(cell_fw, **options), keras.layers.RNN(cell_bw, **options)

    def call(self, inputs, lengths=None, states=(None, None)):
        mask = None if lengths is None else tf.sequence_mask(lengths, tf.shape(inputs)[1])
        forward, *state_fw = self.forward(inputs, mask=mask, initial_state=states[0])
        backward, *state_bw = self.backward(self.turned(inputs, lengths), mask=mask, initial_state=states[1])
        layers = ((self.forward, state_fw), (self.backward, state_bw))
        last = tuple(state if isinstance(rnn.cell.state_size, list) else state[0] for rnn, state in layers)
        return (forward, self.turned(backward, lengths)), last

    def turned(self, values, lengths):
        if lengths is None:
            return tf.reverse(values, axis=[1])
        return tf.reverse_sequence(values, lengths, seq_axis=1)
