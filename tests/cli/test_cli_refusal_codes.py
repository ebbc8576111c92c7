"""Every refusal code that the code uses is explained in the one table, and the page shows that table."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import migrate
from migrate.report.refusals import as_page, describe, table

SOURCES = Path(migrate.__file__).parent
# The calls that carry a code, by what they are called.
CARRIERS = {"Refusal", "Refuse", "Problem", "Unsupported", "NotWritten", "UnreadableInput"}
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def used_codes() -> Iterator[tuple[str, str]]:
    """(code, place) of every literal code: the `code` keyword or the first literal that can be one."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in CARRIERS:
                    places = 1 if name == "Unsupported" else 2
                    arguments = [k.value for k in node.keywords if k.arg == "code"] or node.args[:places]
                    yield from ((code, f"{path.name}:{node.lineno}") for code in _literals(arguments))


def _literals(arguments: list[ast.expr]) -> list[str]:
    strings = [
        part.value
        for argument in arguments
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    return [text for text in strings if KEBAB.fullmatch(text)]


def test_every_code_is_in_the_table() -> None:
    entries = table()
    missing = {code: place for code, place in used_codes() if code not in entries}
    assert not missing, f"explain these in migrate/report/codes_of_*.py: {missing}"


def test_every_entry_is_used() -> None:
    text = "".join(
        path.read_text() for path in SOURCES.rglob("*.py") if not path.name.startswith("codes_of_")
    )
    unused = [code for code in table() if f'"{code}"' not in text]
    assert not unused, f"no source uses these codes: {unused}"


def test_entries_are_whole_sentences() -> None:
    for code, entry in table().items():
        assert KEBAB.fullmatch(code), code
        assert entry.meaning.endswith(".") and entry.change.endswith("."), code
        assert entry.example.strip(), code
        assert describe(code) == entry


def test_codes_are_unique() -> None:
    modules = sorted((SOURCES / "report").glob("codes_of_*.py"))
    codes = [
        node.args[0].value
        for path in modules
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant)
    ]
    assert len(codes) == len(set(codes)) == len(table())


def test_the_page_is_printed_from_the_table() -> None:
    page = (SOURCES / "report" / "refusals.md").read_text()
    assert page == as_page(table().values()), (
        "run: python -m migrate.report.refusals > migrate/report/refusals.md"
    )
