"""`tf.layers`: convolutions in one, two and three dimensions.

Variables: kernel [sizes..., channels, filters], bias [filters].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.layers import identified, naming
from tf1rnn.layers.activation import activation_named
from tf1rnn.layers.base import InputSpec, Layer

Function = Callable[[Any], Any]

ZEROS = v1.zeros_initializer()

LAYOUTS = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}


def sizes(value: Any, rank: int, argument: str) -> tuple[int, ...]:
    """`value` as one int per dimension; ValueError if it is neither an int nor a sequence of `rank` ints."""
    if isinstance(value, int):
        return (value,) * rank
    try:
        found = tuple(int(v) for v in value)
    except (TypeError, ValueError):
        found = ()
    if len(found) != rank:
        raise ValueError(f"The `{argument}` argument must be a tuple of {rank} integers. Received: {value}")
    return found


def window_count(size: int | None, window: int, padding: str, stride: int, rate: int = 1) -> int | None:
    """How many windows fit on an axis of that size; None if it is unknown."""
    if size is None:
        return None
    room = size - (window - 1) * rate if padding == "valid" else size
    return -(-room // stride)


def checked_padding(padding: str) -> str:
    """ "same" or "valid" in small letters; ValueError otherwise."""
    small = str(padding).lower()
    if small not in ("same", "valid"):
        raise ValueError(
            'The `padding` argument must be a list/tuple or one of "valid", "same" (or "causal", only for `Conv1D). '
            f"Received: {padding}"
        )
    return small


def channels_first(data_format: str) -> bool:
    """Whether the channels come before the space; ValueError for an unknown layout."""
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(
            f'The `data_format` argument must be one of "channels_first", "channels_last". Received: {data_format}'
        )
    return data_format == "channels_first"


class Conv(Layer):
    """Base of the convolutions.

    Args:
        filters: number of output channels.
        kernel_size, strides, dilation_rate: an int, or one per dimension.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first".
        activation: function (or its name) of the result; None is linear.
        use_bias: whether there is a bias.
        kernel_initializer, bias_initializer: initialisers; kernel: that of the variable scope.
        kernel_regularizer, bias_regularizer, activity_regularizer: functions whose values become losses.
        kernel_constraint, bias_constraint: projections applied after an optimizer's update.
        trainable, name: see Layer.

    Raises ValueError for sizes, paddings and layouts that do not exist, or unknown channels.
    """

    rank = 2
    _operation = "convolution"

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        activation: Function | str | None = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = ZEROS,
        kernel_regularizer: Function | None = None,
        bias_regularizer: Function | None = None,
        activity_regularizer: Function | None = None,
        kernel_constraint: Function | None = None,
        bias_constraint: Function | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, activity_regularizer=activity_regularizer, **kwargs)
        self.filters = filters
        self.kernel_size = sizes(kernel_size, self.rank, "kernel_size")
        self.strides = sizes(strides, self.rank, "strides")
        self.padding = self._checked_padding(padding)
        self.data_format = data_format
        self._channels_first = channels_first(data_format)
        self.dilation_rate = sizes(dilation_rate, self.rank, "dilation_rate")
        self.activation = activation_named(activation)
        self.use_bias = use_bias
        self.kernel_initializer = identified.initializer(kernel_initializer)
        self.bias_initializer = identified.initializer(bias_initializer)
        self.kernel_regularizer = identified.regularizer(kernel_regularizer)
        self.bias_regularizer = identified.regularizer(bias_regularizer)
        self.kernel_constraint = identified.constraint(kernel_constraint)
        self.bias_constraint = identified.constraint(bias_constraint)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _checked_padding(self, padding: str) -> str:
        if str(padding).lower() == "causal":
            raise ValueError("Causal padding is only supported for `Conv1D`and ``SeparableConv1D`.")
        return checked_padding(padding)

    @property
    def _layout(self) -> str:
        return LAYOUTS[self.rank][1 if self._channels_first else 0]

    def _kernel_shape(self, channels: int) -> list[int]:
        return [*self.kernel_size, channels, self.filters]

    def _padded(self, inputs: Any) -> tuple[Any, str]:
        return inputs, self.padding.upper()

    def build(self, input_shape: Any) -> None:
        """Makes kernel and bias."""
        axis = 1 if self._channels_first else -1
        channels = v1.TensorShape(input_shape).as_list()[axis]
        if channels is None:
            raise ValueError("The channel dimension of the inputs should be defined. Found `None`.")
        self.kernel = self.add_weight(
            "kernel",
            shape=self._kernel_shape(channels),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self._build_bias()
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        self.built = True

    def _build_bias(self) -> None:
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                shape=[self.filters],
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs: Any) -> Any:  # type: ignore[override]
        """[batch, space..., channels] -> [batch, new space..., filters] (channels second if they come
        first).
        """
        inputs, padding = self._padded(inputs)
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError("strides > 1 not supported in conjunction with dilation_rate > 1")
        if min(self.strides) < 1:
            raise ValueError("all values of strides must be positive")
        outputs = v1.nn.convolution(
            inputs,
            self.kernel,
            padding=padding,
            strides=self.strides,
            dilation_rate=self.dilation_rate,
            data_format=self._layout,
            name=self._operation,
        )
        return self._finished(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """[batch, new space..., filters], None where unknown."""
        found = v1.TensorShape(input_shape).as_list()
        first = 2 if self._channels_first else 1
        for i in range(self.rank):
            found[first + i] = window_count(
                found[first + i], self.kernel_size[i], self.padding, self.strides[i], self.dilation_rate[i]
            )
        found[1 if self._channels_first else -1] = self.filters
        return v1.TensorShape(found)

    def _finished(self, outputs: Any) -> Any:
        if self.bias is not None and self._channels_first and self.rank == 1:
            outputs += v1.reshape(self.bias, [1, self.filters, 1])
        elif self.bias is not None:
            outputs = v1.nn.bias_add(outputs, self.bias, data_format="NCHW" if self._channels_first else "NHWC")
        return self.activation(outputs) if self.activation is not None else outputs


class Causal(Conv):
    """Base of the convolutions over time, which know one more padding: "causal".

    It pads at the start only, so that no output depends on a later input.
    """

    rank = 1

    def _checked_padding(self, padding: str) -> str:
        return "causal" if str(padding).lower() == "causal" else checked_padding(padding)

    def _padded(self, inputs: Any) -> tuple[Any, str]:
        """The inputs and the padding that an operation shall do."""
        if self.padding != "causal":
            return inputs, self.padding.upper()
        ahead = [[0, 0], [self.dilation_rate[0] * (self.kernel_size[0] - 1), 0], [0, 0]]
        return v1.pad(inputs, [ahead[i] for i in (0, 2, 1)] if self._channels_first else ahead), "VALID"


class Conv1D(Causal):
    """Convolution over time: [batch, time, channels]; see Conv."""

    _operation = "conv1d"


class Conv2D(Conv):
    """Convolution over images: [batch, height, width, channels]; see Conv."""

    rank = 2
    _operation = "Conv2D"


class Conv3D(Conv):
    """Convolution over volumes: [batch, depth, height, width, channels]; see Conv."""

    rank = 3
    _operation = "Conv3D"


def layer_function(layer: type[Conv]) -> Callable[..., Any]:
    """The function that makes such a layer and calls it."""

    def apply(
        inputs: Any,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        activation: Function | str | None = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = ZEROS,
        kernel_regularizer: Function | None = None,
        bias_regularizer: Function | None = None,
        activity_regularizer: Function | None = None,
        kernel_constraint: Function | None = None,
        bias_constraint: Function | None = None,
        trainable: bool = True,
        name: str | None = None,
        reuse: bool | None = None,
    ) -> Any:
        made = layer(
            filters,
            kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            trainable=trainable,
            name=name,
            _scope=name,
            _reuse=reuse,
        )
        return made.apply(inputs)

    apply.__name__ = apply.__qualname__ = naming.snake_case(layer.__name__)
    apply.__doc__ = f"Makes a {layer.__name__} and calls it; see there. `reuse` takes the variables of `name`."
    return apply


conv1d = layer_function(Conv1D)
conv2d = layer_function(Conv2D)
conv3d = layer_function(Conv3D)
