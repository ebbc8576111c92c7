"""The cells that TensorFlow 1.15 computed in one operation each: LSTMBlockCell, GRUBlockCell, and the cells
compatible with CUDA's. Here they are plain operations, so that they have gradients; names and values stay.

LSTMBlockCell:  i, j, f, o = split([x, h] . kernel + bias)
                c' = clip(sigmoid(f + forget_bias + w_f_diag * c) * c + sigmoid(i + w_i_diag * c) * tanh(j))
                h' = tanh(c') * sigmoid(o + w_o_diag * c')                  (diagonals only with peepholes)
GRUBlockCell:   as GRUCell.
CudnnCompatibleGRUCell:  as GRUCell, but c = tanh(x . W + b + r * (h . U + d))
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops, op_numbers
from tf1rnn.layers.activation import activation_named
from tf1rnn.layers.base import InputSpec
from tf1rnn.rnn.cell import BIAS, KERNEL, LayerRNNCell, depth_of
from tf1rnn.rnn.gru import GRUCell
from tf1rnn.rnn.lstm import LSTMStateTuple


class LSTMBlockCell(LayerRNNCell):
    """LSTM with the variables kernel [depth + units, 4 units], bias [4 units], on request w_i_diag, w_f_diag,
    w_o_diag [units].

    Args:
        num_units: size of memory and output.
        forget_bias: added to the forget gate at run time.
        cell_clip: the new memory is clipped to [-cell_clip, cell_clip]; None or not positive: not.
        use_peephole: the gates see the memory.
        dtype, reuse, name: see `tf.layers.Layer`.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        dtype: Any = None,
        reuse: Any = None,
        name: str | None = "lstm_cell",
    ) -> None:
        super().__init__(_reuse=reuse, dtype=dtype, name=name)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._cell_clip = cell_clip if cell_clip is not None else -1
        self._use_peephole = use_peephole
        self.input_spec = InputSpec(ndim=2)

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(units, units)."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        """num_units."""
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables; ValueError if the depth of the inputs is unknown."""
        depth, units = depth_of(inputs_shape), self._num_units
        self._kernel = self.add_variable(KERNEL, shape=[depth + units, 4 * units])
        self._bias = self.add_variable(BIAS, shape=[4 * units], initializer=v1.constant_initializer(0.0))
        if self._use_peephole:
            self._w_i_diag, self._w_f_diag, self._w_o_diag = (
                self.add_variable(f"w_{gate}_diag", shape=[units]) for gate in "ifo"
            )
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state (c, h) -> (h', (c', h')). ValueError if the state is not a pair."""
        if not isinstance(state, (tuple, list)) or len(state) != 2:
            raise ValueError("Expecting state to be a tuple with length 2.")
        with op_numbers.counted_in_loop(1 if self._use_peephole else 2):  # one operation, and zeros for its peepholes
            return self._step(inputs, *state)

    def _step(self, inputs: Any, c: Any, h: Any) -> Any:
        gates = v1.nn.bias_add(v1.matmul(v1.concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = v1.split(gates, 4, axis=1)
        f = f + v1.constant(self._forget_bias, dtype=f.dtype)
        if self._use_peephole:
            i, f = i + self._w_i_diag * c, f + self._w_f_diag * c
        new_c = v1.sigmoid(f) * c + v1.sigmoid(i) * v1.tanh(j)
        if self._cell_clip > 0:
            # The gradient passes as if nothing were clipped: so does the one operation of TensorFlow 1.15.
            new_c += v1.stop_gradient(v1.clip_by_value(new_c, -self._cell_clip, self._cell_clip) - new_c)
        if self._use_peephole:
            o = o + self._w_o_diag * new_c
        new_h = v1.tanh(new_c) * v1.sigmoid(o)
        return new_h, LSTMStateTuple(new_c, new_h)


class CudnnCompatibleLSTMCell(LSTMBlockCell):
    """LSTM with the weights of a CuDNN LSTM: no peepholes, nothing added to the forget gate.

    Args:
        num_units: size of memory and output.
        reuse: whether to take the variables that exist in the scope.
    """

    def __init__(self, num_units: int, reuse: Any = None) -> None:
        super().__init__(num_units, forget_bias=0, reuse=reuse, name="cudnn_compatible_lstm_cell")


class GRUBlockCell(LayerRNNCell):
    """GRU with the variables w_ru [depth + units, 2 units], b_ru (starts at 1), w_c [depth + units, units], b_c.

    Args:
        num_units: size of state and output.
        cell_size: older name of num_units.
        reuse, name: see `tf.layers.Layer`.

    Raises ValueError if neither or both sizes are given.
    """

    _NAMES = ("w_ru", "b_ru", "w_c", "b_c")

    def __init__(
        self,
        num_units: int | None = None,
        cell_size: int | None = None,
        reuse: Any = None,
        name: str | None = "gru_cell",
    ) -> None:
        super().__init__(_reuse=reuse, name=name)
        if (cell_size is None) == (num_units is None):
            raise ValueError("Exactly one of num_units or cell_size must be provided.")
        self._cell_size: int = num_units if num_units is not None else cell_size  # type: ignore[assignment]
        self.input_spec = InputSpec(ndim=2)

    @property
    def state_size(self) -> int:
        """num_units."""
        return self._cell_size

    @property
    def output_size(self) -> int:
        """num_units."""
        return self._cell_size

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables; ValueError if the depth of the inputs is unknown."""
        depth, units = depth_of(inputs_shape), self._cell_size
        gates, gates_bias, candidate, candidate_bias = self._NAMES
        self._gate_kernel = self.add_variable(gates, shape=[depth + units, 2 * units])
        self._gate_bias = self.add_variable(gates_bias, shape=[2 * units], initializer=v1.constant_initializer(1.0))
        self._candidate_kernel = self.add_variable(candidate, shape=[depth + units, units])
        self._candidate_bias = self.add_variable(
            candidate_bias, shape=[units], initializer=v1.constant_initializer(0.0)
        )
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, units] -> (h', h')."""
        with op_numbers.counted_in_loop(1):
            return self._step(inputs, state)

    def _step(self, inputs: Any, state: Any) -> Any:
        gates = v1.nn.bias_add(v1.matmul(v1.concat([inputs, state], 1), self._gate_kernel), self._gate_bias)
        r, u = v1.split(v1.sigmoid(gates), 2, axis=1)
        candidate = v1.matmul(v1.concat([inputs, r * state], 1), self._candidate_kernel)
        c = v1.tanh(v1.nn.bias_add(candidate, self._candidate_bias))
        new_h = u * state + (1 - u) * c
        return new_h, new_h


class GRUBlockCellV2(GRUBlockCell):
    """GRUBlockCell with the variable names of GRUCell."""

    _NAMES = (f"gates/{KERNEL}", f"gates/{BIAS}", f"candidate/{KERNEL}", f"candidate/{BIAS}")


class CudnnCompatibleGRUCell(GRUCell):
    """GRU with the weights of a CuDNN GRU.

    Variables: gates/kernel, gates/bias as GRUCell; candidate/input_projection and candidate/hidden_projection,
    each with kernel and bias.

    Args:
        num_units: size of state and output.
        reuse: whether to take the variables that exist in the scope.
        kernel_initializer: for the kernels.
    """

    def __init__(self, num_units: int, reuse: Any = None, kernel_initializer: Any = None) -> None:
        super().__init__(num_units, activation=None, reuse=reuse, kernel_initializer=kernel_initializer)
        self._activation = activation_named(None, default=v1.tanh)

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables; ValueError if the depth of the inputs is unknown."""
        depth, units = depth_of(inputs_shape), self._num_units
        start = self._kernel_initializer
        self._gate_kernel = self.add_variable(f"gates/{KERNEL}", shape=[depth + units, 2 * units], initializer=start)
        self._gate_bias = self.add_variable(
            f"gates/{BIAS}", shape=[2 * units], initializer=v1.constant_initializer(1.0)
        )
        kernel, bias = f"{{}}_projection/{KERNEL}", f"{{}}_projection/{BIAS}"
        self._input_kernel, self._hidden_kernel = (
            self.add_variable("candidate/" + kernel.format(side), shape=[size, units], initializer=start)
            for side, size in (("input", depth), ("hidden", units))
        )
        self._input_bias, self._hidden_bias = (
            self.add_variable("candidate/" + bias.format(side), shape=[units], initializer=v1.zeros_initializer())
            for side in ("input", "hidden")
        )
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, units] -> (h', h')."""
        gates = v1.nn.bias_add(v1.matmul(v1.concat([inputs, state], 1), self._gate_kernel), self._gate_bias)
        r, u = numbered_ops.split(v1.sigmoid(gates), 2, axis=1)
        from_input = v1.nn.bias_add(v1.matmul(inputs, self._input_kernel), self._input_bias)
        from_state = v1.nn.bias_add(v1.matmul(state, self._hidden_kernel), self._hidden_bias)
        new_h = (1 - u) * self._activation(from_input + r * from_state) + u * state
        return new_h, new_h
