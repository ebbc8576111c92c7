"""Which names of a module hold an object of a graph class: their attributes become names (model.x: model·x)."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from migrate.analysis.scope import names_in
from migrate.classes.marks import attribute
from migrate.classes.positions import Placed, Positions


def instance_names(module: cst.Module, classes: set[str]) -> dict[str, str]:
    """Name -> class, of names that hold nothing else anywhere in the module."""
    functions = {
        item.name.value: item
        for item in module.body
        if isinstance(item, cst.FunctionDef) and item.name.value not in classes
    }
    finder = _Bindings(classes, functions)
    module.visit(finder)
    kinds = finder.kinds
    changed = True
    while changed:  # a name holds whatever the names hold that are given to it
        changed = False
        for name, source in finder.given:
            more = kinds.get(source, {None}) - kinds.setdefault(name, set())
            kinds[name] |= more
            changed = changed or bool(more)
    held = {name: next(iter(found)) for name, found in kinds.items() if len(found) == 1}
    return {name: kind for name, kind in held.items() if kind is not None}


class _Bindings(cst.CSTVisitor):
    """What each name is bound to: a class, None for anything else, or what another name holds."""

    def __init__(self, classes: set[str], functions: Mapping[str, cst.FunctionDef]) -> None:
        super().__init__()
        self.classes, self.functions = classes, functions
        self.kinds: dict[str, set[str | None]] = {}
        self.given: set[tuple[str, str]] = set()  # (name, what it is bound to)

    def _bind(self, name: str, value: cst.BaseExpression | None) -> None:
        if isinstance(value, cst.Name) and value.value not in ("None", "True", "False"):
            self.given.add((name, value.value))
        elif isinstance(value, cst.Call) and isinstance(value.func, cst.Name) and value.func.value in self.classes:
            self.kinds.setdefault(name, set()).add(value.func.value)
        else:
            self.kinds.setdefault(name, set()).add(None)

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            whole = isinstance(target.target, cst.Name)
            for name in names_in(target.target):
                self._bind(name, node.value if whole else None)

    def visit_For(self, node: cst.For) -> None:
        for name in names_in(node.target):
            self._bind(name, None)

    def visit_AsName(self, node: cst.AsName) -> None:
        if isinstance(node.name, cst.Name):
            self._bind(node.name.value, None)

    def visit_Call(self, node: cst.Call) -> None:
        function = self.functions.get(node.func.value) if isinstance(node.func, cst.Name) else None
        if function is None:
            return
        parameters = [parameter.name.value for parameter in function.params.params]
        for position, arg in enumerate(node.args):
            name = arg.keyword.value if arg.keyword else parameters[position] if position < len(parameters) else ""
            if name in parameters:
                self._bind(name, arg.value)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        known = self.functions.get(node.name.value) is node
        for parameter in [*node.params.params, *node.params.kwonly_params]:
            if not known or parameter.default is not None:
                self._bind(parameter.name.value, parameter.default)

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        return False


def attributes_as_names(module: cst.Module, names: Mapping[str, Mapping[str, str]], positions: Positions) -> cst.Module:
    """The module with model.x as model·x for each of the names; a property of its class stands for what it gives."""
    changed = module.visit(_Attributes(names, positions))
    assert isinstance(changed, cst.Module)
    return changed


class _Attributes(Placed):
    def __init__(self, names: Mapping[str, Mapping[str, str]], positions: Positions) -> None:
        super().__init__(positions)
        self.names = names

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.BaseExpression:
        if isinstance(original.value, cst.Name) and original.value.value in self.names:
            given = self.names[original.value.value].get(original.attr.value, original.attr.value)
            return cst.Name(attribute(original.value.value, given), lpar=updated.lpar, rpar=updated.rpar)
        return updated
