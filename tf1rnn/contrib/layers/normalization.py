"""`tf.contrib.layers`: batch_norm and layer_norm.

    y = activation(gamma * (x - mean) / sqrt(variance + epsilon) + beta)

batch_norm: mean and variance of the batch in training, moving ones otherwise; see
`tf.layers.batch_normalization`. layer_norm: mean and variance of each example, over the axes from
begin_norm_axis on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope
from tf1rnn.contrib.framework.variables import model_variable
from tf1rnn.contrib.layers.collecting import collected, variable_collections
from tf1rnn.layers.conditions import choose, static_bool

Function = Callable[..., Any]


@add_arg_scope
def batch_norm(
    inputs: Any,
    decay: float = 0.999,
    center: bool = True,
    scale: bool = False,
    epsilon: float = 0.001,
    activation_fn: Function | None = None,
    param_initializers: dict[str, Any] | None = None,
    param_regularizers: dict[str, Any] | None = None,
    updates_collections: Any = v1.GraphKeys.UPDATE_OPS,
    is_training: Any = True,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    batch_weights: Any = None,
    fused: bool | None = None,
    data_format: str = "NHWC",
    zero_debias_moving_mean: bool = False,
    scope: Any = None,
    renorm: bool = False,
    renorm_clipping: Any = None,
    renorm_decay: float = 0.99,
    adjustment: Any = None,
) -> Any:
    """Batch normalization (`tf.contrib.layers.batch_norm` of TensorFlow 1.15), scope "BatchNorm".

    Variables: beta, gamma (with `scale`), moving_mean, moving_variance, all [channels].

    Args:
        inputs: float tensor of known rank, at least 2.
        decay: of the moving statistics.
        center, scale: whether there is a beta, a gamma.
        epsilon: added to the variance.
        activation_fn: function of the result.
        param_initializers, param_regularizers: by the name of the variable.
        updates_collections: where the updates of the moving statistics go; None runs them with the outputs.
        is_training: Python value or boolean scalar tensor.
        reuse, variables_collections, outputs_collections, trainable, scope: see fully_connected.
        fused: whether the fused kernel is used (ranks 2 and 4).
        data_format: "NHWC" or "NCHW".

    Returns: a tensor of the shape of the inputs.

    Raises:
        ValueError: unknown rank, channels or layout.
        NotImplementedError: batch_weights, zero_debias_moving_mean, renorm, adjustment.
    """
    asked = {
        "batch_weights": batch_weights is not None,
        "zero_debias_moving_mean": zero_debias_moving_mean,
        "renorm": renorm,
        "adjustment": adjustment is not None,
    }
    for argument, given in asked.items():
        if given:
            raise NotImplementedError(f"tf1rnn does not support {argument} in batch_norm yet")
    if data_format not in ("NCHW", "NHWC"):
        raise ValueError("data_format has to be either NCHW or NHWC.")
    inputs = v1.convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    if rank is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank")
    axis = 1 if data_format == "NCHW" and rank > 2 else rank - 1
    channels = inputs.shape.as_list()[axis]
    if channels is None:
        raise ValueError(f"Inputs {inputs.name} has undefined channels dimension")
    fused = (fused is None or fused) and rank in (2, 4)

    with v1.variable_scope(scope, "BatchNorm", [inputs], reuse=reuse) as entered:
        initializers, regularizers = param_initializers or {}, param_regularizers or {}

        def parameter(name: str, default: Any, learned: bool) -> Any:
            return model_variable(
                name,
                shape=[channels],
                dtype=v1.float32,
                initializer=initializers.get(name, default),
                regularizer=regularizers.get(name) if learned else None,
                collections=variable_collections(variables_collections, name),
                trainable=trainable and learned,
            )

        zeros, ones = v1.zeros_initializer(), v1.ones_initializer()
        made: dict[str, Any] = {"gamma": None, "beta": None}
        # The two ways of TensorFlow 1.15 made them in a different order; collections keep it.
        in_place = rank == 2 or updates_collections != v1.GraphKeys.UPDATE_OPS
        for name in ("beta", "gamma") if fused and in_place else ("gamma", "beta"):
            if scale if name == "gamma" else center:
                made[name] = parameter(name, ones if name == "gamma" else zeros, True)
        moving_mean = parameter("moving_mean", zeros, False)
        moving_variance = parameter("moving_variance", ones, False)
        kernel = _fused if fused else _plain
        outputs, mean, variance = kernel(
            inputs, axis, made["gamma"], made["beta"], moving_mean, moving_variance, epsilon, is_training
        )
        if static_bool(is_training) is not False:
            updates = [
                _follow(moving_mean, mean, decay, is_training),
                _follow(moving_variance, variance, decay, is_training),
            ]
            if updates_collections is None:
                with v1.control_dependencies(updates):
                    outputs = v1.identity(outputs)
            else:
                for update in updates:
                    v1.add_to_collections(updates_collections, update)
        outputs.set_shape(inputs.shape)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collected(outputs_collections, entered.name, outputs)


def _fused(
    inputs: Any, axis: int, gamma: Any, beta: Any, mean: Any, variance: Any, epsilon: float, training: Any
) -> tuple[Any, Any, Any]:
    """TensorFlow's fused kernel; vectors become images of one pixel."""
    channels = inputs.shape.as_list()[axis]
    shape = v1.shape(inputs)
    images = v1.reshape(inputs, [-1, 1, 1, channels]) if inputs.shape.ndims == 2 else inputs
    gamma = gamma if gamma is not None else v1.ones([channels])
    beta = beta if beta is not None else v1.zeros([channels])
    layout = "NCHW" if axis == 1 and inputs.shape.ndims == 4 else "NHWC"

    def normalize(**statistics: Any) -> Any:
        return v1.nn.fused_batch_norm(images, gamma, beta, epsilon=epsilon, data_format=layout, **statistics)

    outputs, batch_mean, batch_variance = choose(
        training, normalize, lambda: normalize(mean=mean, variance=variance, is_training=False)
    )
    return v1.reshape(outputs, shape) if images is not inputs else outputs, batch_mean, batch_variance


def _plain(
    inputs: Any, axis: int, gamma: Any, beta: Any, mean: Any, variance: Any, epsilon: float, training: Any
) -> tuple[Any, Any, Any]:
    rank, channels = inputs.shape.ndims, inputs.shape.as_list()[axis]
    others = [i for i in range(rank) if i != axis]
    mean, variance = choose(
        training,
        lambda: v1.nn.moments(inputs, others),
        lambda: (v1.convert_to_tensor(mean), v1.convert_to_tensor(variance)),
    )

    def spread(vector: Any) -> Any:
        return None if vector is None else v1.reshape(vector, [channels if i == axis else 1 for i in range(rank)])

    outputs = v1.nn.batch_normalization(inputs, spread(mean), spread(variance), spread(beta), spread(gamma), epsilon)
    return outputs, mean, variance


def _follow(moving: Any, batch: Any, decay: float, training: Any) -> Any:
    """moving -= (moving - batch) * (1 - decay), or nothing where a condition in the graph says so."""
    with v1.name_scope("AssignMovingAvg", values=[moving, batch]) as scope:
        rate = choose(training, lambda: v1.constant(1.0 - decay), lambda: v1.constant(0.0))
        return v1.assign_sub(moving, (v1.convert_to_tensor(moving) - batch) * rate, name=scope)


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
