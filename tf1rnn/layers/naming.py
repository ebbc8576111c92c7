"""How TensorFlow 1.15 names layers that got no name."""

from __future__ import annotations

import collections
import re
import sys
import weakref
from typing import Any

import tensorflow.compat.v1 as v1

Counts = collections.defaultdict[tuple[str, str], int]  # ("", base) -> how many, in the form of Keras 2

_counts: weakref.WeakKeyDictionary[Any, Counts] = weakref.WeakKeyDictionary()


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
    counts = shared_counts()
    counts["", base] += 1
    return f"{base}_{counts['', base]}"


def shared_counts() -> Counts:
    """How many layers of each name the default graph has. If the program uses Keras, its layers count, too."""
    graph = v1.get_default_graph()
    keras: Any = sys.modules.get("tf_keras.src.backend")
    if keras is None:
        return _counts.setdefault(graph, collections.defaultdict(int))
    counts: Counts = keras.get_default_graph_uid_map()
    for key, count in _counts.pop(graph, {}).items():  # those made before the program first touched Keras
        counts[key] += count
    return counts
