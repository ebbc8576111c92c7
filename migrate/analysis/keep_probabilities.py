"""Keep probabilities that are fed, for cells that are objects: the cell reads a variable, each function sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis.names import is_symbolic
from migrate.analysis.region import Item, Keep
from migrate.analysis.scope import Scope, Slot, assign, code_of, parse
from migrate.classes.marks import plain

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator


def keep_probability(ev: Evaluator, given: cst.BaseExpression, scope: Scope, slot: Slot) -> cst.BaseExpression:
    """What a DropoutWrapper is given: the program's number, or the variable for a tensor."""
    inner = Slot()
    value, _ = ev.evaluate(given, scope, inner)
    if not inner.needs and not is_symbolic(value):
        return in_place(ev, given, scope, slot)
    given, scope = _source(given, scope)
    region, text = ev.walker.region, code_of(given)
    if text not in region.keeps:
        name = plain(text)
        name = ev.program.fresh(f"current_{name}" if name.isidentifier() else "current_keep_prob")
        made = assign(name, parse("tf.Variable(1.0, trainable=False)"))
        region.items.append(Item(ev.walker.top - 0.25, [made]))
        region.assigned.setdefault(name, []).append(ev.walker.top - 0.25)
        ev.program.next.kept.add(name)
        region.keeps[text] = Keep(name, given, scope)
    name = region.keeps[text].variable
    slot.captures.add(name)
    return cst.Name(name)


def in_place(ev: Evaluator, given: cst.BaseExpression, scope: Scope, slot: Slot) -> cst.BaseExpression:
    """The text of an argument of a cell, which is made where the program made it.

    Raises Refuse for a tensor.
    """
    inner = Slot()
    value, code = ev.evaluate(given, scope, inner)
    if inner.needs or is_symbolic(value):
        return ev.creation(given, scope, slot)
    ev.program.merge(slot, inner)
    return code


def set_probabilities(ev: Evaluator, slot: Slot) -> None:
    """Before cells run: their variables get the values of this run."""
    for keep in ev.walker.region.keeps.values():
        inner = Slot()
        _, code = ev.evaluate(keep.given, keep.scope, inner)
        if isinstance(code, cst.Name):  # a placeholder without a shape: it is a number
            ev.program.next.scalars.add(code.value)
        ev.program.merge(slot, inner)
        slot.captures.add(keep.variable)
        slot.prelude.append(cst.parse_statement(f"{keep.variable}.assign({code_of(code)})\n"))


def _source(given: cst.BaseExpression, scope: Scope) -> tuple[cst.BaseExpression, Scope]:
    """What stands for the parameter of a helper where the helper is called."""
    found = scope.find(given.value) if isinstance(given, cst.Name) else None
    if found is None or found[0].source is None:
        return given, scope
    return _source(*found[0].source)
