"""An operation that is only made to be run at once: op = v.assign(e); sess.run(op) is sess.run(v.assign(e)).

In a loop TF1 makes a new operation each time, with what Python's names hold at that moment. Written inside the run it
is seen to be used at that moment only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import libcst as cst

from migrate.builders.substitution import Replaced
from migrate.classes.positions import Placed, Positions

_MAKERS = {"assign", "assign_add", "assign_sub"}


class OpsAtRuns(Placed):
    """Puts assignments of variables into the run that follows, where nothing else uses them."""

    def __init__(self, module: cst.Module, positions: Positions) -> None:
        super().__init__(positions)
        names = _Names()
        module.visit(names)
        self.uses = names.uses

    def leave_Module(self, original: cst.Module, updated: cst.Module) -> cst.Module:
        return updated.with_changes(body=self._joined(updated.body))

    def leave_IndentedBlock(self, original: cst.IndentedBlock, updated: cst.IndentedBlock) -> cst.IndentedBlock:
        return updated.with_changes(body=self._joined(updated.body))

    def _joined(self, body: Sequence[cst.BaseStatement]) -> list[cst.BaseStatement]:
        result: list[cst.BaseStatement] = []
        for statement in body:
            made = _made(result[-1]) if result else None
            if made is not None and self.uses[made[0]] == 2 and _run_first(statement, made[0]):
                lines = [*result.pop().leading_lines, *statement.leading_lines]  # type: ignore[attr-defined]
                inside = statement.visit(Replaced({made[0]: made[1]}, self.positions))
                assert isinstance(inside, cst.SimpleStatementLine)
                statement = inside.with_changes(leading_lines=lines)
            result.append(statement)
        return result


def _made(statement: cst.BaseStatement) -> tuple[str, cst.Call] | None:
    """Name and value of `op = v.assign(...)` or `op = tf.assign(v, ...)`."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    small = statement.body[0]
    if not isinstance(small, cst.Assign) or len(small.targets) != 1 or not isinstance(small.value, cst.Call):
        return None
    target, function = small.targets[0].target, small.value.func
    if not isinstance(target, cst.Name) or not isinstance(function, cst.Attribute):
        return None
    return (target.value, small.value) if function.attr.value in _MAKERS else None


def _run_first(statement: cst.BaseStatement, name: str) -> bool:
    """Whether a statement is sess.run(name, ...), so that nothing happens before the operation is read."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return False
    small = statement.body[0]
    call = small.value if isinstance(small, (cst.Expr, cst.Assign)) else None
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute) or not call.args:
        return False
    first = call.args[0]
    return (
        call.func.attr.value == "run"
        and isinstance(call.func.value, cst.Name)
        and first.keyword is None
        and isinstance(first.value, cst.Name)
        and first.value.value == name
    )


class _Names(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.uses: Counter[str] = Counter()

    def visit_Name(self, node: cst.Name) -> None:
        self.uses[node.value] += 1
