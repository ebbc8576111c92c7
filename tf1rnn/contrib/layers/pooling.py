"""`tf.contrib.layers`: pooling over windows of images and volumes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope
from tf1rnn.contrib.layers.collecting import collected
from tf1rnn.layers import pooling
from tf1rnn.layers.convolution import sizes


def _pool(name: str, layer: type[pooling.Pooling], default_scope: str, layouts: tuple[str, str]) -> Callable[..., Any]:
    def pool(
        inputs: Any,
        kernel_size: Any,
        stride: Any = 2,
        padding: str = "VALID",
        data_format: str = layouts[1],
        outputs_collections: Any = None,
        scope: Any = None,
    ) -> Any:
        if data_format not in layouts:
            raise ValueError(f"data_format has to be either {layouts[0]} or {layouts[1]}.")
        with v1.name_scope(scope, default_scope, [inputs]) as entered:
            layout = "channels_first" if data_format == layouts[0] else "channels_last"
            # Only what it computes: the layer's own scope would be one more in the names.
            outputs = layer(kernel_size, stride, padding, layout).call(v1.convert_to_tensor(inputs))
            return collected(outputs_collections, entered, outputs)

    pool.__doc__ = (
        f"Pooling over windows, scope {default_scope}.\n\n"
        "    kernel_size and stride are an int or one per dimension, padding is VALID or SAME.\n"
        f"    Raises ValueError unless data_format is {layouts[0]} or {layouts[1]}."
    )
    pool.__name__ = pool.__qualname__ = name
    return add_arg_scope(pool)


max_pool2d = _pool("max_pool2d", pooling.MaxPooling2D, "MaxPool2D", ("NCHW", "NHWC"))
avg_pool2d = _pool("avg_pool2d", pooling.AveragePooling2D, "AvgPool2D", ("NCHW", "NHWC"))
max_pool3d = _pool("max_pool3d", pooling.MaxPooling3D, "MaxPool3D", ("NCDHW", "NDHWC"))
avg_pool3d = _pool("avg_pool3d", pooling.AveragePooling3D, "AvgPool3D", ("NCDHW", "NDHWC"))


@add_arg_scope
def pool(
    inputs: Any,
    kernel_size: Any,
    pooling_type: str,
    padding: str = "VALID",
    data_format: str | None = None,
    dilation_rate: Any = 1,
    stride: Any = 1,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """Pooling over one to three dimensions of space; scope avg_pool or max_pool.

    Args:
        inputs: [batch, space..., channels], or [batch, channels, space...] with a data_format "NC...".
        kernel_size, stride, dilation_rate: an int, or one per dimension of space; either stride or dilation is 1.
        pooling_type: "AVG" or "MAX".
        padding: "VALID" or "SAME".
        outputs_collections: see fully_connected.

    Raises ValueError for an unknown rank or arguments that do not fit.
    """
    with v1.name_scope(scope, f"{pooling_type.lower()}_pool", [inputs]) as entered:
        inputs = v1.convert_to_tensor(inputs)
        if inputs.shape.ndims is None:
            raise ValueError("Rank of inputs must be known")
        if inputs.shape.ndims < 3:
            raise ValueError("Rank of inputs must be >= 3")
        if pooling_type not in ("AVG", "MAX"):
            raise ValueError(f"{inputs.shape.ndims - 2}-D {pooling_type} pooling is not supported.")
        dimensions = inputs.shape.ndims - 2
        outputs = v1.nn.pool(
            inputs,
            window_shape=sizes(kernel_size, dimensions, "kernel_size"),
            pooling_type=pooling_type,
            padding=padding,
            data_format=data_format,
            dilation_rate=sizes(dilation_rate, dimensions, "dilation_rate"),
            strides=sizes(stride, dimensions, "stride"),
            name=entered,
        )
        return collected(outputs_collections, entered, outputs)
