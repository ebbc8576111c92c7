"""Which files have no committed copy to go back to. Asks git; changes nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from migrate.plan import Refusal

_AT_ONCE = 200  # paths per git command: argument lists are limited
_ADVICE = "Commit it first, or use --allow-dirty, --out DIR or --diff."


def repository_of(path: Path) -> Path | None:
    """The top folder of the git working tree that `path` lies in, None outside of any."""
    for folder in path.parents:
        if (folder / ".git").exists():
            return folder
    return None


def uncommitted(paths: Iterable[Path]) -> dict[Path, Refusal]:
    """Why each of the existing files `paths` could not be restored from git; those that could be are left
    out.

    A file outside of any repository is left out as well: there is nothing to compare it with. One that git
    does not track, or ignores, counts as uncommitted. So does every file when git cannot be asked.

    Args:
        paths: real, absolute paths.
    """
    repositories: dict[Path, list[Path]] = {}
    for path in paths:
        top = repository_of(path)
        if top is not None:
            repositories.setdefault(top, []).append(path)
    refusals: dict[Path, Refusal] = {}
    for top, files in repositories.items():
        try:
            tracked = _ask(top, ["ls-files", "-z"], files)
            changed = _ask(top, ["diff", "--name-only", "-z", "--no-ext-diff", "--no-renames", "HEAD"], files)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = f"the file is in a git repository, but git cannot tell its state: {_explain(error)}"
            refusals.update((path, Refusal(0, "uncommitted", reason, _ADVICE)) for path in files)
            continue
        for path in files:
            if path not in tracked:
                refusals[path] = Refusal(0, "uncommitted", "the file is not committed to git.", _ADVICE)
            elif path in changed:
                refusals[path] = Refusal(0, "uncommitted", "the file has uncommitted changes.", _ADVICE)
    return refusals


def _ask(top: Path, command: Sequence[str], files: Sequence[Path]) -> set[Path]:
    # Inside a git hook GIT_DIR and GIT_INDEX_FILE point elsewhere.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    answers: set[Path] = set()
    for start in range(0, len(files), _AT_ONCE):
        names = [str(path.relative_to(top)) for path in files[start : start + _AT_ONCE]]
        output = subprocess.run(
            ["git", "--no-optional-locks", "--literal-pathspecs", "-C", str(top), *command, "--", *names],
            check=True,
            capture_output=True,
            env=environment,
        ).stdout
        answers |= {top / os.fsdecode(name) for name in output.split(b"\0") if name}
    return answers


def _explain(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        lines = error.stderr.decode(errors="replace").strip().splitlines() or [
            f"exit status {error.returncode}"
        ]
        return lines[0]
    return "git is not installed." if isinstance(error, FileNotFoundError) else str(error)
