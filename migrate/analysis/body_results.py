"""What a helper that builds a part of the graph returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.chosen_optimizers import merge
from migrate.analysis.expressions import Evaluator
from migrate.analysis.loop_results import assign_result
from migrate.analysis.scope import Refuse, Scope, Slot, is_none
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.blocks import Walker

Statements = list[cst.BaseStatement]


class Results:
    """The returns of a body."""

    walker: Walker
    scope: Scope
    result: Value | None
    returned_none: bool

    @property
    def ev(self) -> Evaluator:
        return self.walker.ev

    def _absorb(self, slot: Slot) -> None:
        raise NotImplementedError

    def _bind(
        self, target: cst.BaseExpression, value: Value, slot: Slot, source: cst.BaseExpression | None = None
    ) -> None:
        raise NotImplementedError

    def _return(self, node: cst.SimpleStatementLine, small: cst.Return) -> Statements:
        if small.value is None:
            return [node]
        slot = Slot()
        value, code = self.ev.evaluate(small.value, self.scope, slot)
        if slot.sites:
            raise Refuse(node, "run-in-helper", "a helper runs the graph while it builds it")
        prelude = list(slot.prelude)
        slot.prelude = []
        self._absorb(slot)
        if isinstance(value, values.RnnResult):
            return [*prelude, *self._return_loop(node, small, value, slot)]
        if isinstance(value, values.TrainOp):
            raise Refuse(
                node, "update-in-helper", "a helper makes the training operation", "Call minimize where the loss is."
            )
        if (
            self.result is not None
            and isinstance(self.result, values.Optimizer)
            and isinstance(value, values.Optimizer)
        ):
            self._same_optimizer(node, value)
            return [node.with_changes(body=[small.with_changes(value=code)])]
        self.result = self._either_result(node, small.value, value)
        if isinstance(value, values.Sequence):
            elements = [e for e in (code.elements if isinstance(code, (cst.Tuple, cst.List)) else [])]
            for position, item in enumerate(value.items):
                if isinstance(item, (values.Cell, values.Stack, values.Operation)) and position < len(elements):
                    elements[position] = elements[position].with_changes(value=cst.Name("None"))
            if elements:
                code = code.with_changes(elements=elements)
        return [*prelude, node.with_changes(body=[small.with_changes(value=code)])]

    def _either_result(self, node: cst.CSTNode, code: cst.BaseExpression, value: Value) -> Value:
        """What the helper returns here or has returned before; None instead of a cell is an error of its caller."""
        before = self.result
        if before is None or (isinstance(value, values.LiveCell) and self.returned_none):
            self.returned_none = before is None and is_none(code)
            return value
        if isinstance(before, values.LiveCell) and is_none(code):
            return before
        if type(before) is not type(value):
            raise Refuse(node, "helper-returns", "a helper returns different kinds of things")
        if isinstance(before, values.LiveCell) and isinstance(value, values.LiveCell) and before.kind != value.kind:
            return values.LiveCell("")
        return value

    def _return_loop(
        self, node: cst.SimpleStatementLine, small: cst.Return, value: values.RnnResult, slot: Slot
    ) -> Statements:
        """return tf.nn.dynamic_rnn(...): its parts get names, and those that some caller uses are returned."""
        if value.call.backward is not None or self.result is not None:
            raise Refuse(
                node,
                "loop-result",
                "a helper returns the result of a loop as it is",
                "Write: outputs, state = ...; return outputs, state",
            )
        names = [self.walker.program.fresh("outputs"), self.walker.program.fresh("state")]
        bound: list[Value] = []
        target = cst.Tuple([cst.Element(cst.Name(name)) for name in names])
        statements = assign_result(value.call, target, lambda _, held: bound.append(held))
        needed = (value.call.outputs_needed, value.call.state_needed)
        codes = [cst.Name(name if wanted else "None") for name, wanted in zip(names, needed, strict=True)]
        for name, held in zip(names, bound, strict=True):
            self._bind(cst.Name(name), held, slot)
        self.result = values.Sequence(tuple(bound), tuple(codes))
        statements[0] = statements[0].with_changes(leading_lines=node.leading_lines)
        returned = small.with_changes(value=cst.Tuple([cst.Element(code) for code in codes], lpar=[], rpar=[]))
        return [*statements, cst.SimpleStatementLine([returned])]

    def _same_optimizer(self, node: cst.CSTNode, value: values.Optimizer) -> None:
        """A factory that chooses between optimizers: what holds for all of them holds for the result."""
        assert isinstance(self.result, values.Optimizer)
        optimizers = self.walker.program.optimizers
        kept, other = optimizers[self.result.owner], optimizers[value.owner]
        if kept.rate_code is not None or other.rate_code is not None:
            raise Refuse(node, "learning-rate", "a helper chooses between optimizers with a rate that is a tensor")
        merge(node, kept, other)
