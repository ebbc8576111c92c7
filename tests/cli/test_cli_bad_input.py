"""Every kind of bad input: a clear line, the right exit status, nothing lost, the other files still done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli_samples import LEGACY, MIGRATED, PLAIN, Run, contents


def test_path_that_does_not_exist(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(LEGACY)
    ran = run("missing.py", "good.py")
    assert ran.status == 2
    assert "missing.py: unreadable: no such file or folder. [no-such-file]" in ran.out
    assert (tmp_path / "good.py").read_text() == MIGRATED


def test_broken_symlink(run: Run, tmp_path: Path) -> None:
    (tmp_path / "link.py").symlink_to("nowhere.py")
    assert run("link.py").status == 2
    assert run(".").status == 0


def test_file_that_does_not_parse(run: Run, tmp_path: Path) -> None:
    text = "import tensorflow as tf\nx = 1\ndef f(:\n    pass\n"
    (tmp_path / "bad.py").write_text(text)
    (tmp_path / "good.py").write_text(LEGACY)
    ran = run(".")
    assert ran.status == 2
    assert "bad.py:3: unreadable: invalid syntax. [syntax-error]" in ran.out
    assert (tmp_path / "bad.py").read_text() == text
    assert (tmp_path / "good.py").read_text() == MIGRATED


def test_python2_file(run: Run, tmp_path: Path) -> None:
    text = "import tensorflow as tf\nx = tf.placeholder(tf.float32)\nprint 'loss', x\n"
    (tmp_path / "old.py").write_text(text)
    ran = run("old.py")
    assert ran.status == 1
    assert "old.py:3: refused: Python 2 code: the print statement. [python2]" in ran.out
    assert (tmp_path / "old.py").read_text() == text


def test_empty_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_bytes(b"")
    ran = run("empty.py")
    assert ran.status == 0
    assert "empty.py: no TensorFlow" in ran.out
    assert (tmp_path / "empty.py").read_bytes() == b""


def test_non_utf8_file(run: Run, tmp_path: Path) -> None:
    data = LEGACY.encode() + "# Größe\n".encode("latin-1")
    (tmp_path / "latin.py").write_bytes(data)
    ran = run("latin.py")
    assert ran.status == 2
    assert "latin.py:6: unreadable:" in ran.out and "[encoding]" in ran.out
    assert (tmp_path / "latin.py").read_bytes() == data


def test_declared_encoding_is_kept(run: Run, tmp_path: Path) -> None:
    head = "# -*- coding: latin-1 -*-\n# Größe\n"
    (tmp_path / "latin.py").write_bytes((head + LEGACY).encode("latin-1"))
    assert run("latin.py").status == 0
    assert (tmp_path / "latin.py").read_bytes() == (head + MIGRATED).encode("latin-1")


@pytest.mark.parametrize("declared", ["klingon", "hex", "rot13"])
def test_encoding_that_is_none(run: Run, tmp_path: Path, declared: str) -> None:
    data = f"# coding: {declared}\nimport tensorflow as tf\n".encode()
    (tmp_path / "odd.py").write_bytes(data)
    ran = run("odd.py")
    assert ran.status == 2
    assert "odd.py:1: unreadable:" in ran.out
    assert (tmp_path / "odd.py").read_bytes() == data


def test_byte_order_mark_is_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bom.py").write_bytes(b"\xef\xbb\xbf" + LEGACY.encode())
    assert run("bom.py").status == 0
    assert (tmp_path / "bom.py").read_bytes() == b"\xef\xbb\xbf" + MIGRATED.encode()


def test_null_bytes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "null.py").write_bytes(b"import tensorflow\0\n")
    ran = run("null.py")
    assert ran.status == 2
    assert "null.py:1: unreadable:" in ran.out


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_are_kept(run: Run, tmp_path: Path, line_end: str) -> None:
    (tmp_path / "dos.py").write_bytes(LEGACY.replace("\n", line_end).encode())
    assert run("dos.py").status == 0
    assert (tmp_path / "dos.py").read_bytes() == MIGRATED.replace("\n", line_end).encode()


def test_mixed_line_ends_are_kept_line_by_line(run: Run, tmp_path: Path) -> None:
    ends = ["\r\n", "\n", "\r\n", "\r\n", "\n"]

    def mixed(text: str) -> bytes:
        lines = text.split("\n")
        return "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True)).encode()

    (tmp_path / "mixed.py").write_bytes(mixed(LEGACY))
    assert run("mixed.py").status == 0
    assert (tmp_path / "mixed.py").read_bytes() == mixed(MIGRATED)


def test_no_final_line_end(run: Run, tmp_path: Path) -> None:
    (tmp_path / "end.py").write_text(LEGACY.rstrip("\n"))
    assert run("end.py").status == 0
    assert (tmp_path / "end.py").read_text() == MIGRATED.rstrip("\n")


def test_tabs_are_kept(run: Run, tmp_path: Path) -> None:
    more = "if x:\n\tprint(1)\n\tif 2:\n\t\tprint(2)\t# tab\n"
    (tmp_path / "tabs.py").write_text(LEGACY + more)
    assert run("tabs.py").status == 0
    assert (tmp_path / "tabs.py").read_text() == MIGRATED + more


def test_tabs_that_only_python2_understands(run: Run, tmp_path: Path) -> None:
    (tmp_path / "tabs.py").write_text("import tensorflow as tf\nif 1:\n\tx = 1\n        y = 2\n")
    ran = run("tabs.py")
    assert ran.status == 1
    assert "tabs.py:4: refused: Python 2 code: tabs and spaces" in ran.out


def test_symlink_is_written_through(run: Run, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "real.py"
    target.write_text(LEGACY)
    link = tmp_path / "link.py"
    link.symlink_to(target)
    assert run("link.py").status == 0
    assert link.is_symlink()
    assert target.read_text() == MIGRATED


def test_link_and_target_are_done_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "z.py").write_text(LEGACY)
    (tmp_path / "a.py").symlink_to("z.py")
    ran = run(".")
    assert ran.status == 0
    assert "1 file: 1 migrated." in ran.out and "z.py: migrated" in ran.out


def test_read_only_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "locked.py"
    file.write_text(LEGACY)
    file.chmod(0o444)
    ran = run("locked.py")
    assert ran.status == 1
    assert "locked.py: not written: the file is read-only. [not-writable]" in ran.out
    assert file.read_text() == LEGACY


def test_read_only_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions do not stop the super-user, so the refusal of the operating system is played."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.py").write_text(LEGACY)
    monkeypatch.setattr(os, "replace", refuse)
    ran = run("a.py")
    assert ran.status == 1
    assert "a.py: not written: cannot write: Permission denied. [not-writable]" in ran.out
    assert contents(tmp_path) == {"a.py": LEGACY.encode()}


def test_unreadable_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.py").write_text(LEGACY)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    ran = run("a.py")
    assert ran.status == 2
    assert "a.py: unreadable: Permission denied. [unreadable]" in ran.out


def test_mode_is_kept(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "script.py"
    file.write_text(LEGACY)
    file.chmod(0o751)
    assert run("script.py").status == 0
    assert file.stat().st_mode & 0o777 == 0o751


def test_codemod_that_fails_is_one_refusal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "crash.py").write_text("import tensorflow as tf\ntf.crash\n")
    (tmp_path / "good.py").write_text(LEGACY)
    ran = run(".")
    assert ran.status == 1
    assert "crash.py:1: refused: IndexError: list index out of range [internal-error]" in ran.out
    assert (tmp_path / "good.py").read_text() == MIGRATED


@pytest.mark.parametrize(
    "text", ["x = " + "-" * 5000 + "1\n", "x = " + "(" * 400 + ")" * 400, "x = f" + "()" * 2000]
)
def test_source_nested_too_deeply(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "deep.py").write_text("import tensorflow as tf\n" + text)
    ran = run("deep.py")
    assert ran.status == 2
    assert "deep.py:" in ran.out and "unreadable" in ran.out


def test_notebook_with_tensorflow(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text('{\n "cells": ["import tensorflow as tf"]\n}\n')
    (tmp_path / "b.ipynb").write_text('{"cells": ["import os"]}\n')
    ran = run(".")
    assert ran.status == 1
    assert "a.ipynb:2: refused:" in ran.out and "[notebook]" in ran.out
    assert "b.ipynb" not in ran.out


def test_hidden_folders_and_environments_are_skipped(run: Run, tmp_path: Path) -> None:
    for folder in (".hidden", "__pycache__", "env/lib", "x/site-packages", "package"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.py").write_text(LEGACY)
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    ran = run(".")
    assert ran.out.splitlines()[0] == "package/a.py: migrated"
    assert "1 file: 1 migrated." in ran.out


def test_folder_without_python(run: Run, tmp_path: Path) -> None:
    ran = run(".")
    assert ran.status == 0
    assert ran.out == "No Python files found.\n"


def test_named_file_needs_no_suffix(run: Run, tmp_path: Path) -> None:
    (tmp_path / "script").write_text(LEGACY)
    assert run("script").status == 0
    assert (tmp_path / "script").read_text() == MIGRATED


def test_odd_file_names(run: Run, tmp_path: Path) -> None:
    name = os.fsdecode(b"od\xff d\n.py")
    (tmp_path / name).write_text(LEGACY)
    (tmp_path / "-x.py").write_text(PLAIN)
    assert run(".").status == 0
    assert (tmp_path / name).read_text() == MIGRATED
