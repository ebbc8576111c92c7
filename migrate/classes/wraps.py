"""Where a constructor turns methods into functions of TensorFlow: before anything that may leave it."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.analysis.finders import names_read
from migrate.classes.marks import SELF


def own_attributes(node: cst.CSTNode) -> set[str]:
    """The attributes of the object that code mentions."""
    finder = _OwnAttributes()
    node.visit(finder)
    return finder.names


def before_returns(lines: list[cst.BaseStatement], wraps: Sequence[cst.BaseStatement]) -> None:
    """Put the wraps that can stand there before the first condition under which the constructor returns.

    lines: the statements of the constructor, `wraps` among them; changed in place. A wrap that reads what is only made
    after the condition stays: what it is of exists for no other object.
    """
    early = next((i for i, line in enumerate(lines) if isinstance(line, cst.If) and _returns(line)), len(lines))
    later = {name for line in lines[early:] if line not in wraps for name in [*assigned_names(line), *_stored(line)]}
    for wrap in wraps:
        place = next(i for i, line in enumerate(lines) if line is wrap)
        if place > early and not _needed(wrap) & later:
            lines.insert(early, lines.pop(place))
            early += 1


def _needed(wrap: cst.BaseStatement) -> set[str]:
    """What a wrap reads besides the method: self.f = tf.function(self.f, input_signature=[...])."""
    assert isinstance(wrap, cst.SimpleStatementLine) and isinstance(wrap.body[0], cst.Assign)
    call = wrap.body[0].value
    assert isinstance(call, cst.Call)
    rest = call.with_changes(args=call.args[1:])
    return names_read(rest) | own_attributes(rest)


def _stored(node: cst.CSTNode) -> set[str]:
    finder = _Stored()
    node.visit(finder)
    return finder.names


def _returns(node: cst.CSTNode) -> bool:
    finder = _Returns()
    node.visit(finder)
    return finder.found


class _OwnAttributes(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if isinstance(node.value, cst.Name) and node.value.value == SELF:
            self.names.add(node.attr.value)


class _Stored(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self.names |= own_attributes(node.target)


class _Returns(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def visit_Return(self, node: cst.Return) -> None:
        self.found = True

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False
