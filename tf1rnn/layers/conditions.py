"""Conditions that may be Python values or tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1


def static_bool(value: Any) -> bool | None:
    """The truth of a Python value or of a tensor that is constant now; None if only the session knows."""
    if isinstance(value, v1.Tensor):
        known = v1.get_static_value(value)
        return None if known is None else bool(known)
    if isinstance(value, v1.Variable):
        return None
    return bool(value)


def choose(value: Any, if_true: Callable[[], Any], if_false: Callable[[], Any]) -> Any:
    """One of two results; a condition in the graph if `value` is known only to the session."""
    known = static_bool(value)
    if known is None:
        return v1.cond(value, if_true, if_false)
    return if_true() if known else if_false()
