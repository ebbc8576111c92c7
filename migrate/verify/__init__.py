"""The proof: run the legacy and the migrated program from the same weights and compare, call by call.

Importing this imports no TensorFlow; the two programs run in processes of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from migrate.plan import Migrated, Refused
from migrate.verify.compare import ParameterRow, SiteRow
from migrate.verify.relocation import read_text
from migrate.verify.table import format_verification
from migrate.verify.verification import DIFFERENT, EQUAL, FAILED, NOTHING, Verification, verify_program

__all__ = [
    "DIFFERENT",
    "EQUAL",
    "FAILED",
    "NOTHING",
    "ParameterRow",
    "SiteRow",
    "Verification",
    "assert_same_outputs",
    "format_verification",
    "verify_program",
]


def assert_same_outputs(
    legacy_path: Path | str, migrated_path: Path | str | None = None, **options: Any
) -> Verification:
    """For regression tests: the migrated form of a TF1 script gives the same values, from the same weights.

    Args:
        legacy_path: the TF1 script.
        migrated_path: its migrated form, as `tf1rnn-migrate` wrote it, today or long ago. It may have been edited
            since, as long as its run sites are still there. None migrates in memory.
        options: as for `verify_program`: argv, calls, timeout, cwd, seed, rtol, atol.

    Raises `AssertionError` with the table when a value differs, a side fails, or nothing could be compared;
    `ValueError` when the script is refused, has nothing to migrate, a file is no text, or `migrated_path` has other
    run sites.
    """
    # The two processes import this package too, and have no use for the codemod and its parser.
    from migrate.migration import migrate_source

    path = Path(legacy_path)
    outcome = migrate_source(read_text(path), str(path))
    if isinstance(outcome, Refused):
        reasons = "; ".join(f"{path}:{one.line}: {one.reason} [{one.code}]" for one in outcome.reasons)
        raise ValueError(f"the script is refused: {reasons}")
    if not isinstance(outcome, Migrated):
        raise ValueError(f"{path} has nothing to migrate: {outcome.why}")
    migrated = None if migrated_path is None else Path(migrated_path)
    verification = verify_program(path, migrated, outcome, **options)
    if verification.status != EQUAL:
        raise AssertionError(f"{path} and its migrated form differ\n{format_verification(verification)}")
    return verification
