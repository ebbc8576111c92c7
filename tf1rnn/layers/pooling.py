"""`tf.layers`: maximum and mean over windows, in one, two and three dimensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.layers.base import InputSpec, Layer
from tf1rnn.layers.convolution import LAYOUTS, channels_first, checked_padding, sizes


class Pooling(Layer):
    """Base of the pooling layers.

    Args:
        pool_size, strides: size and distance of the windows: an int, or one per dimension.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first".
        name: see Layer.

    Raises ValueError for sizes, paddings and layouts that do not exist.
    """

    rank = 2
    kind = "MAX"

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.pool_size = sizes(pool_size, self.rank, "pool_size")
        self.strides = sizes(pool_size if strides is None else strides, self.rank, "strides")
        self.padding = checked_padding(padding)
        self.data_format = data_format
        self._layout = LAYOUTS[self.rank][1 if channels_first(data_format) else 0]
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:  # type: ignore[override]
        """[batch, space..., channels] -> [batch, number of windows..., channels]."""
        return v1.nn.pool(
            inputs,
            window_shape=self.pool_size,
            pooling_type=self.kind,
            padding=self.padding.upper(),
            strides=self.strides,
            data_format=self._layout,
        )


class MaxPooling1D(Pooling):
    """Maximum over windows of [batch, time, channels]; see Pooling."""

    rank = 1


class MaxPooling2D(Pooling):
    """Maximum over windows of [batch, height, width, channels]; see Pooling."""


class MaxPooling3D(Pooling):
    """Maximum over windows of [batch, depth, height, width, channels]; see Pooling."""

    rank = 3


class AveragePooling1D(Pooling):
    """Mean over windows of [batch, time, channels]; see Pooling."""

    rank, kind = 1, "AVG"


class AveragePooling2D(Pooling):
    """Mean over windows of [batch, height, width, channels]; see Pooling."""

    kind = "AVG"


class AveragePooling3D(Pooling):
    """Mean over windows of [batch, depth, height, width, channels]; see Pooling."""

    rank, kind = 3, "AVG"


def _function(layer: type[Pooling]) -> Callable[..., Any]:
    def apply(
        inputs: Any,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
    ) -> Any:
        return layer(pool_size, strides, padding=padding, data_format=data_format, name=name).apply(inputs)

    apply.__doc__ = f"Makes a {layer.__name__} and calls it; see there."
    return apply


max_pooling1d = _function(MaxPooling1D)
max_pooling2d = _function(MaxPooling2D)
max_pooling3d = _function(MaxPooling3D)
average_pooling1d = _function(AveragePooling1D)
average_pooling2d = _function(AveragePooling2D)
average_pooling3d = _function(AveragePooling3D)
