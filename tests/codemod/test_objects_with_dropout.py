"""Objects that share their variables and drop each in its own way."""

from __future__ import annotations

from pathlib import Path

import pytest
from codemod_programs import migrated

from migrate.verify import assert_same_outputs

MODEL = """\
import numpy as np
import tensorflow as tf


class Model(object):
    def __init__(self, is_training, batch, steps):
        self.x = tf.placeholder(tf.float32, [batch, steps, 3])
        keep = 0.5 if is_training else 1.0
        CELLS
        LOOP
        w = tf.get_variable("w", [4, 1])
        self.cost = tf.reduce_mean(tf.square(tf.matmul(last, w) - 1.))
        if not is_training:
            return
        self.train = tf.train.GradientDescentOptimizer(0.1).minimize(self.cost)


with tf.variable_scope("m", initializer=tf.random_uniform_initializer(-0.3, 0.3)):
    train = Model(True, 4, 3)
with tf.variable_scope("m", reuse=True):
    test = Model(False, 1, 2)
np.random.seed(1)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(3):
        print(sess.run([train.cost, train.train], {train.x: np.random.rand(4, 3, 3)})[0])
    print(sess.run(test.cost, {test.x: np.random.rand(1, 2, 3)}))
"""
LISTED = """cell = tf.nn.rnn_cell.MultiRNNCell(
            [tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.BasicLSTMCell(4), output_keep_prob=keep) for _ in range(2)])
"""
CHOSEN = """cell = tf.nn.rnn_cell.LSTMCell(4, use_peepholes=True)
        if is_training:
            cell = tf.nn.rnn_cell.DropoutWrapper(cell, output_keep_prob=keep)
"""
STEPPED = """state = cell.zero_state(batch, tf.float32)
        with tf.variable_scope("rnn"):
            for t in range(steps):
                if t > 0:
                    tf.get_variable_scope().reuse_variables()
                last, state = cell(self.x[:, t], state)
"""
LOOPED = """outputs, _ = tf.nn.dynamic_rnn(cell, self.x, dtype=tf.float32)
        last = outputs[:, -1]
"""


@pytest.mark.parametrize(
    ("cells", "loop", "line"),
    [
        (LISTED, STEPPED, "self.cell = with_weights_of(shared.cell, self.cell)"),
        (CHOSEN, LOOPED, "with_weights_of(shared.rnn.cell, cell) if shared else cell,"),
    ],
)
def test_each_object_has_dropout_of_its_own(cells: str, loop: str, line: str, tmp_path: Path) -> None:
    source = MODEL.replace("CELLS", cells).replace("LOOP", loop)
    assert line in migrated(source)
    script = tmp_path / "program.py"
    script.write_text(source)
    assert_same_outputs(script)
