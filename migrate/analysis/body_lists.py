"""Lists and dicts of tensors that a helper or a loop changes: tensors.append(x), tensors[i] = x."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.calls import MUTATORS
from migrate.analysis.expressions import Evaluator, is_symbolic
from migrate.analysis.scope import Binding, Refuse, Scope, Slot
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.blocks import Walker


class ChangedLists:
    """What a body does with lists and dicts."""

    walker: Walker
    scope: Scope
    slot: Slot
    assigned: list[str]

    @property
    def ev(self) -> Evaluator:
        return self.walker.ev

    def _absorb(self, slot: Slot) -> None:
        raise NotImplementedError

    def _mutated(self, node: cst.BaseExpression) -> None:
        """tensors.append(x): the list holds tensors from now on."""
        function = node.func if isinstance(node, cst.Call) else None
        if not isinstance(node, cst.Call) or not isinstance(function, cst.Attribute):
            return
        if not isinstance(function.value, cst.Name) or function.attr.value not in MUTATORS:
            return
        value = self.ev.look(node.args[-1].value, self.scope) if node.args else values.Python()
        found = self.scope.find(function.value.value)
        if found is None:
            return
        if isinstance(value, values.Cell):
            raise Refuse(
                node,
                "cell-list",
                "cells are appended to a list one by one",
                "Write the list of cells as one expression.",
            )
        if is_symbolic(value) or is_symbolic(found[0].value):
            self._holds_tensors(function.value.value, found)

    def _holds_tensors(self, name: str, found: tuple[Binding, Scope]) -> None:
        """A list or dict holds tensors from now on."""
        self.scope.bind(name, replace(found[0], value=values.Tensors()))
        if found[1] is not self.scope:
            self.assigned.append(name)

    def _stored(self, node: cst.CSTNode, target: cst.BaseExpression, value: Value) -> cst.BaseExpression:
        """tensors[i] = x in a loop or a helper: the new target."""
        slot = Slot()
        _, changed = self.ev.evaluate(target, self.scope, slot)
        self._absorb(slot)
        base = target.value if isinstance(target, cst.Subscript) else None
        found = self.scope.find(base.value) if isinstance(base, cst.Name) else None
        if found is None or not isinstance(base, cst.Name) or isinstance(value, values.Cell):
            reason = "a graph object is stored in an item or an attribute"
            raise Refuse(node, "tensor-store", reason, "Keep it in a plain name.")
        if found[0].definition is not None:
            self.slot.mutates.add(found[0].definition)
        elif not found[0].made:
            if self.walker.program.complete and (found[0].parameter or not is_symbolic(value)):
                reason = f"{base.value} is changed while the graph is built, and would be whenever it is traced"
                raise Refuse(node, "rebound-name", reason, "Put the values into a list of its own.")
            if is_symbolic(value) and not found[0].parameter:
                self.walker.program.next.tensor_lists.add(base.value)
        self._holds_tensors(base.value, found)
        return changed
