"""Layers and cells that manage their variables as Keras does (`tf.layers.experimental`).

Such a layer does not look at variable scopes: every layer makes variables of its own, resource variables named
after the name scope of its first call (`dense_1/kernel`), and never shares them by name.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf2
import tensorflow.compat.v1 as v1

_enabled = False


def enabled() -> bool:
    """Whether layers made now are of this style."""
    return _enabled


@contextlib.contextmanager
def keras_style_scope() -> Iterator[None]:
    """Layers and cells of `tf.layers` and `tf.nn.rnn_cell` made inside manage their variables as Keras does.

    What counts is where the layer is made, not where it is called. (`tf.layers.experimental.keras_style_scope` of
    TensorFlow 1.15.)
    """
    global _enabled
    before, _enabled = _enabled, True
    try:
        yield
    finally:
        _enabled = before


def set_keras_style() -> None:
    """From here on all layers and cells manage their variables as Keras does; there is no way back.

    (`tf.layers.experimental.set_keras_style` of TensorFlow 1.15.)
    """
    global _enabled
    _enabled = True


def refuse(**arguments: Any) -> None:
    """Raises ValueError for a scope or reuse argument that is given: layers of this style know neither."""
    for argument, value in arguments.items():
        if value is not None:
            raise ValueError(f"{argument} argument not allowed when keras style layers are enabled, but saw: {value}")


def variable(
    name: str,
    shape: Any,
    dtype: Any,
    initializer: Any,
    trainable: bool,
    constraint: Callable[[Any], Any] | None,
    use_resource: bool | None,
    synchronization: Any,
    aggregation: Any,
) -> Any:
    """A new variable in the current name scope.

    Without an initializer it starts as Glorot's uniform one, integers and booleans as zeros; the initializer of the
    variable scope does not count.
    """
    sizes = v1.TensorShape(shape if shape is not None else ()).as_list()
    start: Any = initializer
    if start is None:
        start = v1.glorot_uniform_initializer() if dtype.is_floating else v1.zeros_initializer()
    elif isinstance(start, type):
        start = start(dtype=dtype)
    # A loop that calls the layer must not own its variables.
    with tf2.init_scope():
        return v1.Variable(
            functools.partial(start, sizes, dtype=dtype) if callable(start) else start,
            name=name,
            dtype=dtype,
            trainable=trainable,
            constraint=constraint,
            use_resource=use_resource is not False,
            synchronization=synchronization,
            aggregation=aggregation,
        )
