"""`tf.contrib.framework.nest`: nested tuples, lists, dicts, namedtuples, and paths into them.

What `tf.nest` still offers is TensorFlow's; here are the rest: paths, and structures that are flattened only as
deep as a shallow one goes.
"""

from __future__ import annotations

import collections.abc
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as v1

Path = tuple[Any, ...]


def is_sequence_or_composite(o: Any) -> bool:
    """Whether `o` is a nested structure or a composite tensor (sparse, ragged, indexed slices)."""
    return v1.nest.is_nested(o) or isinstance(o, v1.SparseTensor | v1.RaggedTensor | v1.IndexedSlices)


def _nested(structure: Any, expand_composites: bool) -> bool:
    return is_sequence_or_composite(structure) if expand_composites else v1.nest.is_nested(structure)


def _children(structure: Any) -> list[tuple[Any, Any]]:
    """(key, child) of a nested structure, in the order of `flatten`."""
    if isinstance(structure, collections.abc.Mapping):
        return [(key, structure[key]) for key in sorted(structure)]
    if hasattr(structure, "_fields"):
        return [(name, getattr(structure, name)) for name in structure._fields]
    if hasattr(structure, "__attrs_attrs__"):
        return [(field.name, getattr(structure, field.name)) for field in structure.__attrs_attrs__]
    if is_sequence_or_composite(structure) and not v1.nest.is_nested(structure):
        return [(type(structure).__name__, part) for part in v1.nest.flatten(structure, expand_composites=True)]
    return list(enumerate(structure))


def _same_kind(a: Any, b: Any) -> bool:
    if hasattr(a, "_fields") and hasattr(b, "_fields"):
        return type(a).__name__ == type(b).__name__ and a._fields == b._fields
    both_dicts = isinstance(a, collections.abc.Mapping) and isinstance(b, collections.abc.Mapping)
    return both_dicts or isinstance(a, type(b)) or isinstance(b, type(a))


def assert_shallow_structure(
    shallow_tree: Any,
    input_tree: Any,
    check_types: bool = True,
    expand_composites: bool = False,
    check_subtrees_length: bool = True,
) -> None:
    """Raises TypeError or ValueError unless `input_tree` is `shallow_tree` with structures in place of its leaves.

    Args:
        shallow_tree, input_tree: nested structures.
        check_types: whether lists, tuples and dicts have to be of the same type.
        expand_composites: whether composite tensors count as structures.
        check_subtrees_length: whether lengths have to be equal; else the input may have more.
    """
    if not _nested(shallow_tree, expand_composites):
        return
    if not _nested(input_tree, expand_composites):
        raise TypeError(
            f"If shallow structure is a sequence, input must also be a sequence. Input has type: {type(input_tree)}."
        )
    if check_types and not _same_kind(shallow_tree, input_tree):
        raise TypeError(
            "The two structures don't have the same sequence type. Input structure has type "
            f"{type(input_tree)}, while shallow structure has type {type(shallow_tree)}."
        )
    shallow, deep = _children(shallow_tree), _children(input_tree)
    if len(shallow) > len(deep) or (check_subtrees_length and len(shallow) != len(deep)):
        raise ValueError(
            "The two structures don't have the same sequence length. "
            f"Input structure has length {len(deep)}, while shallow structure has length {len(shallow)}."
        )
    if isinstance(shallow_tree, collections.abc.Mapping) and isinstance(input_tree, collections.abc.Mapping):
        for key in shallow_tree:
            if key not in input_tree:
                raise ValueError(f"The two structures don't have the same keys. {key!r} is missing.")
    for one, other in _pairs(shallow_tree, input_tree):
        assert_shallow_structure(one, other, check_types, expand_composites, check_subtrees_length)


def _pairs(shallow_tree: Any, input_tree: Any) -> list[tuple[Any, Any]]:
    """The children that belong together: by key where both are dicts, else by place."""
    if isinstance(shallow_tree, collections.abc.Mapping) and isinstance(input_tree, collections.abc.Mapping):
        return [(child, input_tree[key]) for key, child in _children(shallow_tree)]
    shallow, deep = _children(shallow_tree), _children(input_tree)
    return [(child, deep[i][1]) for i, (_, child) in enumerate(shallow)]


