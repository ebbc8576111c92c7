"""Full LSTMs with normalization, which TensorFlow 1.15 kept in contrib/rnn/python/ops/rnn_cell.py only.

Both are the LSTM of `tf1rnn.rnn.lstm` (peepholes w_*_diag, clips and projection are options):

    i, j, f, o = parts of a([x, h])
    c' = clip(b(c * sigmoid(f + forget_bias + w_f_diag * c) + sigmoid(i + w_i_diag * c) * activation(j)))
    h' = clip(p(sigmoid(o + w_o_diag * c') * activation(c')))

WeightNormLSTMCell (Salimans & Kingma 2016, arXiv:1602.07868), the columns of the matrices are normalized:

    a([x, h]) = x . (W / |W| * norm_0) + h . (U / |U| * norm_1) + bias,    kernel = [W; U]
    b(c) = c,    p(h) = h . (P / |P| * projection/norm_0),    P = projection/kernel

LayerNormLSTMCell (Ba et al. 2016, arXiv:1607.06450), norm as in `tf1rnn.contrib.rnn.normalized`:

    a([x, h]) = norm of each part of [x, h] . kernel,    b(c) = norm(c),    p(h) = h . projection/kernel
    without layer_norm: a([x, h]) = [x, h] . kernel + bias,    b(c) = c
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.contrib.rnn.normalized import layer_norm as normalize_layer
from tf1rnn.rnn.cell import BIAS, KERNEL, RNNCell
from tf1rnn.rnn.lstm import LSTMStateTuple, clipped


class _NormalizedLSTM(RNNCell):
    """What both share.

    Args: num_units, use_peepholes, cell_clip, initializer, num_proj, proj_clip, forget_bias, activation: as LSTMCell.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool,
        cell_clip: float | None,
        initializer: Any,
        num_proj: int | None,
        proj_clip: float | None,
        forget_bias: float,
        activation: Any,
        reuse: Any,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._forget_bias = forget_bias
        self._activation = activation or v1.tanh

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(units, output size)."""
        return LSTMStateTuple(self._num_units, self.output_size)

    @property
    def output_size(self) -> int:
        """num_proj, or num_units without projection."""
        return self._num_proj or self._num_units

    def _parts(self, inputs: Any, h: Any) -> Any:
        """a: i, j, f, o."""
        raise NotImplementedError

    def _memory(self, c: Any) -> Any:
        """b."""
        return c

    def _projected(self, h: Any) -> Any:
        """p."""
        raise NotImplementedError

    def _step(self, inputs: Any, state: Any) -> Any:
        c, h = state
        if inputs.shape.with_rank(2).as_list()[1] is None:
            raise ValueError("Could not infer input size from inputs.get_shape()[-1]")
        i, j, f, o = self._parts(inputs, h)
        forget_bias = v1.constant(self._forget_bias, dtype=f.dtype)
        if self._use_peepholes:
            diagonals = [v1.get_variable(f"w_{gate}_diag", [self._num_units], dtype=inputs.dtype) for gate in "fio"]
            forget = v1.sigmoid(f + forget_bias + diagonals[0] * c)
            new_c = c * forget + v1.sigmoid(i + diagonals[1] * c) * self._activation(j)
        else:
            new_c = c * v1.sigmoid(f + forget_bias) + v1.sigmoid(i) * self._activation(j)
        new_c = clipped(self._memory(new_c), self._cell_clip)
        out_gate = v1.sigmoid(o + diagonals[2] * new_c) if self._use_peepholes else v1.sigmoid(o)
        new_h = out_gate * self._activation(new_c)
        if self._num_proj is not None:
            with v1.variable_scope("projection"):
                new_h = self._projected(new_h)
            new_h = clipped(new_h, self._proj_clip)
        return new_h, LSTMStateTuple(new_c, new_h)


class WeightNormLSTMCell(_NormalizedLSTM):
    """LSTM with weight normalization.

    Variables, in the scope wn_lstm_cell/wn_lstm_cell: kernel [depth + output, 4 units], norm_0, norm_1 [4 units],
    bias [4 units]; w_f_diag, w_i_diag, w_o_diag [units]; projection/kernel [units, num_proj], projection/norm_0.

    Args:
        norm: whether to normalize.
        others: see `_NormalizedLSTM`.
    """

    def __init__(
        self,
        num_units: int,
        norm: bool = True,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        forget_bias: float = 1,
        activation: Any = None,
        reuse: Any = None,
    ) -> None:
        arguments = (use_peepholes, cell_clip, initializer, num_proj, proj_clip, forget_bias, activation, reuse)
        super().__init__(num_units, *arguments)
        self._base_name = "wn_lstm_cell"  # of the scope only
        self._norm = norm

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state (c, h) -> (h', (c', h'))."""
        with v1.variable_scope("wn_lstm_cell", initializer=self._initializer):
            return self._step(inputs, state)

    def _affine(self, terms: list[Any], size: int) -> Any:
        depths = [int(term.shape[1]) for term in terms]
        dtype = terms[0].dtype
        kernel = v1.get_variable(KERNEL, [sum(depths), size], dtype=dtype)
        if self._norm:
            parts = [
                v1.nn.l2_normalize(part, 0) * v1.get_variable(f"norm_{number}", [size], dtype=dtype)
                for number, part in enumerate(numbered_ops.split(kernel, depths, axis=0))
            ]
            kernel = v1.concat(parts, 0)
        return v1.matmul(v1.concat(terms, 1), kernel)

    def _parts(self, inputs: Any, h: Any) -> Any:
        gates = self._affine([inputs, h], 4 * self._num_units)
        start = v1.zeros_initializer()
        bias = v1.get_variable(BIAS, [4 * self._num_units], dtype=inputs.dtype, initializer=start)
        return numbered_ops.split(v1.nn.bias_add(gates, bias), 4, axis=1)

    def _projected(self, h: Any) -> Any:
        return self._affine([h], self.output_size)


