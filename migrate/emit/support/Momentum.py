# mypy: ignore-errors
"""For tf.train.MomentumOptimizer with a learning rate that changes."""

import keras


class Momentum(keras.optimizers.SGD):
    """SGD with momentum whose learning rate, as in TensorFlow 1, scales the momentum and not what enters it.

    momentum = decay * momentum + gradient
    variable = variable - learning_rate * momentum
    """

    def update_step(self, gradient, variable, learning_rate):
        learning_rate = keras.ops.cast(learning_rate, variable.dtype)
        gradient = keras.ops.cast(gradient, variable.dtype)
        momentum = self.momentums[self._get_variable_index(variable)]
        self.assign(momentum, self.momentum * momentum + gradient)
        step = gradient + self.momentum * momentum if self.nesterov else momentum
        self.assign_sub(variable, learning_rate * step)
