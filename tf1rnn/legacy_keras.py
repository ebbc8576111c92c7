"""`tf.keras`: Keras 2, which builds TF1 graphs, from the package tf_keras. Loaded when a program first
touches it.

Keras 3 refuses the tensors of a TF1 graph and has no sessions; tf_keras is Keras 2 maintained for today's
TensorFlow. One thing is made as 1.15 had it: a recurrent layer and its cell share one name scope, so that the
variables are called lstm/kernel (in checkpoints, too), where later releases say lstm/lstm_cell/kernel.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import types
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.refusals import UnsupportedName


def _load() -> types.ModuleType:
    try:
        keras = importlib.import_module("tf_keras.api._v1.keras")
    except ImportError as error:
        raise UnsupportedName(
            "tf.keras in a TensorFlow 1 program needs Keras 2, which Keras 3 does not replace in graph mode: "
            f"pip install tf_keras ({error})"
        ) from error
    for layer in (keras.layers.RNN, keras.layers.StackedRNNCells):
        if not hasattr(layer.build, "in_one_scope"):
            layer.build = _in_one_scope(layer.build)
    importlib.import_module("tf1rnn.layers.naming").shared_counts()
    return keras


def _in_one_scope(build: Callable[..., Any]) -> Callable[..., Any]:
    """The `build` of a recurrent layer or a stack of cells, whose cells are built in the scope it is called in."""

    @functools.wraps(build)
    def built(layer: Any, *args: Any, **kwargs: Any) -> Any:
        scope = v1.get_default_graph().get_name_scope()
        with contextlib.ExitStack() as stack:
            for cell in layer.cells if hasattr(layer, "cells") else [layer.cell]:
                stack.enter_context(_built_in(scope, cell))
            return build(layer, *args, **kwargs)

    built.in_one_scope = True  # type: ignore[attr-defined]
    return built


@contextlib.contextmanager
def _built_in(scope: str, cell: Any) -> Iterator[None]:
    """While entered, `cell.build` works in the name scope, whatever scope it is called in."""
    build = getattr(cell, "build", None)
    if build is None or "build" in vars(cell):
        yield
        return

    def build_there(*args: Any, **kwargs: Any) -> Any:
        with v1.name_scope(f"{scope}/" if scope else None):
            return build(*args, **kwargs)

    vars(cell)["build"] = build_there
    try:
        yield
    finally:
        del vars(cell)["build"]


def __getattr__(name: str) -> Any:
    if name == "keras":
        return _load()
    raise AttributeError(name)
