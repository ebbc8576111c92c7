"""Cells that a program chooses when it runs, lists, or steps by hand: objects of the new program too."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import ADAM, LOSS, RUN, START, program

from migrate.migration import migrate_source
from migrate.plan import Migrated, Refused
from migrate.verify import assert_same_outputs

CHOSEN = """\
import sys

kind = sys.argv[1] if len(sys.argv) > 1 else 'gru'
if kind == 'rnn':
    cell_fn = tf.nn.rnn_cell.BasicRNNCell
elif kind == 'gru':
    cell_fn = tf.nn.rnn_cell.GRUCell
else:
    cell_fn = tf.nn.rnn_cell.BasicLSTMCell
cells = []
for _ in range(2):
    cell = cell_fn(4)
    if len(sys.argv) > 9:
        cell = tf.nn.rnn_cell.DropoutWrapper(cell, output_keep_prob=0.5)
    cells.append(cell)
cell = tf.nn.rnn_cell.MultiRNNCell(cells)
zero = cell.zero_state(8, tf.float32)
outputs, state = tf.nn.dynamic_rnn(cell, X, initial_state=zero)
last = outputs[:, -1]
"""
STEPPED = """\
cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(4, use_peepholes=True) for _ in range(1)])
state = zero = cell.zero_state(8, tf.float32)
steps = []
with tf.variable_scope('rnn'):
    for t in range(5):
        if t > 0: tf.get_variable_scope().reuse_variables()
        last, state = cell(X[:, t], state)
        steps.append(last)
"""


def migrated(source: str) -> str:
    outcome = migrate_source(source)
    assert isinstance(outcome, Migrated), outcome
    return outcome.source


def test_the_program_still_chooses() -> None:
    text = migrated(program(CHOSEN))
    assert "if kind == 'rnn':\n    cell_fn = BasicRNNCell\nelif kind == 'gru':\n    cell_fn = GRUCell\n" in text
    assert "    cell = cell_fn(4)\n    if len(sys.argv) > 9:\n        cell = DropoutWrapper(cell, output" in text
    assert "rnn = keras.layers.RNN(cell, return_sequences=True, return_state=True)" in text
    for name in ("BasicRNNCell", "GRUCell", "BasicLSTMCell", "DropoutWrapper", "MultiRNNCell"):
        assert f"class {name}(keras.layers.Layer):" in text


@pytest.mark.parametrize(
    ("cell", "made"),
    [
        ("tf.nn.rnn_cell.LSTMCell(7, num_proj=4)", "LSTMCell(7, num_proj=4)"),
        ("tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(4)] * 2)", "MultiRNNCell([GRUCell(4)] * 2)"),
        ("tf.contrib.rnn.NASCell(4)", "NASCell(4)"),
    ],
)
def test_cells_that_keras_has_not(cell: str, made: str) -> None:
    loop = f"outputs, state = tf.nn.dynamic_rnn({cell}, X, dtype=tf.float32)\n"
    text = migrated(program(loop + "last = outputs[:, -1]\n"))
    assert f"rnn = keras.layers.RNN({made}, return_sequences=True, return_state=True)" in text


def test_a_state_whose_parts_nobody_knows() -> None:
    outcome = migrate_source(program(CHOSEN.replace("outputs[:, -1]", "tf.add(state[0], 0.0)")))
    assert isinstance(outcome, Refused)


def test_a_loop_of_the_programs_own() -> None:
    text = migrated(program(STEPPED.replace("state = zero =", "state =")))
    assert "    for t in range(5):\n        last, state = cell(X[:, t], state)\n" in text
    assert "reuse_variables" not in text and "class LSTMCell(keras.layers.Layer):" in text


def test_layers_of_keras_where_they_will_do() -> None:
    text = migrated(program())
    assert "keras.layers.GRU(" in text and "class GRUCell" not in text


def test_what_a_condition_creates() -> None:
    model = """\
import sys

wide = len(sys.argv) > 1
if wide:
    extra = tf.get_variable('extra', [3, 4])
    last = tf.matmul(X[:, -1], extra)
else:
    last = tf.layers.dense(X[:, 0], 4)
"""
    text = migrated(program(model))
    assert "if wide:\n    extra = tf.Variable(" in text and "else:\n    dense = keras.layers.Dense(4)\n" in text
    assert "    if wide:\n        last = tf.matmul(X[:, -1], extra)\n    else:\n        last = dense(X[:, 0])\n" in text


FED = """
    state = sess.run(init)
    for _ in range(2):
        feed = {X: xs, Y: ys}
        for i, (c, h) in enumerate(init):
            feed[c] = state[i].c
            feed[h] = state[i].h
        l, state, _ = sess.run([loss, final, train], feed)
        print(l)
