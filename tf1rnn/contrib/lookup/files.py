"""Tables between strings, or integers, and their places in a list or a file (`tf.contrib.lookup`)."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.lookup.tables import (
    FastHashSpec,
    HasherSpec,
    HashTable,
    IdTableWithHashBuckets,
    KeyValueTensorInitializer,
    TextFileIndex,
    TextFileInitializer,
)


class TextFileIdTableInitializer(TextFileInitializer):
    """Fills a table from the lines of a file to their numbers, or from one column to another (int64)."""

    def __init__(
        self,
        filename: Any,
        key_column_index: int = TextFileIndex.WHOLE_LINE,
        value_column_index: int = TextFileIndex.LINE_NUMBER,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = "text_file_id_table_init",
        key_dtype: Any = v1.string,
    ) -> None:
        super().__init__(
            filename, key_dtype, key_column_index, v1.int64, value_column_index, vocab_size, delimiter, name
        )


class TextFileStringTableInitializer(TextFileInitializer):
    """Fills a table from the numbers of the lines of a file (int64) to the lines, or from one column to another."""

    def __init__(
        self,
        filename: Any,
        key_column_index: int = TextFileIndex.LINE_NUMBER,
        value_column_index: int = TextFileIndex.WHOLE_LINE,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = "text_file_string_table_init",
    ) -> None:
        super().__init__(
            filename, v1.int64, key_column_index, v1.string, value_column_index, vocab_size, delimiter, name
        )


def index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    dtype: Any = v1.string,
    name: str | None = None,
) -> Any:
    """A table from the items of `mapping` [n], strings or integers, to their places (int64).

    Args:
        mapping: the items; no item twice, or initializing the table fails.
        num_oov_buckets: other keys get one of so many ids after the last, by their hash; if 0, `default_value`.
        default_value: for other keys.
        hasher_spec: FastHashSpec or a StrongHashSpec.
        dtype: of the items.
        name: of the operation.

    Raises ValueError without a mapping, for items of another type and for a negative number of buckets, TypeError for a
    type that is neither integer nor string.
    """
    if mapping is None:
        raise ValueError("mapping must be specified.")
    _not_negative(num_oov_buckets)
    wanted = v1.as_dtype(dtype)
    if not (wanted.is_integer or wanted == v1.string):
        raise TypeError(f"Only integer and string keys are supported, not {wanted}")
    with v1.name_scope(name, "string_to_index"):
        keys = v1.convert_to_tensor(mapping)
        if keys.dtype.is_integer != wanted.is_integer:
            raise ValueError(f"Expected {'integer' if wanted.is_integer else 'non-integer'}, got {keys.dtype}.")
        if not wanted.is_integer and keys.dtype != wanted:
            raise ValueError(f"Expected {wanted}, got {keys.dtype}.")
        count = v1.size(keys)
        places = v1.cast(v1.range(count), v1.int64)
        key_dtype = v1.int64 if keys.dtype.is_integer else keys.dtype
        initializer = KeyValueTensorInitializer(
            v1.cast(keys, v1.int64) if keys.dtype.is_integer else keys, places, key_dtype, v1.int64, name="table_init"
        )
        return _with_buckets(HashTable(initializer, default_value), num_oov_buckets, hasher_spec, wanted)


def index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: Any = None,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    key_dtype: Any = v1.string,
    name: str | None = None,
    key_column_index: int = TextFileIndex.WHOLE_LINE,
    value_column_index: int = TextFileIndex.LINE_NUMBER,
    delimiter: str = "\t",
) -> Any:
    """A table from the lines of a file, or a column of it, to their numbers (int64) or another column.

    The arguments are those of `index_table_from_tensor`; `vocab_size` is the number of lines, if known.

    Raises ValueError for a file without a name, a `vocab_size` below 1 or a negative number of buckets, TypeError for
    keys that are neither strings nor integers.
    """
    if vocabulary_file is None or (isinstance(vocabulary_file, (str, bytes)) and not vocabulary_file):
        raise ValueError("vocabulary_file must be specified and must not be empty.")
    _not_negative(num_oov_buckets)
    _at_least_one(vocab_size)
    wanted = v1.as_dtype(key_dtype)
    if not (wanted.is_integer or wanted == v1.string):
        raise TypeError(f"Only integer and string keys are supported, not {wanted}")
    with v1.name_scope(name, "string_to_index"):
        initializer = TextFileIdTableInitializer(
            vocabulary_file,
            key_column_index,
            value_column_index,
            vocab_size,
            delimiter,
            "table_init",
            v1.int64 if wanted.is_integer else wanted,
        )
        return _with_buckets(HashTable(initializer, default_value), num_oov_buckets, hasher_spec, wanted)


def index_to_string_table_from_tensor(mapping: Any, default_value: str = "UNK", name: str | None = None) -> Any:
    """A table from places (int64) to the strings of `mapping` [n]. Raises ValueError without a mapping."""
    if mapping is None:
        raise ValueError("mapping must be specified.")
    with v1.name_scope(name, "index_to_string"):
        values = v1.convert_to_tensor(mapping, v1.string)
        places = v1.cast(v1.range(v1.size(values)), v1.int64)
        return HashTable(
            KeyValueTensorInitializer(places, values, v1.int64, v1.string, name="table_init"), default_value
        )


def index_to_string_table_from_file(
    vocabulary_file: Any,
    vocab_size: Any = None,
    default_value: str = "UNK",
    name: str | None = None,
    key_column_index: int = TextFileIndex.LINE_NUMBER,
    value_column_index: int = TextFileIndex.WHOLE_LINE,
    delimiter: str = "\t",
) -> Any:
    """A table from numbers of lines (int64) to the lines of a file, or a column of it.

    Raises ValueError for a file without a name or a `vocab_size` below 1.
    """
    if vocabulary_file is None or (isinstance(vocabulary_file, (str, bytes)) and not vocabulary_file):
        raise ValueError("vocabulary_file must be specified and must not be empty.")
    _at_least_one(vocab_size)
    with v1.name_scope(name, "index_to_string"):
        initializer = TextFileStringTableInitializer(
            vocabulary_file, key_column_index, value_column_index, vocab_size, delimiter, "table_init"
        )
        return HashTable(initializer, default_value)


def string_to_index_table_from_tensor(
    mapping: Any,
    num_oov_buckets: int = 0,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    name: str | None = None,
) -> Any:
    """`index_table_from_tensor` for strings, as TensorFlow 1.0 called it."""
    return index_table_from_tensor(mapping, num_oov_buckets, default_value, hasher_spec, name=name)


def string_to_index_table_from_file(
    vocabulary_file: Any = None,
    num_oov_buckets: int = 0,
    vocab_size: Any = None,
    default_value: int = -1,
    hasher_spec: HasherSpec = FastHashSpec,
    name: str | None = None,
) -> Any:
    """`index_table_from_file` for strings, as TensorFlow 1.0 called it."""
    return index_table_from_file(
        vocabulary_file, num_oov_buckets, vocab_size, default_value, hasher_spec, v1.string, name
    )


def string_to_index(tensor: Any, mapping: Any, default_value: int = -1, name: str | None = None) -> Any:
    """The places (int64) in `mapping` [n] of the strings of a tensor; `tf.tables_initializer()` must have run."""
    return index_table_from_tensor(mapping, default_value=default_value, name=name).lookup(tensor)


def index_to_string(tensor: Any, mapping: Any, default_value: str = "UNK", name: str | None = None) -> Any:
    """The strings of `mapping` [n] at the places (int64) of a tensor; `tf.tables_initializer()` must have run."""
    return index_to_string_table_from_tensor(mapping, default_value, name).lookup(tensor)


def _with_buckets(table: Any, num_oov_buckets: int, hasher_spec: HasherSpec, key_dtype: Any) -> Any:
    # Keys of 32 bits are cast only by the table with buckets.
    if num_oov_buckets == 0:
        return table
    return IdTableWithHashBuckets(table, num_oov_buckets, hasher_spec, key_dtype=key_dtype)


def _not_negative(num_oov_buckets: int) -> None:
    if num_oov_buckets < 0:
        raise ValueError(f"num_oov_buckets must be greater or equal than 0, got {num_oov_buckets}.")


def _at_least_one(vocab_size: Any) -> None:
    if not isinstance(vocab_size, v1.Tensor) and vocab_size is not None and vocab_size < 1:
        raise ValueError(f"vocab_size must be greater than 0, got {vocab_size}.")
