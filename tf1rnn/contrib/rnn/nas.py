"""NASCell, the cell found by architecture search (Zoph and Le 2016, arXiv:1611.01578, figure 8).

    a0 … a7 = split(h . recurrent_kernel + bias)        b0 … b7 = split(x . kernel)
    first:  s(a0+b0), relu(a1+b1), s(a2+b2), relu(a3*b3), t(a4+b4), s(a5+b5), t(a6+b6), s(a7+b7)
    second: t(first0*first1), t(first2+first3), t(first4*first5), s(first6+first7)
    c' = t(second0 + c) * second1
    h' = t(c' * t(second2 + second3)), then projected if asked for

with s the sigmoid and t tanh.
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.layers.base import InputSpec
from tf1rnn.rnn.cell import BIAS, KERNEL, LayerRNNCell, depth_of
from tf1rnn.rnn.lstm import LSTMStateTuple


class NASCell(LayerRNNCell):
    """Cell with LSTM-like state (c, h).

    Variables: recurrent_kernel [output, 8 units], kernel [depth, 8 units], on request bias [8 units] and
    projection_weights [units, num_proj].

    Args:
        num_units: size of the memory.
        num_proj: size of the projected output; None: no projection.
        use_bias: whether there is a bias.
        reuse: whether to take the variables that exist in the scope.
    """

    def __init__(
        self, num_units: int, num_proj: int | None = None, use_bias: bool = False, reuse: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(_reuse=reuse, **kwargs)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._num_proj = num_proj
        self._use_bias = use_bias

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(units, output size)."""
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> int:
        """num_proj, or num_units without projection."""
        return self._num_units if self._num_proj is None else self._num_proj

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables; ValueError if the depth of the inputs is unknown."""
        depth, units = depth_of(inputs_shape), self._num_units
        self._recurrent_kernel = self.add_variable(f"recurrent_{KERNEL}", shape=[self.output_size, 8 * units])
        self._kernel = self.add_variable(KERNEL, shape=[depth, 8 * units])
        if self._use_bias:
            self._bias = self.add_variable(BIAS, shape=[8 * units], initializer=v1.zeros_initializer())
        if self._num_proj is not None:
            self._projection = self.add_variable("projection_weights", shape=[units, self._num_proj])
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state (c, h) -> (h', (c', h'))."""
        c, h = state
        recurrent = v1.matmul(h, self._recurrent_kernel)
        if self._use_bias:
            recurrent = v1.nn.bias_add(recurrent, self._bias)
        a = numbered_ops.split(recurrent, 8, axis=1)
        b = numbered_ops.split(v1.matmul(inputs, self._kernel), 8, axis=1)
        s, t, relu = v1.sigmoid, v1.tanh, v1.nn.relu
        first = [
            s(a[0] + b[0]),
            relu(a[1] + b[1]),
            s(a[2] + b[2]),
            relu(a[3] * b[3]),
            t(a[4] + b[4]),
            s(a[5] + b[5]),
            t(a[6] + b[6]),
            s(a[7] + b[7]),
        ]
        new_c = t(t(first[0] * first[1]) + c) * t(first[2] + first[3])
        new_h = t(new_c * t(t(first[4] * first[5]) + s(first[6] + first[7])))
        if self._num_proj is not None:
            new_h = v1.matmul(new_h, self._projection)
        return new_h, LSTMStateTuple(new_c, new_h)
