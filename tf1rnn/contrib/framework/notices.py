"""`tf.contrib.framework`: decorators that warn when something deprecated is used."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

Function = Callable[..., Any]


def _when(date: str | None, instructions: str) -> str:
    """The end of a notice; ValueError for a date that is none, or no instructions."""
    if date is not None and not re.fullmatch(r"20\d\d-[01]\d-[0123]\d", date):
        raise ValueError("Date must be YYYY-MM-DD.")
    if not instructions:
        raise ValueError("Don't deprecate things without conversion instructions!")
    end = "in a future version" if date is None else f"after {date}"
    return f"removed {end}.\nInstructions for updating:\n{instructions}"


def _name(function: Function) -> str:
    return f"{function.__qualname__} (from {function.__module__})"


def deprecated(date: str | None, instructions: str, warn_once: bool = True) -> Callable[[Function], Function]:
    """Decorator: a call of the function is warned about, the first one only with `warn_once`.

    Args:
        date: "YYYY-MM-DD" after which it goes, or None.
        instructions: what to use instead.

    Raises ValueError for another date or no instructions.
    """
    notice = _when(date, instructions)

    def decorate(function: Function) -> Function:
        warned: list[bool] = []

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if not (warned and warn_once):
                warned.append(True)
                v1.logging.warning("%s is deprecated and will be %s", _name(function), notice)
            return function(*args, **kwargs)

        wrapper.__doc__ = f"{inspect.getdoc(function) or function.__name__} (deprecated)\n\nTo be {notice}"
        return wrapper

    return decorate


def _warning_of(
    date: str | None, instructions: str, warn_once: bool, names: list[str], is_bad: Callable[[str, Any], bool]
) -> Callable[[Function], Function]:
    notice = _when(date, instructions)

    def decorate(function: Function) -> Function:
        signature = inspect.signature(function)
        for name in names:
            accepts = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
            if name not in signature.parameters and not accepts:
                raise ValueError(f"Deprecated argument {name} is not an argument of {function.__name__}.")
        warned: set[str] = set()

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            try:
                given = signature.bind(*args, **kwargs).arguments
            except TypeError:
                given = {}  # the call below says what is wrong
            for name in names:
                if name in given and is_bad(name, given[name]) and not (warn_once and name in warned):
                    warned.add(name)
                    v1.logging.warning("Calling %s with %s is deprecated and will be %s", _name(function), name, notice)
            return function(*args, **kwargs)

        return wrapper

    return decorate


def deprecated_args(
    date: str | None, instructions: str, *deprecated_arg_names_or_tuples: Any, **kwargs: Any
) -> Callable[[Function], Function]:
    """Decorator: a call with one of these arguments is warned about.

    An argument is a name, or (name, a value that is still fine). The keyword warn_once is True by default.
    Raises ValueError for other keywords, names that are no arguments, and as `deprecated`.
    """
    warn_once = kwargs.pop("warn_once", True)
    if kwargs:
        raise ValueError(f"Illegal argument to deprecated_args: {kwargs}")
    if not deprecated_arg_names_or_tuples:
        raise ValueError("Specify which argument is deprecated.")
    fine = {e[0]: list(e[1:]) for e in deprecated_arg_names_or_tuples if isinstance(e, tuple)}
    names = [e[0] if isinstance(e, tuple) else e for e in deprecated_arg_names_or_tuples]
    return _warning_of(date, instructions, warn_once, names, lambda name, value: value not in fine.get(name, []))


def deprecated_arg_values(
    date: str | None, instructions: str, warn_once: bool = True, **deprecated_kwargs: Any
) -> Callable[[Function], Function]:
    """Decorator: a call with one of these values of arguments is warned about; errors as deprecated_args."""
    if not deprecated_kwargs:
        raise ValueError("Specify which argument values are deprecated.")
    return _warning_of(
        date, instructions, warn_once, list(deprecated_kwargs), lambda name, value: value == deprecated_kwargs[name]
    )
