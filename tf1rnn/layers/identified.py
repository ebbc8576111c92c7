"""Initializers, regularizers and constraints given by a Keras name ("he_normal", "l2", "non_neg") or config."""

from __future__ import annotations

from typing import Any

from tf1rnn import legacy_keras


def initializer(given: Any) -> Any:
    """The initializer meant by a function (itself), a name, a {class_name, config} or None (itself).

    Names mean what they mean to Keras: "random_normal" has the standard deviation 0.05. Raises ValueError for a name
    that does not exist, and for what is none of these.
    """
    return given if given is None or callable(given) else legacy_keras.keras.initializers.get(given)


def regularizer(given: Any) -> Any:
    """The same of regularizers."""
    return given if given is None or callable(given) else legacy_keras.keras.regularizers.get(given)


def constraint(given: Any) -> Any:
    """The same of constraints."""
    return given if given is None or callable(given) else legacy_keras.keras.constraints.get(given)
