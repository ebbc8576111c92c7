"""Functions that make the placeholders or the update of a program are put in the place of their call."""

from __future__ import annotations

import pytest

from migrate.migration import migrate_source
from migrate.plan import Migrated, Refused

HEAD = "import numpy as np\nimport tensorflow as tf\n"
BUILD = """
# The whole graph.
def build(size):
    inputs = tf.placeholder(tf.float32, [None, 3])
    y = tf.placeholder(tf.float32, [None, size])
    loss = tf.reduce_mean(tf.square(tf.layers.dense(inputs, size) - y))
    return inputs, y, loss

"""
FEED = "{x: np.ones([4, 3]), t: np.ones([4, 2])}"
USE = f"""
def main():
    x, t, cost = build(2)
    print(tf.Session().run(cost, {FEED}))


main()
"""
TRAIN = f"""
def update(cost, rate):
    return tf.train.AdamOptimizer(rate).minimize(cost)


def build_all(size):
    inputs, y, loss = build(size)
    step = update(loss, 0.1)
    return inputs, y, loss, step


def main():
    x, t, cost, train = build_all(2)
    print(tf.Session().run([cost, train], {FEED})[0])


main()
"""


def migrated(source: str) -> str:
    outcome = migrate_source(source)
    assert isinstance(outcome, Migrated), outcome
    return outcome.source


def test_the_builder_is_a_part_of_its_caller() -> None:
    text = migrated(HEAD + BUILD + USE)
    assert "def build" not in text
    assert "    # The whole graph.\n    x_spec = tf.TensorSpec([None, 3], tf.float32)\n" in text
    assert "t_spec = tf.TensorSpec([None, 2], tf.float32)" in text
    assert "def compute_cost(x, t):" in text


def test_builders_that_call_each_other() -> None:
    text = migrated(HEAD + BUILD + TRAIN)
    assert "def train_step(x, t):" in text
    assert "keras.optimizers.Adam(0.1, epsilon=1e-8)" in text
    assert "def update" not in text and "def build" not in text


def test_names_of_the_caller_stay_its_own() -> None:
    text = migrated(HEAD + BUILD + f"y = 5\nx, t, cost = build(2)\nprint(tf.Session().run(cost, {FEED}), y)\n")
    assert "y = 5\n" in text and "def compute_cost(x, t):" in text


@pytest.mark.parametrize(
    "call",
    [
        "a = build(2)\nb = build(3)\n",  # twice
        "for _ in range(2):\n    a = build(2)\n",  # perhaps more than once
    ],
)
def test_what_is_built_more_than_once_stays_a_function(call: str) -> None:
    outcome = migrate_source(HEAD + BUILD + call + "print(tf.Session().run(a[2]))\n")
    assert isinstance(outcome, Refused)
