"""Cells with few matrices, which TensorFlow 1.15 kept in the file contrib/rnn/python/ops/rnn_cell.py only.

CFNCell (Laurent & von Brecht 2016, arXiv:1612.06212), W and V are the first 2 units columns of the kernel and the
others:

    f, i = sigmoid(h . recurrent_kernel + x . W + bias)
    h'   = f * activation(h) + (1 - i) * activation(x . V)

MinimalRNNCell (Chen 2017, arXiv:1711.06788), W and V are the first rows of the kernel, one per input, and the others:

    z  = activation(x . W)
    u  = sigmoid([z, h] . V + bias)
    h' = u * h + (1 - u) * z
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.layers import identified
from tf1rnn.layers.activation import activation_named
from tf1rnn.layers.base import InputSpec
from tf1rnn.rnn.cell import BIAS, KERNEL, LayerRNNCell, depth_of


class _Minimal(LayerRNNCell):
    """What both share: the arguments.

    Args:
        units: size of state and output.
        activation: function or its name; tanh by default.
        kernel_initializer, bias_initializer: initializers or their names.
        name, dtype: see `tf.layers.Layer`.
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "ones",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, dtype=dtype, **kwargs)
        self.input_spec = InputSpec(ndim=2)
        self.units = units
        self.activation = activation_named(activation)
        self.kernel_initializer = identified.initializer(kernel_initializer)
        self.bias_initializer = identified.initializer(bias_initializer)

    @property
    def state_size(self) -> int:
        """units."""
        return self.units

    @property
    def output_size(self) -> int:
        """units."""
        return self.units


class CFNCell(_Minimal):
    """Chaos free network.

    Variables: kernel [depth, 3 units], recurrent_kernel [units, 2 units], bias [2 units]. Args: see `_Minimal`.
    """

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables; ValueError for an unknown depth of the inputs."""
        depth, units = depth_of(inputs_shape), self.units
        self.kernel = self.add_weight(KERNEL, shape=[depth, 3 * units], initializer=self.kernel_initializer)
        self.recurrent_kernel = self.add_weight(
            f"recurrent_{KERNEL}", shape=[units, 2 * units], initializer=self.kernel_initializer
        )
        self.bias = self.add_weight(BIAS, shape=[2 * units], initializer=self.bias_initializer)
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, units] -> (h', h')."""
        to_gates, to_candidate = numbered_ops.split(self.kernel, [2 * self.units, self.units], axis=1)
        gates = v1.matmul(state, self.recurrent_kernel) + v1.matmul(inputs, to_gates)
        f, i = numbered_ops.split(v1.sigmoid(v1.nn.bias_add(gates, self.bias)), 2, axis=1)
        candidate = v1.matmul(inputs, to_candidate)
        new_h = f * self.activation(state) + (1 - i) * self.activation(candidate)
        return new_h, new_h


class MinimalRNNCell(_Minimal):
    """Minimal RNN. Variables: kernel [depth + 2 units, units], bias [units]. Args: see `_Minimal`."""

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables; ValueError for an unknown depth of the inputs."""
        self._depth = depth_of(inputs_shape)
        self.kernel = self.add_weight(
            KERNEL, shape=[self._depth + 2 * self.units, self.units], initializer=self.kernel_initializer
        )
        self.bias = self.add_weight(BIAS, shape=[self.units], initializer=self.bias_initializer)
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, units] -> (h', h')."""
        to_z, to_gate = numbered_ops.split(self.kernel, [self._depth, 2 * self.units], axis=0)
        z = self.activation(v1.matmul(inputs, to_z))
        u = v1.sigmoid(v1.nn.bias_add(v1.matmul(v1.concat([z, state], axis=1), to_gate), self.bias))
        new_h = u * state + (1 - u) * z
        return new_h, new_h
