"""`tf.contrib.layers`: conv2d and pooling.

The defaults differ from `tf.layers`: "SAME", relu, scopes Conv, MaxPool2D.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope
from tf1rnn.contrib.framework.variables import model_variable
from tf1rnn.contrib.layers.collecting import collected, variable_collections
from tf1rnn.contrib.layers.initializers import xavier_initializer
from tf1rnn.layers.convolution import sizes

Function = Callable[..., Any]

ZEROS = v1.zeros_initializer()
XAVIER = xavier_initializer()


@add_arg_scope
def conv2d(
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: Any = 1,
    activation_fn: Function | None = v1.nn.relu,
    normalizer_fn: Function | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = XAVIER,
    weights_regularizer: Function | None = None,
    biases_initializer: Any = ZEROS,
    biases_regularizer: Function | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """Convolution of images [batch, height, width, channels], scope "Conv".

    Variables: weights [height, width, channels, num_outputs], biases [num_outputs].

    Args:
        num_outputs: number of output channels.
        kernel_size, stride, rate: size, distance and dilation of the windows: an int, or two.
        padding: "SAME" or "VALID".
        data_format: "NHWC" (default) or "NCHW".
        others: see fully_connected.

    Raises ValueError for an unknown layout, another rank or unknown channels.
    """
    if data_format not in (None, "NHWC", "NCHW"):
        raise ValueError(f"Invalid data_format: {data_format!r}")
    with v1.variable_scope(scope, "Conv", [inputs], reuse=reuse) as entered:
        inputs = v1.convert_to_tensor(inputs)
        if inputs.shape.ndims != 4:
            raise ValueError(f"Convolution expects input with rank 4, got {inputs.shape.ndims}")
        channels = inputs.shape.as_list()[1 if data_format == "NCHW" else 3]
        if channels is None:
            raise ValueError("The channel dimension of the inputs should be defined. Found `None`.")
        weights = model_variable(
            "weights",
            shape=[*sizes(kernel_size, 2, "kernel_size"), channels, num_outputs],
            dtype=inputs.dtype.base_dtype,
            initializer=weights_initializer,
            regularizer=weights_regularizer,
            collections=variable_collections(variables_collections, "weights"),
            trainable=trainable,
        )
        outputs = v1.nn.convolution(
            inputs,
            weights,
            padding=padding.upper(),
            strides=sizes(stride, 2, "stride"),
            dilation_rate=sizes(rate, 2, "rate"),
            data_format=data_format,
        )
        if normalizer_fn is not None:
            outputs = normalizer_fn(outputs, **(normalizer_params or {}))
        elif biases_initializer is not None:
            biases = model_variable(
                "biases",
                shape=[num_outputs],
                dtype=inputs.dtype.base_dtype,
                initializer=biases_initializer,
                regularizer=biases_regularizer,
                collections=variable_collections(variables_collections, "biases"),
                trainable=trainable,
            )
            outputs = v1.nn.bias_add(outputs, biases, data_format=data_format)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collected(outputs_collections, entered.name, outputs)


convolution2d = conv2d


def _pool(kind: str, default_scope: str) -> Callable[..., Any]:
    def pool(
        inputs: Any,
        kernel_size: Any,
        stride: Any = 2,
        padding: str = "VALID",
        data_format: str = "NHWC",
        outputs_collections: Any = None,
        scope: Any = None,
    ) -> Any:
        if data_format not in ("NCHW", "NHWC"):
            raise ValueError("data_format has to be either NCHW or NHWC.")
        with v1.name_scope(scope, default_scope, [inputs]) as entered:
            outputs = v1.nn.pool(
                v1.convert_to_tensor(inputs),
                window_shape=sizes(kernel_size, 2, "kernel_size"),
                pooling_type=kind,
                padding=padding.upper(),
                strides=sizes(stride, 2, "stride"),
                data_format=data_format,
            )
            return collected(outputs_collections, entered, outputs)

    pool.__doc__ = f"Pooling ({kind}) over windows of [batch, height, width, channels], scope {default_scope}."
    pool.__name__ = pool.__qualname__ = f"{kind.lower()}_pool2d"
    return add_arg_scope(pool)


max_pool2d = _pool("MAX", "MaxPool2D")
avg_pool2d = _pool("AVG", "AvgPool2D")
