"""GRUCell.

    r, u = sigmoid([x, h] . gates_kernel + gates_bias)       (in this order)
    c    = activation([x, r * h] . candidate_kernel + candidate_bias)
    h'   = u * h + (1 - u) * c

Variables: gates/kernel [depth + units, 2 units], gates/bias [2 units] (starts at 1), candidate/kernel
[depth + units, units], candidate/bias [units] (starts at 0).
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.layers import identified
from tf1rnn.layers.activation import activation_named
from tf1rnn.layers.base import InputSpec
from tf1rnn.rnn.cell import BIAS, KERNEL, LayerRNNCell, assert_floating, depth_of
from tf1rnn.rnn.configuration import activation_name, initializer_config


class GRUCell(LayerRNNCell):
    """Gated recurrent unit (Cho et al. 2014, arXiv:1406.1078).

    Args:
        num_units: size of state and output.
        activation: function or its name; tanh by default.
        reuse: whether to take the variables that exist in the scope.
        kernel_initializer, bias_initializer: for both kernels and both biases (initializers, their names or configs).
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
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._activation = activation_named(activation, default=v1.tanh)
        self._kernel_initializer = identified.initializer(kernel_initializer)
        self._bias_initializer = identified.initializer(bias_initializer)

    @property
    def state_size(self) -> int:
        """num_units."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """num_units."""
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        """Makes the kernels and biases; ValueError for an integer dtype or an unknown depth of the inputs."""
        assert_floating(self.dtype)
        depth, units = depth_of(inputs_shape), self._num_units
        given = self._bias_initializer
        self._gate_kernel = self.add_variable(
            f"gates/{KERNEL}", shape=[depth + units, 2 * units], initializer=self._kernel_initializer
        )
        self._gate_bias = self.add_variable(
            f"gates/{BIAS}",
            shape=[2 * units],
            initializer=given if given is not None else v1.constant_initializer(1.0),
        )
        self._candidate_kernel = self.add_variable(
            f"candidate/{KERNEL}", shape=[depth + units, units], initializer=self._kernel_initializer
        )
        self._candidate_bias = self.add_variable(
            f"candidate/{BIAS}",
            shape=[units],
            initializer=given if given is not None else v1.zeros_initializer(),
        )
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, units] -> (h', h')."""
        gates = v1.sigmoid(v1.nn.bias_add(v1.matmul(v1.concat([inputs, state], 1), self._gate_kernel), self._gate_bias))
        r, u = numbered_ops.split(gates, num_or_size_splits=2, axis=1)
        candidate_inputs = v1.matmul(v1.concat([inputs, r * state], 1), self._candidate_kernel)
        c = self._activation(v1.nn.bias_add(candidate_inputs, self._candidate_bias))
        new_h = u * state + (1 - u) * c
        return new_h, new_h

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_units": self._num_units,
            "kernel_initializer": initializer_config(self._kernel_initializer),
            "bias_initializer": initializer_config(self._bias_initializer),
            "activation": activation_name(self._activation),
            "reuse": self._reuse,
        }
