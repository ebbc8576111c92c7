"""Uncommitted work is never overwritten without --allow-dirty."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cli_samples import LEGACY, MIGRATED, Run, commit_all, git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "clean.py").write_text(LEGACY)
    (tmp_path / "changed.py").write_text("# before\n" + LEGACY)
    (tmp_path / "staged.py").write_text("# before\n" + LEGACY)
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    commit_all(tmp_path)
    (tmp_path / "changed.py").write_text(LEGACY)
    (tmp_path / "staged.py").write_text(LEGACY)
    git(tmp_path, "add", "staged.py")
    (tmp_path / "untracked [a].py").write_text(LEGACY)
    (tmp_path / "ignored.py").write_text(LEGACY)
    return tmp_path


def test_files_with_uncommitted_changes_stay(run: Run, repository: Path) -> None:
    ran = run(".")
    assert ran.status == 1
    assert (repository / "clean.py").read_text() == MIGRATED
    for name, reason in {
        "changed.py": "the file has uncommitted changes.",
        "staged.py": "the file has uncommitted changes.",
        "untracked [a].py": "the file is not committed to git.",
        "ignored.py": "the file is not committed to git.",
    }.items():
        assert (repository / name).read_text() == LEGACY
        assert f"{name}: not written: {reason} [uncommitted]" in ran.out


def test_allow_dirty(run: Run, repository: Path) -> None:
    ran = run(".", "--allow-dirty")
    assert ran.status == 0
    assert "5 files: 5 migrated." in ran.out
    assert (repository / "changed.py").read_text() == MIGRATED


def test_touching_without_changing_is_clean(run: Run, repository: Path) -> None:
    (repository / "clean.py").write_text("other")
    (repository / "clean.py").write_text(LEGACY)
    assert run("clean.py").status == 0


def test_reading_only_needs_no_commit(run: Run, repository: Path) -> None:
    assert run("changed.py", "--diff").status == 0
    assert run("changed.py", "--out", "../out-of-repository").status == 0


def test_out_does_not_overwrite_uncommitted_files(run: Run, repository: Path) -> None:
    assert run("clean.py", "--out", "new").status == 0
    assert run("clean.py", "--out", "new").status == 0  # the same again loses nothing
    (repository / "new" / "clean.py").write_text("edited by hand")
    ran = run("clean.py", "--out", "new")
    assert ran.status == 1
    assert "[uncommitted]" in ran.out
    assert (repository / "new" / "clean.py").read_text() == "edited by hand"
    assert run("clean.py", "--out", "new", "--allow-dirty").status == 0
    assert (repository / "new" / "clean.py").read_text() == MIGRATED


def test_link_counts_where_it_points(
    run: Run, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "link.py").symlink_to(repository / "changed.py")
    assert run(outside).status == 1
    assert (repository / "changed.py").read_text() == LEGACY


def test_repository_without_commits(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LEGACY)
    git(tmp_path, "init", "-q")
    assert run("a.py").status == 1
    assert (tmp_path / "a.py").read_text() == LEGACY


def test_git_that_is_missing(run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ran = run("clean.py")
    assert ran.status == 1
    assert "git is not installed" in ran.out
    assert run("clean.py", "--allow-dirty").status == 0


def test_inside_a_git_hook(run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert run("clean.py").status == 0


def test_git_is_not_changed(run: Run, repository: Path) -> None:
    before = (repository / ".git" / "index").read_bytes()
    run(".", "--check")
    run(".")
    assert (repository / ".git" / "index").read_bytes() == before
    subprocess.run(["git", "status"], cwd=repository, check=True, capture_output=True)
