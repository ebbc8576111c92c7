"""Methods that build a part of the graph, in the place where the constructor calls them."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.analysis.finders import names_read
from migrate.analysis.scope import assign
from migrate.builders.substitution import Replaced, bound_arguments, split
from migrate.classes.marks import SELF, another, attribute, is_attribute, tail
from migrate.classes.positions import Positions
from migrate.classes.survey import Survey, count, locals_of

Statements = list[cst.BaseStatement]


class Inliner:
    """Puts building methods into the constructor of their class."""

    def __init__(self, methods: Mapping[str, cst.FunctionDef], survey: Survey, positions: Positions) -> None:
        self.methods, self.survey, self.positions = methods, survey, positions
        self.inlined: set[str] = set()
        self.taken: dict[str, int] = {}
        for method in methods.values():  # names from outside the class are nobody's local ones
            self.taken.update(dict.fromkeys(names_read(method.body) - locals_of(method), 1))

    def constructor(self, init: cst.FunctionDef) -> Statements:
        """The statements of the constructor."""
        return self.stage(init)

    def stage(self, method: cst.FunctionDef) -> Statements:
        """The statements of a method that keeps its place, with its local names told apart from others."""
        _, renamed = self._apart(method, {})
        return self._statements(renamed.body)

    def _statements(self, body: cst.BaseSuite) -> Statements:
        if not isinstance(body, cst.IndentedBlock):
            return [cst.SimpleStatementLine(list(body.body))]  # type: ignore[arg-type]
        result: Statements = []
        for statement in body.body:
            result += self._statement(statement)
        if any(line.comment for line in body.footer) and result:
            last = result[-1]
            if hasattr(last, "trailing_whitespace"):
                result.append(cst.SimpleStatementLine([cst.Pass()], leading_lines=body.footer))
        return result

    def _statement(self, node: cst.BaseStatement) -> Statements:
        if isinstance(node, cst.SimpleStatementLine):
            return self._line(node)
        if isinstance(node, (cst.With, cst.For, cst.While, cst.If, cst.Else)):
            body = self._statements(node.body)
            changed = node.with_changes(body=cst.IndentedBlock(body))
            if isinstance(node, (cst.If, cst.For, cst.While)) and node.orelse is not None:
                changed = changed.with_changes(orelse=self._statement(node.orelse)[0])  # type: ignore[arg-type]
            self._place(changed, node)
            return [changed]
        return [node]

    def _line(self, node: cst.SimpleStatementLine) -> Statements:
        small = node.body[0]
        value = small.value if isinstance(small, (cst.Expr, cst.Assign, cst.Return)) else None
        called = self._called(value) if len(node.body) == 1 else None
        if called is None:
            return [node]
        assert isinstance(value, cst.Call)
        method = self.methods[called]
        given, returned = split(method)
        if given is None or (returned is None and not isinstance(small, cst.Expr)):
            return [node]
        bound = bound_arguments(value, method)
        if bound is None:
            return [node]
        self.inlined.add(called)
        substituted, renamed = self._apart(method, bound)
        body, returned = split(renamed)
        result: Statements = [assign(name, code) for name, code in substituted]
        for statement in result:
            self._place(statement, node)
        inner = self._statements(body or cst.IndentedBlock([]))
        comments = [line for line in method.leading_lines if line.comment is not None]
        if comments and inner and hasattr(inner[0], "leading_lines"):
            first = inner[0].with_changes(leading_lines=[*comments, *inner[0].leading_lines])
            self._place(first, inner[0])
            inner[0] = first
        result += inner
        if not isinstance(small, cst.Expr):
            assert returned is not None
            last = node.with_changes(body=[small.with_changes(value=returned)], leading_lines=[])
            self._place(last, node)
            self._place(last.body[0], small)
            result.append(last)
        elif returned is not None and not isinstance(returned, cst.Name):
            last = cst.SimpleStatementLine([cst.Expr(returned)])
            self._place(last, node)
            result.append(last)
        if result and hasattr(result[0], "leading_lines"):
            first = result[0].with_changes(leading_lines=[*node.leading_lines, *result[0].leading_lines])
            self._place(first, result[0])
            result[0] = first
        return result

    def _place(self, new: cst.CSTNode, old: cst.CSTNode) -> None:
        if old in self.positions:
            self.positions.setdefault(new, self.positions[old])

    def _called(self, node: cst.BaseExpression | None) -> str | None:
        """The building method that is called here and nowhere else."""
        if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Name) or not is_attribute(node.func.value):
            return None
        name = tail(node.func.value)
        if name not in self.survey.building or name not in self.methods or name in self.inlined:
            return None
        mentioned = sum(count(method.body, attribute(SELF, name)) for method in self.methods.values())
        return name if mentioned == 1 else None

    def _apart(
        self, method: cst.FunctionDef, bound: Mapping[str, cst.BaseExpression]
    ) -> tuple[list[tuple[str, cst.BaseExpression]], cst.FunctionDef]:
        """The method with local names that nobody else has; what is left to assign to its parameters."""
        stored = set(assigned_names(method.body))
        replaced: dict[str, cst.BaseExpression] = {}
        renamed: dict[str, str] = {}
        substituted = []
        for name, code in bound.items():
            if name not in stored and isinstance(code, (cst.Name, cst.Integer, cst.Float, cst.SimpleString)):
                replaced[name] = code
        for name in sorted(locals_of(method)):
            if name in replaced:
                continue
            self.taken[name] = self.taken.get(name, 0) + 1
            if self.taken[name] > 1:
                renamed[name] = another(name, self.taken[name])
            if name in bound:
                substituted.append((renamed.get(name, name), bound[name]))
        names = Replaced({**{old: cst.Name(new) for old, new in renamed.items()}, **replaced}, self.positions)
        params = method.params if replaced else method.params.visit(names)
        return substituted, method.with_changes(params=params, body=method.body.visit(names))  # type: ignore[arg-type]
