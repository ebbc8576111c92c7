"""GLSTMCell: an LSTM whose units lie in groups that do not see each other (Kuchaiev and Ginsburg 2017,
arXiv:1703.10722).

    per group g:  i_g, j_g, f_g, o_g = split([x_g, h_g] . group<g>/kernel)
    i, j, f, o  = the groups' parts side by side + bias_i, bias_j, bias_f, bias_o
    c' = sigmoid(f + forget_bias) * c + sigmoid(i) * tanh(j)
    h' = sigmoid(o) * activation(c'), then projected if asked for
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.rnn.affine import affine
from tf1rnn.rnn.cell import RNNCell
from tf1rnn.rnn.lstm import LSTMStateTuple


class GLSTMCell(RNNCell):
    """Group LSTM.

    Variables: group<g>/kernel [(depth + output) / groups, 4 units / groups]; bias_i, bias_j, bias_f, bias_o
    [units]; with `num_proj` projection/kernel [units, num_proj].

    Args:
        num_units: size of the memory, a multiple of the number of groups.
        initializer: for the kernels.
        num_proj: size of the projected output, a multiple of the number of groups; None: no projection.
        number_of_groups: number of groups; the depth of the inputs must be a multiple, too.
        forget_bias: added to the forget gate at run time.
        activation: tanh by default.
        reuse: whether to take the variables that exist in the scope.

    Raises ValueError if a size is not a multiple of the number of groups.
    """

    def __init__(
        self,
        num_units: int,
        initializer: Any = None,
        num_proj: int | None = None,
        number_of_groups: int = 1,
        forget_bias: float = 1.0,
        activation: Any = v1.tanh,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._initializer = initializer
        self._num_proj = num_proj
        self._number_of_groups = number_of_groups
        self._forget_bias = forget_bias
        self._activation = activation
        if num_units % number_of_groups != 0:
            raise ValueError("num_units must be divisible by number_of_groups")
        if num_proj and num_proj % number_of_groups != 0:
            raise ValueError("num_proj must be divisible by number_of_groups")

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(units, output size)."""
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> int:
        """num_proj, or num_units without projection."""
        return self._num_proj or self._num_units

    def _of_group(self, value: Any, group: int) -> Any:
        """The columns of a group."""
        depth = value.shape.as_list()[1]
        size = depth // self._number_of_groups
        part = v1.slice(value, [0, group * size], [-1, size])
        return part

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state (c, h) -> (h', (c', h')). ValueError if the depth is unknown or no multiple."""
        c, h = state
        groups, units = self._number_of_groups, self._num_units
        depth = inputs.shape.with_rank(2).as_list()[1]
        if depth is None:
            raise ValueError("input size must be statically known")
        if depth % groups != 0:
            raise ValueError(f"input size ({depth}) must be divisible by number_of_groups ({groups})")
        with v1.variable_scope(v1.get_variable_scope(), initializer=self._initializer):
            parts = []
            for g in range(groups):
                with v1.variable_scope(f"group{g}"):
                    terms = [self._of_group(inputs, g), self._of_group(h, g)]
                    product = affine(terms, 4 * units // groups, bias=False)
                parts.append(numbered_ops.split(product, 4, axis=1))
            i, j, f, o = (
                v1.nn.bias_add(
                    v1.concat([part[k] for part in parts], axis=1),
                    v1.get_variable(
                        f"bias_{name}",
                        [units],
                        dtype=inputs.dtype,
                        initializer=v1.constant_initializer(0.0, dtype=inputs.dtype),
                    ),
                )
                for k, name in enumerate("ijfo")
            )
        new_c = v1.sigmoid(f + self._forget_bias) * c + v1.sigmoid(i) * v1.tanh(j)
        new_h = v1.sigmoid(o) * self._activation(new_c)
        if self._num_proj is not None:
            with v1.variable_scope("projection"):
                new_h = affine(new_h, self._num_proj, bias=False, initializer=self._initializer)
        return new_h, LSTMStateTuple(new_c, new_h)
