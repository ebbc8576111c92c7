"""Loops that feed a state part by part: one assignment of the whole.

    for i, (c, h) in enumerate(model.initial_state):
        feed[c] = state[i].c                              ->    feed[model.initial_state] = state
        feed[h] = state[i].h

    for i, v in enumerate(initial_state):
        feed[v] = state[i]                                ->    feed[initial_state] = tuple(state)

    c, h = model.initial_state
    feed[c] = state.c                                 ->    feed[model.initial_state] = state
    feed[h] = state.h
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrate.analysis.scope import assign, code_of, names_in
from migrate.classes.positions import Placed
from migrate.classes.survey import count


class WholeStates(Placed):
    """Writes such loops as one statement."""

    def leave_Module(self, original: cst.Module, updated: cst.Module) -> cst.Module:
        return updated.with_changes(body=self._joined(updated.body))

    def leave_IndentedBlock(self, original: cst.IndentedBlock, updated: cst.IndentedBlock) -> cst.IndentedBlock:
        return updated.with_changes(body=self._joined(updated.body))

    def _joined(self, body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
        """The statements with the two parts of a state that are fed one after the other as one."""
        result: list[cst.BaseStatement] = []
        for statement in body:
            result.append(statement)
            whole = _pair(result[-3:]) if len(result) > 2 else None
            block = cst.IndentedBlock(list(body))
            if whole is None or any(count(block, name) != 2 for name in _names_of(result[-3])):
                continue
            first = result[-3]
            for node in (whole, whole.body[0]):
                self.positions.setdefault(node, self.positions.get(first))
            result[-3:] = [whole.with_changes(leading_lines=first.leading_lines)]  # type: ignore[attr-defined]
        return result

    def leave_For(self, original: cst.For, updated: cst.For) -> cst.BaseStatement:
        whole = _whole(updated)
        if whole is None:
            return updated
        if original in self.positions:
            for node in (whole, whole.body[0]):
                self.positions.setdefault(node, self.positions[original])
        return whole.with_changes(leading_lines=updated.leading_lines)


def _names_of(statement: cst.BaseStatement) -> list[str]:
    """a and b of a, b = ..."""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    if not isinstance(small, cst.Assign) or len(small.targets) != 1:
        return []
    target = small.targets[0].target
    return names_in(target) if isinstance(target, cst.Tuple) else []


def _pair(statements: Sequence[cst.BaseStatement]) -> cst.SimpleStatementLine | None:
    """feed[source] = state for: c, h = source; feed[c] = state.c; feed[h] = state.h"""
    names = _names_of(statements[0])
    stores = _stores(cst.IndentedBlock(list(statements[1:])))
    if len(names) != 2 or stores is None or len(stores) != 2:
        return None
    (first, key, value), (second, other, rest) = stores
    parts = {key: value, other: rest}
    if first != second or set(parts) != set(names):
        return None
    for ends in ((".c", ".h"), ("[0]", "[1]")):
        states = {parts[name].removesuffix(end) for name, end in zip(names, ends, strict=True)}
        ended = all(parts[name].endswith(end) for name, end in zip(names, ends, strict=True))
        if ended and len(states) == 1:
            line = statements[0]
            assert isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Assign)
            source = code_of(line.body[0].value)
            state = states.pop()
            state = state if ends[0] == ".c" else f"({state}[0], {state}[1])"  # which may be one array
            return assign(cst.parse_expression(f"{first}[{source}]"), cst.parse_expression(state))
    return None


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
