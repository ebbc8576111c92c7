# mypy: ignore-errors
"""tf.contrib.seq2seq.dynamic_decode."""

import tensorflow as tf


def dynamic_decode(decoder, output_time_major=False, impute_finished=False, maximum_iterations=None):
    """Run a decoder until all examples are finished, or for so many steps.

    Args:
        decoder: a BasicDecoder.
        output_time_major: whether the outputs are [time, batch, ...].
        impute_finished: past the end of an example its outputs are zero and its state stays as it is.

    Returns:
        (BasicDecoderOutput, the last state, the number of steps of each example [batch])
    """
    finished, inputs = decoder.helper.start()
    decoder.build(inputs.shape)
    if maximum_iterations is not None:
        finished = tf.logical_or(finished, 0 >= maximum_iterations)
    state = tf.nest.flatten(decoder.initial_state)
    shapes = [[finished.shape[0], decoder.output_size], [finished.shape[0]]]
    arrays = [
        tf.TensorArray(dtype, 0, dynamic_size=True, element_shape=shape)
        for dtype, shape in zip([inputs.dtype, tf.int32], shapes, strict=True)
    ]

    def unless_finished(finished, value, otherwise):
        return tf.where(tf.reshape(finished, [-1] + [1] * (value.shape.rank - 1)), otherwise, value)

    def step(time, arrays, state, inputs, finished, lengths):
        before = tf.nest.pack_sequence_as(decoder.initial_state, state)
        outputs, after, following, ended = decoder.step(time, inputs, before)
        after = tf.nest.flatten(after)
        lengths = tf.where(finished, lengths, time + 1)
        if impute_finished:
            outputs = [unless_finished(finished, output, tf.zeros_like(output)) for output in outputs]
            after = [unless_finished(finished, new, old) for new, old in zip(after, state, strict=True)]
        arrays = [array.write(time, output) for array, output in zip(arrays, outputs, strict=True)]
        after = [tf.ensure_shape(new, old.shape) for new, old in zip(after, state, strict=True)]
        following = tf.ensure_shape(following, inputs.shape)
        return time + 1, arrays, after, following, tf.logical_or(ended, finished), lengths

    _, arrays, state, _, _, lengths = tf.while_loop(
        lambda time, arrays, state, inputs, finished, lengths: tf.logical_not(tf.reduce_all(finished)),
        step,
        (0, arrays, state, inputs, finished, tf.zeros_like(finished, tf.int32)),
        maximum_iterations=maximum_iterations,
    )
    rnn_output, sample_id = (array.stack() for array in arrays)
    if not output_time_major:
        rnn_output, sample_id = tf.transpose(rnn_output, [1, 0, 2]), tf.transpose(sample_id)
    return (
        BasicDecoderOutput(rnn_output, sample_id),
        tf.nest.pack_sequence_as(decoder.cell.state_size, state),
        lengths,
    )
