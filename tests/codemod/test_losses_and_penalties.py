"""Losses, penalties over weights and regularizers."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import ADAM, GRU, LSTM, RUN, line_of, migrated, program, prove, refusal

WEIGHTS = """\
def make():
    return tf.nn.rnn_cell.LSTMCell(4, forget_bias=0.7)


outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell([make() for _ in range(2)]), X, dtype=tf.float32)
fw, bw = tf.nn.rnn_cell.BasicLSTMCell(2), tf.nn.rnn_cell.BasicLSTMCell(2)
both, _ = tf.nn.bidirectional_dynamic_rnn(fw, bw, X, dtype=tf.float32)
_, gates = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), X, dtype=tf.float32, scope='gates')
last = tf.contrib.layers.fully_connected(outputs[:, -1] + tf.concat(both, 2)[:, 0], 4, activation_fn=None)
last = tf.layers.dense(last + gates, 4, use_bias=False)
"""
PENALTY = "loss = loss + 0.001 * tf.add_n([tf.nn.l2_loss(v) for v in {}])\n"
SGD = "train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\n"
MANY = """\
V = tf.get_variable('V', [4, 2])
logits = tf.matmul(last, V)
kinds = tf.to_int32(Y[:, 0] > 0.0)
shrink = tf.contrib.layers.l2_regularizer(0.2)
marked = tf.sparse_to_dense(tf.stack([tf.range(8), kinds], 1), [8, 2], 1.0, 0.0)
loss = loss + tf.losses.huber_loss(Y, pred) + tf.losses.huber_loss(labels=Y, predictions=pred, delta=0.5)
loss = loss + tf.losses.sparse_softmax_cross_entropy(kinds, logits) + tf.losses.mean_squared_error(marked, logits)
loss = loss + shrink(V) + tf.contrib.layers.apply_regularization(tf.contrib.layers.l1_l2_regularizer(0.1, 0.2), [W, V])
loss = loss + tf.contrib.layers.apply_regularization(shrink, tf.trainable_variables())
train = tf.train.AdamOptimizer(0.01).minimize(loss + 0.1 * tf.reduce_sum([tf.nn.l2_loss(W), tf.nn.l2_loss(b)]))
"""


def test_penalties_over_all_weights(tmp_path: Path):
    prove(program(WEIGHTS, PENALTY.format("tf.trainable_variables()") + SGD), tmp_path)


def test_losses_and_regularizers(tmp_path: Path):
    prove(program(LSTM, MANY), tmp_path)


@pytest.mark.parametrize("condition, kept", [
    ("'bias' not in v.name", "[lstm.cell.kernel, lstm.cell.recurrent_kernel, W, b]"),
    ("not ('bias' in v.name)", "[lstm.cell.kernel, lstm.cell.recurrent_kernel, W, b]"),
    ("'kernel' not in v.name and 'bias' not in v.name", "[W, b]"),
    ("'W' in v.name.split('/')[-1]", "[W]"),
    ("'bias' in v.name", "[without_forget_bias(lstm.cell.bias)]"),
])
def test_conditions_on_names(condition: str, kept: str):
    source = migrated(program(LSTM, PENALTY.format(f"tf.trainable_variables() if {condition}") + ADAM))
    assert f"weights = {kept}\n" in source
    assert "tf.add_n([tf.nn.l2_loss(v) for v in weights])" in source


def test_the_forget_bias_is_left_out_of_penalties():
    text = PENALTY.format("tf.trainable_variables()") + ADAM
    assert "without_forget_bias(lstm.cell.bias)" in migrated(program(LSTM, text))
    assert "gru.cell.bias, W" in migrated(program(GRU, text))
    none = LSTM.replace("LSTMCell(4)", "LSTMCell(4, forget_bias=0.0)")
    assert "without_forget_bias" not in migrated(program(none, text))


@pytest.mark.parametrize("penalty, code", [
    (PENALTY.format("tf.trainable_variables() if 'rnn' not in v.name"), "variable-name"),
    (PENALTY.format("tf.trainable_variables() if 'b' not in v.name"), "variable-name"),
    (PENALTY.format("tf.trainable_variables() if len(v.shape) > 1"), "variable-name"),
    ("loss = loss + tf.add_n([tf.norm(v) for v in tf.trainable_variables()])\n", "weight-layout"),
])
def test_penalties_that_are_not_sums_or_not_decided(penalty: str, code: str):
    text = program(LSTM, penalty + ADAM)
    found = refusal(text)
    assert (found.code, found.line) == (code, line_of(text, penalty))


def test_a_loss_written_in_place_is_computed_under_the_tape():
    source = migrated(program(GRU, "train = tf.train.AdamOptimizer(0.1).minimize(loss + tf.nn.l2_loss(W))\n", run=RUN))
    assert "loss_2 = loss + tf.nn.l2_loss(W)" in source
    assert "tape.gradient(loss_2, variables)" in source


def test_a_layer_object_has_weights_from_its_first_call_on():
    from migrate.migration import migrate_source
    from migrate.plan import Migrated

    outcome = migrate_source(program("project = tf.layers.Dense(4)\n" + GRU + "last = project(last)\n", ADAM))
    assert isinstance(outcome, Migrated)
    assert [owner.expression for owner in outcome.owners] == ["gru", "project", "W", "b"]


@pytest.mark.parametrize("loop", [
    "penalty = 0.0\nfor v in tf.trainable_variables():\n    penalty += 0.1 * tf.nn.l2_loss(v)\nloss += penalty\n",
    "weights = tf.trainable_variables()\ncosts = []\nfor v in weights:\n    if not 'bias' in v.name:\n"
    "        costs.append(tf.nn.l2_loss(v))\nloss += 0.1 * tf.add_n(costs)\n",
    "for v in tf.trainable_variables():\n    if 'bias' not in v.name:\n        loss = tf.add(tf.nn.l2_loss(v), loss)\n",
    "for v in tf.trainable_variables():\n    print(v.name, v.get_shape())\n",
])  # fmt: skip
def test_loops_over_all_weights(loop: str, tmp_path: Path):
    prove(program(LSTM, loop + ADAM), tmp_path)


@pytest.mark.parametrize("loop, code", [
    ("for v in tf.trainable_variables():\n    loss += tf.sqrt(tf.nn.l2_loss(v))\n", "weight-layout"),
    ("for v in tf.trainable_variables():\n    loss += tf.nn.l2_loss(v) * loss\n", "weight-layout"),
])
def test_loops_that_are_no_sums_are_refused(loop: str, code: str):
    assert refusal(program(LSTM, loop + ADAM)).code == code
