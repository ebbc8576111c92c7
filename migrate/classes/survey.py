"""What a class does with TensorFlow: which methods build the graph or run it, which attributes are of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.analysis.scope import names_in
from migrate.classes.marks import plain

RUNS = ("run", "eval")


def tensorflow_names(module: cst.Module) -> set[str]:
    """The names under which a module imports TensorFlow and parts of it."""
    finder = _Imports()
    module.visit(finder)
    return finder.names


class _Imports(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_Import(self, node: cst.Import) -> None:
        for alias in node.names:
            if _first(alias.name) == "tensorflow":
                self.names.add(alias.evaluated_alias or "tensorflow")

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        if node.module is None or _first(node.module) != "tensorflow" or isinstance(node.names, cst.ImportStar):
            return
        self.names.update(alias.evaluated_alias or alias.evaluated_name for alias in node.names)


def _first(node: cst.BaseExpression) -> str:
    while isinstance(node, cst.Attribute):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""


@dataclass
class Survey:
    """A class, its methods with attributes as names (self·x), by the method's own name."""

    methods: Mapping[str, cst.FunctionDef]
    tensorflow: set[str]
    graph_attributes: set[str] = field(default_factory=set)  # self·x that hold something of the graph
    building: set[str] = field(default_factory=set)
    running: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.running = {name for name, node in self.methods.items() if runs(node, self.tensorflow)}
        for name, node in self.methods.items():
            if name not in self.running and mentions(node.body, self.tensorflow):
                self.building.add(name)
        while self._spread():
            pass

    def _spread(self) -> bool:
        """One round: what is computed from the graph is of the graph, and who computes with it builds."""
        before = len(self.graph_attributes), len(self.building)
        for name, node in self.methods.items():
            seeds = self.tensorflow | self.graph_attributes | {f"self·{built}" for built in self.building}
            if name not in self.running:
                self.graph_attributes |= _tainted(node, seeds)
                if mentions(node.body, seeds):
                    self.building.add(name)
        return before != (len(self.graph_attributes), len(self.building))


def _tainted(node: cst.FunctionDef, seeds: set[str]) -> set[str]:
    """The attributes that a method assigns something of the graph to."""
    finder = _Assigned(set(seeds))
    size = -1
    while size != len(finder.names):
        size = len(finder.names)
        node.body.visit(finder)
    return {name for name in finder.names - seeds if name.startswith("self·")}


class _Assigned(cst.CSTVisitor):
    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self.names = names

    def visit_Assign(self, node: cst.Assign) -> None:
        if mentions(node.value, self.names):
            self.names.update(name for target in node.targets for name in names_in(target.target))


def mentions(node: cst.CSTNode, names: Iterable[str]) -> bool:
    """Whether code reads or assigns one of the names."""
    finder = _Mentions(set(names))
    node.visit(finder)
    return finder.found > 0


def count(node: cst.CSTNode, name: str) -> int:
    """How often code mentions a name."""
    finder = _Mentions({name})
    node.visit(finder)
    return finder.found


class _Mentions(cst.CSTVisitor):
    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self.names, self.found = names, 0

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.found += node.value in self.names


def runs(node: cst.FunctionDef, tensorflow: set[str]) -> bool:
    """Whether a function runs a graph, or saves or restores its variables."""
    finder = _Runs(tensorflow)
    node.body.visit(finder)
    return finder.found


class _Runs(cst.CSTVisitor):
    """Whether something is run, or variables restored to be run."""

    def __init__(self, tensorflow: set[str]) -> None:
        super().__init__()
        self.tensorflow, self.found = tensorflow, False

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in RUNS:
            self.found = self.found or _first(node.func.value) not in self.tensorflow
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "restore":
            self.found = True
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "save" and _given_a_session(node):
            self.found = True


def _given_a_session(node: cst.Call) -> bool:
    """saver.save(sess, path)"""
    given = node.args[0].value if node.args else None
    named = given.attr if isinstance(given, cst.Attribute) else given
    return isinstance(named, cst.Name) and plain(named.value) in ("sess", "session", "_sess", "_session")


def locals_of(node: cst.FunctionDef) -> set[str]:
    """The parameters and local names of a method, attributes left out."""
    parameters = [*node.params.params, *node.params.kwonly_params]
    names = {parameter.name.value for parameter in parameters} | set(assigned_names(node.body))
    return {name for name in names if "·" not in name}
