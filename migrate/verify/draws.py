"""Whether a run of a TF1 graph draws random numbers: no two versions draw the same.

What counts is the part of the graph that the run evaluates, not the initial values of variables, and not dropout,
which the proof replaces.
"""

from __future__ import annotations

from typing import Any

from migrate.verify.records import leaves


class Draws:
    """Looks through the operations behind fetches; each set of fetches and feeds once."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], bool] = {}
        self._graphs: dict[int, Any] = {}  # keeps them alive, so that ids stay unique

    def __call__(self, graph: Any, fetches: Any, feed_dict: Any) -> bool:
        """Whether evaluating `fetches` draws, when what `feed_dict` feeds is not evaluated."""
        fed = {tensor.name for key in leaves(list(feed_dict or {})) for tensor in _tensors(graph, key)}
        starts = [element for fetch in leaves(fetches) for element in _elements(graph, fetch)]
        self._graphs[id(graph)] = graph
        key = (id(graph), tuple(one.name for one in starts), frozenset(fed))
        if key not in self._known:
            self._known[key] = _reaches_draw(graph, starts, fed)
        return self._known[key]


def _elements(graph: Any, fetch: Any) -> list[Any]:
    """The tensors and operations that a fetch stands for."""
    if hasattr(fetch, "dense_shape") or hasattr(fetch, "indices"):  # a sparse tensor, or slices of a gradient
        parts = (fetch.values, fetch.indices, fetch.dense_shape)
        return [part for part in parts if part is not None]
    try:
        return [graph.as_graph_element(fetch)]
    except (TypeError, ValueError, KeyError):
        return []


def _tensors(graph: Any, key: Any) -> list[Any]:
    return [one for one in _elements(graph, key) if hasattr(one, "value_index")]


def _reaches_draw(graph: Any, starts: list[Any], fed: set[str]) -> bool:
    seen: set[Any] = set()
    called: set[str] = set()  # functions
    pending = list(starts)
    while pending:
        one = pending.pop()
        if hasattr(one, "value_index"):
            if one.name in fed:
                continue
            one = one.op
        if one in seen:
            continue
        seen.add(one)
        if one.type != "Const":  # the attributes of a constant hold its value
            if _draws(one.node_def):
                return True
            called |= _functions(one.node_def)
        pending += [*one.inputs, *one.control_inputs]
    return bool(called) and _functions_draw(graph, called)


def _draws(node: Any) -> bool:
    """Operations that draw have two attributes for seeds; data sets take seeds as inputs, and are no matter here."""
    return "seed" in node.attr and "seed2" in node.attr


def _functions(node: Any) -> set[str]:
    """The functions that an operation calls: bodies of loops, branches."""
    names = {value.func.name for value in node.attr.values() if value.HasField("func")}
    return names | {one.name for value in node.attr.values() for one in value.list.func}


def _functions_draw(graph: Any, called: set[str]) -> bool:
    bodies = {one.signature.name: one.node_def for one in graph.as_graph_def().library.function}
    pending, seen = list(called), set(called)
    while pending:
        for node in bodies.get(pending.pop(), ()):
            if _draws(node):
                return True
            further = _functions(node) - seen
            seen |= further
            pending += further
    return False
