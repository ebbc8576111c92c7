# mypy: ignore-errors
"""For the bias of tf.nn.rnn_cell.GRUCell."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable()
class OpenGates(keras.initializers.Initializer):
    """Bias of a GRU as TensorFlow 1 starts it: ones for the two gates, zeros for the candidate."""

    def __call__(self, shape, dtype=None):
        units = shape[0] // 3
        return tf.concat([tf.ones([2 * units], dtype), tf.zeros([units], dtype)], axis=0)
