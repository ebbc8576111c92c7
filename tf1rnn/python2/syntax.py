"""Python 2 text to a syntax tree of Python 3, each node on the line that the user wrote it on.

fissix (lib2to3, kept alive after Python dropped it) parses Python 2 and rewrites what is syntax; what things mean is
not its business here but that of `meaning`.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from typing import Any

from tf1rnn.python2.evidence import new_syntax

FIXERS = "except exec funcattrs getcwdu metaclass methodattrs ne numliterals paren print raise repr throw"


class NotPython2(Exception):
    """The text is not Python 2 either."""


def decoded(source: bytes) -> str:
    """The text of a source file, its lines ended by a line feed. Raises SyntaxError as the parser does."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    text = source.decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def converted(source: bytes, filename: str, rejected: SyntaxError | None = None) -> ast.Module:
    """The syntax tree. `rejected` is what today's parser says of the text as it is.

    Raises NotPython2 if Python 2's grammar rejects the text too, or if nothing in it is Python 2; SyntaxError (file,
    line) if it is Python 2 that cannot be converted.
    """
    text = decoded(source)
    if not text.endswith("\n"):
        text += "\n"
    try:
        tree = _tool().refactor_string(text, filename)
    except Exception as error:  # fissix raises its own ParseError, tokenize errors, IndentationError
        raise NotPython2(str(error)) from None
    if tree is None:
        raise NotPython2("nothing to convert")
    lines = _lines(tree)
    new = str(tree)
    spaced = _without_tabs(new)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            module = ast.parse(spaced, filename)
    except SyntaxError as error:
        at = lines.get(error.lineno or 0, error.lineno or 0)
        if rejected is not None and (at, error.msg) == (rejected.lineno, rejected.msg):
            raise NotPython2(error.msg) from None  # converting changed nothing about it
        shown = [None, *text.splitlines()][at] if at <= text.count("\n") else None
        raise SyntaxError(
            f"Python 2 source that could not be converted ({error.msg})", (filename, at, None, shown)
        ) from None
    if rejected is not None and new_syntax(module):
        raise NotPython2("syntax of Python 3")
    written = text.splitlines()
    for node in ast.walk(module):
        if isinstance(node, (ast.stmt, ast.expr, ast.excepthandler, ast.arg, ast.alias, ast.keyword)):
            node.lineno = lines.get(node.lineno, node.lineno)
            # columns are those of the converted text: let a traceback show the line as a whole, without marks
            line = written[node.lineno - 1] if node.lineno <= len(written) else ""
            node.col_offset = len(line) - len(line.lstrip())
            node.end_lineno, node.end_col_offset = node.lineno, len(line.rstrip().encode())
    return module


def _tool() -> Any:
    """fissix with our choice of fixers. Raises ImportError with advice where it is not installed."""
    try:
        from fissix import refactor
    except ImportError:
        raise ImportError("running Python 2 source needs the package fissix: pip install fissix") from None

    class Tool(refactor.RefactoringTool):  # type: ignore[misc, name-defined]
        def get_fixers(self) -> tuple[list[Any], list[Any]]:
            from tf1rnn.python2.literals import FixLiterals
            from tf1rnn.python2.parameters import FixParameters

            before, after = super().get_fixers()
            own = [FixLiterals(self.options, self.fixer_log), FixParameters(self.options, self.fixer_log)]
            return before, [*after, *own]

        def log_error(self, message: str, *args: Any, **kwargs: Any) -> None:
            raise NotPython2(message)

    return Tool([f"fissix.fixes.fix_{name}" for name in FIXERS.split()])


def _lines(tree: Any) -> dict[int, int]:
    """Line of the converted text -> line of the original."""
    lines: dict[int, int] = {}
    new_line = 1
    for leaf in tree.leaves():
        new_line += leaf.prefix.count("\n")
        if leaf.lineno:
            lines.setdefault(new_line, leaf.lineno)
        new_line += leaf.value.count("\n")
    last = 0
    for line in range(1, new_line + 1):
        last = lines.setdefault(line, last or line)
    return lines


def _without_tabs(text: str) -> str:
    """Indentation in spaces, a tab reaching to the next multiple of 8, as Python 2 read it where it is mixed."""
    try:
        ast.parse(text)
        return text
    except TabError:
        pass
    except SyntaxError:
        return text
    from fissix.pgen2 import tokenize as old

    inside: set[int] = set()  # lines that begin within a string
    for kind, _, (first, _), (last, _), _ in old.generate_tokens(io.StringIO(text).readline):
        if kind == old.STRING:
            inside.update(range(first + 1, last + 1))
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        bare = line.lstrip(" \t")
        if number not in inside and line != bare:
            lines[number - 1] = line[: len(line) - len(bare)].expandtabs(8) + bare
    return "".join(lines)
