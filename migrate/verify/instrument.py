"""The migrated source with its run sites wrapped, so that the proof sees each call; lines stay.

The expression E of site i becomes

    __proof__.value(i, __proof__.begin(i), E')

where E' is E with the call `function(args)` in it, if the site has one, written as
`__proof__.invoke(i, function, args)`. Arguments are evaluated from left to right: `begin` runs before E and
`value` after it, in the same scope.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from migrate.plan import RunSite, Span

NAME = "__proof__"


class SpanMismatch(ValueError):
    """A site of the plan is not where the plan says."""


def instrument(source: str, filename: str, sites: Sequence[RunSite]) -> ast.Module:
    """Parse and wrap. Raises `SpanMismatch` when a span is no expression or does not call its function."""
    tree = ast.parse(source, filename)
    nodes = located(tree, source, sites)
    _Wrapper({id(nodes[site.index]): site for site in sites}).visit(tree)
    return ast.fix_missing_locations(tree)


def located(tree: ast.AST, source: str, sites: Sequence[RunSite]) -> dict[int, ast.expr]:
    """The expression of each site, by index. Raises `SpanMismatch` where there is none."""
    lines = source.replace("\r\n", "\n").split("\n")
    expressions = [(node, span_of(node, lines)) for node in ast.walk(tree) if isinstance(node, ast.expr)]
    found: dict[int, ast.expr] = {}
    for site in sites:
        node = _at(expressions, site.migrated, lines)
        if node is None:
            raise SpanMismatch(f"line {site.migrated.line} has no expression at the columns the plan gives")
        found[site.index] = node
    return found


def span_of(node: ast.expr, lines: Sequence[str]) -> Span:
    """Position in characters: `ast` counts bytes of UTF-8."""
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return Span(
        node.lineno,
        len(lines[node.lineno - 1].encode()[: node.col_offset].decode(errors="ignore")),
        end_line,
        len(lines[end_line - 1].encode()[:end_column].decode(errors="ignore")),
    )


def _text(span: Span, lines: Sequence[str]) -> str:
    piece = list(lines[span.line - 1 : span.end_line])
    piece[-1] = piece[-1][: span.end_column]
    piece[0] = piece[0][span.column :]
    return "\n".join(piece)


def _at(
    expressions: Sequence[tuple[ast.expr, Span]], wanted: Span, lines: Sequence[str]
) -> ast.expr | None:
    for node, span in expressions:
        if span == wanted:
            return node
    # Parentheses around an expression belong to it in one parser and not in the other.
    bare = _text(wanted, lines).strip("() \t\n")
    for node, span in expressions:
        near = wanted.line <= span.end_line and span.line <= wanted.end_line
        if near and bare and _text(span, lines).strip("() \t\n") == bare:
            return node
    return None


def _called(node: ast.AST, function: str) -> ast.Call | None:
    """The outermost call of `function` in the expression."""
    pending = [node]
    while pending:
        one = pending.pop(0)
        if isinstance(one, ast.Call) and ast.unparse(one.func) == function:
            return one
        pending.extend(ast.iter_child_nodes(one))
    # The plan may name a method without the object it is called on.
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == function:
            return one
    return None


class _Wrapper(ast.NodeTransformer):
    def __init__(self, found: dict[int, RunSite]) -> None:
        self._found = found
        self._calls: dict[int, RunSite] = {}

    def visit(self, node: ast.AST) -> ast.AST:
        site = self._found.get(id(node))
        if site is not None and site.function is not None:
            call = _called(node, site.function)
            if call is None:
                line = site.migrated.line
                raise SpanMismatch(f"line {line} does not call {site.function} where the plan says it does")
            self._calls[id(call)] = site
        called = self._calls.get(id(node))
        super().visit(node)
        result = node
        if called is not None and isinstance(node, ast.Call):
            arguments: list[ast.AST] = [ast.Constant(called.index), node.func, *node.args]
            result = ast.copy_location(_proof("invoke", arguments, node.keywords), node)
        if site is not None:
            begin = _proof("begin", [ast.Constant(site.index)], [])
            arguments = [ast.Constant(site.index), begin, result]
            result = ast.copy_location(_proof("value", arguments, []), node)  # type: ignore[type-var]
        return result


def _proof(method: str, arguments: Sequence[ast.AST], keywords: Sequence[ast.keyword]) -> ast.Call:
    function = ast.Attribute(ast.Name(NAME, ast.Load()), method, ast.Load())
    return ast.Call(function, list(arguments), list(keywords))  # type: ignore[arg-type]
