"""CudnnLSTM, CudnnGRU, CudnnRNNTanh, CudnnRNNRelu (`tf.contrib.cudnn_rnn`) without cuDNN: by the compatible cells.

Variables have the names of checkpoints that the layers of TensorFlow 1.15 write: rnn/multi_rnn_cell/cell_0/<cell>/…,
in both directions stack_bidirectional_rnn/cell_0/bidirectional_rnn/fw/<cell>/… (TensorFlow 1.15 itself runs these
layers on a GPU only, and holds all weights in one variable there).
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.rnn.block import CudnnCompatibleGRUCell, CudnnCompatibleLSTMCell
from tf1rnn.layers.base import Layer
from tf1rnn.rnn.basic import BasicRNNCell
from tf1rnn.rnn.dropout import DropoutWrapper
from tf1rnn.rnn.dynamic import dynamic_rnn
from tf1rnn.rnn.lstm import LSTMStateTuple
from tf1rnn.rnn.multi import MultiRNNCell
from tf1rnn.rnn.stacked import stack_bidirectional_dynamic_rnn


class _CudnnRNN(Layer):
    """Layers of recurrent cells, in one or both directions.

    Args:
        num_layers: number of layers.
        num_units: size of the state of each.
        input_mode: "linear_input" (or "auto_select", which means it); "skip_input" is refused.
        direction: "unidirectional" or "bidirectional".
        dropout: probability to drop a value between layers, in training.
        seed: seed of that.
        dtype: float16, float32 or float64.
        kernel_initializer, bias_initializer: of the weights, glorot_uniform by default; of the biases, zeros.
        name: see `tf.layers.Layer`.

    Raises ValueError for another input mode, direction or dtype, NotImplementedError for "skip_input".
    """

    def __init__(
        self,
        num_layers: int,
        num_units: int,
        input_mode: str = "linear_input",
        direction: str = "unidirectional",
        dropout: float = 0.0,
        seed: int | None = None,
        dtype: Any = v1.float32,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
    ) -> None:
        if v1.as_dtype(dtype) not in (v1.float16, v1.float32, v1.float64):
            raise ValueError(f"Only support float16, float32, float64, provided {dtype}")
        super().__init__(dtype=dtype, name=name)
        if input_mode not in ("linear_input", "skip_input", "auto_select"):
            raise ValueError(f"Invalid input_mode: {input_mode}")
        if direction not in ("unidirectional", "bidirectional"):
            raise ValueError(f"Invalid direction: {direction}")
        if input_mode == "skip_input":
            raise NotImplementedError('input_mode="skip_input" needs cuDNN; tf1rnn runs these layers by their cells')
        self.num_layers = num_layers
        self.num_units = num_units
        self.input_mode = input_mode
        self.direction = direction
        self.num_dirs = 2 if direction == "bidirectional" else 1
        self._dropout = dropout
        self._seed = seed
        self._kernel_initializer = kernel_initializer
        self._bias_initializer = bias_initializer
        self._rnn_cells = [[self._cell() for _ in range(num_layers)] for _ in range(self.num_dirs)]

    def _cell(self) -> Any:
        raise NotImplementedError

    def state_shape(self, batch_size: int) -> Any:
        """The shapes of the states: ([num_layers * directions, batch_size, num_units],)."""
        return ([self.num_layers * self.num_dirs, batch_size, self.num_units],)

    def call(  # type: ignore[override]
        self,
        inputs: Any,
        initial_state: Any = None,
        sequence_lengths: Any = None,
        time_major: bool = True,
        training: bool = True,
    ) -> Any:
        """Runs the layers.

        Args:
            inputs: [time, batch, depth]; [batch, time, depth] without time_major.
            initial_state: tuple of tensors as `state_shape` says; zeros by default.
            sequence_lengths: [batch], all of full length by default.
            training: whether to drop values.

        Returns: (outputs [time, batch, num_units * directions], tuple of final states).
        """
        if initial_state is not None and not isinstance(initial_state, tuple):
            raise TypeError(f"Invalid initial_state type: {type(initial_state)}, expecting tuple.")
        starts = self._starts(initial_state)
        columns = [
            [self._dropped(cell, training) if i else cell for i, cell in enumerate(cells)] for cells in self._rnn_cells
        ]
        options: dict[str, Any] = {"sequence_length": sequence_lengths, "time_major": time_major}
        with v1.variable_scope(v1.get_variable_scope(), custom_getter=self._started):
            if self.num_dirs == 1:
                start = tuple(starts[0]) if starts else None
                cell = MultiRNNCell(columns[0])
                outputs, found = dynamic_rnn(cell, inputs, initial_state=start, dtype=inputs.dtype, **options)
                states = list(found)
            else:
                outputs, forward, backward = stack_bidirectional_dynamic_rnn(
                    columns[0],
                    columns[1],
                    inputs,
                    initial_states_fw=starts[0] if starts else None,
                    initial_states_bw=starts[1] if starts else None,
                    dtype=inputs.dtype,
                    **options,
                )
                states = [state for pair in zip(forward, backward, strict=True) for state in pair]
        return outputs, self._packed(states)

    def _dropped(self, cell: Any, training: bool) -> Any:
        if not training or not self._dropout:
            return cell
        return DropoutWrapper(cell, input_keep_prob=1.0 - self._dropout, seed=self._seed)

    def _started(self, getter: Any, *args: Any, **kwargs: Any) -> Any:
        """A custom getter: not what the cells start their variables from, but what cuDNN does."""
        return getter(*args, **{**kwargs, "initializer": self._start})

    def _start(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        """Initial values: each gate's input and recurrent matrix as a matrix of its own."""
        if len(shape) == 1:
            return (self._bias_initializer or v1.zeros_initializer())(shape, dtype)
        make, units = self._kernel_initializer or v1.glorot_uniform_initializer(), self.num_units
        rows = [shape[0] - units, units] if shape[0] > units else [shape[0]]
        gates = shape[1] // units
        return v1.concat([v1.concat([make([n, units], dtype) for _ in range(gates)], 1) for n in rows], 0)

    def _starts(self, initial_state: Any) -> Any:
        """The states of the cells: a list for each direction."""
        if initial_state is None:
            return None
        flat = v1.unstack(initial_state[0], self.num_layers * self.num_dirs)
        return [flat[d :: self.num_dirs] for d in range(self.num_dirs)]

    def _packed(self, states: list[Any]) -> Any:
        return (v1.stack(states),)


