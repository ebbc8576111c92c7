"""What the body of a loop tells of whether it can be written out, and what is constant in a copy of it."""

from __future__ import annotations

from typing import Any

import libcst as cst

from migrate.analysis.constants import constant
from migrate.analysis.finders import names_read
from migrate.analysis.scope import code_of, names_in
from migrate.analysis.values import UNKNOWN
from migrate.classes.positions import Placed, Positions

_FUNCTIONS = (cst.FunctionDef, cst.Lambda)
_RUNS = {"run", "eval"}


class Obstacles(cst.CSTVisitor):
    """What keeps a body from being written out: leaving the loop, runs, functions that read its variable later."""

    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self.names, self.found, self.inside = names, False, 0

    def visit_For(self, node: cst.For) -> None:
        self.inside += 1

    def leave_For(self, original_node: cst.For) -> None:
        self.inside -= 1

    def visit_Break(self, node: cst.Break) -> None:
        self.found = self.found or not self.inside

    def visit_Continue(self, node: cst.Continue) -> None:
        self.found = self.found or not self.inside

    def visit_Return(self, node: cst.Return) -> None:
        self.found = True

    def visit_Yield(self, node: cst.Yield) -> None:
        self.found = True

    def visit_While(self, node: cst.While) -> None:
        self.found = True

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in _RUNS:
            self.found = True

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, _FUNCTIONS) and self.names & names_read(node):
            self.found = True
        return super().on_visit(node)


class Reads(cst.CSTVisitor):
    """Whether a name is read after a line, outside the loops, comprehensions and functions that bind it themselves."""

    def __init__(self, name: str, positions: Positions, after: int) -> None:
        super().__init__()
        self.name, self.positions, self.after, self.found = name, positions, after, False

    def visit_For(self, node: cst.For) -> bool:
        return self.name not in names_in(node.target)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return self.name not in {param.name.value for param in node.params.params}

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        return self.name not in names_in(node.for_in.target)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:
        return self.name not in names_in(node.for_in.target)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_AssignTarget(self, node: cst.AssignTarget) -> bool:
        return not isinstance(node.target, cst.Name)

    def visit_Name(self, node: cst.Name) -> None:
        span = self.positions.get(node)
        if node.value == self.name and (span is None or span.start.line > self.after):
            self.found = True


class Assignments(cst.CSTVisitor):
    """What a name or attribute is assigned, None where that is no plain value, and whether it is changed in place."""

    def __init__(self, text: str, ending: bool = False) -> None:
        super().__init__()
        self.text, self.ending = text, ending
        self.values: list[cst.BaseExpression | None] = []
        self.changed = False

    def _is(self, node: cst.CSTNode) -> bool:
        text = code_of(node)
        return text.endswith(self.text) if self.ending else text == self.text

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            if self._is(target.target):
                self.values.append(node.value)
            elif not isinstance(target.target, cst.Name) and self.text in code_of(target.target):
                self.changed = True

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self.changed = self.changed or self._is(node.target)

    def visit_For(self, node: cst.For) -> None:
        if self.text in names_in(node.target):
            self.values.append(None)

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and self._is(node.func.value):
            self.changed = True


class Folded(Placed):
    """Conditions and texts that are constant now."""

    def leave_If(self, original: cst.If, updated: cst.If) -> Any:
        known = constant(updated.test, lambda _: UNKNOWN)
        if known is UNKNOWN or isinstance(updated.test, cst.Name):
            return updated
        if known:
            return cst.FlattenSentinel(_inside(updated.body))
        if updated.orelse is None:
            return cst.RemoveFromParent()
        if isinstance(updated.orelse, cst.If):
            return updated.orelse
        return cst.FlattenSentinel(_inside(updated.orelse.body))

    def leave_IfExp(self, original: cst.IfExp, updated: cst.IfExp) -> cst.BaseExpression:
        known = constant(updated.test, lambda _: UNKNOWN)
        return updated if known is UNKNOWN else updated.body if known else updated.orelse

    def leave_BinaryOperation(
        self, original: cst.BinaryOperation, updated: cst.BinaryOperation
    ) -> cst.BaseExpression:
        known = constant(updated, lambda _: UNKNOWN)
        return cst.SimpleString(repr(known)) if isinstance(known, str) else updated

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        function = updated.func
        if isinstance(function, cst.Attribute) and function.attr.value == "format":
            base = constant(function.value, lambda _: UNKNOWN)
            args = [constant(arg.value, lambda _: UNKNOWN) for arg in updated.args if arg.keyword is None]
            if isinstance(base, str) and len(args) == len(updated.args) and UNKNOWN not in args:
                return cst.SimpleString(repr(base.format(*args)))
        return updated


def _inside(body: cst.BaseSuite) -> list[cst.BaseStatement]:
    if isinstance(body, cst.IndentedBlock):
        return list(body.body)
    return [cst.SimpleStatementLine(list(body.body))]  # type: ignore[arg-type]
