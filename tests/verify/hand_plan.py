"""Plans written by hand: sites are named by their text in the two files."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from migrate.plan import Migrated, Owner, Parameter, RunSite, Span
from migrate.verify import Verification, verify_program


def span(source: str, text: str) -> Span:
    """Where `text` stands; it must stand there once."""
    assert source.count(text) == 1, f"{text!r} occurs {source.count(text)} times"
    start = source.index(text)

    def place(offset: int) -> tuple[int, int]:
        before = source[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1)

    return Span(*place(start), *place(start + len(text)))


def plan(
    legacy: str,
    migrated: str,
    sites: Sequence[tuple[str, str, str | None, dict[str, str]]],
    owners: Sequence[Owner] = (),
) -> Migrated:
    """`sites`: legacy text, migrated text, function, {parameter: legacy feed expression}."""
    made = [
        RunSite(
            number,
            span(legacy, old),
            span(migrated, new),
            function,
            tuple(Parameter(name, key) for name, key in parameters.items()),
        )
        for number, (old, new, function, parameters) in enumerate(sites)
    ]
    return Migrated(migrated, tuple(made), tuple(owners))


def verify(
    folder: Path,
    legacy: str,
    migrated: str,
    sites: Sequence[tuple[str, str, str | None, dict[str, str]]],
    owners: Sequence[Owner] = (),
    **options: Any,
) -> Verification:
    """Write the legacy program into the folder and verify the pair."""
    legacy, migrated = textwrap.dedent(legacy), textwrap.dedent(migrated)
    script = folder / "legacy.py"
    script.write_text(legacy, encoding="utf-8")
    return verify_program(script, None, plan(legacy, migrated, sites, owners), **options)
