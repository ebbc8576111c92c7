"""A unified diff that `git apply` and `patch -p1` accept, whatever the line ends and encoding of the file."""

from __future__ import annotations

import difflib

_NO_NEWLINE = b"\\ No newline at end of file\n"


def unified_diff(path: str, before: bytes, after: bytes) -> bytes:
    """The difference of two versions of one file, in the file's own bytes; empty when there is none."""
    old, new = (f"{side}/{path}" if not path.startswith("/") else path for side in "ab")
    # One character per byte: the bytes come back as they were, and lines end at "\n" only, as patch sees
    # them.
    lines = difflib.unified_diff(_lines(before), _lines(after), "OLD", "NEW")
    heads = {"--- OLD\n": f"--- {old}\n".encode(), "+++ NEW\n": f"+++ {new}\n".encode()}
    output = []
    for number, line in enumerate(lines):
        encoded = heads[line] if number < 2 else line.encode("latin-1")
        output.append(encoded if encoded.endswith(b"\n") else encoded + b"\n" + _NO_NEWLINE)
    return b"".join(output)


def _lines(data: bytes) -> list[str]:
    pieces = data.decode("latin-1").split("\n")
    return [piece + "\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])
