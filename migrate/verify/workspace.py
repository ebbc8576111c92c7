"""Working copies of the user's folder: the proof runs programs, and programs write files."""

from __future__ import annotations

import os
import re
import shutil
import stat
from pathlib import Path

LEFT_OUT = {".git", ".hg", ".svn", "__pycache__", ".venv", "venv", "node_modules", ".tox", ".mypy_cache"}
PREFIX = "tf1rnn-verify-"  # of the folder that the copies stand in, which may lie in the program's own
MOST_BYTES = 300_000_000
MOST_FILES = 5_000


_UP = re.compile(rb"""["']\.\.(["'/\\])""")


def reaches_up(source: bytes) -> bool:
    """Whether a program names files beside the folder it stands in ("../data")."""
    return _UP.search(source) is not None


def copyable(folder: Path) -> bool:
    """Whether the folder is small enough to be copied for every run."""
    size = count = 0
    for path in _files(folder):
        size += path.stat().st_size
        count += 1
        if size > MOST_BYTES or count > MOST_FILES:
            return False
    return True


def _is_copied(folder: str) -> bool:
    return folder not in LEFT_OUT and not folder.startswith(PREFIX)


def _files(folder: Path) -> list[Path]:
    """Regular files, those behind symbolic links too; links to folders stay links, see `copy`."""
    found: list[Path] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if _is_copied(name)]
        for name in names:
            path = Path(parent, name)
            try:
                if stat.S_ISREG(path.stat().st_mode) and os.access(path, os.R_OK):
                    found.append(path)
            except OSError:  # a dangling link
                continue
        if len(found) > MOST_FILES:
            break
    return found


def copy(folder: Path, target: Path) -> None:
    """Copy the regular files and folders; a link to a folder becomes a link to what it points at."""
    target.mkdir(parents=True, exist_ok=True)
    for parent, folders, _ in os.walk(folder):
        folders[:] = [name for name in folders if _is_copied(name)]
        for name in folders:
            place = target / Path(parent, name).relative_to(folder)
            if Path(parent, name).is_symlink():
                place.symlink_to(Path(parent, name).resolve(), target_is_directory=True)
            else:
                place.mkdir(exist_ok=True)
    for path in _files(folder):
        place = target / path.relative_to(folder)
        shutil.copyfile(path, place)
        place.chmod(0o600 | (path.stat().st_mode & 0o111))
