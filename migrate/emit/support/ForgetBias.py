# mypy: ignore-errors
"""For the forget_bias of tf.nn.rnn_cell.LSTMCell where it is neither 0 nor 1."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable()
class ForgetBias(keras.initializers.Initializer):
    """Bias of an LSTM: `value` for the forget gate, zeros for the others."""

    def __init__(self, value):
        self.value = value

    def __call__(self, shape, dtype=None):
        units = shape[0] // 4
        forget = self.value * tf.ones([units], dtype)
        return tf.concat([tf.zeros([units], dtype), forget, tf.zeros([2 * units], dtype)], axis=0)

    def get_config(self):
        return {"value": self.value}
