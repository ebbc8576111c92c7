"""LSTMs with layer normalization (Ba et al. 2016, arXiv:1607.06450) of gates and memory (`tf.contrib.rnn`).

    norm(v) = (v - mean(v)) / sqrt(variance(v) + 1e-12) * gamma + beta        over the units of one example

LayerNormBasicLSTMCell:

    i, j, f, o = norm of each part of [x, h] . kernel        (without normalization: + bias)
    c' = norm(c * sigmoid(f + forget_bias) + sigmoid(i) * dropout(activation(j)))
    h' = activation(c') * sigmoid(o)

CoupledInputForgetGateLSTMCell (Greff et al. 2015, arXiv:1503.04069), W_F_diag and W_O_diag only with peepholes:

    j, f, o = split([x, h] . W + B)                          (with layer_norm: norm of each part, no B)
    f  = sigmoid(f + forget_bias + W_F_diag * c)
    c' = norm(f * c + (1 - f) * activation(j))
    h' = clip((sigmoid(o + W_O_diag * c') * activation(c')) . W_P)
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.rnn.affine import affine
from tf1rnn.rnn.cell import RNNCell
from tf1rnn.rnn.lstm import LSTMStateTuple


def layer_norm(value: Any, scope: str, gain: float, shift: float) -> Any:
    """Layer normalization with the variables gamma and beta of a scope."""
    shape = value.shape[-1:]
    with v1.variable_scope(scope):
        gamma = v1.get_variable("gamma", shape, dtype=value.dtype, initializer=v1.constant_initializer(gain))
        beta = v1.get_variable("beta", shape, dtype=value.dtype, initializer=v1.constant_initializer(shift))
    mean, variance = v1.nn.moments(value, [1], keep_dims=True)
    epsilon = 1e-3 if value.dtype == v1.float16 else 1e-12
    return v1.nn.batch_normalization(value, mean, variance, beta, gamma, epsilon)


class LayerNormBasicLSTMCell(RNNCell):
    """LSTM with layer normalization and recurrent dropout (Semeniuta et al. 2016, arXiv:1603.05118).

    Variables: kernel [depth + units, 4 units]; gamma, beta [units] in each of the scopes input, transform,
    forget, output, state; without layer_norm instead of these bias [4 units].

    Args:
        num_units: size of memory and output.
        forget_bias: added to the forget gate at run time.
        input_size: not used.
        activation: tanh by default.
        layer_norm: whether to normalize.
        norm_gain, norm_shift: what gamma and beta start at.
        dropout_keep_prob: number or scalar tensor; the candidate is dropped with 1 - this probability.
        dropout_prob_seed: seed of that.
        reuse: whether to take the variables that exist in the scope.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: Any = None,
        activation: Any = v1.tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Any = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        if input_size is not None:
            v1.logging.warning(f"{self}: The input_size parameter is deprecated.")
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._activation = activation
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift
        self._keep_prob = dropout_keep_prob
        self._seed = dropout_prob_seed

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(units, units)."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        """num_units."""
        return self._num_units

    def _normalized(self, value: Any, scope: str) -> Any:
        return layer_norm(value, scope, self._norm_gain, self._norm_shift) if self._layer_norm else value

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state (c, h) -> (h', (c', h'))."""
        c, h = state
        # Without normalization the bias starts where the scope says, not at zero.
        start = v1.get_variable_scope().initializer or v1.glorot_uniform_initializer()
        together = v1.concat([inputs, h], 1)
        gates = affine(together, 4 * self._num_units, bias=not self._layer_norm, bias_initializer=start)
        i, j, f, o = numbered_ops.split(gates, 4, axis=1)
        i, j = self._normalized(i, "input"), self._normalized(j, "transform")
        f, o = self._normalized(f, "forget"), self._normalized(o, "output")
        candidate = self._activation(j)
        if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
            candidate = numbered_ops.dropout(candidate, rate=1.0 - self._keep_prob, seed=self._seed)
        new_c = c * v1.sigmoid(f + self._forget_bias) + v1.sigmoid(i) * candidate
        new_c = self._normalized(new_c, "state")
        new_h = self._activation(new_c) * v1.sigmoid(o)
        return new_h, LSTMStateTuple(new_c, new_h)


