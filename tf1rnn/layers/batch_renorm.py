"""Batch renormalization (Ioffe 2017), and how a statistic follows the batch.

    s = sqrt(variance + epsilon)        r = clip(s / renorm_stddev, rmin, rmax)
    d = clip((mean - renorm_mean) / renorm_stddev, -dmax, dmax)
    y = ((x - mean) / s * r + d) * gamma + beta

renorm_mean and renorm_stddev follow mean and s each time the outputs are computed in training;
moving_mean and moving_stddev by ops in UPDATE_OPS, and moving_variance = moving_stddev ** 2 - epsilon.
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.layers.conditions import choose

CLIPS = ("rmax", "rmin", "dmax")


def follow(moving: Any, batch: Any, momentum: Any, training: Any) -> Any:
    """Op for moving -= (moving - batch) * (1 - momentum); nothing where a condition in the graph says so."""
    kind = moving.dtype.base_dtype
    with v1.name_scope("AssignMovingAvg", values=[moving, batch]) as scope:
        rate = choose(training, lambda: v1.convert_to_tensor(1.0 - momentum), lambda: v1.constant(0.0))
        change = (v1.convert_to_tensor(moving) - v1.cast(batch, kind)) * v1.cast(rate, kind)
        return v1.assign_sub(moving, change, name=scope)


class Renorm:
    """The variables moving_stddev, renorm_mean and renorm_stddev of a layer, and what is made of them.

    Args:
        layer: the BatchNormalization.
        kind: shape and dtype of its statistics, as keywords of add_weight.
    """

    def __init__(self, layer: Any, kind: dict[str, Any]) -> None:
        self._layer = layer

        def deviation(shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
            return v1.sqrt(layer.moving_variance_initializer(shape, dtype=dtype))

        self.moving_stddev = layer.add_weight("moving_stddev", initializer=deviation, **kind)
        self.renorm_mean = layer.add_weight("renorm_mean", initializer=layer.moving_mean_initializer, **kind)
        self.renorm_stddev = layer.add_weight("renorm_stddev", initializer=deviation, **kind)

    def _deviation(self, variance: Any) -> Any:
        return v1.sqrt(variance + self._layer.epsilon)

    def corrections(self, mean: Any, variance: Any, training: Any) -> tuple[Any, Any]:
        """r and d for the statistics of the batch; 1 and 0 outside training.

        What uses them runs the updates of renorm_mean and renorm_stddev.
        """
        stddev = self._deviation(variance)
        old_mean, old_stddev = v1.identity(self.renorm_mean), v1.identity(self.renorm_stddev)
        r, d = stddev / old_stddev, (mean - old_mean) / old_stddev
        with v1.control_dependencies([r, d]):  # the batch is compared with the statistics before it
            momentum = self._layer.renorm_momentum
            updates = [
                follow(self.renorm_mean, mean, momentum, training),
                follow(self.renorm_stddev, stddev, momentum, training),
            ]
        bounds = {k: v1.cast(b, r.dtype) for k, b in self._layer.renorm_clipping.items() if b is not None}
        if "rmin" in bounds:
            r = v1.maximum(r, bounds["rmin"])
        if "rmax" in bounds:
            r = v1.minimum(r, bounds["rmax"])
        if "dmax" in bounds:
            d = v1.minimum(v1.maximum(d, -bounds["dmax"]), bounds["dmax"])
        with v1.control_dependencies(updates):
            return (
                choose(training, lambda: v1.identity(r), lambda: v1.ones_like(r)),
                choose(training, lambda: v1.identity(d), lambda: v1.zeros_like(d)),
            )

    def follow(self, mean: Any, variance: Any, training: Any, inputs: Any) -> None:
        """Updates of the moving statistics, in the collection UPDATE_OPS."""
        layer = self._layer
        layer.add_update(follow(layer.moving_mean, mean, layer.momentum, training), inputs=inputs)
        moved = follow(self.moving_stddev, self._deviation(variance), layer.momentum, training)
        with v1.name_scope("AssignNewValue", values=[layer.moving_variance, moved]) as scope:
            # Rounding may make it negative.
            value = v1.nn.relu(moved * moved - layer.epsilon)
            value = choose(training, lambda: value, lambda: v1.convert_to_tensor(layer.moving_variance))
            layer.add_update(v1.assign(layer.moving_variance, value, name=scope), inputs=inputs)
