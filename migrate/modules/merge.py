"""The files of one program as one module, for the analysis; `parted` in parts is the way back.

Files stand in the order in which Python would run them: what a file imports comes before it. Names that a file takes
from another become the other's own.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, MetadataWrapper, PositionProvider, Scope, ScopeProvider
from libcst.metadata.scope_provider import Assignment, GlobalScope

from migrate.analysis.scope import dotted
from migrate.classes.positions import Placed, Positions
from migrate.modules.marks import file_mark, import_mark, line_of, tagged
from migrate.program import ImportedName, resolve

Statements = list[cst.BaseStatement]


@dataclass
class File:
    """One file of the program."""

    path: Path
    text: str
    module: cst.Module
    number: int
    bound: set[str] = field(default_factory=set)  # names of the module
    taken: dict[str, str] = field(default_factory=dict)  # name in the merged module -> how this file writes it


@dataclass
class Merged:
    """The program as one module."""

    module: cst.Module
    positions: Positions
    files: list[File]
    imports: list[tuple[int, cst.SimpleStatementLine]]  # statements in whose place a mark stands, and their file


def alone(module: cst.Module, text: str) -> Merged:
    """A program of one file."""
    wrapper = MetadataWrapper(module)
    positions = dict(wrapper.resolve(PositionProvider))
    return Merged(wrapper.module, positions, [File(Path(), text, wrapper.module, 0)], [])


def merged(texts: Mapping[Path, str], order: Sequence[Path]) -> Merged:
    """Read the files as one module; `order` has what is imported first."""
    result = _merged(texts, order, set())
    aliased = {name for file in result.files for name, here in file.taken.items() if name != here}
    return _merged(texts, order, aliased) if aliased else result


def _merged(texts: Mapping[Path, str], order: Sequence[Path], aliased: set[str]) -> Merged:
    """aliased: names that some file writes otherwise, which must not be taken for local names there."""
    files: list[File] = []
    positions: dict[cst.CSTNode, Any] = {}
    imports: list[tuple[int, cst.SimpleStatementLine]] = []
    body: Statements = []
    by_path: dict[Path, File] = {}
    names: dict[tuple[Path, str], str] = {}  # (file, name) -> name in the merged module
    outside: dict[str, str] = {}  # name -> what import of something else bound it first
    for number, path in enumerate(order):
        wrapper = MetadataWrapper(cst.parse_module(texts[path]))
        file = File(path, texts[path], wrapper.module, number)
        _position(wrapper, number, positions)
        scopes = wrapper.resolve(ScopeProvider)
        top = next((scope for scope in scopes.values() if isinstance(scope, GlobalScope)), None)
        file.bound = {assignment.name for assignment in top.assignments} if top is not None else set()
        linker = _Linker(file, by_path, names)
        linked = linker.statements(list(wrapper.module.body), imports)  # type: ignore[arg-type]
        again = _repeated(linked, outside)
        renamed: dict[str, str] = {}
        for name in sorted(file.bound - set(linker.linked)):
            if name in again:
                continue
            clash = name in aliased or any(merged_name == name for merged_name in names.values()) or (
                number > 0 and hasattr(builtins, name) and name not in ("__file__", "__name__")
            )
            names[path, name] = renamed[name] = tagged(name, number) if clash else name
        renames = {**{name: new for name, new in renamed.items() if name != new}, **linker.linked}
        changed: Statements = []
        for statement in linked:
            if statement not in again.values():
                changed.append(statement)
            elif not _of_tensorflow(statement):
                assert isinstance(statement, cst.SimpleStatementLine)
                changed.append(import_mark(len(imports)))
                imports.append((number, statement))
        renamer = _Renamer(scopes, renames, linker.modules, positions)
        result = [statement.visit(renamer) for statement in changed]
        body += [file_mark(number), *result]  # type: ignore[list-item]
        file.taken.update(renamer.taken)
        files.append(file)
        by_path[path] = file
    first = files[0].module
    return Merged(first.with_changes(body=body, footer=[]), positions, files, imports)


def _position(wrapper: MetadataWrapper, number: int, positions: dict[cst.CSTNode, Any]) -> None:
    for node, place in wrapper.resolve(PositionProvider).items():
        assert isinstance(place, CodeRange)
        start = CodePosition(line_of(place.start.line, number), place.start.column)
        end = CodePosition(line_of(place.end.line, number), place.end.column)
        positions[node] = CodeRange(start, end)


def _repeated(statements: Statements, outside: dict[str, str]) -> dict[str, cst.BaseStatement]:
    """Imports from elsewhere that an earlier file has made already: name -> statement."""
    again: dict[str, cst.BaseStatement] = {}
    for statement in statements:
        if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
            continue
        small = statement.body[0]
        if not isinstance(small, (cst.Import, cst.ImportFrom)) or isinstance(small.names, cst.ImportStar):
            continue
        bound = {}
        for alias in small.names:
            module = dotted(small.module) or "" if isinstance(small, cst.ImportFrom) and small.module else ""
            name = alias.evaluated_alias or alias.evaluated_name.split(".")[0]
            bound[name] = f"{module}:{alias.evaluated_name}" if isinstance(small, cst.ImportFrom) else (
                alias.evaluated_name if alias.asname else f"{alias.evaluated_name}!"
            )
        if all(outside.get(name) == what for name, what in bound.items()):
            again.update(dict.fromkeys(bound, statement))
        else:
            for name, what in bound.items():
                outside.setdefault(name, what)
    return again


def _of_tensorflow(statement: cst.BaseStatement) -> bool:
    """Whether a statement imports TensorFlow: the new text says what it needs of it."""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    if isinstance(small, cst.ImportFrom):
        module = dotted(small.module) if small.module is not None else None
        return (module or "").split(".")[0] == "tensorflow"
    names = small.names if isinstance(small, cst.Import) else []
    return any(alias.evaluated_name.split(".")[0] == "tensorflow" for alias in names)


class _Linker:
    """What a file takes from the others."""

    def __init__(self, file: File, files: Mapping[Path, File], names: Mapping[tuple[Path, str], str]) -> None:
        self.file, self.files, self.names = file, files, names
        self.linked: dict[str, str] = {}  # name here -> name in the merged module
        self.modules: dict[str, dict[str, str]] = {}  # name of a module here -> its names in the merged module

    def statements(self, body: Statements, imports: list[tuple[int, cst.SimpleStatementLine]]) -> Statements:
        """The statements of the module, marks for imports of the program's own files."""
        result: Statements = []
        for statement in body:
            small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
            if isinstance(small, (cst.Import, cst.ImportFrom)) and self._link(small):
                assert isinstance(statement, cst.SimpleStatementLine)
                result.append(import_mark(len(imports)))
                imports.append((self.file.number, statement))
            else:
                result.append(statement)
        return result

    def _link(self, node: cst.Import | cst.ImportFrom) -> bool:
        if isinstance(node, cst.Import):
            return any([self._module(alias.evaluated_name, alias.evaluated_alias) for alias in node.names])
        level = len(node.relative)
        parts = tuple((dotted(node.module) or "").split(".")) if node.module is not None else ()
        target = self._target(level, parts) if parts else None
        if isinstance(node.names, cst.ImportStar):
            if target is None:
                return False
            for (path, name), merged_name in self.names.items():
                if path == target.path and not name.startswith("_") and name not in self.file.bound:
                    self._take(name, merged_name)
            return True
        found = False
        for alias in node.names:
            here = alias.evaluated_alias or alias.evaluated_name
            if target is not None and (target.path, alias.evaluated_name) in self.names:
                self._take(here, self.names[target.path, alias.evaluated_name])
                found = True
            else:
                submodule = self._target(level, (*parts, alias.evaluated_name))
                if submodule is not None:
                    self._names_of(here, submodule)
                    found = True
        return found or target is not None

    def _take(self, here: str, name: str) -> None:
        self.linked[here] = name
        self.file.taken[name] = here

    def _module(self, name: str, alias: str | None) -> bool:
        target = self._target(0, tuple(name.split(".")))
        if target is None:
            return False
        self._names_of(alias or name, target)
        return True

    def _names_of(self, here: str, target: File) -> None:
        known = {name: merged_name for (path, name), merged_name in self.names.items() if path == target.path}
        self.modules[here] = known

    def _target(self, level: int, parts: tuple[str, ...]) -> File | None:
        found = resolve(self.file.path, ImportedName(0, level, parts), list(self.files))
        wanted = [path for path in found if path.stem == parts[-1] or path.parent.name == parts[-1]]
        return self.files[wanted[-1]] if wanted else None


