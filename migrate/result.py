"""What happened to each file of a run: plain data that the pipeline fills and the reports print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate.plan import Migrated, Outcome, Refusal, Refused, Unchanged

if TYPE_CHECKING:
    from migrate.proving import Verdict


@dataclass(frozen=True)
class Unreadable:
    """Input that is no Python text at all: the run ends with exit status 2."""

    reason: Refusal


Judgement = Outcome | Unreadable


@dataclass
class FileResult:
    """One file: the judgement, the bytes before and after, and what became of them."""

    path: str  # as printed
    judgement: Judgement
    before: bytes = b""
    after: bytes | None = None  # None when there is nothing to write
    proof: Verdict | None = None
    blocked: Refusal | None = None  # why a migrated file was not written although it should have been
    written_to: str | None = None

    @property
    def status(self) -> str:
        """ "migrated", "already TF2", "no TensorFlow", "not written", "refused" or "unreadable"."""
        if isinstance(self.judgement, Unreadable):
            return "unreadable"
        if isinstance(self.judgement, Refused):
            return "refused"
        if self.blocked is not None:
            return "not written"
        return self.judgement.why if isinstance(self.judgement, Unchanged) else "migrated"

    @property
    def reasons(self) -> tuple[Refusal, ...]:
        """Why the file is not migrated, or not written."""
        if isinstance(self.judgement, Unreadable):
            return (self.judgement.reason,)
        if isinstance(self.judgement, Refused):
            return self.judgement.reasons
        return (self.blocked,) if self.blocked else ()

    @property
    def would_change(self) -> bool:
        return isinstance(self.judgement, Migrated) and self.after is not None


def exit_status(results: list[FileResult], check: bool) -> int:
    """0: everything migrated or nothing to do. 1: something refused, not written, not proven, or (`check`)
    to be changed. 2: unreadable input."""
    statuses = {result.status for result in results}
    if "unreadable" in statuses:
        return 2
    unproven = any(result.proof is not None and result.proof.block() for result in results)
    if statuses & {"refused", "not written"} or unproven:
        return 1
    return 1 if check and any(result.would_change for result in results) else 0
