"""`tf.contrib.layers`: convolutions of sequences, images and volumes.

The defaults differ from `tf.layers`: "SAME", relu, Xavier, the scope "Conv", variables weights and biases.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope
from tf1rnn.contrib.framework.variables import model_variable
from tf1rnn.contrib.layers.collecting import collect_variable, collected, model_variables, variable_collections
from tf1rnn.contrib.layers.initializers import xavier_initializer
from tf1rnn.layers.convolution import Conv, Conv1D, Conv2D, Conv3D, sizes
from tf1rnn.layers.transposed import Conv2DTranspose, Conv3DTranspose

Function = Callable[..., Any]

ZEROS = v1.zeros_initializer()
XAVIER = xavier_initializer()

_BY_RANK: dict[int, type[Conv]] = {3: Conv1D, 4: Conv2D, 5: Conv3D}
_LAYOUTS = (None, "NWC", "NCW", "NHWC", "NCHW", "NDHWC", "NCDHW")


def finished(
    layer: Any,
    inputs: Any,
    entered: Any,
    activation_fn: Function | None,
    normalizer_fn: Function | None,
    normalizer_params: dict[str, Any] | None,
    variables_collections: Any,
    outputs_collections: Any,
) -> Any:
    """Calls a layer, collects its variables and applies normalizer and activation."""
    outputs = layer.apply(inputs)
    for attribute, name in (
        ("kernel", "weights"),
        ("depthwise_kernel", "weights"),
        ("pointwise_kernel", "weights"),
        ("bias", "biases"),
    ):
        variable = getattr(layer, attribute, None)
        if variable is not None:
            collect_variable(variable, variables_collections, name)
    if normalizer_fn is not None:
        outputs = normalizer_fn(outputs, **(normalizer_params or {}))
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    return collected(outputs_collections, entered.name, outputs)


@add_arg_scope
def convolution(
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
    conv_dims: int | None = None,
) -> Any:
    """Convolution of [batch, space..., channels] with one to three dimensions of space, scope "Conv".

    Variables: weights [sizes..., channels, num_outputs], biases [num_outputs].

    Args:
        num_outputs: number of output channels.
        kernel_size, stride, rate: size, distance and dilation of the windows: an int, or one per dimension.
        padding: "SAME" or "VALID".
        data_format: "NHWC" (default) or "NCHW"; without H or with D for other ranks.
        conv_dims: the number of dimensions of space that the inputs must have.
        others: see fully_connected.

    Raises ValueError for an unknown layout, another rank or unknown channels.
    """
    if data_format not in _LAYOUTS:
        raise ValueError(f"Invalid data_format: {data_format!r}")
    getter = model_variables(kernel="weights", bias="biases")
    with v1.variable_scope(scope, "Conv", [inputs], reuse=reuse, custom_getter=getter) as entered:
        inputs = v1.convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if conv_dims is not None and conv_dims + 2 != rank:
            raise ValueError(f"Convolution expects input with rank {conv_dims + 2}, got {rank}")
        if rank not in _BY_RANK:
            raise ValueError("Convolution not supported for input with rank", rank)
        layer = _BY_RANK[rank](
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format="channels_first" if (data_format or "").startswith("NC") else "channels_last",
            dilation_rate=rate,
            use_bias=not normalizer_fn and bool(biases_initializer),
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
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


def _of_rank(dimensions: int) -> Callable[..., Any]:
    def convolve(
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
        return convolution(
            inputs,
            num_outputs,
            kernel_size,
            stride,
            padding,
            data_format,
            rate,
            activation_fn,
            normalizer_fn,
            normalizer_params,
            weights_initializer,
            weights_regularizer,
            biases_initializer,
            biases_regularizer,
            reuse,
            variables_collections,
            outputs_collections,
            trainable,
            scope,
            conv_dims=dimensions,
        )

    convolve.__name__ = convolve.__qualname__ = f"convolution{dimensions}d"
    convolve.__doc__ = f"`convolution` of inputs with {dimensions} dimensions of space; see there."
    return add_arg_scope(convolve)


conv1d = convolution1d = _of_rank(1)
conv2d = convolution2d = _of_rank(2)
conv3d = convolution3d = _of_rank(3)


def _transpose(dimensions: int, layer_class: type[Conv], layouts: tuple[str, str]) -> Callable[..., Any]:
    def convolve(
        inputs: Any,
        num_outputs: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: str = "SAME",
        data_format: str = layouts[1],
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
        getter = model_variables(kernel="weights", bias="biases")
        default = f"Conv{dimensions}d_transpose"
        with v1.variable_scope(scope, default, [inputs], reuse=reuse, custom_getter=getter) as entered:
            if data_format not in layouts:
                raise ValueError(f"data_format has to be either {layouts[0]} or {layouts[1]}.")
            inputs = v1.convert_to_tensor(inputs)
            layer = layer_class(
                filters=num_outputs,
                kernel_size=kernel_size,
                strides=stride,
                padding=padding,
                data_format="channels_first" if data_format.startswith("NC") else "channels_last",
                use_bias=not normalizer_fn and bool(biases_initializer),
                kernel_initializer=weights_initializer,
                bias_initializer=biases_initializer,
                kernel_regularizer=weights_regularizer,
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

    convolve.__name__ = convolve.__qualname__ = f"convolution{dimensions}d_transpose"
    convolve.__doc__ = (
        f"Transposed convolution, whose stride enlarges the space; scope Conv{dimensions}d_transpose.\n\n"
        "    The arguments are those of `convolution`, without rate. ValueError for an unknown layout."
    )
    return add_arg_scope(convolve)


conv2d_transpose = convolution2d_transpose = _transpose(2, Conv2DTranspose, ("NCHW", "NHWC"))
conv3d_transpose = convolution3d_transpose = _transpose(3, Conv3DTranspose, ("NCDHW", "NDHWC"))


@add_arg_scope
def convolution2d_in_plane(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
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
    """The same convolution of each channel of images [batch, height, width, channels], scope "ConvInPlane".

    Variables: weights [height, width, 1, 1], biases [channels]. The arguments are those of `convolution`.
    """
    with v1.variable_scope(scope, "ConvInPlane", [inputs], reuse=reuse) as entered:
        inputs = v1.convert_to_tensor(inputs)
        dtype, channels = inputs.dtype.base_dtype, inputs.shape.as_list()[-1]
        variable = functools.partial(model_variable, dtype=dtype, trainable=trainable)
        weights = variable(
            "weights",
            shape=[*sizes(kernel_size, 2, "kernel_size"), 1, 1],
            initializer=weights_initializer,
            regularizer=weights_regularizer,
            collections=variable_collections(variables_collections, "weights"),
        )
        strides = (1, *sizes(stride, 2, "stride"), 1)
        outputs = v1.nn.depthwise_conv2d(inputs, v1.tile(weights, [1, 1, channels, 1]), strides, padding)
        if normalizer_fn is not None:
            outputs = normalizer_fn(outputs, **(normalizer_params or {}))
        elif biases_initializer is not None:
            biases = variable(
                "biases",
                shape=[channels],
                initializer=biases_initializer,
                regularizer=biases_regularizer,
                collections=variable_collections(variables_collections, "biases"),
            )
            outputs = v1.nn.bias_add(outputs, biases)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collected(outputs_collections, entered.name, outputs)


conv2d_in_plane = convolution2d_in_plane
