"""From the names of the analysis back to those a program shows: self·x is self.x where it lives on the object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.analysis.finders import names_read
from migrate.analysis.scope import names_in
from migrate.classes.marks import DOT, LOCAL, SELF, attribute, base_of, is_attribute, plain, tail
from migrate.modules.marks import without_tags


def own_names(node: cst.FunctionDef) -> set[str]:
    """What is local to a function: its parameters and what it assigns."""
    parameters = {param.name.value for param in [*node.params.params, *node.params.kwonly_params]}
    return (parameters | set(assigned_names(node.body))) - _global_names(node)


def _global_names(node: cst.FunctionDef) -> set[str]:
    finder = _Globals()
    node.body.visit(finder)
    return finder.names


class _Globals(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_Global(self, node: cst.Global) -> None:
        self.names.update(item.name.value for item in node.names)


def shown(node: cst.CSTNode, local: Iterable[str], attributes: Mapping[str, str]) -> dict[str, str]:
    """The name that each local name is shown by; no two by one.

    attributes: names that become attributes of the object, which take no local name.
    """
    result: dict[str, str] = {}
    mentioned = names_read(node)
    taken = {name for name in mentioned if DOT not in name and name not in attributes}
    own = sorted(set(local), key=lambda name: (not is_attribute(name), name))
    taken -= {name for name in own if DOT not in name}
    for name in own:
        short, number = plain(name), 2
        while short in taken:
            short, number = f"{plain(name)}_{number}", number + 1
        taken.add(short)
        result[name] = short
    return result


class Shown(cst.CSTTransformer):
    """Writes code with the names a program shows.

    local: names of the function at work, and how they are shown. attributes: names of the closure that live on the
    object, and the attribute's name.
    """

    def __init__(self, local: Mapping[str, str], attributes: Mapping[str, str]) -> None:
        super().__init__()
        self.local, self.attributes = local, attributes
        self.shadows: list[dict[str, str]] = []  # names of the scopes inside, and how they are shown

    # ---- scopes inside

    def _inside(self, node: cst.CSTNode, names: Iterable[str]) -> None:
        """A scope inside: what it binds shows its plain name, unless it also reads another thing of that name."""
        shadows = {}
        read = names_read(node)
        for name in sorted(names):
            short, number = name if is_attribute(name) else plain(name), 2
            while short != name and short in read:
                short, number = f"{plain(name)}_{number}", number + 1
            read.add(short)
            shadows[name] = short
        self.shadows.append(shadows)

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self._inside(node, {param.name.value for param in node.params.params})

    def leave_Lambda(self, original: cst.Lambda, updated: cst.Lambda) -> cst.BaseExpression:
        self.shadows.pop()
        return updated

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._inside(node, {name for name in own_names(node) if DOT not in name})

    def leave_FunctionDef(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.BaseStatement:
        self.shadows.pop()
        return updated

    def _enter(self, node: cst.BaseComp) -> None:
        names: set[str] = set()
        clause: cst.CompFor | None = node.for_in
        while clause is not None:
            names |= set(names_in(clause.target))
            clause = clause.inner_for_in
        self._inside(node, names)

    def visit_ListComp(self, node: cst.ListComp) -> None:
        self._enter(node)

    def visit_SetComp(self, node: cst.SetComp) -> None:
        self._enter(node)

    def visit_DictComp(self, node: cst.DictComp) -> None:
        self._enter(node)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> None:
        self._enter(node)

    def leave_ListComp(self, original: cst.ListComp, updated: cst.ListComp) -> cst.BaseExpression:
        self.shadows.pop()
        return updated

    def leave_SetComp(self, original: cst.SetComp, updated: cst.SetComp) -> cst.BaseExpression:
        self.shadows.pop()
        return updated

    def leave_DictComp(self, original: cst.DictComp, updated: cst.DictComp) -> cst.BaseExpression:
        self.shadows.pop()
        return updated

    def leave_GeneratorExp(self, original: cst.GeneratorExp, updated: cst.GeneratorExp) -> cst.BaseExpression:
        self.shadows.pop()
        return updated

    # ---- names

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.BaseExpression:
        name = updated.value
        for names in reversed(self.shadows):
            if name in names:
                return updated.with_changes(value=names[name])
        if name in self.local:
            return updated.with_changes(value=self.local[name])
        if name in self.attributes:
            return _attribute(updated, SELF, self.attributes[name])
        if is_attribute(name):
            return _attribute(updated, base_of(name), tail(name))
        return updated.with_changes(value=plain(name)) if DOT in name else updated

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        return updated.with_changes(attr=original.attr)

    def leave_Arg(self, original: cst.Arg, updated: cst.Arg) -> cst.Arg:
        keyword = original.keyword
        return updated.with_changes(keyword=keyword.with_changes(value=plain(keyword.value)) if keyword else None)

    def leave_Param(self, original: cst.Param, updated: cst.Param) -> cst.Param:
        name = original.name.value
        inside = next((names[name] for names in reversed(self.shadows) if name in names), plain(name))
        return updated.with_changes(name=original.name.with_changes(value=inside))

    def leave_SimpleString(self, original: cst.SimpleString, updated: cst.SimpleString) -> cst.SimpleString:
        if DOT not in updated.value:
            return updated
        inner = updated.value[1:-1]
        return updated.with_changes(value=f'"{plain(inner)}"') if is_attribute(inner) else updated

    def leave_Global(
        self, original: cst.Global, updated: cst.Global
    ) -> cst.BaseSmallStatement | cst.RemovalSentinel:
        kept = [item for item in original.names if not is_attribute(item.name.value)]
        if not kept:
            return cst.RemoveFromParent()
        return original.with_changes(names=[*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])


class Outside(cst.CSTTransformer):
    """Local names of constructors, called from outside, by the attributes that hold them now.

    attributes: by class, name of the closure and attribute. objects: name of an object and its class.
    """

    def __init__(self, attributes: Mapping[str, Mapping[str, str]], objects: Mapping[str, str]) -> None:
        super().__init__()
        self.attributes, self.objects = attributes, objects

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.Name:
        if not updated.value.endswith(LOCAL):
            return updated
        base = base_of(updated.value)
        name = updated.value.removeprefix(attribute(base, "")).removesuffix(LOCAL)
        kept = self.attributes.get(self.objects.get(base, ""), {})
        return updated.with_changes(value=attribute(base, kept.get(name, plain(name))))


def _attribute(node: cst.Name, base: str, name: str) -> cst.Attribute:
    return cst.Attribute(cst.Name(base), cst.Name(name), lpar=node.lpar, rpar=node.rpar)


def shown_text(text: str) -> str:
    """A message that mentions names of the analysis."""
    return without_tags(text.replace(DOT, "."))
