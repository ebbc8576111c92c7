"""Loops that build layers, variables and cells: written out for the rounds that the source shows, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import ADAM, migrated, program, prove, refusal

from migrate.migration import migrate_source
from migrate.plan import Migrated

CNN = """\
pooled = []
for i, size in enumerate([2, 3]):
    with tf.name_scope('conv-%s' % size):
        K = tf.Variable(tf.truncated_normal([size, 3, 1, 2], stddev=0.1), name='K')
        c = tf.Variable(tf.constant(0.1, shape=[2]), name='c')
        conv = tf.nn.conv2d(tf.expand_dims(X, -1), K, strides=[1, 1, 1, 1], padding='VALID', name='conv')
        h = tf.nn.relu(tf.nn.bias_add(conv, c))
        p = tf.nn.max_pool(h, ksize=[1, 5 - size + 1, 1, 1], strides=[1, 1, 1, 1], padding='VALID')
        pooled.append(p)
last = tf.reshape(tf.concat(pooled, 3), [-1, 4])
"""
STACK = """\
def encoder(inputs, layers=2):
    outputs = inputs
    for layer in range(2):
        with tf.variable_scope('encoder_%d' % layer):
            fw, bw = tf.nn.rnn_cell.LSTMCell(2), tf.nn.rnn_cell.LSTMCell(2)
            (a, b), states = tf.nn.bidirectional_dynamic_rnn(fw, bw, outputs, dtype=tf.float32)
            outputs = tf.concat([a, b], 2)
    return outputs, states


outputs, states = encoder(X)
last = outputs[:, -1] + tf.concat([states[0].c, states[1].h], 1)
"""
CONDITIONS = """\
ROUNDS = 2
h = X[:, 0]
for i in range(len([6, 5, 4])):
    if i == 0:
        h = tf.layers.dense(h, 6, name='first')
        skip = h
    else:
        h = tf.layers.dense(h, [6, 5, 4][i], activation=tf.nn.tanh, name='other{}'.format(i))
        skip = skip[:, :4] + h[:, :4]
for r in range(ROUNDS):
    for j in range(r + 1):
        h = h + tf.layers.dense(h, 4, name='d%d_%d' % (r, j))
last = (h + skip) * (r if r > 0 else 5)
"""
SHARED = """\
h = X[:, 0]
for i in range(3):
    with tf.variable_scope('shared', reuse=(i > 0)):
        h = tf.layers.dense(h[:, :3], 4, activation=tf.nn.tanh, name='layer')
last = h
"""


@pytest.mark.parametrize("model", [CNN, STACK, CONDITIONS, SHARED])
def test_written_out(model: str, tmp_path: Path):
    prove(program(model, ADAM), tmp_path)


def test_shared_layers_stay_one():
    assert migrated(program(SHARED, ADAM)).count("keras.layers.Dense(") == 1


def test_it_is_said():
    outcome = migrate_source(program(CNN, ADAM))
    assert isinstance(outcome, Migrated)
    assert any("written out" in note.text for note in outcome.notes)


def test_attributes_that_are_set_once(tmp_path: Path):
    model = """\
class Net(object):
    def __init__(self, inputs, targets):
        self.units = (5, 4)
        self.h = inputs
        for units in self.units:
            self.h = tf.layers.dense(self.h, units, activation=tf.nn.tanh)
        self.pred = tf.layers.dense(self.h, 2)
        self.loss = tf.reduce_mean(tf.square(self.pred - targets))
        self.train = tf.train.AdamOptimizer(0.01).minimize(self.loss)


net = Net(X[:, 0], Y)
"""
    run = """\
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        print(sess.run([net.train, net.loss], {X: xs, Y: ys}))
    print(sess.run(net.pred, {X: xs}))
"""
    placed = model.replace("inputs, targets):", "size):").replace("self.h = inputs", "self.h = self.x[:, 0]")
    placed = placed.replace("        self.units", "        self.x = tf.placeholder(tf.float32, [None, size, 3])\n"
                            "        self.y = tf.placeholder(tf.float32, [None, 2])\n        self.units", 1)
    placed = placed.replace("targets)", "self.y)").replace("Net(X[:, 0], Y)", "Net(5)")
    prove(program(placed, "", "", run.replace("{X", "{net.x").replace("Y:", "net.y:")), tmp_path)


@pytest.mark.parametrize("model", [
    "import sys\nh = X[:, 0]\nfor i in range(len(sys.argv)):\n    h = tf.layers.dense(h, 4)\nlast = h\n",
    "sizes = [5]\nsizes.append(4)\nh = X[:, 0]\nfor n in sizes:\n    h = tf.layers.dense(h, n)\nlast = h\n",
    "h = X[:, 0]\nfor i in range(9):\n    h = tf.layers.dense(h, 4)\nlast = h\n",
    "h = X[:, 0]\nfor i in range(2):\n    h = tf.layers.dense(h, 4)\n    if i == 0:\n        break\nlast = h\n",
    "h, fs = X[:, 0], []\nfor i in (1, 2):\n    h = tf.layers.dense(h, 4)\n    fs += [lambda v: v * i]\nlast = fs[0]\n",
])  # fmt: skip
def test_rounds_that_the_source_does_not_show(model: str):
    assert refusal(program(model, ADAM)).code == "creation-in-loop"


def test_a_graph_that_nothing_runs_is_refused():
    model = """\
import tensorflow as tf


class Model(object):
    def __init__(self, n):
        self.x = tf.placeholder(tf.float32, [None, n])
        self.W = tf.Variable(tf.zeros([n, 2]))
        self.pred = tf.matmul(self.x, self.W)
"""
    assert refusal(model).code == "never-run"
    assert refusal(program(run="")).code == "never-run"
