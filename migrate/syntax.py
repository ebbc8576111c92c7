"""Does a text parse as Python 3, and if not, is it Python 2? Pure functions of the text."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

from migrate.plan import Refusal

# libcst's parser overflows the C stack on expressions nested thousands deep; nobody writes those by hand.
MAX_DEPTH = 600

_PYTHON2 = (
    (
        re.compile(r"^\s*(?:.*[:;]\s*)?print(?:\s+[^\s=(.,\[)+*/%&|^<-]|\s*>>|\s+[-(<\[]|\s*$)"),
        "the print statement",
    ),
    (re.compile(r"^\s*except\b[^:#]*[\w\])]\s*,\s*\w+\s*:"), "`except X, e:`"),
    (re.compile(r"^\s*(?:.*[:;]\s*)?raise\s+[\w.]+\s*,"), "`raise X, message`"),
    (re.compile(r"^\s*(?:.*[:;]\s*)?exec\s+[^\s=(.,]"), "the exec statement"),
    (re.compile(r"<>"), "the operator `<>`"),
    (re.compile(r"`"), "backticks"),
    (re.compile(r"\b(?:def\s+\w+\s*\(|lambda\b)(?:[^:=]*,)?\s*\([\w\s,]+\)"), "tuple parameters"),
    (re.compile(r"\b\d+[lL]\b|\b0x[0-9a-fA-F]+[lL]\b"), "long integers such as `10L`"),
    (re.compile(r"(?<![\w.])0\d+\b"), "octal numbers such as `0777`"),
    (re.compile(r"\b[uU][rR]['\"]"), "`ur''` strings"),
)


@dataclass(frozen=True)
class SyntaxProblem:
    """The text is no Python 3; `python2` if it looks like Python 2: readable, but not ours to migrate."""

    refusal: Refusal
    python2: bool


def find_problem(text: str) -> SyntaxProblem | None:
    """What keeps `text` from being parsed by this Python, None when it parses."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\\d" in a legacy string is no news worth a line on stderr
            tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:  # ValueError: null bytes, before Python 3.12
        return _classify(text, error)
    except (RecursionError, MemoryError):
        return _too_deep()
    return _too_deep() if _deeper_than(tree, MAX_DEPTH) else None


def _too_deep() -> SyntaxProblem:
    reason = "an expression or block is nested too deeply to be read."
    return SyntaxProblem(Refusal(1, "too-deep", reason, "Split it into several statements."), python2=False)


def _deeper_than(tree: ast.AST, limit: int) -> bool:
    level = [tree]
    for _ in range(limit):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def _classify(text: str, error: Exception) -> SyntaxProblem:
    line = getattr(error, "lineno", None) or 1
    message = getattr(error, "msg", None) or str(error)
    feature = python2_feature(text, line, error)
    if feature:
        advice = (
            "Convert it to Python 3 first, for example with `2to3 -w FILE` (Python 3.12 or older has 2to3)."
        )
        return SyntaxProblem(Refusal(line, "python2", f"Python 2 code: {feature}.", advice), python2=True)
    return SyntaxProblem(Refusal(line, "syntax-error", _sentence(message)), python2=False)


def _sentence(message: str) -> str:
    return message if message.endswith((".", "!", "?")) else f"{message}."


def python2_feature(text: str, line: int, error: Exception) -> str | None:
    """Which Python 2 construct makes line `line` unreadable for Python 3, None if none does."""
    if isinstance(error, TabError):
        return "tabs and spaces mixed in indentation"
    lines = text.split("\n")
    # Python reports `print "a" if x else "b"` and calls over several lines up to one line off.
    for candidate in (line, line - 1):
        if 1 <= candidate <= len(lines):
            bare = _without_strings(lines[candidate - 1])
            for pattern, feature in _PYTHON2:
                if pattern.search(bare):
                    return feature
    return None


def _without_strings(line: str) -> str:
    """The line without its comment and the contents of plain strings: words in text do not count."""
    blanked = re.sub(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", lambda m: m[0][0] + "_" + m[0][0], line)
    return re.sub(r"#.*", "", blanked)
