"""How a TF1 name resolves: ours, else tensorflow.compat.v1, else an error that names it.

`tables.py` says for each name which of the three it is. A `Namespace` is one module of the TF1 API (`tf`,
`tf.nn`, `tf.contrib.rnn`, …): it looks a name up on first use and keeps it, so setting an attribute on it
works as on a module.
"""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import private_names, refused, tables
from tf1rnn.refusals import UnsupportedName, explain

ROOT = "tf1rnn"

_made: dict[str, Namespace] = {}


class Namespace(types.ModuleType):
    """A module of the TF1 API. `_tf1_path` is its dotted path, "" for the root."""

    def __getattr__(self, name: str) -> Any:
        path = self.__dict__["_tf1_path"]
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = resolve(f"{path}.{name}" if path else name)
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        path = self.__dict__["_tf1_path"]
        names = set(tables.names_under(path))
        passed = _passed_through(path)
        if passed is not None:
            try:
                names.update(n for n in dir(passed) if not n.startswith("_"))
            except ImportError:  # loads lazily what this installation has not
                pass
        public = {n for n in self.__dict__ if not n.startswith("_")}
        return sorted(names | public)


def become(module_name: str, path: str) -> None:
    """Turns a package of ours into the namespace of a TF1 path (called from its `__init__`)."""
    module = sys.modules[module_name]
    module.__class__ = Namespace
    module.__dict__["_tf1_path"] = path
    _made[path] = module  # type: ignore[assignment]


def namespace(path: str) -> Namespace:
    """The namespace of a TF1 module path such as "nn.rnn_cell"; always the same object."""
    if path not in _made:
        package = tables.PACKAGES.get(path)
        if package:
            importlib.import_module(package)  # calls become()
        else:
            module = Namespace(f"{ROOT}.{path}", f"tf.{path} of TensorFlow 1.15, as tf1rnn offers it.")
            module.__dict__["_tf1_path"] = path
            _made[path] = module
    return _made[path]


def resolve(name: str) -> Any:
    """The value of a full TF1 name such as "nn.rnn_cell.GRUCell".

    Raises UnsupportedName if neither we nor tensorflow.compat.v1 have it.
    """
    for alias, path in tables.ALIASES.items():
        if name == alias or name.startswith(alias + "."):
            name = path + name[len(alias) :]
            return resolve(name.lstrip(".")) if name else namespace("")
    where = tables.home(name)
    if where is not None:
        module, attribute = where
        return getattr(importlib.import_module(module), attribute)
    if name in tables.MODULES:
        return namespace(name)
    parent, _, leaf = name.rpartition(".")
    if parent in private_names.PRIVATE:
        try:
            return private_names.private(parent, leaf)
        except AttributeError:
            pass
    why = refused.reason(name)
    if why:
        raise UnsupportedName(explain(name, why))
    holder = _passed_through(parent)
    try:
        value = getattr(holder, leaf)
    except (AttributeError, ImportError):
        raise UnsupportedName(explain(name)) from None
    if isinstance(value, types.ModuleType) and value.__name__.startswith("tensorflow."):
        return namespace(name)
    return value


def _passed_through(path: str) -> Any:
    """The tensorflow.compat.v1 module behind a namespace, or None where there is none."""
    value: Any = v1
    for part in path.split(".") if path else []:
        if f".{part}" in (".layers", ".keras", ".estimator", ".contrib", ".examples"):
            return None  # lazy loaders that would pull in Keras; all of these are ours or refused
        value = getattr(value, part, None)
    return value
