"""Activations given by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

_BY_NAME: dict[str, Callable[[Any], Any]] = {
    "relu": v1.nn.relu,
    "relu6": v1.nn.relu6,
    "tanh": v1.tanh,
    "sigmoid": v1.sigmoid,
    "softmax": v1.nn.softmax,
    "softplus": v1.nn.softplus,
    "softsign": v1.nn.softsign,
    "elu": v1.nn.elu,
    "selu": v1.nn.selu,
    "exponential": v1.exp,
    "linear": lambda x: x,
    "hard_sigmoid": lambda x: v1.clip_by_value(0.2 * x + 0.5, 0.0, 1.0),
}


def activation_named(activation: Any, default: Any = None) -> Any:
    """A function for a function, a Keras name ("relu", "hard_sigmoid", …) or None (the default).

    Raises ValueError for an unknown name, TypeError for what is neither.
    """
    if activation is None:
        return default
    if isinstance(activation, str):
        if activation not in _BY_NAME:
            raise ValueError(f"Unknown activation function:{activation}")
        return _BY_NAME[activation]
    if not callable(activation):
        raise TypeError(f"Could not interpret activation function identifier: {activation!r}")
    return activation
