"""How the files of a program are told apart while they are read as one.

A module-level name that two files bind is main‿1 in the second; a line of file 2 is line 2_000_000 + line. What stands
in the place of an import between the files, and at the beginning of each file, is a string of its own.
"""

from __future__ import annotations

import re

import libcst as cst

TIE = "‿"
STRIDE = 1_000_000
_FILE, _IMPORT = f"file{TIE}", f"import{TIE}"


def tagged(name: str, file: int) -> str:
    return f"{name}{TIE}{file}"


def untagged(name: str) -> str:
    return name.split(TIE)[0]


def without_tags(text: str) -> str:
    """A text that mentions names of the merged module."""
    return re.sub(rf"{TIE}\d+", "", text) if TIE in text else text


def line_of(line: int, file: int) -> int:
    return line + STRIDE * file


def place_of(line: int) -> tuple[int, int]:
    """(file, line in it)."""
    return divmod(line, STRIDE)


def file_mark(file: int) -> cst.SimpleStatementLine:
    return _mark(f"{_FILE}{file}")


def import_mark(number: int) -> cst.SimpleStatementLine:
    return _mark(f"{_IMPORT}{number}")


def marked_file(statement: cst.CSTNode) -> int | None:
    return _number(statement, _FILE)


def marked_import(statement: cst.CSTNode) -> int | None:
    return _number(statement, _IMPORT)


def _mark(text: str) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([cst.Expr(cst.SimpleString(f'"{text}"'))])


def _number(statement: cst.CSTNode, kind: str) -> int | None:
    if isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[0], cst.Expr):
        value = statement.body[0].value
        if isinstance(value, cst.SimpleString) and value.value.startswith(f'"{kind}'):
            return int(value.value[len(kind) + 1 : -1])
    return None
