"""Loops that feed a state part by part: one assignment of the whole.

    for i, (c, h) in enumerate(model.initial_state):
        feed[c] = state[i].c                              ->    feed[model.initial_state] = state
        feed[h] = state[i].h

    for i, v in enumerate(initial_state):
        feed[v] = state[i]                                ->    feed[initial_state] = tuple(state)
"""

from __future__ import annotations

import libcst as cst

from migrate.analysis.scope import assign, code_of
from migrate.classes.positions import Placed


class WholeStates(Placed):
    """Writes such loops as one statement."""

    def leave_For(self, original: cst.For, updated: cst.For) -> cst.BaseStatement:
        whole = _whole(updated)
        if whole is None:
            return updated
        if original in self.positions:
            for node in (whole, whole.body[0]):
                self.positions.setdefault(node, self.positions[original])
        return whole.with_changes(leading_lines=updated.leading_lines)


def _whole(node: cst.For) -> cst.SimpleStatementLine | None:
    target, source = node.target, node.iter
    if not isinstance(target, cst.Tuple) or len(target.elements) != 2 or node.orelse is not None:
        return None
    if not isinstance(source, cst.Call) or code_of(source.func) != "enumerate" or len(source.args) != 1:
        return None
    index, part = (code_of(element.value) for element in target.elements)
    inner = target.elements[1].value
    parts = [code_of(e.value) for e in inner.elements] if isinstance(inner, (cst.Tuple, cst.List)) else []
    stores = _stores(node.body)
    if stores is None:
        return None
    feeds = {feed for feed, _, _ in stores}
    by_key = {key: value for _, key, value in stores}
    if len(feeds) != 1 or len(by_key) != len(stores):
        return None
    state = _state(by_key, index, part, parts)
    if state is None:
        return None
    feed = next(iter(feeds))
    return assign(cst.parse_expression(f"{feed}[{code_of(source.args[0].value)}]"), cst.parse_expression(state))


def _stores(body: cst.BaseSuite) -> list[tuple[str, str, str]] | None:
    """(dict, key, value) of each statement; None if there is anything else."""
    found = []
    for line in body.body:
        if not isinstance(line, cst.SimpleStatementLine):
            return None
        for small in line.body:
            if not isinstance(small, cst.Assign) or len(small.targets) != 1:
                return None
            pairs = [(small.targets[0].target, small.value)]
            if isinstance(small.targets[0].target, cst.Tuple):
                return None
            for target, value in pairs:
                if not isinstance(target, cst.Subscript) or len(target.slice) != 1:
                    return None
                found.append((code_of(target.value), code_of(target.slice[0].slice), code_of(value)))
    return found


def _state(by_key: dict[str, str], index: str, part: str, parts: list[str]) -> str | None:
    """The state of which the parts are fed."""
    ends: list[tuple[str, ...]]
    form = "{}"
    if parts and len(parts) == 2 and set(by_key) == set(parts):
        ends = [(f"[{index}].c", f"[{index}].h"), (f"[{index}][0]", f"[{index}][1]")]
        form = "tuple((part[0], part[1]) for part in {})"
    elif not parts and set(by_key) == {part}:
        ends = [(f"[{index}]",)]
        form = "tuple({})"
        parts = [part]
    elif not parts and set(by_key) == {f"{part}.c", f"{part}.h"}:
        ends = [(f"[{index}].c", f"[{index}].h")]
        parts = [f"{part}.c", f"{part}.h"]
    else:
        return None
    for tails in ends:
        heads = {by_key[key].removesuffix(tail) for key, tail in zip(parts, tails, strict=True)}
        if all(by_key[key].endswith(tail) for key, tail in zip(parts, tails, strict=True)) and len(heads) == 1:
            whole = heads.pop()
            # what has parts c and h is a state; anything else may be one array
            return whole if tails[0].endswith(".c") else form.format(whole)
    return None
