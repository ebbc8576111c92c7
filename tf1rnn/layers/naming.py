"""How TensorFlow 1.15 names layers that got no name."""

from __future__ import annotations

import re
import weakref
from typing import Any

import tensorflow.compat.v1 as v1

_counts: weakref.WeakKeyDictionary[Any, dict[str, int]] = weakref.WeakKeyDictionary()


def snake_case(class_name: str) -> str:
    """The default scope of a layer class: BasicLSTMCell -> basic_lstm_cell, Conv2DTranspose ->
    conv2d_transpose.
    """
    # A word starts at a capital that is followed by small letters or digits, or that follows a small letter.
    words = re.sub(r"(?<=.)(?=[A-Z][a-z0-9])", "_", class_name)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words).lower()
    return "private" + words if words.startswith("_") else words


def numbered(base: str) -> str:
    """`base_1`, `base_2`, …: the next layer name of this base in the default graph."""
    counts = _counts.setdefault(v1.get_default_graph(), {})
    counts[base] = counts.get(base, 0) + 1
    return f"{base}_{counts[base]}"
