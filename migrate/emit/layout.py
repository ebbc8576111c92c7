"""Line lengths of generated statements: a call that is too long hangs its arguments under it."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrate.analysis.scope import code_of

WIDTH = 100
_STEP = "    "


def wrapped(statement: cst.BaseStatement, indent: int = 0) -> cst.BaseStatement:
    """The statement with its outermost call broken over lines where one line is too long."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return statement
    small = statement.body[0]
    bare = statement.with_changes(leading_lines=[], trailing_whitespace=cst.TrailingWhitespace())
    text = code_of(bare).rstrip("\n")
    if "\n" in text or len(text) + indent <= WIDTH:
        return statement
    if isinstance(small, (cst.Assign, cst.Expr, cst.Return)) and small.value is not None:
        return statement.with_changes(body=[small.with_changes(value=_broken(small.value, indent))])
    return statement


def _broken(node: cst.BaseExpression, indent: int, pad: str = "") -> cst.BaseExpression:
    """The expression over several lines, its first bracket opened; inner ones where that is not enough.

    indent: columns of the line that it begins in. pad: how much of that lies beyond the block's own indentation.
    """
    inside, step = indent + len(_STEP), pad + _STEP
    if isinstance(node, cst.ListComp):
        long = len(code_of(node.elt)) + inside > WIDTH
        return node.with_changes(
            lbracket=cst.LeftSquareBracket(_newline(step)),
            elt=_broken(node.elt, inside, step) if long else node.elt,
            for_in=node.for_in.with_changes(whitespace_before=_newline(step)),
            rbracket=cst.RightSquareBracket(_newline(pad)),
        )
    if isinstance(node, cst.GeneratorExp) and node.lpar:
        long = len(code_of(node)) + inside > WIDTH + 2
        source = node.for_in.with_changes(iter=_broken(node.for_in.iter, inside, step)) if long else node.for_in
        return node.with_changes(
            lpar=[cst.LeftParen(_newline(step))], for_in=source, rpar=[cst.RightParen(_newline(pad))]
        )
    if isinstance(node, cst.IfExp):
        return node.with_changes(orelse=_broken(node.orelse, indent, pad))
    if not isinstance(node, cst.Call):
        return node
    if isinstance(node.func, cst.Attribute) and isinstance(node.func.value, cst.Call) and not node.args:
        inner = _broken(node.func.value, indent, pad)  # train_step(...).numpy()
        return node.with_changes(func=node.func.with_changes(value=inner))
    if not node.args:
        return node
    if isinstance(node.args[0].value, cst.GeneratorExp) and not node.args[0].value.lpar:
        made = node.args[0].value
        if len(code_of(made)) + inside > WIDTH:
            made = made.with_changes(for_in=made.for_in.with_changes(whitespace_before=_newline(step)))
        arg = node.args[0].with_changes(value=made, whitespace_after_arg=_newline(pad))
        return node.with_changes(args=[arg], whitespace_before_args=_newline(step))
    if isinstance(node.func, cst.Name) and node.func.value.startswith("__site_"):
        return node.with_changes(args=[node.args[0].with_changes(value=_broken(node.args[0].value, indent, pad))])
    if len(node.args) == 1 and isinstance(node.args[0].value, cst.Call) and node.args[0].keyword is None:
        head = len(code_of(node.func)) + 2  # list(call(...)): the inner call is what is long
        inner = _broken(node.args[0].value, indent, pad)
        if max(len(line) for line in code_of(inner).splitlines()) + indent + head <= WIDTH:
            return node.with_changes(args=[node.args[0].with_changes(value=inner)])
    return _hung(node, inside, pad)


def _hung(node: cst.Call, inside: int, pad: str) -> cst.Call:
    """A call with its arguments in the next line, or one a line."""
    step = pad + _STEP
    lengths = [len(code_of(arg.value)) + (len(arg.keyword.value) + 1 if arg.keyword else 0) + 2 for arg in node.args]
    if inside + sum(lengths) <= WIDTH:
        args = _separated(node.args, cst.SimpleWhitespace(" "))
        return node.with_changes(args=args, whitespace_before_args=_newline(step))
    parts = [
        arg.with_changes(value=_broken(arg.value, inside, step)) if length + inside > WIDTH else arg
        for arg, length in zip(node.args, lengths, strict=True)
    ]
    args = _separated(parts, _newline(step))
    if len(args) > 1:
        args[-1] = args[-1].with_changes(comma=cst.Comma(whitespace_after=_newline(pad)))
    else:
        args[-1] = args[-1].with_changes(whitespace_after_arg=_newline(pad))
    return node.with_changes(args=args, whitespace_before_args=_newline(step))


def _separated(args: Sequence[cst.Arg], space: cst.BaseParenthesizableWhitespace) -> list[cst.Arg]:
    """Arguments with the same space after each comma and none after the last."""
    plain = cst.SimpleWhitespace("")
    last = args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=plain)
    return [
        *(arg.with_changes(comma=cst.Comma(whitespace_after=space), whitespace_after_arg=plain) for arg in args[:-1]),
        last,
    ]


def _newline(indent: str) -> cst.ParenthesizedWhitespace:
    return cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace(indent))


class _Wrap(cst.CSTTransformer):
    def __init__(self, kept: set[str]) -> None:
        super().__init__()
        self.kept = kept
        self.depth = 0

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self.depth += 1

    def leave_IndentedBlock(self, original: cst.IndentedBlock, updated: cst.IndentedBlock) -> cst.BaseSuite:
        self.depth -= 1
        return updated

    def leave_Decorator(self, original: cst.Decorator, updated: cst.Decorator) -> cst.Decorator:
        indent = 4 * self.depth
        if len(code_of(updated.decorator)) + 1 + indent <= WIDTH:
            return updated
        return updated.with_changes(decorator=_broken(updated.decorator, indent))

    def leave_SimpleStatementLine(
        self, original: cst.SimpleStatementLine, updated: cst.SimpleStatementLine
    ) -> cst.BaseStatement:
        text = code_of(updated.with_changes(leading_lines=[], trailing_whitespace=cst.TrailingWhitespace())).strip()
        return updated if text in self.kept else wrapped(updated, 4 * self.depth)


def wrap_module(module: cst.Module, original: str) -> cst.Module:
    """Wrap the generated statements of a module; lines the author wrote stay as they are."""
    kept = {line.strip() for line in original.splitlines() if len(line) > WIDTH}
    changed = module.visit(_Wrap(kept))
    assert isinstance(changed, cst.Module)
    return changed
