"""Loops that add up a penalty over all weights, in the form the rest of the analysis reads: a sum.

    for v in tf.trainable_variables():
        if 'bias' not in v.name:           ->   loss = loss + sum([tf.nn.l2_loss(v) for v in ...
            loss += tf.nn.l2_loss(v)                               if 'bias' not in v.name])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.finders import names_read
from migrate.analysis.scope import Scope, assign, code_of

if TYPE_CHECKING:
    from migrate.analysis.blocks import Walker


def penalty_loop(walker: Walker, node: cst.BaseStatement, scope: Scope) -> cst.SimpleStatementLine | None:
    """The loop as one statement; None for any other statement."""
    if not isinstance(node, cst.For) or node.orelse is not None or not isinstance(node.target, cst.Name):
        return None
    if not over_weights(walker, node, scope):
        return None
    body, tests = node.body, []
    while len(body.body) == 1 and isinstance(body.body[0], cst.If) and body.body[0].orelse is None:
        space = cst.SimpleWhitespace(" ")
        tests.append(cst.CompIf(body.body[0].test, whitespace_before=space))
        body = body.body[0].body
    line = body.body[0] if len(body.body) == 1 else None
    small = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else line
    added = _added(walker, small, scope)
    if added is None or node.target.value in (added[0].value, *_outer(added[1], node.target.value)):
        return None
    name, element, in_list = added
    if name.value in names_read(element) or any(name.value in names_read(test) for test in tests):
        return None
    clause = cst.CompFor(node.target, node.iter, tests, whitespace_before=cst.SimpleWhitespace(" "))
    listed = cst.ListComp(element, clause)
    found = scope.find(name.value)
    held = found[0].value if found is not None else None
    if in_list and (held == values.Sequence((), (), True) or (isinstance(held, values.Python) and held.constant == [])):
        made = assign(name, listed)
    elif in_list:
        made = cst.SimpleStatementLine([cst.AugAssign(name, cst.AddAssign(), listed)])
    else:
        total = cst.Call(cst.Name("sum"), [cst.Arg(listed)])
        zero = isinstance(held, values.Python) and held.constant == 0
        made = assign(name, total if zero else cst.BinaryOperation(name, cst.Add(), total))
    made = made.with_changes(leading_lines=node.leading_lines)
    span = walker.program.positions.get(node)
    for part in (made, made.body[0], listed, *made.body[0].children):
        if span is not None:
            walker.program.positions.setdefault(part, span)
    return made


def over_weights(walker: Walker, node: cst.For, scope: Scope) -> bool:
    """Whether a loop runs over tf.trainable_variables()."""
    held = walker.ev.look(node.iter, scope) if isinstance(node.iter, (cst.Name, cst.Call)) else None
    return isinstance(held, values.Tensors) and held.weights


def only_prints(walker: Walker, node: cst.BaseStatement, scope: Scope) -> bool:
    """Whether a statement is a loop that prints something of each weight."""
    if not isinstance(node, cst.For) or node.orelse is not None or not over_weights(walker, node, scope):
        return False
    lines = [line for line in node.body.body if isinstance(line, cst.SimpleStatementLine)]
    smalls = [small for line in lines for small in line.body]
    calls = [small.value for small in smalls if isinstance(small, cst.Expr) and isinstance(small.value, cst.Call)]
    printing = all(code_of(call.func) == "print" or _logs(walker, call, scope) for call in calls)
    return len(lines) == len(node.body.body) and len(calls) == len(smalls) and printing


def _logs(walker: Walker, call: cst.Call, scope: Scope) -> bool:
    return (walker.ev.symbol_of(call.func, scope) or "").startswith("logging.")


def _added(walker: Walker, small: object, scope: Scope) -> tuple[cst.Name, cst.BaseExpression, bool] | None:
    """The name, what is added to it, and whether it is a list: total += x, total = total + x, total.append(x)."""
    if isinstance(small, cst.AugAssign) and isinstance(small.operator, cst.AddAssign):
        return (small.target, small.value, False) if isinstance(small.target, cst.Name) else None
    if isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.targets[0].target, cst.Name):
        name, value = small.targets[0].target, small.value
        sides: list[cst.BaseExpression] = []
        if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add):
            sides = [value.left, value.right]
        elif isinstance(value, cst.Call) and walker.ev.symbol_of(value.func, scope) == "add":
            sides = [arg.value for arg in value.args]
        for side, other in zip(sides, reversed(sides), strict=True):
            if len(sides) == 2 and code_of(side) == name.value:
                return name, other, False
    call = small.value if isinstance(small, cst.Expr) else None
    if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute) and call.func.attr.value == "append":
        if isinstance(call.func.value, cst.Name) and len(call.args) == 1 and not call.args[0].star:
            return call.func.value, call.args[0].value, True
    return None


def _outer(element: cst.BaseExpression, name: str) -> tuple[str, ...]:
    """The name itself where the element does not read it: then the loop is no sum over weights."""
    return () if name in names_read(element) else (name,)
