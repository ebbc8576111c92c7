"""Refusal codes of recurrent layers: cells, stacks, loops and their states, other layers."""

from __future__ import annotations

from migrate.report.refusals import Description

CELLS = (
    Description(
        "unknown-state",
        "The state of a cell that the program chooses when it runs is computed with: one tensor for some cells, two "
        "for others.",
        "Use the cell's outputs, or choose the cell in the source.",
        "cell_fn = GRUCell if flag else LSTMCell\noutputs, state = tf.nn.dynamic_rnn(cell_fn(4), x, dtype=tf.float32)\n"
        "y = tf.matmul(state, W)",
    ),
    Description(
        "cell-attribute",
        "An attribute of a cell is used that its Keras layer does not have.",
        "Use the number the cell was made with instead of asking the cell.",
        "n = cell.some_attribute",
    ),
    Description(
        "cell-list",
        "A list or pair of cells is put together in a way the source does not show.",
        "Write one list: [make_cell() for _ in range(n)].",
        "cells = first_half + second_half",
    ),
    Description(
        "cell-method",
        "A method of a cell is called that has no counterpart with the same meaning.",
        "Drop the call, or keep the program on the runtime.",
        "cell.build(shape)",
    ),
    Description(
        "cell-option",
        "The cell has an option that the Keras layer of its kind lacks, such as peepholes or a projection.",
        "Drop the option, or write the cell as a Keras cell by hand.",
        "tf.nn.rnn_cell.LSTMCell(128, use_peepholes=True)",
    ),
    Description(
        "cell-wrapper",
        "Wrappers are nested around cells in a way that no Keras layer expresses.",
        "Wrap each cell of the stack once.",
        "DropoutWrapper(DropoutWrapper(cell, 0.9), 0.8)",
    ),
    Description(
        "forget-bias",
        "The value of forget_bias cannot be read off the source, and the LSTM's weights depend on it.",
        "Write the number.",
        'BasicLSTMCell(128, forget_bias=options["bias"])',
    ),
    Description(
        "initial-state",
        "The loop starts from a state whose parts the source does not show.",
        "Build the state from zero_state, or from an LSTMStateTuple of two tensors.",
        "tf.nn.dynamic_rnn(cell, x, initial_state=make_state())",
    ),
    Description(
        "layer-option",
        "A layer has an option that is not carried over.",
        "Drop the option, or add what it does by hand (a regulariser is a term of the loss).",
        "tf.layers.dense(x, 10, kernel_regularizer=r)",
    ),
    Description(
        "loop-inputs",
        "The inputs of a static RNN are not a list whose length the source shows.",
        "Make the list with tf.unstack or tf.split right before the loop.",
        "tf.nn.static_rnn(cell, read_inputs(), dtype=tf.float32)",
    ),
    Description(
        "loop-result",
        "The results of a loop are taken apart, or used, in a form that is not followed.",
        "Assign them to two names: outputs, state = tf.nn.dynamic_rnn(...).",
        "last = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)[1][0]",
    ),
    Description(
        "manual-loop",
        "A cell is called step by step in a loop of the program's own.",
        "Use tf.nn.dynamic_rnn or tf.nn.static_rnn.",
        "for t in range(steps):\n    output, state = cell(inputs[t], state)",
    ),
    Description(
        "mixed-stack",
        "The state of a stack of different cells, or of a bidirectional stack, is used.",
        "Use cells of one kind, or only the outputs.",
        "MultiRNNCell([BasicLSTMCell(8), GRUCell(8)])",
    ),
    Description(
        "shared-cell",
        "One cell object stands in several places, so that they share their weights.",
        "Create one cell for each place.",
        "MultiRNNCell([cell] * 2)",
    ),
    Description(
        "state-attribute",
        "A state is asked for c or h but has no such parts.",
        "Use the state itself: the state of a GRU or basic RNN is one tensor.",
        "gru_state.h",
    ),
    Description(
        "state-index",
        "A state is indexed by something that the source does not show.",
        "Index it with a number.",
        "state[which]",
    ),
    Description(
        "state-iteration",
        "A state is looped over, although how many parts it has is not shown.",
        "Name its parts: c, h = state.",
        "for part in state: ...",
    ),
    Description(
        "state-not-tuple",
        "state_is_tuple is not a constant: the program decides when it runs what form its states have.",
        "Write state_is_tuple=True or leave it out.",
        "BasicLSTMCell(128, state_is_tuple=args.tuples)",
    ),
    Description(
        "unknown-cell",
        "What is used as a cell is not one of the cells that the source shows.",
        "Create the cell in the same file, with one of TensorFlow's classes.",
        "tf.nn.dynamic_rnn(options.cell, x, dtype=tf.float32)",
    ),
    Description(
        "unsupported-cell",
        "The cell has no counterpart among the Keras layers yet.",
        "Keep this program on the runtime, or replace the cell.",
        "tf.contrib.rnn.NASCell(128)",
    ),
    Description(
        "unsupported-layer",
        "The layer is not carried over yet.",
        "Replace it by the Keras layer of the same name by hand.",
        "tf.layers.separable_conv2d(x, 8, 3)",
    ),
)
