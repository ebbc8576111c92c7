"""`tf.layers`: transposed convolutions, whose strides enlarge images and volumes.

Each size n becomes n * stride ("same"), or n * stride + max(kernel - stride, 0) ("valid").
Variables: kernel [sizes..., filters, channels], bias [filters].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.layers import naming
from tf1rnn.layers.convolution import ZEROS, Conv

Function = Callable[[Any], Any]


class ConvTranspose(Conv):
    """Base of the transposed convolutions; the arguments are those of Conv, without dilation_rate."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
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
        super().__init__(
            filters,
            kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
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
            **kwargs,
        )

    def _kernel_shape(self, channels: int) -> list[int]:
        return [*self.kernel_size, self.filters, channels]

    def _enlarged(self, size: Any, i: int) -> Any:
        if size is None:
            return None
        grown = size * self.strides[i]
        return grown + max(self.kernel_size[i] - self.strides[i], 0) if self.padding == "valid" else grown

    def _arranged(self, batch: Any, space: list[Any]) -> list[Any]:
        return [batch, self.filters, *space] if self._channels_first else [batch, *space, self.filters]

    def call(self, inputs: Any) -> Any:  # type: ignore[override]
        """[batch, space..., channels] -> [batch, larger space..., filters]."""
        dynamic = v1.shape(inputs)
        first = 2 if self._channels_first else 1
        space = [self._enlarged(dynamic[first + i], i) for i in range(self.rank)]
        strides = (1, 1, *self.strides) if self._channels_first else (1, *self.strides, 1)
        operation = v1.nn.conv2d_transpose if self.rank == 2 else v1.nn.conv3d_transpose
        outputs = operation(
            inputs,
            self.kernel,
            v1.stack(self._arranged(dynamic[0], space)),
            strides=strides,
            padding=self.padding.upper(),
            data_format=self._layout,
        )
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return self._finished(outputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """[batch, larger space..., filters], None where unknown."""
        sizes = v1.TensorShape(input_shape).as_list()
        first = 2 if self._channels_first else 1
        space = [self._enlarged(sizes[first + i], i) for i in range(self.rank)]
        return v1.TensorShape(self._arranged(sizes[0], space))


class Conv2DTranspose(ConvTranspose):
    """Transpose of Conv2D: [batch, height, width, channels]; see ConvTranspose."""

    rank = 2


class Conv3DTranspose(ConvTranspose):
    """Transpose of Conv3D: [batch, depth, height, width, channels]; see ConvTranspose."""

    rank = 3


def _function(layer: type[ConvTranspose]) -> Callable[..., Any]:
    def apply(
        inputs: Any,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
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
            strides,
            padding,
            data_format,
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
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


conv2d_transpose = _function(Conv2DTranspose)
conv3d_transpose = _function(Conv3DTranspose)
