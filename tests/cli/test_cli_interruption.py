"""Ctrl-C, SIGTERM and crashes while writing: the old file or the new one, whole, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from cli_samples import LEGACY, MIGRATED, Run, contents

from migrate import files


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_interrupt_before_the_rename_leaves_the_old_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "a.py").write_text(LEGACY)
    monkeypatch.setattr(os, moment, interrupt)
    ran = run("a.py")
    assert ran.status == 130
    assert ran.err == "tf1rnn-migrate: interrupted; no file is half-written.\n"
    assert contents(tmp_path) == {"a.py": LEGACY.encode()}


def test_interrupt_after_the_rename_leaves_the_new_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.replace

    def interrupt(source: Path, target: Path) -> None:
        rename(source, target)
        raise KeyboardInterrupt

    (tmp_path / "a.py").write_text(LEGACY)
    (tmp_path / "b.py").write_text(LEGACY)
    monkeypatch.setattr(os, "replace", interrupt)
    assert run(".").status == 130
    assert contents(tmp_path) == {"a.py": MIGRATED.encode(), "b.py": LEGACY.encode()}


def test_full_disk(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.py").write_text(LEGACY)
    monkeypatch.setattr(os, "fsync", full)
    ran = run("a.py")
    assert ran.status == 1
    assert "a.py: not written: cannot write: No space left on device. [not-writable]" in ran.out
    assert contents(tmp_path) == {"a.py": LEGACY.encode()}


def test_file_changed_meanwhile_is_kept(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.py"
    file.write_text(LEGACY)
    write = files.write_whole

    def save_in_editor(*arguments: object, **options: object) -> None:
        file.write_text("edited")
        write(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("migrate.writing.write_whole", save_in_editor)
    ran = run("a.py")
    assert ran.status == 1
    assert "[changed-meanwhile]" in ran.out
    assert contents(tmp_path) == {"a.py": b"edited"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_while_writing(tmp_path: Path, number: signal.Signals) -> None:
    """A real process gets a real signal with its temporary file on disk."""
    (tmp_path / "a.py").write_text(LEGACY)
    program = textwrap.dedent(
        f"""
        import os, signal, sys
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background has it ignored
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        from cli_samples import stand_in
        from migrate import migration
        from migrate.cli import main
        migration.migrate_source = stand_in
        def killed(descriptor):
            assert len(os.listdir(".")) == 2, "no temporary file"
            os.kill(os.getpid(), {int(number)})
        os.fsync = killed
        sys.exit(main(["a.py"]))
        """
    )
    root = Path(files.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True
    )
    assert ended.returncode == 128 + number, ended.stderr.decode()
    assert contents(tmp_path) == {"a.py": LEGACY.encode()}


def test_output_that_is_closed_early(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print(1)\n")
    environment = {**os.environ, "PYTHONPATH": str(Path(files.__file__).parents[1])}
    command = f"{sys.executable} -m migrate . | true"
    ended = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ended.stderr == ""
