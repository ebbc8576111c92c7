"""Conversions of cell weights: there and back is the identity, and wrong shapes are said so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate import weights

SIZES = st.integers(1, 6)
SEEDS = st.integers(0, 2**31 - 1)
DTYPES = st.sampled_from([np.float32, np.float64])


def draw(seed, dtype, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def assert_same(found, wanted, atol=0.0):
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=0, atol=atol)


@given(SIZES, SIZES, SEEDS, DTYPES)
def test_basic_rnn_there_and_back(inputs, units, seed, dtype):
    legacy = draw(seed, dtype, (inputs + units, units), (units,))
    keras = weights.basic_rnn_to_keras(*legacy)
    assert [a.shape for a in keras] == [(inputs, units), (units, units), (units,)]
    assert_same(weights.keras_to_basic_rnn(*keras), legacy)


@given(SIZES, SIZES, SEEDS, DTYPES, st.sampled_from([0.0, 1.0, 0.3]))
def test_lstm_there_and_back(inputs, units, seed, dtype, forget_bias):
    legacy = draw(seed, dtype, (inputs + units, 4 * units), (4 * units,))
    keras = weights.lstm_to_keras(*legacy, forget_bias)
    assert [a.shape for a in keras] == [(inputs, 4 * units), (units, 4 * units), (4 * units,)]
    back = weights.keras_to_lstm(*keras, forget_bias)
    assert_same(back[:1], legacy[:1])
    assert_same(back[1:], legacy[1:], atol=8 * np.finfo(dtype).eps)  # adding and taking away rounds


@given(SIZES, SIZES, SEEDS, DTYPES)
def test_gru_there_and_back(inputs, units, seed, dtype):
    legacy = draw(seed, dtype, (inputs + units, 2 * units), (2 * units,), (inputs + units, units), (units,))
    keras = weights.gru_to_keras(*legacy)
    assert [a.shape for a in keras] == [(inputs, 3 * units), (units, 3 * units), (3 * units,)]
    assert_same(weights.keras_to_gru(*keras), legacy)


@given(SIZES, SIZES, SEEDS)
def test_keras_to_legacy_and_back(inputs, units, seed):
    def of(gates):
        return draw(seed, np.float64, (inputs, gates * units), (units, gates * units), (gates * units,))

    assert_same(weights.basic_rnn_to_keras(*weights.keras_to_basic_rnn(*of(1))), of(1))
    assert_same(weights.lstm_to_keras(*weights.keras_to_lstm(*of(4), 0.0), 0.0), of(4))
    assert_same(weights.gru_to_keras(*weights.keras_to_gru(*of(3))), of(3))


def test_gates_change_places():
    columns = np.arange(8.0)[None].repeat(3, 0)  # input 1, units 2
    kernel, _, bias = weights.lstm_to_keras(columns, np.zeros(8), 1.0)
    assert kernel[0].tolist() == [0, 1, 4, 5, 2, 3, 6, 7]
    assert bias.tolist() == [0, 0, 1, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "convert, shapes",
    [
        (weights.basic_rnn_to_keras, [(5, 3), (4,)]),
        (weights.basic_rnn_to_keras, [(3, 3), (3,)]),
        (weights.lstm_to_keras, [(5, 10), (10,)]),
        (weights.gru_to_keras, [(5, 6), (6,), (4, 3), (3,)]),
        (weights.keras_to_basic_rnn, [(2, 3), (3, 4), (3,)]),
        (weights.keras_to_lstm, [(2, 12), (3, 12), (11,)]),
        (weights.keras_to_gru, [(2, 9), (3, 9), (2, 9)]),  # the bias of reset_after=True
    ],
)
def test_wrong_shapes_are_refused(convert, shapes):
    with pytest.raises(ValueError):
        convert(*[np.zeros(shape) for shape in shapes])
