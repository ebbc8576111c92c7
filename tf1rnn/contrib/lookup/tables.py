"""Lookup tables that `tf.contrib.lookup` built in its own way; the other names are TensorFlow's own still."""

from __future__ import annotations

from typing import Any

from tensorflow.python.ops import lookup_ops


class HashTable(lookup_ops.StaticHashTableV1):
    """An immutable table, filled by `tf.tables_initializer()`.

    Args:
        initializer: such as KeyValueTensorInitializer.
        default_value: for keys that are not in the table.
        shared_name: name under which several sessions share the table.
        name: name of the operation.
    """

    def __init__(
        self, initializer: Any, default_value: Any, shared_name: str | None = None, name: str | None = None
    ) -> None:
        self._given_shared_name = shared_name
        super().__init__(initializer, default_value, name=name or "hash_table")

    @property
    def _shared_name(self) -> Any:
        return self.__dict__.get("_own_shared_name")

    @_shared_name.setter
    def _shared_name(self, automatic: Any) -> None:
        self.__dict__["_own_shared_name"] = self._given_shared_name or automatic


def string_to_index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: Any = lookup_ops.FastHashSpec,
    name: str | None = None,
) -> Any:
    """A table from strings [n] to their places."""
    return lookup_ops.index_table_from_tensor(mapping, num_oov_buckets, default_value, hasher_spec, name=name)


def string_to_index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: int | None = None,
    default_value: int = -1,
    hasher_spec: Any = lookup_ops.FastHashSpec,
    name: str | None = None,
) -> Any:
    """A table from the lines of a file to their numbers."""
    return lookup_ops.index_table_from_file(
        vocabulary_file, num_oov_buckets, vocab_size, default_value, hasher_spec, name=name
    )


def string_to_index(tensor: Any, mapping: Any, default_value: int = -1, name: str | None = None) -> Any:
    """The places in `mapping` [n] of strings; int64, of the shape of `tensor`."""
    return lookup_ops.index_table_from_tensor(mapping, default_value=default_value, name=name).lookup(tensor)


def index_to_string(tensor: Any, mapping: Any, default_value: str = "UNK", name: str | None = None) -> Any:
    """The strings of `mapping` [n] at places; of the shape of `tensor` (int64)."""
    return lookup_ops.index_to_string_table_from_tensor(mapping, default_value, name).lookup(tensor)
