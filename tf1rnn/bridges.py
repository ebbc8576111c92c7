"""What NumPy 1 and early Python 3 offered and today's do not, for the user's own files only.

`import numpy as np` in a user's file gives a view of numpy that also has the old names; the real module is
unchanged. Each old name announces itself once on stderr.
"""

from __future__ import annotations

import collections.abc
import functools
import importlib
import inspect
import time
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from tf1rnn.notices import once

# The types whose call takes an array of one element, as NumPy 1 allowed, and the function put around the
# argument.
SCALAR_TYPES = ("int", "float")
SCALAR = "__tf1rnn_scalar__"

ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")


def _getargspec(function: Callable[..., Any]) -> ArgSpec:
    full = inspect.getfullargspec(function)
    return ArgSpec(full.args, full.varargs, full.varkw, full.defaults)


def _asscalar(array: Any) -> Any:
    return np.asarray(array).item()


# module -> old name -> (what it stands for, how to say that)
OLD_NAMES: dict[str, dict[str, tuple[Any, str]]] = {
    "numpy": {
        "int": (int, "int"),
        "float": (float, "float"),
        "bool": (bool, "bool"),
        "object": (object, "object"),
        "complex": (complex, "complex"),
        "str": (str, "str"),
        "long": (int, "int"),
        "unicode": (str, "str"),
        "float_": (np.float64, "numpy.float64"),
        "complex_": (np.complex128, "numpy.complex128"),
        "bool8": (np.bool_, "numpy.bool_"),
        "string_": (np.bytes_, "numpy.bytes_"),
        "unicode_": (np.str_, "numpy.str_"),
        "Inf": (np.inf, "numpy.inf"),
        "Infinity": (np.inf, "numpy.inf"),
        "infty": (np.inf, "numpy.inf"),
        "NaN": (np.nan, "numpy.nan"),
        "NAN": (np.nan, "numpy.nan"),
        "product": (np.prod, "numpy.prod"),
        "cumproduct": (np.cumprod, "numpy.cumprod"),
        "alltrue": (np.all, "numpy.all"),
        "sometrue": (np.any, "numpy.any"),
        "row_stack": (np.vstack, "numpy.vstack"),
        "round_": (np.round, "numpy.round"),
        "asscalar": (_asscalar, "ndarray.item"),
    },
    "collections": {
        name: (getattr(collections.abc, name), f"collections.abc.{name}")
        for name in "Callable Container Hashable Iterable Iterator Generator Mapping MutableMapping "
        "MutableSequence MutableSet Sequence Set Sized KeysView ValuesView ItemsView".split()
    },
    "inspect": {"getargspec": (_getargspec, "inspect.getfullargspec")},
    "time": {"clock": (time.perf_counter, "time.perf_counter")},
}


class Bridge(types.ModuleType):
    """A view of a module that has its old names too."""

    def __getattr__(self, name: str) -> Any:
        real, old = self.__dict__["_real"], self.__dict__["_old"]
        # numpy 2 has a `bool` and a `str` again, with another meaning; NumPy 1's meaning was the builtin.
        if name in old and (name not in vars(real) or name in ("bool", "str", "long")):
            value, means = old[name]
            full = f"{real.__name__}.{name}"
            once(full, f"{full} is gone or means something else now: taken as {means}, as it was")
            return value
        return getattr(real, name)

    def __dir__(self) -> list[str]:
        return dir(self.__dict__["_real"])


def has(name: str) -> bool:
    """Whether a module is bridged."""
    return name in OLD_NAMES


@functools.cache
def module(name: str) -> Any:
    """The view of a module that a user's file gets."""
    real = importlib.import_module(name)
    bridge = Bridge(real.__name__, real.__doc__)
    bridge.__dict__.update(_real=real, _old=OLD_NAMES[name], __file__=getattr(real, "__file__", None))
    if hasattr(real, "__path__"):
        bridge.__dict__["__path__"] = real.__path__
    return bridge


def scalar(value: Any) -> Any:
    """An array of one element as that element; everything else as it is. Stands inside int(…) and
    float(…).
    """
    if isinstance(value, np.ndarray) and value.ndim > 0 and value.size == 1:
        once(
            "int(array)",
            "int() or float() of an array with one element: its element is taken, as NumPy 1 did",
        )
        return value.reshape(-1)[0]
    return value
