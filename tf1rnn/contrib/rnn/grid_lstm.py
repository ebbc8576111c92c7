"""Grid LSTMs over time and frequency (Sainath and Li 2016, "Modeling Time-Frequency Patterns with LSTM vs.
Convolutional Architectures"), `tf.contrib.rnn`.

The depth of the inputs is cut into blocks, these into overlapping parts x_k. A time LSTM (state c_t, m_t of part k,
from one step ago) and a frequency LSTM (state c_f, m_f, from part k-1 of this step, zero for the first of a block)
see the same inputs; for each of them, with weights and peepholes of its own unless these are shared,

    i, j, f, o = split([x_k, m_t, m_f] . W + B)              (coupled: i, j, o)
    i  = sigmoid(i + W_I_f * c_f + W_I_t * c_t)
    f  = sigmoid(f + forget_bias + W_F_f * c_f + W_F_t * c_t)    (coupled: f = 1 - i)
    c' = clip(f * c + i * tanh(j))                           with its own c
    m' = sigmoid(o + W_O_f * c_f' + W_O_t * c_t') * tanh(c')

The outputs are [m_t', m_f'] of each part; the state of each part is c_t', m_t'.

Variables, b is the number of a block: W_f_b_0 … (in shards) and B_f_b of the frequency LSTM, W_t_b_0 … and B_t_b of the
time LSTM; W_I_diag_freqf_b, W_I_diag_freqt_b, … and W_I_diag_timef_b, W_I_diag_timet_b, …
"""

from __future__ import annotations

import collections
from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.contrib.rnn.normalized import in_shards
from tf1rnn.rnn.cell import RNNCell


