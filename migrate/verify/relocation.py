"""The plan of a migration carried over to a migrated file that is not, byte for byte, what the codemod writes now.

A file that was migrated last year, was formatted since, or has got a comment or a print more, still has its run
sites; they only stand elsewhere.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from migrate.files import UnreadableInput, decode
from migrate.plan import Migrated, RunSite
from migrate.verify.instrument import located, span_of


def read_text(path: Path) -> str:
    """The text of a Python file, with "\n" line ends. Raises `ValueError` for bytes that are none."""
    try:
        return decode(path.read_bytes()).text
    except UnreadableInput as error:
        raise ValueError(f"{path}:{error.refusal.line}: {error.refusal.reason}") from None


def relocate(plan: Migrated, text: str) -> Migrated:
    """The plan for `text`, with the spans of its run sites.

    A site is looked for by the text of its expression, in the same function, in the same order; where the
    expression was edited, by the call of the site's function.

    Raises `ValueError` when the text does not parse, or a site is not there or not there as often.
    """
    text = text.replace("\r\n", "\n")
    if text == plan.source.replace("\r\n", "\n"):
        return plan
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"the migrated file does not parse: line {error.lineno}: {error.msg}") from None
    planned_tree = ast.parse(plan.source)
    planned = located(planned_tree, plan.source, [site for site in plan.sites if not site.file])
    lines = text.split("\n")
    sites = []
    for site in plan.sites:
        if site.file:
            sites.append(site)
            continue
        node = _counterpart(planned[site.index], planned_tree, tree) or _same_call(
            site, planned[site.index], planned_tree, tree
        )
        if node is None:
            code = ast.unparse(planned[site.index])
            raise ValueError(
                f"the migrated file does not have {code!r} (legacy line {site.legacy.line}) where the migration "
                f"puts it: it was edited or is outdated"
            )
        sites.append(replace(site, migrated=span_of(node, lines)))
    return replace(plan, source=text, sites=tuple(sites))


def _expressions(tree: ast.AST, scope: str = "") -> Iterator[tuple[str, ast.expr]]:
    """Every expression with the function it stands in, in order."""
    for node in ast.iter_child_nodes(tree):
        inner = scope
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{scope}.{node.name}"
        if isinstance(node, ast.expr):
            yield scope, node
        yield from _expressions(node, inner)


def _counterpart(wanted: ast.expr, planned: ast.AST, tree: ast.AST) -> ast.expr | None:
    """The expression of the same text, as often there as planned."""
    text = ast.unparse(wanted)

    def alike(root: ast.AST, scope: str) -> list[ast.expr]:
        found = [node for where, node in _expressions(root) if where == scope]
        return [node for node in found if type(node) is type(wanted) and ast.unparse(node) == text]

    return _by_order(wanted, planned, tree, alike)


def _same_call(site: RunSite, wanted: ast.expr, planned: ast.AST, tree: ast.AST) -> ast.expr | None:
    """The call of the site's function, with what is done to its value, as `.numpy()`."""
    if site.function is None:
        return None
    shape = _around(wanted, site.function)

    def alike(root: ast.AST, scope: str) -> list[ast.expr]:
        found = [node for where, node in _expressions(root) if where == scope]
        return [node for node in found if _around(node, site.function or "") == shape]

    return None if shape is None else _by_order(wanted, planned, tree, alike)


def _around(node: ast.expr, function: str) -> str | None:
    """The expression with the arguments of the call left out; None where it is no such call."""
    calls = [
        one for one in ast.walk(node) if isinstance(one, ast.Call) and ast.unparse(one.func) == function
    ]
    if len(calls) != 1 or not isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        return None
    return ast.unparse(node).replace(ast.unparse(calls[0]), "…", 1)


def _by_order(
    wanted: ast.expr,
    planned: ast.AST,
    tree: ast.AST,
    alike: Callable[[ast.AST, str], list[ast.expr]],
) -> ast.expr | None:
    scope = next(where for where, node in _expressions(planned) if node is wanted)
    before, now = alike(planned, scope), alike(tree, scope)
    return now[before.index(wanted)] if len(before) == len(now) else None
