"""Summaries that a method merges when the graph is run: self.merged = tf.summary.merge_all() belongs to the graph."""

from __future__ import annotations

import libcst as cst

from migrate.classes.survey import mentions

_MERGES = {"merge_all", "merge_all_summaries"}


def without_merges(
    method: cst.FunctionDef, tensorflow: set[str]
) -> tuple[cst.FunctionDef, list[cst.BaseStatement]]:
    """The method without such statements, and the statements."""
    body = method.body
    assert isinstance(body, cst.IndentedBlock)
    merges = [statement for statement in body.body if _merges(statement, tensorflow)]
    if not merges:
        return method, []
    kept = [statement for statement in body.body if statement not in merges]
    return method.with_changes(body=body.with_changes(body=kept or [cst.SimpleStatementLine([cst.Pass()])])), merges


def _merges(statement: cst.BaseStatement, tensorflow: set[str]) -> bool:
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1 else None
    value = small.value if isinstance(small, cst.Assign) else None
    if not isinstance(value, cst.Call) or not isinstance(value.func, cst.Attribute):
        return False
    return value.func.attr.value in _MERGES and mentions(value.func, tensorflow)
