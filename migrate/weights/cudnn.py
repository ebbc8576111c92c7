"""cuDNN's recurrent weights, as TensorFlow 1 kept them, and Keras recurrent weights.

Pure NumPy, no TensorFlow. Notation as in `migrate.weights.cells`; there too are BasicRNN, LSTM and GRU.

`CudnnLSTM` and `CudnnGRU` save their weights cell by cell, in the layout of a compatible cell ("canonical"):

    LSTM    cudnn_compatible_lstm_cell: kernel [input + units, 4 units], bias [4 units] with the gates i, j, f, o
            of `lstm_to_keras`, and nothing added to the forget gate (forget_bias = 0)
    GRU     cudnn_compatible_gru_cell: see `cudnn_gru_to_keras`

A program that saved the buffer itself has one vector for all layers ("opaque"): see `split_opaque`.
Sources: the cuDNN API reference (cudnnRNNMode_t, cudnnGetRNNLinLayerMatrixParams) and the documentation of
`tf.contrib.cudnn_rnn` in TensorFlow 1.15.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from migrate.weights.cells import Array, keras_to_lstm, lstm_to_keras


def cudnn_gru_to_keras(
    gates_kernel: Array,
    gates_bias: Array,
    input_kernel: Array,
    input_bias: Array,
    hidden_kernel: Array,
    hidden_bias: Array,
) -> tuple[Array, Array, Array]:
    """`CudnnGRU` (canonical), `CudnnCompatibleGRUCell` to `GRU(reset_after=True)`.

        TF1    r, u = split(sigmoid([x, h] Kg + bg))      Kg [input + units, 2 units], bg [2 units]
               c = tanh(x Ki + bi + r (h Kh + bh))        Ki [input, units], Kh [units, units], bi, bh [units]
               h' = u h + (1 - u) c
        Keras  z, r = sigmoid(x Wz + h Uz + bz + cz), sigmoid(x Wr + h Ur + br + cr)
               c = tanh(x Wh + bh + r (h Uh + ch))        W [input, 3 units], U [units, 3 units]
               h' = z h + (1 - z) c                       b [2, 3 units]: bz, br, bh over cz, cr, ch

    so u is z; of the two biases of a gate the second is 0. Returns W, U, b.
    """
    units = gates_bias.shape[0] // 2
    inputs = input_kernel.shape[0]
    fits = (
        gates_kernel.shape == (inputs + units, 2 * units)
        and gates_bias.shape == (2 * units,)
        and input_kernel.shape == (inputs, units)
        and hidden_kernel.shape == (units, units)
        and input_bias.shape == hidden_bias.shape == (units,)
    )
    if not fits:
        raise ValueError(
            f"CudnnGRU: gates {gates_kernel.shape}, input {input_kernel.shape} and hidden kernel {hidden_kernel.shape} "
            "do not go together"
        )
    reset, update = np.split(gates_kernel, 2, axis=1)
    reset_bias, update_bias = np.split(gates_bias, 2)
    kernel = np.concatenate([update[:inputs], reset[:inputs], input_kernel], axis=1)
    recurrent = np.concatenate([update[inputs:], reset[inputs:], hidden_kernel], axis=1)
    above = np.concatenate([update_bias, reset_bias, input_bias])
    below = np.concatenate([np.zeros_like(gates_bias), hidden_bias])
    return kernel, recurrent, np.stack([above, below])


def keras_to_cudnn_gru(
    kernel: Array, recurrent_kernel: Array, bias: Array
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """`GRU(reset_after=True)` W, U, b to Kg, bg, Ki, bi, Kh, bh: see `cudnn_gru_to_keras`.

    The two biases of a gate are only ever added: their sum is TF1's.
    """
    units = recurrent_kernel.shape[0]
    if kernel.shape[1:] != (3 * units,) or recurrent_kernel.shape[1:] != (3 * units,) or bias.shape != (2, 3 * units):
        raise ValueError(
            f"GRU: kernel {kernel.shape}, {recurrent_kernel.shape} and bias {bias.shape} do not go together"
        )
    update, reset, candidate = np.split(kernel, 3, axis=1)
    update_h, reset_h, candidate_h = np.split(recurrent_kernel, 3, axis=1)
    summed = bias[0] + bias[1]
    gates = np.concatenate([np.concatenate([reset, reset_h]), np.concatenate([update, update_h])], axis=1)
    gates_bias = np.concatenate([summed[units : 2 * units], summed[:units]])
    return gates, gates_bias, candidate, bias[0, 2 * units :], candidate_h, bias[1, 2 * units :]


_GATES = {"lstm": 4, "gru": 3}


def opaque_size(kind: str, layers: int, units: int, inputs: int, directions: int = 1) -> int:
    """Number of elements of an opaque buffer; `kind` is "lstm" or "gru".

    A layer and direction has for each gate a matrix for the input, one for the state, and two biases.
    """
    gates = _GATES[kind]
    widths = [inputs] + [directions * units] * (layers - 1)
    return sum(directions * gates * units * (width + units + 2) for width in widths)


def split_opaque(
    buffer: Array, kind: str, layers: int, units: int, inputs: int, directions: int = 1
) -> list[tuple[Array, ...]]:
    """The opaque buffer of `CudnnLSTM` or `CudnnGRU` as Keras weights W, U, b of each layer and direction.

    The vector holds all matrices, then all biases. For each layer, for each direction (forward, then backward):
    the matrices for the input, one per gate, then those for the state, each [units, columns] row by row; in the second
    part likewise a bias for the input per gate, then one for the state. With gates in cuDNN's order

        LSTM   i, f, c, o      y_g = W_g x + R_g h + b_g + d_g      which is Keras's order
        GRU    r, u, c         r, u as above;  c = tanh(W_c x + b_c + r (R_c h + d_c))

    A transposed matrix is a block of Keras's kernel. LSTM: b = b_g + d_g, and nothing is added to the forget gate.
    GRU (`reset_after=True`): b and d are the two rows of the bias. Raises `ValueError` for a vector of another size.
    """
    size = opaque_size(kind, layers, units, inputs, directions)
    if buffer.shape != (size,):
        raise ValueError(f"an opaque buffer {buffer.shape} does not hold {layers} layer(s) of {units} units: [{size}]")
    gates, position = _GATES[kind], 0

    def take(rows: int, columns: int) -> Array:
        nonlocal position
        block = buffer[position : position + rows * columns].reshape(rows, columns)
        position += rows * columns
        return block

    kernels = []
    for layer in range(layers):
        width = inputs if layer == 0 else directions * units
        for _ in range(directions):
            kernels.append([[take(units, columns).T for _ in range(gates)] for columns in (width, units)])
    result: list[tuple[Array, ...]] = []
    for of_input, of_state in kernels:
        first = [take(1, units)[0] for _ in range(gates)]
        second = [take(1, units)[0] for _ in range(gates)]
        if kind == "gru":
            blocks = [_update_first(part) for part in (of_input, of_state, first, second)]
            bias = np.stack([np.concatenate(blocks[2]), np.concatenate(blocks[3])])
        else:
            blocks = [of_input, of_state]
            bias = np.concatenate([one + two for one, two in zip(first, second, strict=True)])
        result.append((np.concatenate(blocks[0], axis=1), np.concatenate(blocks[1], axis=1), bias))
    return result


def join_opaque(weights: Sequence[Sequence[Array]], kind: str) -> Array:
    """Keras weights W, U, b of each layer and direction as one opaque buffer: see `split_opaque`.

    An LSTM has one bias in Keras: the second one is 0.
    """
    gates = _GATES[kind]
    matrices: list[Array] = []
    biases: list[Array] = []
    for kernel, recurrent, bias in weights:
        if kind == "gru":
            parts = [_update_first(np.split(one, gates, axis=-1)) for one in (kernel, recurrent, bias[0], bias[1])]
        else:
            none = np.zeros_like(bias)
            parts = [np.split(one, gates, axis=-1) for one in (kernel, recurrent, bias, none)]
        matrices += [np.ascontiguousarray(block.T).ravel() for block in parts[0] + parts[1]]
        biases += parts[2] + parts[3]
    return np.concatenate(matrices + biases)


def _update_first(blocks: Sequence[Array]) -> list[Array]:
    """Gates r, u, c as u, r, c. Its own inverse."""
    first, second, third = blocks
    return [second, first, third]


def cudnn_lstm_to_keras(kernel: Array, bias: Array) -> tuple[Array, Array, Array]:
    """`CudnnLSTM` (canonical), `CudnnCompatibleLSTMCell`: `lstm_to_keras` with forget_bias = 0."""
    return lstm_to_keras(kernel, bias, 0.0)


def keras_to_cudnn_lstm(kernel: Array, recurrent_kernel: Array, bias: Array) -> tuple[Array, Array]:
    """`LSTM` W, U, b to `CudnnLSTM` (canonical)."""
    return keras_to_lstm(kernel, recurrent_kernel, bias, 0.0)
