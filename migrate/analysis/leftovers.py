"""What must not be left over in the new program and cannot be told from plain Python by its text alone."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from migrate.analysis import values
from migrate.analysis.program import Program
from migrate.analysis.scope import Refuse, code_of, names_in


def check_state_parts(program: Program, statements: Iterable[cst.BaseStatement]) -> None:
    """No `.c` and `.h` of fetched states: they are plain tuples now, and the analysis has not seen this one.

    Raises Refuse for a program that fetches the state of an LSTM and still reads an attribute of one of these names.
    """
    if not any(_gives_state(leaf.value) for site in program.sites for leaf in site.fetch.leaves()):
        return
    left = _Parts()
    for statement in statements:
        statement.visit(left)
    if not left.found:
        return
    known = _Parts()
    program.module.visit(known)
    text = next(iter(left.found))
    raise Refuse(
        known.found.get(text),
        "state-attribute",
        f"{text} may be a part of a state that was fetched, which is a plain tuple (c, h) in the new program",
        "Write state[0] for state.c and state[1] for state.h.",
    )


def check_modules(program: Program, statements: Iterable[cst.BaseStatement]) -> None:
    """The names of the modules that the new program uses stand for these modules.

    Raises Refuse for a program in which `keras`, `tf` or `np` is a name of its own.
    """
    used = _Bases()
    for statement in statements:
        statement.visit(used)
    binder = _Binder(used.names & {"keras", "np", "tf"})
    program.module.visit(binder)
    for name, node in sorted(binder.found.items()):
        raise Refuse(
            node,
            "name-versions",
            f"{name} is a name of the program and of a module that the new program uses",
            "Give it another name.",
        )


def check_writers(program: Program, statements: Iterable[cst.BaseStatement]) -> None:
    """No add_summary of a FileWriter is left.

    Raises Refuse for a program in which a function is handed a writer and the analysis has not seen it.
    """
    if not any(isinstance(leaf.value, values.Summary) for site in program.sites for leaf in site.fetch.leaves()):
        return
    left = _Writes()
    for statement in statements:
        statement.visit(left)
    if left.found and not left.defined:
        known = _Writes()
        program.module.visit(known)
        text = next(iter(left.found))
        reason = f"the analysis cannot see which writer {text} is of"
        raise Refuse(known.found.get(text), "summary", reason, "Use the name that the FileWriter is assigned to.")


class _Writes(cst.CSTVisitor):
    """Attributes add_summary, by their text, and whether a function of the program has that name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, cst.Attribute] = {}
        self.defined = False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value == "add_summary":
            self.found.setdefault(code_of(node), node)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.defined = self.defined or node.name.value == "add_summary"


class _Bases(cst.CSTVisitor):
    """The names that attributes are taken of."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if isinstance(node.value, cst.Name):
            self.names.add(node.value.value)


class _Binder(cst.CSTVisitor):
    """Where a module's name is bound to anything else, at module level."""

    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self.names = names
        self.found: dict[str, cst.CSTNode] = {}

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        if node.name.value in self.names:
            self.found.setdefault(node.name.value, node)
        return False

    def visit_Assign(self, node: cst.Assign) -> None:
        made = code_of(node.value)
        for target in node.targets:
            for name in names_in(target.target):
                if name in self.names and made != "None" and not made.endswith("." + name):
                    self.found.setdefault(name, node)

    def visit_For(self, node: cst.For) -> None:
        for name in names_in(node.target):
            if name in self.names:
                self.found.setdefault(name, node)


def _gives_state(value: values.Value) -> bool:
    if not isinstance(value, values.State):
        return False
    cell = value.cell
    if isinstance(cell, values.LiveCell):
        return cell.kind != "one"
    cells = (cell,) if isinstance(cell, values.Cell) else cell.cells or (cell.one,)
    return any(inner.spec.kind == "lstm" for inner in cells)


class _Parts(cst.CSTVisitor):
    """Attributes c and h, by their text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, cst.Attribute] = {}

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value in ("c", "h"):
            self.found.setdefault(code_of(node), node)
