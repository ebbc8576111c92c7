"""The seeds that TensorFlow 1.15.5 gives to random operations without a seed of their own.

After `tf.set_random_seed(s)` it takes (s, number of operations that the graph holds so far). First weights and dropout
masks depend on that number, TensorFlow 2 makes other numbers of operations for the same calls, and takes another number
anyhow. So the number 1.15.5 would have is kept here for each graph: that of the operations there are, and how many it
would have more. Whoever makes fewer or more than 1.15.5 does says so, with `ahead` or `counted`.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as v1

_more: weakref.WeakKeyDictionary[Any, int] = weakref.WeakKeyDictionary()
_drawn: list[tuple[int, int]] = []  # from `drawn_at`, innermost last: a number, and the operations there were


def number() -> int:
    """How many operations the default graph would hold in 1.15.5."""
    graph = v1.get_default_graph()
    return graph.version + _more.get(graph, 0)


def ahead(count: int) -> None:
    """1.15.5 would have made `count` operations more."""
    graph = v1.get_default_graph()
    _more[graph] = _more.get(graph, 0) + count


def set_number(count: int) -> None:
    """1.15.5 would have made `count` operations until now."""
    ahead(count - number())


@contextlib.contextmanager
def counted(count: int) -> Iterator[None]:
    """What is made within would be `count` operations in 1.15.5."""
    start = number()
    yield
    set_number(start + count)


@contextlib.contextmanager
def counted_in_loop(count: int) -> Iterator[None]:
    """As `counted`, and besides what carries tensors into a loop or a condition, as it is made."""
    graph = v1.get_default_graph()
    start, made = number(), graph.version
    yield
    set_number(start + count + _carried(graph, made))


def _carried(graph: Any, made: int) -> int:
    return sum(op.type in ("Enter", "Switch") for op in graph.get_operations()[made:])


@contextlib.contextmanager
def drawn_at(position: int) -> Iterator[None]:
    """The random operation within comes after `position` others made within, and what carries tensors in."""
    _drawn.append((number() + position, v1.get_default_graph().version))
    try:
        yield
    finally:
        _drawn.pop()


def take_over() -> None:
    """Makes the random operations of TensorFlow take their seeds from here. Safe to call again."""
    # v1.get_seed is offered by the module that all random operations ask.
    module = sys.modules.get(v1.get_seed.__module__)
    own = getattr(module, "get_seed", None)
    if callable(own) and not hasattr(own, "_of_tensorflow"):
        module.get_seed = _numbered(own)  # type: ignore[union-attr]


def _numbered(own: Callable[[Any], tuple[Any, Any]]) -> Callable[[Any], tuple[Any, Any]]:
    @functools.wraps(own)
    def get_seed(op_seed: Any) -> tuple[Any, Any]:
        if op_seed is None and not v1.executing_eagerly() and v1.get_default_graph().seed is not None:
            op_seed = _next_number()
        return own(op_seed)

    get_seed._of_tensorflow = own  # type: ignore[attr-defined]
    return get_seed


def _next_number() -> int:
    if not _drawn:
        return number()
    position, made = _drawn[-1]
    return position + _carried(v1.get_default_graph(), made)


def get_seed(op_seed: Any) -> tuple[Any, Any]:
    """The two seeds of an operation (`tf.get_seed` of TensorFlow 1.15)."""
    return sys.modules[v1.get_seed.__module__].get_seed(op_seed)
