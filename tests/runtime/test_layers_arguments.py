"""Arguments of layers by name, and the complaints about wrong ones. Expected values: printed by TensorFlow 1.15.5."""

from __future__ import annotations

import importlib
import re
from typing import Any

import numpy as np
import pytest
from tensorflow1 import tf


@pytest.fixture(autouse=True)
def fresh_graph() -> object:
    with tf.Graph().as_default() as graph:
        yield graph


def placeholder(*shape: int | None) -> Any:
    return tf.placeholder(tf.float32, shape)


@pytest.mark.parametrize(
    "given, kind, config",
    [
        ("ones", "Ones", {}),
        ("zero", "Zeros", {}),
        ("constant", "Constant", {"value": 0}),
        ("uniform", "RandomUniform", {"minval": -0.05, "maxval": 0.05, "seed": None}),
        ("random_normal", "RandomNormal", {"mean": 0.0, "stddev": 0.05, "seed": None}),
        ("TruncatedNormal", "TruncatedNormal", {"mean": 0.0, "stddev": 0.05, "seed": None}),
        ("orthogonal", "Orthogonal", {"gain": 1.0, "seed": None}),
        ("glorot_uniform", "GlorotUniform", {"seed": None}),
        ({"class_name": "Constant", "config": {"value": 2.0}}, "Constant", {"value": 2.0}),
    ],
)
def test_initializers_by_name(given: Any, kind: str, config: dict[str, Any]) -> None:
    for made in (
        tf.layers.Dense(3, kernel_initializer=given).kernel_initializer,
        tf.layers.Conv2D(3, 2, kernel_initializer=given).kernel_initializer,
        tf.layers.BatchNormalization(beta_initializer=given).beta_initializer,
        tf.nn.rnn_cell.LSTMCell(3, initializer=given)._initializer,
        tf.nn.rnn_cell.GRUCell(3, kernel_initializer=given)._kernel_initializer,
    ):
        assert type(made).__name__ == kind
        assert {**made.get_config(), "dtype": "float32"} == {**config, "dtype": "float32"}


def test_regularizers_and_constraints_by_name() -> None:
    class Own(tf.layers.Layer):
        def build(self, _: Any) -> None:
            self.w = self.add_weight("w", [2], initializer="ones", constraint="non_neg")
            self.built = True

    x = tf.ones([4, 3])
    dense = tf.layers.Dense(2, kernel_initializer="ones", kernel_regularizer="l2", kernel_constraint="max_norm")
    dense(x)
    own = Own()
    own(x)
    tf.layers.conv1d(tf.ones([1, 4, 3]), 2, 2, bias_initializer="ones", bias_regularizer="l1_l2")
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    step = tf.train.GradientDescentOptimizer(5.0).minimize(tf.reduce_sum(dense.kernel) + tf.reduce_sum(own.w))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        np.testing.assert_allclose(session.run(losses), [0.06, 0.04], rtol=1e-6)
        session.run(step)
        # The constraints project after the step: columns of norm 2 at most, no negative entries.
        np.testing.assert_allclose(session.run(dense.kernel), np.full([3, 2], -2 / np.sqrt(3)), rtol=1e-6)
        np.testing.assert_array_equal(session.run(own.w), [0, 0])


@pytest.mark.parametrize("argument", ["kernel_initializer", "kernel_regularizer", "kernel_constraint"])
def test_unknown_names_are_refused(argument: str) -> None:
    with pytest.raises(ValueError, match=f"Unknown {argument[7:]}:"):
        tf.layers.Dense(3, **{argument: "nope"})


def test_weights_of_layers_are_read_and_set() -> None:
    layer = tf.layers.Dense(2)
    layer(placeholder(None, 3))
    with tf.Session():
        layer.set_weights([np.ones([3, 2]), np.array([5.0, 6.0])])
        kernel, bias = layer.get_weights()
        with pytest.raises(ValueError, match="weight list of length 1"):
            layer.set_weights([kernel])
    assert kernel.sum() == 6 and bias.tolist() == [5, 6]


def input_spec(**options: Any) -> Any:
    return tf.layers.InputSpec(**options)


