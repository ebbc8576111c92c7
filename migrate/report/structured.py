"""The same report for programs: one JSON document."""

from __future__ import annotations

from collections import Counter
from typing import Any

from migrate.plan import Migrated
from migrate.result import FileResult


def as_document(results: list[FileResult], exit_status: int) -> dict[str, Any]:
    """The run as plain data; `version` changes when a key changes its meaning."""
    return {
        "version": 1,
        "exit_status": exit_status,
        "totals": dict(sorted(Counter(result.status for result in results).items())),
        "files": [_file(result) for result in results],
    }


def _file(result: FileResult) -> dict[str, Any]:
    judgement = result.judgement
    notes = judgement.notes if isinstance(judgement, Migrated) else ()
    return {
        "path": result.path,
        "status": result.status,
        "written_to": result.written_to,
        "reasons": [
            {"line": reason.line, "code": reason.code, "reason": reason.reason, "advice": reason.advice}
            for reason in result.reasons
        ],
        "notes": [{"line": note.line, "text": note.text} for note in notes],
        "verified_equal": result.proof.equal if result.proof is not None else None,
    }
