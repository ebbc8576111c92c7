"""The table of refusal codes: what each means and what to change. The page refusals.md is printed from it:

python -m migrate.report.refusals > migrate/report/refusals.md
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Description:
    """One refusal code."""

    code: str
    meaning: str  # one sentence: what stands in the way
    change: str  # one sentence: what to do about it
    example: str  # code or command that is refused


def describe(code: str) -> Description:
    """The entry of a code; raises KeyError for one that is not in the table."""
    return table()[code]


def table() -> dict[str, Description]:
    """All entries, sorted by code."""
    from migrate.report.codes_of_api import API
    from migrate.report.codes_of_cells import CELLS
    from migrate.report.codes_of_files import FILES
    from migrate.report.codes_of_graphs import GRAPHS
    from migrate.report.codes_of_helpers import HELPERS
    from migrate.report.codes_of_statements import STATEMENTS
    from migrate.report.codes_of_training import TRAINING

    entries = (*API, *CELLS, *FILES, *GRAPHS, *HELPERS, *STATEMENTS, *TRAINING)
    return {entry.code: entry for entry in sorted(entries, key=lambda entry: entry.code)}


def as_text(entry: Description) -> str:
    """For the terminal: `tf1rnn-migrate --explain CODE`."""
    example = "\n".join("    " + line for line in entry.example.split("\n"))
    return f"[{entry.code}] {entry.meaning}\nWhat to change: {entry.change}\nExample:\n{example}"


def as_page(entries: Iterable[Description]) -> str:
    """For readers: one section per code, in Markdown."""
    head = (
        "# Why a file was refused\n\n"
        "Printed from the table in `refusals.py`; `tf1rnn-migrate --explain CODE` shows one entry.\n"
    )
    sections = [
        f"\n## {entry.code}\n\n{entry.meaning}\n\n"
        f"**What to change:** {entry.change}\n\n```\n{entry.example}\n```\n"
        for entry in entries
    ]
    return head + "".join(sections)


if __name__ == "__main__":
    print(as_page(table().values()), end="")
