"""Carry out the planned writes: each whole, none that loses uncommitted work, each failing on its own."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from migrate.files import NotWritten, copy_whole, link_whole, write_whole
from migrate.git import uncommitted
from migrate.plan import Refusal, Unchanged
from migrate.result import FileResult


@dataclass(frozen=True)
class Write:
    """One file to be made: from data, or as a copy, or as a link."""

    target: Path
    result: FileResult | None = None  # whose file it is; None for data files and links
    data: bytes | None = None
    copy_of: Path | None = None
    points_to: Path | None = None
    expected: bytes | None = None  # in place: what the file held when it was read
    mode_of: Path | None = None

    @property
    def in_place(self) -> bool:
        return self.expected is not None

    @property
    def real_target(self) -> Path:
        """In place a link is written through; below --out it is replaced."""
        if self.in_place:
            return Path(os.path.realpath(self.target))
        return Path(os.path.realpath(self.target.parent)) / self.target.name

    def done_already(self) -> bool:
        """Whether the target is what it should be: then it need not be touched."""
        try:
            if self.points_to is not None:
                return self.target.is_symlink() and Path(os.readlink(self.target)) == self.points_to
            if not self.in_place and (self.target.is_symlink() or not self.target.is_file()):
                return False
            if self.copy_of is not None:
                return filecmp.cmp(self.copy_of, self.target, shallow=False)
            return self.target.read_bytes() == self.data
        except OSError:
            return False

    def carry_out(self) -> None:
        """Raises NotWritten."""
        if self.points_to is not None:
            link_whole(self.points_to, self.target)
        elif self.copy_of is not None:
            copy_whole(self.copy_of, self.target)
        elif self.data is not None:
            write_whole(self.target, self.data, self.expected, self.mode_of, follow=self.in_place)


def carry_out(plan: Sequence[Write], allow_dirty: bool, progress: Callable[[int], None]) -> list[FileResult]:
    """Write everything that may be written, noting in its result where it went or what stood in the way.

    Returns: results for the data files and links that could not be written; they have none of their own.
    """
    todo = [write for write in plan if not write.done_already()]
    existing = [write.real_target for write in todo if os.path.lexists(write.real_target)]
    dirty = {} if allow_dirty else uncommitted(existing)
    waiting = {id(write) for write in todo}
    extra = []
    for done, write in enumerate(plan):
        progress(done)
        refusal = dirty.get(write.real_target)
        if refusal is None and id(write) in waiting:
            try:
                write.carry_out()
            except NotWritten as error:
                refusal = error.refusal
        extra += _note(write, refusal)
    progress(len(plan))
    return extra


def _note(write: Write, refusal: Refusal | None) -> list[FileResult]:
    if write.result is not None:
        write.result.blocked = refusal
        write.result.written_to = write.target.as_posix() if refusal is None else None
        return []
    if refusal is None:
        return []
    return [FileResult(write.target.as_posix(), Unchanged("no TensorFlow"), blocked=refusal)]
