"""`tf.contrib.layers.optimize_loss`: gradients, noise, multipliers, clipping, summaries and the update in
one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

OPTIMIZER_CLS_NAMES: dict[str, Callable[..., Any]] = {
    "Adagrad": v1.train.AdagradOptimizer,
    "Adam": v1.train.AdamOptimizer,
    "Ftrl": v1.train.FtrlOptimizer,
    "Momentum": lambda learning_rate: v1.train.MomentumOptimizer(learning_rate, momentum=0.9),
    "RMSProp": v1.train.RMSPropOptimizer,
    "SGD": v1.train.GradientDescentOptimizer,
}

OPTIMIZER_SUMMARIES = ["learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm"]

Pairs = list[tuple[Any, Any]]


def optimize_loss(
    loss: Any,
    global_step: Any,
    learning_rate: Any,
    optimizer: Any,
    gradient_noise_scale: float | None = None,
    gradient_multipliers: dict[Any, Any] | None = None,
    clip_gradients: Any = None,
    learning_rate_decay_fn: Callable[[Any, Any], Any] | None = None,
    update_ops: Any = None,
    variables: Any = None,
    name: str | None = None,
    summaries: list[str] | None = None,
    colocate_gradients_with_ops: bool = False,
    increment_global_step: bool = True,
) -> Any:
    """The training step for a loss (`tf.contrib.layers.optimize_loss` of TensorFlow 1.15).

    Args:
        loss: float scalar.
        global_step: variable that counts the steps; None takes that of the graph, if there is one.
        learning_rate: a number (becomes the variable OptimizeLoss/learning_rate), a scalar tensor, or None
            if the optimizer knows it.
        optimizer: a name of OPTIMIZER_CLS_NAMES, a class, an instance, or a function of the learning rate.
        gradient_noise_scale: deviation of the noise added to the gradients.
        gradient_multipliers: factors (numbers, or tensors of any dtype) by variable or its name ("w:0").
        clip_gradients: bound of the global norm, or a function of the (gradient, variable) pairs.
        learning_rate_decay_fn: function (learning_rate, global_step) -> decayed rate.
        update_ops: what runs before; the collection UPDATE_OPS by default.
        variables: what is trained; all trainable variables by default.
        name: variable scope ("OptimizeLoss").
        summaries: of OPTIMIZER_SUMMARIES; by default loss, global_gradient_norm and (if it decays)
            learning_rate.
        colocate_gradients_with_ops: see Optimizer.compute_gradients.
        increment_global_step: whether the step counts.

    Returns: the loss; to compute it makes the step.

    Raises ValueError for wrong arguments.
    """
    loss = v1.convert_to_tensor(loss)
    loss.shape.assert_has_rank(0)
    if global_step is None:
        global_step = v1.train.get_global_step()
    else:
        v1.train.assert_global_step(global_step)
    with v1.variable_scope(name, "OptimizeLoss", [loss, global_step]):
        before = v1.get_collection(v1.GraphKeys.UPDATE_OPS) if update_ops is None else list(update_ops)
        if before:
            with v1.control_dependencies(list(dict.fromkeys(before))):
                loss = v1.identity(loss)
        summaries = _checked(summaries)
        rate = _rate(learning_rate, learning_rate_decay_fn, global_step, summaries)
        chosen = _optimizer(optimizer, rate)
        pairs = chosen.compute_gradients(
            loss,
            v1.trainable_variables() if variables is None else variables,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        if gradient_noise_scale is not None:
            pairs = _noisy(pairs, gradient_noise_scale)
        if gradient_multipliers is not None:
            pairs = _multiplied(pairs, gradient_multipliers)
        if "global_gradient_norm" in summaries or "gradient_norm" in summaries:
            v1.summary.scalar("global_norm/gradient_norm", v1.global_norm([g for g, _ in pairs]))
        pairs = _clipped(pairs, clip_gradients)
        if "loss" in summaries:
            v1.summary.scalar("loss", loss)
        _summarize_each(pairs, summaries)
        if clip_gradients is not None and ("global_gradient_norm" in summaries or "gradient_norm" in summaries):
            v1.summary.scalar("global_norm/clipped_gradient_norm", v1.global_norm([g for g, _ in pairs]))
        step = chosen.apply_gradients(pairs, global_step=global_step if increment_global_step else None, name="train")
        with v1.control_dependencies([step]):
            return v1.identity(loss, name="control_dependency")


def _checked(summaries: list[str] | None) -> list[str]:
    if summaries is None:
        return ["loss", "learning_rate", "global_gradient_norm"]
    for each in summaries:
        if each not in OPTIMIZER_SUMMARIES:
            raise ValueError(f"Summaries should be one of [{', '.join(OPTIMIZER_SUMMARIES)}], you provided {each}.")
    return summaries


def _rate(given: Any, decay: Any, global_step: Any, summaries: list[str]) -> Any:
    if given is None:
        return None
    if isinstance(given, v1.Tensor) and given.shape.ndims == 0:
        rate = given
    elif isinstance(given, float):
        if given < 0.0:
            raise ValueError(f"Invalid learning_rate {given}.")
        rate = v1.get_variable("learning_rate", [], trainable=False, initializer=v1.constant_initializer(given))
    else:
        raise ValueError(f"Learning rate should be 0d Tensor or float. Got {given} of type {type(given)}")
    if decay is not None:
        if global_step is None:
            raise ValueError("global_step is required for learning_rate_decay_fn.")
        rate = decay(rate, global_step)
        if "learning_rate" in summaries:
            v1.summary.scalar("learning_rate", rate)
    return rate


def _optimizer(given: Any, rate: Any) -> Any:
    base = v1.train.Optimizer
    if isinstance(given, str):
        if given not in OPTIMIZER_CLS_NAMES:
            raise ValueError(
                f"Optimizer name should be one of [{', '.join(OPTIMIZER_CLS_NAMES)}], you provided {given}."
            )
        return OPTIMIZER_CLS_NAMES[given](learning_rate=rate)
    if isinstance(given, type) and issubclass(given, base):
        if rate is None:
            raise ValueError("Learning rate is None, but should be specified if optimizer is class.")
        return given(learning_rate=rate)
    if isinstance(given, base):
        return given
    if callable(given):
        made = given(rate) if rate is not None else given()
        if not isinstance(made, base):
            raise ValueError(f"Optimizer should be instance of Optimizer but got {made!r}")
        return made
    raise ValueError(
        "Unrecognized optimizer: should be string, subclass of Optimizer, instance of subclass of Optimizer "
        "or "
        f"function with one argument. Got {given!r}."
    )


def _noisy(pairs: Pairs, scale: float) -> Pairs:
    def one(gradient: Any) -> Any:
        if gradient is None:
            return None
        shape: Any = gradient.dense_shape if isinstance(gradient, v1.IndexedSlices) else gradient.shape.as_list()
        # With a graph seed, 1.15's op seed is the number of operations so far: three constants will be made first.
        graph = v1.get_default_graph()
        seed = None if graph.seed is None else len(graph.get_operations()) + (2 if isinstance(shape, v1.Tensor) else 3)
        return gradient + v1.truncated_normal(shape, seed=seed) * scale

    return [(one(gradient), variable) for gradient, variable in pairs]


def _multiplied(pairs: Pairs, multipliers: dict[Any, Any]) -> Pairs:
    if not multipliers:
        raise ValueError("gradient_multipliers is empty.")
    by_id = {id(key): factor for key, factor in multipliers.items()}
    by_name = {key: factor for key, factor in multipliers.items() if isinstance(key, str)}
    result = []
    for gradient, variable in pairs:
        factor = by_id.get(id(variable), by_name.get(variable.name))
        if gradient is not None and factor is not None:
            factor = v1.cast(factor, gradient.dtype) if isinstance(factor, v1.Tensor) else factor
            if isinstance(gradient, v1.IndexedSlices):
                scaled = gradient.values * v1.convert_to_tensor(factor, dtype=gradient.values.dtype)
                gradient = v1.IndexedSlices(scaled, gradient.indices, gradient.dense_shape)
            else:
                gradient = gradient * v1.convert_to_tensor(factor, dtype=gradient.dtype)
        result.append((gradient, variable))
    return result


def _clipped(pairs: Pairs, clip: Any) -> Pairs:
    if clip is None:
        return pairs
    if isinstance(clip, float):
        gradients, variables = zip(*pairs, strict=True)
        return list(zip(v1.clip_by_global_norm(gradients, clip)[0], variables, strict=True))
    if callable(clip):
        return clip(pairs)
    raise ValueError(f"Unknown type {type(clip)} for clip_gradients")


def _summarize_each(pairs: Pairs, summaries: list[str]) -> None:
    for gradient, variable in pairs:
        values = gradient.values if isinstance(gradient, v1.IndexedSlices) else gradient
        if values is None:
            continue
        name = variable.name.replace(":", "_")
        if "gradients" in summaries:
            v1.summary.histogram(f"gradients/{name}", values)
        if "gradient_norm" in summaries:
            v1.summary.scalar(f"gradient_norm/{name}", v1.global_norm([values]))
