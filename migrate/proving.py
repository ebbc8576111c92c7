"""--verify: the proof of each migrated file, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from migrate.plan import Migrated, Refusal


@dataclass(frozen=True)
class Verdict:
    """What the proof of one program says."""

    status: str  # one of migrate.verify's: "equal", "different", "failed", "nothing-to-compare"
    table: str  # for the terminal
    comparable: bool = True  # False: the program has no run site, there is nothing that could differ

    @property
    def equal(self) -> bool:
        return self.status == "equal"

    def block(self) -> Refusal | None:
        """Why the migrated program must not be written; None when nothing speaks against it."""
        if self.equal or (self.status == "nothing-to-compare" and not self.comparable):
            return None
        if self.status == "different":
            reason = "the migrated program does not give the values of the legacy program."
            return Refusal(0, "not-equal", reason, "The table shows where. Please report it with the file.")
        reason = "the migrated program could not be compared with the legacy program."
        return Refusal(
            0, "not-proven", reason, "The lines below the table say why; --timeout and --calls may help."
        )


def prove(path: Path, migrated: Migrated, calls: int | None, timeout: float | None) -> Verdict:
    """Run the file at `path` and its migrated text in subprocesses and compare. Executes the user's program.

    Never raises for what the programs do; a proof that breaks down has failed.
    """
    from migrate.verify import FAILED, Verification, format_verification, verify_program

    conditions: dict[str, float] = {}
    if calls is not None:
        conditions["calls"] = calls
    if timeout is not None:
        conditions["timeout"] = timeout
    try:
        verification = verify_program(path, None, migrated, **conditions)  # type: ignore[arg-type]
    except Exception as error:  # one program must not end the run for the others
        verification = Verification(FAILED, error=f"{type(error).__name__}: {error}")
    return Verdict(verification.status, format_verification(verification), comparable=bool(migrated.sites))