@pytest.mark.parametrize(
    "spec, shape, message",
    [
        ({"ndim": 2}, [3], "of layer l is incompatible with the layer: expected ndim=2, found ndim=1. "
         "Full shape received: [3]"),
        ({"min_ndim": 2}, [3], "of layer l is incompatible with the layer: : expected min_ndim=2, found ndim=1. "
         "Full shape received: [3]"),
        ({"max_ndim": 2}, [3, 4, 5], "of layer l is incompatible with the layer: expected max_ndim=2, found ndim=3"),
        ({"dtype": "int32"}, None, "of layer l is incompatible with the layer: expected dtype=int32, found "
         "dtype=<dtype: 'float32'>"),
        ({"ndim": 2}, None, "of layer l is incompatible with the layer: its rank is undefined, but the layer "
         "requires a defined rank."),
        ({"shape": (None, 3)}, [2, 4], "is incompatible with layer l: expected shape=(None, 3), found shape=[2, 4]"),
        ({"axes": {-1: 3}}, [2, 4], "of layer l is incompatible with the layer: expected axis -1 of input shape to "
         "have value 3 but received input with shape [2, 4]"),
    ],
)  # fmt: skip
def test_inputs_that_do_not_fit(spec: dict[str, Any], shape: Any, message: str) -> None:
    layer = tf.layers.Layer(name="l")
    layer.input_spec = input_spec(**spec)
    with pytest.raises(ValueError) as raised:
        layer(tf.placeholder(tf.float32, shape))
    assert str(raised.value) == f"Input 0 {message}"


def test_inputs_that_fit() -> None:
    layer = tf.layers.Layer(name="l")
    layer.input_spec = input_spec(shape=(None, 3), axes={1: 3})
    layer(placeholder(2, 3)), layer(placeholder(2, None))
    layer.input_spec = [None, tf.keras.layers.InputSpec(ndim=1)]
    layer([placeholder(2, 3), placeholder(2)])


def test_specs_that_make_no_sense() -> None:
    assert repr(input_spec(shape=(None, 3), dtype="float32")) == "InputSpec(dtype=float32, shape=(None, 3), ndim=2)"
    with pytest.raises(ValueError, match="Axis 5 is greater than the maximum allowed value: 1"):
        input_spec(ndim=2, axes={5: 1})
    with pytest.raises(TypeError, match="keys in axes must be integers"):
        input_spec(axes={"a": 1})
    with pytest.raises(TypeError, match="must be an instance of InputSpec. Got: x"):
        tf.layers.Layer().input_spec = "x"


@pytest.mark.parametrize(
    "options, message",
    [
        ({"padding": "x"}, 'a list/tuple or one of "valid", "same" (or "causal", only for `Conv1D). Received: x'),
        ({"strides": 2, "dilation_rate": 2}, "strides > 1 not supported in conjunction with dilation_rate > 1"),
        ({"strides": 0}, "all values of strides must be positive"),
    ],
)
def test_windows_that_do_not_exist(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        tf.layers.conv2d(placeholder(2, 6, 6, 3), 2, 3, **options)


def test_operations_and_functions_have_their_names() -> None:
    layers = tf.layers
    assert layers.conv1d(placeholder(2, 6, 3), 2, 3, use_bias=False).op.name == "conv1d/conv1d/Squeeze"
    assert layers.conv2d(placeholder(2, 6, 6, 3), 2, 3, use_bias=False).op.name == "conv2d/Conv2D"
    assert layers.conv3d(placeholder(2, 6, 6, 6, 3), 2, 3, use_bias=False).op.name == "conv3d/Conv3D"
    for name in ("conv2d", "separable_conv1d", "conv3d_transpose", "average_pooling2d"):
        assert getattr(layers, name).__name__ == name
    with pytest.raises(TypeError, match=r"max_pooling2d\(\) missing 1 required positional argument: 'strides'"):
        layers.max_pooling2d(placeholder(2, 6, 6, 3), 2)


def test_names_of_files_of_tensorflow() -> None:
    """Names that are not public, but were in tensorflow/python/layers and contrib/rnn/python/ops."""
    private = importlib.import_module("tf1rnn.private_names").private
    assert private("layers", "batch_norm") is tf.layers.batch_normalization
    assert private("layers", "keras_style_scope") is tf.layers.experimental.keras_style_scope
    cell = tf.contrib.rnn.WeightNormLSTMCell(3)
    cell(tf.ones([2, 4]), cell.zero_state(2, tf.float32))
    assert cell.name == "weight_norm_lstm_cell_1"
    assert tf.trainable_variables()[0].op.name == "wn_lstm_cell/wn_lstm_cell/kernel"
