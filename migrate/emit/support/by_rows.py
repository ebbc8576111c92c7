# mypy: ignore-errors
"""For embeddings trained with an optimizer whose slots also change where no gradient is."""

import tensorflow as tf


def by_rows(optimizer_class):
    """The optimizer, changing only the rows that were looked up, and their slots, as TensorFlow 1 did.

    A sparse gradient of rows R, repeated rows summed up: variable[r] and slot[r] take a step for r in R only.
    """

    class RowsOptimizer(optimizer_class):
        def update_step(self, gradient, variable, learning_rate):
            if not isinstance(gradient, tf.IndexedSlices):
                super().update_step(gradient, variable, learning_rate)
                return
            slots = [slot for slot in self.variables if tuple(slot.shape) == tuple(variable.shape)]
            before = [tf.convert_to_tensor(state) for state in (variable, *slots)]
            super().update_step(tf.convert_to_tensor(gradient), variable, learning_rate)
            rows = tf.tensor_scatter_nd_update(
                tf.zeros(variable.shape[0], tf.bool), gradient.indices[:, None], tf.ones_like(gradient.indices, tf.bool)
            )
            rows = tf.reshape(rows, [-1] + [1] * (len(variable.shape) - 1))
            for state, value in zip((variable, *slots), before, strict=True):
                state.assign(tf.where(rows, state, value))

    RowsOptimizer.__name__ = optimizer_class.__name__
    return RowsOptimizer
