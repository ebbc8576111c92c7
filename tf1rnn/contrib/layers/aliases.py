"""Names under which tensors stand in collections (what slim's networks call end points)."""

from __future__ import annotations

import collections
from typing import Any

import tensorflow.compat.v1 as v1

NamedOutputs = collections.namedtuple("NamedOutputs", ["name", "outputs"])


def append_tensor_alias(tensor: Any, alias: str) -> Any:
    """The tensor, with one more name in its list `aliases`; a slash at the end is left out."""
    known = getattr(tensor, "aliases", None)
    if known is None:
        tensor.aliases = known = []
    known.append(alias.removesuffix("/"))
    return tensor


def get_tensor_aliases(tensor: Any) -> list[str]:
    """The names of a tensor; that of its operation if it has none (or of the tensor, if it is not the first)."""
    known = getattr(tensor, "aliases", None)
    if known is not None:
        return known
    return [tensor.op.name if tensor.name.endswith(":0") else tensor.name]


def gather_tensors_aliases(tensors: Any) -> list[str]:
    """The names of several tensors."""
    return [alias for tensor in tensors for alias in get_tensor_aliases(tensor)]


def collect_named_outputs(collections: Any, alias: str, outputs: Any) -> Any:
    """The outputs, named and put into a collection or a list of them; None for no collection."""
    if collections:
        append_tensor_alias(outputs, alias)
        v1.add_to_collections(collections, outputs)
    return outputs


def convert_collection_to_dict(collection: str, clear_collection: bool = False) -> collections.OrderedDict[str, Any]:
    """The tensors of a collection by their names; `clear_collection` empties it."""
    found = collections.OrderedDict((a, t) for t in v1.get_collection(collection) for a in get_tensor_aliases(t))
    if clear_collection:
        v1.get_default_graph().clear_collection(collection)
    return found
