"""The proof of a program of several files: run sites in a class of one, calls and runs in another."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.judge import judge_program
from migrate.plan import Migrated
from migrate.verify import verify_program

MODEL = '''import tensorflow as tf


class Model:
    def __init__(self, size, sess):
        self.size = size
        self.sess = sess
        self.x = tf.placeholder(tf.float32, [None, 4, size])
        self.y = tf.placeholder(tf.float32, [None, 2])
        out, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(5), self.x, dtype=tf.float32)
        self.out = tf.layers.dense(state.h, 2)
        self.loss = tf.reduce_mean(tf.square(self.out - self.y))
        self.train_op = tf.train.AdamOptimizer(0.01).minimize(self.loss)

    def step(self, x, y):
        return self.sess.run([self.train_op, self.loss], feed_dict={self.x: x, self.y: y})[1]
'''
TRAIN = '''import numpy as np
import tensorflow as tf

import parts.model as m


def main():
    sess = tf.Session()
    model = m.Model(3, sess)
    sess.run(tf.global_variables_initializer())
    rng = np.random.RandomState(0)
    for _ in range(3):
        print(model.step(rng.randn(2, 4, 3), rng.randn(2, 2)), model.size)
    print(sess.run(model.out, {model.x: rng.randn(2, 4, 3)}))


if __name__ == "__main__":
    main()
'''


@pytest.fixture
def program(tmp_path: Path) -> tuple[Path, Migrated]:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "__init__.py").write_text("")
    model, train = tmp_path / "parts" / "model.py", tmp_path / "train.py"
    model.write_text(MODEL)
    train.write_text(TRAIN)
    _, outcome = judge_program({model: MODEL, train: TRAIN})
    assert isinstance(outcome, Migrated), outcome
    return train, outcome


def test_every_run_site_is_compared(program: tuple[Path, Migrated]) -> None:
    script, plan = program
    result = verify_program(script, None, plan)
    assert result.status == "equal", result
    assert sorted((row.line, row.calls) for row in result.rows) == [(14, 1), (16, 3)]
    assert (script.parent / "parts" / "model.py").read_text() == MODEL  # the user's own file is not touched


def test_a_fault_in_another_file_is_found(program: tuple[Path, Migrated]) -> None:
    script, plan = program
    ((path, text),) = plan.others
    wrong = text.replace("epsilon=1e-8", "epsilon=1e-1")
    assert wrong != text
    result = verify_program(script, None, Migrated(plan.source, plan.sites, plan.owners, (), ((path, wrong),)))
    assert result.status == "different"
