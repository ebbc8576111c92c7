"""What the standard library (and a few others) had when TensorFlow 1 was current and have no more, by module."""

from __future__ import annotations

import base64
import collections.abc
import html
import importlib
import importlib.machinery
import importlib.util
import inspect
import json
import math
import random
import sys
import time
import types
from collections.abc import Callable
from typing import Any

from tf1rnn.notices import once

ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")


def _getargspec(function: Callable[..., Any]) -> ArgSpec:
    full = inspect.getfullargspec(function)
    return ArgSpec(full.args, full.varargs, full.varkw, full.defaults)


# module -> old name -> (what it stands for, how to say that)
NAMES: dict[str, dict[str, tuple[Any, str]]] = {
    "base64": {
        "encodestring": (base64.encodebytes, "base64.encodebytes"),
        "decodestring": (base64.decodebytes, "base64.decodebytes"),
    },
    "cgi": {"escape": (lambda s, quote=False: html.escape(s, quote), "html.escape")},
    "collections": {
        name: (getattr(collections.abc, name), f"collections.abc.{name}")
        for name in "Callable Container Hashable Iterable Iterator Generator Mapping MutableMapping "
        "MutableSequence MutableSet Sequence Set Sized KeysView ValuesView ItemsView".split()
    },
    "fractions": {"gcd": (math.gcd, "math.gcd")},
    "inspect": {"getargspec": (_getargspec, "inspect.getfullargspec")},
    "time": {"clock": (time.perf_counter, "time.perf_counter")},
}


def _sample(population: Any, k: int, **options: Any) -> Any:
    if isinstance(population, (collections.abc.Set, collections.abc.KeysView)):
        once("random.sample", "random.sample of a set: drawn from its elements in their order, as it was")
        population = tuple(population)
    return random.sample(population, k, **options)


def _shuffle(x: Any, draw: Callable[[], float] | None = None) -> None:
    if draw is None:
        random.shuffle(x)
        return
    once("random.shuffle", "random.shuffle with a function of its own for the chance, as it was")
    for i in reversed(range(1, len(x))):
        j = int(draw() * (i + 1))
        x[i], x[j] = x[j], x[i]


def _without_encoding(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        if options.pop("encoding", None) is not None:
            once("json encoding", "json: the argument encoding is gone; it did nothing in Python 3 before")
        return function(*arguments, **options)

    return call


# module -> function -> what is called instead; each says so itself when it acts
FUNCTIONS: dict[str, dict[str, Callable[..., Any]]] = {
    "json": {"load": _without_encoding(json.load), "loads": _without_encoding(json.loads)},
    "random": {"sample": _sample, "shuffle": _shuffle},
}

# modules that moved -> where they are
MOVED: dict[str, str] = {
    "sklearn.cross_validation": "sklearn.model_selection",
    "sklearn.externals.joblib": "joblib",
    "sklearn.grid_search": "sklearn.model_selection",
    "xml.etree.cElementTree": "xml.etree.ElementTree",
}
if sys.version_info >= (3, 12):
    # setuptools keeps it
    MOVED.update(
        {f"distutils{part}": f"setuptools._distutils{part}" for part in ("", ".version", ".util", ".dir_util")}
    )


def _load_source(name: str, path: str, file: Any = None) -> types.ModuleType:
    loader = importlib.machinery.SourceFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    loader.exec_module(module)
    return module


def made_up(name: str) -> types.ModuleType | None:
    """A module that is gone altogether, made of what is left; None for others."""
    if name != "imp" or importlib.util.find_spec(name) is not None:
        return None
    module = types.ModuleType("imp")
    module.__dict__.update(load_source=_load_source, reload=importlib.reload, new_module=types.ModuleType)
    return module


# methods that are gone -> what they are called now
METHODS: dict[str, str] = {
    "as_matrix": "to_numpy",
    "getchildren": "__iter__",
    "getiterator": "iter",
    "isAlive": "is_alive",
    "tostring": "tobytes",
}
