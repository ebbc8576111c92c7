"""The body of a helper that builds a part of the graph, rewritten statement by statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.appended import fresh_container
from migrate.analysis.body_lists import ChangedLists
from migrate.analysis.body_results import Results
from migrate.analysis.chosen_values import activation, leaves_nothing
from migrate.analysis.compounds import assigned_names
from migrate.analysis.expressions import is_symbolic
from migrate.analysis.finders import comments_in
from migrate.analysis.loop_results import assign_result
from migrate.analysis.penalty_loops import penalty_loop
from migrate.analysis.region import element_of
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, assign, assign_target, code_of, names_in
from migrate.analysis.values import Value
from migrate.analysis.variables import Initializer, Placeholder
from migrate.classes.marks import plain

if TYPE_CHECKING:
    from migrate.analysis.blocks import Walker

Statements = list[cst.BaseStatement]


@dataclass
class Body(ChangedLists, Results):
    """Rewrites the body of a helper, or of a loop that computes tensors."""

    walker: Walker
    scope: Scope
    factory: bool = False
    slot: Slot = field(default_factory=Slot)
    creations: Statements = field(default_factory=list)
    assigned: list[str] = field(default_factory=list)
    either: set[str] = field(default_factory=set)  # names that both branches of a condition around assign
    aliases: dict[str, Binding] = field(default_factory=dict)  # names that stand for variables made in passing
    result: Value | None = None
    returned_none: bool = False  # None, and nothing else yet
    nested: dict[str, cst.FunctionDef] = field(default_factory=dict)

    @property
    def outside(self) -> set[str]:
        """Names of graph statements outside the function that its body uses."""
        return {d.name for d in self.slot.needs} - set(self.scope.names)

    def statements(self, body: cst.BaseSuite) -> Statements:
        kept: Statements = []
        pending: list[cst.EmptyLine] = []
        outer, self.walker.pending = self.walker.pending, pending
        source = body.body if isinstance(body, cst.IndentedBlock) else [cst.SimpleStatementLine(list(body.body))]  # type: ignore[arg-type]
        for statement in self.walker._flat(list(source), self.scope):  # type: ignore[arg-type]
            stays = self.statement(statement)
            kept += self.walker._commented(stays) if stays else []
        self.walker.pending = outer
        return [self._nested(statement) for statement in kept if self._nested(statement) is not None]  # type: ignore[misc]

    def _nested(self, statement: cst.BaseStatement) -> cst.BaseStatement | None:
        if isinstance(statement, cst.FunctionDef) and statement.name.value in self.nested:
            helper = self.walker.program.helpers.get(self.nested[statement.name.value])
            if helper is not None:
                return helper.node.with_changes(leading_lines=statement.leading_lines) if helper.node else None
        return statement

    def statement(self, node: cst.BaseStatement) -> Statements:
        if isinstance(node, cst.SimpleStatementLine):
            return self._simple(node)
        if isinstance(node, cst.If):
            return self._if(node)
        summed = penalty_loop(self.walker, node, self.scope)
        if summed is not None:
            return self._simple(summed)
        if isinstance(node, cst.For):
            iterated, code = self.ev.evaluate(node.iter, self.scope, self.slot)
            self.ev.bind_iteration(node.target, iterated, self.scope)
            before = len(self.creations)
            body = self.statements(node.body)
            if len(self.creations) != before:
                raise Refuse(
                    node, "creation-in-loop", "layers or variables are created inside a loop", "Create them before it."
                )
            assert isinstance(node.body, cst.IndentedBlock)
            return [node.with_changes(iter=code, body=node.body.with_changes(body=body))]
        if isinstance(node, cst.Try):
            # The program ran on TensorFlow 1, where what the table knows exists: the handlers were for other versions.
            self.walker.program.note(
                node, "Only the try branch is kept: the handlers served other TensorFlow versions."
            )
            kept = self.statements(node.body)
            if kept and hasattr(kept[0], "leading_lines"):
                kept[0] = kept[0].with_changes(leading_lines=[*node.leading_lines, *kept[0].leading_lines])
            return kept
        if isinstance(node, cst.FunctionDef):
            self.scope.bind(node.name.value, Binding(values.Function(node), parameter=True))
            self.nested[node.name.value] = node
            return [node]
        if isinstance(node, cst.With):
            items = [
                item.with_changes(item=self.ev.evaluate(item.item, self.scope, self.slot)[1]) for item in node.items
            ]
            assert isinstance(node.body, cst.IndentedBlock)
            return [node.with_changes(items=items, body=node.body.with_changes(body=self.statements(node.body)))]
        raise Refuse(node, "statement", f"a {type(node).__name__.lower()} statement builds a part of the graph")

    def _if(self, node: cst.If) -> Statements:
        known = self.ev.settled_test(node.test, self.scope)
        if known is not None:
            branch = self.walker._branch(node, known)
            kept = [part for statement in branch for part in self.statement(statement)]
            return kept
        _, test = self.ev.evaluate(node.test, self.scope, self.slot)
        either, self.either = self.either, self.either | _in_both(node)
        outside, self.creations = self.creations, []
        first = self.result
        owners = self.walker.program.owners
        start = len(owners)
        body = self.statements(node.body)
        middle = len(owners)
        made, self.creations = self.creations, []
        orelse = node.orelse
        if isinstance(orelse, cst.If):
            changed = self._if(orelse)
            orelse = changed[0] if changed and isinstance(changed[0], cst.If) else None
        elif isinstance(orelse, cst.Else):
            orelse = orelse.with_changes(body=orelse.body.with_changes(body=self.statements(orelse.body)))
        otherwise, self.creations = self.creations, outside
        self.either = either
        if made or otherwise:
            self.creations.append(self._created_under(node, made, otherwise))
            text = code_of(self.ev.creation(node.test, self.scope, self.slot))
            for number, record in enumerate(owners[start:], start):
                condition = f"({text})" if number < middle else f"not ({text})"
                record.condition = " and ".join(part for part in (condition, record.condition) if part)
        if isinstance(self.result, values.Cell) and first is None:
            raise Refuse(
                node,
                "conditional-creation",
                "a condition chooses what is created",
                "Choose one, or build each in its own function.",
            )
        for name in assigned_names(node):
            found = self.scope.names.get(name)
            if found and leaves_nothing(found.value):
                raise Refuse(
                    node,
                    "conditional-creation",
                    "a condition chooses between cells or initialisers",
                    "Choose one, or build each in its own function.",
                )
        if not body and orelse is None:
            return []
        suite = node.body if isinstance(node.body, cst.IndentedBlock) else cst.IndentedBlock([])
        body = body or [cst.SimpleStatementLine([cst.Pass()])]
        return [node.with_changes(test=test, body=suite.with_changes(body=body), orelse=orelse)]

    def _created_under(self, node: cst.If, made: Statements, otherwise: Statements) -> cst.BaseStatement:
        """What the branches of a condition create, under the condition."""
        test = self.ev.creation(node.test, self.scope, self.slot)
        if not made:
            test = cst.UnaryOperation(cst.Not(), test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()]))
            made, otherwise = otherwise, []
        other = cst.Else(cst.IndentedBlock(otherwise)) if otherwise else None
        return cst.If(test, cst.IndentedBlock(made), other)

    def _simple(self, node: cst.SimpleStatementLine) -> Statements:
        if len(node.body) != 1:
            parts = [
                cst.SimpleStatementLine([small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])
                for small in node.body
            ]
            return [kept for part in parts for kept in self._simple(part)]
        small = node.body[0]
        if isinstance(small, cst.Return):
            return self._return(node, small)
        if isinstance(small, cst.Assign):
            return self._assign(node, small)
        if isinstance(small, cst.AugAssign):
            _, code = self.ev.evaluate(small.value, self.scope, self.slot)
            if isinstance(small.target, cst.Name):
                held, _ = self.ev.evaluate(small.target, self.scope, self.slot)
                inner = Slot()
                added, _ = self.ev.evaluate(small.value, self.scope, inner)
                value = held if is_symbolic(held) else added if is_symbolic(added) else values.Python()
                self._bind(small.target, value, self.slot)
            else:
                self._stored(node, small.target, self.ev.look(small.value, self.scope))
            return [node.with_changes(body=[small.with_changes(value=code)])]
        slot = Slot()
        changed = self.ev._rebuild(small, self.scope, slot)
        if slot.sites:
            raise Refuse(node, "run-in-helper", "a helper runs the graph while it builds it")
        self._absorb(slot)
        if isinstance(small, cst.Expr):
            value = self.ev.look(small.value, self.scope)
            if isinstance(value, (values.Operation, values.Config, values.Summary)):
                return []
            self._mutated(small.value)
        return [node.with_changes(body=[changed])]

    def _absorb(self, slot: Slot) -> None:
        self.creations += slot.creations
        slot.creations = []
        self.walker.program.merge(self.slot, slot)

    def _assign(self, node: cst.SimpleStatementLine, small: cst.Assign) -> Statements:
        slot = Slot()
        targets: list[cst.BaseExpression] = [target.target for target in small.targets]
        self.walker.program.target = next((name for target in targets for name in names_in(target)), "")
        owners = len(self.walker.program.owners)
        value, code = self.ev.evaluate(small.value, self.scope, slot)
        if slot.sites:
            raise Refuse(node, "run-in-helper", "a helper runs the graph while it builds it")
        if slot.mutates:
            reason = "a list of tensors is changed in passing"
            raise Refuse(node, "python-in-graph", reason, "Change it in a line of its own.")
        prelude, slot.prelude = list(slot.prelude), []
        self._absorb(slot)
        if isinstance(value, Placeholder):
            raise Refuse(
                node,
                "placeholder-in-helper",
                "a helper makes a placeholder",
                "Make the placeholders outside and pass them in.",
            )
        if activation(value) and any(self.walker.program.bindings[name] > 1 for t in targets for name in names_in(t)):
            value = values.Python()  # one of several
        code, targets = self._without_variables(value, code, targets)
        if len(targets) == 1 and isinstance(small.value, cst.Call) and targets[0] is not small.targets[0].target:
            small = small.with_changes(targets=[assign_target(targets[0])])
            value = value.items[0] if isinstance(value, values.Sequence) else value
        if isinstance(value, values.TrainOp) and not self.ev.calling:
            raise Refuse(node, "fetch-form", "a condition chooses what is run", "Write a run for each case.")
        if isinstance(value, values.TrainOp):
            raise Refuse(
                node, "update-in-helper", "a helper makes the training operation", "Call minimize where the loss is."
            )
        if isinstance(value, values.RnnResult):
            bound: list[tuple[cst.BaseExpression, Value]] = []
            statements = assign_result(value.call, targets[0], lambda t, held: bound.append((t, held)))
            for target, held in bound:
                self._bind(target, held, slot)
            statements = [*prelude, *statements]
            lines = [*node.leading_lines, *comments_in(small)]
            if node.trailing_whitespace.comment is not None:
                lines.append(cst.EmptyLine(comment=node.trailing_whitespace.comment))
            statements[0] = statements[0].with_changes(leading_lines=lines)
            return statements
        if isinstance(
            value,
            (
                values.Cell,
                values.Stack,
                values.CellList,
                values.Operation,
                values.ZeroState,
                values.Config,
                Initializer,
                values.Symbol,
            ),
        ):
            names = names_in(targets[0])
            if isinstance(value, (values.Cell, values.Stack)) and value.name is None and names:
                value = replace(value, name=names[0])
            for name in names:
                self.scope.bind(name, Binding(value, parameter=True))
                self.walker._remove(name)
            self.walker._comments(node.leading_lines)
            return []
        if isinstance(value, (values.Variable, values.Layer)) and value.owner < owners:  # another name for it
            aliases = [name for target in targets for name in names_in(target)]
            if aliases == [code_of(code)]:  # the name that it has outside
                self.scope.bind(aliases[0], Binding(value))
                self.walker._comments(node.leading_lines)
                return []
            for name in aliases:
                self.scope.bind(name, Binding(value, parameter=True, local=not self.factory, outer=code))
                self.assigned.append(name)
            return [node.with_changes(body=[small.with_changes(value=code)])]
        if (
            not self.factory
            and isinstance(value, (values.Variable, values.Layer, values.Optimizer))
            or (not self.factory and isinstance(value, values.Mapping) and is_symbolic(value))
        ):
            return self._hoist(node, targets, value, code)
        if isinstance(value, values.Tensors) and self.walker.only_looped(value):
            for target in targets:
                self._bind(target, value, slot)
            self.walker._comments(node.leading_lines)
            return []
        for position, target in enumerate(targets):
            if not isinstance(target, (cst.Name, cst.Tuple, cst.List)):
                changed = assign_target(self._stored(node, target, value))
                small = small.with_changes(
                    targets=[*small.targets[:position], changed, *small.targets[position + 1 :]]
                )
                continue
            self._bind(target, value, slot, small.value)
        line = node.with_changes(body=[small.with_changes(value=code)])
        if prelude:
            prelude[0] = prelude[0].with_changes(leading_lines=node.leading_lines)
            return [*prelude, line.with_changes(leading_lines=[])]
        return [line]

    def _without_variables(
        self, value: Value, code: cst.BaseExpression, targets: list[cst.BaseExpression]
    ) -> tuple[cst.BaseExpression, list[cst.BaseExpression]]:
        """tensor, variable = f(...): the second name stands for the variable, and the call gives the tensor alone."""
        names = targets[0].elements if len(targets) == 1 and isinstance(targets[0], cst.Tuple) else []
        if not isinstance(value, values.Sequence) or len(names) != 2 or len(value.codes) != 2:
            return code, targets
        first, held = value.codes
        if not isinstance(value.items[1], values.Variable) or not isinstance(names[1].value, cst.Name) or first is None:
            return code, targets
        self.scope.bind(names[1].value.value, Binding(value.items[1], code=held))
        self.aliases[names[1].value.value] = Binding(value.items[1], code=held)
        return first, [names[0].value]

    def _hoist(
        self,
        node: cst.SimpleStatementLine,
        targets: Sequence[cst.BaseExpression],
        value: Value,
        code: cst.BaseExpression,
    ) -> Statements:
        """A variable made inside a helper: made before the call instead."""
        name = names_in(targets[0])[0]
        joined = name in self.either and isinstance(value, values.Variable)
        if joined:  # a tensor or another variable in the other branch
            hoisted = self.walker.program.fresh(f"{plain(name)}_variable")
        else:
            self.walker._remove(name)
            hoisted = self.walker.program.fresh(name)
        self.creations.append(assign(hoisted, code).with_changes(leading_lines=node.leading_lines))
        self.walker._own([cst.Name(hoisted)], value)
        self.scope.bind(name, Binding(value, parameter=True, code=cst.Name(hoisted)))
        if isinstance(value, values.Optimizer):
            self.walker.program.optimizers[value.owner].name = hoisted
        if joined:
            assert isinstance(value, values.Variable)
            self.slot.captures.add(hoisted)
            self.slot.variables.add(value.owner)
            self.scope.bind(name, Binding(values.Tensor(), parameter=True))
            self.assigned.append(name)
            return [assign(name, cst.Name(hoisted))]
        return []

    def _bind(
        self, target: cst.BaseExpression, value: Value, slot: Slot, source: cst.BaseExpression | None = None
    ) -> None:
        if isinstance(target, (cst.Tuple, cst.List)):
            items = (
                value.items if isinstance(value, values.Sequence) and len(value.items) == len(target.elements) else None
            )
            for position, element in enumerate(target.elements):
                self._bind(element.value, items[position] if items else element_of(value), slot)
            return
        outer = None
        if source is not None and isinstance(value, values.Python) and not slot.needs and slot.impure is None:
            try:
                outer = self.ev.creation(source, self.scope, Slot())
                if isinstance(outer, cst.BinaryOperation):
                    outer = outer.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
            except Refuse:
                outer = None
        for name in names_in(target):
            text = None if source is None or name in self.scope.names else (source, self.scope)
            made = fresh_container(source) or isinstance(value, values.Tensors) and isinstance(source, cst.Call)
            local = not self.factory
            self.scope.bind(name, Binding(value, parameter=True, local=local, made=made, outer=outer, source=text))
            self.assigned.append(name)


def _in_both(node: cst.If) -> set[str]:
    """The names that the branches of a condition assign, if more than one does."""
    first = set(assigned_names(node.body))
    return first & set(assigned_names(node.orelse)) if node.orelse is not None else set()
