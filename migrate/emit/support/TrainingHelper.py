# mypy: ignore-errors
"""tf.contrib.seq2seq.TrainingHelper."""

import tensorflow as tf


class TrainingHelper:
    """Feeds a decoder what it should have said: each step reads its own inputs.

    Args:
        inputs: [batch, time, features], or [time, batch, features] with time_major.
        sequence_length: [batch]; an example is finished after so many steps.
    """

    def __init__(self, inputs, sequence_length, time_major=False):
        inputs = tf.convert_to_tensor(inputs)
        if not time_major:
            inputs = tf.transpose(inputs, [1, 0, *range(2, inputs.shape.rank)])
        self.sequence_length = tf.convert_to_tensor(sequence_length, tf.int32)
        self.steps = tf.TensorArray(
            inputs.dtype, tf.shape(inputs)[0], element_shape=inputs.shape[1:], clear_after_read=False
        ).unstack(inputs)

    def start(self):
        """Returns (which examples are finished, the first inputs)."""
        finished = tf.equal(self.sequence_length, 0)
        return finished, self.steps.read(0)

    def sample(self, output):
        return tf.argmax(output, axis=-1, output_type=tf.int32)

    def following(self, time, sample_id):
        """Returns (which examples end with the step `time`, the inputs of the step after it)."""
        finished = time + 1 >= self.sequence_length
        return finished, self.steps.read(tf.where(tf.reduce_all(finished), 0, time + 1))
