"""Lists and dicts of tensors that a program fills, changes and reads while it builds its graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import ADAM, migrated, program, prove, refusal

WEIGHTS = "Wx = tf.get_variable('Wx', [3, 4])\nWh = tf.get_variable('Wh', [4, 4])\n"
LOOP = """\
h = tf.zeros([8, 4])
for t in range(5):
    h = tf.tanh(tf.matmul(X[:, t], Wx) + tf.matmul(h, Wh))
"""
HELPER = """\
def step(x, h):
    return tf.tanh(tf.matmul(x, Wx) + tf.matmul(h, Wh))


def forward(inputs, cell, reverse=False):
    parts = [tf.squeeze(part, axis=1) for part in tf.split(inputs, 5, axis=1)]
    h = tf.ones((8, 4))
    found = []
    if reverse:
        parts.reverse()
    for t, x in enumerate(parts):
        h = cell(x, h)
        found.append(h)
    if reverse:
        found.reverse()
    return found


there, back = forward(X, step), forward(X, step, reverse=True)
last = tf.add_n([a * b for a, b in zip(there, back)])
"""
CLASS = """\
import numpy as np
import tensorflow as tf

np.random.seed(0)
xs = np.random.randn(8, 5, 3).astype(np.float32)
ys = np.random.randn(8, 2).astype(np.float32)


class Net(object):
    def __init__(self, steps):
        self.x = tf.placeholder(tf.float32, [8, 5, 3])
        self.y = tf.placeholder(tf.float32, [8, 2])
        self.W = tf.get_variable('W', [3, 4])
        self.found = []
        self.by = {}
        self.go(steps)
        self.pred = tf.layers.dense(tf.add_n(self.found) + self.by['first'] + self.by['twice'], 2)
        self.loss = tf.reduce_mean(tf.square(self.pred - self.y))
        self.train = tf.train.AdamOptimizer(0.01).minimize(self.loss)

    def go(self, steps):
        h = tf.zeros([8, 4])
        for t in range(steps):
            h = tf.tanh(h + tf.matmul(self.x[:, t], self.W))
            self.found.append(h)
        self.found.reverse()
        self.by['first'] = self.found[0]
        self.by['twice'] = self.by['first'] * 2


net = Net(5)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        print(sess.run([net.train, net.loss], {net.x: xs, net.y: ys}))
    print(sess.run([net.found[0], net.by['twice']], {net.x: xs}))
"""


@pytest.mark.parametrize("model", [
    "found = []\n" + LOOP + "    found.append(h)\nfound.reverse()\nlast = found[0] + tf.add_n(found[2:])\n",
    "found = {}\n" + LOOP + "    found[t] = h\nlast = found[4] + found[2]\n",
    "found = [None] * 5\n" + LOOP + "    found[t] = h\nlast = found[-1] + found[0]\n",
    "found = {'n': 0}\n" + LOOP + "    found['h'] = h\n    found['n'] = t\nlast = found['h'] * float(found['n'])\n",
    "found = [tf.matmul(x, Wx) for x in tf.unstack(X, axis=1)]\nfound.pop()\nfound.insert(0, tf.matmul(X[:, 2], Wx))\n"
    "for i in range(3):\n    found[i] += found[i + 1]\nfound[3] = tf.nn.relu(found[3])\nlast = tf.add_n(found)\n",
    "found = [tf.matmul(X[:, 0], Wx)]\nfirst = tf.add_n(found)\nfound.append(tf.tanh(first))\n"
    "last = first * tf.add_n(found)\n",
    HELPER,
])  # fmt: skip
def test_what_is_filled_and_changed(model: str, tmp_path: Path):
    prove(program(WEIGHTS + model, ADAM), tmp_path)


def test_attributes_of_an_object(tmp_path: Path):
    prove(CLASS, tmp_path)


@pytest.mark.parametrize("model", [
    "found = [tf.matmul(X[:, 0], Wx)]\nother = found\nfound.append(tf.tanh(found[0]))\nlast = tf.add_n(other)\n",
    "found = [tf.matmul(X[:, 0], Wx)]\npair = (found, 2)\nfound.append(tf.tanh(found[0]))\nlast = tf.add_n(pair[0])\n",
    "found, all_of = [tf.matmul(X[:, 0], Wx)], []\nall_of.append(found)\nfound.append(tf.tanh(found[0]))\n"
    "last = tf.add_n(all_of[0])\n",
    "found = [tf.matmul(x, Wx) for x in tf.unstack(X, axis=1)]\nend = found.pop()\nlast = tf.add_n(found) + end\n",
    "found = [tf.matmul(X[:, 0], Wx)]\n[found.append(tf.tanh(found[0])) for i in (1, 2)]\nlast = tf.add_n(found)\n",
    "found = {'a': []}\nfound['a'].append(tf.matmul(X[:, 0], Wx))\nlast = tf.add_n(found['a'])\n",
])
def test_changes_that_somebody_would_not_see_are_refused(model: str):
    assert refusal(program(WEIGHTS + model, ADAM)).code == "python-in-graph"


def test_a_list_of_empty_lists_is_python(tmp_path: Path):
    rows = "rows = [[]] * 3\nfor i in range(3):\n    try:\n        rows[i] = list(np.random.rand(4))\n"
    model = WEIGHTS + LOOP + rows + "    except KeyError:\n        rows[i] = None\n"
    model += "last = h * tf.constant(np.array(rows)[0], tf.float32)\n"
    prove(program(model, ADAM), tmp_path)


def test_a_helper_that_is_never_called_is_left_out():
    unused = "\n\ndef unused(scale):  # last = unused(2)\n    return tf.reduce_sum(last * scale)\n\n\n"
    text = migrated(program(WEIGHTS + LOOP + "last = h\n" + unused, ADAM))
    assert "unused(scale)" not in text
