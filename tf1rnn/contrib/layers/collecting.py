"""What all functions of `tf.contrib.layers` share: collections of variables and outputs, names of variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.variables import model_variable

_KNOWN = frozenset(
    "shape dtype initializer regularizer trainable collections caching_device partitioner use_resource "
    "synchronization aggregation".split()
)


def variable_collections(collections: Any, name: str) -> Any:
    """The collections of one variable: the same for all, or by name from a dict."""
    return collections.get(name) if isinstance(collections, dict) else collections


def collected(outputs_collections: Any, alias: str, outputs: Any) -> Any:
    """Puts the outputs into the collections, under an alias, and returns them."""
    if outputs_collections:
        aliases = getattr(outputs, "aliases", None)
        if aliases is None:
            outputs.aliases = aliases = []
        aliases.append(alias.removesuffix("/"))
        v1.add_to_collections(outputs_collections, outputs)
    return outputs


def model_variables(**names: str) -> Callable[..., Any]:
    """A custom getter for variable scopes: model variables, with other names for some (kernel="weights")."""

    def model_getter(getter: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
        scope, slash, last = name.rpartition("/")
        kept = {k: v for k, v in kwargs.items() if k in _KNOWN}
        return model_variable(scope + slash + names.get(last, last), *args, custom_getter=getter, **kept)

    return model_getter


def collect_variable(variable: Any, collections: Any, name: str) -> None:
    """Puts a variable (or its parts) into its collections, once."""
    for collection in variable_collections(collections, name) or []:
        for part in list(variable) if hasattr(variable, "_variable_list") else [variable]:
            if not any(part is other for other in v1.get_collection_ref(collection)):
                v1.add_to_collection(collection, part)
