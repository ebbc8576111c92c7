"""What the terminal shows of a run. Pure: results in, lines out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from migrate.plan import Migrated, Refusal
from migrate.result import FileResult

_ORDER = ("migrated", "already TF2", "no TensorFlow", "not written", "refused", "unreadable")


def file_lines(result: FileResult, writing: bool, quiet: bool = False) -> list[str]:
    """The summary line of one file, then its notes, its other reasons and its advice, indented.

    Args:
        writing: False under --check and --diff: the file only would be migrated.
        quiet: nothing about files that need no attention.
    """
    if result.reasons:
        return _problem_lines(result)
    if quiet:
        return []
    if result.status != "migrated":
        return [f"{result.path}: {result.status}"]
    where = f" -> {result.written_to}" if result.written_to not in (None, result.path) else ""
    lines = [f"{result.path}: {'migrated' + where if writing else 'would be migrated'}"]
    if isinstance(result.judgement, Migrated):
        lines += [f"    {result.path}:{note.line}: note: {note.text}" for note in result.judgement.notes]
    return lines


def _problem_lines(result: FileResult) -> list[str]:
    lines = []
    advised: set[str] = set()
    for reason in result.reasons:
        lines.append(f"{_place(result.path, reason)}: {result.status}: {reason.reason} [{reason.code}]")
        if reason.advice and reason.advice not in advised:
            advised.add(reason.advice)
            lines.append(f"    {reason.advice}")
    return lines


def _place(path: str, reason: Refusal) -> str:
    """`path:line`, or the path alone when the reason is not in a line (line 0)."""
    return f"{path}:{reason.line}" if reason.line else path


def totals_line(results: Iterable[FileResult], writing: bool) -> str:
    """Such as "5 files: 3 migrated, 1 no TensorFlow, 1 refused"."""
    counts = Counter(result.status for result in results)
    total = sum(counts.values())
    if not total:
        return "No Python files found."
    names = {"migrated": "migrated" if writing else "would be migrated"}
    parts = ", ".join(f"{counts[status]} {names.get(status, status)}" for status in _ORDER if counts[status])
    unwritten = "" if writing else "; nothing was written"
    return f"{total} {'file' if total == 1 else 'files'}: {parts}{unwritten}."


def proof_totals_line(results: Iterable[FileResult]) -> str:
    """Such as "Verified: 2 of 3 migrated programs give equal values."; empty when nothing was verified."""
    proofs = [result.proof for result in results if result.proof is not None]
    if not proofs:
        return ""
    equal = sum(proof.equal for proof in proofs)
    programs = "program gives" if len(proofs) == 1 else "programs give"
    return f"Verified: {equal} of {len(proofs)} migrated {programs} equal values."
