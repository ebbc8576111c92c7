"""How the arguments of layers are read: sizes, conditions, constants. Slim's networks use these too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1


def constant_value(value_or_tensor_or_var: Any, dtype: Any = None) -> Any:
    """The value of a constant, or of what is no tensor; None if only the session knows it.

    Raises ValueError for None, or for a tensor of another dtype than the given one.
    """
    given = value_or_tensor_or_var
    if given is None:
        raise ValueError("value_or_tensor_or_var cannot be None")
    if isinstance(given, (v1.Tensor, v1.Variable)):
        if dtype and given.dtype.base_dtype != v1.as_dtype(dtype):
            raise ValueError(f"It has the wrong type {given.dtype}, instead of {dtype}")
        return None if isinstance(given, v1.Variable) else v1.get_static_value(given)
    return given


def static_cond(pred: Any, fn1: Callable[[], Any], fn2: Callable[[], Any]) -> Any:
    """fn1() if the Python value is true, else fn2(). TypeError unless both can be called."""
    for label, function in (("fn1", fn1), ("fn2", fn2)):
        if not callable(function):
            raise TypeError(f"{label} must be callable.")
    return fn1() if pred else fn2()


def smart_cond(pred: Any, fn1: Callable[[], Any], fn2: Callable[[], Any], name: str | None = None) -> Any:
    """fn1() or fn2(), chosen now if the predicate is known, else by the session."""
    known = constant_value(pred)
    return static_cond(known, fn1, fn2) if known is not None else v1.cond(pred, fn1, fn2, name=name)


def get_variable_collections(variables_collections: Any, name: str) -> Any:
    """The collections of one variable: the same for all, or by name from a dict."""
    return variables_collections.get(name) if isinstance(variables_collections, dict) else variables_collections


def _dimension(shape: Any, index: int, min_rank: int) -> int:
    sizes = shape.as_list() if shape.ndims is not None else None
    if sizes is None:
        raise ValueError("dims of shape must be known but is None")
    if len(sizes) < min_rank:
        raise ValueError(f"rank of shape must be at least {min_rank} not: {len(sizes)}")
    if sizes[index] is None:
        raise ValueError(f"dimension {index} of shape must be known but is None")
    return sizes[index]


def last_dimension(shape: Any, min_rank: int = 1) -> int:
    """The last size of a TensorShape; ValueError if it is unknown or the rank below min_rank."""
    return _dimension(shape, -1, min_rank)


def channel_dimension(shape: Any, data_format: str, min_rank: int = 1) -> int:
    """The number of channels of "channels_last" or "channels_first"; ValueError as last_dimension."""
    return _dimension(shape, 1 if data_format == "channels_first" else -1, min_rank)


def two_element_tuple(int_or_tuple: Any) -> tuple[int, int]:
    """Height and width of an int or of two. ValueError for another number of them."""
    if isinstance(int_or_tuple, v1.TensorShape):
        if int_or_tuple.ndims == 2:
            return tuple(int_or_tuple.as_list())  # type: ignore[return-value]
        raise ValueError("Must be either scalar or tuple of length 2")
    if isinstance(int_or_tuple, (list, tuple)):
        if len(int_or_tuple) != 2:
            raise ValueError(f"Must be a list with 2 elements: {int_or_tuple}")
        return int(int_or_tuple[0]), int(int_or_tuple[1])
    if isinstance(int_or_tuple, int):
        return int_or_tuple, int_or_tuple
    raise ValueError("Must be an int, a list with 2 elements or a TensorShape of length 2")


def n_positive_integers(n: int, value: Any) -> tuple[int, ...]:
    """n ints above 0, of one int or n of them. TypeError if n or the value is nothing of the kind, else
    ValueError."""
    n_valid = int(n)
    if n_valid < 1 or n_valid != n:
        raise ValueError("n must be a positive integer")
    try:
        values = (int(value),) * n_valid
    except (TypeError, ValueError):
        given = value.as_list() if isinstance(value, v1.TensorShape) else value
        if None in given:
            raise ValueError(f"value must be {n} positive integers, got {value}") from None
        values = tuple(int(x) for x in given)
    if len(values) != n_valid or min(values) < 1:
        raise ValueError(f"value must be {n} positive integers, got {value}")
    return values
