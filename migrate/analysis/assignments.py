"""Assignments of a region: what stays, what becomes part of a function, what falls away."""

from __future__ import annotations

import dataclasses

import libcst as cst

from migrate.analysis import values
from migrate.analysis.appended import fresh_container
from migrate.analysis.chosen_values import chosen_name, trains
from migrate.analysis.expressions import is_symbolic
from migrate.analysis.feeds import starts_feed, store
from migrate.analysis.finders import GraphFinder
from migrate.analysis.graph_statements import GraphStatements
from migrate.analysis.region import Statements
from migrate.analysis.scope import (
    Binding,
    Refuse,
    Scope,
    Slot,
    assign,
    assign_target,
    code_of,
    names_in,
    parse,
)
from migrate.analysis.summaries import computed
from migrate.analysis.training import Schedule
from migrate.analysis.values import Value
from migrate.analysis.variables import Initializer, Placeholder
from migrate.classes.marks import plain

# Values that exist only while the graph is built: the statements that make them fall away.
GONE = (
    values.VariableScope,
    values.Cell,
    values.Stack,
    values.CellList,
    values.Session,
    values.Graph,
    values.Config,
    values.Operation,
    values.ZeroState,
    values.NoWriter,
    Initializer,
)


class Assignments(GraphStatements):
    """Assignments, by the kind of value that is assigned."""

    def assignment(
        self,
        node: cst.SimpleStatementLine,
        small: cst.Assign | cst.AnnAssign,
        targets: list[cst.BaseExpression],
        value_node: cst.BaseExpression,
        scope: Scope,
    ) -> Statements:
        if isinstance(value_node, cst.Lambda) and len(targets) == 1 and isinstance(targets[0], cst.Name):
            finder = GraphFinder(self.ev, scope, {p.name.value for p in value_node.params.params})
            value_node.visit(finder)
            if finder.found:  # a helper written as a lambda
                return self.statement(_as_function(targets[0], value_node, node), scope)
        if code_of(targets[0]).isidentifier() and starts_feed(self.ev, code_of(targets[0]), value_node):
            for target in targets:
                self.bind(target, values.Feed(), None, scope)
            return [node]
        slot = Slot()
        if code_of(targets[0]) in self.program.facts.tensor_lists and fresh_container(value_node):
            self.program.next.tensor_lists.add(code_of(targets[0]))
            held, code = self.ev.evaluate(value_node, scope, slot)
            if slot.creations or slot.sites or isinstance(held, GONE):
                raise Refuse(node, "tensor-store", "a list or dict of tensors begins with something else")
            slot.graph = True
            return self._compute(node, small.with_changes(value=code), targets, values.Tensors(), slot, scope)
        self.program.target = next((name for target in targets for name in names_in(target)), "")
        value, code = self.ev.evaluate(value_node, scope, slot)
        if slot.mutates:
            reason = "a list of tensors is changed in passing"
            raise Refuse(node, "python-in-graph", reason, "Change it in a line of its own.")
        if slot.sites:
            for target in targets:
                self.bind(target, value, None, scope)
            return self.with_sites(node, small.with_changes(value=code), slot)
        if len(targets) == 1 and isinstance(targets[0], cst.Name):
            value = chosen_name(self, node, targets[0].value, value, scope)  # type: ignore[arg-type]
        if self.depth and _creates(value):
            raise Refuse(
                node,
                "conditional-creation",
                "cells, layers or variables are made inside a condition or a loop",
                "Choose one, or build each in a function of its own.",
            )
        subscript = [target for target in targets if not isinstance(target, (cst.Name, cst.Tuple, cst.List))]
        if subscript:
            return self._stored(node, small, subscript, value, code, slot, scope)
        if isinstance(value, values.Summary):
            return self._summaries(node, small, targets, value, scope)
        if isinstance(value, values.State) and value.zero in self.program.facts.fed and value.zero is not None:
            return self._live_state(node, targets, value, code, slot, scope)
        if isinstance(value, values.LiveResult):
            return self._live_loop(node, targets, value, slot, scope)
        if isinstance(value, values.RnnResult):
            return self._loop(node, targets, value, slot, scope)
        if (
            isinstance(value, values.Sequence)
            and len(targets) == 1
            and isinstance(targets[0], cst.Tuple)
            and len(value.codes) == len(value.items) == len(targets[0].elements)
            and (is_symbolic(value))
            and isinstance(value_node, cst.Call)
            and (slot.stateful or isinstance(value.items[-1], values.Variable))
        ):
            return self._taken_apart(node, targets[0], value, slot, scope)
        if isinstance(value, Placeholder):
            return self._placeholder(node, targets, value, scope)
        if (
            isinstance(value, GONE)
            or isinstance(value, values.Symbol)
            or (
                isinstance(value, values.Sequence)
                and value.items
                and all(isinstance(item, GONE) for item in value.items)
            )
        ):
            return self._gone(node, targets, value, slot, scope)
        if isinstance(value_node, (cst.List, cst.Tuple, cst.Dict)) and trains(value):
            return self._fetches(node, targets, value, value_node, scope)
        if isinstance(value, values.TrainOp):
            return self._update(node, targets, value, slot, scope)
        if isinstance(value, Schedule):
            for name in names_in(targets[0]):
                scope.bind(name, Binding(value))
                self._assigned(name)
            return self.created(node, small.with_changes(value=code), slot)
        if isinstance(value, values.Optimizer):
            names = names_in(targets[0])
            self.program.optimizers[value.owner].name = names[0]
        if isinstance(value, values.Variable) and self.program.owners[value.owner].global_step:
            return self._global_step(node, targets, value, value_node, scope)
        if slot.graph and not self._eager(slot, value, targets):
            return self._compute(node, small.with_changes(value=code), targets, value, slot, scope)
        if slot.graph and isinstance(value, values.Tensor) and self._fed_constant(targets):
            name = names_in(targets[0])[0]
            spec = parse(f"tf.TensorSpec.from_tensor({name})")
            return self._placeholder(node, targets, Placeholder(spec, code), scope)
        if isinstance(value, values.Variable) and not value.trainable and self._fed_constant(targets):
            return self._fed_variable(node, small.with_changes(value=code), targets, value, slot, scope)
        if isinstance(value, values.Variable) and isinstance(small, cst.Assign) and not self.depth:
            made = self._made_again(node, small, value, code, slot, scope)
            if made is not None:
                return made
        self._own(targets, value)
        if slot.graph and isinstance(value, values.Tensor):
            value = dataclasses.replace(value, eager=True)
        if isinstance(value, values.Python) and value.constant is not values.UNKNOWN and self.depth:
            value = values.Python()
        for target in targets:
            self.bind(target, value, None, scope)
        return self.created(node, small.with_changes(value=code), slot)

    def _summaries(
        self,
        node: cst.SimpleStatementLine,
        small: cst.Assign | cst.AnnAssign,
        targets: list[cst.BaseExpression],
        value: values.Summary,
        scope: Scope,
    ) -> Statements:
        """Summaries: a dict of the values that they show."""
        code, slot = computed(value, node)
        kept = self._compute(node, small.with_changes(value=code), targets, value, slot, scope)
        models = {need.model for need in slot.needs}
        for definition in self.region.definitions[-1:]:  # merged outside the class whose tensors they show
            definition.model = models.pop() if len(models) == 1 else definition.model
        return kept

    def _made_again(
        self,
        node: cst.SimpleStatementLine,
        small: cst.Assign,
        value: values.Variable,
        code: cst.BaseExpression,
        slot: Slot,
        scope: Scope,
    ) -> Statements | None:
        """A second variable under a name that one has already: functions still read the first, so it gets another."""
        names = [name for target in small.targets for name in names_in(target.target)]
        if len(names) != 1 or self.program.owners[value.owner].expression:
            return None
        self.program.next.made[names[0]] += 1
        if self.program.next.made[names[0]] == 1 or not self.program.complete:
            return None
        own = self.program.fresh("_".join([*self.program.sharing.scopes, names[0]]))
        self._own([cst.Name(own)], value)
        self.program.changes.renamed.add((names[0], self.program.line(node.body[0])))
        scope.bind(names[0], Binding(value, code=cst.Name(own), name=own))
        self._assigned(own)
        return self.created(node, small.with_changes(targets=[assign_target(cst.Name(own))], value=code), slot)

    def _fed_variable(
        self,
        node: cst.SimpleStatementLine,
        made: cst.BaseSmallStatement,
        targets: list[cst.BaseExpression],
        value: values.Variable,
        slot: Slot,
        scope: Scope,
    ) -> Statements:
        """A variable in whose place some run feeds a value: a parameter, which is the variable where nothing is fed."""
        if len(targets) != 1 or not isinstance(targets[0], cst.Name) or self.depth:
            raise Refuse(node, "fed-tensor", "a variable is fed that has several names", "Feed a tf.placeholder.")
        self._own(targets, value)
        name = targets[0].value
        definition = self.define("placeholder", (name,), [], Slot(), node)
        definition.spec = self.program.fresh(f"{plain(name)}_spec")
        definition.default = name
        definition.value = values.Tensor()
        self.program.next.kept.add(name)
        scope.bind(name, Binding(definition.value, definition))
        spec = parse(f"tf.TensorSpec({name}.shape, {name}.dtype)")
        return [*self.created(node, made, slot), assign(definition.spec, spec)]

    def _fed_constant(self, targets: list[cst.BaseExpression]) -> bool:
        """Whether a run feeds something else for the constant: then it is a parameter with a default."""
        fed = {name for target in targets for name in names_in(target)} & self.program.facts.fed_constants
        self.program.next.fed_constants |= fed
        return bool(fed)

    def _eager(self, slot: Slot, value: Value, targets: list[cst.BaseExpression]) -> bool:
        """Whether the statement is a constant that may stay in place as an eager tensor."""
        if slot.needs or slot.variables or slot.tape or slot.stateful or slot.creations:
            return False
        if isinstance(value, (values.LiveCell, values.LiveCells)):
            return True
        if not isinstance(value, (values.Tensor, values.Python)):
            return False
        if all(self._only_initial(name) for target in targets for name in names_in(target)):
            return True
        if slot.random:
            return False
        return not any(name in self.program.facts.computed for target in targets for name in names_in(target))

    def _only_initial(self, name: str) -> bool:
        """Whether variables start from the tensor and nothing else reads it: it need not be drawn in each run."""
        read = self.program.mentions[name] - self.program.bindings[name]
        return self.program.bindings[name] == 1 and 0 < read == self.program.facts.initial_values[name]

    def _stored(
        self,
        node: cst.SimpleStatementLine,
        small: cst.Assign | cst.AnnAssign,
        targets: list[cst.BaseExpression],
        value: Value,
        code: cst.BaseExpression,
        slot: Slot,
        scope: Scope,
    ) -> Statements:
        """Assignments to items and attributes."""
        target = targets[0]
        if isinstance(target, cst.Subscript):
            held, base = self.ev.evaluate(target.value, scope, Slot())
            if isinstance(held, values.Feed):
                changed = cst.Assign([cst.AssignTarget(store(self.ev, target, held, base, scope))], code)
                return self.with_sites(node, changed, slot)
            if isinstance(target.value, cst.Name) and not isinstance(value, GONE):
                kept = self._put(node, small, target, target.value.value, value, code, slot, scope)
                if kept is not None:
                    return kept
        if isinstance(target, cst.Attribute):
            held, _ = self.ev.evaluate(target.value, scope, Slot())
            if isinstance(held, values.Config):
                self._comments(node.leading_lines)
                return []
        if slot.graph or is_symbolic(value) or isinstance(value, GONE):
            raise Refuse(
                node, "tensor-store", "a graph object is stored in an item or an attribute", "Keep it in a plain name."
            )
        changed_targets = [assign_target(self.ev.evaluate(t, scope, slot)[1]) for t in targets]
        if isinstance(small, cst.AnnAssign):
            return [node.with_changes(body=[small.with_changes(value=code)])]
        return [node.with_changes(body=[small.with_changes(targets=changed_targets, value=code)])]


    def _put(
        self,
        node: cst.SimpleStatementLine,
        small: cst.Assign | cst.AnnAssign,
        target: cst.Subscript,
        name: str,
        value: Value,
        code: cst.BaseExpression,
        slot: Slot,
        scope: Scope,
    ) -> Statements | None:
        """tensors[i] = x: a statement of the graph, if the list or dict is one of tensors; None if it is not."""
        found = scope.find(name)
        if found is None or found[0].parameter or len(small.targets if isinstance(small, cst.Assign) else []) != 1:
            return None
        if isinstance(value, (values.Variable, values.Layer, values.Optimizer, values.TrainOp)):
            return None
        if found[0].definition is None:
            if is_symbolic(value):
                self.program.next.tensor_lists.add(name)
                found[1].bind(name, Binding(values.Tensors(), name=name))
                if not self.program.complete:
                    return []
            return None
        _, changed = self.ev.evaluate(target, scope, slot)
        made = small.with_changes(targets=[assign_target(changed)], value=code)
        if slot.impure is not None or slot.sites:
            raise Refuse(node, "python-in-graph", "Python data is read while the graph is built", "Name it before.")
        self.changes_list(node, (name,))
        self._share_lists(small.value, (), value, scope)
        definition = self.define("compute", (name,), [*slot.prelude, node.with_changes(body=[made])], slot, node)
        definition.needs.add(found[0].definition)
        self.bind(cst.Name(name), values.Tensors(), definition, scope)
        return self._creations(node, slot)


def _as_function(name: cst.Name, node: cst.Lambda, line: cst.SimpleStatementLine) -> cst.FunctionDef:
    """The def for `name = lambda ...: ...`."""
    body = cst.IndentedBlock([cst.SimpleStatementLine([cst.Return(node.body)])])
    return cst.FunctionDef(name, node.params, body, leading_lines=line.leading_lines)


def _creates(value: Value) -> bool:
    if isinstance(value, values.Sequence):
        return any(_creates(item) for item in value.items)
    if isinstance(value, values.Mapping):
        return any(_creates(item) for _, item in value.items)
    return isinstance(
        value, (values.Cell, values.Stack, values.CellList, values.Variable, values.Layer, values.Optimizer)
    )
