"""The files of a program again, from the statements of the module they were read as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from migrate.analysis.scope import parse
from migrate.modules.marks import TIE, marked_file, marked_import, untagged, without_tags
from migrate.modules.merge import File, Merged

Statements = list[cst.BaseStatement]


def parted(merged: Merged, statements: Sequence[cst.BaseStatement]) -> dict[int, Statements]:
    """The statements of each file, by its number, with the names that the file has for them."""
    bodies: dict[int, Statements] = {file.number: [] for file in merged.files}
    current = 0
    for statement in statements:
        number = marked_file(statement)
        if number is not None:
            current = number
            continue
        bodies[current].append(statement)
    for body in bodies.values():
        if body and hasattr(body[0], "leading_lines") and len(merged.files) > 1:
            lines = list(body[0].leading_lines)
            while lines and lines[0].comment is None:
                lines.pop(0)
            body[0] = body[0].with_changes(leading_lines=lines)
    bound = {name for body in bodies.values() for name in _bound(body)}
    return {
        file.number: [
            part
            for statement in bodies[file.number]
            for part in _shown(merged, file, statement, bound)
        ]
        for file in merged.files
    }


def _bound(body: Statements) -> set[str]:
    """Names that statements of a module bind."""
    from migrate.analysis.compounds import assigned_names

    names: set[str] = set()
    for statement in body:
        names.update(assigned_names(statement))
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            names.add(statement.name.value)
        if isinstance(statement, cst.SimpleStatementLine):
            for small in statement.body:
                if isinstance(small, (cst.Import, cst.ImportFrom)) and not isinstance(small.names, cst.ImportStar):
                    names.update(alias.evaluated_alias or alias.evaluated_name for alias in small.names)
    return names


def _shown(merged: Merged, file: File, statement: cst.BaseStatement, bound: set[str]) -> Statements:
    number = marked_import(statement)
    if number is not None:
        original = _kept_import(file, merged.imports[number][1], bound)
        lines = list(getattr(statement, "leading_lines", []))
        if original is None:
            return []
        return [original.with_changes(leading_lines=lines or original.leading_lines)]
    changed = statement.visit(_Shown(file.taken))
    assert isinstance(changed, cst.BaseStatement)
    return [changed]


def _kept_import(file: File, statement: cst.SimpleStatementLine, bound: set[str]) -> cst.SimpleStatementLine | None:
    """The import without names that are no more."""
    small = statement.body[0]
    if not isinstance(small, cst.ImportFrom) or isinstance(small.names, cst.ImportStar):
        return statement
    names = {here: name for name, here in file.taken.items()}
    kept = [
        alias
        for alias in small.names
        if names.get(alias.evaluated_alias or alias.evaluated_name, "") in bound
        or (alias.evaluated_alias or alias.evaluated_name) not in names
    ]
    if not kept:
        return None
    if len(kept) == len(small.names):
        return statement
    kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return statement.with_changes(body=[small.with_changes(names=kept)])


class _Shown(cst.CSTTransformer):
    """Names as the file writes them."""

    def __init__(self, taken: Mapping[str, str]) -> None:
        super().__init__()
        self.taken = taken

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.BaseExpression:
        here = self.taken.get(updated.value)
        if here is not None and here != updated.value:
            expression = parse(here)
            return expression.with_changes(lpar=updated.lpar, rpar=updated.rpar)
        return updated.with_changes(value=untagged(updated.value)) if TIE in updated.value else updated

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        return updated.with_changes(attr=_untag(original.attr))

    def leave_Param(self, original: cst.Param, updated: cst.Param) -> cst.Param:
        return updated.with_changes(name=_untag(original.name))

    def leave_Arg(self, original: cst.Arg, updated: cst.Arg) -> cst.Arg:
        return updated.with_changes(keyword=_untag(original.keyword) if original.keyword is not None else None)

    def leave_SimpleString(self, original: cst.SimpleString, updated: cst.SimpleString) -> cst.SimpleString:
        return updated.with_changes(value=without_tags(updated.value)) if TIE in updated.value else updated

    def leave_ImportAlias(self, original: cst.ImportAlias, updated: cst.ImportAlias) -> cst.ImportAlias:
        alias = original.asname
        if alias is None or not isinstance(alias.name, cst.Name) or TIE not in alias.name.value:
            return original
        name = untagged(alias.name.value)
        plain = isinstance(original.name, cst.Name) and original.name.value == name
        spaced = cst.AsName(cst.Name(name))
        return original.with_changes(asname=None if plain else spaced)


def _untag(name: cst.Name) -> cst.Name:
    return name.with_changes(value=untagged(name.value)) if TIE in name.value else name

