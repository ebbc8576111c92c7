"""A verification as text."""

from __future__ import annotations

from migrate.verify.verification import EQUAL, Verification


def format_verification(verification: Verification) -> str:
    """The table of run sites, the parameters, notes and error; ends without a line break."""
    lines = []
    if verification.rows:
        table = [("line", "call", "calls", "max abs", "max rel", "")]
        for row in verification.rows:
            calls = str(row.calls) if row.calls else "-"
            word = _word(row.equal) if row.calls else "not reached"
            table.append(
                (str(row.line), row.function, calls, *_sizes(row.calls, row.max_abs, row.max_rel), word)
            )
        if verification.parameters is not None:
            last = verification.parameters
            sizes = _sizes(last.count, last.max_abs, last.max_rel)
            table.append(("", last.name, str(last.count), *sizes, _word(last.equal)))
        widths = [max(len(line[column]) for line in table) for column in range(6)]
        for line in table:
            texts = [line[0].rjust(widths[0]), line[1].ljust(widths[1])]
            texts += [line[column].rjust(widths[column]) for column in (2, 3, 4)]
            lines.append("  ".join([*texts, line[5]]).rstrip())
    for row in verification.rows:
        if not row.equal:
            lines.append(f"line {row.line}: {row.reason}")
    if verification.parameters is not None and not verification.parameters.equal:
        lines.append(f"{verification.parameters.name}: {verification.parameters.reason}")
    lines += [f"note: {note}" for note in verification.notes]
    if verification.error:
        lines.append(verification.error)
    lines.append(f"proof: {verification.status}{_extent(verification)}")
    return "\n".join(lines)


def _extent(verification: Verification) -> str:
    """How much the word "equal" stands for."""
    if verification.status != EQUAL:
        return ""
    reached = [row for row in verification.rows if row.calls]
    if not reached:
        return " values"
    calls, sites = sum(row.calls for row in reached), len(verification.rows)
    of_all = f"{len(reached)} of {sites} run sites" if sites > 1 else "the run site"
    return f" values in {calls} {'call' if calls == 1 else 'calls'} of {of_all}"


def _word(equal: bool) -> str:
    return "equal" if equal else "DIFFERENT"


def _sizes(count: int, max_abs: float, max_rel: float) -> tuple[str, str]:
    return (f"{max_abs:.1e}", f"{max_rel:.1e}") if count else ("-", "-")
