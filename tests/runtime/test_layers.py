"""What scripts read off layers and cells besides their outputs."""

from __future__ import annotations

import copy
import pathlib
import re

import numpy as np
import pytest
from tensorflow1 import layer_naming, tf


@pytest.fixture(autouse=True)
def fresh_graph() -> object:
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize(
    "class_name, scope",
    [
        ("BasicLSTMCell", "basic_lstm_cell"),
        ("GRUCell", "gru_cell"),
        ("UGRNNCell", "ugrnn_cell"),
        ("MyCell2D", "my_cell2d"),
        ("HTMLParser", "html_parser"),
        ("A", "a"),
        ("Conv2DTranspose", "conv2d_transpose"),
        ("_Private", "private__private"),
        ("GRUBlockCellV2", "gru_block_cell_v2"),
        ("Phased2LSTM", "phased2lstm"),
    ],
)
def test_default_scopes(class_name: str, scope: str) -> None:
    assert layer_naming.snake_case(class_name) == scope


def test_op_names_of_layers() -> None:
    x = tf.placeholder(tf.float32, [3, 4])
    layer = tf.layers.Dense(2)
    assert layer.name == "dense_1"
    assert (layer(x).name, layer(x).name) == ("dense/BiasAdd:0", "dense/BiasAdd_1:0")
    assert layer.scope_name == "dense"
    assert tf.layers.dense(x, 2, activation=tf.nn.relu, name="foo").name == "foo/Relu:0"
    assert tf.layers.dense(x, 2, name="foo", reuse=True).name == "foo_1/BiasAdd:0"
    with tf.variable_scope("s"):
        assert tf.layers.dense(x, 2).name == "s/dense/BiasAdd:0"
        assert tf.layers.dense(x, 2).name == "s/dense_1/BiasAdd:0"
    with tf.variable_scope("s", reuse=True):
        assert tf.layers.dense(x, 2).name == "s_1/dense/BiasAdd:0"
    assert tf.layers.flatten(x).name == "flatten/Reshape:0"


