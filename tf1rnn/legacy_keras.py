"""`tf.keras`: Keras 2, which builds TF1 graphs, from the package tf_keras. Loaded when a program first
touches it.

Keras 3 refuses the tensors of a TF1 graph and has no sessions; tf_keras is Keras 2 maintained for today's
TensorFlow.
"""

from __future__ import annotations

import importlib
import types
from typing import Any

from tf1rnn.refusals import UnsupportedName


def _load() -> types.ModuleType:
    try:
        return importlib.import_module("tf_keras.api._v1.keras")
    except ImportError as error:
        raise UnsupportedName(
            "tf.keras in a TensorFlow 1 program needs Keras 2, which Keras 3 does not replace in graph mode: "
            f"pip install tf_keras ({error})"
        ) from error


def __getattr__(name: str) -> Any:
    if name == "keras":
        return _load()
    raise AttributeError(name)
