"""Cells in all the ways programs write them, the loops that run them, and what becomes of states and masks."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import GRU, IN_STACKS, LENGTHS, RUN, START, line_of, migrated, program, prove, refusal

DROPPED = """\
keep = tf.placeholder(tf.float32)
fw = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(2), output_keep_prob=keep)
bw = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(2), output_keep_prob={})
outs, forward, backward = tf.nn.static_bidirectional_rnn(fw, bw, tf.unstack(X, 5, 1), dtype=tf.float32)
last = outs[-1] + tf.concat([forward, backward], 1)
"""
DROPPED_RUN = RUN.replace("{X: xs", "{keep: 0.9, X: xs")
PARTS = """\
keep = tf.placeholder(tf.float32)
steps = tf.transpose(X, [1, 0, 2])
cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(4), input_keep_prob=keep, output_keep_prob=keep)
last = tf.nn.dynamic_rnn(cell, steps, dtype=tf.float32, time_major=True, scope='one')[0][-1]
listed = tf.nn.static_rnn(tf.nn.rnn_cell.BasicLSTMCell(4), tf.unstack(X, 5, 1), dtype=tf.float32)[0]
last = last + listed[0] + listed[-1]
"""


def test_stacks_and_their_states(tmp_path: Path):
    prove(program(IN_STACKS), tmp_path)


def test_lengths_and_masks(tmp_path: Path):
    prove(program(LENGTHS), tmp_path)


def test_loops_taken_apart_and_dropout(tmp_path: Path):
    prove(program(PARTS, run=DROPPED_RUN), tmp_path)


def test_both_directions_drop_their_outputs():
    source = migrated(program(DROPPED.format("keep"), run=DROPPED_RUN))
    assert source.count("tf.nn.dropout(outs, rate=1 - keep)[:, -1]") == 1
    assert "dropped differently" in refusal(program(DROPPED.format("1.0"), run=DROPPED_RUN)).reason


def test_an_output_taken_at_once_is_dropped():
    source = migrated(program(PARTS, run=DROPPED_RUN))
    assert source.count("tf.nn.dropout(") == 2


def test_cells_appended_in_a_loop_are_one_list():
    source = migrated(program(IN_STACKS))
    assert "cells = []" not in source and ".append(" not in source
    assert "for _ in range(2)" in source


def test_a_mask_ends_with_the_loop_it_was_given_to():
    source = migrated(program(LENGTHS))
    assert source.count(" mask=") == 2
    assert "tf.identity(" in source  # the dense layer would hand the mask on


def test_seeds_and_initializers():
    source = migrated(program("""\
with tf.variable_scope('net', initializer=tf.random_uniform_initializer(-0.1, 0.1)):
    cell = tf.nn.rnn_cell.LSTMCell(4, initializer=tf.random_uniform_initializer(-0.2, 0.2, seed=2))
    outputs, state = tf.nn.dynamic_rnn(cell, X, dtype=tf.float32)
    last = tf.contrib.layers.fully_connected(state.h, 4)
    last = tf.layers.dense(last, 4)
"""))
    assert source.count("seed=2") == 1  # with one seed the two kernels of the cell would start alike
    assert 'keras.layers.Dense(4, activation="relu")' in source  # contrib draws by Glorot whatever the scope says
    assert "keras.layers.Dense(4, kernel_initializer=keras.initializers.RandomUniform(-0.1, 0.1))" in source


@pytest.mark.parametrize("model, at, code", [
    ("cell = tf.nn.rnn_cell.BasicLSTMCell(4, state_is_tuple=len(xs) > 1)\n", "state_is_tuple", "state-not-tuple"),
    ("cell = tf.nn.rnn_cell.GRUCell(4, reuse=True)\n", "dynamic_rnn", "reuse"),
])
def test_cells_that_keras_has_not(model: str, at: str, code: str):
    text = program(model + "outputs, last = tf.nn.dynamic_rnn(cell, X, dtype=tf.float32)\n")
    found = refusal(text)
    assert (found.code, found.line) == (code, line_of(text, at))


def test_float64():
    text = program(GRU + "last = tf.cast(tf.layers.dense(tf.cast(last, tf.float64), 4), tf.float32)\n")
    assert (refusal(text).code, refusal(text).line) == ("dtype", line_of(text, "tf.layers.dense"))
    text = program("with tf.variable_scope('net', dtype=tf.float64):\n    gain = tf.get_variable('gain', [4])\n" + GRU)
    assert (refusal(text).code, refusal(text).line) == ("dtype", line_of(text, "with tf.variable_scope"))


def test_the_other_range_of_first_weights_is_noted():
    from migrate.migration import migrate_source
    from migrate.plan import Migrated

    outcome = migrate_source(START + GRU + "with tf.Session() as sess:\n    print(sess.run(last, {X: xs}))\n")
    assert isinstance(outcome, Migrated)
    assert sum("first weights" in note.text for note in outcome.notes) == 1


def test_sizes_that_the_source_shows_are_numbers_where_layers_are_made():
    source = migrated(program("""\
units = 4
steps = X.get_shape()[1].value
mixed = tf.get_variable('mixed', [int(X.shape[2]), X.get_shape().as_list()[-1]])
inputs = tf.reshape(tf.matmul(tf.reshape(X, [-1, int(X.shape[2])]), mixed), [-1, steps, 3])
outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(units), inputs, dtype=tf.float32)
square = tf.Variable(tf.random_normal([int(outputs.get_shape()[-1]), outputs.shape[2].value]))
last = tf.matmul(outputs[:, -1], square)
"""))
    assert "steps = 5\n" in source
    assert "mixed = tf.Variable(keras.initializers.GlorotUniform()([3, 3]), name='mixed')" in source
    assert "square = tf.Variable(tf.random.normal([units, units]))" in source
    assert "get_shape" not in source and ".shape" not in source


def test_a_size_whose_name_changes_is_asked_of_the_tensor():
    text = "size = 3\nZ = tf.placeholder(tf.float32, [None, size])\nsize = 4\nwidth = int(Z.get_shape()[1])\n"
    text += "last = tf.layers.dense(X[:, 0] + Z * width, size)\n"
    source = migrated(program(text, run=RUN.replace("{X: xs", "{Z: xs[:, 1], X: xs")))
    assert "Z.shape[1]" in source or "Z.get_shape()[1]" in source
