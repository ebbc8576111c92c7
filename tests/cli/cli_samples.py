"""Sample files, a stand-in for the codemod, and what the tests of the command line share."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrate.plan import Migrated, Note, Outcome, Refusal, Refused, Unchanged

LEGACY = '"""Docstring."""\nimport tensorflow as tf\n\nx = tf.placeholder(tf.float32)  # comment\nprint(x)\n'
MIGRATED = LEGACY.replace("tf.placeholder(tf.float32)", "new(tf.float32)")
NATIVE = "import tensorflow as tf\n\nprint(tf.constant(1))\n"
PLAIN = "print('hello')\n"
REFUSED = "import tensorflow as tf\n\ny = 1\nx = tf.unsupported()\n"


def stand_in(source: str, filename: str = "<string>") -> Outcome:
    """Renames `tf.placeholder`, refuses `tf.unsupported`, fails on `tf.crash`."""
    lines = source.split("\n")
    if "tf.crash" in source:
        raise IndexError("list index out of range")
    for number, line in enumerate(lines, 1):
        if "tf.unsupported" in line:
            return Refused((Refusal(number, "unsupported", "this is not carried over.", "Remove it."),))
    if "tf.placeholder" in source:
        return Migrated(source.replace("tf.placeholder", "new"), notes=(Note(4, "look here"),))
    return Unchanged("already TF2")


@dataclass
class Ran:
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


def git(folder: Path, *arguments: str) -> None:
    identity: Sequence[str] = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit_all(folder: Path) -> None:
    if not (folder / ".git").exists():
        git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "state")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`, without git's own."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }
