"""LSTMs over time and frequency (`tf.contrib.rnn`): the depth of the inputs is cut into overlapping parts x_k.

TimeFreqLSTMCell (Li et al. 2015, arXiv:1508.05349): one LSTM runs over the parts; with c, m of part k one step ago
and m' of part k-1 in this step (zero for the first),

    i, j, f, o = split([x_k, m_k, m'_{k-1}] . W + B)
    c'_k = clip(sigmoid(f + forget_bias + W_F_diag * c_k) * c_k + sigmoid(i + W_I_diag * c_k) * tanh(j))
    m'_k = sigmoid(o + W_O_diag * c'_k) * tanh(c'_k)

The state is [c_0, m_0, c_1, m_1, …], the outputs are [m'_0, m'_1, …].
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.contrib.rnn.normalized import in_shards
from tf1rnn.rnn.cell import RNNCell


class TimeFreqLSTMCell(RNNCell):
    """LSTM over time and frequency.

    Variables: W_0 … ([feature_size + 2 units, 4 units] in shards), B [4 units]; W_F_diag, W_I_diag, W_O_diag [units].

    Args:
        num_units: size of memory and output of one part.
        use_peepholes: whether the gates see the memory.
        cell_clip: limit of the memory.
        initializer: of weights and peepholes.
        num_unit_shards: number of variables that W is kept in.
        forget_bias: added to the forget gate at run time.
        feature_size: depth of one part.
        frequency_skip: distance of the parts.
        reuse: whether to take the variables that exist in the scope.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int = 1,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_unit_shards = num_unit_shards
        self._forget_bias = forget_bias
        self._feature_size = feature_size
        self._frequency_skip = frequency_skip

    @property
    def state_size(self) -> int:
        """2 units: the size of one part of the state."""
        return 2 * self._num_units

    @property
    def output_size(self) -> int:
        """num_units: the size of one part of the outputs."""
        return self._num_units

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state [batch, 2 units * parts] -> ([batch, units * parts], new state)."""
        units, dtype = self._num_units, inputs.dtype
        parts = self._parts(inputs)
        depth = parts[0].shape.as_list()[1]
        kernel = in_shards("W", [depth + 2 * units, 4 * units], dtype, self._num_unit_shards, self._initializer)
        bias = v1.get_variable("B", [4 * units], dtype=dtype, initializer=v1.zeros_initializer())
        peephole: dict[str, Any] = {}
        if self._use_peepholes:
            peephole = {
                gate: v1.get_variable(f"W_{gate}_diag", [units], dtype=dtype, initializer=self._initializer)
                for gate in "FIO"
            }
        below = v1.zeros([v1.dimension_value(inputs.shape[0]) or v1.shape(inputs)[0], units], dtype)
        outputs, states = [], []
        for k, part in enumerate(parts):
            c = v1.slice(state, [0, 2 * k * units], [-1, units])
            m = v1.slice(state, [0, (2 * k + 1) * units], [-1, units])
            gates = v1.nn.bias_add(v1.matmul(v1.concat([part, m, below], 1), kernel), bias)
            i, j, f, o = numbered_ops.split(gates, 4, axis=1)
            f = f + self._forget_bias
            if peephole:
                f, i = f + peephole["F"] * c, i + peephole["I"] * c
            new_c = v1.sigmoid(f) * c + v1.sigmoid(i) * v1.tanh(j)
            if self._cell_clip is not None:
                new_c = v1.clip_by_value(new_c, -self._cell_clip, self._cell_clip)
            below = v1.sigmoid(o + peephole["O"] * new_c if peephole else o) * v1.tanh(new_c)
            outputs.append(below)
            states += [new_c, below]
        return v1.concat(outputs, 1), v1.concat(states, 1)

    def _parts(self, inputs: Any) -> list[Any]:
        depth = inputs.shape.with_rank(2).as_list()[1]
        if depth is None:
            raise ValueError("Cannot infer input_size from static shape inference.")
        if self._feature_size is None:
            raise TypeError("TimeFreqLSTMCell needs feature_size")
        count = (depth - self._feature_size) // self._frequency_skip + 1
        return [v1.slice(inputs, [0, k * self._frequency_skip], [-1, self._feature_size]) for k in range(count)]
