"""PhasedLSTMCell: an LSTM with a clock for each unit (Neil et al. 2016, arXiv:1610.09513).

    i, f = split(sigmoid([x, h, (c)] . mask_gates))
    c~ = c * f + i * tanh([x, h] . new_input);      h~ = tanh(c~) * sigmoid([x, h, (c~)] . output_gate)
    phi = mod(time - phase, period) / period
    k  = 2 phi / ratio_on                  for phi < ratio_on / 2     (rising)
         2 - 2 phi / ratio_on              for phi < ratio_on         (falling)
         leak * phi                        else                       (closed)
    c' = k * c~ + (1 - k) * c;             h' = k * h~ + (1 - k) * h

(c) and (c~) only with peepholes; each affine map has a kernel and a bias of its own.
"""

from __future__ import annotations

import math
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.rnn.affine import affine
from tf1rnn.rnn.cell import RNNCell
from tf1rnn.rnn.lstm import LSTMStateTuple


class PhasedLSTMCell(RNNCell):
    """LSTM for events at irregular times.

    Variables: kernel and bias in mask_gates, new_input and output_gate; period, phase, ratio_on [units].

    Args:
        num_units: size of memory and output.
        use_peepholes: the gates see the memory.
        leak: how much passes in the closed phase.
        ratio_on: part of the period in which the gate is open, at the start.
        trainable_ratio_on: whether ratio_on is trained.
        period_init_min, period_init_max: periods start at exp(uniform(log min, log max)).
        reuse: whether to take the variables that exist in the scope.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        leak: float = 0.001,
        ratio_on: float = 0.1,
        trainable_ratio_on: bool = True,
        period_init_min: float = 1.0,
        period_init_max: float = 1000.0,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._leak = leak
        self._ratio_on = ratio_on
        self._trainable_ratio_on = trainable_ratio_on
        self._period_init_min = period_init_min
        self._period_init_max = period_init_max

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple(units, units)."""
        return LSTMStateTuple(self._num_units, self._num_units)

    @property
    def output_size(self) -> int:
        """num_units."""
        return self._num_units

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs (time [batch, 1], x [batch, depth]), state (c, h) -> (h', (c', h'))."""
        time, x = inputs
        c, h = state
        peephole = self._use_peepholes
        mask_gates = self._gates("mask_gates", [x, h, *([c] if peephole else [])], 2, v1.sigmoid)
        i, f = numbered_ops.split(mask_gates, 2, axis=1)
        new_c = c * f + self._gates("new_input", [x, h], 1, v1.tanh) * i
        out = self._gates("output_gate", [x, h, *([new_c] if peephole else [])], 1, v1.sigmoid)
        new_h = v1.tanh(new_c) * out

        k = self._openness(time, x.dtype)
        new_c = k * new_c + (1 - k) * c
        new_h = k * new_h + (1 - k) * h
        return new_h, LSTMStateTuple(new_c, new_h)

    def _gates(self, scope: str, terms: list[Any], times: int, activation: Any) -> Any:
        with v1.variable_scope(scope):
            return activation(affine(terms, times * self._num_units))

    def _openness(self, time: Any, dtype: Any) -> Any:
        """k [batch, units]."""
        low, high = math.log(self._period_init_min), math.log(self._period_init_max)

        def periods(shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
            return v1.exp(v1.random_uniform(shape, low, high, dtype=dtype))

        shape = [self._num_units]
        period = v1.get_variable("period", shape, initializer=periods, dtype=dtype)
        phase = v1.get_variable(
            "phase", shape, initializer=v1.random_uniform_initializer(0.0, period.initial_value), dtype=dtype
        )
        ratio_on = v1.get_variable(
            "ratio_on",
            shape,
            initializer=v1.constant_initializer(self._ratio_on),
            trainable=self._trainable_ratio_on,
            dtype=dtype,
        )
        shifted = v1.cast(time, dtype) - phase
        # The gradient of the remainder is taken as 1 in the dividend and 0 in the divisor.
        phi = (v1.stop_gradient(v1.mod(shifted, period) - shifted) + shifted) / period
        rising = 2 * phi / ratio_on
        k = v1.where(phi < ratio_on, 2 - rising, self._leak * phi)
        return v1.where(phi < 0.5 * ratio_on, rising, k)
