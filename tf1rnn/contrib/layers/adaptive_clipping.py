"""`tf.contrib.layers`: clipping of gradients by what their norm used to be (Chan et al. 2015, section 3.2.1).

m = decay * m + (1 - decay) * log(norm)        s = decay * s + (1 - decay) * log(norm) ** 2
bound = exp(m + std_factor * sqrt(s - m ** 2))
gradients *= 1 if norm < bound else exp(m) / norm
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

Pairs = list[tuple[Any, Any]]


def _averaged(name: str, value: Any, decay: Any) -> Any:
    """The moving average with a new value in it; its variable starts at zero and is not trained."""
    average = v1.get_variable(
        name, shape=value.shape, dtype=value.dtype, initializer=v1.zeros_initializer(), trainable=False
    )
    with v1.name_scope("AssignMovingAvg") as scope:
        return v1.assign_sub(average, (average - value) * (1.0 - decay), name=scope)


def adaptive_clipping_fn(
    std_factor: float = 2.0,
    decay: float = 0.95,
    static_max_norm: float | None = None,
    global_step: Any = None,
    report_summary: bool = False,
    epsilon: float = 1e-8,
    name: str | None = None,
) -> Callable[[Pairs], Pairs]:
    """A function for the argument `clip_gradients` of `optimize_loss`; see the equations above.

    Args:
        std_factor, decay: as in the equations.
        static_max_norm: a bound that is always kept.
        global_step: count of steps n; with it the decay is at most n / (n + 1), so that averages start fast.
        report_summary: whether the bound is summarised.
        epsilon: smallest variance, and added to the norm.
        name: variable scope, "AdaptiveMaxNorm" by default. Variables: mean, sq_mean.

    Returns: function of the (gradient, variable) pairs that returns such pairs.
    """

    def bound_and_mean(norm: Any) -> tuple[Any, Any]:
        with v1.variable_scope(name, "AdaptiveMaxNorm", [norm]):
            log_norm = v1.log(norm + epsilon)
            rate: Any = decay
            if global_step is not None:
                count = v1.cast(global_step, v1.float32)
                rate = v1.minimum(decay, count / (count + 1.0))
            mean = _averaged("mean", log_norm, rate)
            squares = _averaged("sq_mean", v1.square(log_norm), rate)
            deviation = v1.sqrt(v1.maximum(epsilon, squares - v1.square(mean)))
            bound = v1.exp(mean + std_factor * deviation)
        if report_summary:
            v1.summary.scalar("global_norm/adaptive_max_gradient_norm", bound)
        return bound, mean

    def clipped(grads_and_vars: Pairs) -> Pairs:
        gradients = [gradient for gradient, _ in grads_and_vars]
        norm = v1.global_norm(gradients)
        bound, mean = bound_and_mean(norm)
        factor = v1.where(norm < bound, v1.ones_like(norm), v1.exp(mean) / norm)
        if static_max_norm is not None:
            factor = v1.minimum(static_max_norm / norm, factor)
        result: Pairs = []
        for gradient, variable in grads_and_vars:
            if isinstance(gradient, v1.IndexedSlices):
                gradient = v1.IndexedSlices(gradient.values * factor, gradient.indices, gradient.dense_shape)
            elif gradient is not None:
                gradient = gradient * factor
            result.append((gradient, variable))
        return result

    return clipped
