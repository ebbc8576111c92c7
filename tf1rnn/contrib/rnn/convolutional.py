"""LSTMs whose kernels are convolutions (Shi et al. 2015, arXiv:1506.04214).

i, j, f, o = split(convolution([x, h], kernel) + biases)       along the channels, padding SAME
c' = sigmoid(f + forget_bias) * c + sigmoid(i) * tanh(j)
y  = tanh(c') * sigmoid(o);  with skip_connection the outputs are [y, x]
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.rnn.cell import RNNCell
from tf1rnn.rnn.lstm import LSTMStateTuple


class ConvLSTMCell(RNNCell):
    """Convolutional LSTM in 1, 2 or 3 dimensions.

    Variables: kernel [*kernel_shape, channels + output_channels, 4 output_channels], biases [4 output_channels].

    Args:
        conv_ndims: number of dimensions.
        input_shape: sizes of an input without batch: the dimensions, then the channels.
        output_channels: channels of memory and output.
        kernel_shape: sizes of the kernel.
        use_bias: whether there are biases.
        skip_connection: whether the inputs are appended to the outputs.
        forget_bias: added to the forget gate at run time.
        initializers: not used.
        name: name of the cell.

    Raises ValueError if input_shape does not have conv_ndims + 1 entries.
    """

    def __init__(
        self,
        conv_ndims: int,
        input_shape: Any,
        output_channels: int,
        kernel_shape: Any,
        use_bias: bool = True,
        skip_connection: bool = False,
        forget_bias: float = 1.0,
        initializers: Any = None,
        name: str = "conv_lstm_cell",
    ) -> None:
        super().__init__(name=name)
        if conv_ndims != len(input_shape) - 1:
            raise ValueError(f"Invalid input_shape {input_shape} for conv_ndims={conv_ndims}.")
        self._conv_ndims = conv_ndims
        self._input_shape = input_shape
        self._output_channels = output_channels
        self._kernel_shape = list(kernel_shape)
        self._use_bias = use_bias
        self._forget_bias = forget_bias
        self._skip_connection = skip_connection
        total = output_channels + (input_shape[-1] if skip_connection else 0)
        dimensions = list(input_shape[:-1])
        size = v1.TensorShape([*dimensions, output_channels])
        self._state_size = LSTMStateTuple(size, size)
        self._output_size = v1.TensorShape([*dimensions, total])

    @property
    def state_size(self) -> LSTMStateTuple:
        """LSTMStateTuple of the shape of the memory, twice."""
        return self._state_size

    @property
    def output_size(self) -> Any:
        """Shape of the outputs without batch."""
        return self._output_size

    def call(self, inputs: Any, state: Any, scope: Any = None) -> Any:  # type: ignore[override]
        """inputs [batch, *input_shape], state (c, h) -> (outputs, (c', h'))."""
        c, h = state
        gates = self._convolved(v1.concat([inputs, h], axis=-1))
        i, j, f, o = numbered_ops.split(gates, 4, axis=self._conv_ndims + 1)
        new_c = v1.sigmoid(f + self._forget_bias) * c + v1.sigmoid(i) * v1.tanh(j)
        output = v1.tanh(new_c) * v1.sigmoid(o)
        if self._skip_connection:
            output = v1.concat([output, inputs], axis=-1)
        return output, LSTMStateTuple(new_c, output)

    def _convolved(self, values: Any) -> Any:
        channels, size = values.shape.as_list()[-1], 4 * self._output_channels
        kernel = v1.get_variable("kernel", [*self._kernel_shape, channels, size], dtype=values.dtype)
        convolved = v1.nn.convolution(values, kernel, padding="SAME")
        if not self._use_bias:
            return convolved
        biases = v1.get_variable("biases", [size], dtype=values.dtype, initializer=v1.constant_initializer(0.0))
        return convolved + biases


class Conv1DLSTMCell(ConvLSTMCell):
    """ConvLSTMCell in one dimension; takes its keyword arguments without conv_ndims."""

    def __init__(self, name: str = "conv_1d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=1, name=name, **kwargs)


class Conv2DLSTMCell(ConvLSTMCell):
    """ConvLSTMCell in two dimensions; takes its keyword arguments without conv_ndims."""

    def __init__(self, name: str = "conv_2d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=2, name=name, **kwargs)


class Conv3DLSTMCell(ConvLSTMCell):
    """ConvLSTMCell in three dimensions; takes its keyword arguments without conv_ndims."""

    def __init__(self, name: str = "conv_3d_lstm_cell", **kwargs: Any) -> None:
        super().__init__(conv_ndims=3, name=name, **kwargs)
