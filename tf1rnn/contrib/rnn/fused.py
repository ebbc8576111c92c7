"""Fused cells: one call runs a whole sequence, time-major (`tf.contrib.rnn`).

LSTMBlockFusedCell uses TensorFlow's BlockLSTM operation:

    i, j, f, o = split([x_t, h] . kernel + bias)
    c' = clip(sigmoid(f + forget_bias + w_f_diag * c) * c + sigmoid(i + w_i_diag * c) * tanh(j))
    h' = tanh(c') * sigmoid(o + w_o_diag * c')                  (diagonals only with peepholes)
"""

from __future__ import annotations

import abc
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.layers.base import InputSpec, Layer
from tf1rnn.rnn.cell import BIAS, KERNEL
from tf1rnn.rnn.dynamic import dynamic_rnn
from tf1rnn.rnn.lstm import LSTMStateTuple
from tf1rnn.rnn.static import static_rnn


class FusedRNNCell(metaclass=abc.ABCMeta):
    """What runs a whole sequence in one call."""

    @abc.abstractmethod
    def __call__(
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None, scope: Any = None
    ) -> tuple[Any, Any]:
        """Runs over the inputs.

        Args:
            inputs: [time, batch, depth], or a list of `time` tensors [batch, depth].
            initial_state: zeros by default.
            dtype: of the zero state; needed without initial_state.
            sequence_length: int vector [batch].
            scope: variable scope or its name.

        Returns: (outputs of the kind of the inputs, final state).
        """


class FusedRNNCellAdaptor(FusedRNNCell):
    """Makes a fused cell of an RNNCell.

    Args:
        cell: the cell.
        use_dynamic_rnn: whether the loop is `dynamic_rnn` or `static_rnn`.
    """

    def __init__(self, cell: Any, use_dynamic_rnn: bool = False) -> None:
        self._cell = cell
        self._use_dynamic_rnn = use_dynamic_rnn

    def __call__(
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None, scope: Any = None
    ) -> tuple[Any, Any]:
        """Runs the cell over the inputs; see FusedRNNCell."""
        is_list = isinstance(inputs, list)
        keywords = {
            "sequence_length": sequence_length,
            "initial_state": initial_state,
            "dtype": dtype,
            "scope": scope,
        }
        if self._use_dynamic_rnn:
            stacked = v1.stack(inputs) if is_list else inputs
            outputs, state = dynamic_rnn(self._cell, stacked, time_major=True, **keywords)
            return v1.unstack(outputs, num=len(inputs)) if is_list else outputs, state
        outputs, state = static_rnn(self._cell, inputs if is_list else v1.unstack(inputs), **keywords)
        return outputs if is_list else v1.stack(outputs), state


class TimeReversedFusedRNN(FusedRNNCell):
    """Runs a fused cell from the end of the sequences to their start; outputs stand at the times of their inputs.

    Inputs that are a list are reversed as a whole, whatever the lengths.

    Args:
        cell: the fused cell.
    """

    def __init__(self, cell: Any) -> None:
        self._cell = cell

    def __call__(
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None, scope: Any = None
    ) -> tuple[Any, Any]:
        """Runs the fused cell over the reversed inputs; see FusedRNNCell."""
        outputs, state = self._cell(
            _reversed(inputs, sequence_length),
            initial_state=initial_state,
            dtype=dtype,
            sequence_length=sequence_length,
            scope=scope,
        )
        return _reversed(outputs, sequence_length), state


def _reversed(values: Any, lengths: Any) -> Any:
    if isinstance(values, list):
        return list(reversed(values))  # the lengths are not looked at: as TensorFlow 1.15
    if lengths is None:
        return v1.reverse(values, [0])
    return v1.reverse_sequence(values, lengths, seq_axis=0, batch_axis=1)


