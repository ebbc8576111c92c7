"""What is raised for a TF1 name that this package does not offer."""

from __future__ import annotations

REPORT_TO = "the issue tracker of tf1rnn"


class UnsupportedName(AttributeError):
    """A TensorFlow name that tf1rnn does not offer; an AttributeError, so that hasattr() and getattr()
    work.
    """


class UnsupportedModule(ImportError):
    """A TensorFlow module that tf1rnn does not offer."""


def explain(name: str, reason: str | None = None) -> str:
    """The message for a missing name such as "contrib.rnn.Foo"."""
    if reason:
        return f"tf.{name} is a TensorFlow 1 name that tf1rnn does not support: {reason}"
    return (
        f"tf.{name} is a TensorFlow 1 name that tf1rnn does not support yet (or no TensorFlow 1.15 name at "
        f"all). "
        f"If TensorFlow 1.15 has it, please report 'unsupported name: tf.{name}' to {REPORT_TO}."
    )
