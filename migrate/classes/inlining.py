"""Methods that build a part of the graph, in the place where the constructor calls them."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.analysis.finders import names_read
from migrate.analysis.scope import assign
from migrate.classes.marks import SELF, another, attribute, is_attribute, tail
from migrate.classes.positions import Placed, Positions
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
        given, returned = _split(method)
        if given is None or (returned is None and not isinstance(small, cst.Expr)):
            return [node]
        bound = _bound(value, method)
        if bound is None:
            return [node]
        self.inlined.add(called)
        substituted, renamed = self._apart(method, bound)
        body, returned = _split(renamed)
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
        names = _Names({**{old: cst.Name(new) for old, new in renamed.items()}, **replaced}, self.positions)
        params = method.params if replaced else method.params.visit(names)
        return substituted, method.with_changes(params=params, body=method.body.visit(names))  # type: ignore[arg-type]


def _split(method: cst.FunctionDef) -> tuple[cst.IndentedBlock | None, cst.BaseExpression | None]:
    """The body without docstring and last return, and what is returned; None for one that returns elsewhere."""
    body = method.body
    if not isinstance(body, cst.IndentedBlock):
        return None, None
    statements = list(body.body)
    lines: list[cst.EmptyLine] = []
    returned: cst.BaseExpression | None = None
    if statements and (text := _docstring(statements[0])):
        lines = [cst.EmptyLine(comment=cst.Comment(f"# {line.strip()}")) for line in text.splitlines() if line.strip()]
        statements.pop(0)
    last = statements[-1] if statements else None
    if isinstance(last, cst.SimpleStatementLine) and isinstance(last.body[0], cst.Return) and len(last.body) == 1:
        returned = last.body[0].value
        statements.pop()
    finder = _Returns()
    for statement in statements:
        statement.visit(finder)
    if finder.found:
        return None, None
    if lines and statements and hasattr(statements[0], "leading_lines"):
        statements[0] = statements[0].with_changes(leading_lines=[*lines, *statements[0].leading_lines])
    return body.with_changes(body=statements), returned


def _docstring(statement: cst.BaseStatement | cst.BaseSmallStatement) -> str | None:
    if isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[0], cst.Expr):
        value = statement.body[0].value
        if isinstance(value, cst.SimpleString):
            text = value.evaluated_value
            return text if isinstance(text, str) else None
    return None


def _bound(call: cst.Call, method: cst.FunctionDef) -> dict[str, cst.BaseExpression] | None:
    """What each parameter of the method is in this call."""
    parameters = [*method.params.params, *method.params.kwonly_params]
    names = [parameter.name.value for parameter in parameters]
    bound: dict[str, cst.BaseExpression] = {}
    for position, arg in enumerate(call.args):
        if arg.star or (arg.keyword is None and position >= len(method.params.params)):
            return None
        bound[arg.keyword.value if arg.keyword else names[position]] = arg.value
    for parameter in parameters:
        if parameter.name.value not in bound:
            if parameter.default is None:
                return None
            bound[parameter.name.value] = parameter.default
    return bound if set(bound) <= set(names) else None


class _Returns(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def visit_Return(self, node: cst.Return) -> None:
        self.found = True

    def visit_Yield(self, node: cst.Yield) -> None:
        self.found = True

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False


class _Names(Placed):
    """Local names replaced; attributes and keywords stay."""

    def __init__(self, names: Mapping[str, cst.BaseExpression], positions: Positions) -> None:
        super().__init__(positions)
        self.names = names

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.BaseExpression:
        new = self.names.get(updated.value)
        if new is None:
            return updated
        return new.with_changes(lpar=[*updated.lpar, *new.lpar], rpar=[*new.rpar, *updated.rpar])

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        return updated.with_changes(attr=original.attr)

    def leave_Arg(self, original: cst.Arg, updated: cst.Arg) -> cst.Arg:
        return updated.with_changes(keyword=original.keyword)

