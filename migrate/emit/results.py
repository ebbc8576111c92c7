"""What a generated function returns for a run: the fetched values in their structure, operations left out."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import assign_target, code_of, parse
from migrate.analysis.sessions import Fetch

Code = Callable[[Fetch], cst.BaseExpression]


def valued(fetch: Fetch) -> bool:
    """Whether anything comes back from a fetch."""
    return any(leaf.kind == "value" for leaf in fetch.leaves())


def kept(fetch: Fetch) -> list[Fetch]:
    """The items of a fetch that give a value."""
    return [item for item in fetch.items if valued(item)]


def code_of_leaf(leaf: Fetch) -> cst.BaseExpression:
    """The expression of one fetch, in parentheses where it runs over lines."""
    code = leaf.code
    assert code is not None
    if "\n" in code_of(code) and not code.lpar:
        return code.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return code


def returned(fetch: Fetch, code: Code = code_of_leaf) -> list[cst.BaseExpression]:
    """The expressions after `return`: the items of the outermost list; a list of one item gives the item itself."""
    if fetch.kind == "items" and not fetch.keys:
        return [structure(item, code) for item in kept(fetch)]
    return [structure(fetch, code)] if valued(fetch) else []


def structure(fetch: Fetch, code: Code = code_of_leaf) -> cst.BaseExpression:
    """A fetch as one expression: a tensor, or the list, tuple or dict of tensors that the program wrote."""
    if fetch.kind != "items":
        return code(fetch)
    if fetch.keys:
        pairs = [
            cst.DictElement(key, structure(item, code))
            for key, item in zip(fetch.keys, fetch.items, strict=True)
            if valued(item)
        ]
        return cst.Dict(pairs)
    elements = [cst.Element(structure(item, code)) for item in kept(fetch)]
    return cst.List(elements) if fetch.is_list else cst.Tuple(elements)


def target_of(target: cst.BaseExpression, fetch: Fetch) -> cst.BaseExpression | None:
    """The assignment target without the names of operations; None where they cannot be told apart."""
    if all(leaf.kind == "value" for leaf in fetch.leaves()):
        return target
    if not isinstance(target, (cst.Tuple, cst.List)) or fetch.keys or len(target.elements) != len(fetch.items):
        return None
    elements = []
    for element, item in zip(target.elements, fetch.items, strict=True):
        if valued(item):
            part = target_of(element.value, item)
            if part is None:
                return None
            elements.append(element.with_changes(value=assign_target(part).target, comma=cst.MaybeSentinel.DEFAULT))
    return target.with_changes(elements=elements)


# ---- tensors to NumPy values


def flat(fetch: Fetch) -> bool:
    """Whether a fetch gives one tensor, not a structure of tensors."""
    state = fetch.value
    if isinstance(state, values.State) and isinstance(state.cell, values.Cell) and state.cell.spec.kind != "lstm":
        return fetch.kind == "value"
    return fetch.kind == "value" and not isinstance(
        fetch.value, (values.State, values.Sequence, values.Tensors, values.Mapping, values.Summary)
    )


def as_numpy(raw: cst.BaseExpression, fetch: Fetch) -> cst.BaseExpression:
    """The value of one fetch."""
    if isinstance(fetch.value, values.Summary):  # only written
        return raw
    if isinstance(fetch.value, values.SparseTensor):
        return cst.Call(cst.Name("sparse_value"), [cst.Arg(raw)])
    if not flat(fetch):
        return mapped(raw)
    return cst.Call(cst.Attribute(raw, cst.Name("numpy")))


def mapped(raw: cst.BaseExpression) -> cst.BaseExpression:
    call = parse("tf.nest.map_structure(lambda value: value.numpy(), HERE)")
    assert isinstance(call, cst.Call)
    return call.with_changes(args=[call.args[0], call.args[1].with_changes(value=raw)])


def generator(raw: cst.BaseExpression) -> cst.BaseExpression:
    node = parse("(value.numpy() for value in HERE)")
    assert isinstance(node, cst.GeneratorExp)
    return node.with_changes(for_in=node.for_in.with_changes(iter=raw))


def container(raw: cst.BaseExpression, fetch: Fetch) -> cst.BaseExpression | None:
    """The whole list, tuple or dict that a run gave, None in the places of operations.

    None where an operation stands between values, or inside an inner list.
    """
    items = fetch.items
    if any(not valued(leaf) for item in kept(fetch) for leaf in item.leaves()):
        return None
    if fetch.keys:
        pairs: list[cst.BaseDictElement] = [
            cst.DictElement(key, cst.Name("None"))
            for key, item in zip(fetch.keys, items, strict=True)
            if not valued(item)
        ]
        return cst.Dict([*pairs, cst.StarredDictElement(mapped(raw))]) if pairs else mapped(raw)
    filled = [valued(item) for item in items]
    first = filled.index(True)
    count = sum(filled)
    if not all(filled[first : first + count]):
        return None
    if count == len(items) > 1:
        return _sequence(raw, fetch)
    none = cst.Element(cst.Name("None"))
    parts: list[cst.BaseElement] = [none] * first
    if count == 1:
        parts.append(cst.Element(as_numpy(raw, items[first])))
    else:
        plain = all(flat(item) for item in kept(fetch))
        parts.append(cst.StarredElement(generator(raw) if plain else mapped(raw)))
    parts += [none] * (len(items) - first - count)
    return cst.List(parts) if fetch.is_list else cst.Tuple(parts)


def _sequence(raw: cst.BaseExpression, fetch: Fetch) -> cst.BaseExpression:
    if all(flat(item) for item in fetch.items):
        if not fetch.is_list:
            return cst.Call(cst.Name("tuple"), [cst.Arg(generator(raw).with_changes(lpar=[], rpar=[]))])
        node = parse("[value.numpy() for value in HERE]")
        assert isinstance(node, cst.ListComp)
        return node.with_changes(for_in=node.for_in.with_changes(iter=raw))
    call = mapped(raw)
    return cst.Call(cst.Name("list"), [cst.Arg(call)]) if fetch.is_list else call
