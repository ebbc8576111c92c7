"""Checkpoints of TensorFlow 1 programs, for their migrated Keras programs; and the way back.

from migrate.checkpoint import convert
report = convert("save/model.ckpt-1000", "train.py", "model.weights.h5")
print(report.table)

from migrate.checkpoint import load_weights       # in a program that is not one keras.Model
load_weights("model.weights.h5")                   # where its layers and optimizers exist, before its first step
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrate.checkpoint.errors import CheckpointError

if TYPE_CHECKING:
    from migrate.checkpoint.conversion import Report, convert, convert_back, load_program, load_weights, look

__all__ = ["CheckpointError", "Report", "convert", "convert_back", "load_program", "load_weights", "look"]


def __getattr__(name: str) -> Any:
    """TensorFlow is only imported where it is needed."""
    if name in __all__:
        from migrate.checkpoint import conversion

        return getattr(conversion, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
