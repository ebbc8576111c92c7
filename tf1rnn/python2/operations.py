"""What operators, methods and `print` of Python 2 did, where Python 3 does something else.

The converted file calls these by the names in OPERATIONS.
"""

from __future__ import annotations

import collections.abc
import sys
from typing import Any

import numpy as np

VIEWS = (collections.abc.KeysView, collections.abc.ValuesView, collections.abc.ItemsView)


def divide(a: Any, b: Any) -> Any:
    """`a / b`: of whole numbers the floor; objects with a `__div__` (tensors too) decide for themselves."""
    if isinstance(a, int) and isinstance(b, int):
        return a // b
    if isinstance(a, float) and isinstance(b, (int, float)):
        return a / b
    for own, other, name in ((a, b, "__div__"), (b, a, "__rdiv__")):
        method = getattr(type(own), name, None)
        if method is not None:
            result = method(own, other)
            if result is not NotImplemented:
                return result
    if _is_whole(a) and _is_whole(b):
        return np.floor_divide(a, b)
    return a / b


def _is_whole(value: Any) -> bool:
    """Whether NumPy divides by the floor: ints and arrays of them (also as lists beside an array)."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind in "iub"
    return isinstance(value, int) or (isinstance(value, (list, tuple)) and np.asarray(value).dtype.kind in "iub")


def divide_in_place(a: Any, b: Any) -> Any:
    """What `a /= b` binds to a."""
    if isinstance(a, np.ndarray):
        if _is_whole(a) and _is_whole(b):
            a //= b
        else:
            a /= b
        return a
    method = getattr(type(a), "__idiv__", None)
    if method is not None:
        return method(a, b)
    return divide(a, b)


def divide_attribute(holder: Any, name: str, b: Any) -> None:
    """`holder.name /= b`"""
    setattr(holder, name, divide_in_place(getattr(holder, name), b))


def divide_item(holder: Any, index: Any, b: Any) -> None:
    """`holder[index] /= b`"""
    holder[index] = divide_in_place(holder[index], b)


# ---- text


class Short(float):
    """A float as Python 2's str() wrote it: 12 digits."""

    def __str__(self) -> str:
        text = f"{float(self):.12g}"
        return text if set(text) & set(".einf") else text + ".0"

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else str(self)

    __repr__ = float.__repr__


def short(value: Any) -> Any:
    """A float that is written with 12 digits; anything else as it is."""
    return Short(value) if type(value) is float else value


def to_text(kind: Any, value: Any) -> Any:
    """`str(value)`, where `str` is what the file calls so."""
    return kind(short(value)) if kind is str else kind(value)


def formatted(template: Any, values: Any) -> Any:
    """`template % values`"""
    if isinstance(template, str):
        values = tuple(short(v) for v in values) if type(values) is tuple else short(values)
    return template % values


_after_comma: set[int] = set()  # the files whose last print ended in a comma


def print_statement(*values: Any, file: Any = None, end: str = "\n") -> None:
    """`print a, b` and, with an end other than a line feed, `print a, b,`: the space comes with what follows."""
    out: Any = sys.stdout if file is None else file
    text = " ".join(str(short(value)) for value in values)
    if id(out) in _after_comma and values:
        text = " " + text
    _after_comma.discard(id(out))
    text = text if end != "\n" else text + "\n"
    try:
        out.write(text)
    except TypeError:  # a file of bytes: in Python 2 text was bytes
        out.write(text.encode())
    if end != "\n" and values and str(values[-1])[-1:] not in ("\n", "\t", "\r"):
        _after_comma.add(id(out))


# ---- methods


def method(holder: Any, name: str) -> Any:
    """`holder.name`, about to be called, for the methods whose result or existence changed."""
    return METHODS[name](holder, name)


def _listed(holder: Any, name: str) -> Any:
    own = getattr(holder, name)

    def call(*arguments: Any, **keywords: Any) -> Any:
        result = own(*arguments, **keywords)
        return list(result) if isinstance(result, VIEWS) else result

    return call


def _iterated(holder: Any, name: str) -> Any:
    if hasattr(holder, name):
        return getattr(holder, name)
    if name.startswith("view"):
        return getattr(holder, name.removeprefix("view"))
    own = getattr(holder, name.removeprefix("iter"))
    return lambda: iter(own())


def _has_key(holder: Any, name: str) -> Any:
    return getattr(holder, name) if hasattr(holder, name) else holder.__contains__


def _next(holder: Any, name: str) -> Any:
    return getattr(holder, name) if hasattr(holder, name) else lambda: next(holder)


def _decode(holder: Any, name: str) -> Any:
    # text is text here: what was read is decoded already
    if isinstance(holder, str):
        return lambda *encoding, **keywords: holder
    return getattr(holder, name)


def _encode(holder: Any, name: str) -> Any:
    if not isinstance(holder, str):
        return getattr(holder, name)

    def encode(encoding: str = "ascii", errors: str = "strict") -> Any:
        # Python 2's encoded strings were strings; what it could not encode it refused
        return holder.encode(encoding, errors).decode(encoding)

    return encode


def _sort(holder: Any, name: str) -> Any:
    own = getattr(holder, name)
    if not isinstance(holder, list):
        return own

    def sort(cmp: Any = None, key: Any = None, reverse: bool = False) -> None:
        own(key=sort_key(cmp, key), reverse=reverse)

    return sort


def sort_key(cmp: Any, key: Any) -> Any:
    """The key that sorts as Python 2 did with a comparison function, or a key, or both."""
    import functools

    if cmp is None:
        return key
    compared = functools.cmp_to_key(cmp)
    return compared if key is None else lambda item: compared(key(item))


METHODS = {
    **dict.fromkeys(("keys", "values", "items"), _listed),
    **dict.fromkeys(("iterkeys", "itervalues", "iteritems", "viewkeys", "viewvalues", "viewitems"), _iterated),
    "has_key": _has_key,
    "next": _next,
    "decode": _decode,
    "encode": _encode,
    "sort": _sort,
}

OPERATIONS = {
    "__tf1rnn_py2_divide__": divide,
    "__tf1rnn_py2_idivide__": divide_in_place,
    "__tf1rnn_py2_idivide_attribute__": divide_attribute,
    "__tf1rnn_py2_idivide_item__": divide_item,
    "__tf1rnn_py2_short__": short,
    "__tf1rnn_py2_str__": to_text,
    "__tf1rnn_py2_format__": formatted,
    "__tf1rnn_py2_print__": print_statement,
    "__tf1rnn_py2_method__": method,
}