@pytest.mark.parametrize("fused", ["0", "1"])
def test_op_names_of_loops(fused: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF1RNN_FUSED", fused)
    cell, x = tf.nn.rnn_cell.LSTMCell(4), tf.zeros([3, 5, 4])
    outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    assert outputs.name == "rnn/transpose_1:0"
    assert (state.c.name, state.h.name) == ("rnn/while/Exit_3:0", "rnn/while/Exit_4:0")
    outputs, state = tf.nn.dynamic_rnn(cell, x, [3, 2, 1, 0, 3], dtype=tf.float32, time_major=True)
    assert outputs.name == "rnn_1/TensorArrayStack/TensorArrayGatherV3:0"
    assert state.h.name == "rnn_1/while/Exit_4:0"


@pytest.mark.parametrize("fused", ["0", "1"])
def test_static_shapes_of_loops(fused: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As 1.15.5 gives them: lengths do not tell the batch size."""
    monkeypatch.setenv("TF1RNN_FUSED", fused)
    cell = tf.nn.rnn_cell.BasicLSTMCell(3)
    x, lengths = tf.placeholder(tf.float32, [None, 6, 2]), tf.constant([1, 2, 3, 4])
    outputs, state = tf.nn.dynamic_rnn(cell, x, lengths, dtype=tf.float32)
    assert (outputs.shape.as_list(), state.h.shape.as_list()) == ([None, 6, 3], [None, 3])
    outputs, state = tf.nn.dynamic_rnn(cell, x, lengths, initial_state=cell.zero_state(4, tf.float32))
    assert (outputs.shape.as_list(), state.h.shape.as_list()) == ([4, 6, 3], [4, 3])


def test_variables_of_a_stack() -> None:
    n = tf.nn.rnn_cell
    cell = n.MultiRNNCell([n.DropoutWrapper(n.LSTMCell(2), output_keep_prob=0.5), n.GRUCell(3)])
    tf.nn.dynamic_rnn(cell, tf.zeros([1, 2, 4]), dtype=tf.float32)
    assert len(tf.trainable_variables()) == 6
    # A wrapper has no variables of its own in 1.15, and its cell's are not counted.
    start = "rnn/multi_rnn_cell/cell_1/gru_cell"
    names = ["gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"]
    assert [v.op.name for v in cell.trainable_variables] == [f"{start}/{name}" for name in names]
    assert len(cell.weights) == 4 and cell.non_trainable_variables == []


def test_a_layer_in_two_graphs_is_refused() -> None:
    layer = tf.layers.Dense(2)
    layer(tf.zeros([1, 2]))
    with tf.Graph().as_default(), pytest.raises(ValueError, match="same"):
        layer(tf.zeros([1, 2]))


def test_copies_of_a_cell_have_their_own_variables() -> None:
    cell = tf.nn.rnn_cell.BasicLSTMCell(2)
    stack = tf.nn.rnn_cell.MultiRNNCell([copy.deepcopy(cell) for _ in range(2)])
    tf.nn.dynamic_rnn(stack, tf.zeros([1, 2, 2]), dtype=tf.float32)
    assert len(tf.trainable_variables()) == 4


def test_copies_of_a_layer_share_scope_and_tensors() -> None:
    class Doubled(tf.layers.Layer):
        def call(self, inputs: object) -> object:
            return inputs * 2

    layer = Doubled(name="my")
    layer.tensor, layer.tensors, layer.numbers = tf.constant(1.0), [tf.constant(2.0)], [[1]]
    layer(tf.ones([2]))
    other = copy.deepcopy(layer)
    assert (other.name, other.scope_name) == ("my", "my")
    assert other.tensor is layer.tensor and other.tensors is layer.tensors and other.graph is layer.graph
    assert other.numbers[0] is not layer.numbers[0]
    assert other(tf.ones([2])).op.name == "my/mul_1"
    assert layer.output.op.name == "my/mul"


def test_the_same_cell_twice_shares_its_variables() -> None:
    stack = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(2)] * 2)
    tf.nn.dynamic_rnn(stack, tf.zeros([1, 3, 2]), dtype=tf.float32)
    assert [v.op.name for v in tf.trainable_variables()][0] == "rnn/multi_rnn_cell/cell_0/gru_cell/gates/kernel"
    assert len(tf.trainable_variables()) == 4


def test_lengths_of_the_wrong_number_fail_at_run_time() -> None:
    x = tf.placeholder(tf.float32, [None, 3, 4])
    lengths = tf.placeholder(tf.int32, [None])
    outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(2), x, lengths, dtype=tf.float32)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError, match="Expected shape for Tensor"):
            session.run(outputs, {x: np.zeros([2, 3, 4]), lengths: [1, 2, 3]})


def test_shipped_code_uses_no_private_cell_or_loop_of_tensorflow() -> None:
    package = pathlib.Path(tf.__file__).parent
    pattern = re.compile(r"^\s*(from|import) tensorflow\.python", re.MULTILINE)
    assert [p.name for p in package.rglob("*.py") if pattern.search(p.read_text())] == []


def test_own_layer_with_nested_layer() -> None:
    class Twice(tf.layers.Layer):
        def build(self, input_shape: object) -> None:
            self.inner = tf.layers.Dense(3, name="inner")
            self.scale = self.add_variable("scale", [3], trainable=False)
            super().build(input_shape)

        def call(self, inputs: object) -> object:
            return self.inner(inputs) * self.scale

    layer = Twice(name="twice")
    layer(tf.zeros([2, 4]))
    assert [v.op.name for v in tf.global_variables()] == ["twice/scale", "twice/inner/kernel", "twice/inner/bias"]
    # Keras counts the variables of layers in attributes, tf.layers of 1.15 does not.
    assert [v.op.name for v in layer.weights] == ["twice/scale"]
    assert layer.count_params() == 3 and layer.trainable_weights == []
    assert layer.input_shape == (2, 4) and layer.output_shape == (2, 3)
