"""`tf.contrib.layers.batch_norm`.

    y = activation(gamma * (x - mean) / sqrt(variance + epsilon) + beta)

Mean and variance of the batch in training, moving ones otherwise; see `tf.layers.batch_normalization`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope
from tf1rnn.contrib.framework.variables import model_variable
from tf1rnn.contrib.layers.collecting import collect_variable, collected, model_variables, variable_collections
from tf1rnn.layers.batch_renorm import follow
from tf1rnn.layers.conditions import choose, static_bool
from tf1rnn.layers.normalization import BatchNormalization

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
        batch_weights: [batch], weights of the examples in mean and variance.
        fused: whether the fused kernel may be used (ranks 2 and 4).
        data_format: "NHWC" or "NCHW".
        zero_debias_moving_mean: whether the moving mean is corrected for its start at zero.
        renorm, renorm_clipping, renorm_decay, adjustment: see `tf.layers.BatchNormalization`.

    Returns: a tensor of the shape of the inputs.

    Raises:
        ValueError: unknown rank, channels or layout; renorm or adjustment together with batch_weights,
            zero_debias_moving_mean or other updates_collections.
    """
    default_updates = updates_collections == v1.GraphKeys.UPDATE_OPS
    in_place = batch_weights is not None or not default_updates or zero_debias_moving_mean
    for argument, given in (("renorm", renorm), ("adjustment", adjustment is not None)):
        if given and in_place:
            raise ValueError(
                f"{argument} is not supported with batch_weights, updates_collections or zero_debias_moving_mean"
            )
    if data_format not in ("NCHW", "NHWC"):
        raise ValueError("data_format has to be either NCHW or NHWC.")
    inputs = v1.convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    if rank is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank")
    axis = 1 if data_format == "NCHW" and rank > 1 else rank - 1
    if inputs.shape.as_list()[axis] is None:
        raise ValueError(f"Inputs {inputs.name} has undefined channels dimension")
    may_fuse = fused is not False and rank in (2, 4) and batch_weights is None and not renorm and adjustment is None
    in_place = in_place or (may_fuse and rank == 2)
    getter = None if in_place and may_fuse else model_variables()
    with v1.variable_scope(scope, "BatchNorm", [inputs], reuse=reuse, custom_getter=getter) as entered:
        initializers, regularizers = param_initializers or {}, param_regularizers or {}
        if not in_place:
            layer = BatchNormalization(
                axis=axis,
                momentum=decay,
                epsilon=epsilon,
                center=center,
                scale=scale,
                beta_initializer=initializers.get("beta", v1.zeros_initializer()),
                gamma_initializer=initializers.get("gamma", v1.ones_initializer()),
                moving_mean_initializer=initializers.get("moving_mean", v1.zeros_initializer()),
                moving_variance_initializer=initializers.get("moving_variance", v1.ones_initializer()),
                beta_regularizer=regularizers.get("beta"),
                gamma_regularizer=regularizers.get("gamma"),
                trainable=trainable,
                renorm=renorm,
                renorm_clipping=renorm_clipping,
                renorm_momentum=renorm_decay,
                adjustment=adjustment,
                name=entered.name,
                fused=fused,
                _scope=entered,
                _reuse=reuse,
            )
            outputs = layer.apply(inputs, training=is_training)
            for name in ("moving_mean", "moving_variance", "beta", "gamma"):
                if getattr(layer, name) is not None:
                    collect_variable(getattr(layer, name), variables_collections, name)
        else:
            made = _variables(
                inputs.shape.as_list()[axis],
                center,
                scale,
                initializers,
                regularizers,
                variables_collections,
                trainable,
            )
            if may_fuse:
                outputs, mean, variance = _fused(inputs, axis, made, epsilon, is_training)
            else:
                mean, variance = _statistics(inputs, axis, made, is_training, batch_weights)
            updates: list[Any] = []
            if static_bool(is_training) is not False:
                update_mean = _unbiased if zero_debias_moving_mean else follow
                updates = [
                    update_mean(made["moving_mean"], mean, decay, is_training),
                    follow(made["moving_variance"], variance, decay, is_training),
                ]
            forced = updates if updates_collections is None else []
            with v1.control_dependencies(forced):
                if not may_fuse:
                    outputs = _normalized(inputs, axis, made, mean, variance, epsilon)
                elif forced:
                    outputs = v1.identity(outputs)
            outputs.set_shape(inputs.shape)
            if not forced:
                for update in updates:
                    v1.add_to_collections(updates_collections, update)
        if activation_fn is not None:
            outputs = activation_fn(outputs)
        return collected(outputs_collections, entered.name, outputs)


