"""A stand-in for the codemod, so that the tests of the command line do not depend on what it can migrate."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_samples import Ran, Run, stand_in

from migrate import migration
from migrate.cli import main


@pytest.fixture
def codemod(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "migrate_source", stand_in)


@pytest.fixture
def run(
    codemod: None, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run the command in `tmp_path`, with the stand-in."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as leaving:  # argparse leaves this way
            status = leaving.code if isinstance(leaving.code, int) else 1
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return call
