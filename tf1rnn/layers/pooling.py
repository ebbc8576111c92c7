"""`tf.layers`: maximum and mean over windows, in one, two and three dimensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.layers import naming
from tf1rnn.layers.base import InputSpec, Layer
from tf1rnn.layers.convolution import LAYOUTS, channels_first, checked_padding, sizes, window_count


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
    mean = False

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if strides is None:
            raise ValueError("Argument `strides` must not be None.")
        super().__init__(name=name, **kwargs)
        self.pool_size = sizes(pool_size, self.rank, "pool_size")
        self.strides = sizes(strides, self.rank, "strides")
        self.padding = checked_padding(padding)
        self.data_format = data_format
        self._channels_first = channels_first(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:  # type: ignore[override]
        """[batch, space..., channels] -> [batch, number of windows..., channels]."""
        if self.rank == 3:
            return self._volumes(inputs)
        line = 3 if self._channels_first else 2  # a sequence becomes an image one pixel wide
        images = v1.expand_dims(inputs, line) if self.rank == 1 else inputs
        pad = (1,) * (2 - self.rank)
        outputs = (v1.nn.avg_pool if self.mean else v1.nn.max_pool)(
            images,
            self._per_axis((*self.pool_size, *pad)),
            self._per_axis((*self.strides, *pad)),
            self.padding.upper(),
            data_format=LAYOUTS[2][1 if self._channels_first else 0],
        )
        return v1.squeeze(outputs, [line]) if self.rank == 1 else outputs

    def _volumes(self, inputs: Any) -> Any:
        """The kernels for volumes know one layout."""
        if self._channels_first:
            inputs = v1.transpose(inputs, [0, 2, 3, 4, 1])
        outputs = (v1.nn.avg_pool3d if self.mean else v1.nn.max_pool3d)(
            inputs, (1, *self.pool_size, 1), (1, *self.strides, 1), self.padding.upper()
        )
        return v1.transpose(outputs, [0, 4, 1, 2, 3]) if self._channels_first else outputs

    def _per_axis(self, space: tuple[int, ...]) -> tuple[int, ...]:
        return (1, 1, *space) if self._channels_first else (1, *space, 1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """[batch, number of windows..., channels], None where unknown."""
        found = v1.TensorShape(input_shape).as_list()
        first = 2 if self._channels_first else 1
        for i in range(self.rank):
            found[first + i] = window_count(found[first + i], self.pool_size[i], self.padding, self.strides[i])
        return v1.TensorShape(found)


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

    rank, mean = 1, True


class AveragePooling2D(Pooling):
    """Mean over windows of [batch, height, width, channels]; see Pooling."""

    mean = True


class AveragePooling3D(Pooling):
    """Mean over windows of [batch, depth, height, width, channels]; see Pooling."""

    rank, mean = 3, True


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

    apply.__name__ = apply.__qualname__ = naming.snake_case(layer.__name__)
    apply.__doc__ = f"Makes a {layer.__name__} and calls it; see there."
    return apply


max_pooling1d = _function(MaxPooling1D)
max_pooling2d = _function(MaxPooling2D)
max_pooling3d = _function(MaxPooling3D)
average_pooling1d = _function(AveragePooling1D)
average_pooling2d = _function(AveragePooling2D)
average_pooling3d = _function(AveragePooling3D)
