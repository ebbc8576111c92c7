"""The module around the regions: imports, support code, and the map from runs to what they became."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import libcst as cst

from migrate.analysis.scope import code_of
from migrate.emit import support_code
from migrate.plan import Span

Statements = list[cst.BaseStatement]
PLAIN_IMPORTS = ("import keras", "import logging", "import numpy as np", "import sys", "import tensorflow as tf")
MARKED = re.compile(r"__site_(\d+)__\(")


def finish(
    module: cst.Module,
    statements: Statements,
    support: set[str],
    renamed: dict[str, str],
    footer: list[cst.EmptyLine],
    imports: Iterable[str] = (),
) -> cst.Module:
    """The module with its imports and support code in place; `imports` are statements, for names that it reads."""
    ordered = support_code.order(sorted(support))
    snippets = [cst.parse_module(_renamed(support_code.load(name), renamed)) for name in ordered]
    added: Statements = [statement for snippet in snippets for statement in snippet.body]
    imported = {line for name in ordered for line in support_code.imports(name)} | set(imports)
    body = list(statements)
    if added:
        defined = {renamed.get(name, name) for snippet in ordered for name in support_code.defines(snippet)}
        place = min(_after_imports(body), _first_mention(body, defined))
        body, moved = _needed_earlier(body, place, _loaded(added))
        imported |= set(moved)
        place = min(_after_imports(body), _first_mention(body, defined))
        block = [_two_blank_lines(statement) for statement in added]
        body[place:place] = block
        after = place + len(block)
        if after < len(body):
            body[after] = _two_blank_lines(body[after])
    bound = _bound(body)
    names = _loaded(body)
    wanted = [
        line
        for line in (*PLAIN_IMPORTS, *sorted(imported))
        if _name_of(line) in names and _name_of(line) not in bound
    ]
    wanted = list(dict.fromkeys(wanted))
    body = _insert_imports(body, wanted)
    return module.with_changes(body=body, footer=[*footer, *module.footer])


def used_support(statements: Statements, support: set[str], renamed: dict[str, str]) -> set[str]:
    """The support code that the statements call."""
    names = _loaded(statements) if support else set()
    return {name for name in support if {renamed.get(d, d) for d in support_code.defines(name)} & names}


def _renamed(text: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        if old != new:
            text = re.sub(rf"\b{old}\b", new, text)
    return text


def _is_import(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(
        statement.body[0], (cst.Import, cst.ImportFrom)
    )


def _is_future(statement: cst.CSTNode) -> bool:
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and isinstance(statement.body[0], cst.ImportFrom)
        and isinstance(statement.body[0].module, cst.Name)
        and (statement.body[0].module.value == "__future__")
    )


def _after_imports(body: Statements) -> int:
    place = 0
    for position, statement in enumerate(body):
        if _is_import(statement):
            place = position + 1
        elif isinstance(statement, (cst.FunctionDef, cst.ClassDef, cst.For, cst.While, cst.With)):
            break
        elif (
            position == 0 and isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[0], cst.Expr)
        ):
            place = 1
    return place


def _first_mention(body: Statements, names: set[str]) -> int:
    """The position of the first statement that mentions one of the names; the length where none does."""
    return next((i for i, statement in enumerate(body) if names & _loaded([statement])), len(body))


def _needed_earlier(body: Statements, place: int, names: set[str]) -> tuple[Statements, list[str]]:
    """Imports that stand after the place where support code goes, and that it needs: taken out, as text."""
    kept, moved = body[:place], []
    lines: list[cst.EmptyLine] = []  # before an import that goes
    for statement in body[place:]:
        text = code_of(statement.with_changes(leading_lines=[])).strip() if _is_import(statement) else ""
        if text and _name_of(text) in names and re.fullmatch(r"import [\w.]+( as \w+)?", text):
            moved.append(text)
            lines += getattr(statement, "leading_lines", [])
            continue
        if lines and hasattr(statement, "leading_lines"):
            statement, lines = statement.with_changes(leading_lines=[*lines, *statement.leading_lines]), []
        kept.append(statement)
    return kept, moved


def _two_blank_lines(statement: cst.BaseStatement) -> cst.BaseStatement:
    lines = list(getattr(statement, "leading_lines", []))
    while lines and lines[0].comment is None:
        lines.pop(0)
    return statement.with_changes(leading_lines=[cst.EmptyLine(indent=False), cst.EmptyLine(indent=False), *lines])


def _name_of(line: str) -> str:
    return line.split()[-1].split(".")[0]


def _insert_imports(body: Statements, lines: list[str]) -> Statements:
    """Put the imports beside the program's own: `import keras` just before tensorflow."""
    if not lines:
        return body
    new: Statements = [cst.parse_statement(line) for line in lines]
    place = next((i for i, s in enumerate(body) if _is_import(s) and "tensorflow" in code_of(s)), None)
    first = _first_mention(body, {_name_of(line) for line in lines})
    if place is not None and place > first:
        place = first
    if place is None:
        place = next((i for i, s in enumerate(body[: first + 1]) if _is_import(s) and not _is_future(s)), None)
    if place is None:
        place = 0
        for position, statement in enumerate(body):
            docstring = (
                isinstance(statement, cst.SimpleStatementLine)
                and position == 0
                and isinstance(statement.body[0], cst.Expr)
            )
            if docstring or _is_future(statement):
                place = position + 1
            else:
                break
    while (
        place
        and place < len(body)
        and _is_import(body[place - 1])
        and not getattr(body[place], "leading_lines", [])
        and not _is_future(body[place - 1])
        and (code_of(body[place - 1]).split()[1] > "keras")
    ):
        place -= 1
    if place < len(body) and _is_import(body[place]):
        lines_before = getattr(body[place], "leading_lines", [])
        new[0] = new[0].with_changes(leading_lines=lines_before)
        body = [*body[:place], body[place].with_changes(leading_lines=[]), *body[place + 1 :]]
    return [*body[:place], *new, *body[place:]]


