"""A block in which a graph is built and run, and the bookkeeping of whoever walks it.

Its statements come out as `items` (what stays in place, in order) and `definitions` (what goes into functions).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import libcst as cst

from migrate.analysis import values
from migrate.analysis.expressions import Evaluator
from migrate.analysis.scope import Binding, Definition, Refuse, Scope, Slot, code_of, names_in
from migrate.analysis.sessions import Site
from migrate.analysis.states import fetched_part
from migrate.analysis.values import Value

Statements = list[cst.BaseStatement]


@dataclass
class Item:
    """Statements that stay in place; `top` orders them among the generated functions."""

    top: float
    statements: Statements


@dataclass(frozen=True)
class Keep:
    """A keep probability that is a tensor: the variable that cells read, the program's text and where that reads."""

    variable: str
    given: cst.BaseExpression
    scope: Scope


@dataclass
class Region:
    """One block in which a graph is built and run."""

    scope: Scope
    definitions: list[Definition] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    assigned: dict[str, list[float]] = field(default_factory=dict)
    local: bool = False  # the body of a function
    model: str = ""  # the class whose body it is
    keeps: dict[str, Keep] = field(default_factory=dict)  # by the text of the keep probability


class Block:
    """What every part of the walker shares: the region, the comments on their way, names and definitions."""

    def __init__(self, ev: Evaluator, region: Region) -> None:
        self.ev = ev
        self.program = ev.program
        self.region = region
        self.top: float = 0.0
        self.depth = 0
        self.pending: list[cst.EmptyLine] = []
        self.owners_before: list[int] = []  # how many there were when each variable scope was entered
        self.deferred: list[tuple[int, cst.FunctionDef, Scope]] = []
        ev.walker = self

    def _comments(self, lines: Iterable[cst.EmptyLine]) -> None:
        lines = list(lines)
        if any(line.comment for line in lines):
            self.pending += lines
        elif lines and not self.pending:
            self.pending += lines

    def _commented(self, kept: Statements) -> Statements:
        """Comments of statements that fell away stand before what comes next."""
        if self.pending and hasattr(kept[0], "leading_lines"):
            lines = _collapsed([*self.pending, *kept[0].leading_lines])
            kept = [kept[0].with_changes(leading_lines=lines), *kept[1:]]
            self.pending = []
        return kept

    def define(
        self, kind: str, names: tuple[str, ...], statements: Statements, slot: Slot, node: cst.CSTNode
    ) -> Definition:
        definition = Definition(
            kind,
            self.program.tick(),
            names,
            statements,
            set(slot.needs),
            set(slot.captures),
            set(slot.losses),
            set(slot.variables),
            self.program.device,
            node,
            slot.stateful,
            slot.sparse,
            slot.double,
            self.top - (0.5 if self.depth else 0),  # before the loop or condition that it stands in
        )
        definition.model = self.region.model
        definition.needs.update(*self.program.averaged)
        self.program.definitions.append(definition)
        self.region.definitions.append(definition)
        if kind == "placeholder":
            self.program.placeholders[definition.name] = definition
        else:
            self.program.next.computed.update(names)
        return definition

    def changes_list(self, node: cst.CSTNode, names: Iterable[str]) -> None:
        """Refuse to change a list or dict of tensors that has another name: who reads that would not see it."""
        for name in names:
            if name in self.program.second_names:
                reason = f"{name} is changed, and is the same list as another name"
                raise Refuse(node, "python-in-graph", reason, "Make a copy, list(...), or use one name.")

    def bind(self, target: cst.BaseExpression, value: Value, definition: Definition | None, scope: Scope) -> None:
        if isinstance(target, (cst.Tuple, cst.List)):
            items: tuple[Value, ...] | None = None
            if isinstance(value, values.Fetched):
                value = values.Sequence(tuple(fetched_part(value, i) for i in range(len(target.elements))))
            if isinstance(value, values.Sequence) and len(value.items) == len(target.elements):
                items = value.items
            for position, element in enumerate(target.elements):
                part = items[position] if items else element_of(value)
                self.bind(element.value, part, definition, scope)
            return
        for name in names_in(target):
            scope.bind(name, Binding(value, definition, name=name))
            if definition is None:
                self._assigned(name)
            else:
                self._remove(name)

    def _assigned(self, name: str) -> None:
        self.region.assigned.setdefault(name, []).append(self.top + (0.5 if self.depth else 0))
        self.program.next.kept.add(name)

    def _remove(self, name: str) -> None:
        self.program.next.removed.add(name)

    def _own(self, targets: list[cst.BaseExpression], value: Value, prefix: str = "") -> None:
        """Tell the owners of weights under which name they are kept."""
        if isinstance(value, (values.Variable, values.Layer)):
            record = self.program.owners[value.owner]
            if not record.expression:
                record.expression = prefix or code_of(targets[0])
        elif isinstance(value, values.Sequence):
            names = targets[0].elements if isinstance(targets[0], cst.Tuple) and not prefix else None
            for position, item in enumerate(value.items):
                path = code_of(names[position].value) if names else f"{prefix or code_of(targets[0])}[{position}]"
                self._own(targets, item, path)
        elif isinstance(value, values.Mapping):
            for key, item in value.items:
                self._own(targets, item, f"{prefix or code_of(targets[0])}[{key}]")

    def statement(self, node: cst.BaseStatement, scope: Scope) -> Statements:
        """What stays of a statement in its place."""
        raise NotImplementedError


def _collapsed(lines: list[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """At most one blank line in a row."""
    result: list[cst.EmptyLine] = []
    for line in lines:
        if line.comment is None and result and result[-1].comment is None:
            continue
        result.append(line)
    return result


def element_of(value: Value) -> Value:
    if isinstance(value, (values.Tensor, values.Tensors, values.Variable)):
        return values.Tensor()
    if isinstance(value, values.Gradients):
        return replace(value, pairs=False)
    return values.Dimension() if isinstance(value, values.Shape) else values.Python()
