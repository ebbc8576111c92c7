"""Comprehensions and loop targets."""

from __future__ import annotations

import dataclasses

import libcst as cst

from migrate.analysis import values
from migrate.analysis.chosen_values import one_of
from migrate.analysis.feeds import refuse_use
from migrate.analysis.names import Names, Result, is_symbolic
from migrate.analysis.penalties import over_weights
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, names_in
from migrate.analysis.states import fetched_part
from migrate.analysis.values import Value


class Comprehensions(Names):
    """Comprehensions, with their targets bound to what is iterated over."""

    def _comprehension(self, node: cst.BaseComp, scope: Scope, slot: Slot) -> tuple[cst.CompFor, Scope]:
        inner = Scope(scope)
        return self._comp_for(node.for_in, inner, slot), inner  # type: ignore[attr-defined]

    def _comp_for(self, comp: cst.CompFor, inner: Scope, slot: Slot) -> cst.CompFor:
        iterated, code = self.evaluate(comp.iter, inner, slot)
        self.bind_iteration(comp.target, iterated, inner)
        conditions = [c.with_changes(test=self.evaluate(c.test, inner, slot)[1]) for c in comp.ifs]
        nested = self._comp_for(comp.inner_for_in, inner, slot) if comp.inner_for_in else None
        return comp.with_changes(iter=code, ifs=conditions, inner_for_in=nested)

    def bind_iteration(self, target: cst.BaseExpression, iterated: Value, scope: Scope) -> None:
        """Bind the names of a loop target to what iterating over a value gives."""
        element: Value = values.Python()
        if isinstance(iterated, (values.Tensors, values.Tensor, values.Variable)):
            element = values.Tensor(one_weight=isinstance(iterated, values.Tensors) and iterated.weights)
        elif isinstance(iterated, values.Gradients):
            element = values.Tensor(one_weight=not iterated.listed)
        elif isinstance(iterated, values.Sequence) and iterated.items:
            element = one_of(target, iterated.items)
        elif isinstance(iterated, values.CellList):
            element = iterated.repeated
        elif isinstance(iterated, values.LiveCells):
            element = iterated.cell
        elif isinstance(iterated, values.Fetched):
            element = fetched_part(iterated, 0)
        elif isinstance(iterated, values.Feed):
            refuse_use(target, "iterated over")
        elif isinstance(iterated, values.State):
            element = _each(iterated, target)
        symbolic = is_symbolic(element)
        for name in names_in(target):
            inner = element
            if symbolic and not isinstance(target, cst.Name):
                inner = values.Tensor(one_weight=isinstance(element, values.Tensor) and element.one_weight)
            elif isinstance(element, values.Sequence) and not isinstance(target, cst.Name):
                inner = values.Python()
            scope.bind(name, Binding(inner, parameter=True))

    def _ListComp(self, node: cst.ListComp, scope: Scope, slot: Slot) -> Result:
        penalty = over_weights(self, node, scope, slot)  # type: ignore[arg-type]
        if penalty is not None:
            return penalty
        for_in, inner = self._comprehension(node, scope, slot)
        before = len(slot.creations)
        value, code = self.evaluate(node.elt, inner, slot)
        if len(slot.creations) != before:
            raise Refuse(node, "creation-in-loop", "a comprehension creates layers or variables while it computes")
        changed = node.with_changes(elt=code, for_in=for_in)
        if isinstance(value, values.Cell):
            source = self.look(node.for_in.iter, scope)
            if isinstance(source, values.CellList):  # each cell of a list wrapped
                return dataclasses.replace(source, repeated=value), changed
            return values.CellList(value, repeat=self._repeating(changed, node, scope, slot)), changed
        if isinstance(value, values.LiveCell):
            return values.LiveCells(value), changed
        if isinstance(value, values.Variable):
            raise Refuse(
                node, "variable-list", "a comprehension creates a list of variables", "Create the variables one by one."
            )
        if isinstance(value, values.Gradients):
            return value, changed
        iterated = self.evaluate(node.for_in.iter, scope, Slot())[0]
        if isinstance(iterated, values.Gradients):
            return dataclasses.replace(iterated, pairs=isinstance(node.elt, cst.Tuple)), changed
        if is_symbolic(value):
            return values.Tensors(), changed
        return values.Python(), changed

    def _repeating(
        self, made: cst.ListComp | cst.GeneratorExp, node: cst.ListComp | cst.GeneratorExp, scope: Scope, slot: Slot
    ) -> cst.ListComp | cst.GeneratorExp:
        """The comprehension that repeats a layer, in terms of what is known where the layers are created."""
        iterated = self.creation(node.for_in.iter, scope, slot)
        return made.with_changes(for_in=made.for_in.with_changes(iter=iterated))

    def _GeneratorExp(self, node: cst.GeneratorExp, scope: Scope, slot: Slot) -> Result:
        penalty = over_weights(self, node, scope, slot)  # type: ignore[arg-type]
        if penalty is not None:
            return penalty
        for_in, inner = self._comprehension(node, scope, slot)
        value, code = self.evaluate(node.elt, inner, slot)
        if isinstance(value, values.Cell):
            return values.CellList(value, repeat=self._repeating(node, node, scope, slot)), node
        return (values.Tensors() if is_symbolic(value) else values.Python(), node.with_changes(elt=code, for_in=for_in))

    def _SetComp(self, node: cst.SetComp, scope: Scope, slot: Slot) -> Result:
        for_in, inner = self._comprehension(node, scope, slot)
        _, code = self.evaluate(node.elt, inner, slot)
        return values.Python(), node.with_changes(elt=code, for_in=for_in)

    def _DictComp(self, node: cst.DictComp, scope: Scope, slot: Slot) -> Result:
        for_in, inner = self._comprehension(node, scope, slot)
        key_value, key = self.evaluate(node.key, inner, slot)
        value, code = self.evaluate(node.value, inner, slot)
        if is_symbolic(key_value):
            raise Refuse(node, "feed-form", "a feed dict is made by a comprehension", "Write the keys out.")
        if is_symbolic(value):
            raise Refuse(node, "tensor-dict", "a comprehension makes a dict of tensors")
        return values.Python(), node.with_changes(key=key, value=code, for_in=for_in)


def _each(state: values.State, target: cst.BaseExpression) -> Value:
    """What each part of a state is: layers of one kind in a stack, or c and h."""
    if isinstance(state.cell, values.LiveCell):
        return values.Tensor() if state.cell.kind == "lstm" else values.State(values.LiveCell(""))
    if isinstance(state.cell, values.Stack):
        cells = state.cell.cells or (state.cell.one,)
        if len({cell.spec.kind == "lstm" for cell in cells}) == 1:
            return values.State(cells[0], state.call) if cells[0].spec.kind == "lstm" else values.Tensor()
    elif state.cell.spec.kind == "lstm":
        return values.Tensor()
    raise Refuse(target, "state-iteration", "a loop runs over the parts of an RNN state")