def _variables(
    channels: int,
    center: bool,
    scale: bool,
    initializers: dict[str, Any],
    regularizers: dict[str, Any],
    variables_collections: Any,
    trainable: bool,
) -> dict[str, Any]:
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
    made = {
        "beta": parameter("beta", zeros, True) if center else None,
        "gamma": parameter("gamma", ones, True) if scale else None,
    }
    # Moving statistics are never cut into parts: a partitioner of the scope is for what is learned.
    scope = v1.get_variable_scope()
    partitioner = scope.partitioner
    scope.set_partitioner(None)
    try:
        made["moving_mean"] = parameter("moving_mean", zeros, False)
        made["moving_variance"] = parameter("moving_variance", ones, False)
    finally:
        scope.set_partitioner(partitioner)
    return made


def _fused(inputs: Any, axis: int, made: dict[str, Any], epsilon: float, training: Any) -> tuple[Any, Any, Any]:
    """TensorFlow's fused kernel; vectors become images of one pixel."""
    channels = inputs.shape.as_list()[axis]
    shape = v1.shape(inputs)
    images = v1.reshape(inputs, [-1, 1, 1, channels]) if inputs.shape.ndims == 2 else inputs
    gamma = made["gamma"] if made["gamma"] is not None else v1.ones([channels])
    beta = made["beta"] if made["beta"] is not None else v1.zeros([channels])
    layout = "NCHW" if axis == 1 and inputs.shape.ndims == 4 else "NHWC"

    def normalize(**statistics: Any) -> Any:
        return v1.nn.fused_batch_norm(images, gamma, beta, epsilon=epsilon, data_format=layout, **statistics)

    outputs, batch_mean, batch_variance = choose(
        training,
        normalize,
        lambda: normalize(mean=made["moving_mean"], variance=made["moving_variance"], is_training=False),
    )
    return v1.reshape(outputs, shape) if images is not inputs else outputs, batch_mean, batch_variance


def _statistics(inputs: Any, axis: int, made: dict[str, Any], training: Any, weights: Any) -> tuple[Any, Any]:
    """Mean and variance to normalize with."""
    rank = inputs.shape.ndims
    others = [i for i in range(rank) if i != axis]
    if weights is not None:
        weights = v1.convert_to_tensor(weights)
        inputs.shape[0:1].assert_is_compatible_with(weights.shape)
        weights = v1.reshape(weights, [-1] + [1] * (rank - 1))

    def of_batch() -> Any:
        return v1.nn.moments(inputs, others) if weights is None else v1.nn.weighted_moments(inputs, others, weights)

    return choose(
        training,
        of_batch,
        lambda: (v1.convert_to_tensor(made["moving_mean"]), v1.convert_to_tensor(made["moving_variance"])),
    )


def _normalized(inputs: Any, axis: int, made: dict[str, Any], mean: Any, variance: Any, epsilon: float) -> Any:
    rank, channels = inputs.shape.ndims, inputs.shape.as_list()[axis]

    def spread(vector: Any) -> Any:
        if vector is None or axis == rank - 1:
            return vector
        return v1.reshape(vector, [channels if i == axis else 1 for i in range(rank)])

    # Copies wait for updates that are forced; the batch's own mean and variance would not.
    mean, variance = v1.identity(mean), v1.identity(variance)
    return v1.nn.batch_normalization(
        inputs, spread(mean), spread(variance), spread(made["beta"]), spread(made["gamma"]), epsilon
    )


def _unbiased(moving: Any, batch: Any, decay: float, training: Any) -> Any:
    """Op for the moving mean without the weight of its start (as Adam corrects its averages).

    biased -= (biased - batch) * (1 - decay)        steps += 1        moving = biased / (1 - decay ** steps)
    """
    with v1.variable_scope(moving.op.name, values=[moving, batch]):
        zeros, fixed = v1.zeros_initializer(), dict(trainable=False, dtype=moving.dtype.base_dtype)
        biased = v1.get_variable("biased", shape=moving.shape, initializer=zeros, **fixed)
        steps = v1.get_variable("local_step", shape=[], initializer=zeros, **fixed)

    def moved() -> Any:
        with v1.name_scope("AssignMovingAvg", values=[moving, batch]) as scope:
            change = (v1.convert_to_tensor(biased) - batch) * (1.0 - decay)
            average, count = v1.assign_sub(biased, change), v1.assign_add(steps, 1.0)
            with v1.control_dependencies([average, count]):
                whole = 1.0 - v1.pow(decay, v1.identity(count))
                return v1.assign(moving, v1.identity(average) / whole, name=scope)

    if static_bool(training):
        return moved()
    return choose(training, lambda: v1.identity(moved()), lambda: v1.convert_to_tensor(moving))
