"""What NumPy 1 had or did and NumPy 2 does not: names that are gone, functions that were more lenient."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tf1rnn.notices import once


class _Cast:
    """`np.cast[dtype](array)`"""

    def __getitem__(self, dtype: Any) -> Callable[[Any], Any]:
        return lambda array: np.asarray(array, dtype)


def _asfarray(array: Any, dtype: Any = np.float64) -> Any:
    floating = dtype if np.issubdtype(dtype, np.inexact) else np.float64
    return np.asarray(array, floating)


# old name -> (what it stands for, how to say that)
NAMES: dict[str, tuple[Any, str]] = {
    "int": (int, "int"),
    "float": (float, "float"),
    "bool": (bool, "bool"),
    "object": (object, "object"),
    "complex": (complex, "complex"),
    "str": (str, "str"),
    "long": (int, "int"),
    "unicode": (str, "str"),
    "float_": (np.float64, "numpy.float64"),
    "longfloat": (np.longdouble, "numpy.longdouble"),
    "cfloat": (np.complex128, "numpy.complex128"),
    "complex_": (np.complex128, "numpy.complex128"),
    "bool8": (np.bool_, "numpy.bool_"),
    "int0": (np.intp, "numpy.intp"),
    "uint0": (np.uintp, "numpy.uintp"),
    "object0": (np.object_, "numpy.object_"),
    "string_": (np.bytes_, "numpy.bytes_"),
    "unicode_": (np.str_, "numpy.str_"),
    "Inf": (np.inf, "numpy.inf"),
    "Infinity": (np.inf, "numpy.inf"),
    "infty": (np.inf, "numpy.inf"),
    "PINF": (np.inf, "numpy.inf"),
    "NINF": (-np.inf, "-numpy.inf"),
    "PZERO": (0.0, "0.0"),
    "NZERO": (-0.0, "-0.0"),
    "NaN": (np.nan, "numpy.nan"),
    "NAN": (np.nan, "numpy.nan"),
    "product": (np.prod, "numpy.prod"),
    "cumproduct": (np.cumprod, "numpy.cumprod"),
    "alltrue": (np.all, "numpy.all"),
    "sometrue": (np.any, "numpy.any"),
    "rank": (np.ndim, "numpy.ndim"),
    "row_stack": (np.vstack, "numpy.vstack"),
    "round_": (np.round, "numpy.round"),
    "in1d": (lambda ar1, ar2, **options: np.isin(np.ravel(ar1), ar2, **options), "numpy.isin"),
    "trapz": (getattr(np, "trapezoid", None), "numpy.trapezoid"),
    "msort": (lambda a: np.sort(a, axis=0), "numpy.sort(axis=0)"),
    "asscalar": (lambda a: np.asarray(a).item(), "ndarray.item"),
    "asfarray": (_asfarray, "numpy.asarray of floats"),
    "cast": (_Cast(), "numpy.asarray"),
}


@functools.wraps(np.array)
def array(object: Any, *rest: Any, **options: Any) -> Any:
    """numpy.array: lists of unequal length become an array of objects, `copy=False` copies if it must; what map(),
    filter(), zip() and the views of a dict give are lists, as in Python 2.
    """
    if "copy" in options and options["copy"] is False:
        once("numpy.array copy", "numpy.array(copy=False) copies where it has to, as NumPy 1 did")
        options["copy"] = None
    object = _with_lists(object)
    try:
        return np.array(object, *rest, **options)
    except ValueError as error:
        if not _is_ragged(error, rest, options):
            raise
        return np.array(object, **{**options, "dtype": np.object_})


@functools.wraps(np.asarray)
def asarray(a: Any, *rest: Any, **options: Any) -> Any:
    """numpy.asarray: lists of unequal length become an array of objects; iterators are lists, see `array`."""
    a = _with_lists(a)
    try:
        return np.asarray(a, *rest, **options)
    except ValueError as error:
        if not _is_ragged(error, rest, options):
            raise
        return np.asarray(a, **{**options, "dtype": np.object_})


# What Python 2 had lists for. NumPy makes one object of each, which no program wants.
LAZY: Any = (map, filter, zip, type({}.keys()), type({}.values()), type({}.items()))


def _with_lists(value: Any) -> Any:
    """The value with lists in place of lazy sequences: itself, or in lists or tuples."""
    if isinstance(value, LAZY):
        once("lazy array", f"numpy.array of a {type(value).__name__}: of the list of its elements, as in Python 2")
        value = list(value)
    return [_with_lists(each) for each in value] if _holds_lazy(value) else value


def _holds_lazy(value: Any) -> bool:
    """Whether a list or tuple holds lazy sequences. Only first elements are looked at: long lists are common, and hold
    values of one kind.
    """
    while type(value) in (list, tuple) and value:
        value = value[0]
        if isinstance(value, LAZY):
            return True
    return False


def _is_ragged(error: ValueError, rest: tuple[Any, ...], options: dict[str, Any]) -> bool:
    if "inhomogeneous" not in str(error) or (rest and rest[0] is not None) or options.get("dtype") is not None:
        return False
    once("ragged", "numpy.array of lists of unequal length: an array of objects (lists), as NumPy 1 made it")
    return True


@functools.wraps(np.load)
def load(file: Any, mmap_mode: Any = None, allow_pickle: Any = None, **options: Any) -> Any:
    """numpy.load: files that hold Python objects are read unless the script says otherwise."""
    if allow_pickle is not None:
        return np.load(file, mmap_mode, allow_pickle, **options)
    start = file.tell() if hasattr(file, "tell") else None
    try:
        loaded = np.load(file, mmap_mode, **options)
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        _say_pickle()
        if start is not None:
            file.seek(start)
        return np.load(file, mmap_mode, allow_pickle=True, **options)
    if isinstance(loaded, np.lib.npyio.NpzFile):
        loaded.__class__ = _Archive
    return loaded


def _say_pickle() -> None:
    once("numpy.load", "numpy.load: the file holds Python objects; they are loaded, as before NumPy 1.16.3")


class _Archive(np.lib.npyio.NpzFile):
    """An .npz file whose arrays of objects can be read too."""

    def __getitem__(self, key: str) -> Any:
        try:
            return super().__getitem__(key)
        except ValueError as error:
            if "allow_pickle" not in str(error):
                raise
            _say_pickle()
            self.allow_pickle = True
            return super().__getitem__(key)


@functools.wraps(np.fromstring)
def fromstring(string: Any, dtype: Any = float, count: int = -1, *, sep: str = "", **options: Any) -> Any:
    """numpy.fromstring: of bytes too."""
    if sep:
        return np.fromstring(string, dtype, count, sep=sep, **options)
    once("numpy.fromstring", "numpy.fromstring of bytes: read by numpy.frombuffer, and copied")
    data = string.encode("latin-1") if isinstance(string, str) else string
    return np.frombuffer(data, dtype, count).copy()


FUNCTIONS: dict[str, Callable[..., Any]] = {"array": array, "asarray": asarray, "load": load, "fromstring": fromstring}
