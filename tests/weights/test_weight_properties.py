"""For any shapes, depths and options: there and back is the identity, and a Keras cell's step is TF1's to 1e-12."""

from __future__ import annotations

import importlib
import math

import keras
import numpy as np
import pytest
import tensorflow as tf
import tf1_cells
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from migrate import weights
from migrate.weights import cudnn, optimizer_state

FEW = settings(max_examples=25, deadline=None)
SIZES = st.integers(1, 5)
SEEDS = st.integers(0, 2**31 - 1)
BIASES = st.floats(-3, 3)


def draw(seed, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def step(cell, inputs, values, x, *states):
    """One step of a Keras cell in float64 with these weights."""
    cell.build((None, inputs))
    for variable, value in zip((cell.kernel, cell.recurrent_kernel, cell.bias), values, strict=True):
        variable.assign(value)
    _, states = cell(tf.constant(x), [tf.constant(one) for one in states])
    return [np.asarray(one) for one in states]


def assert_equal_steps(found, wanted):
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


@FEW
@given(SIZES, SIZES, SIZES, SEEDS)
def test_basic_rnn(batch, inputs, units, seed):
    x, h, kernel, bias = draw(seed, (batch, inputs), (batch, units), (inputs + units, units), (units,))
    cell = keras.layers.SimpleRNNCell(units, dtype="float64")
    found = step(cell, inputs, weights.basic_rnn_to_keras(kernel, bias), x, h)
    assert_equal_steps(found, [tf1_cells.basic_rnn(x, h, kernel, bias)])


@FEW
@given(SIZES, SIZES, SIZES, SEEDS, BIASES)
def test_lstm(batch, inputs, units, seed, forget_bias):
    shapes = (batch, inputs), (batch, units), (batch, units), (inputs + units, 4 * units), (4 * units,)
    x, c, h, kernel, bias = draw(seed, *shapes)
    cell = keras.layers.LSTMCell(units, dtype="float64")
    found = step(cell, inputs, weights.lstm_to_keras(kernel, bias, forget_bias), x, h, c)
    c, h = tf1_cells.lstm(x, c, h, kernel, bias, forget_bias)
    assert_equal_steps(found, [h, c])


@FEW
@given(SIZES, SIZES, SIZES, SEEDS)
def test_gru(batch, inputs, units, seed):
    size, wide = inputs + units, 2 * units
    x, h, *values = draw(seed, (batch, inputs), (batch, units), (size, wide), (wide,), (size, units), (units,))
    cell = keras.layers.GRUCell(units, reset_after=False, dtype="float64")
    assert_equal_steps(step(cell, inputs, weights.gru_to_keras(*values), x, h), [tf1_cells.gru(x, h, *values)])


@FEW
@given(SIZES, SIZES, SIZES, SEEDS)
def test_cudnn_gru(batch, inputs, units, seed):
    x, h, *values = draw(
        seed, (batch, inputs), (batch, units), (inputs + units, 2 * units), (2 * units,), (inputs, units), (units,),
        (units, units), (units,),
    )  # fmt: skip
    cell = keras.layers.GRUCell(units, reset_after=True, dtype="float64")
    found = step(cell, inputs, cudnn.cudnn_gru_to_keras(*values), x, h)
    assert_equal_steps(found, [tf1_cells.cudnn_gru(x, h, *values)])
    for one, other in zip(cudnn.keras_to_cudnn_gru(*cudnn.cudnn_gru_to_keras(*values)), values, strict=True):
        np.testing.assert_array_equal(one, other)


@FEW
@given(
    st.sampled_from(["lstm", "gru"]), st.integers(1, 3), st.sampled_from([1, 2]), SIZES, SIZES, SEEDS
)  # fmt: skip
def test_opaque_buffers(kind, layers, directions, units, inputs, seed):
    """Taken apart, each layer computes cuDNN's equations with the parts of the buffer; put together it is the same."""
    (buffer,) = draw(seed, (cudnn.opaque_size(kind, layers, units, inputs, directions),))
    parts = cudnn.split_opaque(buffer, kind, layers, units, inputs, directions)
    assert len(parts) == layers * directions
    gates, position = (4, 0) if kind == "lstm" else (3, 0)
    pieces = []
    for number in range(layers * directions):
        width = inputs if number < directions else directions * units
        blocks = []
        for columns in [width] * gates + [units] * gates:
            blocks.append(buffer[position : position + units * columns].reshape(units, columns))
            position += units * columns
        pieces.append(blocks)
    for number, (kernel, recurrent, bias) in enumerate(parts):
        blocks = pieces[number]
        biases = np.split(buffer[position : position + 2 * gates * units], 2 * gates)
        position += 2 * gates * units
        width = kernel.shape[0]
        x, h, c = draw(seed + 1, (2, width), (2, units), (2, units))
        if kind == "lstm":
            cell = keras.layers.LSTMCell(units, dtype="float64")
            found = step(cell, width, (kernel, recurrent, bias), x, h, c)
            assert_equal_steps(found, tf1_cells.cudnn_lstm_parts(x, h, c, blocks, biases))
        else:
            cell = keras.layers.GRUCell(units, reset_after=True, dtype="float64")
            found = step(cell, width, (kernel, recurrent, bias), x, h)
            assert_equal_steps(found, [tf1_cells.cudnn_gru_parts(x, h, blocks, biases)])
    assert position == buffer.size
    again = cudnn.split_opaque(cudnn.join_opaque(parts, kind), kind, layers, units, inputs, directions)
    for one, other in zip(again, parts, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)
    if kind == "gru":
        np.testing.assert_array_equal(cudnn.join_opaque(parts, kind), buffer)


@pytest.mark.parametrize("wrong", [-1, 1])
def test_an_opaque_buffer_of_another_size(wrong):
    with pytest.raises(ValueError, match="opaque buffer"):
        cudnn.split_opaque(np.zeros(cudnn.opaque_size("gru", 2, 3, 4) + wrong), "gru", 2, 3, 4)


@pytest.fixture
def float64_layers():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_dtype_policy(before)


def written_out(name):
    """A cell as the migration writes it into programs: its weights are TF1's as they are."""
    return getattr(importlib.import_module(f"migrate.emit.support.{name}"), name)


def own_step(cell, inputs, x, states, seed):
    """Draw the weights of a cell; its new states, and the weights by name."""
    cell.build((None, inputs))
    for number, variable in enumerate(cell.weights):
        variable.assign(np.random.default_rng(seed + number).normal(size=variable.shape))
    states = [tf.constant(one) for one in states]
    _, states = cell.call(tf.constant(x), states)
    return [np.asarray(one) for one in states], {one.name: one.numpy() for one in cell.weights}


def test_cells_written_out(float64_layers):
    for seed in range(12):
        inputs, units, projected = 1 + seed % 4, 1 + seed % 5, 1 + seed % 3
        x, c, h, p = draw(seed, (2, inputs), (2, units), (2, units), (2, projected))
        found, w = own_step(written_out("BasicRNNCell")(units), inputs, x, [h], seed)
        assert_equal_steps(found, [tf1_cells.basic_rnn(x, h, w["kernel"], w["bias"])])
        found, w = own_step(written_out("BasicLSTMCell")(units, forget_bias=0.3), inputs, x, [c, h], seed)
        assert_equal_steps(found, tf1_cells.lstm(x, c, h, w["kernel"], w["bias"], 0.3))
        found, w = own_step(written_out("GRUCell")(units), inputs, x, [h], seed)
        gru = [w["gate_kernel"], w["gate_bias"], w["candidate_kernel"], w["candidate_bias"]]
        assert_equal_steps(found, [tf1_cells.gru(x, h, *gru)])
        cell = written_out("LSTMCell")(units, use_peepholes=True, num_proj=projected, forget_bias=0.7)
        found, w = own_step(cell, inputs, x, [c, p], seed)
        assert_equal_steps(found, tf1_cells.peephole_lstm(x, c, p, w, 0.7))


@settings(max_examples=60, deadline=None)
@given(st.floats(0.5, 0.9999), st.integers(0, 3000))
def test_steps_of_powers(beta, steps):
    power = optimizer_state.beta_power(beta, steps)
    if power == 0:
        assert steps >= optimizer_state.vanishing_step(beta) - 2
        assert optimizer_state.steps_of_power(beta, float(power)) is None
    else:
        assume(steps * math.log(1 / beta) < 80)
        assert optimizer_state.steps_of_power(beta, float(power)) == steps


@given(SEEDS, st.floats(1e-6, 10.0))
def test_momentum_there_and_back(seed, rate):
    (accumulated,) = draw(seed, (3, 4))
    again = optimizer_state.momentum_to_tf1(optimizer_state.momentum_to_keras(accumulated, rate), rate)
    np.testing.assert_allclose(again, accumulated, rtol=1e-15)


def test_momentum_of_a_learning_rate_of_0():
    assert not optimizer_state.momentum_to_tf1(np.zeros(3), 0.0).any()
    with pytest.raises(ValueError, match="learning rate of 0"):
        optimizer_state.momentum_to_tf1(np.ones(3), 0.0)
