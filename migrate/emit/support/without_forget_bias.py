# mypy: ignore-errors
"""For penalties over the biases of LSTMs."""

import tensorflow as tf


def without_forget_bias(bias, forget_bias=1.0):
    """The bias of an LSTM, gates i, f, c, o, as TensorFlow 1 kept it: what it added to f at run time left out."""
    units = bias.shape[0] // 4
    return bias - tf.repeat([0.0, forget_bias, 0.0, 0.0], units)
