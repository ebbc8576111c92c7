"""Every legacy example comes out migrated: nothing of TF1 is left, and all values are those of the legacy program."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from migrate import gate
from migrate.cli import main
from migrate.migration import migrate_source
from migrate.plan import Migrated, Unchanged
from migrate.verify import assert_same_outputs

EXAMPLES = sorted((Path(__file__).parents[2] / "legacy_examples").glob("[0-9]*.py"))
TF2_ALREADY = "03_keras_simple_rnn.py"


def test_all_topics_are_there() -> None:
    assert [path.name[:2] for path in EXAMPLES] == [f"{number:02}" for number in range(1, 16)]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_migrates(path: Path) -> None:
    source = path.read_text()
    outcome = migrate_source(source, str(path))
    if path.name == TF2_ALREADY:
        assert isinstance(outcome, Unchanged)
        return
    assert isinstance(outcome, Migrated), outcome
    assert not gate.check(outcome.source)
    assert "compat.v1" not in outcome.source and "Session" not in outcome.source
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]
        for node in ast.walk(ast.parse(outcome.source))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert imported <= {"__future__", "collections", "keras", "numpy", "os", "tensorflow"}
    assert isinstance(migrate_source(outcome.source), Unchanged)


@pytest.mark.parametrize("path", [p for p in EXAMPLES if p.name != TF2_ALREADY], ids=lambda path: path.stem)
def test_gives_the_values_of_the_legacy_program(path: Path) -> None:
    assert_same_outputs(path)


def test_a_file_that_was_migrated_long_ago_and_edited_since(tmp_path: Path) -> None:
    """What the README shows: two files, and nothing that the codemod remembers of them."""
    legacy = Path(shutil.copy(EXAMPLES[3], tmp_path / "train.py"))
    assert main([str(legacy), "--out", str(tmp_path / "migrated"), "--quiet"]) == 0
    migrated = tmp_path / "migrated" / "train.py"
    source = migrated.read_text()
    migrated.write_text("# Migrated.\n" + source.replace("        ", "            ") + "print('done')\n")
    assert assert_same_outputs(legacy, migrated, calls=5).rows
    migrated.write_text(source.replace("epsilon=1e-8", "epsilon=1e-3"))
    assert migrated.read_text() != source
    with pytest.raises(AssertionError, match="proof: different"):
        assert_same_outputs(legacy, migrated, calls=5)
