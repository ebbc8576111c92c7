"""Lookup tables between keys and numbers (`tf.contrib.lookup`), over the public tables of `tf.lookup`."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import tensorflow.compat.v1 as v1

_bases = {base.__name__: base for base in v1.lookup.StaticHashTable.__mro__}
LookupInterface: Any = _bases["LookupInterface"]
InitializableLookupTableBase: Any = _bases["InitializableLookupTableBase"]
TableInitializerBase: Any = v1.lookup.KeyValueTensorInitializer.__mro__[1]

KeyValueTensorInitializer = v1.lookup.KeyValueTensorInitializer
MutableHashTable = v1.lookup.experimental.MutableHashTable
MutableDenseHashTable = v1.lookup.experimental.DenseHashTable
TextFileIndex = v1.lookup.TextFileIndex
TextFileInitializer = v1.lookup.TextFileInitializer


class HashTable(v1.lookup.StaticHashTable):
    """A table that does not change, filled when `tf.tables_initializer()` runs.

    Args:
        initializer: what fills it, such as KeyValueTensorInitializer.
        default_value: for keys that are not in the table.
        shared_name: tables of one session with the same shared name are one table.
        name: name of the operation.
    """

    def __init__(
        self, initializer: Any, default_value: Any, shared_name: str | None = None, name: str | None = None
    ) -> None:
        self._given_shared_name = shared_name
        super().__init__(initializer, default_value, name=name or "hash_table")

    @property
    def _shared_name(self) -> Any:
        # The public table names itself; its own name gives way to the one given.
        return self._given_shared_name or self.__dict__["_own_shared_name"]

    @_shared_name.setter
    def _shared_name(self, own: Any) -> None:
        self.__dict__["_own_shared_name"] = own

    @property
    def init(self) -> Any:
        """The operation that fills the table."""
        return self.initializer


class HasherSpec(namedtuple("HasherSpec", ["hasher", "key"])):
    """How keys that are in no table are put into buckets: "fasthash", or "stronghash" with a key."""

    __slots__ = ()


FastHashSpec = HasherSpec("fasthash", None)


class StrongHashSpec(HasherSpec):
    """Buckets that nobody can choose keys for. `key`: two unsigned 64-bit integers.

    Raises ValueError for another number of integers, TypeError for what is no integer.
    """

    __slots__ = ()

    def __new__(cls, key: Any) -> StrongHashSpec:
        if len(key) != 2:
            raise ValueError(f"key must have size 2, got {len(key)}.")
        if not all(isinstance(part, int) and not isinstance(part, bool) for part in key):
            raise TypeError("Invalid key. Must be unsigned integer values.")
        return super().__new__(cls, "stronghash", key)


class IdTableWithHashBuckets(LookupInterface):
    """A table from keys to ids, and for keys that it lacks one of `num_oov_buckets` ids after its last.

    Without a table, all ids are buckets.
    """

    def __init__(
        self,
        table: Any,
        num_oov_buckets: int,
        hasher_spec: HasherSpec = FastHashSpec,
        name: str | None = None,
        key_dtype: Any = None,
    ) -> None:
        if name:
            name = name.rstrip("/")
        if table is None:
            if num_oov_buckets <= 0:
                raise ValueError(f"oov_buckets must be > 0 if no table is supplied, but is {num_oov_buckets}")
            key_dtype = v1.string if key_dtype is None else v1.as_dtype(key_dtype)
        else:
            key_dtype = table.key_dtype if key_dtype is None else v1.as_dtype(key_dtype)
            if key_dtype.is_integer != table.key_dtype.is_integer:
                raise TypeError(f"Invalid key dtype, expected that of {table.key_dtype}, but got {key_dtype}.")
            if table.key_dtype.base_dtype not in (v1.int64, v1.string):
                raise TypeError(f"Invalid key dtype, expected one of int64, string, but got {table.key_dtype}.")
            if table.value_dtype.base_dtype != v1.int64:
                raise TypeError(f"Invalid value_dtype: {table.value_dtype}")
        if not (key_dtype.is_integer or key_dtype == v1.string):
            raise TypeError(f"Invalid key_dtype, expected integer or string, got {key_dtype}.")
        if not isinstance(hasher_spec, HasherSpec):
            raise TypeError(f"hasher_spec must be of type HasherSpec, got {hasher_spec}")
        if hasher_spec.hasher not in ("fasthash", "stronghash"):
            raise ValueError(f"Unknown hasher {hasher_spec.hasher}")
        self._table, self._num_oov_buckets, self._hasher_spec = table, num_oov_buckets, hasher_spec
        self._table_name = name or f"{table.name if table is not None else 'hash'}_bucket"
        super().__init__(key_dtype, v1.int64)

    @property
    def name(self) -> str:
        """Name of the table."""
        return self._table_name

    @property
    def initializer(self) -> Any:
        """The operation that fills the table."""
        return self._table.initializer if self._table is not None else v1.no_op()

    init = initializer

    @property
    def resource_handle(self) -> Any:
        """The resource behind the table, None without one."""
        return self._table.resource_handle if self._table is not None else None

    def size(self, name: str | None = None) -> Any:
        """Number of ids, an int64 scalar."""
        with v1.name_scope(name, f"{self.name}_Size"):
            known = self._table.size() if self._table is not None else 0
            return known + v1.constant(self._num_oov_buckets, v1.int64)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The ids (int64) of keys, a tensor or SparseTensor of the table's key type.

        Raises TypeError for keys of another type.
        """
        sparse = isinstance(keys, v1.SparseTensor)
        values = keys.values if sparse else v1.convert_to_tensor(keys)
        if values.dtype.base_dtype != self.key_dtype.base_dtype:
            raise TypeError(f"Signature mismatch. Keys must be dtype {self.key_dtype}, got {values.dtype}.")
        if self._table is not None and self._table.key_dtype.base_dtype == v1.int64:
            values = v1.cast(values, v1.int64)
        with v1.name_scope(name, f"{self.name}_Lookup"):
            if self._num_oov_buckets == 0:
                ids = self._table.lookup(values)
            else:
                ids = self._buckets(v1.as_string(values) if values.dtype != v1.string else values)
                if self._table is not None:
                    found = self._table.lookup(values)
                    known = v1.not_equal(found, self._table.default_value)
                    ids = v1.where(known, found, ids + self._table.size())
        return v1.SparseTensor(keys.indices, ids, keys.dense_shape) if sparse else ids

    def _buckets(self, texts: Any) -> Any:
        if self._hasher_spec.hasher == "fasthash":
            return v1.strings.to_hash_bucket_fast(texts, self._num_oov_buckets, name="hash_bucket")
        key = list(self._hasher_spec.key)
        return v1.strings.to_hash_bucket_strong(texts, self._num_oov_buckets, key, name="hash_bucket")
