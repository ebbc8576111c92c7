"""Dropout without chance, on either side: random masks cannot be equal in two programs.

In place of a mask, which keeps a value with probability 1 - rate and divides it by that, every value is multiplied by

    1 - rate / 2

A rate of 0 changes nothing. A program that drops at another rate, or not at all, or where it should not, gives other
values; and it does not matter whether a program drops step by step or a whole sequence at once.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any

from migrate.verify.conditions import DROPOUT_NOTE


def _resolve(root: Any, path: str) -> Any:
    """The attribute, or None: a library that lacks the name gives no program a way to use it."""
    for name in path.split(".") if path else ():
        try:
            root = getattr(root, name)
        except (AttributeError, ImportError, NotImplementedError):
            return None
    return root


def _noter(notes: list[str]) -> Callable[[], None]:
    def note() -> None:
        if DROPOUT_NOTE not in notes:
            notes.append(DROPOUT_NOTE)

    return note


def _replace(root: Any, path: str, function: Callable[..., Any]) -> None:
    if _resolve(root, path) is not None:
        parent, _, name = path.rpartition(".")
        setattr(_resolve(root, parent), name, function)


def _scaled(x: Any, rate: Any, name: str | None = None) -> Any:
    """x * (1 - rate / 2), in the dtype of `x`; `rate` is a number or a scalar tensor."""
    import tensorflow as tf

    x = tf.convert_to_tensor(x)
    scaled = tf.multiply(x, 1 - tf.cast(rate, x.dtype) / 2, name=name)
    scaled.set_shape(x.shape)  # a rate whose shape is not known is a scalar all the same
    return scaled


def _dropout_of_tf1(note: Callable[[], None]) -> Callable[..., Any]:
    def dropout(
        x: Any,
        keep_prob: Any = None,
        noise_shape: Any = None,
        seed: Any = None,
        name: str | None = None,
        rate: Any = None,
    ) -> Any:
        note()
        if (keep_prob is None) == (rate is None):
            raise ValueError("tf.nn.dropout takes one of keep_prob and rate")
        return _scaled(x, 1 - keep_prob if rate is None else rate, name)

    return dropout


def hold_off_legacy_dropout(runtime: Any, notes: list[str]) -> None:
    """`runtime` is the module that scripts see as `tensorflow`. A note is added once dropout is used."""
    import tensorflow.compat.v1 as tf1

    note = _noter(notes)
    dropout = _dropout_of_tf1(note)
    # Layers and wrappers of the runtime come down to this function, but for masks that stay the same for all steps.
    _replace(tf1, "nn.dropout", dropout)
    _replace(runtime, "nn.dropout", dropout)
    for path in ("nn.rnn_cell.DropoutWrapper", "contrib.rnn.DropoutWrapper"):
        wrapper = _resolve(runtime, path)
        if wrapper is not None:
            wrapper._drop_one = _one_value(note)


    contrib = _resolve(runtime, "contrib.layers.dropout")  # a layer that draws its mask itself
    layer = getattr(sys.modules.get(getattr(inspect.unwrap(contrib), "__module__", "")), "_Dropout", None)
    if layer is not None:
        layer._dropped = _whole_value(note)


def _whole_value(note: Callable[[], None]) -> Callable[..., Any]:
    """In place of the method of that layer that drops."""

    def _dropped(self: Any, inputs: Any) -> Any:
        note()
        return _scaled(inputs, self.rate)

    return _dropped


def _one_value(note: Callable[[], None]) -> Callable[..., Any]:
    """In place of the method of DropoutWrapper that drops in one tensor."""

    def _drop_one(self: Any, i: int, value: Any, salt: str, keep_prob: Any, noise: Any) -> Any:
        note()
        return _scaled(value, 1 - keep_prob)

    return _drop_one


def hold_off_migrated_dropout(notes: list[str]) -> None:
    """Dropout functions of TensorFlow, and what dropout of Keras comes down to. A note is added once one is used."""
    import keras
    import tensorflow as tf

    note = _noter(notes)

    def dropout(x: Any, rate: Any, *args: Any, name: str | None = None, **kwargs: Any) -> Any:
        note()
        return _scaled(x, rate, name)

    def keras_dropout(inputs: Any, rate: Any, noise_shape: Any = None, seed: Any = None) -> Any:
        note()
        return _scaled(inputs, rate)

    def call(self: Any, inputs: Any, training: Any = False) -> Any:
        note()
        return _scaled(inputs, self.rate) if training and self.rate > 0 else inputs

    for path in ("nn.dropout", "nn.experimental.general_dropout"):
        _replace(tf, path, dropout)
    _replace(tf, "compat.v1.nn.dropout", _dropout_of_tf1(note))
    _replace(keras, "random.dropout", keras_dropout)
    keras.layers.Dropout.call = call