class GridLSTMCell(RNNCell):
    """Grid LSTM over time and frequency.

    Args:
        num_units: size of memory and output of one part.
        use_peepholes: whether the gates see the memories.
        share_time_frequency_weights: one set of weights for both LSTMs.
        cell_clip: limit of the memories.
        initializer: of weights and peepholes.
        num_unit_shards: number of variables that a kernel is kept in.
        forget_bias: added to the forget gates at run time.
        feature_size: depth of one part.
        frequency_skip: distance of the parts.
        num_frequency_blocks: number of parts in each block.
        start_freqindex_list, end_freqindex_list: where each block starts and ends; by default one block with all.
        couple_input_forget_gates: forget gates are one minus the input gates.
        state_is_tuple: the state is a named tuple (state_f00_b00_c, state_f00_b00_m, …: part 0 of block 0, …);
            False: one tensor, in the same order.
        reuse: whether to take the variables that exist in the scope.

    Raises ValueError without num_frequency_blocks; when called, if these do not fit the inputs.
    """

    _TUPLE = "GridLSTMStateTuple"
    _DIRECTIONS: tuple[str, ...] = ("",)

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int | None = None,
        num_frequency_blocks: Sequence[int] | None = None,
        start_freqindex_list: Sequence[int] | None = None,
        end_freqindex_list: Sequence[int] | None = None,
        couple_input_forget_gates: bool = False,
        state_is_tuple: bool = True,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        if not state_is_tuple:
            v1.logging.warning(f"{self}: Using a concatenated state is slower. Use state_is_tuple=True.")
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._shared = share_time_frequency_weights
        self._cell_clip = cell_clip
        self._initializer = initializer
        self._num_unit_shards = num_unit_shards
        self._forget_bias = forget_bias
        self._feature_size = feature_size
        self._frequency_skip = frequency_skip
        self._starts = start_freqindex_list
        self._ends = end_freqindex_list
        self._coupled = couple_input_forget_gates
        self._state_is_tuple = state_is_tuple
        if num_frequency_blocks is None:
            raise ValueError("Must specify num_frequency_blocks")
        self._blocks = list(num_frequency_blocks)
        self._state_tuple: Any = collections.namedtuple(self._TUPLE, self._names())  # type: ignore[misc]

    def _names(self) -> list[str]:
        return [
            f"{direction}state_f{k:02d}_b{b:02d}_{which}"
            for direction in self._DIRECTIONS
            for b, count in enumerate(self._blocks)
            for k in range(count)
            for which in "cm"
        ]

    @property
    def state_tuple_type(self) -> Any:
        """The class of the state."""
        return self._state_tuple

    @property
    def state_size(self) -> Any:
        """The named tuple of num_units each, or their sum."""
        names = self._names()
        if self._state_is_tuple:
            return self._state_tuple(*[self._num_units] * len(names))
        return self._num_units * len(names)

    @property
    def output_size(self) -> int:
        """2 units for each part."""
        return self._num_units * len(self._names())

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state -> (outputs [batch, 2 units * parts], new state)."""
        flat = list(state) if self._state_is_tuple else numbered_ops.split(state, len(self._names()), axis=1)
        outputs, states = self._run_blocks(self._parts(inputs, 0), flat)
        return v1.concat(outputs, 1), self._packed(states)

    def _packed(self, states: list[Any]) -> Any:
        return self._state_tuple(*states) if self._state_is_tuple else v1.concat(states, 1)

    def _run_blocks(self, blocks: list[list[Any]], state: list[Any]) -> tuple[list[Any], list[Any]]:
        """The outputs and the new state of all parts, both in order."""
        outputs: list[Any] = []
        states: list[Any] = []
        for b, parts in enumerate(blocks):
            kernels = self._kernels(b, parts[0])
            zero = v1.zeros_like(state[0])
            frequency = (zero, zero)
            for k, part in enumerate(parts):
                # In one tensor, TensorFlow 1.15 reads the state of every block from the place of the first one's.
                place = len(states) if self._state_is_tuple else 2 * k
                c_t, m_t = state[place : place + 2]
                time, frequency = self._step(part, (c_t, m_t), frequency, *kernels)
                outputs += [time[1], frequency[1]]
                states += time
        return outputs, states

    def _kernels(self, b: int, part: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The variables of the time and of the frequency LSTM of a block."""
        units, dtype, start = self._num_units, part.dtype, self._initializer
        gates = 3 if self._coupled else 4
        depth = part.shape.as_list()[1] + 2 * units
        made: dict[str, dict[str, Any]] = {}
        for which in "f" if self._shared else "ft":
            weights = in_shards(f"W_{which}_{b}", [depth, gates * units], dtype, self._num_unit_shards, start)
            bias = v1.get_variable(f"B_{which}_{b}", [gates * units], dtype=dtype, initializer=v1.zeros_initializer())
            made[which] = {"W": weights, "B": bias}
        if self._use_peepholes:
            for which in made:
                word = "freq" if which == "f" else "time"
                for gate in "IO" if self._coupled else "FIO":
                    for seen in "ft":
                        name = f"W_{gate}_diag_{word}{seen}_{b}"
                        made[which][gate + seen] = v1.get_variable(name, [units], dtype=dtype, initializer=start)
        return made.get("t", made["f"]), made["f"]

    def _step(self, part: Any, time: Any, frequency: Any, *kernels: dict[str, Any]) -> list[Any]:
        """New (c, m) of the time and of the frequency LSTM."""
        inputs = v1.concat([part, time[1], frequency[1]], 1)
        memories = {"t": time[0], "f": frequency[0]}

        def seen(gate: str, variables: dict[str, Any], value: Any) -> Any:
            if not self._use_peepholes:
                return value
            return value + variables[gate + "f"] * memories["f"] + variables[gate + "t"] * memories["t"]

        new_c, outs = [], []
        for variables, c in zip(kernels, (time[0], frequency[0]), strict=True):
            gates = v1.nn.bias_add(v1.matmul(inputs, variables["W"]), variables["B"])
            if self._coupled:
                i, j, o = numbered_ops.split(gates, 3, axis=1)
                i = v1.sigmoid(seen("I", variables, i))
                f = 1.0 - i
            else:
                i, j, f, o = numbered_ops.split(gates, 4, axis=1)
                i = v1.sigmoid(seen("I", variables, i))
                f = v1.sigmoid(seen("F", variables, f + self._forget_bias))
            c = f * c + i * v1.tanh(j)
            if self._cell_clip is not None:
                c = v1.clip_by_value(c, -self._cell_clip, self._cell_clip)
            new_c.append(c)
            outs.append(o)
        memories = {"t": new_c[0], "f": new_c[1]}
        return [
            (c, v1.sigmoid(seen("O", variables, o)) * v1.tanh(c))
            for variables, c, o in zip(kernels, new_c, outs, strict=True)
        ]

    def _parts(self, inputs: Any, offset: int) -> list[list[Any]]:
        """The parts of the inputs by block, all shifted by an offset into inputs padded with zeros."""
        depth = inputs.shape.with_rank(2).as_list()[-1]
        if depth is None:
            raise ValueError("Cannot infer input_size from static shape inference.")
        if self._feature_size is None or self._frequency_skip is None:
            raise TypeError(f"{type(self).__name__} needs feature_size and frequency_skip")
        if offset > 0:
            inputs = v1.pad(inputs, [[0, 0], [0, offset]])
        elif offset < 0:
            inputs, offset = v1.pad(inputs, [[0, 0], [-offset, 0]]), 0
        if self._starts is None:
            if len(self._blocks) != 1:
                raise ValueError(f"Length of num_frequency_blocks is not 1, but instead is {len(self._blocks)}")
            ranges = [(0, depth)]
        else:
            if self._ends is None:
                raise TypeError("start_freqindex_list needs end_freqindex_list")
            if not len(self._starts) == len(self._ends) == len(self._blocks):
                raise ValueError(
                    "Length of num_frequency_blocks, start_freqindex_list and end_freqindex_list must be equal: "
                    f"{len(self._blocks)}, {len(self._starts)}, {len(self._ends)}"
                )
            ranges = list(zip(self._starts, self._ends, strict=True))
        found = []
        for count, (start, end) in zip(self._blocks, ranges, strict=True):
            fitting = (end - start - self._feature_size) // self._frequency_skip + 1
            if fitting != count:
                raise ValueError(
                    f"Invalid num_frequency_blocks, requires {count} but gets {fitting}, please check the input size "
                    "and filter config are correct."
                )
            begins = [start + offset + k * self._frequency_skip for k in range(count)]
            found.append([v1.slice(inputs, [0, begin], [-1, self._feature_size]) for begin in begins])
        return found


