"""Loops that build layers or variables, written out: one copy of the body for each round.

    for i, size in enumerate([8, 4]):                       hidden = tf.layers.dense(hidden, 8, name="dense0")
        hidden = tf.layers.dense(hidden, size,       ->     hidden = tf.layers.dense(hidden, 4, name="dense1")
                                 name="dense%d" % i)

Only where the source shows what the loop runs over, and only where a program cannot be migrated as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import libcst as cst

from migrate.analysis.compounds import assigned_names, times_assigned
from migrate.analysis.constants import constant
from migrate.analysis.scope import assign, code_of, names_in, parse
from migrate.analysis.values import UNKNOWN
from migrate.builders.loop_bodies import Assignments, Folded, Obstacles, Reads
from migrate.builders.substitution import Replaced
from migrate.classes.positions import Placed, Positions
from migrate.modules.marks import place_of

# Refusals of what stands in a loop that may be none of what is written out.
CODES = {
    *("anonymous-variable", "cell-list", "conditional-creation", "creation-in-loop", "helper-called-twice"),
    *("helper-creates", "local-creation", "loop-result", "nested-variable", "reuse", "summary", "tensor-in-python"),
    *("unknown-cell", "python-in-graph", "statement"),
}
ROUNDS = 8  # more are not written out
_COPY = 10_000  # columns: what is written out several times stands in as many places
_PASSES = 3  # loops inside loops


def loop_in_the_way(
    module: cst.Module, positions: Positions, place: tuple[int, int], unrolled: Collection[int]
) -> int | None:
    """The line of the outermost loop around a place that can be written out; None if there is none."""
    found: list[cst.For] = []
    finder = _Loops(found)
    module = loops_unrolled(module, positions, unrolled)
    module.visit(finder)
    for loop in found:
        span = positions.get(loop)
        if span is None or span.start.line in unrolled:
            continue
        number, first = place_of(span.start.line)
        holds = number == place[0] and first <= place[1] <= place_of(span.end.line)[1]
        if holds and _Unroller(module, positions, {span.start.line}).can_write_out(loop):
            return int(span.start.line)
    return None


def loops_unrolled(module: cst.Module, positions: Positions, lines: Collection[int]) -> cst.Module:
    """The module with the loops that begin in these lines written out."""
    for _ in range(_PASSES if lines else 0):
        unroller = _Unroller(module, positions, set(lines))
        changed = module.visit(unroller)
        assert isinstance(changed, cst.Module)
        module = changed
        if not unroller.done:
            break
    return module


class _Loops(cst.CSTVisitor):
    def __init__(self, found: list[cst.For]) -> None:
        super().__init__()
        self.found = found

    def visit_For(self, node: cst.For) -> None:
        self.found.append(node)


@dataclass
class _Context:
    """Where a name is looked up: the class and the function around, if there are any."""

    owner: cst.ClassDef | None = None
    function: cst.FunctionDef | None = None


class _Unroller(Placed):
    """Writes loops out, from the inside to the outside."""

    def __init__(self, module: cst.Module, positions: Positions, lines: set[int]) -> None:
        super().__init__(positions)
        self.module, self.lines, self.done = module, lines, False
        self.around: list[cst.ClassDef | cst.FunctionDef] = []
        self.loops = 0  # around what is visited

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.around.append(node)

    def leave_ClassDef(self, original: cst.ClassDef, updated: cst.ClassDef) -> cst.ClassDef:
        self.around.pop()
        return updated

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.around.append(node)

    def leave_FunctionDef(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.FunctionDef:
        self.around.pop()
        return updated

    def visit_For(self, node: cst.For) -> None:
        self.loops += 1

    def leave_For(self, original: cst.For, updated: cst.For) -> cst.BaseStatement | cst.FlattenSentinel[Any]:
        self.loops -= 1
        span = self.positions.get(original)
        if span is None or span.start.line not in self.lines or not self._plain(updated):
            return updated
        classes = [item for item in self.around if isinstance(item, cst.ClassDef)]
        functions = [item for item in self.around if isinstance(item, cst.FunctionDef)]
        context = _Context(classes[-1] if classes else None, functions[-1] if functions else None)
        rounds = self._rounds(updated.iter, context)
        if rounds is None or not 0 < len(rounds) <= ROUNDS:
            return updated
        copies: list[cst.BaseStatement] = []
        for number, item in enumerate(rounds):
            bound = _bound(updated.target, item)
            if bound is None:
                return updated
            copies += self._copy(updated, bound, number)
        last = _bound(updated.target, rounds[-1]) or {}
        later = {name for name in last if self._read_outside(name, span.end.line, functions)}
        copies += [assign(name, value) for name, value in last.items() if name in later]
        for statement in copies:
            self.positions.setdefault(statement, span)
        if copies and hasattr(copies[0], "leading_lines"):
            first = copies[0].with_changes(leading_lines=[*updated.leading_lines, *copies[0].leading_lines])
            self.positions.setdefault(first, self.positions[copies[0]])
            copies[0] = first
        self.done = True
        return cst.FlattenSentinel(copies)

    def can_write_out(self, loop: cst.For) -> bool:
        """Whether the loop at this line is written out."""
        self.module.visit(self)
        return self.done

    def _plain(self, node: cst.For) -> bool:
        if node.orelse is not None or node.asynchronous is not None or not isinstance(node.body, cst.IndentedBlock):
            return False
        names = set(names_in(node.target))
        finder = Obstacles(names)
        node.body.visit(finder)
        return not finder.found and not names & set(assigned_names(node.body))

    def _read_outside(self, name: str, after: int, functions: Sequence[cst.FunctionDef]) -> bool:
        home: cst.CSTNode = functions[-1].body if functions else self.module
        reads = Reads(name, self.positions, 0 if self.loops else after)
        home.visit(reads)
        return reads.found

    def _copy(self, node: cst.For, bound: dict[str, cst.BaseExpression], number: int) -> list[cst.BaseStatement]:
        result: list[cst.BaseStatement] = []
        for statement in node.body.body:
            copy = statement.deep_clone()
            self._place(statement, copy, number)
            for transformer in (Replaced(bound, self.positions), Folded(self.positions)):
                changed = copy.visit(transformer)
                assert isinstance(changed, (cst.BaseStatement, cst.FlattenSentinel))
                copy = changed  # type: ignore[assignment]
                if isinstance(changed, cst.FlattenSentinel):
                    break
            result += list(copy) if isinstance(copy, cst.FlattenSentinel) else [copy]  # type: ignore[list-item]
        return result

    def _place(self, old: cst.CSTNode, new: cst.CSTNode, number: int) -> None:
        span = self.positions.get(old)
        if span is not None:
            start, end = ((at.line, at.column + _COPY * number) for at in (span.start, span.end))
            self.positions[new] = type(span)(start, end)
        for one, other in zip(old.children, new.children, strict=True):
            self._place(one, other, number)

    # ---- what a loop runs over

    def _rounds(self, node: cst.BaseExpression, context: _Context) -> list[cst.BaseExpression] | None:
        """The items, as expressions that may stand anywhere in the loop's body."""
        called = code_of(node.func) if isinstance(node, cst.Call) else ""
        if isinstance(node, cst.Call) and called in ("range", "xrange"):
            sizes = [self._constant(arg.value, context) for arg in node.args]
            if not sizes or not all(isinstance(size, int) for size in sizes):
                return None
            return [parse(str(i)) for i in range(*sizes)]
        if isinstance(node, cst.Call) and called == "enumerate" and len(node.args) == 1:
            items = self._rounds(node.args[0].value, context)
            return None if items is None else [_pair(parse(str(i)), item) for i, item in enumerate(items)]
        if isinstance(node, cst.Call) and called == "zip":
            parts = [self._rounds(arg.value, context) for arg in node.args]
            if any(part is None for part in parts):
                return None
            return [_pair(*group) for group in zip(*(part for part in parts if part is not None), strict=False)]
        if isinstance(node, (cst.List, cst.Tuple)):
            items = [element.value for element in node.elements]
            return items if all(_literal(item) for item in items) else None
        value = self._definition(node, context)
        return None if value is None else self._rounds(value, context)

    def _constant(self, node: cst.BaseExpression, context: _Context) -> Any:
        def lookup(name: cst.BaseExpression) -> Any:
            value = self._definition(name, context)
            return UNKNOWN if value is None else constant(value, lambda _: UNKNOWN)

        if isinstance(node, cst.Call) and code_of(node.func) == "len" and len(node.args) == 1:
            items = self._rounds(node.args[0].value, context)
            return UNKNOWN if items is None else len(items)
        return constant(node, lookup)

    def _definition(self, node: cst.BaseExpression, context: _Context) -> cst.BaseExpression | None:
        """What a name or an attribute of the object is assigned, where that happens once."""
        text = code_of(node)
        home: cst.CSTNode = self.module
        if isinstance(node, cst.Name):
            function = context.function
            local = function is not None and (
                text in assigned_names(function.body)
                or text in {param.name.value for param in [*function.params.params, *function.params.kwonly_params]}
            )
            if local and function is not None:
                home = function.body
                if text not in assigned_names(function.body):
                    return None
            elif times_assigned(self.module)[text] != 1:
                return None
        elif isinstance(node, cst.Attribute) and context.owner is not None and text == f"self.{node.attr.value}":
            home = context.owner
        else:
            return None
        finder = Assignments(text)
        home.visit(finder)
        other = Assignments(f".{node.attr.value}" if isinstance(node, cst.Attribute) else text, ending=True)
        self.module.visit(other)
        if len(finder.values) != 1 or (isinstance(node, cst.Attribute) and len(other.values) != 1) or finder.changed:
            return None
        value = finder.values[0]
        return value if value is not None and (_literal(value) or isinstance(value, (cst.List, cst.Tuple))) else None


def _literal(node: cst.BaseExpression) -> bool:
    if isinstance(node, (cst.Tuple, cst.List)):
        return all(_literal(element.value) for element in node.elements)
    return isinstance(node, (cst.Integer, cst.Float, cst.SimpleString)) or code_of(node) in ("True", "False", "None")


def _pair(*items: cst.BaseExpression) -> cst.BaseExpression:
    return cst.Tuple([cst.Element(item) for item in items])


def _bound(target: cst.BaseExpression, item: cst.BaseExpression) -> dict[str, cst.BaseExpression] | None:
    """What each name of a loop's target stands for in one round."""
    if isinstance(target, cst.Name):
        return {target.value: item}
    if not isinstance(target, (cst.Tuple, cst.List)) or not isinstance(item, (cst.Tuple, cst.List)):
        return None
    if len(target.elements) != len(item.elements):
        return None
    bound: dict[str, cst.BaseExpression] = {}
    for one, value in zip(target.elements, item.elements, strict=True):
        inner = _bound(one.value, value.value)
        if inner is None:
            return None
        bound.update(inner)
    return bound

