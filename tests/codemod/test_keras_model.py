"""Graph classes become keras.Model subclasses, where nothing stands against it."""

from __future__ import annotations

import libcst as cst
import pytest

from migrate import migration
from migrate.classes.keras_model import as_keras_model, method_name
from migrate.classes.keras_model_names import NAMES

CLASS = """
import numpy as np
import tensorflow as tf

SEEN = []


class Regression(object):
    \"\"\"Fits a line.\"\"\"

    def __init__(self, size):
        self.size = size
        self.x = tf.placeholder(tf.float32, [None, size])
        self.y = tf.placeholder(tf.float32, [None, 1])
        w = tf.get_variable("w", [size, 1])
        b = tf.Variable(tf.zeros([1]), name="b")
        self.rate = tf.Variable(0.5, trainable=False)
        self.cost = tf.reduce_mean(tf.square(tf.matmul(self.x, w) + b - self.y))
        self.train_op = tf.train.GradientDescentOptimizer(self.rate).minimize(self.cost)


model = Regression(3)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(tf.assign(model.rate, 0.25))
    data = np.ones([4, 3], np.float32)
    for _ in range(3):
        print(sess.run([model.cost, model.train_op], {model.x: data, model.y: data[:, :1]})[0])
    print(sess.run(model.cost, {model.x: data, model.y: data[:, :1]}))
"""


def migrated(source: str) -> str:
    outcome = migration.migrate_source(source, "program.py")
    text = getattr(outcome, "source", None)
    assert text is not None, outcome
    return str(text)


def test_a_class_with_weights() -> None:
    text = migrated(CLASS)
    assert "class Regression(keras.Model):" in text
    assert '"""Fits a line."""\n\n    def __init__(self, size):\n        super().__init__()\n' in text
    assert 'self.add_weight(shape=[1], initializer="zeros", name="b")' in text
    assert "self.rate = self.add_weight(" in text and "trainable=False" in text
    assert "def training_step(self, x, y):" in text and "def batch_loss" not in text
    assert "tf.Variable" not in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("self.size = size", "self.size = self.layers = size"),  # a name of Keras's
        ("self.size = size", "self.size = size\n        self.seen = SEEN\n        self.seen.append(1)"),  # not its own
        ("class Regression(object):", "class Named(object):\n    pass\n\n\nclass Regression(Named, object):"),
        ('tf.Variable(tf.zeros([1]), name="b")', 'tf.Variable(np.zeros([1], np.float32), name="b")'),
        ("    def __init__", "    def __len__(self):\n        return 3\n\n    def __init__"),
    ],
)
def test_a_class_that_stays_plain(old: str, new: str) -> None:
    outcome = migration.migrate_source(CLASS.replace(old, new), "program.py")
    assert "class Regression(keras.Model)" not in getattr(outcome, "source", "")


def test_the_names_are_those_of_keras() -> None:
    keras = pytest.importorskip("keras")

    class Empty(keras.Model):
        def __init__(self) -> None:
            super().__init__()

    names = {name for name in dir(Empty()) if not name.startswith("__")}
    assert names - NAMES <= {"optimizer"}  # which programs may set


@pytest.mark.parametrize(
    ("base", "name"),
    [("train_step", "training_step"), ("compute_output_shape", "compute_output_shape_step"), ("f", "f")],
)
def test_names_of_methods(base: str, name: str) -> None:
    assert method_name(base) == name


@pytest.mark.parametrize(
    ("made", "weight"),
    [
        ("tf.Variable(tf.ones([2, n]))", 'self.add_weight(shape=[2, n], initializer="ones")'),
        ("tf.Variable(3)", 'self.add_weight(shape=(), initializer=keras.initializers.Constant(3), dtype="int32")'),
        ("tf.Variable(tf.zeros([], tf.int64))", 'self.add_weight(shape=[], initializer="zeros", dtype="int64")'),
        (
            "tf.Variable(tf.random.normal([n], stddev=0.1))",
            "self.add_weight(shape=[n], initializer=keras.initializers.RandomNormal(mean=0.0, stddev=0.1))",
        ),
        ("tf.Variable(tf.zeros(num_units))", 'self.add_weight(shape=[num_units], initializer="zeros")'),
        ("tf.Variable(tf.zeros(self.shape))", 'self.add_weight(shape=self.shape, initializer="zeros")'),
        ("tf.Variable(tf.zeros(given))", None),
        ("tf.Variable(tf.random.normal([n], seed=3))", None),
        ("tf.Variable(table)", None),
        ('tf.Variable(tf.zeros([n]), name="a/b")', None),
        ("tf.Variable(tf.zeros([n]), validate_shape=False)", None),
        ("keras.initializers.Zeros()([n])", "keras.initializers.Zeros()([n])"),
    ],
)
def test_variables(made: str, weight: str | None) -> None:
    text = f"class A:\n    def __init__(self, n, table):\n        self.w = {made}\n"
    node = cst.parse_module(text).body[0]
    assert isinstance(node, cst.ClassDef)
    model = as_keras_model(node)
    assert (model is None) == (weight is None)
    if model is not None:
        assert f"self.w = {weight}\n" in cst.Module([model]).code
