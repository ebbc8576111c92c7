"""The activation functions whose gradient is known from their value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow.compat.v1 as v1

from tf1rnn.layers.activation import activation_named


class Activation(NamedTuple):
    """`gradient(y, dy)` is the gradient with respect to x of y = function(x)."""

    function: Callable[[Any], Any]
    gradient: Callable[[Any, Any], Any]
    bounded: bool


def sigmoid_gradient(y: Any, dy: Any) -> Any:
    """dy * y * (1 - y)."""
    return v1.raw_ops.SigmoidGrad(y=y, dy=dy)


def tanh_gradient(y: Any, dy: Any) -> Any:
    """dy * (1 - y * y)."""
    return v1.raw_ops.TanhGrad(y=y, dy=dy)


ACTIVATIONS = {
    "tanh": Activation(v1.tanh, tanh_gradient, True),
    "sigmoid": Activation(v1.sigmoid, sigmoid_gradient, True),
    "relu": Activation(v1.nn.relu, lambda y, dy: v1.raw_ops.ReluGrad(gradients=dy, features=y), False),
    "linear": Activation(activation_named("linear"), lambda y, dy: dy, False),
}


def name_of(function: Any) -> str | None:
    """The name of an activation function in `ACTIVATIONS`, None if it is another."""
    names = [name for name, activation in ACTIVATIONS.items() if activation.function is function]
    return names[0] if names else None
