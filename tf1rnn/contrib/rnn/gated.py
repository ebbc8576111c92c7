"""Cells with one state and few gates (`tf.contrib.rnn`).

UGRNNCell (Collins et al. 2016, arXiv:1611.09913):

    g, c = split([x, h] . kernel + bias)
    g  = sigmoid(g + forget_bias)
    h' = g * h + (1 - g) * activation(c)

IntersectionRNNCell (the same paper; x and h of the same size):

    gh, c, gy, y = split([x, h] . kernel + bias)
    h' = sigmoid(gh + forget_bias) * h + (1 - sigmoid(gh + forget_bias)) * tanh(c)
    y' = sigmoid(gy + forget_bias) * x + (1 - sigmoid(gy + forget_bias)) * y_activation(y)

SRUCell (Lei et al. 2017, arXiv:1709.02755):

    z, f, r, p = split(x . kernel)
    f, r = sigmoid([f, r] + bias)
    c' = f * c + (1 - f) * z
    h  = r * activation(c') + (1 - r) * p
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.layers.activation import activation_named
from tf1rnn.layers.base import InputSpec
from tf1rnn.rnn.affine import affine
from tf1rnn.rnn.cell import BIAS, KERNEL, LayerRNNCell, RNNCell, depth_of


class UGRNNCell(RNNCell):
    """Update gate RNN. Variables: kernel [depth + units, 2 units], bias [2 units].

    Args:
        num_units: size of state and output.
        initializer: for both variables.
        forget_bias: added to the gate at run time.
        activation: function of the candidate; tanh by default.
        reuse: whether to take the variables that exist in the scope.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Any = None,
        forget_bias: float = 1.0,
        activation: Any = v1.tanh,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._activation = activation

    @property
    def state_size(self) -> int:
        """num_units."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """num_units."""
        return self._num_units

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, units] -> (h', h')."""
        if inputs.shape.with_rank(2).as_list()[1] is None:
            raise ValueError("Could not infer input size from inputs.get_shape()[-1]")
        with v1.variable_scope(v1.get_variable_scope(), initializer=self._initializer):
            together = v1.concat([inputs, state], 1)
            gate, candidate = numbered_ops.split(affine(together, 2 * self._num_units), 2, axis=1)
        gate = v1.sigmoid(gate + self._forget_bias)
        new_state = gate * state + (1.0 - gate) * self._activation(candidate)
        return new_state, new_state


class IntersectionRNNCell(RNNCell):
    """RNN whose outputs carry the inputs upwards through a gate.

    Variables: kernel [2 units, 4 units], bias [4 units]; with `num_in_proj` also in_projection/kernel, bias.

    Args:
        num_units: size of state and output.
        num_in_proj: size the inputs are projected to; must be num_units.
        initializer: for the variables.
        forget_bias: added to both gates at run time.
        y_activation: function of the output's candidate; relu by default.
        reuse: whether to take the variables that exist in the scope.
    """

    def __init__(
        self,
        num_units: int,
        num_in_proj: int | None = None,
        initializer: Any = None,
        forget_bias: float = 1.0,
        y_activation: Any = v1.nn.relu,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._num_input_proj = num_in_proj
        self._initializer = initializer
        self._forget_bias = forget_bias
        self._y_activation = y_activation

    @property
    def state_size(self) -> int:
        """num_units."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """num_units."""
        return self._num_units

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, units] -> (y', h'). ValueError if depth is not num_units."""
        depth, units = inputs.shape.with_rank(2).as_list()[1], self._num_units
        if depth is None:
            raise ValueError("Could not infer input size from inputs.get_shape()[-1]")
        with v1.variable_scope(v1.get_variable_scope(), initializer=self._initializer):
            if depth != units:
                if not self._num_input_proj:
                    raise ValueError(
                        "Must have input size == output size for Intersection RNN. To fix, num_in_proj should be "
                        "set to num_units at cell init."
                    )
                if self._num_input_proj != units:
                    raise ValueError("Must project input to match num_units for Intersection RNN.")
                with v1.variable_scope("in_projection"):
                    inputs = affine(inputs, units)
            parts = numbered_ops.split(affine([inputs, state], 4 * units), 4, axis=1)
        state_gate, candidate, output_gate, output = parts
        state_gate = v1.sigmoid(state_gate + self._forget_bias)
        output_gate = v1.sigmoid(output_gate + self._forget_bias)
        new_state = state_gate * state + (1.0 - state_gate) * v1.tanh(candidate)
        return output_gate * inputs + (1.0 - output_gate) * self._y_activation(output), new_state


class SRUCell(LayerRNNCell):
    """Simple recurrent unit. Variables: kernel [depth, 4 units], bias [2 units].

    Args:
        num_units: size of state and output.
        activation: function or its name; tanh by default.
        reuse: whether to take the variables that exist in the scope.
        name: see `tf.layers.Layer`.
    """

    def __init__(
        self, num_units: int, activation: Any = None, reuse: Any = None, name: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(_reuse=reuse, name=name, **kwargs)
        self._num_units = num_units
        self._activation = activation_named(activation, default=v1.tanh)
        self.input_spec = InputSpec(ndim=2)

    @property
    def state_size(self) -> int:
        """num_units."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """num_units."""
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        """Makes kernel and bias; ValueError if the depth of the inputs is unknown."""
        depth = depth_of(inputs_shape)
        self._kernel = self.add_variable(KERNEL, shape=[depth, 4 * self._num_units])
        self._bias = self.add_variable(BIAS, shape=[2 * self._num_units], initializer=v1.zeros_initializer())
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, units] -> (h, c')."""
        z, f, r, passed = numbered_ops.split(v1.matmul(inputs, self._kernel), 4, axis=1)
        f, r = numbered_ops.split(v1.sigmoid(v1.nn.bias_add(v1.concat([f, r], 1), self._bias)), 2, axis=1)
        new_c = f * state + (1.0 - f) * z
        return r * self._activation(new_c) + (1.0 - r) * passed, new_c
