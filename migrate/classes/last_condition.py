"""Training that a constructor makes last, under a condition: it returns before, where the condition does not hold.

    self.loss = ...                                    self.loss = ...
    if is_training:                                    if not is_training:
        self.train_op = optimizer.minimize(loss)  ->       return
                                                       self.train_op = optimizer.minimize(loss)

The rest of the analysis reads the second form: what follows is made or not, and nothing is chosen.
"""

from __future__ import annotations

import libcst as cst

from migrate.classes.positions import Positions

_UPDATES = {"minimize", "apply_gradients", "optimize_loss"}


def without_last_condition(body: list[cst.BaseStatement], positions: Positions) -> list[cst.BaseStatement]:
    """The statements of a constructor, with training under a last condition after a return."""
    last = body[-1] if body else None
    if not isinstance(last, cst.If) or last.orelse is not None or not isinstance(last.body, cst.IndentedBlock):
        return body
    finder = _Updates()
    last.body.visit(finder)
    if not finder.found:
        return body
    back = cst.SimpleStatementLine([cst.Return()])
    early = cst.If(_negated(last.test), cst.IndentedBlock([back]), leading_lines=last.leading_lines)
    lines: list[cst.BaseStatement] = list(last.body.body)
    first = lines[0]
    if last.body.header.comment is not None and isinstance(first, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
        comment = cst.EmptyLine(comment=last.body.header.comment)
        lines[0] = first.with_changes(leading_lines=[comment, *first.leading_lines])
    for node in (early, back):
        positions.setdefault(node, positions[last])
    return [*body[:-1], early, *lines]


def _negated(test: cst.BaseExpression) -> cst.BaseExpression:
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return test.expression
    if isinstance(test, (cst.BooleanOperation, cst.IfExp, cst.Lambda, cst.NamedExpr)) and not test.lpar:
        test = test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.UnaryOperation(cst.Not(), test)


class _Updates(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.found = self.found or node.attr.value in _UPDATES