def _bound(body: Statements) -> set[str]:
    tree = ast.parse("".join(code_of(s) for s in body))
    names: set[str] = set()
    for node in tree.body:
        for part in ast.walk(node) if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) else [node]:
            if isinstance(part, ast.alias):
                names.add((part.asname or part.name).split(".")[0])
            elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                names.add(part.id)
            elif isinstance(part, (ast.FunctionDef, ast.ClassDef)):
                names.add(part.name)
    return names


def _loaded(body: Statements) -> set[str]:
    tree = ast.parse("".join(code_of(s) for s in body))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def mark(index: int, node: cst.BaseExpression) -> cst.BaseExpression:
    """Wrap the expression of a run site so that its place can be told in the finished text."""
    return cst.Call(cst.Name(f"__site_{index}__"), [cst.Arg(node)])


def unmark(source: str) -> tuple[str, dict[int, Span]]:
    """Take the marks out of the text; where each marked expression ends up."""
    tree = ast.parse(source)
    lines = source.splitlines(keepends=True)
    edits: list[tuple[int, int, int]] = []  # line, column, length removed
    inner: dict[int, tuple[int, int, int, int]] = {}

    def column(line: int, offset: int) -> int:
        return len(lines[line - 1].encode()[:offset].decode())

    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found = re.fullmatch(r"__site_(\d+)__", node.func.id)
            if found is None:
                continue
            start = column(node.lineno, node.col_offset)
            assert node.end_lineno is not None and node.end_col_offset is not None
            end = column(node.end_lineno, node.end_col_offset)
            edits.append((node.lineno, start, len(node.func.id) + 1))
            edits.append((node.end_lineno, end - 1, 1))
            inner[int(found.group(1))] = (node.lineno, start + len(node.func.id) + 1, node.end_lineno, end - 1)
    for line, start, length in sorted(edits, reverse=True):
        text = lines[line - 1]
        lines[line - 1] = text[:start] + text[start + length :]

    def moved(line: int, place: int) -> int:
        return place - sum(length for where, start, length in edits if where == line and start < place)

    spans = {index: Span(a, moved(a, b), c, moved(c, d)) for index, (a, b, c, d) in inner.items()}
    return "".join(lines), spans
