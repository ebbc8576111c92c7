"""Layers and cells that manage their variables as Keras does. Expected values: printed by TensorFlow 1.15.5."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tensorflow1 import tf


@pytest.fixture(autouse=True)
def fresh_graph() -> object:
    with tf.Graph().as_default() as graph:
        yield graph


def keras_style() -> Any:
    return tf.layers.experimental.keras_style_scope()


def ones(*shape: int) -> Any:
    return tf.ones(shape)


def global_names() -> list[str]:
    return [v.op.name for v in tf.global_variables()]


def test_names_come_from_the_layer_and_the_name_scope() -> None:
    with keras_style():
        first, second, named = tf.layers.Dense(4), tf.layers.Dense(4), tf.layers.Dense(4, name="my")
    assert [layer.name for layer in (first, second, named)] == ["dense_1", "dense_2", "my"]
    with tf.variable_scope("vs"), tf.name_scope("ns"):
        outputs = [layer(ones(2, 3)).op.name for layer in (first, second, named)]
    assert outputs == ["vs/ns/dense_1/BiasAdd", "vs/ns/dense_2/BiasAdd", "vs/ns/my/BiasAdd"]
    assert first(ones(2, 3)).op.name == "dense_1/BiasAdd"
    assert first(ones(2, 3)).op.name == "dense_1_1/BiasAdd"
    names = [f"vs/ns/{layer}/{part}" for layer in ("dense_1", "dense_2", "my") for part in ("kernel", "bias")]
    assert global_names() == names
    assert all(type(v).__name__ == "ResourceVariable" for v in tf.global_variables())


def test_layers_of_one_name_never_share_variables() -> None:
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE), keras_style():
        for _ in range(2):
            tf.layers.Dense(3, name="d")(ones(2, 3))
    assert global_names() == ["s/d/kernel", "s/d/bias", "s/d_1/kernel", "s/d_1/bias"]


def test_the_style_is_fixed_where_the_layer_is_made() -> None:
    with keras_style():
        with pytest.raises(KeyError), keras_style():
            raise KeyError
        inside = tf.layers.Dense(3)
    outside = tf.layers.Dense(3)
    inside(ones(2, 3)), outside(ones(2, 3))
    assert global_names() == ["dense_1/kernel", "dense_1/bias", "dense/kernel", "dense/bias"]


@pytest.mark.parametrize(
    "make, refused",
    [
        (lambda: tf.layers.Dense(4)(ones(2, 3), scope="foo"), "scope argument .* but saw: foo"),
        (lambda: tf.layers.Dense(4, _scope="a"), "scope argument .* but saw: a"),
        (lambda: tf.layers.Dense(4, _reuse=True), "reuse argument .* but saw: True"),
        (lambda: tf.layers.dense(ones(2, 3), 4, name="n"), "scope argument .* but saw: n"),
        (lambda: tf.nn.rnn_cell.GRUCell(4)(ones(2, 3), ones(2, 4), scope="foo"), "scope argument .* but saw: foo"),
    ],
)
def test_scopes_and_reuse_are_refused(make: Any, refused: str) -> None:
    with keras_style(), pytest.raises(ValueError, match=refused):
        make()


def test_weights_of_an_own_layer() -> None:
    class Own(tf.layers.Layer):
        def build(self, _: Any) -> None:
            self.a = self.add_weight("a", [2], trainable=False)
            self.b = self.add_weight("b", [2], dtype=tf.int32)
            self.c = self.add_weight("c", [2], regularizer=tf.nn.l2_loss)
            self.d = self.add_weight("d", [4], partitioner=tf.fixed_size_partitioner(2))
            self.e = self.add_weight("e", [3], use_resource=False, initializer=tf.ones_initializer)
            self.built = True

        def call(self, inputs: Any) -> Any:
            return inputs * self.c

    with keras_style():
        layer = Own()
    with tf.variable_scope("vs", initializer=tf.ones_initializer()):
        layer(ones(3, 2))
    found = [(v.op.name, v.dtype.name, type(v).__name__) for v in layer.variables]
    assert found == [
        ("vs/own_1/b", "int32", "ResourceVariable"),
        ("vs/own_1/c", "float32", "ResourceVariable"),
        ("vs/own_1/d", "float32", "ResourceVariable"),
        ("vs/own_1/e", "float32_ref", "RefVariable"),
        ("vs/own_1/a", "float32", "ResourceVariable"),
    ]
    assert [loss.op.name for loss in layer.losses] == ["vs/own_1/c/Regularizer/L2Loss"]
    assert len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)) == 1
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        values = {name: session.run(getattr(layer, name)) for name in "abcde"}
    assert not values["b"].any() and (values["e"] == 1).all()
    # Not the ones of the variable scope, but Glorot's uniform distribution: bounded by sqrt(6 / (2 + 2)).
    assert (np.abs(values["c"]) < 1.2248).all() and (values["c"] != 1).all()


def test_batch_normalization_keeps_its_updates_to_itself() -> None:
    with keras_style():
        layer = tf.layers.BatchNormalization()
    layer(ones(2, 3), training=True)
    assert global_names() == [f"batch_normalization_1/{n}" for n in "gamma beta moving_mean moving_variance".split()]
    assert [v.op.name for v in layer.trainable_variables] == [
        "batch_normalization_1/gamma",
        "batch_normalization_1/beta",
    ]
    assert len(layer.updates) == 2
    assert tf.get_collection(tf.GraphKeys.UPDATE_OPS) == []


def test_cells_in_a_loop() -> None:
    rnn_cell = tf.nn.rnn_cell
    with keras_style():
        stack = rnn_cell.MultiRNNCell([rnn_cell.LSTMCell(4), rnn_cell.GRUCell(4)])
        forward, backward = rnn_cell.BasicLSTMCell(4), rnn_cell.BasicLSTMCell(4)
    outputs, _ = tf.nn.dynamic_rnn(stack, ones(2, 5, 3), dtype=tf.float32)
    start = "rnn/while/rnn/multi_rnn_cell_1"
    assert global_names() == [
        f"{start}/cell_0/lstm_cell_1/kernel",
        f"{start}/cell_0/lstm_cell_1/bias",
        f"{start}/cell_1/gru_cell_1/gates/kernel",
        f"{start}/cell_1/gru_cell_1/gates/bias",
        f"{start}/cell_1/gru_cell_1/candidate/kernel",
        f"{start}/cell_1/gru_cell_1/candidate/bias",
    ]
    assert [v.op.name for v in stack.variables] == global_names()
    tf.nn.bidirectional_dynamic_rnn(forward, backward, ones(2, 5, 3), dtype=tf.float32)
    assert global_names()[6:] == [
        "bidirectional_rnn/fw/fw/while/basic_lstm_cell_1/kernel",
        "bidirectional_rnn/fw/fw/while/basic_lstm_cell_1/bias",
        "bidirectional_rnn/bw/bw/while/basic_lstm_cell_2/kernel",
        "bidirectional_rnn/bw/bw/while/basic_lstm_cell_2/bias",
    ]
    gradients = tf.gradients(tf.reduce_sum(outputs), stack.trainable_variables)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert [g.shape for g in session.run(gradients)] == [(7, 16), (16,), (8, 8), (8,), (8, 4), (4,)]


def test_cells_in_keras_models_of_other_names_have_other_variables() -> None:
    class Network(tf.keras.Model):
        def __init__(self, name: str) -> None:
            super().__init__(name=name)
            self.cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(1)])

        def call(self, inputs: Any) -> Any:
            return self.cell(inputs, self.cell.get_initial_state(inputs))

    for number, name in enumerate(("one", "two"), start=1):
        with keras_style():
            network = Network(name)
        network(ones(2, 3))
        start = f"{name}/multi_rnn_cell_{number}/cell_0/lstm_cell_{number}"
        assert [v.op.name for v in network.weights] == [f"{start}/kernel", f"{start}/bias"]
