"""Programs whose graph stands in a class or a function, put together at random: they migrate or are refused."""

from __future__ import annotations

import random

import pytest
from class_grammar import PARTS, PLACES, Choice, build
from codemod_programs import migrated

from migrate.migration import migrate_source
from migrate.plan import Migrated, Refused
from migrate.verify import assert_same_outputs

IN_CLASSES = [PLACES.index(place) for place in ("constructor", "methods", "property")]


def some(count: int, seed: int) -> list[Choice]:
    chance = random.Random(seed)
    return [Choice(*(chance.randrange(len(part)) for part in PARTS.values())) for _ in range(count)]


def test_programs_migrate_or_are_refused_with_a_line_of_theirs() -> None:
    outcomes = []
    for choice in some(16, seed=5):
        source = build(choice)
        compile(source, "legacy", "exec")
        outcome = migrate_source(source)
        if isinstance(outcome, Migrated):
            migrated(source)
        else:
            assert isinstance(outcome, Refused)
            reason = outcome.reasons[0]
            assert 1 < reason.line <= source.count("\n"), reason
            assert reason.code not in ("gate", "internal-error", "syntax-error"), reason
        if choice.place in IN_CLASSES:
            outcomes.append(isinstance(outcome, Migrated))
    assert sum(outcomes) >= 0.6 * len(outcomes), outcomes


@pytest.mark.parametrize(
    "choice",
    [
        Choice(cell=3, loop=1, head=2, loss=2, update=3, place=1, run=2),
        Choice(cell=1, head=1, update=2, place=2, objects=1, run=3),
    ],
)
def test_samples_are_proven(choice: Choice, tmp_path) -> None:
    path = tmp_path / "program.py"
    path.write_text(build(choice))
    assert_same_outputs(path)
