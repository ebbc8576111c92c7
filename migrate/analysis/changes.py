"""When a program changes its Python data: names bound again, lists and arrays written to.

TF1 read such data once, when the graph was built. A generated function reads it when it is traced, so nothing that a
statement of the graph reads may change after it. This looks at the source alone: lines, loops and calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import libcst as cst

from migrate.analysis.scope import names_in

_METHODS = {
    "append",
    "extend",
    "insert",
    "pop",
    "popitem",
    "remove",
    "clear",
    "sort",
    "reverse",
    "update",
    "setdefault",
    "add",
    "discard",
    "appendleft",
    "popleft",
    "rotate",
    "fill",
    "resize",
    "put",
    "itemset",
}
_FUNCTIONS = {"shuffle", "copyto", "put", "place", "putmask", "fill_diagonal"}
_LOOPS = (cst.For, cst.While)
Stack = tuple[cst.FunctionDef, ...]


@dataclass(frozen=True)
class _Event:
    """One change of a name, or one mention of a function, and the functions it stands in."""

    line: int
    stack: Stack
    binds: bool = False


class Changes(cst.CSTVisitor):
    """All changes in a module."""

    def __init__(self, module: cst.Module, positions: Mapping[cst.CSTNode, Any]) -> None:
        super().__init__()
        self.positions = positions
        self.changed: dict[str, list[_Event]] = {}
        self.mentions: dict[str, list[_Event]] = {}
        self.renamed: set[tuple[str, int]] = set()  # assignments, by line, that got a name of their own
        self.loops: list[tuple[int, int, Stack]] = []
        self.local: dict[cst.FunctionDef, set[str]] = {}
        self.declared: dict[cst.FunctionDef, set[str]] = {}
        self.modules: set[str] = set()
        self.stack: Stack = ()
        self.spans: dict[cst.FunctionDef, tuple[int, int]] = {}
        module.visit(self)

    def later(self, name: str, line: int) -> bool:
        """Whether what a name stands for in a line may have changed when that line's work is done again."""
        stack = tuple(f for f, (start, end) in self.spans.items() if start < line <= end)
        owner = self._owner(name, stack)
        events = [
            event
            for event in self.changed.get(name, [])
            if self._owner(name, event.stack) is owner and (name, event.line) not in self.renamed
        ]
        bindings = [event for event in events if event.binds]
        for event in events:
            again = event.binds and len(bindings) == 1
            if self._after(event, line, stack, set(), loops_only=again):
                return True
        return False

    def between(self, name: str, first: int, last: int) -> bool:
        """Whether the name is bound again between two lines, the second of which makes what the first one names."""
        stack = tuple(f for f, (start, end) in self.spans.items() if start < first <= end)
        owner = self._owner(name, stack)
        bindings = [e for e in self.changed.get(name, []) if e.binds and self._owner(name, e.stack) is owner]
        return len(bindings) > 1 and any(first < event.line <= last for event in bindings)

    def _owner(self, name: str, stack: Stack) -> cst.FunctionDef | None:
        for function in reversed(stack):
            if name in self.local.get(function, set()) and name not in self.declared.get(function, set()):
                return function
        return None

    def _after(
        self, event: _Event, line: int, stack: Stack, seen: set[cst.FunctionDef], loops_only: bool = False
    ) -> bool:
        foreign = [function for function in event.stack if function not in stack]
        if not foreign:
            looped = any(
                start <= line <= end and start <= event.line <= end and inside == event.stack[: len(inside)]
                for start, end, inside in self.loops
            )
            return looped or (event.line > line and not loops_only)
        function = foreign[0]
        if function in seen:
            return False
        seen.add(function)
        mentions = self.mentions.get(function.name.value, [])
        return any(self._after(mention, line, stack, seen) for mention in mentions if function not in mention.stack)

    # ---- what happens where

    def _line(self, node: cst.CSTNode) -> int:
        position = self.positions.get(node)
        return position.start.line if position else 0

    def _change(self, name: str, node: cst.CSTNode, binds: bool) -> None:
        if name in self.modules and not binds:
            return  # np.append(a, b) changes nothing
        self.changed.setdefault(name, []).append(_Event(self._line(node), self.stack, binds))
        if binds and self.stack:
            self.local.setdefault(self.stack[-1], set()).add(name)

    def _target(self, target: cst.BaseExpression, node: cst.CSTNode) -> None:
        for name in names_in(target):
            self._change(name, node, binds=True)
        parts = [element.value for element in target.elements] if isinstance(target, (cst.Tuple, cst.List)) else []
        for part in parts:
            if not isinstance(part, cst.Name):
                self._target(part, node)
        base = _base(target)
        if base is not None and not isinstance(target, cst.Name):
            self._change(base, node, binds=False)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self._target(node.target, node)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self._target(node.target, node)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._target(node.target, node)
        base = _base(node.target)
        if base is not None:
            self._change(base, node, binds=False)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._target(node.target, node)

    def visit_Del(self, node: cst.Del) -> None:
        self._target(node.target, node)

    def visit_AsName(self, node: cst.AsName) -> None:
        if isinstance(node.name, cst.BaseExpression):
            self._target(node.name, node)

    def visit_ImportAlias(self, node: cst.ImportAlias) -> bool:
        name = node.asname.name if node.asname is not None else node.name
        base = _base(name)  # type: ignore[arg-type]
        if base is not None:
            self.modules.add(base)
        return False

    def visit_For(self, node: cst.For) -> None:
        self._loop(node)
        self._target(node.target, node)

    def visit_While(self, node: cst.While) -> None:
        self._loop(node)

    def _loop(self, node: cst.CSTNode) -> None:
        position = self.positions.get(node)
        if position is not None:
            self.loops.append((position.start.line, position.end.line, self.stack))

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute):
            if node.func.attr.value in _METHODS:
                base = _base(node.func.value)
                if base is not None:
                    self._change(base, node, binds=False)
            if node.func.attr.value in _FUNCTIONS and node.args:
                base = _base(node.args[0].value)
                if base is not None:
                    self._change(base, node, binds=False)
        for arg in node.args:
            if arg.keyword is not None and arg.keyword.value == "out":
                base = _base(arg.value)
                if base is not None:
                    self._change(base, node, binds=False)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.mentions.setdefault(node.value, []).append(_Event(self._line(node), self.stack))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        for decorator in node.decorators:
            decorator.visit(self)
        node.params.visit(self)
        position = self.positions.get(node)
        if position is not None:
            self.spans[node] = (position.start.line, position.end.line)
        outer, self.stack = self.stack, (*self.stack, node)
        for param in [*node.params.params, *node.params.kwonly_params, *node.params.posonly_params]:
            self._change(param.name.value, param, binds=True)
        node.body.visit(self)
        self.stack = outer
        return False

    def visit_Global(self, node: cst.Global) -> bool:
        return self._declare([item.name.value for item in node.names])

    def visit_Nonlocal(self, node: cst.Nonlocal) -> bool:
        return self._declare([item.name.value for item in node.names])

    def _declare(self, names: list[str]) -> bool:
        if self.stack:
            self.declared.setdefault(self.stack[-1], set()).update(names)
        return False


def _base(node: cst.BaseExpression) -> str | None:
    """The name that an item or attribute is reached from: a in a.b[0].c."""
    while isinstance(node, (cst.Attribute, cst.Subscript)):
        node = node.value
    return node.value if isinstance(node, cst.Name) else None