class LSTMBlockWrapper(Layer):
    """Base of layers that run an LSTM over a whole sequence: subclasses give `num_units` and `_call_cell`."""

    @property
    @abc.abstractmethod
    def num_units(self) -> int:
        """Size of memory and output."""

    @abc.abstractmethod
    def _call_cell(self, inputs: Any, initial_cell_state: Any, initial_output: Any, dtype: Any, lengths: Any) -> Any:
        """Returns (memories [time, batch, units], outputs [time, batch, units])."""

    def call(  # type: ignore[override]
        self, inputs: Any, initial_state: Any = None, dtype: Any = None, sequence_length: Any = None
    ) -> tuple[Any, Any]:
        """Runs over the sequence.

        Args:
            inputs: [time, batch, depth], or a list of `time` tensors [batch, depth].
            initial_state: (c, h), each [batch, units]; zeros by default.
            dtype: of the zero state; needed without initial_state.
            sequence_length: int vector [batch]; past its length an example's outputs are zero.

        Returns: (outputs of the kind of the inputs, final LSTMStateTuple).

        Raises ValueError for another rank, neither state nor dtype, or half a state.
        """
        is_list = isinstance(inputs, list)
        if is_list:
            inputs = v1.stack(inputs)
        if inputs.shape.ndims != 3:
            raise ValueError(f"Expecting inputs to be 3-D, but saw shape: {inputs.shape}")
        batch = v1.dimension_value(inputs.shape.dims[1]) or v1.shape(inputs)[1]
        steps = v1.dimension_value(inputs.shape.dims[0]) or v1.shape(inputs)[0]
        if initial_state is None:
            if dtype is None:
                raise ValueError("Either initial_state or dtype needs to be specified")
            zeros = v1.zeros(v1.stack([batch, self.num_units]), dtype=dtype)
            initial_state = zeros, zeros
        else:
            if len(initial_state) != 2:
                raise ValueError("Expecting initial_state to be a tuple with length 2 or None")
            if dtype is None:
                dtype = initial_state[0].dtype
        lengths = None
        if sequence_length is not None:
            lengths = v1.convert_to_tensor(sequence_length)
            if lengths.dtype != v1.int64:
                lengths = v1.cast(lengths, v1.int64)
        memories, outputs = self._call_cell(inputs, initial_state[0], initial_state[1], dtype, lengths)
        if lengths is None:
            final = LSTMStateTuple(memories[-1], outputs[-1])
        else:
            mask = v1.transpose(v1.sequence_mask(lengths, steps, dtype))
            outputs = outputs * v1.expand_dims(mask, 2)
            final = LSTMStateTuple(
                _at(lengths, initial_state[0], memories, batch), _at(lengths, initial_state[1], outputs, batch)
            )
        return v1.unstack(outputs) if is_list else outputs, final


def _at(lengths: Any, first: Any, values: Any, batch: Any) -> Any:
    """For each example the value after its last step; `first` for an empty sequence."""
    history = v1.concat([v1.expand_dims(first, 0), values], 0)
    places = v1.stack([lengths, v1.cast(v1.range(batch), v1.int64)], axis=1)
    result = v1.gather_nd(history, places)
    result.set_shape(first.shape)
    return result


class LSTMBlockFusedCell(LSTMBlockWrapper):
    """LSTM over a whole sequence in one operation.

    Variables: kernel [depth + units, 4 units], bias [4 units], on request w_i_diag, w_f_diag, w_o_diag [units].

    Args:
        num_units: size of memory and output.
        forget_bias: added to the forget gate at run time.
        cell_clip: the new memory is clipped to [-cell_clip, cell_clip]; None or not positive: not.
        use_peephole: the gates see the memory.
        reuse, dtype, name: see `tf.layers.Layer`.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        reuse: Any = None,
        dtype: Any = None,
        name: str | None = "lstm_fused_cell",
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._cell_clip = cell_clip if cell_clip is not None else -1
        self._use_peephole = use_peephole
        self.input_spec = InputSpec(ndim=3)

    @property
    def num_units(self) -> int:
        """Size of memory and output."""
        return self._num_units

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        depth, units = v1.TensorShape(input_shape).as_list()[2], self._num_units
        self._kernel = self.add_variable(KERNEL, shape=[depth + units, 4 * units])
        self._bias = self.add_variable(BIAS, shape=[4 * units], initializer=v1.constant_initializer(0.0))
        if self._use_peephole:
            self._diagonals = [self.add_variable(f"w_{gate}_diag", shape=[units]) for gate in "ifo"]
        self.built = True

    def _call_cell(self, inputs: Any, initial_cell_state: Any, initial_output: Any, dtype: Any, lengths: Any) -> Any:
        if self._use_peephole:
            diagonals = self._diagonals
        else:
            diagonals = [v1.zeros([self._num_units], dtype=dtype)] * 3
        steps = v1.dimension_value(inputs.shape.dims[0]) or v1.shape(inputs)[0]
        bound = v1.cast(steps, v1.int64) if lengths is None else v1.reduce_max(lengths)
        found = v1.raw_ops.BlockLSTM(
            seq_len_max=bound,
            x=inputs,
            cs_prev=initial_cell_state,
            h_prev=initial_output,
            w=self._kernel,
            wci=diagonals[0],
            wcf=diagonals[1],
            wco=diagonals[2],
            b=self._bias,
            forget_bias=self._forget_bias,
            cell_clip=self._cell_clip,
            use_peephole=self._use_peephole,
        )
        return found.cs, found.h
