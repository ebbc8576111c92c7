# mypy: ignore-errors
"""tf.contrib.legacy_seq2seq.rnn_decoder."""


def rnn_decoder(inputs, state, cell, loop_function=None):
    """Run a cell over a list of inputs.

    Args:
        inputs: list of tensors [batch, features]. With a loop_function only the first is used.
        state: the cell's first state.
        cell: called as cell(input, state).
        loop_function: makes the next input of an output and its position.

    Returns:
        The list of outputs and the last state.
    """
    outputs = []
    for position, step_input in enumerate(inputs):
        if loop_function is not None and outputs:
            step_input = loop_function(outputs[-1], position)
        output, state = cell(step_input, state)
        outputs.append(output)
    return outputs, state
