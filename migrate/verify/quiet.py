"""Dropout made the identity, on either side: random masks cannot be equal in two programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from migrate.verify.conditions import DROPOUT_NOTE

_KEEP = ("input_keep_prob", "output_keep_prob", "state_keep_prob")


def _resolve(root: Any, path: str) -> Any:
    """The attribute, or None: a runtime that lacks the name gives no program a way to use it."""
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


def hold_off_legacy_dropout(runtime: Any, notes: list[str]) -> None:
    """`runtime` is the module that scripts see as `tensorflow`. A note is added once dropout is used."""
    import tensorflow.compat.v1 as tf1

    note = _noter(notes)

    def identity(x: Any = None, *args: Any, inputs: Any = None, name: Any = None, **kwargs: Any) -> Any:
        note()
        return tf1.identity(inputs if x is None else x, name=name)

    _replace(tf1, "nn.dropout", identity)
    for path in ("nn.dropout", "layers.dropout", "contrib.layers.dropout"):
        _replace(runtime, path, identity)
    for path in ("nn.rnn_cell.DropoutWrapper", "contrib.rnn.DropoutWrapper"):
        wrapper = _resolve(runtime, path)
        if wrapper is not None and not getattr(wrapper.__init__, "held_off", False):
            wrapper.__init__ = _all_kept(wrapper.__init__, note)


def _all_kept(plain: Callable[..., None], note: Callable[[], None]) -> Callable[..., None]:
    def __init__(self: Any, cell: Any, *args: Any, **kwargs: Any) -> None:
        note()
        # The three probabilities come first among the positional arguments; with them at 1 all masks are
        # ones, and then a variational mask and its input_size make no difference.
        kept = {name: value for name, value in kwargs.items() if name not in _KEEP}
        kept.pop("variational_recurrent", None)
        kept.pop("input_size", None)
        plain(self, cell, 1.0, 1.0, 1.0, **kept)

    __init__.held_off = True  # type: ignore[attr-defined]
    return __init__


def hold_off_migrated_dropout(notes: list[str]) -> None:
    """Dropout functions of TensorFlow and the Dropout layer of Keras. A note is added once one is used."""
    import keras
    import tensorflow as tf

    note = _noter(notes)

    def identity(x: Any, *args: Any, name: str | None = None, **kwargs: Any) -> Any:
        note()
        return tf.identity(x, name=name)

    def call(self: Any, inputs: Any, training: Any = False) -> Any:
        note()
        return inputs

    for path in ("nn.dropout", "compat.v1.nn.dropout", "nn.experimental.general_dropout"):
        _replace(tf, path, identity)
    keras.layers.Dropout.call = call
