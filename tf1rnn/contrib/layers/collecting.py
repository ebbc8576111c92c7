"""What all functions of `tf.contrib.layers` share: collections of variables and outputs."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1


def variable_collections(collections: Any, name: str) -> Any:
    """The collections of one variable: the same for all, or by name from a dict."""
    return collections.get(name) if isinstance(collections, dict) else collections


def collected(outputs_collections: Any, alias: str, outputs: Any) -> Any:
    """Puts the outputs into the collections, under an alias, and returns them."""
    if outputs_collections:
        aliases = getattr(outputs, "aliases", None)
        if aliases is None:
            outputs.aliases = aliases = []
        aliases.append(alias)
        v1.add_to_collections(outputs_collections, outputs)
    return outputs
