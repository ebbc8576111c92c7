"""Line lengths of generated statements: a call that is too long hangs its arguments under it."""

from __future__ import annotations

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


def _broken(node: cst.BaseExpression, indent: int) -> cst.BaseExpression:
    call = node
    if (
        isinstance(call, cst.Call)
        and isinstance(call.func, cst.Attribute)
        and isinstance(call.func.value, cst.Call)
        and (not call.args)
    ):
        inner = _broken(call.func.value, indent)  # train_step(...).numpy()
        return call.with_changes(func=call.func.with_changes(value=inner))
    if (
        not isinstance(call, cst.Call)
        or not call.args
        or any(isinstance(arg.value, cst.GeneratorExp) and not arg.value.lpar for arg in call.args)
    ):
        return node
    if isinstance(call.func, cst.Name) and call.func.value.startswith("__site_"):
        return call.with_changes(args=[call.args[0].with_changes(value=_broken(call.args[0].value, indent))])
    one_line = sum(
        len(code_of(arg.value)) + (len(arg.keyword.value) + 1 if arg.keyword else 0) + 2 for arg in call.args
    )
    hanging = one_line + indent + len(_STEP) <= WIDTH
    newline = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace(_STEP))
    args = []
    for position, arg in enumerate(call.args):
        last = position + 1 == len(call.args)
        space: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ") if hanging else newline
        comma = cst.MaybeSentinel.DEFAULT if last else cst.Comma(whitespace_after=space)
        args.append(arg.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace("")))
    if hanging:
        return call.with_changes(args=args, whitespace_before_args=newline)
    end = cst.ParenthesizedWhitespace(indent=True, last_line=cst.SimpleWhitespace(""))
    args[-1] = args[-1].with_changes(comma=cst.Comma(whitespace_after=end))
    return call.with_changes(args=args, whitespace_before_args=newline)


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
