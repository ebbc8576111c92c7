"""Cells whose units see only their own past: the recurrent kernel is a vector (Li et al. 2018, arXiv:1803.04831).

IndRNNCell:   h' = activation(x . kernel_w + h * kernel_u + bias)
IndyGRUCell:  r, u = sigmoid(x . gates/kernel_w + [h, h] * gates/kernel_u + gates/bias)
              c    = activation(x . candidate/kernel + r * h * candidate/kernel_u + candidate/bias)
              h'   = u * h + (1 - u) * c
IndyLSTMCell: i, j, f, o = split(x . kernel_w + [h, h, h, h] * kernel_u + bias)
              c' = c * sigmoid(f + forget_bias) + sigmoid(i) * activation(j);  h' = activation(c') * sigmoid(o)
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.layers.activation import activation_named
from tf1rnn.layers.base import InputSpec
from tf1rnn.rnn.cell import BIAS, KERNEL, LayerRNNCell, depth_of
from tf1rnn.rnn.lstm import LSTMStateTuple


class _Independent(LayerRNNCell):
    """What the three share. `_times` is the number of gates."""

    def __init__(
        self, num_units: int, activation: Any = None, reuse: Any = None, name: Any = None, dtype: Any = None, **kw: Any
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kw)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._activation = activation_named(activation, default=v1.tanh)
        self._kernel_initializer: Any = None
        self._bias_initializer: Any = None

    @property
    def state_size(self) -> Any:
        """num_units."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """num_units."""
        return self._num_units

    def _parameters(self, depth: int, gates: int, prefix: str, kernel: str, bias_start: float) -> tuple[Any, Any, Any]:
        units = self._num_units
        start = self._bias_initializer
        return (
            self.add_variable(prefix + kernel, shape=[depth, gates * units], initializer=self._kernel_initializer),
            self.add_variable(
                f"{prefix}{KERNEL}_u",
                shape=[1, gates * units],
                initializer=self._kernel_initializer or v1.random_uniform_initializer(-1, 1, dtype=self.dtype),
            ),
            self.add_variable(
                prefix + BIAS,
                shape=[gates * units],
                initializer=start
                if start is not None
                else (v1.constant_initializer(bias_start, dtype=self.dtype) if bias_start else v1.zeros_initializer()),
            ),
        )


def _combined(x: Any, h: Any, gates: int, parameters: tuple[Any, Any, Any]) -> Any:
    kernel, diagonal, bias = parameters
    own = v1.tile(h, [1, gates]) if gates > 1 else h
    return v1.nn.bias_add(v1.matmul(x, kernel) + own * diagonal, bias)


class IndRNNCell(_Independent):
    """Independently recurrent cell. Variables: kernel_w [depth, units], kernel_u [1, units], bias [units].

    Args:
        num_units: size of state and output.
        activation: function or its name; tanh by default.
        reuse: whether to take the variables that exist in the scope.
        name, dtype: see `tf.layers.Layer`.
    """

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables; ValueError if the depth of the inputs is unknown."""
        self._all = self._parameters(depth_of(inputs_shape), 1, "", f"{KERNEL}_w", 0.0)
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, units] -> (h', h')."""
        output = self._activation(_combined(inputs, state, 1, self._all))
        return output, output


class IndyGRUCell(_Independent):
    """GRU with independent units.

    Variables: gates/kernel_w [depth, 2 units], gates/kernel_u [1, 2 units], gates/bias; candidate/kernel
    [depth, units], candidate/kernel_u [1, units], candidate/bias.

    Args:
        num_units: size of state and output.
        activation: function or its name; tanh by default.
        reuse: whether to take the variables that exist in the scope.
        kernel_initializer, bias_initializer: for all kernels and both biases (gates start at 1, candidate at 0).
        name, dtype: see `tf.layers.Layer`.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: Any = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype)
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables; ValueError if the depth of the inputs is unknown."""
        depth = depth_of(inputs_shape)
        self._gates = self._parameters(depth, 2, "gates/", f"{KERNEL}_w", 1.0)
        self._candidate = self._parameters(depth, 1, "candidate/", KERNEL, 0.0)
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, units] -> (h', h')."""
        r, u = numbered_ops.split(v1.sigmoid(_combined(inputs, state, 2, self._gates)), 2, axis=1)
        c = self._activation(_combined(inputs, r * state, 1, self._candidate))
        new_h = u * state + (1 - u) * c
        return new_h, new_h


class IndyLSTMCell(_Independent):
    """LSTM with independent units (Gonnet and Deselaers 2019, arXiv:1903.08023).

    Variables: kernel_w [depth, 4 units], kernel_u [1, 4 units], bias [4 units].

    Args:
        num_units: size of memory and output.
        forget_bias: added to the forget gate at run time.
        activation: function or its name; tanh by default.
        reuse: whether to take the variables that exist in the scope.
        kernel_initializer, bias_initializer: for both kernels, and the bias.
        name, dtype: see `tf.layers.Layer`.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        activation: Any = None,
        reuse: Any = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype)
        self._forget_bias = forget_bias
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(units, units)."""
        return LSTMStateTuple(self._num_units, self._num_units)

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables; ValueError if the depth of the inputs is unknown."""
        self._all = self._parameters(depth_of(inputs_shape), 4, "", f"{KERNEL}_w", 0.0)
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state (c, h) -> (h', (c', h'))."""
        c, h = state
        i, j, f, o = numbered_ops.split(_combined(inputs, h, 4, self._all), 4, axis=1)
        forget_bias = v1.constant(self._forget_bias, dtype=f.dtype)
        new_c = c * v1.sigmoid(f + forget_bias) + v1.sigmoid(i) * self._activation(j)
        new_h = self._activation(new_c) * v1.sigmoid(o)
        return new_h, LSTMStateTuple(new_c, new_h)
