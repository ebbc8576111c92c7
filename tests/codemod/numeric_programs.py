"""Small TF1 programs put together from parts, and what the codemod makes of them."""

from __future__ import annotations

from pathlib import Path

from migrate.migration import migrate_source
from migrate.plan import Migrated, Refusal, Refused
from migrate.verify import assert_same_outputs

START = """\
import numpy as np
import tensorflow as tf

np.random.seed(0)
xs = np.random.randn(8, 5, 3).astype(np.float32)
ys = np.random.randn(8, 2).astype(np.float32)
X = tf.placeholder(tf.float32, [None, 5, 3])
Y = tf.placeholder(tf.float32, [None, 2])
"""
GRU = """\
outputs, last = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), X, dtype=tf.float32)
"""
LSTM = """\
outputs, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(4), X, dtype=tf.float32)
last = outputs[:, -1]
"""
LOSS = """\
W = tf.Variable(tf.random_normal([4, 2]), name='W')
b = tf.Variable(tf.zeros([2]))
pred = tf.matmul(last, W) + b
loss = tf.reduce_mean(tf.square(pred - Y))
"""
ADAM = """\
train = tf.train.AdamOptimizer(0.01).minimize(loss)
"""
RUN = """\
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        _, l = sess.run([train, loss], feed_dict={X: xs, Y: ys})
        print(l)
    print(sess.run(pred, feed_dict={X: xs}))
"""
EMBEDDING = """\
import numpy as np
import tensorflow as tf

ids = np.array([[1, 2, 2], [0, 1, 1], [4, 4, 4], [2, 3, 0]], np.int32)
labels = np.array([0, 1, 1, 2])
X = tf.placeholder(tf.int32, [None, 3])
Y = tf.placeholder(tf.int64, [None])
"""


def program(model: str = GRU, train: str = ADAM, loss: str = LOSS, run: str = RUN) -> str:
    """A program that trains on xs and ys: a model that defines `last` [batch, 4], a loss, a training operation."""
    return START + model + loss + train + run


def line_of(text: str, part: str) -> int:
    """The line in which a part of the text first stands."""
    return text[: text.index(part)].count("\n") + 1


def migrated(text: str) -> str:
    """The text of the migrated program."""
    outcome = migrate_source(text)
    assert isinstance(outcome, Migrated), outcome
    return outcome.source


def refusal(text: str) -> Refusal:
    """Why the program is refused: the first reason."""
    outcome = migrate_source(text)
    assert isinstance(outcome, Refused), outcome
    return outcome.reasons[0]


def prove(text: str, folder: Path) -> None:
    """The migrated program gives the values of the legacy one, from the same weights."""
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    assert_same_outputs(path)


# Cells appended in a loop, one kind after another, an encoder and a decoder from one helper, states of all of them.
IN_STACKS = """\
cells = []
for _ in range(2):
    cell = tf.nn.rnn_cell.GRUCell(4, activation=tf.nn.relu)
    cells.append(cell)
stack = tf.nn.rnn_cell.MultiRNNCell(cells, state_is_tuple=True)
_, gates = tf.nn.dynamic_rnn(stack, X, initial_state=stack.zero_state(8, tf.float32), scope='gates')


def lstms(size, layers=2):
    return tf.contrib.rnn.MultiRNNCell([tf.contrib.rnn.LSTMCell(size, forget_bias=0.3) for _ in range(layers)])


_, coded = tf.nn.dynamic_rnn(lstms(4), X, dtype=tf.float32, scope='encoder')
outputs, decoded = tf.nn.dynamic_rnn(lstms(4), X[:, ::-1], initial_state=coded, scope='decoder')
mixed = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(5), tf.nn.rnn_cell.BasicRNNCell(4)])
_, kinds = tf.nn.dynamic_rnn(mixed, X, dtype=tf.float32, scope='mixed')
last = gates[-1] + outputs[:, -1] + tf.add_n([part.c for part in decoded]) + kinds[1] + kinds[0][:, :4]
"""

# Lengths, a dense layer that would hand the mask on, a helper that returns its loop, final states.
LENGTHS = """\
lengths = tf.cast(tf.reduce_sum(tf.sign(tf.abs(X[:, :, 0])), axis=1), tf.int32) - tf.range(tf.shape(X)[0]) % 5
(fw, bw), states = tf.nn.bidirectional_dynamic_rnn(
    tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.GRUCell(3), X, lengths, dtype=tf.float32)
both = tf.concat([states[0], states[1][:, :1]], 1)
project = tf.layers.Dense(3)
middle = project(tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicRNNCell(4), X, lengths, dtype=tf.float32, scope='short')[0])


def whole(inputs):
    with tf.variable_scope('whole'):
        return tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), inputs, dtype=tf.float32)


_, last = whole(middle)
last = last + both + tf.reduce_mean(tf.concat([fw[:, :, :2], bw[:, :, :2]], 2), 1)
"""