class CudnnLSTM(_CudnnRNN):
    """LSTM layers; the states are (h, c). See the module."""

    def _cell(self) -> Any:
        return CudnnCompatibleLSTMCell(self.num_units)

    def state_shape(self, batch_size: int) -> Any:
        """The shapes of h and c."""
        return super().state_shape(batch_size) * 2

    def _starts(self, initial_state: Any) -> Any:
        if initial_state is None:
            return None
        count = self.num_layers * self.num_dirs
        h, c = (v1.unstack(part, count) for part in initial_state)
        flat = [LSTMStateTuple(one_c, one_h) for one_c, one_h in zip(c, h, strict=True)]
        return [flat[d :: self.num_dirs] for d in range(self.num_dirs)]

    def _packed(self, states: list[Any]) -> Any:
        return v1.stack([state[1] for state in states]), v1.stack([state[0] for state in states])


class CudnnGRU(_CudnnRNN):
    """GRU layers; the states are (h,). See the module."""

    def _cell(self) -> Any:
        return CudnnCompatibleGRUCell(self.num_units)


class CudnnRNNTanh(_CudnnRNN):
    """Basic recurrent layers with tanh; the states are (h,). See the module."""

    def _cell(self) -> Any:
        return BasicRNNCell(self.num_units, v1.tanh)


class CudnnRNNRelu(_CudnnRNN):
    """Basic recurrent layers with relu; the states are (h,). See the module."""

    def _cell(self) -> Any:
        return BasicRNNCell(self.num_units, v1.nn.relu)
