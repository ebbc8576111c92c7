"""Cells inside Keras layers: Keras initializes the variables it knows, in its own session."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1


def announce(variables: Sequence[Any]) -> None:
    """Has Keras initialize these variables with those of its models, if the program uses Keras."""
    backend: Any = sys.modules.get("tf_keras.src.backend")
    if backend is not None:
        for variable in variables:
            backend.track_variable(variable)


def session() -> Any:
    """The default session, else the one of Keras; ValueError if there is neither."""
    default = v1.get_default_session()
    if default is not None:
        return default
    keras: Any = sys.modules.get("tf_keras.src.backend")
    if keras is None:
        raise ValueError("Weights can be read and set in a session only: no default session is registered")
    return keras.get_session()


def read(variables: Sequence[Any]) -> list[np.ndarray]:
    """The values of variables."""
    return session().run(list(variables)) if variables else []


def write(owner: str, variables: Sequence[Any], values: Sequence[Any]) -> None:
    """Sets variables. ValueError for another number of values, or another shape."""
    if len(variables) != len(values):
        raise ValueError(
            f'You called `set_weights(weights)` on layer "{owner}" with a  weight list of length {len(values)}, but '
            f"the layer was expecting {len(variables)} weights. Provided weights: {str(values)[:50]}..."
        )
    for variable, value in zip(variables, values, strict=True):
        if tuple(variable.shape.as_list()) != np.shape(value):
            raise ValueError(
                f"Layer weight shape {tuple(variable.shape.as_list())} not compatible with provided weight shape "
                f"{np.shape(value)}"
            )
    running = session()
    for variable, value in zip(variables, values, strict=True):
        variable.load(np.asarray(value, variable.dtype.base_dtype.as_numpy_dtype), running)
