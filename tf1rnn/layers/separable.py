"""`tf.layers`: separable convolutions: each channel with its own kernels, then all channels mixed at each place.

    z[c * multiplier + k] = sum over the window of x[c] * depthwise_kernel[c, k]
    y = activation(z . pointwise_kernel + bias)

Variables: depthwise_kernel [sizes..., channels, depth_multiplier], pointwise_kernel [1..., channels *
depth_multiplier, filters], bias [filters].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.layers import identified, naming
from tf1rnn.layers.base import InputSpec
from tf1rnn.layers.convolution import ZEROS, Causal, Conv

Function = Callable[[Any], Any]


class SeparableConv(Conv):
    """Base of the separable convolutions.

    Args:
        depth_multiplier: number of kernels of each channel.
        depthwise_initializer, pointwise_initializer: initialisers; that of the variable scope by default.
        depthwise_regularizer, pointwise_regularizer: functions whose values become losses.
        depthwise_constraint, pointwise_constraint: projections applied after an optimizer's update.
        others: see Conv.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Function | str | None = None,
        use_bias: bool = True,
        depthwise_initializer: Any = None,
        pointwise_initializer: Any = None,
        bias_initializer: Any = ZEROS,
        depthwise_regularizer: Function | None = None,
        pointwise_regularizer: Function | None = None,
        bias_regularizer: Function | None = None,
        activity_regularizer: Function | None = None,
        depthwise_constraint: Function | None = None,
        pointwise_constraint: Function | None = None,
        bias_constraint: Function | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters,
            kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            use_bias=use_bias,
            bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            bias_constraint=bias_constraint,
            trainable=trainable,
            name=name,
            **kwargs,
        )
        self.depth_multiplier = depth_multiplier
        self.depthwise_initializer = identified.initializer(depthwise_initializer)
        self.pointwise_initializer = identified.initializer(pointwise_initializer)
        self.depthwise_regularizer = identified.regularizer(depthwise_regularizer)
        self.pointwise_regularizer = identified.regularizer(pointwise_regularizer)
        self.depthwise_constraint = identified.constraint(depthwise_constraint)
        self.pointwise_constraint = identified.constraint(pointwise_constraint)

    def build(self, input_shape: Any) -> None:
        """Makes the kernels and the bias."""
        axis = 1 if self._channels_first else -1
        channels = v1.TensorShape(input_shape).as_list()[axis]
        if channels is None:
            raise ValueError("The channel dimension of the inputs should be defined. Found `None`.")
        self.depthwise_kernel = self.add_weight(
            "depthwise_kernel",
            shape=[*self.kernel_size, channels, self.depth_multiplier],
            initializer=self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )
        self.pointwise_kernel = self.add_weight(
            "pointwise_kernel",
            shape=[1] * self.rank + [self.depth_multiplier * channels, self.filters],
            initializer=self.pointwise_initializer,
            regularizer=self.pointwise_regularizer,
            constraint=self.pointwise_constraint,
        )
        self._build_bias()
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        self.built = True

    def call(self, inputs: Any) -> Any:  # type: ignore[override]
        """[batch, space..., channels] -> [batch, new space..., filters]."""
        depthwise, pointwise = v1.convert_to_tensor(self.depthwise_kernel), v1.convert_to_tensor(self.pointwise_kernel)
        strides, rates = self.strides, self.dilation_rate
        inputs, padding = self._padded(inputs)
        line = 2 if self._channels_first else 1  # a sequence becomes an image of one line
        if self.rank == 1:
            inputs = v1.expand_dims(inputs, line)
            depthwise, pointwise = v1.expand_dims(depthwise, 0), v1.expand_dims(pointwise, 0)
            strides, rates = strides * 2, (1, *rates)
        outputs = v1.nn.separable_conv2d(
            inputs,
            depthwise,
            pointwise,
            strides=(1, 1, *strides) if self._channels_first else (1, *strides, 1),
            padding=padding,
            rate=rates,
            data_format="NCHW" if self._channels_first else "NHWC",
        )
        if self.bias is not None:
            outputs = v1.nn.bias_add(outputs, self.bias, data_format="NCHW" if self._channels_first else "NHWC")
        if self.rank == 1:
            outputs = v1.squeeze(outputs, [line])
        return self.activation(outputs) if self.activation is not None else outputs


class SeparableConv1D(SeparableConv, Causal):
    """Over time: [batch, time, channels]; see SeparableConv."""

    rank = 1


class SeparableConv2D(SeparableConv):
    """Over images: [batch, height, width, channels]; see SeparableConv."""

    rank = 2


def _function(layer: type[SeparableConv]) -> Callable[..., Any]:
    def apply(
        inputs: Any,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Function | str | None = None,
        use_bias: bool = True,
        depthwise_initializer: Any = None,
        pointwise_initializer: Any = None,
        bias_initializer: Any = ZEROS,
        depthwise_regularizer: Function | None = None,
        pointwise_regularizer: Function | None = None,
        bias_regularizer: Function | None = None,
        activity_regularizer: Function | None = None,
        depthwise_constraint: Function | None = None,
        pointwise_constraint: Function | None = None,
        bias_constraint: Function | None = None,
        trainable: bool = True,
        name: str | None = None,
        reuse: bool | None = None,
    ) -> Any:
        made = layer(
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            depth_multiplier,
            activation,
            use_bias,
            depthwise_initializer,
            pointwise_initializer,
            bias_initializer,
            depthwise_regularizer,
            pointwise_regularizer,
            bias_regularizer,
            activity_regularizer,
            depthwise_constraint,
            pointwise_constraint,
            bias_constraint,
            trainable,
            name,
            _scope=name,
            _reuse=reuse,
        )
        return made.apply(inputs)

    apply.__name__ = apply.__qualname__ = naming.snake_case(layer.__name__)
    apply.__doc__ = f"Makes a {layer.__name__} and calls it; see there. `reuse` takes the variables of `name`."
    return apply


separable_conv1d = _function(SeparableConv1D)
separable_conv2d = _function(SeparableConv2D)