def _up_to(shallow: Any, deep: Any, expand_composites: bool, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if not _nested(shallow, expand_composites):
        yield path, deep
        return
    keys = [key for key, _ in _children(deep if not isinstance(shallow, collections.abc.Mapping) else shallow)]
    for key, (one, other) in zip(keys, _pairs(shallow, deep), strict=False):
        yield from _up_to(one, other, expand_composites, (*path, key))


def flatten_with_tuple_paths_up_to(
    shallow_tree: Any,
    input_tree: Any,
    check_types: bool = True,
    expand_composites: bool = False,
    check_subtrees_length: bool = True,
) -> list[tuple[Path, Any]]:
    """(path, element) of `input_tree` for each leaf of `shallow_tree`; errors as assert_shallow_structure."""
    assert_shallow_structure(shallow_tree, input_tree, check_types, expand_composites, check_subtrees_length)
    return list(_up_to(shallow_tree, input_tree, expand_composites))


def flatten_up_to(
    shallow_tree: Any,
    input_tree: Any,
    check_types: bool = True,
    expand_composites: bool = False,
    check_subtrees_length: bool = True,
) -> list[Any]:
    """The elements of `input_tree` for each leaf of `shallow_tree`; errors as assert_shallow_structure."""
    found = flatten_with_tuple_paths_up_to(
        shallow_tree, input_tree, check_types, expand_composites, check_subtrees_length
    )
    return [element for _, element in found]


def map_structure_with_tuple_paths_up_to(
    shallow_tree: Any, func: Callable[..., Any], *inputs: Any, **kwargs: Any
) -> Any:
    """func(path, *elements) for each leaf of `shallow_tree`, in its structure.

    `check_types`, `expand_composites` and `check_subtrees_length` are keywords, true, false and true by default;
    other keywords go to `func`. Raises ValueError without inputs, else as assert_shallow_structure.
    """
    if not inputs:
        raise ValueError("Cannot map over no sequences")
    options = {
        "check_types": kwargs.pop("check_types", True),
        "expand_composites": kwargs.pop("expand_composites", False),
        "check_subtrees_length": kwargs.pop("check_subtrees_length", True),
    }
    flat = [flatten_with_tuple_paths_up_to(shallow_tree, each, **options) for each in inputs]
    results = [func(row[0][0], *[element for _, element in row], **kwargs) for row in zip(*flat, strict=True)]
    return v1.nest.pack_sequence_as(shallow_tree, results, expand_composites=options["expand_composites"])


def map_structure_up_to(shallow_tree: Any, func: Callable[..., Any], *inputs: Any, **kwargs: Any) -> Any:
    """func(*elements) for each leaf of `shallow_tree`, in its structure; see map_structure_with_tuple_paths_up_to."""
    return map_structure_with_tuple_paths_up_to(
        shallow_tree, lambda _, *elements, **others: func(*elements, **others), *inputs, **kwargs
    )


def yield_flat_paths(nest: Any, expand_composites: bool = False) -> Iterator[Path]:
    """The paths (keys, names and indices) of all leaves, in the order of `flatten`."""
    for path, _ in _up_to(nest, nest, expand_composites):
        yield path


def flatten_with_tuple_paths(structure: Any, expand_composites: bool = False) -> list[tuple[Path, Any]]:
    """(path, leaf) of all leaves."""
    return list(_up_to(structure, structure, expand_composites))


def flatten_with_joined_string_paths(
    structure: Any, separator: str = "/", expand_composites: bool = False
) -> list[tuple[str, Any]]:
    """(path as a string, leaf) of all leaves."""
    found = flatten_with_tuple_paths(structure, expand_composites)
    return [(separator.join(str(key) for key in path), leaf) for path, leaf in found]


def map_structure_with_tuple_paths(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """func(path, *leaves) for all leaves of structures that have to be the same; keywords as map_structure."""
    if not structure:
        raise ValueError("Must provide at least one structure")
    for other in structure[1:]:
        v1.nest.assert_same_structure(structure[0], other, check_types=kwargs.get("check_types", True))
    return map_structure_with_tuple_paths_up_to(structure[0], func, *structure, **kwargs)


def map_structure_with_paths(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """map_structure_with_tuple_paths with the path as a string "a/b"."""
    return map_structure_with_tuple_paths(
        lambda path, *leaves, **others: func("/".join(str(key) for key in path), *leaves, **others),
        *structure,
        **kwargs,
    )


def flatten_dict_items(dictionary: Any) -> Any:
    """{keys: values} with both flattened. TypeError for what is no dict, ValueError for keys that recur."""
    if not isinstance(dictionary, collections.abc.Mapping):
        raise TypeError("input must be a dictionary")
    result = {}
    for key, value in dictionary.items():
        if not v1.nest.is_nested(key):
            pairs = [(key, value)]
        else:
            keys, values = v1.nest.flatten(key), v1.nest.flatten(value)
            if len(keys) != len(values):
                raise ValueError(f"Could not flatten dictionary. Key had {len(keys)} elements, but value {len(values)}")
            pairs = list(zip(keys, values, strict=True))
        for one, other in pairs:
            if one in result:
                raise ValueError(f"Could not flatten dictionary: key {one} is not unique.")
            result[one] = other
    same_type: Any = type(dictionary)
    return same_type(result)


def get_traverse_shallow_structure(
    traverse_fn: Callable[[Any], Any], structure: Any, expand_composites: bool = False
) -> Any:
    """A shallow structure of bools for flatten_up_to: what `traverse_fn` allows to go into.

    `traverse_fn` gets each substructure and returns a bool, or one for each child. Raises TypeError for another
    answer.
    """
    allowed = traverse_fn(structure)
    if not _nested(structure, expand_composites):
        if not isinstance(allowed, bool):
            raise TypeError(f"traverse_fn returned structure: {allowed} for non-structure: {structure}")
        return allowed
    children = _children(structure)
    if isinstance(allowed, bool):
        if not allowed:
            return False
        answers = [True] * len(children)
    else:
        assert_shallow_structure(allowed, structure, expand_composites=expand_composites)
        answers = [answer for _, answer in _children(allowed)]
    below: list[Any] = []
    for answer, (_, child) in zip(answers, children, strict=True):
        if not isinstance(answer, bool):
            raise TypeError(f"traverse_fn didn't return a depth=1 structure of bools. saw: {allowed}")
        below.append(get_traverse_shallow_structure(traverse_fn, child, expand_composites) if answer else False)
    return _rebuilt(structure, below)


def _rebuilt(structure: Any, children: list[Any]) -> Any:
    """A structure of the same type with other children."""
    same_type: Any = type(structure)
    outline = v1.nest.pack_sequence_as(structure, list(range(len(v1.nest.flatten(structure)))))
    keys = [key for key, _ in _children(outline)]
    if isinstance(structure, collections.abc.Mapping):
        return same_type(zip(keys, children, strict=True))
    return same_type(*children) if hasattr(structure, "_fields") else same_type(children)
