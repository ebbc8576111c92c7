"""What each option writes, prints and returns."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from cli_samples import LEGACY, MIGRATED, NATIVE, PLAIN, REFUSED, Run, contents


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "old"
    (root / "sub").mkdir(parents=True)
    (root / "train.py").write_text(LEGACY)
    (root / "native.py").write_text(NATIVE)
    (root / "plain.py").write_text(PLAIN)
    (root / "sub" / "hard.py").write_text(REFUSED)
    (root / "sub" / "data.bin").write_bytes(bytes(range(256)))
    return root


def test_in_place(run: Run, tree: Path) -> None:
    ran = run("old")
    assert ran.status == 1
    assert ran.out.splitlines() == [
        "old/native.py: already TF2",
        "old/plain.py: no TensorFlow",
        "old/sub/hard.py:4: refused: this is not carried over. [unsupported]",
        "    Remove it.",
        "old/train.py: migrated",
        "    old/train.py:4: note: look here",
        "4 files: 1 migrated, 1 already TF2, 1 no TensorFlow, 1 refused.",
    ]
    assert ran.err == ""
    assert contents(tree)["train.py"] == MIGRATED.encode()
    assert contents(tree)["sub/hard.py"] == REFUSED.encode()


def test_idempotent(run: Run, tree: Path) -> None:
    run("old")
    first = contents(tree)
    ran = run("old")
    assert "old/train.py: already TF2" in ran.out
    assert contents(tree) == first
    (tree / "sub" / "hard.py").unlink()
    assert run("old", "--check").status == 0


def test_out_writes_the_tree_elsewhere(run: Run, tree: Path, tmp_path: Path) -> None:
    before = contents(tree)
    (tree / "train.py").chmod(0o755)
    ran = run("old", "--out", "new")
    assert ran.status == 1
    assert "old/train.py: migrated -> new/train.py" in ran.out
    assert contents(tree) == before
    assert contents(tmp_path / "new") == {
        "native.py": NATIVE.encode(),
        "plain.py": PLAIN.encode(),
        "sub/data.bin": bytes(range(256)),
        "train.py": MIGRATED.encode(),
    }
    assert (tmp_path / "new" / "train.py").stat().st_mode & 0o777 == 0o755


def test_out_twice_is_the_same(run: Run, tree: Path, tmp_path: Path) -> None:
    run("old", "--out", "new")
    first = contents(tmp_path / "new")
    assert run("old", "--out", "new").status == 1
    assert contents(tmp_path / "new") == first


def test_out_inside_the_tree(run: Run, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    for _ in range(2):
        assert run(".", "--out", "migrated").status == 1
        assert sorted(contents(tree / "migrated")) == ["native.py", "plain.py", "sub/data.bin", "train.py"]


def test_out_with_files_and_folders(run: Run, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(LEGACY)
    assert run("one.py", "old/sub", "--out", "new").status == 1
    assert sorted(contents(tmp_path / "new")) == ["one.py", "sub/data.bin"]


def test_out_keeps_links(run: Run, tree: Path, tmp_path: Path) -> None:
    (tree / "alias.py").symlink_to("train.py")
    (tree / "bad_alias.py").symlink_to("sub/hard.py")
    (tmp_path / "data").mkdir()
    (tree / "linked").symlink_to(tmp_path / "data")
    run("old", "--out", "new")
    new = tmp_path / "new"
    assert (new / "alias.py").readlink() == Path("train.py")
    assert (new / "alias.py").read_text() == MIGRATED
    assert not (new / "bad_alias.py").is_symlink()
    assert (new / "linked").resolve() == (tmp_path / "data").resolve()
    assert run("old", "--out", "new").status == 1
    assert (tree / "train.py").read_text() == LEGACY


@pytest.mark.parametrize("out", ["old", "old/train.py", "."])
def test_out_that_would_overwrite_the_input(run: Run, tree: Path, out: str) -> None:
    before = contents(tree)
    ran = run("old", "--out", out)
    assert ran.status == 2
    assert "error: --out" in ran.err
    assert contents(tree) == before


def test_out_collision(run: Run, tree: Path) -> None:
    (tree / "sub" / "train.py").write_text(PLAIN)
    ran = run("old/train.py", "old/sub/train.py", "--out", "new")
    assert ran.status == 2
    assert "would both be written" in ran.err


def test_out_that_cannot_be_written(run: Run, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "sub").write_text("a file where a folder must be")
    ran = run("old", "--out", "new")
    assert ran.status == 1
    assert "new/sub/data.bin: not written: cannot write: " in ran.out
    assert (tmp_path / "new" / "train.py").read_text() == MIGRATED


def test_check_writes_nothing(run: Run, tree: Path) -> None:
    (tree / "sub" / "hard.py").unlink()
    before = contents(tree)
    ran = run("old", "--check")
    assert ran.status == 1
    assert "old/train.py: would be migrated" in ran.out
    assert "nothing was written" in ran.out
    assert contents(tree) == before
    (tree / "train.py").unlink()
    assert run("old", "--check").status == 0


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("final", ["", "\n"])
def test_diff_can_be_applied(run: Run, tmp_path: Path, line_end: str, final: str) -> None:
    file = tmp_path / "train.py"
    before = ("# Größe\n" + LEGACY.rstrip("\n") + final).replace("\n", line_end).encode()
    after = ("# Größe\n" + MIGRATED.rstrip("\n") + final).replace("\n", line_end).encode()
    file.write_bytes(before)
    ran = run("train.py", "--diff")
    assert ran.status == 0
    assert file.read_bytes() == before
    assert ran.out.startswith("--- a/train.py\n+++ b/train.py\n@@ ")
    assert "train.py: would be migrated" in ran.err
    subprocess.run(["git", "apply", "-"], input=ran.out.encode(), cwd=tmp_path, check=True)
    assert file.read_bytes() == after


def test_diff_with_check_tells_by_its_status(run: Run, tree: Path) -> None:
    ran = run("old/train.py", "--diff", "--check")
    assert ran.status == 1
    assert ran.out.startswith("--- a/old/train.py")


def test_quiet_prints_only_problems(run: Run, tree: Path) -> None:
    ran = run("old", "--quiet")
    assert ran.out.splitlines() == [
        "old/sub/hard.py:4: refused: this is not carried over. [unsupported]",
        "    Remove it.",
    ]
    (tree / "sub" / "hard.py").unlink()
    assert run("old", "--quiet").out == ""


def test_json_report(run: Run, tree: Path, tmp_path: Path) -> None:
    ran = run("old", "--json", "-", "--check")
    document = json.loads(ran.out)
    assert document["exit_status"] == ran.status == 1
    assert document["totals"] == {"already TF2": 1, "migrated": 1, "no TensorFlow": 1, "refused": 1}
    hard = document["files"][2]
    assert (hard["path"], hard["status"], hard["written_to"]) == ("old/sub/hard.py", "refused", None)
    assert hard["reasons"] == [
        {"line": 4, "code": "unsupported", "reason": "this is not carried over.", "advice": "Remove it."}
    ]
    run("old", "--json", "report.json", "--check")
    assert json.loads((tmp_path / "report.json").read_text()) == document


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["old", "--nonsense"],
        ["old", "--jobs", "0"],
        ["old", "--jobs", "many"],
        ["old", "--out", "new", "--diff"],
        ["old", "--out", "new", "--check"],
        ["old", "--calls", "3"],
        ["old", "--verify", "--timeout", "-1"],
        ["old", "--diff", "--json", "-"],
        ["--explain", "nonsense"],
    ],
)
def test_wrong_usage(run: Run, tree: Path, arguments: list[str]) -> None:
    before = contents(tree)
    ran = run(*arguments)
    assert ran.status == 2
    assert "error: " in ran.err and ran.out == ""
    assert contents(tree) == before


def test_version_and_explain(run: Run) -> None:
    assert run("--version").out.startswith("tf1rnn-migrate ")
    ran = run("--explain", "python2")
    assert ran.status == 0 and ran.out.startswith("[python2] ")


def test_results_do_not_depend_on_the_number_of_processes(run: Run, tmp_path: Path) -> None:
    texts = [LEGACY, REFUSED, NATIVE, PLAIN, "print 'old'\n", "import tensorflow as tf\ntf.crash\n"]
    for number in range(24):
        (tmp_path / f"f{number:02}.py").write_text(texts[number % len(texts)] + f"# {number}\n")
    reports = [run(".", "--check", "--jobs", str(jobs)) for jobs in (1, 2, 3)]
    reports.append(run(".", "--check"))
    assert all(report == reports[0] for report in reports)
    assert "24 files: 4 would be migrated, 4 already TF2, 4 no TensorFlow, 12 refused" in reports[0].out
