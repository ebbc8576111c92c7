"""Lists of cells that a loop appends to, in the form the rest of the analysis reads: a comprehension.

    cells = []                              cells = [DropoutWrapper(GRUCell(size), keep) for _ in range(layers)]
    for _ in range(layers):
        cell = GRUCell(size)          ->
        cell = DropoutWrapper(cell, keep)
        cells.append(cell)
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrate.analysis.finders import names_read
from migrate.analysis.scope import assign, code_of, names_in

Statements = Sequence[cst.BaseStatement]


def empty_list(node: cst.BaseStatement) -> str | None:
    """The name that `name = []` or `name = list()` binds."""
    if not isinstance(node, cst.SimpleStatementLine) or len(node.body) != 1 or not isinstance(node.body[0], cst.Assign):
        return None
    small = node.body[0]
    target = small.targets[0].target
    if len(small.targets) != 1 or not isinstance(target, cst.Name):
        return None
    value = small.value
    empty = isinstance(value, cst.List) and not value.elements
    made = isinstance(value, cst.Call) and isinstance(value.func, cst.Name) and value.func.value == "list"
    return target.value if empty or (made and isinstance(value, cst.Call) and not value.args) else None


def fresh_container(node: cst.BaseExpression | None) -> bool:
    """Whether an expression makes a list or dict that nothing else knows: [], {}, [None] * 5, list(x), [f(y)]."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.Multiply, cst.Add)):
        return fresh_container(node.left) or fresh_container(node.right)
    if isinstance(node, cst.Call):
        return code_of(node.func).rsplit(".", 1)[-1] in ("list", "dict", "OrderedDict")
    return isinstance(node, (cst.List, cst.Dict, cst.ListComp, cst.DictComp))


def handed_on(node: cst.BaseExpression | None) -> set[str]:
    """The names that an expression may give as they are, alone or inside of what it makes: a, (a, b), a or b."""
    if isinstance(node, cst.Name):
        return {node.value}
    parts: list[cst.BaseExpression] = []
    if isinstance(node, (cst.Tuple, cst.List)):
        parts = [element.value for element in node.elements]
    elif isinstance(node, cst.Dict):
        parts = [element.value for element in node.elements]
    elif isinstance(node, cst.IfExp):
        parts = [node.body, node.orelse]
    elif isinstance(node, cst.BooleanOperation):
        parts = [node.left, node.right]
    elif isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Multiply):
        parts = [node.left, node.right]
    return {name for part in parts for name in handed_on(part)}


def gives_back(function: cst.FunctionDef) -> bool:
    """Whether a function may return something that it was given, as it is."""
    finder = _HandsOn()
    function.body.visit(finder)
    given = {param.name.value for param in [*function.params.params, *function.params.kwonly_params]}
    for _ in finder.assigned:
        given |= {name for name, names in finder.assigned if names & given}
    return bool(finder.returned & given)


class _HandsOn(cst.CSTVisitor):
    """The names that a function returns as they are, and those that it gives other names."""

    def __init__(self) -> None:
        super().__init__()
        self.returned: set[str] = set()
        self.assigned: list[tuple[str, set[str]]] = []

    def visit_Return(self, node: cst.Return) -> None:
        self.returned |= handed_on(node.value)

    def visit_Assign(self, node: cst.Assign) -> None:
        self.assigned += [(name, handed_on(node.value)) for t in node.targets for name in names_in(t.target)]


def filling_loop(name: str, following: Statements) -> tuple[int, cst.For] | None:
    """The place of the loop that fills the list: the first of the statements that mentions it."""
    for position, statement in enumerate(following):
        if name in names_read(statement):
            return (position, statement) if isinstance(statement, cst.For) else None
    return None


def comprehension(name: str, loop: cst.For) -> cst.SimpleStatementLine | None:
    """`name = [... for ...]` for a loop that makes one thing and appends it; None for any other loop."""
    if loop.orelse is not None or loop.asynchronous is not None or not isinstance(loop.body, cst.IndentedBlock):
        return None
    known: dict[str, cst.BaseExpression] = {}
    lines = list(loop.body.body)
    for position, line in enumerate(lines):
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            return None
        small = line.body[0]
        if isinstance(small, cst.Assign) and len(small.targets) == 1:
            target = small.targets[0].target
            if not isinstance(target, cst.Name) or target.value == name:
                return None
            known[target.value] = _filled(small.value, known)
            continue
        made = _appended(name, small)
        if made is None or position + 1 != len(lines):
            return None
        target = loop.target
        space = cst.SimpleWhitespace(" ")
        element = _filled(made, known)
        clause = cst.CompFor(target.with_changes(lpar=[], rpar=[]), loop.iter, whitespace_before=space)
        return assign(name, cst.ListComp(element, clause))
    return None


def _appended(name: str, small: cst.BaseSmallStatement) -> cst.BaseExpression | None:
    """What `name.append(made)` appends."""
    if not isinstance(small, cst.Expr) or not isinstance(small.value, cst.Call):
        return None
    function, args = small.value.func, small.value.args
    if not isinstance(function, cst.Attribute) or not isinstance(function.value, cst.Name):
        return None
    if function.value.value != name or function.attr.value != "append" or len(args) != 1 or args[0].star:
        return None
    return args[0].value


def _filled(node: cst.BaseExpression, known: dict[str, cst.BaseExpression]) -> cst.BaseExpression:
    filled = node.visit(_Fill(known))
    assert isinstance(filled, cst.BaseExpression)
    return filled


class _Fill(cst.CSTTransformer):
    """Puts what the loop's own names stand for in their place."""

    def __init__(self, known: dict[str, cst.BaseExpression]) -> None:
        super().__init__()
        self.known = known

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        return isinstance(node.value, (cst.Name, cst.Attribute, cst.Call))

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        return updated_node.with_changes(keyword=original_node.keyword)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.known.get(updated_node.value, updated_node)
