"""`arg_scope`: default arguments for functions within a `with` block."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as v1

Scope = dict[str, dict[str, Any]]  # key of a function -> its default arguments

_STACK = "__tf1rnn_arg_scopes"
_keys: dict[str, frozenset[str]] = {}  # key of a function that takes part -> names of its parameters with defaults


def _key(function: Any) -> str:
    return getattr(function, "_key_op", str(function))


def _stack() -> list[Scope]:
    stack = v1.get_collection_ref(_STACK)
    if not stack:
        stack.append({})
    return stack


def current_arg_scope() -> Scope:
    """The defaults in force, a dict that can be given to `arg_scope` again."""
    return _stack()[-1]


def has_arg_scope(func: Any) -> bool:
    """Whether a function takes part in arg scopes."""
    return _key(func) in _keys


def arg_scoped_arguments(func: Any) -> tuple[str, ...]:
    """The names of the arguments a scope can set."""
    assert has_arg_scope(func)
    return tuple(sorted(_keys[_key(func)]))


def add_arg_scope(func: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: a function whose defaults `arg_scope` can set."""

    @functools.wraps(func)
    def with_defaults(*args: Any, **kwargs: Any) -> Any:
        scope = _stack()[-1] if v1.get_collection_ref(_STACK) else {}
        return func(*args, **{**scope.get(_key(func), {}), **kwargs})

    with_defaults._key_op = _key(func)  # type: ignore[attr-defined]
    parameters = inspect.signature(func).parameters.values()
    _keys[_key(func)] = frozenset(p.name for p in parameters if p.default is not p.empty)
    return with_defaults


@contextlib.contextmanager
def arg_scope(list_ops_or_scope: Any, **kwargs: Any) -> Iterator[Scope]:
    """Sets default arguments (`tf.contrib.framework.arg_scope` of TensorFlow 1.15).

    Args:
        list_ops_or_scope: functions made with `add_arg_scope`, or a scope obtained from `with arg_scope(…)
            as scope`.
        **kwargs: the defaults; none together with a scope.

    Raises:
        TypeError: neither a list of functions nor a scope.
        ValueError: a function that takes no part, or arguments together with a scope.
    """
    stack = _stack()
    if isinstance(list_ops_or_scope, dict):
        if kwargs:
            raise ValueError("When attempting to re-use a scope by suppling a dictionary, kwargs must be empty.")
        entered = dict(list_ops_or_scope)
    else:
        if not isinstance(list_ops_or_scope, (list, tuple)):
            raise TypeError(
                f"list_ops_or_scope must either be a list/tuple or reused scope (i.e. dict), not {list_ops_or_scope!r}"
            )
        entered = {key: dict(values) for key, values in stack[-1].items()}
        for function in list_ops_or_scope:
            if not has_arg_scope(function):
                name = (getattr(function, "__module__", None), getattr(function, "__name__", function))
                raise ValueError(f"{name} is not decorated with @add_arg_scope")
            entered.setdefault(_key(function), {}).update(kwargs)
    stack.append(entered)
    try:
        yield entered
    finally:
        stack.pop()
