"""What NumPy 1 and early Python 3 offered and today's do not, for the user's own files only.

`import numpy as np` in a user's file gives a view of numpy that also has the old names; the real module is
unchanged. Each bridge that is used announces itself once on stderr. `tf1rnn run --strict` has none.
"""

from __future__ import annotations

import functools
import importlib
import types
from typing import Any

import numpy as np

from tf1rnn import numpy1, older_library
from tf1rnn.notices import once

# The types whose call takes an array of one element, as NumPy 1 allowed, and the function put around the
# argument.
SCALAR_TYPES = ("int", "float")
SCALAR = "__tf1rnn_scalar__"

# The function that finds a method by its old name, and the one that cleans the mode of open().
METHOD, OPEN_MODE = "__tf1rnn_method__", "__tf1rnn_open_mode__"

OLD_NAMES = {"numpy": numpy1.NAMES, **older_library.NAMES}
FUNCTIONS = {"numpy": numpy1.FUNCTIONS, **older_library.FUNCTIONS}

# Names that numpy 2 has again, with another meaning; NumPy 1's meaning was the builtin.
REUSED = ("bool", "str", "long")

_strict = False


def be_strict(strict: bool) -> None:
    """Turns all bridges off (or on again) for the files compiled from now on."""
    global _strict
    _strict = strict


def on() -> bool:
    """Whether files of the user are bridged."""
    return not _strict


class Bridge(types.ModuleType):
    """A view of a module that has its old names and functions too; what is set on it is set on the module."""

    def __getattr__(self, name: str) -> Any:
        real, old = self.__dict__["_real"], self.__dict__["_old"]
        if name in old and (name not in vars(real) or (name in REUSED and real is np)):
            value, means = old[name]
            full = f"{real.__name__}.{name}"
            once(full, f"{full} is gone or means something else now: taken as {means}, as it was")
            return value
        value = getattr(real, name)
        if real is np:
            self.__dict__[name] = value  # found at once from now on
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__.pop(name, None)
        setattr(self.__dict__["_real"], name, value)

    def __dir__(self) -> list[str]:
        return dir(self.__dict__["_real"])


def has(name: str) -> bool:
    """Whether a module is bridged."""
    if _strict:
        return False
    return name in OLD_NAMES or name in FUNCTIONS or moved(name)


def moved(name: str) -> bool:
    """Whether a module of this name has moved or is gone."""
    return on() and (name in older_library.MOVED or name == "imp")


@functools.cache
def module(name: str) -> Any:
    """The view of a module that a user's file gets. Raises ImportError where there is none today."""
    made = older_library.made_up(name)
    if made is not None:
        once(name, f"the module {name} is gone: taken as what importlib has of it")
        return made
    if name in older_library.MOVED:
        try:
            return importlib.import_module(name)
        except ImportError:
            real = importlib.import_module(older_library.MOVED[name])
            once(name, f"the module {name} is gone: taken as {real.__name__}")
            return real
    real = importlib.import_module(name)
    bridge = Bridge(real.__name__, real.__doc__)
    bridge.__dict__.update(FUNCTIONS.get(name, {}))
    bridge.__dict__.update(_real=real, _old=OLD_NAMES.get(name, {}), __file__=getattr(real, "__file__", None))
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


def method(holder: Any, name: str) -> Any:
    """`holder.name`, about to be called without arguments, where the method has another name now."""
    try:
        return getattr(holder, name)
    except AttributeError:
        new = getattr(holder, older_library.METHODS[name], None)
        if new is None:
            raise
    once(f".{name}()", f"{type(holder).__name__}.{name}() is gone: taken as {older_library.METHODS[name]}()")
    return (lambda: list(new())) if name == "getchildren" else new


def open_mode(mode: Any) -> Any:
    """The mode of open() without the U that Python 3.11 dropped; it did nothing in Python 3 before."""
    if isinstance(mode, str) and "U" in mode:
        once("open U", "open() with U in its mode: the U did nothing and is left out")
        return mode.replace("U", "") if set(mode) & set("rwax") else "r" + mode.replace("U", "")
    return mode


CALLED_BY_FILES = {SCALAR: scalar, METHOD: method, OPEN_MODE: open_mode}