class CoupledInputForgetGateLSTMCell(RNNCell):
    """LSTM whose input gate is one minus its forget gate.

    Variables: W_0 … (kernel [depth + output, 3 units] in shards), B [3 units]; W_F_diag, W_O_diag [units];
    W_P_0 … (projection [units, num_proj] in shards); gamma, beta in transform, forget, output, state.

    Args: as LSTMCell and LayerNormBasicLSTMCell.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int = 1,
        num_proj_shards: int = 1,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = v1.tanh,
        reuse: Any = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
    ) -> None:
        super().__init__(_reuse=reuse)
        if not state_is_tuple:
            v1.logging.warning(f"{self}: Using a concatenated state is slower. Use state_is_tuple=True.")
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._initializer = initializer
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation
        self._layer_norm = layer_norm
        self._norm_gain = norm_gain
        self._norm_shift = norm_shift

    @property
    def state_size(self) -> Any:
        """LSTMStateTuple(units, output size), or their sum."""
        if self._state_is_tuple:
            return LSTMStateTuple(self._num_units, self.output_size)
        return self._num_units + self.output_size

    @property
    def output_size(self) -> int:
        """num_proj, or num_units without projection."""
        return self._num_proj or self._num_units

    def _normalized(self, value: Any, scope: str) -> Any:
        return layer_norm(value, scope, self._norm_gain, self._norm_shift) if self._layer_norm else value

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state (c, h) -> (h', (c', h')). ValueError if the depth is unknown."""
        depth, units, dtype = inputs.shape.with_rank(2).as_list()[1], self._num_units, inputs.dtype
        if depth is None:
            raise ValueError("Could not infer input size from inputs.get_shape()[-1]")
        c, h = state if self._state_is_tuple else numbered_ops.split(state, [units, self.output_size], axis=1)
        start = self._initializer
        kernel = in_shards("W", [depth + self.output_size, 3 * units], dtype, self._num_unit_shards, start)
        bias = v1.get_variable("B", [3 * units], dtype=dtype, initializer=v1.zeros_initializer())
        product = v1.matmul(v1.concat([inputs, h], 1), kernel)
        j, f, o = numbered_ops.split(product if self._layer_norm else v1.nn.bias_add(product, bias), 3, axis=1)
        j, f, o = self._normalized(j, "transform"), self._normalized(f, "forget"), self._normalized(o, "output")

        forget = f + self._forget_bias
        if self._use_peepholes:
            forget_diagonal = v1.get_variable("W_F_diag", [units], dtype=dtype, initializer=start)
            output_diagonal = v1.get_variable("W_O_diag", [units], dtype=dtype, initializer=start)
            forget = forget + forget_diagonal * c
        forget = v1.sigmoid(forget)
        new_c = self._normalized(forget * c + (1 - forget) * self._activation(j), "state")
        out_gate = o + output_diagonal * new_c if self._use_peepholes else o
        new_h = v1.sigmoid(out_gate) * self._activation(new_c)
        if self._num_proj is not None:
            projection = in_shards("W_P", [units, self._num_proj], dtype, self._num_proj_shards, start)
            new_h = v1.matmul(new_h, projection)
            if self._proj_clip is not None:
                new_h = v1.clip_by_value(new_h, -self._proj_clip, self._proj_clip)
        return new_h, LSTMStateTuple(new_c, new_h) if self._state_is_tuple else v1.concat([new_c, new_h], 1)


def in_shards(name: str, shape: list[int], dtype: Any, shards: int, initializer: Any) -> Any:
    """A matrix kept in several variables name_0, name_1, … along its rows; the first ones are larger by one row."""
    if shards > shape[0]:
        raise ValueError(f"Overly high shard count for shape {shape}: {shards}")
    size, larger = divmod(shape[0], shards)
    parts = [
        v1.get_variable(f"{name}_{i}", [size + (i < larger), *shape[1:]], dtype=dtype, initializer=initializer)
        for i in range(shards)
    ]
    return parts[0] if shards == 1 else v1.concat(parts, 0)
