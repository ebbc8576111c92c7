"""Helpers called several times for one set of layers, through the reuse of variable scopes."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import ADAM, LOSS, RUN, START

from migrate.migration import migrate_source
from migrate.plan import Migrated, Refused
from migrate.verify import assert_same_outputs

HELPER = """\
def build(x, reuse=False, keep=1.0):
    with tf.variable_scope('net', reuse=reuse):
        cell = tf.nn.rnn_cell.LSTMCell(4)
        outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
        inner = tf.layers.dense(outputs[:, -1], 6, activation=tf.nn.relu)
        inner = tf.nn.dropout(inner, keep)
        return tf.layers.dense(inner, 4) + state.h

last = build(X, keep=0.5)
tested = build(X, reuse=True)
"""
PREDICT = RUN.replace("print(sess.run(pred, feed_dict={X: xs}))", "print(sess.run(tested, feed_dict={X: xs}))")
IN_FUNCTIONS = (
    START
    + """\
def lstm(batch):
    cell = tf.nn.rnn_cell.BasicLSTMCell(2)
    outputs, state = tf.nn.dynamic_rnn(cell, X, initial_state=cell.zero_state(batch, tf.float32))
    return outputs[:, -1], state

def train_model():
    with tf.variable_scope('shared'):
        out, _ = lstm(8)
    loss = tf.reduce_mean(tf.square(out - Y))
    train = tf.train.AdamOptimizer(0.01).minimize(loss)
    saver = tf.train.Saver(tf.global_variables())
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(3):
            print(sess.run([train, loss], feed_dict={X: xs, Y: ys})[1])
        saver.save(sess, './model.ckpt')

def predict():
    with tf.variable_scope('shared', reuse=True):
        out, _ = lstm(1)
    saver = tf.train.Saver(tf.global_variables())
    with tf.Session() as sess:
        saver.restore(sess, './model.ckpt')
        for i in range(2):
            print(sess.run(out, feed_dict={X: [xs[i]]}))

train_model()
predict()
"""
)


def migrated(source: str) -> str:
    outcome = migrate_source(source)
    assert isinstance(outcome, Migrated), outcome
    return outcome.source


def test_training_and_test_graph() -> None:
    text = migrated(START + HELPER + LOSS + ADAM + PREDICT)
    assert text.count("keras.layers.LSTM(") == 1 and text.count("keras.layers.Dense(") == 2
    assert "def build(x, keep=1.0):\n" in text and "build(X, keep=0.5)" in text and "build(X)" in text


def test_layers_that_two_functions_share_stand_before_the_helper() -> None:
    text = migrated(IN_FUNCTIONS)
    before = text[: text.index("def lstm(")]
    assert before.count("lstm_layer = keras.layers.LSTM(") == text.count("keras.layers.LSTM(") == 1


@pytest.mark.parametrize("text", [START + HELPER + LOSS + ADAM + PREDICT, IN_FUNCTIONS])
def test_they_are_equal(text: str, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(text)
    assert_same_outputs(script)


def test_layers_by_name() -> None:
    first, second = (f"tf.layers.dense({x}, 3, name='a', reuse={again})\n" for x, again in (("X", None), ("X", True)))
    text = migrated(
        START + f"one = {first}two = {second}last = tf.concat([one, two], 2)[:, -1, :4]\n" + LOSS + ADAM + RUN
    )
    assert text.count("keras.layers.Dense(") == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dense(inner, 4)", "dense(inner, 2 + 2 * len(ys) // len(xs) if reuse else 4)"),  # not the same layer
        ("reuse=reuse", "reuse=not reuse"),  # nobody has made them
        ("scope('net'", "scope(x.name[0]"),  # a name that the source does not show
    ],
)
def test_what_the_source_does_not_show_is_refused(old: str, new: str) -> None:
    outcome = migrate_source(START + HELPER.replace(old, new) + LOSS + ADAM + PREDICT)
    assert isinstance(outcome, Refused)


def test_layers_that_depend_on_a_functions_own_names_are_refused() -> None:
    source = IN_FUNCTIONS.replace("BasicLSTMCell(2)", "BasicLSTMCell(size)").replace(
        "def lstm(batch)", "def lstm(batch, size)"
    )
    source = source.replace("out, _ = lstm(8)", "two = len(ys[0])\n        out, _ = lstm(8, two)").replace(
        "lstm(1)", "lstm(1, 2)"
    )
    outcome = migrate_source(source)
    assert isinstance(outcome, Refused)
