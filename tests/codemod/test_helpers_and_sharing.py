"""Helpers called several times, variables shared by name, names used twice, and what TF1 collected by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from codemod_programs import HEAD, migrated, program, refusal

from migrate.verify import assert_same_outputs

LAYERS = """\
def add_layer(inputs, in_size, out_size, activation=None):
    Weights = tf.Variable(tf.random_normal([in_size, out_size]))
    biases = tf.Variable(tf.zeros([1, out_size]) + 0.1)
    product = tf.matmul(inputs, Weights) + biases
    if activation is None:
        return product
    return activation(product)


x = tf.placeholder(tf.float32, [None, 5, 3])
y = tf.placeholder(tf.float32, [None, 2])
hidden = add_layer(tf.reshape(x, [-1, 3]), 3, 6, activation=tf.nn.tanh)
cells = [tf.nn.rnn_cell.GRUCell(4) for _ in range(2)]
dropped = [tf.nn.rnn_cell.DropoutWrapper(cell, input_keep_prob=1.0) for cell in cells]
stack = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.MultiRNNCell(dropped), output_keep_prob=0.5)
outputs, state = tf.nn.dynamic_rnn(stack, tf.reshape(hidden, [-1, x.get_shape()[1].value, 6]), dtype=tf.float32)
pred = add_layer(outputs[:, -1], 4, 2)
"""

BY_HAND = """\
size = 4
x = tf.placeholder(tf.float32, [4, 5, 3])
y = tf.placeholder(tf.float32, [4, 2])
init_state = tf.zeros([4, size])
with tf.variable_scope('rnn_cell'):
    W = tf.get_variable('W', [3 + size, size], regularizer=tf.contrib.layers.l2_regularizer(0.1))
    b = tf.get_variable('b', [size], initializer=tf.constant_initializer(0.0))


def rnn_cell(rnn_input, state):
    with tf.variable_scope('rnn_cell', reuse=True):
        W = tf.get_variable('W', [3 + size, size])
        b = tf.get_variable('b', [size], initializer=tf.constant_initializer(0.0))
    return tf.tanh(tf.matmul(tf.concat([rnn_input, state], 1), W) + b)


state = init_state
states = []
for rnn_input in tf.unstack(x, axis=1):
    state = rnn_cell(rnn_input, state)
    states.append(state)
final_state = states[-1]
with tf.variable_scope('softmax'):
    W = tf.get_variable('W', [size, 2])
    b = tf.get_variable('b', [2], initializer=tf.constant_initializer(0.0))
pred = tf.matmul(final_state, W) + b
"""

COLLECTED = """\
error = tf.losses.mean_squared_error(y, pred)
tf.add_to_collection('mine', tf.nn.l2_loss(pred) * 0.01)
loss = tf.losses.get_total_loss() + tf.add_n(tf.get_collection('mine'))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
"""

PLAIN_LOSS = """\
loss = tf.reduce_mean(tf.square(pred - y))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
"""

RUN = """\
def main():
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(3):
            _, value, p = sess.run([train, loss, pred], {x: xs, y: ys})
            print(value, p)


main()
"""

RUN_FED = """\
def main():
    global pred
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        last = np.ones([4, size])
        for i in range(3):
            _, value, last = sess.run([train, loss, final_state], {x: xs, y: ys, init_state: last})
            print(value, last)
        print(sess.run(pred, {x: xs}))


main()
"""


def test_a_helper_is_handed_what_each_call_creates() -> None:
    text = migrated(program(HEAD, LAYERS, PLAIN_LOSS, RUN))
    assert "def add_layer(inputs, activation=None, *, Weights, biases):" in text
    assert "hidden_Weights = tf.Variable(tf.random.normal([3, 6]))" in text
    assert "Weights=pred_Weights, biases=pred_biases)" in text
    assert "for _ in range(2)" in text and text.count("keras.layers.GRU") == 1


def test_variables_shared_by_name_are_made_once() -> None:
    text = migrated(program(HEAD, BY_HAND, PLAIN_LOSS, RUN_FED))
    assert text.count("tf.Variable(") == 4
    assert "softmax_W" in text and "rnn_cell_W" not in text
    assert "init_state_spec = tf.TensorSpec.from_tensor(init_state)" in text


def test_helpers_called_twice_equal(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(program(HEAD, LAYERS, PLAIN_LOSS, RUN))
    assert_same_outputs(tmp_path / "program.py")


def test_shared_variables_and_collections_equal(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(program(HEAD, BY_HAND, COLLECTED, RUN_FED))
    assert_same_outputs(tmp_path / "program.py")


@pytest.mark.parametrize(
    "line",
    [
        "loss = tf.losses.get_total_loss()",  # the loss of the line before has no name
        "loss = pred + tf.add_n(tf.get_collection(tf.GraphKeys.SUMMARIES))",
        "loss = tf.add_n(tf.get_collection('mine', 'scope'))",
    ],
)
def test_collections_that_the_source_does_not_show(line: str) -> None:
    source = program(HEAD, BY_HAND, "twice = tf.losses.mean_squared_error(y, pred) * 2.0\n", line + "\n")
    assert refusal(source) == (source.count("\n"), "collection")
