"""`tf.contrib.layers`: l1 and l2 penalties.

l1(w) = scale * sum(|w|)        l2(w) = scale * sum(w ** 2) / 2
"""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

Regularizer = Callable[[Any], Any]


def _check(scale: Any, no_integer: bool = True) -> None:
    if no_integer and isinstance(scale, numbers.Integral):
        raise ValueError(f"scale cannot be an integer: {scale}")
    if isinstance(scale, numbers.Real) and scale < 0.0:
        raise ValueError(f"Setting a scale less than 0 on a regularizer: {scale:g}")


def _scaled(scale: Any, penalty: Regularizer, default_scope: str, scope: str | None) -> Regularizer:
    _check(scale)
    if isinstance(scale, numbers.Real) and scale == 0.0:
        v1.logging.info("Scale of 0 disables regularizer.")
        return lambda _: None

    def regularizer(weights: Any) -> Any:
        with v1.name_scope(scope, default_scope, [weights]) as name:
            factor = v1.convert_to_tensor(scale, dtype=weights.dtype.base_dtype, name="scale")
            return v1.multiply(factor, penalty(weights), name=name)

    return regularizer


def l1_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """Function of weights to scale * sum(|weights|), a scalar (None for scale 0).

    Raises ValueError for a negative or integer scale.
    """
    return _scaled(scale, lambda w: v1.reduce_sum(v1.abs(w)), "l1_regularizer", scope)


def l2_regularizer(scale: Any, scope: str | None = None) -> Regularizer:
    """Function of weights to scale * sum(weights ** 2) / 2, a scalar (None for scale 0).

    Raises ValueError for a negative or integer scale.
    """
    return _scaled(scale, v1.nn.l2_loss, "l2_regularizer", scope)


def l1_l2_regularizer(scale_l1: Any = 1.0, scale_l2: Any = 1.0, scope: str | None = None) -> Regularizer:
    """The sum of both penalties. Raises ValueError for a negative or integer scale."""
    for scale in (scale_l1, scale_l2):
        _check(scale)
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope=scope or "l1_l2_regularizer")


def sum_regularizer(regularizer_list: list[Regularizer | None], scope: str | None = None) -> Any:
    """Function of weights to the sum of the penalties of a list (None entries are left out)."""
    regularizers = [r for r in regularizer_list if r is not None]
    if not regularizers:
        return None

    def regularizer(weights: Any) -> Any:
        with v1.name_scope(scope, "sum_regularizer", [weights]) as name:
            penalties = [p for p in (r(weights) for r in regularizers) if p is not None]
            return v1.add_n(penalties, name=name) if penalties else None

    return regularizer


def apply_regularization(regularizer: Regularizer, weights_list: list[Any] | None = None) -> Any:
    """The sum of the penalties of all weights, a scalar, also added to the collection REGULARIZATION_LOSSES.

    Args:
        regularizer: function of weights to a scalar or None.
        weights_list: the weights; those of the collection WEIGHTS by default.

    Raises ValueError without weights, or if the penalty is no scalar.
    """
    weights_list = weights_list or v1.get_collection(v1.GraphKeys.WEIGHTS)
    if not weights_list:
        raise ValueError("No weights to regularize.")
    with v1.name_scope("get_regularization_penalty", values=weights_list) as scope:
        penalties = [regularizer(weights) for weights in weights_list]
        penalties = [p if p is not None else v1.constant(0.0) for p in penalties]
        for penalty in penalties:
            if penalty.shape.ndims != 0:
                raise ValueError(
                    f"regularizer must return a scalar Tensor instead of a Tensor with rank {penalty.shape.ndims}."
                )
        total = v1.add_n(penalties, name=scope)
        v1.add_to_collection(v1.GraphKeys.REGULARIZATION_LOSSES, total)
        return total
