"""Keras objects loaded with TF1 values compute what the TF1 cells compute, and give the values back."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from tf1_cells import basic_rnn, gru, lstm

from migrate.plan import Owner
from migrate.weights import LegacyVariable, WeightMismatch, holders

BATCH, INPUTS, UNITS = 3, 4, 5
SHAPES = {
    "simple_rnn": [(INPUTS + UNITS, UNITS), (UNITS,)],
    "lstm": [(INPUTS + UNITS, 4 * UNITS), (4 * UNITS,)],
    "gru": [(INPUTS + UNITS, 2 * UNITS), (2 * UNITS,), (INPUTS + UNITS, UNITS), (UNITS,)],
}
LAYERS = {
    "simple_rnn": lambda **o: keras.layers.SimpleRNN(UNITS, dtype="float64", **o),
    "lstm": lambda **o: keras.layers.LSTM(UNITS, dtype="float64", **o),
    "gru": lambda **o: keras.layers.GRU(UNITS, reset_after=False, dtype="float64", **o),
}


def legacy_values(kind, seed=0, inputs=INPUTS):
    rng = np.random.default_rng(seed)
    shapes = [(s[0] + inputs - INPUTS, s[1]) if len(s) == 2 else s for s in SHAPES[kind]]
    return [rng.normal(size=s) for s in shapes]


def step(kind, x, state, values, forget_bias=1.0):
    """One step of the TF1 cell; the state as a list in TF1's order."""
    if kind == "simple_rnn":
        return [basic_rnn(x, state[0], *values)]
    if kind == "gru":
        return [gru(x, state[0], *values)]
    return list(lstm(x, state[0], state[1], *values, forget_bias))


def outputs(kind, x, values, forget_bias=1.0):
    state = [np.zeros((x.shape[0], UNITS))] * (2 if kind == "lstm" else 1)
    steps = []
    for t in range(x.shape[1]):
        state = step(kind, x[:, t], state, values, forget_bias)
        steps.append(state[-1])
    return np.stack(steps, 1)


def load(found, values, trainable=True):
    """Give the holders their legacy values one after the other; all must be used up."""
    rest = [LegacyVariable(f"v{i}", trainable, value) for i, value in enumerate(values)]
    for holder in found:
        holder.load(rest[: holder.count])
        rest = rest[holder.count :]
    assert not rest


def read(found):
    return [value for holder in found for value in holder.read()]


def assert_values(found, wanted):
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", list(LAYERS))
@pytest.mark.parametrize("forget_bias", [0.0, 1.0, 0.4])
def test_a_layer_equals_the_tf1_cell(kind, forget_bias):
    layer = LAYERS[kind](return_sequences=True)
    layer.build((None, None, INPUTS))
    found = holders(layer, Owner("layer", kind, forget_bias=forget_bias))
    values = legacy_values(kind)
    load(found, values)
    x = np.random.default_rng(1).normal(size=(BATCH, 6, INPUTS))
    wanted = outputs(kind, x, values, forget_bias)
    np.testing.assert_allclose(np.asarray(layer(x)), wanted, rtol=0, atol=1e-12)
    assert_values(read(found), values)


@pytest.mark.parametrize("kind", list(LAYERS))
def test_bidirectional_is_forward_then_backward(kind):
    layer = keras.layers.Bidirectional(LAYERS[kind](return_sequences=True), dtype="float64")
    layer.build((None, None, INPUTS))
    found = holders(layer, Owner("layer", kind, forget_bias=1.0))
    forward, backward = legacy_values(kind, 0), legacy_values(kind, 1)
    load(found, forward + backward)
    x = np.random.default_rng(2).normal(size=(BATCH, 6, INPUTS))
    wanted = [outputs(kind, x, forward), outputs(kind, x[:, ::-1], backward)[:, ::-1]]
    np.testing.assert_allclose(np.asarray(layer(x)), np.concatenate(wanted, -1), rtol=0, atol=1e-12)
    assert_values(read(found), forward + backward)


def test_stacked_cells_in_one_layer():
    stack = [keras.layers.LSTMCell(UNITS, dtype="float64") for _ in range(2)]
    stacked = keras.layers.StackedRNNCells(stack, dtype="float64")  # its own policy would cast to float32
    layer = keras.layers.RNN(stacked, return_sequences=True, dtype="float64")
    found = holders(layer, Owner("layer", "lstm", forget_bias=1.0))
    assert [holder.variables() for holder in found] == [None, None]
    layer.build((None, None, INPUTS))
    first, second = legacy_values("lstm", 0), legacy_values("lstm", 1, inputs=UNITS)
    load(found, first + second)
    x = np.random.default_rng(2).normal(size=(BATCH, 6, INPUTS))
    wanted = outputs("lstm", outputs("lstm", x, first), second)
    np.testing.assert_allclose(np.asarray(layer(x)), wanted, rtol=0, atol=1e-12)
    assert_values(read(found), first + second)