class BidirectionalGridLSTMCell(GridLSTMCell):
    """Two grid LSTMs, one over the parts from the last to the first. Scopes: fwd, bwd.

    Args:
        backward_slice_offset: by how much the parts of the second are shifted.
        All others: as GridLSTMCell; the state is always a named tuple (fwd_state_f00_b00_c, …, bwd_state_f00_b00_c, …).
    """

    _TUPLE = "BidirectionalGridLSTMStateTuple"
    _DIRECTIONS = ("fwd_", "bwd_")

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int | None = None,
        num_frequency_blocks: Sequence[int] | None = None,
        start_freqindex_list: Sequence[int] | None = None,
        end_freqindex_list: Sequence[int] | None = None,
        couple_input_forget_gates: bool = False,
        backward_slice_offset: int = 0,
        reuse: Any = None,
    ) -> None:
        super().__init__(
            num_units,
            use_peepholes,
            share_time_frequency_weights,
            cell_clip,
            initializer,
            num_unit_shards,
            forget_bias,
            feature_size,
            frequency_skip,
            num_frequency_blocks,
            start_freqindex_list,
            end_freqindex_list,
            couple_input_forget_gates,
            True,
            reuse,
        )
        self._backward_slice_offset = backward_slice_offset

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state -> (outputs [batch, 4 units * parts], new state)."""
        forward = self._parts(inputs, 0)
        backward = [parts[::-1] for parts in self._parts(inputs, self._backward_slice_offset)]
        half = len(state) // 2
        with v1.variable_scope("fwd"):
            outputs, states = self._run_blocks(forward, list(state[:half]))
        with v1.variable_scope("bwd"):
            more_outputs, more_states = self._run_blocks(backward, list(state[half:]))
        return v1.concat(outputs + more_outputs, 1), self._packed(states + more_states)
