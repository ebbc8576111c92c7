"""From the PATHs of the command line to the files to look at, in a fixed order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migrate.files import UnreadableInput, read_bytes
from migrate.plan import Refusal
from migrate.program import candidates, imported_names

_SKIPPED_FOLDERS = {"__pycache__", "site-packages", "node_modules"}
_PYTHON_SUFFIXES = {".py", ".pyw"}


class UsageError(Exception):
    """The command line makes no sense; the text says why."""


@dataclass(frozen=True)
class Found:
    """One file below a PATH."""

    path: Path  # as the user would write it
    relative: Path  # below the --out folder
    kind: str  # "python", "notebook", "data" or "link"
    points_to: Path | None = (
        None  # of a link: what to link to below the --out folder, as `relative` or absolute
    )

    @property
    def real(self) -> Path:
        return Path(os.path.realpath(self.path))


@dataclass(frozen=True)
class Tree:
    """Everything below the PATHs."""

    files: tuple[Found, ...]
    missing: tuple[tuple[str, Refusal], ...]  # PATHs that are not there, folders that cannot be listed


def discover(paths: Sequence[str], out: Path | None = None) -> Tree:
    """List the files below `paths`: sorted, each real file once, hidden folders and environments left out.

    Args:
        out: the --out folder, left out as well. Below it, one folder's contents stand directly; of several
        PATHs each
            keeps its own name.
    """
    found: list[Found] = []
    missing: list[tuple[str, Refusal]] = []
    skip = Path(os.path.realpath(out)) if out else None
    for text in dict.fromkeys(paths):
        path = Path(text)
        if path.is_dir():
            below = Path() if len(paths) == 1 else Path(path.resolve().name)
            found += _walk(path, below, skip, missing)
        elif path.is_file():
            kind = (
                "notebook" if path.suffix == ".ipynb" else "python"
            )  # a script named explicitly needs no suffix
            found.append(Found(path, Path(path.name), kind))
        else:
            reason = "not a file or folder." if os.path.lexists(path) else "no such file or folder."
            missing.append((text, Refusal(0, "no-such-file", reason)))
    return Tree(tuple(_once(found)), tuple(missing))


def _walk(root: Path, below: Path, skip: Path | None, missing: list[tuple[str, Refusal]]) -> list[Found]:
    def unlistable(error: OSError) -> None:
        missing.append((str(error.filename), Refusal(0, "unreadable", f"{error.strerror}.")))

    found = []
    for folder, folders, names in os.walk(root, onerror=unlistable):
        here = Path(folder)
        for name in folders:  # os.walk does not descend into them: there may be loops
            if (here / name).is_symlink() and not _skipped(here / name, skip):
                link = here / name
                found.append(
                    Found(link, below / link.relative_to(root), "link", Path(os.path.realpath(link)))
                )
        folders[:] = sorted(name for name in folders if not _skipped(here / name, skip))
        for name in sorted(names):
            path = here / name
            if path.is_file() and not (name.startswith(".") and path.suffix in _PYTHON_SUFFIXES):
                found.append(Found(path, below / path.relative_to(root), _kind(path)))
    return found


def _kind(path: Path) -> str:
    if path.suffix in _PYTHON_SUFFIXES:
        return "python"
    return "notebook" if path.suffix == ".ipynb" else "data"


def _skipped(folder: Path, skip: Path | None) -> bool:
    return (
        folder.name.startswith(".")
        or folder.name in _SKIPPED_FOLDERS
        or (folder / "pyvenv.cfg").exists()  # a virtual environment under any name
        or (skip is not None and Path(os.path.realpath(folder)) == skip)
    )


def _once(found: Iterable[Found]) -> list[Found]:
    """Each real Python file or notebook once, under its own name; other names for it become links."""
    files = [file for file in found if file.kind in ("python", "notebook")]
    chosen: dict[Path, Found] = {}
    for file in sorted(files, key=lambda file: (file.path.is_symlink(), file.path.parts)):
        chosen.setdefault(file.real, file)
    kept = [file for file in found if file.kind in ("data", "link")] + list(chosen.values())
    for file in files:
        first = chosen[file.real]
        if file.path.is_symlink() and file.relative != first.relative:
            kept.append(replace(file, kind="link", points_to=first.relative))
    return sorted(kept, key=lambda file: file.path.parts)


def surroundings(sources: dict[Path, str], named: Sequence[str]) -> dict[Path, str]:
    """The local modules around the files: what they import, and what imports a file that was named alone.

    Args:
        sources: real path → text of the files themselves.
        named: the PATHs of the command line.

    Returns: real path → text, without those of `sources`; files that cannot be read count as empty.
    """
    around: dict[Path, str] = {}
    waiting = list(sources.items())
    for text in named:
        path = Path(os.path.realpath(text))
        if path.is_file():
            waiting += [
                (sibling, around.setdefault(sibling, body)) for sibling, body in _importers(path, sources)
            ]
    while waiting:
        path, source = waiting.pop()
        for name in imported_names(source):
            for folder in [path.parent] if name.level else _package_roots(path):
                for target in candidates(name, folder):
                    if target not in sources and target not in around and target.is_file():
                        around[target] = _text(target)
                        waiting.append((target, around[target]))
    return around


def _importers(path: Path, sources: dict[Path, str]) -> list[tuple[Path, str]]:
    """The files beside `path` that mention its module name: only they can import it."""
    siblings = sorted(other for other in path.parent.glob("*.py") if other not in sources)
    texts = [(Path(os.path.realpath(other)), _text(other)) for other in siblings]
    return [(other, text) for other, text in texts if path.stem in text]


def _package_roots(path: Path) -> list[Path]:
    """The file's folder, and the folders above as long as they are inside a package."""
    roots = [path.parent]
    while (roots[-1] / "__init__.py").is_file() and roots[-1].parent != roots[-1]:
        roots.append(roots[-1].parent)
    return roots


def _text(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8", errors="replace")
    except UnreadableInput:
        return ""
