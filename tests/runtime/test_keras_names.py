"""Variables of recurrent Keras layers, by which checkpoints know them. Expected names: printed by TensorFlow 1.15.5."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tensorflow1 import tf

LSTM = ["kernel", "recurrent_kernel", "bias"]
TWO = [*LSTM, "kernel_1", "recurrent_kernel_1", "bias_1"]


@pytest.fixture(autouse=True)
def fresh_graph() -> object:
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize(
    "make, scope, names",
    [
        (lambda k: k.LSTM(4), "lstm", LSTM),
        (lambda k: k.GRU(4, name="mine"), "mine", LSTM),
        (lambda k: k.SimpleRNN(4), "simple_rnn", LSTM),
        (lambda k: k.RNN(k.LSTMCell(4)), "rnn", LSTM),
        (lambda k: k.RNN([k.LSTMCell(4), k.GRUCell(4)]), "rnn", TWO),
        (lambda k: k.RNN(k.StackedRNNCells([k.LSTMCell(4), k.GRUCell(4)])), "rnn", TWO),
        (
            lambda k: k.Bidirectional(k.LSTM(4)),
            "bidirectional",
            [f"{way}_lstm/{name}" for way in ("forward", "backward") for name in LSTM],
        ),
    ],
)
def test_layer_and_cell_share_a_scope(make: Callable[[Any], Any], scope: str, names: list[str]) -> None:
    layer = make(tf.keras.layers)
    layer(tf.ones([2, 5, 3]))
    assert [w.op.name for w in layer.weights] == [f"{scope}/{name}" for name in names]
    layer(tf.ones([2, 5, 3]))  # the second call makes no variables
    assert len(tf.global_variables()) == len(names)


def test_a_cell_of_the_program() -> None:
    class Sum(tf.keras.layers.Layer):
        state_size = 4
        output_size = 4

        def build(self, input_shape: Any) -> None:
            self.w = self.add_weight("w", (3, 4), initializer="ones")
            self.built = True

        def call(self, inputs: Any, states: Any) -> Any:
            new = tf.matmul(inputs, self.w) + states[0]
            return new, [new]

    cell = Sum()
    layer = tf.keras.layers.RNN(cell)
    with tf.variable_scope("vs"), tf.name_scope("ns"):
        outputs = layer(tf.ones([2, 5, 3]))
    assert [w.op.name for w in layer.weights] == ["vs/ns/rnn/w"]
    assert "build" not in vars(cell)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(session.run(outputs), np.full([2, 4], 15.0))


def test_a_saver_writes_these_names(tmp_path: pathlib.Path) -> None:
    tf.keras.layers.LSTM(2)(tf.ones([1, 2, 3]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(session, str(tmp_path / "model"))
    assert [name for name, _ in tf.train.list_variables(path)] == [f"lstm/{name}" for name in sorted(LSTM)]


def test_layers_of_both_kinds_are_counted_together() -> None:
    x = tf.ones([2, 3])
    tf.layers.dense(x, 3)
    first, second = tf.keras.layers.Dense(3), tf.keras.layers.Dense(3)
    first(x), second(x)
    tf.layers.dense(x, 3)
    last = tf.layers.Dense(3)
    last(x)
    assert (first.name, second.name, last.name) == ("dense_1", "dense_2", "dense_5")
    assert [v.op.name for v in tf.global_variables()] == [
        "dense/kernel",
        "dense/bias",
        "dense_1/kernel",
        "dense_1/bias",
        "dense_2/kernel",
        "dense_2/bias",
        "dense_1/kernel_1",
        "dense_1/bias_1",
        "dense_2/kernel_1",
        "dense_2/bias_1",
    ]
