"""A local name that only leads to an attribute: out = f(x); self.out = out is self.out = f(x)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import libcst as cst

from migrate.analysis.scope import names_in
from migrate.builders.substitution import Replaced
from migrate.classes.marks import is_attribute
from migrate.classes.positions import Placed, Positions


def stores(node: cst.CSTNode) -> Counter[str]:
    """How often code binds each name, attributes among them."""
    finder = _Stores()
    node.visit(finder)
    return finder.names


class _Stores(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: Counter[str] = Counter()

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self.names.update(names_in(node.target))

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self.names.update(names_in(node.target))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self.names.update(2 * names_in(node.target))

    def visit_For(self, node: cst.For) -> None:
        self.names.update(2 * names_in(node.target))

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self.names.update(2 * names_in(node.target))

    def visit_AsName(self, node: cst.AsName) -> None:
        if isinstance(node.name, cst.BaseExpression):
            self.names.update(2 * names_in(node.name))

    def visit_Param(self, node: cst.Param) -> None:
        self.names[node.name.value] += 2

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.names[node.name.value] += 2

    def visit_Global(self, node: cst.Global) -> None:
        self.names.update(2 * [item.name.value for item in node.names])

    def visit_Nonlocal(self, node: cst.Nonlocal) -> None:
        self.names.update(2 * [item.name.value for item in node.names])


def without_second_names(
    method: cst.FunctionDef, everywhere: Counter[str], positions: Positions
) -> cst.FunctionDef:
    """The method with such locals called by the attribute's name. everywhere: what all methods of the class bind."""
    own = stores(method.body)
    own.update(2 * [parameter.name.value for parameter in method.params.params])
    bound: set[str] = set()
    renamed: dict[str, str] = {}
    dropped: list[cst.SimpleStatementLine] = []
    for line in _straight(method.body):
        small = line.body[0]
        if len(line.body) != 1 or not isinstance(small, cst.Assign):
            continue
        target = small.targets[0].target
        if len(small.targets) == 1 and isinstance(target, cst.Name) and isinstance(small.value, cst.Name):
            name, local = target.value, small.value.value
            once = is_attribute(name) and everywhere[name] == 1 and own[local] == 1
            if once and local in bound and local not in renamed:
                renamed[local] = name
                dropped.append(line)
        for assigned in small.targets:
            bound.update(one for one in names_in(assigned.target) if not is_attribute(one))
    if not renamed:
        return method
    body = method.body.visit(_Dropped(dropped, positions))
    assert isinstance(body, cst.BaseSuite)
    body = body.visit(Replaced({old: cst.Name(new) for old, new in renamed.items()}, positions))  # type: ignore[assignment]
    return method.with_changes(body=body)


def _straight(body: cst.BaseSuite) -> Iterator[cst.SimpleStatementLine]:
    """The lines that run once each time the method runs: those of the body and of with statements in it."""
    for statement in body.body:
        if isinstance(statement, cst.SimpleStatementLine):
            yield statement
        elif isinstance(statement, cst.With):
            yield from _straight(statement.body)


class _Dropped(Placed):
    """Without some lines; their comments stand before what follows."""

    def __init__(self, lines: list[cst.SimpleStatementLine], positions: Positions) -> None:
        super().__init__(positions)
        self.lines = lines

    def leave_IndentedBlock(self, original: cst.IndentedBlock, updated: cst.IndentedBlock) -> cst.BaseSuite:
        kept: list[cst.BaseStatement] = []
        waiting: list[cst.EmptyLine] = []
        for before, after in zip(original.body, updated.body, strict=True):
            if before in self.lines:
                assert isinstance(before, cst.SimpleStatementLine)
                waiting += [line for line in before.leading_lines if line.comment is not None]
                if before.trailing_whitespace.comment is not None:
                    waiting.append(cst.EmptyLine(comment=before.trailing_whitespace.comment))
                continue
            if waiting and hasattr(after, "leading_lines"):
                after, waiting = after.with_changes(leading_lines=[*waiting, *after.leading_lines]), []
                if before in self.positions:
                    self.positions.setdefault(after, self.positions[before])
            kept.append(after)  # type: ignore[arg-type]
        footer = [*waiting, *updated.footer]
        return updated.with_changes(body=kept or [cst.SimpleStatementLine([cst.Pass()])], footer=footer)
