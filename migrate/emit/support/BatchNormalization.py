# mypy: ignore-errors
"""For tf.layers.batch_normalization(training=...) and tf.contrib.layers.batch_norm."""

import keras
import tensorflow as tf


class BatchNormalization(keras.layers.BatchNormalization):
    """Batch normalization whose moving averages change where `update` is called, as TensorFlow 1's update operations.

    y = gamma * (x - mean) / sqrt(variance + epsilon) + beta
    mean, variance: of the batch in training, over all axes but the last; otherwise the moving averages
    update: average = average - (1 - momentum) * (average - the batch's)

    sample_ranks: for inputs of these ranks TensorFlow 1 averaged the variance of a sample, n / (n - 1) times this one.
    """

    def __init__(self, sample_ranks=(4,), **options):
        super().__init__(**options)
        self.sample_ranks = sample_ranks

    def call(self, inputs, training=False, mask=None):
        mean, variance = self.moments(inputs, training)
        return tf.nn.batch_normalization(inputs, mean, variance, self.beta, self.gamma, self.epsilon)

    def moments(self, inputs, training):
        axes = list(range(inputs.shape.rank - 1))
        averages = tf.convert_to_tensor(self.moving_mean), tf.convert_to_tensor(self.moving_variance)
        return tf.cond(tf.cast(training, tf.bool), lambda: tf.nn.moments(inputs, axes), lambda: averages)

    def update(self, inputs, training=True):
        mean, variance = self.moments(inputs, training)
        if inputs.shape.rank in self.sample_ranks:
            count = tf.cast(tf.size(inputs) // inputs.shape[-1], inputs.dtype)
            sample = variance * (count / tf.maximum(count - 1.0, 1.0))
            variance = tf.where(tf.cast(training, tf.bool), sample, variance)
        for average, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            average.assign_sub((average - value) * (1.0 - self.momentum))
