"""What all functions of `tf.contrib.layers` share: collections of variables and outputs, names of variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.variables import model_variable
from tf1rnn.contrib.layers.aliases import collect_named_outputs as collected
from tf1rnn.contrib.layers.arguments import get_variable_collections as variable_collections

__all__ = ["collect_variable", "collected", "model_variables", "variable_collections", "variable_getter"]

_KNOWN = frozenset(
    "shape dtype initializer regularizer trainable collections caching_device partitioner use_resource "
    "synchronization aggregation".split()
)


def model_variables(**names: str) -> Callable[..., Any]:
    """A custom getter for variable scopes: model variables, with other names for some (kernel="weights")."""

    def model_getter(getter: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
        scope, slash, last = name.rpartition("/")
        kept = {k: v for k, v in kwargs.items() if k in _KNOWN}
        return model_variable(scope + slash + names.get(last, last), *args, custom_getter=getter, **kept)

    return model_getter


def variable_getter(rename: dict[str, str] | None = None) -> Callable[..., Any]:
    """model_variables with the names in a dict."""
    return model_variables(**(rename or {}))


def collect_variable(variable: Any, collections: Any, name: str) -> None:
    """Puts a variable (or its parts) into its collections, once."""
    for collection in variable_collections(collections, name) or []:
        for part in list(variable) if hasattr(variable, "_variable_list") else [variable]:
            if not any(part is other for other in v1.get_collection_ref(collection)):
                v1.add_to_collection(collection, part)