class _Renamer(Placed):
    """Names of the module as the merged one has them; module.name as that name."""

    def __init__(
        self,
        scopes: Mapping[cst.CSTNode, Scope | None],
        renames: Mapping[str, str],
        modules: Mapping[str, Mapping[str, str]],
        positions: Positions,
    ) -> None:
        super().__init__(positions)
        self.scopes, self.renames, self.modules = scopes, renames, modules
        self.taken: dict[str, str] = {}

    def _is_global(self, node: cst.CSTNode, name: str) -> bool:
        """Whether a name is the module's, and no local one."""
        scope = self.scopes.get(node)
        if scope is None:
            return True
        found = list(scope[name])
        return not found or any(
            isinstance(assignment, Assignment) and isinstance(assignment.scope, GlobalScope) for assignment in found
        )

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.BaseExpression:
        new = self.renames.get(original.value)
        if new is None or not self._is_global(original, original.value):
            return updated
        return updated.with_changes(value=new)

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.BaseExpression:
        path = dotted(original.value)
        names = self.modules.get(path) if path is not None else None
        if names is not None and original.attr.value in names and self._is_global(original, (path or "").split(".")[0]):
            name = names[original.attr.value]
            self.taken[name] = f"{path}.{original.attr.value}"
            return cst.Name(name, lpar=updated.lpar, rpar=updated.rpar)
        return updated.with_changes(attr=original.attr)

    def leave_Arg(self, original: cst.Arg, updated: cst.Arg) -> cst.Arg:
        return updated.with_changes(keyword=original.keyword)

    def leave_ImportAlias(self, original: cst.ImportAlias, updated: cst.ImportAlias) -> cst.ImportAlias:
        name = original.evaluated_alias or original.evaluated_name.split(".")[0]
        new = self.renames.get(name)
        alias = cst.AsName(cst.Name(new)) if new is not None else original.asname
        return original.with_changes(asname=alias)

    def visit_ImportAlias(self, node: cst.ImportAlias) -> bool:
        return False

    def leave_ImportFrom(self, original: cst.ImportFrom, updated: cst.ImportFrom) -> cst.ImportFrom:
        return updated.with_changes(module=original.module)
