"""Pure functions: syntax, line ends, diffs, progress, exit status."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.files import UnreadableInput, decode
from migrate.report.diff import unified_diff
from migrate.report.progress import MOMENT, Progress, bar
from migrate.syntax import find_problem


@pytest.mark.parametrize(
    "text",
    [
        'print "hello"',
        "print x, y",
        "if a: print b",
        'print "a" % (x,\n  y)',
        "try:\n  pass\nexcept (A, B), e:\n  pass",
        "a <> b",
        "`a`",
        'exec "x"',
        'raise E, "m"',
        "0777",
        "10L",
        "def f((a, b)): pass",
        "lambda (a, b): a",
        "ur'a'",
        "if 1:\n\tx\n        y",
    ],
)
def test_python2(text: str) -> None:
    problem = find_problem("import tensorflow\n" + text)
    assert problem is not None and problem.python2
    assert problem.refusal.code == "python2"
    assert problem.refusal.line >= 2


@pytest.mark.parametrize(
    "text",
    [
        "def f(:\n",
        "x = (1,\ny = 2",
        'x = "print a" +',
        "print(a))",
        "async = 3",
        "x = 'abc",
        "\0",
        "   x = 1\n y",
    ],
)
def test_no_python_at_all(text: str) -> None:
    problem = find_problem(text)
    assert problem is not None and not problem.python2
    assert problem.refusal.code == "syntax-error"


@pytest.mark.parametrize(
    "text", ["", "# nothing", "print(1)", "x = '\\d'", "\tpass".strip(), "é = 1", "if 1:\n\tx = 2"]
)
def test_python3(text: str, recwarn: pytest.WarningsRecorder) -> None:
    assert find_problem(text) is None
    assert not recwarn


LINES = st.lists(
    st.tuples(st.text("ab \t\f\x0b\x1cé\u2028", max_size=3), st.sampled_from(["\n", "\r\n", "\r"]))
)


@given(LINES, st.text("xé", max_size=2), st.booleans())
def test_reading_loses_nothing(lines: list[tuple[str, str]], last: str, bom: bool) -> None:
    data = b"\xef\xbb\xbf" * bom + ("".join(text + end for text, end in lines) + last).encode()
    source = decode(data)
    assert "\r" not in source.text
    assert source.encode(source.text) == data


@given(st.binary(max_size=30))
def test_any_bytes_are_read_whole_or_refused(data: bytes) -> None:
    try:
        source = decode(data)
    except UnreadableInput as error:
        assert error.refusal.line >= 1
    else:
        assert source.encode(source.text) == data


@given(LINES, st.integers(0, 5), st.text("xy", max_size=2))
def test_lines_that_survive_keep_their_line_ends(lines: list[tuple[str, str]], at: int, new: str) -> None:
    source = decode("".join(f"{number}{end}" for number, (_, end) in enumerate(lines)).encode())
    texts = source.text.split("\n")
    texts.insert(min(at, len(lines)), "new" + new)
    written = decode(source.encode("\n".join(texts)))
    kept = {text: end for text, end in zip(written.text.split("\n"), written.line_ends, strict=False)}
    assert all(kept[str(number)] == end for number, (_, end) in enumerate(lines))


def test_diff_of_equal_files_is_empty() -> None:
    assert unified_diff("a.py", b"x\n", b"x\n") == b""


def test_diff_says_where_the_last_line_has_no_end() -> None:
    assert unified_diff("a.py", b"x", b"y\n") == (
        b"--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n"
    )


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_bar() -> None:
    assert bar("migrating", 1, 2) == "migrating [############------------] 1/2"
    assert bar("migrating", 0, 0).endswith("] 0/0")


def test_progress_shows_only_what_takes_longer_than_a_moment() -> None:
    now = 0.0
    terminal = _Terminal()
    with Progress(terminal, lambda: now) as progress:
        progress.show("migrating", 1, 4)
        assert terminal.getvalue() == ""
        now = MOMENT + 0.1
        progress.show("migrating", 2, 4)
        assert "2/4" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")


def test_progress_is_for_terminals_only() -> None:
    now = 0.0
    stream = io.StringIO()
    with Progress(stream, lambda: now) as progress:
        now = 100.0
        progress.show("migrating", 2, 4)
    assert stream.getvalue() == ""