class LayerNormLSTMCell(_NormalizedLSTM):
    """LSTM with layer normalization, peepholes and projection.

    Variables: kernel [depth + output, 4 units], bias [4 units] (not used with layer_norm); gamma, beta [units] in
    each of the scopes input, transform, forget, output, state; w_f_diag, w_i_diag, w_o_diag [units];
    projection/kernel [units, num_proj].

    Args:
        layer_norm: whether to normalize.
        norm_gain, norm_shift: what gamma and beta start at.
        others: see `_NormalizedLSTM`.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        forget_bias: float = 1.0,
        activation: Any = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        reuse: Any = None,
    ) -> None:
        super().__init__(
            num_units, use_peepholes, cell_clip, initializer, num_proj, proj_clip, forget_bias, activation, reuse
        )
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state (c, h) -> (h', (c', h'))."""
        with v1.variable_scope(v1.get_variable_scope(), initializer=self._initializer):
            return self._step(inputs, state)

    def _normalized(self, value: Any, scope: str) -> Any:
        return normalize_layer(value, scope, self._norm_gain, self._norm_shift) if self._layer_norm else value

    def _parts(self, inputs: Any, h: Any) -> Any:
        depth, size = int(inputs.shape[1]), 4 * self._num_units
        kernel = v1.get_variable(KERNEL, [depth + self.output_size, size], dtype=inputs.dtype)
        bias = v1.get_variable(BIAS, [size], dtype=inputs.dtype, initializer=v1.zeros_initializer())
        gates = v1.matmul(v1.concat([inputs, h], 1), kernel)
        parts = numbered_ops.split(gates if self._layer_norm else v1.nn.bias_add(gates, bias), 4, axis=1)
        return [
            self._normalized(part, s) for part, s in zip(parts, ("input", "transform", "forget", "output"), strict=True)
        ]

    def _memory(self, c: Any) -> Any:
        return self._normalized(c, "state")

    def _projected(self, h: Any) -> Any:
        kernel = v1.get_variable(KERNEL, [self._num_units, self.output_size], dtype=h.dtype)
        return v1.matmul(h, kernel)
