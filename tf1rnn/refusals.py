"""What is raised for a TF1 name that this package does not offer."""

from __future__ import annotations

from typing import Any

REPORT_TO = "the issue tracker of tf1rnn"


class UnsupportedName(AttributeError):
    """A TensorFlow name that tf1rnn does not offer; an AttributeError, so that hasattr() and getattr()
    work.
    """


class UnsupportedModule(ImportError):
    """A TensorFlow module that tf1rnn does not offer."""


class Refused:
    """Stands for a name that a program has imported and that is refused: whatever is done with it says so.

    In TensorFlow 1.15 the import succeeded, and many programs import more than they use.
    """

    def __init__(self, message: str) -> None:
        object.__setattr__(self, "_message", message)

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise UnsupportedName(object.__getattribute__(self, "_message"))

    __call__ = __getattr__ = __setattr__ = __getitem__ = __iter__ = __len__ = __bool__ = _refuse
    __eq__ = __hash__ = __instancecheck__ = __subclasscheck__ = __mro_entries__ = _refuse

    def __repr__(self) -> str:
        return "<refused name of TensorFlow 1>"


def explain(name: str, reason: str | None = None) -> str:
    """The message for a missing name such as "contrib.rnn.Foo"."""
    if reason:
        return f"tf.{name} is a TensorFlow 1 name that tf1rnn does not support: {reason}"
    return (
        f"tf.{name} is a TensorFlow 1 name that tf1rnn does not support yet (or no TensorFlow 1.15 name at "
        f"all). "
        f"If TensorFlow 1.15 has it, please report 'unsupported name: tf.{name}' to {REPORT_TO}."
    )
