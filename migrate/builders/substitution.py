"""A call of a function as the statements of its body: what it needs to know of the function and of the call."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.classes.positions import Placed, Positions


def split(method: cst.FunctionDef) -> tuple[cst.IndentedBlock | None, cst.BaseExpression | None]:
    """The body without docstring and last return, and what is returned; None for one that returns elsewhere."""
    body = method.body
    if not isinstance(body, cst.IndentedBlock):
        return None, None
    statements = list(body.body)
    lines: list[cst.EmptyLine] = []
    returned: cst.BaseExpression | None = None
    if statements and (text := docstring_of(statements[0])):
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


def docstring_of(statement: cst.BaseStatement | cst.BaseSmallStatement) -> str | None:
    if isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[0], cst.Expr):
        value = statement.body[0].value
        if isinstance(value, cst.SimpleString):
            text = value.evaluated_value
            return text if isinstance(text, str) else None
    return None


def bound_arguments(call: cst.Call, method: cst.FunctionDef) -> dict[str, cst.BaseExpression] | None:
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


class Replaced(Placed):
    """Local names replaced; attributes and keywords stay, and what functions inside call by the same name."""

    def __init__(self, names: Mapping[str, cst.BaseExpression], positions: Positions) -> None:
        super().__init__(positions)
        self.names = names
        self.inner: list[set[str]] = []  # names of their own of the functions inside that are being visited
        self.around: list[set[str]] = []  # of those whose defaults are being visited

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.inner.append(_parameters(node.params) | (set(assigned_names(node.body)) - _declared(node)))

    def leave_FunctionDef(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.BaseStatement:
        self.inner.pop()
        return updated

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self.inner.append(_parameters(node.params))

    def leave_Lambda(self, original: cst.Lambda, updated: cst.Lambda) -> cst.BaseExpression:
        self.inner.pop()
        return updated

    def visit_Param_default(self, node: cst.Param) -> None:
        if self.inner:  # belongs to what is around the function
            self.around.append(self.inner.pop())

    def leave_Param_default(self, node: cst.Param) -> None:
        if self.around:
            self.inner.append(self.around.pop())

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.BaseExpression:
        new = self.names.get(updated.value)
        if new is None or any(updated.value in names for names in self.inner):
            return updated
        return new.with_changes(lpar=[*updated.lpar, *new.lpar], rpar=[*new.rpar, *updated.rpar])

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        return updated.with_changes(attr=original.attr)

    def leave_Arg(self, original: cst.Arg, updated: cst.Arg) -> cst.Arg:
        return updated.with_changes(keyword=original.keyword)



def _parameters(params: cst.Parameters) -> set[str]:
    every = [*params.params, *params.kwonly_params, *params.posonly_params]
    starred = [p for p in (params.star_arg, params.star_kwarg) if isinstance(p, cst.Param)]
    return {param.name.value for param in [*every, *starred]}


def _declared(node: cst.FunctionDef) -> set[str]:
    """Names that a function declares to be nonlocal or global."""
    finder = _Declared()
    node.body.visit(finder)
    return finder.names


class _Declared(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_NameItem(self, node: cst.NameItem) -> None:
        self.names.add(node.name.value)
