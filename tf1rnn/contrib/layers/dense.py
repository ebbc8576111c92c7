"""`tf.contrib.layers`: fully_connected and what is made of it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope
from tf1rnn.contrib.framework.variables import model_variable
from tf1rnn.contrib.layers.collecting import collect_variable, collected, model_variables, variable_collections
from tf1rnn.contrib.layers.initializers import xavier_initializer
from tf1rnn.layers.core import Dense

Function = Callable[..., Any]

ZEROS = v1.zeros_initializer()
XAVIER = xavier_initializer()


@add_arg_scope
def fully_connected(
    inputs: Any,
    num_outputs: int,
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
    """activation_fn(inputs . weights + biases), or with a normalizer activation_fn(normalizer_fn(inputs .
    weights)).

    Variables: `weights` [depth, num_outputs], `biases` [num_outputs], in the scope "fully_connected".

    Args:
        inputs: [batch, ..., depth].
        num_outputs: size of the last axis of the outputs.
        activation_fn: function of the result, relu by default; None is linear.
        normalizer_fn, normalizer_params: instead of biases.
        weights_initializer, biases_initializer: initialisers; without the latter there are no biases.
        weights_regularizer, biases_regularizer: penalties for the collection REGULARIZATION_LOSSES.
        reuse: whether the variables of the scope are taken.
        variables_collections, outputs_collections: where to put variables (a list, or a dict by name) and
            outputs.
        trainable: whether the variables are.
        scope: variable scope or its name.

    Returns: [batch, ..., num_outputs].

    Raises ValueError for a num_outputs that is no int, rank below 2, or unknown depth.
    """
    if not isinstance(num_outputs, int) and not hasattr(num_outputs, "__index__"):
        raise ValueError(f"num_outputs type should be one of {[int]}, got {type(num_outputs)}.")
    getter = model_variables(kernel="weights", bias="biases")
    with v1.variable_scope(scope, "fully_connected", [inputs], reuse=reuse, custom_getter=getter) as entered:
        inputs = v1.convert_to_tensor(inputs)
        layer = Dense(
            units=int(num_outputs),
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
        outputs = layer.apply(inputs)
        collect_variable(layer.kernel, variables_collections, "weights")
        if layer.bias is not None:
            collect_variable(layer.bias, variables_collections, "biases")
        if normalizer_fn is not None:
            outputs = normalizer_fn(outputs, **(normalizer_params or {}))
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collected(outputs_collections, entered.name, outputs)


linear = functools.partial(fully_connected, activation_fn=None)
relu = fully_connected
relu6 = functools.partial(fully_connected, activation_fn=v1.nn.relu6)
elu = functools.partial(fully_connected, activation_fn=v1.nn.elu)


@add_arg_scope
def bias_add(
    inputs: Any,
    activation_fn: Function | None = None,
    initializer: Any = ZEROS,
    regularizer: Function | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Any = None,
) -> Any:
    """activation_fn(inputs + biases), `biases` along the channels, in the scope "BiasAdd"; see
    fully_connected.
    """
    if data_format not in ("NHWC", "NCHW"):
        raise ValueError("data_format has to be either NCHW or NHWC.")
    with v1.variable_scope(scope, "BiasAdd", [inputs], reuse=reuse) as entered:
        inputs = v1.convert_to_tensor(inputs)
        if data_format == "NCHW" and inputs.shape.ndims != 4:
            raise ValueError("Data format NCHW only supports 4D Tensor")
        biases = model_variable(
            "biases",
            shape=[inputs.shape.as_list()[1 if data_format == "NCHW" else -1]],
            dtype=inputs.dtype.base_dtype,
            initializer=initializer,
            regularizer=regularizer,
            collections=variable_collections(variables_collections, "biases"),
            trainable=trainable,
        )
        outputs = v1.nn.bias_add(inputs, biases, data_format=data_format)
        outputs = activation_fn(outputs) if activation_fn is not None else outputs
        return collected(outputs_collections, entered.name, outputs)


def stack(inputs: Any, layer: Function, stack_args: Any, **kwargs: Any) -> Any:
    """Applies a layer with each of `stack_args` in turn, in the scopes stack/<layer>_1, _2, …

    Raises ValueError if `stack_args` is not a list or tuple.
    """
    scope, reuse = kwargs.pop("scope", None), kwargs.pop("reuse", None)
    if not isinstance(stack_args, (list, tuple)):
        raise ValueError("stack_args need to be a list or tuple")
    with v1.variable_scope(scope, "Stack", [inputs], reuse=reuse):
        inputs = v1.convert_to_tensor(inputs)
        base = scope or _name_of(layer)
        for i, given in enumerate(stack_args):
            arguments = given if isinstance(given, (list, tuple)) else [given]
            inputs = layer(inputs, *arguments, scope=f"{base}_{i + 1}", **kwargs)
        return inputs


def repeat(inputs: Any, repetitions: int, layer: Function, *args: Any, **kwargs: Any) -> Any:
    """Applies a layer several times with the same arguments, in the scopes <layer>/<layer>_1, _2, …"""
    scope = kwargs.pop("scope", None)
    with v1.variable_scope(scope, "Repeat", [inputs]):
        inputs = v1.convert_to_tensor(inputs)
        base = scope or _name_of(layer)
        for i in range(repetitions):
            inputs = layer(inputs, *args, **{**kwargs, "scope": f"{base}_{i + 1}"})
        return inputs


def _name_of(layer: Any) -> str:
    return layer.__name__ if hasattr(layer, "__name__") else layer.func.__name__
