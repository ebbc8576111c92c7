"""A variable that a condition chooses: each branch makes it in another way, under the same name.

    if config.pretrained:                            One variable to the rest of the program: whether it is trained
        W = tf.Variable(matrix, trainable=False)     is known when it runs, where the branches differ in that.
    else:
        W = tf.get_variable("W", [n, m])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.finders import GraphFinder
from migrate.analysis.scope import Binding, Refuse, Scope, Slot

if TYPE_CHECKING:
    from migrate.analysis.blocks import Walker

_MAKERS = ("Variable", "get_variable")


def chosen_variable(walker: Walker, node: cst.BaseStatement, scope: Scope) -> list[cst.BaseStatement] | None:
    """The condition with variables of TensorFlow 2 in its branches; None for any other statement."""
    name = _name(walker, node, scope) if isinstance(node, cst.If) else None
    if name is None:
        return None
    assert isinstance(node, cst.If)
    program = walker.program
    start = len(program.owners)
    rewritten = _rewritten(walker, node, name, scope)
    kept, *others = program.owners[start:]
    del program.owners[start + 1 :]
    for other in others:
        kept.undecided = kept.undecided or other.undecided or kept.trainable != other.trainable
        kept.trainable = kept.trainable or other.trainable
        kept.leaf = kept.leaf if kept.leaf == other.leaf else ""
        kept.by_name = kept.by_name and other.by_name
    kept.expression = name
    scope.bind(name, Binding(values.Variable(start, kept.trainable), name=name))
    walker._assigned(name)
    return [rewritten]


def _name(walker: Walker, node: cst.If, scope: Scope) -> str | None:
    """The name that every branch assigns a variable to, as its last statement; a branch may raise instead."""
    names: set[str] = set()
    made = 0
    part: cst.If | cst.Else | None = node
    last: cst.If | cst.Else = node
    while part is not None:
        last = part
        small = _last(part.body)
        finder = GraphFinder(walker.ev, scope)
        for statement in part.body.body[:-1]:
            statement.visit(finder)
        if finder.found:
            return None
        if isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.targets[0].target, cst.Name):
            symbol = walker.ev.symbol_of(small.value.func, scope) if isinstance(small.value, cst.Call) else None
            if symbol is None or walker.program.canonical(symbol) not in _MAKERS:
                return None
            names.add(small.targets[0].target.value)
            made += 1
        elif not isinstance(small, cst.Raise):
            return None
        part = part.orelse if isinstance(part, cst.If) else None
    always = isinstance(last, cst.Else)
    return names.pop() if len(names) == 1 and made > 1 and always else None


def _last(body: cst.BaseSuite) -> cst.BaseSmallStatement | None:
    line = body.body[-1]
    return line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None


def _rewritten(walker: Walker, node: cst.If, name: str, scope: Scope) -> cst.If:
    slot = Slot()
    _, test = walker.ev.evaluate(node.test, scope, slot)
    if slot.needs or slot.variables:
        raise Refuse(node, "tensor-in-python", "a Python condition depends on a tensor of the graph")
    before = walker.program.sharing.known()
    body = _branch(walker, node.body, name, scope)
    orelse = node.orelse
    if orelse is not None:
        sharing = walker.program.sharing
        sharing.variables, sharing.layers, sharing.counts = before  # TF1 comes here without having been there
    if isinstance(orelse, cst.If):
        orelse = _rewritten(walker, orelse, name, scope)
    elif isinstance(orelse, cst.Else):
        orelse = orelse.with_changes(body=_branch(walker, orelse.body, name, scope))
    return node.with_changes(test=test, body=body, orelse=orelse)


def _branch(walker: Walker, body: cst.BaseSuite, name: str, scope: Scope) -> cst.BaseSuite:
    from migrate.analysis.compounds import assigned_names

    *before, line = body.body
    small = _last(body)
    if not isinstance(small, cst.Assign):
        return body
    for bound in (name for statement in before for name in assigned_names(statement)):
        walker._assigned(bound)
        scope.bind(bound, Binding(values.Python()))
    slot = Slot()
    walker.program.target = name
    value, code = walker.ev.evaluate(small.value, scope, slot)
    if not isinstance(value, values.Variable) or slot.needs or slot.creations or slot.prelude or slot.sites:
        raise Refuse(
            line,
            "conditional-creation",
            "a condition chooses between variables, of which one is not new",
            "Choose one, or build each in a function of its own.",
        )
    assert isinstance(line, cst.SimpleStatementLine)
    made = line.with_changes(body=[small.with_changes(value=code)])
    return body.with_changes(body=[*before, made])
