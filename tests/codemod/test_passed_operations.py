"""Training operations and tensors that a program passes to the function that runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from codemod_programs import migrated, refusal

from migrate.verify import assert_same_outputs

HEAD = "import numpy as np\nimport tensorflow as tf\n\n\n"
MODEL = """\
import numpy as np
import tensorflow as tf


class Model(object):
    def __init__(self, is_training, n):
        self.x = tf.placeholder(tf.float32, [None, n])
        self.y = tf.placeholder(tf.float32, [None, 1])
        w = tf.get_variable("w", [n, 1])
        self.cost = tf.reduce_mean(tf.square(tf.matmul(self.x, w) - self.y))
        if not is_training:
            return
        self.train_op = tf.train.GradientDescentOptimizer(0.1).minimize(self.cost)


"""
LISTED = """\
def run_epoch(session, model, data, op, log):
    total = 0
    for x, y in data:
        cost, _ = session.run([model.cost, op], {model.x: x, model.y: y})
        total += cost
    if log:
        print(total)
    return total


"""
KEYED = """\
def run_epoch(session, model, data, op=None, log=False):
    total = 0
    fetches = {"cost": model.cost}
    if op is not None:
        fetches["op"] = op
    for x, y in data:
        values = session.run(fetches, {model.x: x, model.y: y})
        total += values["cost"]
    if log:
        print(total)
    return total


"""
MAIN = """\
def main():
    with tf.variable_scope("m", reuse=None):
        train = Model(True, 3)
    with tf.variable_scope("m", reuse=True):
        test = Model(False, 3)
    np.random.seed(1)
    data = [(np.random.rand(4, 3), np.random.rand(4, 1)) for _ in range(3)]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(2):
            run_epoch(sess, train, data, train.train_op, True)
        print(run_epoch(sess, test, data, tf.no_op(), False))


main()
"""
WITHOUT = MAIN.replace(", tf.no_op(), False", "")
OTHER_NAMES = """\
x = tf.placeholder(tf.float32, [None, 3])
w = tf.get_variable("w", [3, 1])
loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - 1.))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)


def step(session, cost, op, inputs, data):
    return session.run([cost, op], {inputs: data})[0]


with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(3):
        print(step(sess, loss, train, x, np.ones([2, 3])))
"""


def test_an_operation_that_some_calls_give_becomes_a_flag() -> None:
    text = migrated(MODEL + LISTED + MAIN)
    assert "def run_epoch(model, data, training, log):" in text
    assert "        if training:\n            cost = model.training_step(x, y).numpy()\n" in text
    assert "        else:\n            cost = model.compute_cost(x, y).numpy()\n" in text
    assert "run_epoch(train, data, True, True)" in text and "run_epoch(test, data, False, False)" in text


def test_an_operation_put_into_a_dict() -> None:
    text = migrated(MODEL + KEYED + WITHOUT)
    assert "def run_epoch(model, data, training=False, log=False):" in text
    assert "if op is not None" not in text and "fetches" not in text
    assert "run_epoch(train, data, True, True)" in text and "run_epoch(test, data))" in text


def test_names_that_the_function_gives_to_what_the_module_has() -> None:
    text = migrated(HEAD + OTHER_NAMES)
    assert "def step(data):\n    return train_step(data)" in text


def test_functions_are_wrapped_before_the_constructor_returns() -> None:
    text = migrated(MODEL + LISTED + MAIN)
    assert text.index("self.compute_cost = tf.function(") < text.index("if not is_training:")


@pytest.mark.parametrize("source", [MODEL + LISTED + MAIN, MODEL + KEYED + WITHOUT, HEAD + OTHER_NAMES])
def test_they_are_equal(source: str, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(source)
    assert_same_outputs(script)


def test_two_operations_for_one_parameter() -> None:
    source = MODEL + LISTED + MAIN.replace("tf.no_op()", "test.cost")
    assert refusal(source)[1] == "tensor-argument"


def test_an_operation_that_is_more_than_run() -> None:
    source = MODEL + LISTED.replace("    if log:", "    print(op)\n    if log:") + MAIN
    assert refusal(source)[1] == "tensor-argument"
