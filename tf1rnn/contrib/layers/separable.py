"""`tf.contrib.layers.separable_conv2d`: each channel with its own kernels, then all channels mixed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope
from tf1rnn.contrib.framework.variables import model_variable
from tf1rnn.contrib.layers.collecting import collected, model_variables, variable_collections
from tf1rnn.contrib.layers.convolutions import XAVIER, ZEROS, finished
from tf1rnn.layers.convolution import sizes
from tf1rnn.layers.separable import SeparableConv2D

Function = Callable[..., Any]


@add_arg_scope
def separable_convolution2d(
    inputs: Any,
    num_outputs: int | None,
    kernel_size: Any,
    depth_multiplier: int = 1,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str = "NHWC",
    rate: Any = 1,
    activation_fn: Function | None = v1.nn.relu,
    normalizer_fn: Function | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = XAVIER,
    pointwise_initializer: Any = None,
    weights_regularizer: Function | None = None,
    biases_initializer: Any = ZEROS,
    biases_regularizer: Function | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """Separable convolution of images [batch, height, width, channels], scope "SeparableConv2d".

    Variables: depthwise_weights [height, width, channels, depth_multiplier], pointwise_weights [1, 1,
    channels * depth_multiplier, num_outputs], biases.

    Args:
        num_outputs: number of output channels; None leaves the mixing of channels out.
        depth_multiplier: number of kernels of each channel.
        pointwise_initializer: initialiser of pointwise_weights, weights_initializer by default.
        others: see convolution.

    Raises ValueError for an unknown layout or unknown channels.
    """
    if data_format not in ("NCHW", "NHWC"):
        raise ValueError("data_format has to be either NCHW or NHWC.")
    getter = model_variables(bias="biases", depthwise_kernel="depthwise_weights", pointwise_kernel="pointwise_weights")
    with v1.variable_scope(scope, "SeparableConv2d", [inputs], reuse=reuse, custom_getter=getter) as entered:
        inputs = v1.convert_to_tensor(inputs)
        if num_outputs is not None:
            layer = SeparableConv2D(
                filters=num_outputs,
                kernel_size=kernel_size,
                strides=stride,
                padding=padding,
                data_format="channels_first" if data_format == "NCHW" else "channels_last",
                dilation_rate=sizes(rate, 2, "rate"),
                depth_multiplier=depth_multiplier,
                use_bias=not normalizer_fn and bool(biases_initializer),
                depthwise_initializer=weights_initializer,
                pointwise_initializer=pointwise_initializer or weights_initializer,
                bias_initializer=biases_initializer,
                depthwise_regularizer=weights_regularizer,
                pointwise_regularizer=weights_regularizer,
                bias_regularizer=biases_regularizer,
                trainable=trainable,
                name=entered.name,
                dtype=inputs.dtype.base_dtype,
                _scope=entered,
                _reuse=reuse,
            )
            return finished(
                layer,
                inputs,
                entered,
                activation_fn,
                normalizer_fn,
                normalizer_params,
                variables_collections,
                outputs_collections,
            )
        dtype = inputs.dtype.base_dtype
        channels = inputs.shape.as_list()[1 if data_format == "NCHW" else 3]
        weights = model_variable(
            "depthwise_weights",
            shape=[*sizes(kernel_size, 2, "kernel_size"), channels, depth_multiplier],
            dtype=dtype,
            initializer=weights_initializer,
            regularizer=weights_regularizer,
            trainable=trainable,
            collections=variable_collections(variables_collections, "weights"),
        )
        steps = sizes(stride, 2, "stride")
        outputs = v1.nn.depthwise_conv2d(
            inputs,
            weights,
            (1, 1, *steps) if data_format == "NCHW" else (1, *steps, 1),
            padding,
            rate=sizes(rate, 2, "rate"),
            data_format=data_format,
        )
        if normalizer_fn is not None:
            outputs = normalizer_fn(outputs, **(normalizer_params or {}))
        elif biases_initializer is not None:
            biases = model_variable(
                "biases",
                shape=[depth_multiplier * channels],
                dtype=dtype,
                initializer=biases_initializer,
                regularizer=biases_regularizer,
                trainable=trainable,
                collections=variable_collections(variables_collections, "biases"),
            )
            outputs = v1.nn.bias_add(outputs, biases, data_format=data_format)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collected(outputs_collections, entered.name, outputs)


separable_conv2d = separable_convolution2d
