"""TF1 recurrent weights and Keras recurrent weights: the same cells, written down in two layouts.

Pure NumPy, no TensorFlow. Throughout, `x` is the input [batch, input], `h` the state [batch, units] and
`[x, h]` their concatenation. Each function takes and gives arrays of any one float dtype and keeps it; the
shapes stand in its docstring. Wrong shapes raise `ValueError`.

Sources: the equations are those of the TensorFlow 1.15 and Keras 3 documentation of the cells; the layouts
were read off the shapes and values of variables that both libraries create.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def _split_rows(kernel: Array, units: int, name: str) -> tuple[Array, Array]:
    """The rows of a TF1 kernel [input + units, n]: those for the input, those for the state."""
    inputs = kernel.shape[0] - units
    if inputs < 1:
        raise ValueError(f"{name} {kernel.shape} has too few rows for {units} units and an input")
    return kernel[:inputs], kernel[inputs:]


def _check_columns(kernel: Array, bias: Array, gates: int, name: str) -> int:
    """Number of units of a TF1 kernel [input + units, gates * units] with its bias [gates * units]."""
    if kernel.ndim != 2 or bias.shape != kernel.shape[1:] or kernel.shape[1] % gates:
        raise ValueError(f"{name}: a kernel {kernel.shape} with a bias {bias.shape} is not {gates} gate(s)")
    return kernel.shape[1] // gates


def _check_keras(kernel: Array, recurrent: Array, bias: Array, gates: int, name: str) -> int:
    """Number of units of Keras weights [input, gates*units], [units, gates*units], [gates*units]."""
    units = recurrent.shape[0]
    columns = (gates * units,)
    if kernel.ndim != 2 or any(a.shape[-1:] != columns for a in (kernel, recurrent, bias)) or bias.ndim != 1:
        raise ValueError(
            f"{name}: kernel {kernel.shape}, recurrent kernel {recurrent.shape} and bias {bias.shape} "
            f"are not {gates} gate(s) of {units} units"
        )
    return units


def basic_rnn_to_keras(kernel: Array, bias: Array) -> tuple[Array, Array, Array]:
    """`BasicRNNCell` to `SimpleRNN`.

        TF1    h' = act([x, h] K + b)              K [input + units, units], b [units]
        Keras  h' = act(x W + h U + b)             W [input, units], U [units, units], b [units]

    so K = [W; U], one above the other. Returns W, U, b.
    """
    units = _check_columns(kernel, bias, 1, "BasicRNNCell")
    inputs, states = _split_rows(kernel, units, "BasicRNNCell kernel")
    return inputs, states, bias


def keras_to_basic_rnn(kernel: Array, recurrent_kernel: Array, bias: Array) -> tuple[Array, Array]:
    """`SimpleRNN` W, U, b to `BasicRNNCell` K = [W; U], b: see `basic_rnn_to_keras`."""
    _check_keras(kernel, recurrent_kernel, bias, 1, "SimpleRNN")
    return np.concatenate([kernel, recurrent_kernel]), bias


def _swap_middle_gates(columns: Array) -> Array:
    """Gate blocks (a, b, c, d) along the last axis as (a, c, b, d): i,j,f,o <-> i,f,c,o. Its own inverse."""
    first, second, third, fourth = np.split(columns, 4, axis=-1)
    return np.concatenate([first, third, second, fourth], axis=-1)


def _add_to_forget_gate(bias: Array, amount: float) -> Array:
    """A Keras LSTM bias (i, f, c, o) with `amount` added to its f block."""
    units = bias.shape[0] // 4
    moved = bias.copy()
    moved[units : 2 * units] += bias.dtype.type(amount)
    return moved


def lstm_to_keras(kernel: Array, bias: Array, forget_bias: float = 1.0) -> tuple[Array, Array, Array]:
    """`BasicLSTMCell` or `LSTMCell` (no peepholes, no projection) to `LSTM`.

        TF1    i, j, f, o = split([x, h] K + b)    K [input + units, 4 units], b [4 units]
               c' = sigmoid(f + forget_bias) c + sigmoid(i) tanh(j)
               h' = sigmoid(o) tanh(c')
        Keras  i, f, g, o = split(x W + h U + b)   W [input, 4 units], U [units, 4 units], b [4 units]
               c' = sigmoid(f) c + sigmoid(i) tanh(g)
               h' = sigmoid(o) tanh(c')

    so j is g, the middle gates change places, and Keras's b holds `forget_bias` in its f part.
    `forget_bias` is the argument of the TF1 cell, which adds it at run time. Returns W, U, b.
    """
    units = _check_columns(kernel, bias, 4, "LSTM")
    inputs, states = _split_rows(_swap_middle_gates(kernel), units, "LSTM kernel")
    return inputs, states, _add_to_forget_gate(_swap_middle_gates(bias), forget_bias)


def keras_to_lstm(
    kernel: Array, recurrent_kernel: Array, bias: Array, forget_bias: float = 1.0
) -> tuple[Array, Array]:
    """`LSTM` W, U, b to TF1 K, b for a cell with this `forget_bias`: see `lstm_to_keras`."""
    _check_keras(kernel, recurrent_kernel, bias, 4, "LSTM")
    together = _swap_middle_gates(np.concatenate([kernel, recurrent_kernel]))
    return together, _swap_middle_gates(_add_to_forget_gate(bias, -forget_bias))


def gru_to_keras(
    gates_kernel: Array, gates_bias: Array, candidate_kernel: Array, candidate_bias: Array
) -> tuple[Array, Array, Array]:
    """`GRUCell` to `GRU(reset_after=False)`.

        TF1    r, u = split(sigmoid([x, h] Kg + bg))      Kg [input + units, 2 units], bg [2 units]
               c = tanh([x, r h] Kc + bc)                 Kc [input + units, units], bc [units]
               h' = u h + (1 - u) c
        Keras  z = sigmoid(x Wz + h Uz + bz)              W [input, 3 units] = Wz, Wr, Wh side by side
               r = sigmoid(x Wr + h Ur + br)              U [units, 3 units] = Uz, Ur, Uh
               c = tanh(x Wh + (r h) Uh + bh)             b [3 units] = bz, br, bh
               h' = z h + (1 - z) c

    so u is z and the two gates change places. Returns W, U, b.
    """
    units = _check_columns(gates_kernel, gates_bias, 2, "GRUCell gates")
    if candidate_kernel.shape != (gates_kernel.shape[0], units) or candidate_bias.shape != (units,):
        raise ValueError(
            f"GRUCell: candidate kernel {candidate_kernel.shape} and bias {candidate_bias.shape} "
            f"do not go with the gates' kernel {gates_kernel.shape}"
        )
    reset, update = np.split(gates_kernel, 2, axis=-1)
    reset_bias, update_bias = np.split(gates_bias, 2)
    kernel = np.concatenate([update, reset, candidate_kernel], axis=-1)
    inputs, states = _split_rows(kernel, units, "GRUCell kernel")
    return inputs, states, np.concatenate([update_bias, reset_bias, candidate_bias])


def keras_to_gru(
    kernel: Array, recurrent_kernel: Array, bias: Array
) -> tuple[Array, Array, Array, Array]:
    """`GRU(reset_after=False)` W, U, b to TF1 Kg, bg, Kc, bc: see `gru_to_keras`."""
    _check_keras(kernel, recurrent_kernel, bias, 3, "GRU")
    update, reset, candidate = np.split(np.concatenate([kernel, recurrent_kernel]), 3, axis=-1)
    update_bias, reset_bias, candidate_bias = np.split(bias, 3)
    return (
        np.concatenate([reset, update], axis=-1),
        np.concatenate([reset_bias, update_bias]),
        candidate,
        candidate_bias,
    )
