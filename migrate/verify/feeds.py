"""What a TF1 run was fed, by the names that the parameters have in the migrated program."""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any

import numpy as np

from migrate.plan import Parameter

_MISSING = object()


def fed_values(
    parameters: Sequence[Parameter], feed_dict: Any, graph: Any, frame: FrameType
) -> dict[str, Any]:
    """The fed values as arrays of the placeholders' dtypes, nested in tuples where the feed key is.

    A parameter whose legacy expression cannot be evaluated in the frame, or that was not fed, is left out.
    """
    fed = _by_tensor(feed_dict or {}, graph)
    values = {}
    for parameter in parameters:
        try:
            key = eval(parameter.legacy, frame.f_globals, frame.f_locals)
        except Exception:  # the name does not exist on this path through the program: nothing was fed by it
            continue
        value = _take(key, fed, graph)
        if value is not _MISSING:
            values[parameter.name] = value
    return values


def _tensor(key: Any, graph: Any) -> Any:
    return graph.as_graph_element(key, allow_tensor=True, allow_operation=False)


def _by_tensor(feed_dict: Any, graph: Any) -> dict[str, np.ndarray]:
    """The feeds flattened: a key that is a nest of tensors goes with a value that is a nest of arrays."""
    fed: dict[str, np.ndarray] = {}

    def add(key: Any, value: Any) -> None:
        if isinstance(key, list | tuple):
            for part, part_value in zip(key, value, strict=True):
                add(part, part_value)
        elif hasattr(key, "dense_shape"):  # a sparse placeholder, fed its three parts
            for part, part_value in zip((key.indices, key.values, key.dense_shape), value, strict=True):
                add(part, part_value)
        else:
            tensor = _tensor(key, graph)
            dtype = tensor.dtype.base_dtype.as_numpy_dtype
            fed[tensor.name] = np.array(value, dtype=None if dtype is object else dtype)

    for key, value in feed_dict.items():
        add(key, value)
    return fed


def _take(key: Any, fed: dict[str, np.ndarray], graph: Any) -> Any:
    if isinstance(key, dict):
        key = tuple(key.values())
    if isinstance(key, list | tuple):
        parts = [_take(part, fed, graph) for part in key]
        return _MISSING if any(part is _MISSING for part in parts) else tuple(parts)
    try:
        return fed.get(_tensor(key, graph).name, _MISSING)
    except (TypeError, ValueError, KeyError):
        return _MISSING
