# mypy: ignore-errors
"""For embeddings trained with an optimizer that is chosen when the program runs."""

import tensorflow as tf


def summed_rows(optimizer_class):
    """The optimizer, given the sum of repeated rows of a sparse gradient, as TensorFlow 1 did."""

    class SummingOptimizer(optimizer_class):
        def update_step(self, gradient, variable, learning_rate):
            super().update_step(tf.convert_to_tensor(gradient), variable, learning_rate)

    SummingOptimizer.__name__ = optimizer_class.__name__
    return SummingOptimizer
