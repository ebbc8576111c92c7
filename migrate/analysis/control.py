"""tf.control_dependencies and tf.group: an order of operations that the new program has by its statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Definition, Refuse, Scope, Slot, arguments
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

_ADVICE = "Run the operations one after the other."
_BARE = ("no_op", "group")


def enter(ev: Evaluator, node: cst.With, scope: Scope) -> None:
    """Note the training operations that come first; inside, only tf.no_op and tf.group may follow them.

    Raises Refuse where what comes first changes something that the source does not show to be a training operation.
    """
    first = node.items[0].item
    assert isinstance(first, cst.Call)
    given = arguments(first, ("control_inputs",), "tf.control_dependencies")["control_inputs"]
    inner = Slot()
    held, _ = ev.evaluate(given, scope, inner)
    items = held.items if isinstance(held, values.Sequence) else (held,)
    updates = [update for item in items for update in _updates(first, item, inner)]
    averages = {made for item in items if isinstance(item, values.Averages) for made in item.made}
    if updates:
        for statement in node.body.body:
            small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
            made = small.value if isinstance(small, (cst.Assign, cst.Return)) else None
            symbol = ev.symbol_of(made.func, scope) if isinstance(made, cst.Call) else None
            if symbol not in _BARE:
                reason = "something is computed after a training operation in one run"
                raise Refuse(statement, "control-dependency", reason, _ADVICE)
    ev.program.controlled.append(tuple(updates))
    ev.program.averaged.append(averages)


def _updates(node: cst.Call, item: Value, slot: Slot) -> tuple[int, ...]:
    if isinstance(item, values.TrainOp) and not item.averages:
        return item.updates
    pure = isinstance(item, (values.Tensor, values.Tensors, values.Variable)) and not slot.stateful
    if pure or isinstance(item, values.Operation) or item == values.Python(None) or item == values.Python([]):
        return ()
    reason = "what tf.control_dependencies puts first is neither a tensor nor a training operation"
    raise Refuse(node, "control-dependency", reason, _ADVICE)


def updates(ev: Evaluator) -> tuple[int, ...]:
    """The training operations that come before what is made now."""
    return tuple(dict.fromkeys(update for first in ev.program.controlled for update in first))


def averages(ev: Evaluator) -> set[Definition]:
    """What changes the moving averages that come before what is made now."""
    return {made for first in ev.program.averaged for made in first}


def no_op(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> tuple[Value, cst.BaseExpression]:
    """tf.no_op(): nothing, or what it waits for."""
    return _together(updates(ev), averages(ev)) or values.Operation("nothing"), node


def _together(made: tuple[int, ...], changed: set[Definition]) -> values.TrainOp | values.Averages | None:
    """Training operations, and what changes moving averages, as one operation."""
    if made:
        return values.TrainOp(tuple(dict.fromkeys(made)), averages=frozenset(changed))
    return values.Averages("averages", frozenset(changed)) if changed else None


def group(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> tuple[Value, cst.BaseExpression]:
    """tf.group(...): the operations one after the other."""
    made, changed = list(updates(ev)), averages(ev)
    for arg in node.args:
        if arg.keyword is not None:
            continue
        value, _ = ev.evaluate(arg.value, scope, slot)
        if isinstance(value, values.TrainOp):
            made += value.updates
            changed |= value.averages
        elif isinstance(value, values.Averages):
            changed |= value.made
        elif not isinstance(value, values.Operation):
            raise Refuse(node, "group", "tf.group holds something that is not a training operation or an initialiser")
    return _together(tuple(made), changed) or values.Operation(), node