"""
STATEFUL = """\
cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(4) for _ in range(2)])
init = cell.zero_state(8, tf.float32)
outputs, final = tf.nn.dynamic_rnn(cell, X, initial_state=init)
last = outputs[:, -1]
"""


FIRST = "for i, (c, h) in enumerate(init):\n            feed[c] = state[i].c\n            feed[h] = state[i].h\n"


@pytest.mark.parametrize(
    ("loop", "whole"),
    [
        (FIRST, "state"),
        (FIRST.replace(".c", "[0]").replace(".h", "[1]"), "tuple((part[0], part[1]) for part in state)"),
        ("for i, part in enumerate(init):\n            feed[part] = state[i]\n", "tuple(state)"),
    ],
)
def test_a_state_fed_part_by_part(loop: str, whole: str) -> None:
    text = migrated(program(STATEFUL, run=RUN + FED.replace(FIRST, loop)))
    assert f'feed["init"] = {whole}\n' in text


def test_another_order_of_the_parts_is_refused() -> None:
    wrong = FED.replace("feed[c] = state[i].c", "feed[c] = state[i].h")
    outcome = migrate_source(program(STATEFUL, run=RUN + wrong))
    assert isinstance(outcome, Refused) and outcome.reasons[0].code == "fed-tensor"


def test_cells_as_objects_give_the_same(tmp_path) -> None:
    path = tmp_path / "program.py"
    path.write_text(START + CHOSEN + LOSS + ADAM + RUN)
    assert_same_outputs(path)
    path.write_text(START + STEPPED.replace("state = zero =", "state =") + LOSS + ADAM + RUN)
    assert_same_outputs(path)


PACKED = """\
cells = [tf.nn.rnn_cell.BasicLSTMCell(4, state_is_tuple=False) for _ in range(2)]
cell = tf.nn.rnn_cell.MultiRNNCell(cells, state_is_tuple=False)
begin = tf.placeholder(tf.float32, [None, 16])
outputs, state = tf.nn.dynamic_rnn(cell, X, initial_state=begin)
last = outputs[:, -1]
"""
PACKED_RUN = """\
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    held = np.zeros((8, 16))
    for i in range(3):
        _, l, held = sess.run([train, loss, state], feed_dict={X: xs, Y: ys, begin: held})
        print(l, held)
"""


def test_packed_states(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(program(PACKED, run=PACKED_RUN))
    text = migrated(script.read_text())
    assert "cells = [PackedState(BasicLSTMCell(4)) for _ in range(2)]\n" in text
    assert "cell = PackedState(MultiRNNCell(cells))\n" in text
    assert_same_outputs(script)


def test_packed_or_not_is_decided_by_the_source() -> None:
    outcome = migrate_source(program(PACKED.replace("False", "len(ys) > 9"), run=PACKED_RUN))
    assert isinstance(outcome, Refused) and outcome.reasons[0].code == "state-not-tuple"


FED_KEEP = """\
keep = tf.placeholder(tf.float32)

def make(size, keep_prob):
    cell = tf.nn.rnn_cell.LSTMCell(size, use_peepholes=True)
    return tf.nn.rnn_cell.DropoutWrapper(cell, output_keep_prob=keep_prob)

cell = tf.nn.rnn_cell.MultiRNNCell([make(4, keep) for _ in range(2)])
outputs, state = tf.nn.dynamic_rnn(cell, X, dtype=tf.float32)
last = outputs[:, -1]
"""


def test_a_fed_keep_probability(tmp_path: Path) -> None:
    run = RUN.replace("Y: ys}", "Y: ys, keep: 0.5}").replace("{X: xs}", "{X: xs, keep: 1.0}")
    script = tmp_path / "program.py"
    script.write_text(program(FED_KEEP, run=run))
    text = migrated(script.read_text())
    assert "current_keep = tf.Variable(1.0, trainable=False)\n" in text and "    current_keep.assign(keep)\n" in text
    assert_same_outputs(script)


DIRECTIONS = """\
lengths = tf.placeholder(tf.int32, [None])
keep = tf.placeholder(tf.float32)

def make(size):
    cell = tf.nn.rnn_cell.LSTMCell(size, use_peepholes=True)
    return tf.nn.rnn_cell.DropoutWrapper(cell, input_keep_prob=keep)

below, _, _ = tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
    [make(2) for _ in range(2)], [make(2) for _ in range(2)], X, sequence_length=lengths, dtype=tf.float32)
(fw, bw), (state_fw, state_bw) = tf.nn.bidirectional_dynamic_rnn(make(4), make(4), below, dtype=tf.float32)
last = fw[:, -1] + bw[:, 0] + state_fw.c + state_bw.h
"""


def test_both_directions(tmp_path: Path) -> None:
    feed = "lengths: [5, 3, 1, 2, 5, 4, 2, 1]"
    run = RUN.replace("Y: ys}", f"Y: ys, keep: 0.5, {feed}}}").replace("{X: xs}", f"{{X: xs, keep: 1.0, {feed}}}")
    script = tmp_path / "program.py"
    script.write_text(program(DIRECTIONS, run=run))
    text = migrated(script.read_text())
    assert text.count("class BothDirections(") == 1 and text.index("class BothDir") < text.index("class StackedDir")
    assert_same_outputs(script)
