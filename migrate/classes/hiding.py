"""A method that assigns an attribute of its own name hides itself: def init_op(self): self.init_op = ...

Whoever calls it means the method, whoever only names it the attribute. The method gets a name of its own.
"""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from migrate.classes.positions import Placed, Positions


def without_hidden_methods(node: cst.ClassDef, outside: Collection[str], positions: Positions) -> cst.ClassDef:
    """The class with other names for methods that hide themselves, where they are defined and called.

    outside: names of methods that are called outside the class; those stay.
    """
    methods = [item for item in node.body.body if isinstance(item, cst.FunctionDef)]
    taken = {method.name.value for method in methods}
    renamed = {}
    for method in methods:
        name = method.name.value
        if name not in outside and _hides_itself(method) and not method.decorators:
            new = next(n for n in (f"build_{name}", f"make_{name}", f"define_{name}") if n not in taken)
            renamed[name] = new
    if not renamed:
        return node
    changed = node.visit(_Renamed(renamed, positions))
    assert isinstance(changed, cst.ClassDef)
    return changed


def _hides_itself(method: cst.FunctionDef) -> bool:
    if not method.params.params:
        return False
    finder = _Stores(method.params.params[0].name.value, method.name.value)
    method.body.visit(finder)
    return finder.found


class _Stores(cst.CSTVisitor):
    def __init__(self, instance: str, name: str) -> None:
        super().__init__()
        self.instance, self.name, self.found = instance, name, False

    def visit_AssignTarget_target(self, node: cst.AssignTarget) -> None:
        for target in [node.target, *(e.value for e in getattr(node.target, "elements", []))]:
            if isinstance(target, cst.Attribute) and isinstance(target.value, cst.Name):
                self.found |= target.value.value == self.instance and target.attr.value == self.name


class _Renamed(Placed):
    def __init__(self, names: dict[str, str], positions: Positions) -> None:
        super().__init__(positions)
        self.names = names

    def leave_FunctionDef(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.FunctionDef:
        if original.name.value in self.names and _hides_itself(original):
            return updated.with_changes(name=cst.Name(self.names[original.name.value]))
        return updated

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.Call:
        function = updated.func
        if isinstance(function, cst.Attribute) and isinstance(function.value, cst.Name):
            if function.value.value == "self" and function.attr.value in self.names:
                renamed = function.with_changes(attr=cst.Name(self.names[function.attr.value]))
                return updated.with_changes(func=renamed)
        return updated
