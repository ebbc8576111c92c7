# mypy: ignore-errors
"""For tf.train.RMSPropOptimizer."""

import keras
import tensorflow as tf


class RMSprop(keras.optimizers.RMSprop):
    """RMSprop whose mean squares start at one, as in TensorFlow 1, so that the first steps are small.

    mean_square = rho * mean_square + (1 - rho) * gradient ** 2,    1 before the first step
    update = momentum * update + learning_rate * gradient / sqrt(mean_square + epsilon)
    variable = variable - update
    """

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        with tf.init_scope():  # now, not in the function that is being traced
            for mean_square in self._velocities:
                mean_square.assign(tf.ones(mean_square.shape))
