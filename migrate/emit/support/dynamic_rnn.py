# mypy: ignore-errors
"""tf.nn.dynamic_rnn over a cell with attention, whose memory no layer of Keras hands on."""

import tensorflow as tf


def dynamic_rnn(cell, inputs, sequence_length=None, initial_state=None, time_major=False):
    """Run a cell over inputs [batch, time, features], or [time, batch, features] with time_major.

    Past the end of an example its outputs are zero and its state stays as it is.

    Returns:
        (outputs in the layout of the inputs, the last state)
    """
    if not time_major:
        inputs = tf.transpose(inputs, [1, 0, 2])
    times, batch = tf.shape(inputs)[0], tf.shape(inputs)[1]
    lengths = None if sequence_length is None else tf.convert_to_tensor(sequence_length, tf.int32)
    cell.build(inputs.shape[1:])
    start = cell.get_initial_state(batch_size=batch) if initial_state is None else initial_state
    steps = tf.TensorArray(inputs.dtype, times, element_shape=inputs.shape[1:]).unstack(inputs)
    results = tf.TensorArray(inputs.dtype, times, element_shape=[inputs.shape[1], cell.output_size])

    def step(time, results, state):
        output, after = cell(steps.read(time), tf.nest.pack_sequence_as(start, state))
        after = [tf.ensure_shape(new, old.shape) for new, old in zip(tf.nest.flatten(after), state, strict=True)]
        if lengths is not None:
            going_on = (time < lengths)[:, tf.newaxis]
            output = tf.where(going_on, output, tf.zeros_like(output))
            after = [tf.where(going_on, new, old) for new, old in zip(after, state, strict=True)]
        return time + 1, results.write(time, output), after

    _, results, state = tf.while_loop(
        lambda time, results, state: time < times, step, (0, results, tf.nest.flatten(start)), maximum_iterations=times
    )
    outputs = results.stack()
    state = tf.nest.pack_sequence_as(cell.state_size, state)
    return outputs if time_major else tf.transpose(outputs, [1, 0, 2]), state
