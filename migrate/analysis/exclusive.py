"""Functions of which only one runs: if mode == 'train': train() else: test(); or the main functions of two scripts."""

from __future__ import annotations

import libcst as cst

from migrate.analysis.scope import code_of
from migrate.modules.marks import marked_file

Branches = dict[object, str]  # conditions around a place, and in which branch of each it is
_MAIN = "__main__"  # one file is the script that runs


def exclusive(module: cst.Module, one: str, other: str) -> bool:
    """Whether no run of the program calls both functions: all calls are in different branches of one condition."""
    first, second = _places(module, one, ()), _places(module, other, ())
    if one == other or first is None or second is None:
        return False
    return all(any(a.get(test, branch) != branch for test, branch in b.items()) for a in first for b in second)


def _places(module: cst.Module, name: str, asked: tuple[str, ...]) -> list[Branches] | None:
    """The branches around each mention of a function, through the functions that mention it; None if it is circular."""
    if name in asked:
        return None
    finder = _Mentions(name)
    module.visit(finder)
    places: list[Branches] = []
    for around, branches in finder.found:
        if around is None:
            places.append(branches)
            continue
        outer = _places(module, around, (*asked, name))
        if outer is None:
            return None
        places += [{**place, **branches} for place in outer]
    return places


class _Mentions(cst.CSTVisitor):
    """Where a name is mentioned: the function around it, and the branches inside of that."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.found: list[tuple[str | None, Branches]] = []
        self.functions: list[cst.FunctionDef] = []
        self.branches: list[tuple[object, str]] = []
        self.file = 0

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self.functions.append(node)
        outer, self.branches = self.branches, []
        node.body.visit(self)
        self.branches = outer
        self.functions.pop()
        return False

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        number = marked_file(node)
        self.file = self.file if number is None else number

    def visit_If(self, node: cst.If) -> bool:
        node.test.visit(self)
        before = list(self.branches)
        if "__name__" in code_of(node.test):
            self.branches.append((_MAIN, str(self.file)))
        for branch, part in (("body", node.body), ("orelse", node.orelse)):
            if part is not None:
                self.branches.append((node, branch))
                part.visit(self)
                self.branches.pop()
        self.branches = before
        return False

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        if node.value == self.name:
            around = self.functions[0].name.value if self.functions else None
            self.found.append((around, dict(self.branches)))
