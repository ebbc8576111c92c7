"""`tf.contrib.layers`: normalization by statistics of each example.

    y = activation(gamma * (x - mean) / sqrt(variance + epsilon) + beta)

layer_norm: over the axes from begin_norm_axis on; instance_norm: over the space of each channel; group_norm:
over the space and the channels of a group.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope
from tf1rnn.contrib.framework.variables import model_variable
from tf1rnn.contrib.layers.collecting import collected, variable_collections

Function = Callable[..., Any]


@add_arg_scope
def layer_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    activation_fn: Function | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: Any = None,
) -> Any:
    """Layer normalization (Ba et al. 2016), scope "LayerNorm".

    Variables: beta and gamma, of the shape of the axes from `begin_params_axis` on.

    Args:
        inputs: float tensor; mean and variance are taken over its axes from `begin_norm_axis` on.
        center, scale: whether there is a beta, a gamma.
        activation_fn: function of the result.
        reuse, variables_collections, outputs_collections, trainable, scope: see fully_connected.

    Raises ValueError for axes that do not exist or sizes that are not known.
    """
    with v1.variable_scope(scope, "LayerNorm", [inputs], reuse=reuse) as entered:
        inputs = v1.convert_to_tensor(inputs)
        shape, dtype = inputs.shape, inputs.dtype.base_dtype
        rank = shape.ndims
        if rank is None:
            raise ValueError(f"Inputs {inputs.name} has undefined rank.")
        if begin_norm_axis < 0:
            begin_norm_axis += rank
        if begin_params_axis >= rank or begin_norm_axis >= rank:
            raise ValueError(
                f"begin_params_axis ({begin_params_axis}) and begin_norm_axis ({begin_norm_axis}) must be < "
                f"rank(inputs) ({rank})"
            )
        parameters_shape = shape[begin_params_axis:]
        if not parameters_shape.is_fully_defined():
            raise ValueError(f"Inputs {inputs.name}: shape(inputs)[{begin_params_axis}:] is not fully defined: {shape}")
        made: dict[str, Any] = {"beta": None, "gamma": None}
        for name, wanted, initializer in (
            ("beta", center, v1.zeros_initializer()),
            ("gamma", scale, v1.ones_initializer()),
        ):
            if wanted:
                made[name] = model_variable(
                    name,
                    shape=parameters_shape,
                    dtype=dtype,
                    initializer=initializer,
                    collections=variable_collections(variables_collections, name),
                    trainable=trainable,
                )
        mean, variance = v1.nn.moments(inputs, list(range(begin_norm_axis, rank)), keep_dims=True)
        epsilon = 1e-3 if dtype == v1.float16 else 1e-12
        outputs = v1.nn.batch_normalization(
            inputs, mean, variance, offset=made["beta"], scale=made["gamma"], variance_epsilon=epsilon
        )
        outputs.set_shape(shape)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collected(outputs_collections, entered.name, outputs)


def _beta_and_gamma(
    shape: list[int],
    dtype: Any,
    center: bool,
    scale: bool,
    initializers: dict[str, Any] | None,
    variables_collections: Any,
    trainable: bool,
) -> tuple[Any, Any]:
    def parameter(name: str, wanted: bool, default: Any) -> Any:
        if not wanted:
            return None
        return model_variable(
            name,
            shape=shape,
            dtype=dtype,
            initializer=(initializers or {}).get(name, default),
            collections=variable_collections(variables_collections, name),
            trainable=trainable,
        )

    beta = parameter("beta", center, v1.zeros_initializer())
    return beta, parameter("gamma", scale, v1.ones_initializer())


@add_arg_scope
def instance_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-6,
    activation_fn: Function | None = None,
    param_initializers: dict[str, Any] | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Any = None,
) -> Any:
    """Instance normalization (Ulyanov et al. 2016), scope "InstanceNorm".

    Variables: beta, gamma [channels].

    Args:
        inputs: [batch, ..., channels], or [batch, channels, ...] with data_format "NCHW".
        center, scale: whether there is a beta, a gamma.
        epsilon: added to the variance.
        activation_fn: function of the result.
        param_initializers: by the name of the variable.
        reuse, variables_collections, outputs_collections, trainable, scope: see fully_connected.

    Raises ValueError for an unknown layout, rank or number of channels.
    """
    inputs = v1.convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    if rank is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank.")
    if data_format not in ("NCHW", "NHWC"):
        raise ValueError("data_format has to be either NCHW or NHWC.")
    with v1.variable_scope(scope, "InstanceNorm", [inputs], reuse=reuse) as entered:
        axis = 1 if data_format == "NCHW" else rank - 1
        channels = inputs.shape.as_list()[axis]
        if channels is None:
            raise ValueError(f"Inputs {inputs.name} has undefined channels dimension {inputs.shape[axis : axis + 1]}.")
        beta, gamma = _beta_and_gamma(
            [channels], inputs.dtype.base_dtype, center, scale, param_initializers, variables_collections, trainable
        )
        if data_format == "NCHW":
            shape = [1, channels] + [1] * (rank - 2)
            beta = None if beta is None else v1.reshape(beta, shape)
            gamma = None if gamma is None else v1.reshape(gamma, shape)
        mean, variance = v1.nn.moments(inputs, [i for i in range(1, rank) if i != axis], keep_dims=True)
        outputs = v1.nn.batch_normalization(inputs, mean, variance, beta, gamma, epsilon, name="instancenorm")
        outputs.set_shape(inputs.shape)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collected(outputs_collections, entered.name, outputs)


@add_arg_scope
def group_norm(
    inputs: Any,
    groups: int = 32,
    channels_axis: int = -1,
    reduction_axes: Any = (-3, -2),
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-6,
    activation_fn: Function | None = None,
    param_initializers: dict[str, Any] | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
    mean_close_to_zero: bool = False,
) -> Any:
    """Group normalization (Wu and He 2018), scope "GroupNorm".

    Variables: beta, gamma [channels].

    Args:
        inputs: float tensor whose sizes are known, but for the first.
        groups: number of groups that the channels are divided into.
        channels_axis: the axis of the channels.
        reduction_axes: the axes that statistics are taken over, with those of a group's channels.
        mean_close_to_zero: whether the variance is taken as mean(x ** 2) - mean(x) ** 2, in one pass.
        others: see instance_norm.

    Raises ValueError for axes that do not exist or clash, unknown sizes, or groups that do not divide the
    channels.
    """
    inputs = v1.convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    if rank is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank.")
    if not -rank <= channels_axis < rank:
        raise ValueError("Axis is out of bounds.")
    axis = channels_axis % rank
    sizes = inputs.shape.as_list()
    channels = sizes[axis]
    if channels is None:
        raise ValueError(f"Inputs {inputs.name} has undefined channel dimension: {axis}.")
    reduced = [a + rank if a < 0 else a for a in reduction_axes]
    for a in reduced:
        if a >= rank:
            raise ValueError("Axis is out of bounds.")
        if sizes[a] is None:
            raise ValueError(f"Inputs {inputs.name} has undefined dimensions {a}.")
        if a == axis:
            raise ValueError("reduction_axis must be mutually exclusive with channels_axis")
    if groups > channels:
        raise ValueError(f"Invalid groups {groups} for {channels} channels.")
    if channels % groups:
        raise ValueError(f"{channels} channels is not commensurate with {groups} groups.")
    if sum(size is None for size in sizes) > 1:
        raise ValueError(f"Inputs {inputs.name} has more than one undefined dimension: {inputs.shape}")
    shape = [-1 if size is None else size for size in sizes]
    grouped = v1.reshape(inputs, [*shape[:axis], groups, channels // groups, *shape[axis + 1 :]])
    with v1.variable_scope(scope, "GroupNorm", [inputs], reuse=reuse) as entered:
        beta, gamma = _beta_and_gamma(
            [channels], inputs.dtype.base_dtype, center, scale, param_initializers, variables_collections, trainable
        )
        spread = [1] * axis + [groups, channels // groups] + [1] * (rank - axis - 1)
        axes = [axis + 1, *(a + 1 if a > axis else a for a in reduced)]
        if mean_close_to_zero:
            count, total, squares, _ = v1.nn.sufficient_statistics(grouped, axes, keep_dims=True)
            mean, variance = v1.nn.normalize_moments(count, total, squares, shift=None)
        else:
            mean, variance = v1.nn.moments(grouped, axes, keep_dims=True)
        gain = v1.rsqrt(variance + epsilon)
        offset = -mean * gain
        if gamma is not None:
            gamma = v1.reshape(gamma, spread)
            gain, offset = gain * gamma, offset * gamma
        if beta is not None:
            offset += v1.reshape(beta, spread)
        outputs = v1.reshape(grouped * gain + offset, shape)
        outputs.set_shape(inputs.shape)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collected(outputs_collections, entered.name, outputs)