def test_a_cell_and_lists_of_cells():
    cells = [keras.layers.GRUCell(UNITS, reset_after=False, dtype="float64") for _ in range(2)]
    for cell in cells:
        cell.build((None, INPUTS))
    values = legacy_values("gru", 0) + legacy_values("gru", 1)
    found = holders({"a": [cells[0]], "b": (cells[1],)}, Owner("cells", "gru"))
    load(found, values)
    assert [holder.label for holder in found] == ["cells['a'][0]", "cells['b'][0]"]
    assert_values(read(found), values)


def test_dense_embedding_variable_and_layer():
    rng = np.random.default_rng(3)
    dense = keras.layers.Dense(2)
    found = holders(dense, Owner("dense", "dense"))
    assert found[0].variables() is None and found[0].count == 2
    dense.build((None, 3))
    values = [rng.normal(size=s).astype("float32") for s in [(3, 2), (2,)]]
    load(found, values)
    np.testing.assert_allclose(np.asarray(dense(np.eye(3))), values[0] + values[1], atol=1e-6)

    bare = keras.layers.Dense(2, use_bias=False)
    assert holders(bare, Owner("bare", "dense"))[0].count == 1

    embedding = keras.layers.Embedding(4, 2)
    embedding.build(None)
    table = [rng.normal(size=(4, 2)).astype("float32")]
    found = holders(embedding, Owner("embedding", "embedding"))
    load(found, table)
    assert_values(read(found), table)

    counter = tf.Variable(0, dtype=tf.int32, trainable=False)
    found = holders(counter, Owner("counter", "variable", trainable=False))
    load(found, [np.int64(7)], trainable=False)
    assert counter.numpy() == 7 and found[0].trainable == (False,)

    norm = keras.layers.BatchNormalization()
    found = holders(norm, Owner("norm", "layer"))
    assert found[0].count is None
    norm.build((None, 3))
    found = holders(norm, Owner("norm", "layer"))
    assert found[0].trainable == (True, True, False, False)


@pytest.mark.parametrize(
    "target, kind, says",
    [
        (lambda: keras.layers.GRU(2), "gru", "reset_after"),
        (lambda: keras.layers.LSTM(2, use_bias=False), "lstm", "no bias"),
        (lambda: keras.layers.LSTM(2), "gru", "is of kind lstm, not gru"),
        (lambda: keras.layers.Dense(2), "lstm", "is of kind Dense, not lstm"),
        (lambda: 3, "variable", "no variable but int"),
        (lambda: None, "dense", "no Dense but NoneType"),
        (lambda: keras.layers.LSTM(2), "rnn", "not a kind of owner"),
    ],
)
def test_objects_that_are_not_of_the_kind(target, kind, says):
    with pytest.raises(WeightMismatch, match=says):
        holders(target(), Owner("it", kind))


def test_values_that_do_not_fit():
    dense = keras.layers.Dense(2)
    (holder,) = holders(dense, Owner("dense", "dense"))
    good = [LegacyVariable("k", True, np.zeros((3, 2))), LegacyVariable("b", True, np.zeros(2))]
    with pytest.raises(WeightMismatch, match="no variables yet"):
        holder.load(good)
    dense.build((None, 3))
    holder.load(good)
    with pytest.raises(WeightMismatch, match=r"\(3, 2\) of float where 'k', 'b' would be \(4, 2\) of float"):
        holder.load([LegacyVariable("k", True, np.zeros((4, 2))), good[1]])
    with pytest.raises(WeightMismatch, match="of int"):
        holder.load([LegacyVariable("k", True, np.zeros((3, 2), int)), good[1]])
    with pytest.raises(WeightMismatch, match="never initialised"):
        holder.load([LegacyVariable("k", True, None), good[1]])
    layer = keras.layers.LSTM(2)
    layer.build((None, None, 3))
    (holder,) = holders(layer, Owner("lstm", "lstm"))
    with pytest.raises(WeightMismatch, match="LSTM: a kernel"):
        holder.load([LegacyVariable("k", True, np.zeros((5, 9))), LegacyVariable("b", True, np.zeros(9))])
