"""Evaluate an expression of a TF1 program: what it stands for, and its text in the new program."""

from __future__ import annotations

import libcst as cst

from migrate.analysis import values
from migrate.analysis.calls import Calls, refuse_unknown_state
from migrate.analysis.chosen_values import chosen
from migrate.analysis.comprehensions import Comprehensions
from migrate.analysis.feeds import refuse_use
from migrate.analysis.names import Result, is_symbolic
from migrate.analysis.program import Program
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, code_of
from migrate.analysis.values import Value

__all__ = ["Evaluator", "Result", "is_symbolic"]


class Evaluator(Calls, Comprehensions):
    """Expressions of one program: containers and operators here, the rest in the classes it stands on."""

    def __init__(self, program: Program) -> None:
        from migrate.analysis.handlers import HANDLERS, LIVE_HANDLERS, LIVE_METHODS, METHODS

        super().__init__(program)
        self.handlers = {**HANDLERS, **LIVE_HANDLERS} if program.live else HANDLERS
        self.methods = {**METHODS, **LIVE_METHODS} if program.live else METHODS

    def _elements(self, node: cst.Tuple | cst.List, scope: Scope, slot: Slot) -> Result:
        items, elements, codes = [], [], []
        for element in node.elements:
            value, code = self.evaluate(element.value, scope, slot)
            items.append(value)
            codes.append(code)
            elements.append(element.with_changes(value=code))
        cells = [item for item in items if isinstance(item, (values.Cell, values.Stack))]
        if items and all(isinstance(item, values.Python) or item == values.Sequence((), (), True) for item in items):
            known = self.constant(node, scope)
            return values.Python(known), node.with_changes(elements=elements)
        if len(cells) not in (0, len(items)):
            raise Refuse(node, "cell-list", "a list mixes cells and other things")
        return (
            values.Sequence(tuple(items), tuple(codes), isinstance(node, cst.List)),
            node.with_changes(elements=elements),
        )

    def _Tuple(self, node: cst.Tuple, scope: Scope, slot: Slot) -> Result:
        return self._elements(node, scope, slot)

    def _List(self, node: cst.List, scope: Scope, slot: Slot) -> Result:
        return self._elements(node, scope, slot)

    def _Dict(self, node: cst.Dict, scope: Scope, slot: Slot) -> Result:
        from migrate.analysis.feeds import feed_literal

        feed = feed_literal(self, node, scope, slot)
        if feed is not None:
            return feed
        items: list[tuple[str, Value]] = []
        elements: list[cst.BaseDictElement] = []
        for element in node.elements:
            if not isinstance(element, cst.DictElement):
                _, code = self.evaluate(element.value, scope, slot)
                elements.append(element.with_changes(value=code))
                continue
            _, key = self.evaluate(element.key, scope, slot)
            value, code = self.evaluate(element.value, scope, slot)
            items.append((code_of(element.key), value))
            elements.append(element.with_changes(key=key, value=code))
        changed = node.with_changes(elements=elements)
        if all(isinstance(value, values.Python) for _, value in items):
            return values.Python(), changed
        return values.Mapping(tuple(items)), changed

    def _BinaryOperation(self, node: cst.BinaryOperation, scope: Scope, slot: Slot) -> Result:
        left, left_code = self.evaluate(node.left, scope, slot)
        right, right_code = self.evaluate(node.right, scope, slot)
        changed = node.with_changes(left=left_code, right=right_code)
        for side in (left, right):
            refuse_unknown_state(node, side)
        if isinstance(left, values.Sequence) and isinstance(node.operator, cst.Multiply):
            from migrate.analysis.cells import multiplied

            return multiplied(self, node, left, right_code, changed)
        if isinstance(node.operator, cst.Add) and (
            isinstance(left, values.CellList)
            or isinstance(right, values.CellList)
            or any(
                isinstance(side, values.Sequence) and any(isinstance(i, values.Cell) for i in side.items)
                for side in (left, right)
            )
        ):
            from migrate.analysis.cells import added

            return added(self, node, left, right)
        if is_symbolic(left) or is_symbolic(right):
            if isinstance(left, (values.Sequence, values.Tensors)) or isinstance(
                right, (values.Sequence, values.Tensors)
            ):
                return values.Tensors(), changed
            slot.graph = True
            one = any(isinstance(side, values.Tensor) and side.one_weight for side in (left, right))
            return values.Tensor(one_weight=one), changed
        return values.Python(self.constant(node, scope)), changed

    def _Comparison(self, node: cst.Comparison, scope: Scope, slot: Slot) -> Result:
        left, left_code = self.evaluate(node.left, scope, slot)
        targets, parts = [], [left]
        for target in node.comparisons:
            value, code = self.evaluate(target.comparator, scope, slot)
            parts.append(value)
            targets.append(target.with_changes(comparator=code))
        changed = node.with_changes(left=left_code, comparisons=targets)
        if any(isinstance(part, values.Feed) for part in parts):
            refuse_use(node, "searched or compared")
        operators = {type(target.operator) for target in node.comparisons}
        if any(is_symbolic(part) for part in parts):
            if operators & {cst.Equal, cst.NotEqual}:
                # TF1 compared tensors by identity with == and !=, TF2 element by element
                raise Refuse(
                    node,
                    "tensor-equality",
                    "== between tensors compares identity in TF1, values in TF2",
                    "Use tf.equal.",
                )
            if not operators <= {cst.Is, cst.IsNot, cst.In, cst.NotIn}:
                slot.graph = True
                return values.Tensor(), changed
        return values.Python(self.constant(node, scope)), changed

    def _UnaryOperation(self, node: cst.UnaryOperation, scope: Scope, slot: Slot) -> Result:
        value, code = self.evaluate(node.expression, scope, slot)
        changed = node.with_changes(expression=code)
        if is_symbolic(value):
            slot.graph = True
            return values.Tensor(), changed
        return values.Python(self.constant(node, scope)), changed

    def _Lambda(self, node: cst.Lambda, scope: Scope, slot: Slot) -> Result:
        inner = Scope(scope)
        for param in node.params.params:
            inner.bind(param.name.value, Binding(values.Tensor(one_weight=self.mapping_weights), parameter=True))
        body = Slot()
        _, code = self.evaluate(node.body, inner, body)
        self.program.merge(slot, body)
        return values.Python(), node.with_changes(body=code)

    def _IfExp(self, node: cst.IfExp, scope: Scope, slot: Slot) -> Result:
        test = self.settled_test(node.test, scope)
        if test is not None:
            return self.evaluate(node.body if test else node.orelse, scope, slot)
        _, test_code = self.evaluate(node.test, scope, slot)
        body, body_code = self.evaluate(node.body, scope, slot)
        other, other_code = self.evaluate(node.orelse, scope, slot)
        if isinstance(body, (values.Cell, values.Stack)) or isinstance(other, (values.Cell, values.Stack)):
            raise Refuse(
                node,
                "conditional-creation",
                "a condition chooses between cells",
                "Choose one, or build each in its own branch by hand.",
            )
        if body != other:
            body, other = chosen(node, body), chosen(node, other)
        value = body if is_symbolic(body) else other
        if isinstance(value, values.Python):  # one or the other
            value = values.Python(self.constant(node, scope))
        return value, node.with_changes(test=test_code, body=body_code, orelse=other_code)

    def _Subscript(self, node: cst.Subscript, scope: Scope, slot: Slot) -> Result:
        from migrate.analysis.shapes import known_size
        from migrate.analysis.states import subscript

        size = known_size(self, node, scope)
        if size is not None:
            return values.Dimension(), size
        return subscript(self, node, scope, slot)
