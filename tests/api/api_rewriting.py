"""Rewrite all TF1 names of one expression by the table."""

from __future__ import annotations

import libcst as cst

from migrate import api


def dotted(node: cst.BaseExpression) -> str | None:
    """The TF1 name without "tf.", or None."""
    text = cst.Module(body=()).code_for_node(node)
    is_name = text.startswith("tf.") and text.replace(".", "").replace("_", "").isalnum()
    return text[3:] if is_name else None


class Rewriter(cst.CSTTransformer):
    """Replaces calls, and names that are not called, from the inside out."""

    def __init__(self) -> None:
        super().__init__()
        self.support: set[str] = set()
        self.called: set[int] = set()

    def visit_Call(self, node: cst.Call) -> None:
        self.called.add(id(node.func))

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        return dotted(node) is None

    def leave_Attribute(
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        name = dotted(original_node)
        if name is None or id(original_node) in self.called:
            return updated_node
        row = api.find(name)
        assert row is not None, name
        return self.taken(api.rewrite_name(row))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        name = dotted(original_node.func)
        if name is None:
            return updated_node
        row = api.find(name)
        assert row is not None, name
        return self.taken(api.rewrite_call(row, updated_node))

    def taken(self, result: api.Rewritten | api.Problem) -> cst.BaseExpression:
        assert isinstance(result, api.Rewritten), result
        self.support.update(result.support)
        return result.expression


def rewritten(text: str) -> tuple[str, set[str]]:
    """The expression in TF2, and the support functions it calls."""
    rewriter = Rewriter()
    tree = cst.parse_expression(text).visit(rewriter)
    return cst.Module(body=()).code_for_node(tree), rewriter.support
