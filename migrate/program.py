"""The files of one program: a file and the local modules it imports, read as one. Pure functions of texts.

A TF1 graph and TF2 code cannot share a process half and half, so a program migrates whole or not at all. The
codemod reads one file at a time for now: a program that uses TensorFlow in more than one file is refused,
every file of it.
"""

from __future__ import annotations

import ast
import os
import warnings
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from migrate.modules.order import programs
from migrate.plan import Migrated, Refusal, Refused, Unchanged

_MULTI_FILE_ADVICE = "Put the TensorFlow code of the program into one file, or migrate it by hand."


@dataclass(frozen=True)
class ImportedName:
    """A module that an import may load: `parts` below the folder `level - 1` steps up (0: any root)."""

    line: int
    level: int
    parts: tuple[str, ...]


def imported_names(source: str) -> tuple[ImportedName, ...]:
    """Every module that the imports of `source` may load, in source order; none if it does not parse."""
    tree = _parse(source)
    if tree is None:
        return ()
    found: list[ImportedName] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [ImportedName(node.lineno, 0, tuple(alias.name.split("."))) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = tuple(node.module.split(".")) if node.module else ()
            if parts:
                found.append(ImportedName(node.lineno, node.level, parts))
            found += [ImportedName(node.lineno, node.level, (*parts, a.name)) for a in node.names]
    return tuple(sorted(found, key=lambda name: name.line))


def uses_tensorflow(source: str) -> bool:
    """Whether the text imports TensorFlow; a text that does not parse does if it mentions it."""
    if "tensorflow" not in source:
        return False
    tree = _parse(source)
    if tree is None:
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(_is_tensorflow(alias.name) for alias in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and not node.level and _is_tensorflow(node.module or ""):
            return True
    return False


def _is_tensorflow(module: str) -> bool:
    return module.split(".")[0].startswith("tensorflow")


def _parse(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def candidates(name: ImportedName, folder: Path) -> list[Path]:
    """The files that importing `name` below `folder` would execute, packages first; they need not exist."""
    for _ in range(name.level - 1):
        folder = folder.parent
    paths = []
    for part in name.parts:
        folder = folder / part
        paths += [folder / "__init__.py", folder.with_name(part + ".py")]
    return paths


def resolve(path: Path, name: ImportedName, known: Collection[Path]) -> list[Path]:
    """The known files that `name`, imported in the file `path`, executes.

    An absolute import is looked for beside the file and then in the folders above it, down from the nearest:
    the script that Python was started with may stand in any of them.
    """
    top = _common_folder(known)
    folder = path.parent
    while True:
        found = [
            candidate for candidate in candidates(name, folder) if candidate in known and candidate != path
        ]
        if found or name.level or folder == top or folder == folder.parent:
            return found
        folder = folder.parent


def _common_folder(paths: Iterable[Path]) -> Path:
    folders = [str(path.parent) for path in paths]
    return Path(os.path.commonpath(folders)) if folders else Path()


def local_imports(sources: Mapping[Path, str]) -> dict[Path, dict[Path, int]]:
    """For each file the files of `sources` it imports directly, with the line of the first import of each."""
    known = frozenset(sources)
    graph: dict[Path, dict[Path, int]] = {}
    for path, source in sources.items():
        edges: dict[Path, int] = {}
        for name in imported_names(source):
            for target in resolve(path, name, known):
                edges.setdefault(target, name.line)
        graph[path] = edges
    return graph


def program_of(path: Path, graph: Mapping[Path, Mapping[Path, int]]) -> frozenset[Path]:
    """The file itself and every file it imports, directly or not."""
    seen = {path}
    waiting = [path]
    while waiting:
        for target in graph.get(waiting.pop(), {}):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return frozenset(seen)


def together(sources: Mapping[Path, str], given: Collection[Path]) -> list[list[Path]]:
    """The programs of several files that can be read as one: each with what is imported first.

    A file belongs to a program if it uses TensorFlow or imports one that does. Programs that need a file that is not
    `given` are left out.
    """
    graph = local_imports(sources)
    tensorflow = {path for path, source in sources.items() if uses_tensorflow(source)}
    files = {path for path in sources if path in tensorflow or program_of(path, graph) & tensorflow}
    among = {path: {t: line for t, line in graph.get(path, {}).items() if t in files} for path in files}
    return [group for group in programs(files, among) if len(group) > 1 and set(group) <= set(given)]


def refuse_split_programs(
    sources: Mapping[Path, str], outcomes: Mapping[Path, Migrated | Unchanged | Refused]
) -> dict[Path, Refusal]:
    """The [multi-file] refusal of each file with TF1 code whose program uses TensorFlow elsewhere too.

    Args:
        sources: absolute path → text, of the files to migrate and of the local modules around them.
        outcomes: what the codemod says of the files to migrate.

    A file with TF1 code that another local file imports is refused as well, whatever that file holds: the
    names it takes (`model.loss`, `train()`) would no longer be what they were.
    """
    legacy = [path for path, outcome in outcomes.items() if isinstance(outcome, Migrated | Refused)]
    if not legacy:
        return {}
    graph = local_imports(sources)
    tensorflow_files = {path for path, source in sources.items() if uses_tensorflow(source)} | set(legacy)
    refusals: dict[Path, Refusal] = {}
    for path in legacy:
        for target, line in sorted(graph.get(path, {}).items(), key=lambda item: (item[1], item[0])):
            others = sorted((program_of(target, graph) & tensorflow_files) - {path})
            if others:
                where = _relative(others[0], path)
                reason = f"the program has TensorFlow code in another file too ({where}, imported here)."
                refusals[path] = Refusal(line, "multi-file", reason, _MULTI_FILE_ADVICE)
                break
        else:
            importers = sorted((other, edges[path]) for other, edges in graph.items() if path in edges)
            if importers:
                other, line = importers[0]
                where = f"{_relative(other, path)}, line {line}"
                reason = f"the program is more than this file: {where}, imports it."
                refusals[path] = Refusal(1, "multi-file", reason, _MULTI_FILE_ADVICE)
    return refusals


def _relative(path: Path, to: Path) -> str:
    return Path(os.path.relpath(path, to.parent)).as_posix()
