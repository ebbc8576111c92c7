"""The variable scope of a loop."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import tensorflow.compat.v1 as v1


@contextlib.contextmanager
def cached_scope(scope: Any, default: str, unique: bool = False) -> Iterator[Any]:
    """Enters the scope (or one named `default`, made unique if asked) and has variables read once, before the
    loop, not at each step.
    """
    with v1.variable_scope(scope, default) if unique else v1.variable_scope(scope or default) as entered:
        if entered.caching_device is None and not _inside_control_flow():
            entered.set_caching_device(lambda op: op.device)
        yield entered


def _inside_control_flow() -> bool:
    """Inside a while loop or cond a value read before the loop could not be used: variables are read in
    place.
    """
    return v1.get_default_graph()._get_control_flow_context() is not None
