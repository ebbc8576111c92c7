"""--verify: proven before anything is written; what is not equal is not written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_samples import LEGACY, MIGRATED, NATIVE, Run, contents

import migrate.verify
from migrate.cli import main
from migrate.plan import Migrated, RunSite, Span
from migrate.verify import DIFFERENT, EQUAL, FAILED, NOTHING, Verification

SITE = RunSite(0, Span(1, 0, 1, 1), Span(1, 0, 1, 1), None)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """Make the proof answer by file name, and return the list of the calls it gets."""

    def install(**statuses: str) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []

        def verify_program(path: Path, migrated: None, plan: Migrated, **options: Any) -> Verification:
            calls.append({"name": Path(path).name, "on disk": Path(path).read_text(), **options})
            status = statuses[Path(path).stem]
            if status == "crash":
                raise OSError("no space")
            return Verification(status, error="it broke" if status == FAILED else "")

        monkeypatch.setattr(migrate.verify, "verify_program", verify_program)
        return calls

    return install


@pytest.mark.parametrize("status", [DIFFERENT, FAILED, "crash"])
@pytest.mark.parametrize("mode", [[], ["--out", "new"], ["--check"], ["--diff"]])
def test_what_is_not_proven_is_not_written(
    run: Run, tmp_path: Path, answer: Callable[..., Any], status: str, mode: list[str]
) -> None:
    (tmp_path / "bad.py").write_text(LEGACY)
    (tmp_path / "good.py").write_text(LEGACY)
    answer(bad=status, good=EQUAL)
    ran = run(".", "--verify", *mode)
    text = ran.out + ran.err
    assert ran.status == 1
    assert "bad.py: not written: " in text
    assert "Verified: 1 of 2 migrated programs give equal values." in text
    assert (tmp_path / "bad.py").read_text() == LEGACY
    assert not (tmp_path / "new" / "bad.py").exists()
    if mode == ["--out", "new"]:
        assert (tmp_path / "new" / "good.py").read_text() == MIGRATED
    assert (tmp_path / "good.py").read_text() == (LEGACY if mode else MIGRATED)
    if mode == ["--diff"]:
        assert "b/good.py" in ran.out and "b/bad.py" not in ran.out


def test_proof_runs_before_writing_and_with_its_options(
    run: Run, tmp_path: Path, answer: Callable[..., Any]
) -> None:
    (tmp_path / "a.py").write_text(LEGACY)
    (tmp_path / "native.py").write_text(NATIVE)
    calls = answer(a=EQUAL)
    ran = run(".", "--verify", "--calls", "3", "--timeout", "1.5")
    assert ran.status == 0
    assert calls == [{"name": "a.py", "on disk": LEGACY, "calls": 3, "timeout": 1.5}]
    assert (
        "a.py: migrated" in ran.out
        and "\n\na.py: legacy and migrated program compared\nproof: equal values\n" in ran.out
    )
    assert "Verified: 1 of 1 migrated program gives equal values." in ran.out
    assert (tmp_path / "a.py").read_text() == MIGRATED


def test_program_without_run_sites_has_nothing_to_differ(
    run: Run, tmp_path: Path, answer: Callable[..., Any]
) -> None:
    (tmp_path / "a.py").write_text(LEGACY)
    answer(a=NOTHING)
    ran = run("a.py", "--verify")
    assert ran.status == 0
    assert "proof: nothing-to-compare" in ran.out
    assert (tmp_path / "a.py").read_text() == MIGRATED


def test_run_sites_that_are_never_reached_prove_nothing(
    tmp_path: Path, answer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.py"
    file.write_text(LEGACY)
    answer(a=NOTHING)
    monkeypatch.setattr("migrate.migration.migrate_source", lambda *_: Migrated(MIGRATED, sites=(SITE,)))
    assert main([str(file), "--verify"]) == 1
    assert contents(tmp_path) == {"a.py": LEGACY.encode()}
