"""Summaries in the proof: TF1 gives a run's summaries as one serialized message, the new program a dict of values.

Both become the same numbers, in the same order: a scalar itself; of a histogram's values the smallest, the largest,
the mean, and the mean square. Pictures and texts, which are drawn from values, are left out, and so is what TF1
gives no defined value.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Any

import numpy as np

Kinds = Sequence[tuple[str, str]]  # (name, kind)


def of_messages(result: Any, kinds: Kinds) -> Any:
    """A result of Session.run, each serialized summary in it as a list of numbers."""
    if not kinds:
        return result
    left = list(kinds)

    def taken(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: taken(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [taken(item) for item in value]
        return _numbers(value, left) if isinstance(value, bytes) else value

    return taken(result)


def _numbers(message: bytes, left: list[tuple[str, str]]) -> list[np.ndarray]:
    import tensorflow as tf

    values = tf.compat.v1.Summary.FromString(message).value
    found: list[np.ndarray] = []
    kinds = iter([left.pop(0)[1] for _ in range(_count(values, left))])
    previous = ""
    for value in values:
        image = value.WhichOneof("value") == "image"
        tag = value.tag.rsplit("/", 1)[0] if image else value.tag
        if image and tag == previous:  # the next picture of one batch
            continue
        previous, kind = tag, next(kinds, "")
        if kind == "scalar":
            found.append(np.array(value.simple_value, np.float32))
        elif kind == "histogram":
            histogram = value.histo
            count = max(histogram.num, 1.0)
            numbers = [histogram.min, histogram.max, histogram.sum / count, histogram.sum_squares / count]
            found.append(np.array(numbers, np.float32))
    return found


def _count(values: Any, left: list[tuple[str, str]]) -> int:
    images = {value.tag.rsplit("/", 1)[0] for value in values if value.WhichOneof("value") == "image"}
    plain = sum(value.WhichOneof("value") != "image" for value in values)
    return min(plain + len(images), len(left))


def of_dicts(result: Any, kinds: Kinds) -> Any:
    """A result of the new program, each dict of summarised values in it as a list of numbers."""
    if not kinds:
        return result
    known = dict(kinds)
    if isinstance(result, dict) and set(result) <= set(known):
        return [number for name, kind in known.items() if name in result for number in _number(result[name], kind)]
    if isinstance(result, dict):
        return {key: of_dicts(item, kinds) for key, item in result.items()}
    if isinstance(result, list | tuple):
        return [of_dicts(item, kinds) for item in result]
    return result


def _number(value: Any, kind: str) -> list[np.ndarray]:
    array = np.asarray(value)
    if kind == "scalar":
        return [array.astype(np.float32)]
    if kind != "histogram":
        return []
    wide = array.astype(np.float64)
    return [np.array([wide.min(), wide.max(), wide.mean(), np.square(wide).mean()], np.float32)]


def hold_off_writing(notes: list[str]) -> None:
    """Without TensorBoard's package TensorFlow 2 cannot write summaries: their values are compared all the same."""
    if importlib.util.find_spec("tensorboard") is not None:
        return
    import tensorflow as tf

    def nothing(name: str, *arguments: Any, **options: Any) -> bool:
        note = "tensorboard is not installed: summaries are compared, and not written"
        if note not in notes:
            notes.append(note)
        return False

    for kind in ("scalar", "histogram", "image", "text", "audio"):
        setattr(tf.summary, kind, nothing)
