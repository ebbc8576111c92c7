"""The --out tree: where each file goes, and what must not be asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from migrate.discovery import Found, UsageError


def check_out(out: Path, paths: Sequence[str]) -> None:
    """Raises UsageError when writing into `out` could overwrite what is being migrated."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out}: exists and is not a folder")
    real = Path(os.path.realpath(out))
    for text in paths:
        source = Path(os.path.realpath(text))
        if source == real or (source.is_file() and source.parent == real):
            raise UsageError(f"--out {out}: is where {text} is; leave --out away to migrate in place")
        if source.is_dir() and real in source.parents:
            raise UsageError(f"--out {out}: contains {text}; choose a folder beside it")


def check_collisions(files: Iterable[Found]) -> None:
    """Raises UsageError when two files would become the same file below --out."""
    owners: dict[Path, Path] = {}
    for file in files:
        first = owners.setdefault(file.relative, file.path)
        if first != file.path:
            raise UsageError(f"--out: {first} and {file.path} would both be written to {file.relative}")


def link_target(points_to: Path, out: Path, path: Path) -> Path:
    """What a link at `path` below `out` says: relative for a file of the tree, absolute for anything else."""
    return points_to if points_to.is_absolute() else Path(os.path.relpath(out / points_to, path.parent))
