"""Compound statements: loops and conditions around runs stay Python, those around tensors go into functions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.chosen_optimizers import chosen_optimizer
from migrate.analysis.chosen_variables import chosen_variable
from migrate.analysis.feeds import refuse_use
from migrate.analysis.finders import GraphFinder
from migrate.analysis.penalty_loops import only_prints, penalty_loop
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, names_in
from migrate.analysis.states import fetched_part
from migrate.analysis.unsupported import unsupported

if TYPE_CHECKING:
    from migrate.analysis.blocks import Walker

Statements = list[cst.BaseStatement]


def graph_compound(walker: Walker, node: cst.BaseStatement, scope: Scope) -> Statements:
    """One if, for, while, with or try statement of a region."""
    chosen = chosen_optimizer(walker, node, scope) or chosen_variable(walker, node, scope)
    if chosen is not None:
        return chosen
    if only_prints(walker, node, scope):
        walker.program.note(node, "What the loop prints of the variables is left out: they have other names now.")
        return []
    summed = penalty_loop(walker, node, scope)
    if summed is not None:
        return walker.statement(summed, scope)
    finder = GraphFinder(walker.ev, scope)
    node.visit(finder)
    runs = RunFinder(walker, scope)
    node.visit(runs)
    if not finder.found and not runs.found:
        for name in assigned_names(node):
            walker._assigned(name)
            scope.bind(name, Binding(values.Python()))
        return [node]
    if runs.found or not finder.tensors:
        return [python_compound(walker, node, scope)]
    return _compute_compound(walker, node, scope)


def python_compound(walker: Walker, node: cst.BaseStatement, scope: Scope) -> cst.BaseStatement:
    """A compound statement that stays, with what is inside it rewritten."""
    ev = walker.ev
    slot = Slot()
    if isinstance(node, cst.For):
        iterated, code = ev.evaluate(node.iter, scope, slot)
        _no_tensor(node, slot)
        if isinstance(iterated, values.Feed):
            refuse_use(node, "iterated over")
        for name in names_in(node.target):
            walker._assigned(name)
            scope.bind(name, Binding(values.Python()))
        if isinstance(iterated, values.Fetched) and isinstance(node.target, cst.Name):
            scope.bind(node.target.value, Binding(fetched_part(iterated, 0)))
        walker.program.loop_depth += 1
        body = walker.block(node.body, scope)
        walker.program.loop_depth -= 1
        return node.with_changes(iter=code, body=body, orelse=_orelse(walker, node.orelse, scope))
    if isinstance(node, cst.While):
        _, code = ev.evaluate(node.test, scope, slot)
        _no_tensor(node, slot)
        walker.program.loop_depth += 1
        body = walker.block(node.body, scope)
        walker.program.loop_depth -= 1
        return node.with_changes(test=code, body=body, orelse=_orelse(walker, node.orelse, scope))
    if isinstance(node, cst.If):
        _, code = ev.evaluate(node.test, scope, slot)
        _no_tensor(node, slot)
        body = walker.block(node.body, scope)
        return node.with_changes(test=code, body=body, orelse=_orelse(walker, node.orelse, scope))
    if isinstance(node, cst.With):
        items = []
        for item in node.items:
            _, code = ev.evaluate(item.item, scope, slot)
            items.append(item.with_changes(item=code))
            if item.asname is not None:
                for name in names_in(item.asname.name):
                    walker._assigned(name)
                    scope.bind(name, Binding(values.Python()))
        _no_tensor(node, slot)
        return node.with_changes(items=items, body=walker.block(node.body, scope))
    if isinstance(node, cst.Try):
        for handler in node.handlers:
            _waits_for_values(walker, handler, scope)
        body = walker.block(node.body, scope)
        handlers = [handler.with_changes(body=walker.block(handler.body, scope)) for handler in node.handlers]
        final = node.finalbody
        if final is not None:
            final = final.with_changes(body=walker.block(final.body, scope))
        return node.with_changes(
            body=body, handlers=handlers, orelse=_orelse(walker, node.orelse, scope), finalbody=final
        )
    raise Refuse(node, "statement", f"a {type(node).__name__.lower()} statement around graph code is not known")


def _waits_for_values(walker: Walker, handler: cst.ExceptHandler, scope: Scope) -> None:
    """An except that catches what TF1 raised for variables without a value is never reached in TF2."""
    caught = handler.type
    parts = [e.value for e in caught.elements] if isinstance(caught, cst.Tuple) else [caught] if caught else []
    for part in parts:
        symbol = walker.ev.symbol_of(part, scope)
        known = unsupported(symbol) if symbol is not None and symbol.startswith("errors.") else None
        if known is not None:
            raise Refuse(handler, known.code, f"{known.what} are not carried over", known.advice)


def _orelse(walker: Walker, node: cst.If | cst.Else | None, scope: Scope) -> cst.If | cst.Else | None:
    if node is None:
        return None
    if isinstance(node, cst.If):
        changed = python_compound(walker, node, scope)
        assert isinstance(changed, cst.If)
        return changed
    return node.with_changes(body=walker.block(node.body, scope))


def _no_tensor(node: cst.BaseStatement, slot: Slot) -> None:
    if slot.needs and not slot.sites:
        raise Refuse(node, "tensor-in-python", "a Python loop or condition depends on a tensor of the graph")


def _compute_compound(walker: Walker, node: cst.BaseStatement, scope: Scope) -> Statements:
    """A loop or condition that only computes tensors: one statement of the graph."""
    from migrate.analysis.bodies import Body

    body = Body(walker, Scope(scope))
    rewritten = body.statement(node)
    if body.creations and not isinstance(node, cst.If):
        raise Refuse(
            node,
            "creation-in-loop",
            "layers or variables are created inside a loop or a condition",
            "Create them before it.",
        )
    if body.slot.impure is not None:
        raise Refuse(
            body.slot.impure,
            "python-in-graph",
            "Python data is read while the graph is built",
            "Assign it to a name before.",
        )
    names = tuple(dict.fromkeys(body.assigned))
    walker.changes_list(node, [name for made in body.slot.mutates for name in made.names if name in names])
    definition = walker.define("compute", names, rewritten, body.slot, node)
    definition.needs |= body.slot.mutates
    for name in names:
        walker.bind(cst.Name(name), body.scope.names[name].value, definition, scope)
    for name, binding in body.aliases.items():
        scope.bind(name, binding)
        walker._remove(name)
    return list(body.creations)


class RunFinder(cst.CSTVisitor):
    """Whether a session is made or used inside, or a function of the program called that does."""

    def __init__(self, walker: Walker, scope: Scope) -> None:
        super().__init__()
        self.walker, self.scope, self.found = walker, scope, False

    def visit_Call(self, node: cst.Call) -> None:
        ev = self.walker.ev
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in ("run", "eval"):
            base = node.func.value
            if isinstance(base, cst.Name):
                found = self.scope.find(base.value)
                if found is None or not isinstance(found[0].value, values.Symbol):
                    self.found = True
            else:
                self.found = True
        name = ev.symbol_of(node.func, self.scope)
        if name is not None and walker_symbol(ev, name) in ("Session", "InteractiveSession"):
            self.found = True
        if isinstance(node.func, cst.Name):
            found = self.scope.find(node.func.value)
            if found and isinstance(found[0].value, values.Function):
                from migrate.analysis.running import runs_graph

                self.found = self.found or runs_graph(self.walker, found[0].value.node, self.scope)


def walker_symbol(ev: object, name: str) -> str:
    return ev.program.canonical(name)  # type: ignore[attr-defined, no-any-return]


def assigned_names(node: cst.CSTNode) -> list[str]:
    """All names that a statement binds, at any depth, function bodies left out."""
    finder = _Assigned()
    node.visit(finder)
    return list(dict.fromkeys(finder.names))


def times_assigned(node: cst.CSTNode) -> Counter[str]:
    """How many statements bind each name, at any depth, function bodies left out."""
    finder = _Assigned()
    node.visit(finder)
    return Counter(finder.names)


class _Assigned(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self.names += names_in(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self.names += names_in(node.target)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self.names += names_in(node.target)

    def visit_For(self, node: cst.For) -> None:
        self.names += names_in(node.target)

    def visit_AsName(self, node: cst.AsName) -> None:
        if isinstance(node.name, cst.BaseExpression):
            self.names += names_in(node.name)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self.names.append(node.name.value)
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False
