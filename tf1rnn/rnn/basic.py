"""BasicRNNCell.

    h' = activation([x, h] . kernel + bias)

Variables: kernel [depth + units, units], bias [units].
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.layers.activation import activation_named
from tf1rnn.layers.base import InputSpec
from tf1rnn.rnn.cell import BIAS, KERNEL, LayerRNNCell, assert_floating, depth_of
from tf1rnn.rnn.configuration import activation_name


class BasicRNNCell(LayerRNNCell):
    """The most basic cell: state and output are the same [batch, num_units].

    Args:
        num_units: size of state and output.
        activation: function or its name; tanh by default.
        reuse: whether to take the variables that exist in the scope.
        name, dtype: see `tf.layers.Layer`.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._activation = activation_named(activation, default=v1.tanh)

    @property
    def state_size(self) -> int:
        """num_units."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """num_units."""
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        """Makes kernel and bias; ValueError for an integer dtype or an unknown depth of the inputs."""
        assert_floating(self.dtype)
        depth = depth_of(inputs_shape)
        self._kernel = self.add_variable(KERNEL, shape=[depth + self._num_units, self._num_units])
        self._bias = self.add_variable(BIAS, shape=[self._num_units], initializer=v1.zeros_initializer())
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, units] -> (h', h')."""
        gate_inputs = v1.nn.bias_add(v1.matmul(v1.concat([inputs, state], 1), self._kernel), self._bias)
        output = self._activation(gate_inputs)
        return output, output

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_units": self._num_units,
            "activation": activation_name(self._activation),
            "reuse": self._reuse,
        }
