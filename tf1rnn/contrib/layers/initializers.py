"""`tf.contrib.layers`: initialisers whose scale follows the number of connections.

n = fan_in, fan_out or their mean
uniform: U(-limit, limit), limit = sqrt(3 factor / n)      normal: truncated N(0, sqrt(1.3 factor / n))
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

Initializer = Callable[..., Any]


def xavier_initializer(uniform: bool = True, seed: int | None = None, dtype: Any = v1.float32) -> Initializer:
    """Glorot and Bengio (2010): variance 1 / mean of fan_in and fan_out. TypeError for a dtype that is not
    float.
    """
    return variance_scaling_initializer(factor=1.0, mode="FAN_AVG", uniform=uniform, seed=seed, dtype=dtype)


def xavier_initializer_conv2d(uniform: bool = True, seed: int | None = None, dtype: Any = v1.float32) -> Initializer:
    """The same as xavier_initializer."""
    return xavier_initializer(uniform, seed, dtype)


def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: int | None = None,
    dtype: Any = v1.float32,
) -> Initializer:
    """Initialiser with variance factor / n; the defaults are those of He et al. (2015).

    Args:
        factor: multiple of the variance.
        mode: n is "FAN_IN", "FAN_OUT" or "FAN_AVG".
        uniform: uniform or truncated normal.
        seed: op seed.
        dtype: float dtype of the values.

    Raises TypeError for a dtype that is not float or an unknown mode.
    """
    if not v1.as_dtype(dtype).is_floating:
        raise TypeError("Cannot create initializer for non-floating point type.")
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG"):
        raise TypeError(f"Unknown mode {mode} [FAN_IN, FAN_OUT, FAN_AVG]")

    def initializer(shape: Any, dtype: Any = dtype, partition_info: Any = None) -> Any:
        if not v1.as_dtype(dtype).is_floating:
            raise TypeError("Cannot create initializer for non-floating point type.")
        whole = v1.TensorShape(shape if partition_info is None else partition_info.full_shape).as_list()
        fan_in = float(whole[-2]) if len(whole) > 1 else float(whole[-1]) if whole else 1.0
        fan_out = float(whole[-1]) if whole else 1.0
        positions = math.prod(whole[:-2])
        n = {"FAN_IN": fan_in, "FAN_OUT": fan_out, "FAN_AVG": (fan_in + fan_out) / 2.0}[mode] * positions
        if uniform:
            limit = math.sqrt(3.0 * factor / n)
            return v1.random_uniform(shape, -limit, limit, dtype, seed=seed)
        return v1.truncated_normal(shape, 0.0, math.sqrt(1.3 * factor / n), dtype, seed=seed)

    return initializer
