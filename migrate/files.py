"""Reading Python files without losing a byte, and writing them whole or not at all."""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import secrets
import shutil
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from migrate.plan import Refusal

BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n|\r|\n")


class UnreadableInput(Exception):
    """The bytes of a file do not give Python text; carries the refusal to print."""

    def __init__(self, line: int, code: str, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.refusal = Refusal(line, code, reason, advice)


class NotWritten(Exception):
    """A file was left as it was; carries the refusal to print."""

    def __init__(self, code: str, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.refusal = Refusal(0, code, reason, advice)


@dataclass(frozen=True)
class SourceFile:
    """A Python file as text with "\\n" line ends, and what it takes to write it back byte for byte."""

    data: bytes
    text: str  # without a byte order mark
    encoding: str
    line_ends: tuple[str, ...]  # of each line that has one

    @property
    def has_bom(self) -> bool:
        return self.data.startswith(BOM)

    def encode(self, text: str) -> bytes:
        """The bytes of `text` in this file's encoding, line ends and byte order mark.

        Raises:
            NotWritten: the text has a character that the file's encoding does not have.
        """
        try:
            encoded = restore_line_ends(self.text, self.line_ends, text).encode(self.encoding)
        except UnicodeEncodeError as error:
            raise NotWritten(
                "encoding",
                f"the migrated text has a character that {self.encoding} cannot express ({error.reason}).",
                "Save the file as UTF-8.",
            ) from error
        return BOM + encoded if self.has_bom else encoded


def decode(data: bytes) -> SourceFile:
    """Decode a Python file as Python itself would (PEP 263: byte order mark, coding comment, else UTF-8).

    Raises:
        UnreadableInput: unknown encoding, or bytes that are not text in it.
    """
    advice = "Save the file as UTF-8, or declare its encoding in the first line: # -*- coding: latin-1 -*-"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise UnreadableInput(_bad_utf8_line(data), "encoding", f"{error.msg}.", advice) from error
    encoding = "utf-8" if encoding == "utf-8-sig" else encoding
    body = data[len(BOM) :] if data.startswith(BOM) else data
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise UnreadableInput(
            line, "encoding", f"byte 0x{body[error.start]:02x} is not valid {encoding}.", advice
        ) from error
    except (LookupError, ValueError) as error:  # a codec that does not turn bytes into text, such as "hex"
        raise UnreadableInput(1, "encoding", f"{encoding} is not a text encoding.", advice) from error
    line_ends = tuple(_LINE_END.findall(text))
    source = SourceFile(data, _LINE_END.sub("\n", text), encoding, line_ends)
    try:
        lossless = source.encode(source.text) == data
    except NotWritten:
        lossless = False
    if not lossless:
        raise UnreadableInput(1, "encoding", f"reading the file as {encoding} loses bytes.", advice)
    return source


def _bad_utf8_line(data: bytes) -> int:
    """The line of the first byte that is not UTF-8; 1 when all are (then the declaration is wrong)."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1


def read_source(path: Path) -> SourceFile:
    """Read and decode one file.

    Raises:
        UnreadableInput: it cannot be read, or its bytes are not text.
    """
    return decode(read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; raises UnreadableInput instead of OSError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableInput(0, "unreadable", f"{error.strerror or error}.") from error


def restore_line_ends(old: str, line_ends: tuple[str, ...], new: str) -> str:
    """Give `new` (with "\\n") the line ends of `old`.

    One kind of line end: the same everywhere. Several kinds: a line that survived keeps its own, a new line
    takes the most frequent one.
    """
    kinds = set(line_ends)
    if kinds <= {"\n"}:
        return new
    usual = max(sorted(kinds), key=line_ends.count)
    if len(kinds) == 1:
        return new.replace("\n", usual)
    old_lines, new_lines = old.split("\n"), new.split("\n")
    ends = [usual] * (len(new_lines) - 1)
    matcher = difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    for old_start, new_start, size in matcher.get_matching_blocks():
        for offset in range(size):
            if old_start + offset < len(line_ends) and new_start + offset < len(ends):
                ends[new_start + offset] = line_ends[old_start + offset]
    return "".join(line + end for line, end in zip(new_lines, [*ends, ""], strict=True))


def write_whole(
    path: Path, data: bytes, expected: bytes | None = None, mode_of: Path | None = None, follow: bool = True
) -> None:
    """Replace the contents of a file in one step, keeping its permissions; a symlink keeps being one.

    Whatever happens (an error, Ctrl-C, SIGTERM turned into an exception), the file has either its old
    contents or all of the new ones, and no temporary file stays behind.

    Args:
        expected: what the file must still hold, None if that does not matter.
        mode_of: the file whose permissions a new file takes over.
        follow: write through a symlink; False: a symlink is replaced by the file.

    Raises:
        NotWritten: the file or its folder is read-only, or somebody changed the file meanwhile.
    """
    target = Path(os.path.realpath(path)) if follow else path

    def write(temporary: Path) -> None:
        with open(temporary, "xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if target.is_file() or mode_of is not None:
            shutil.copymode(target if target.is_file() else mode_of or target, temporary)

    _replace(target, write, expected)


def copy_whole(source: Path, path: Path) -> None:
    """Copy a file with its permissions and times, whole or not at all; raises NotWritten."""
    _replace(path, lambda temporary: shutil.copy2(source, temporary), None)


def link_whole(points_to: Path, path: Path) -> None:
    """Make `path` a symbolic link, replacing a file or link there; raises NotWritten."""
    _replace(path, lambda temporary: temporary.symlink_to(points_to), None)


def _replace(target: Path, write: Callable[[Path], object], expected: bytes | None) -> None:
    """Write beside the target, then rename over it: the only step that others can see."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _check_writable(target)
        with _temporary_beside(target) as temporary:
            write(temporary)
            if expected is not None and target.read_bytes() != expected:
                reason = "the file was changed while it was being migrated."
                raise NotWritten("changed-meanwhile", reason, "Run again.")
            os.replace(temporary, target)
    except OSError as error:
        raise NotWritten(
            "not-writable",
            f"cannot write: {error.strerror or error}.",
            "Check the permissions of file and folder.",
        ) from error


def _check_writable(target: Path) -> None:
    """A rename would happily replace a read-only file: its owner meant something else."""
    if target.exists() and not (target.stat().st_mode & 0o222 and os.access(target, os.W_OK)):
        raise NotWritten(
            "not-writable", "the file is read-only.", "Make it writable (chmod u+w), or use --out DIR."
        )


@contextlib.contextmanager
def _temporary_beside(target: Path) -> Iterator[Path]:
    """A name in the target's folder (a rename is atomic only within one file system), gone afterwards."""
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}.tmp")
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
