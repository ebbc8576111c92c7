"""What becomes of a statement of the graph, by the kind of value it makes: placeholder, loop, update, tensor."""

from __future__ import annotations

import dataclasses

import libcst as cst

from migrate.analysis import live_cells, values
from migrate.analysis.appended import gives_back, handed_on
from migrate.analysis.compounds import assigned_names
from migrate.analysis.finders import comments_in, names_read
from migrate.analysis.flatten import Flattening
from migrate.analysis.graph_collections import collect_loss
from migrate.analysis.loop_results import assign_result
from migrate.analysis.region import Statements
from migrate.analysis.repeated_helpers import rename
from migrate.analysis.scope import (
    Binding,
    Definition,
    Refuse,
    Scope,
    Slot,
    assign,
    assign_target,
    code_of,
    names_in,
    parse,
)
from migrate.analysis.shapes import of_placeholder
from migrate.analysis.states import zero_state_code
from migrate.analysis.values import Value
from migrate.analysis.variables import Placeholder
from migrate.classes.marks import plain


class GraphStatements(Flattening):
    """Statements of the graph, each taken to where it belongs in the new program."""

    def created(self, node: cst.SimpleStatementLine, small: cst.BaseSmallStatement, slot: Slot) -> Statements:
        """A statement that stays, with what it creates before it."""
        kept: Statements = [*slot.creations, node.with_changes(body=[small])]
        if len(kept) > 1:
            kept[0] = kept[0].with_changes(leading_lines=node.leading_lines)
            kept[-1] = kept[-1].with_changes(leading_lines=[])
        return self._on_device(kept) if slot.creations or slot.variables or slot.graph else kept

    def _on_device(self, statements: Statements) -> Statements:
        return statements

    def _placeholder(
        self, node: cst.SimpleStatementLine, targets: list[cst.BaseExpression], value: Placeholder, scope: Scope
    ) -> Statements:
        if not isinstance(targets[0], cst.Name) or not all(isinstance(target, cst.Name) for target in targets):
            raise Refuse(
                node,
                "placeholder-name",
                "a placeholder is not kept in one plain name",
                "Assign it to a name of its own.",
            )
        name = targets[0].value
        if any(d.kind == "placeholder" and d.name == name for d in self.region.definitions):
            raise Refuse(
                node,
                "several-graphs",
                f"the placeholder {name} is made twice",
                "Build each graph in a function of its own.",
            )
        if self.depth:
            raise Refuse(node, "placeholder-in-loop", "a placeholder is made inside a loop or a condition")
        if name in self.program.facts.scalars and code_of(value.spec).startswith("tf.TensorSpec(None,"):
            value = dataclasses.replace(value, spec=parse(code_of(value.spec).replace("None", "[]", 1)))
        double = "float64" in code_of(value.spec)
        definition = self.define("placeholder", (name,), [], Slot(double=double), node)
        definition.spec = self.program.fresh(f"{plain(name)}_spec")
        definition.sparse_dtype = value.dtype
        tensor = values.SparseTensor() if value.dtype else values.Tensor(sizes=of_placeholder(value.spec))
        definition.value = tensor
        self._remove(name)
        scope.bind(name, Binding(tensor, definition))
        kept: Statements = [node.with_changes(body=[_assign(definition.spec, value.spec)])]
        if value.default is not None:
            definition.default = name
            kept.insert(0, assign(name, value.default))
            self.program.next.kept.add(name)
        for target in targets[1:]:  # further names of it
            self.statement(cst.SimpleStatementLine([cst.Assign([assign_target(target)], cst.Name(name))]), scope)
        return kept

    def _gone(
        self, node: cst.SimpleStatementLine, targets: list[cst.BaseExpression], value: Value, slot: Slot, scope: Scope
    ) -> Statements:
        """Cells, sessions, initialisers: known from here on, without a statement of their own."""
        place = self.program.place(node.body[0].value)  # type: ignore[attr-defined]
        names = [name for target in targets for name in names_in(target)]
        if isinstance(value, values.ZeroState) and place in self.program.facts.fed:
            self.program.next.fed.add(place)
            return self._fed_state(node, names[0], value, scope)
        if isinstance(value, (values.Cell, values.Stack)) and value.name is None and names:
            value = dataclasses.replace(value, name=names[0])
        items = value.items if isinstance(value, values.Sequence) else None
        for target in targets:
            if isinstance(target, cst.Tuple) and items is not None:
                for element, item in zip(target.elements, items, strict=True):
                    name = code_of(element.value)
                    held = dataclasses.replace(item, name=name) if isinstance(item, values.Cell) else item
                    scope.bind(name, Binding(held))
                continue
            for name in names_in(target):
                scope.bind(name, Binding(value, place=place, name=name))
        for name in names:
            self._remove(name)
        self._comments([*node.leading_lines, *comments_in(node.body[0])])
        if node.trailing_whitespace.comment is not None:
            self.pending.append(cst.EmptyLine(comment=node.trailing_whitespace.comment))
        return []

    def _fetches(
        self,
        node: cst.SimpleStatementLine,
        targets: list[cst.BaseExpression],
        value: Value,
        made: cst.BaseExpression,
        scope: Scope,
    ) -> Statements:
        """A list of fetches with training operations in it: read where it is run."""
        again = [name for name in names_read(made) if self.program.bindings[name] > 1]
        if len(targets) != 1 or not isinstance(targets[0], cst.Name) or again or self.depth:
            raise Refuse(
                node, "fetch-form", "the analysis cannot see what is fetched", "Write the list of fetches in the run."
            )
        name = targets[0].value
        scope.bind(name, Binding(value, name=name, fetches=made))
        self._remove(name)
        self._comments([*node.leading_lines, *comments_in(node.with_changes(leading_lines=[]))])
        return []

    def _fed_state(self, node: cst.SimpleStatementLine, name: str, value: values.ZeroState, scope: Scope) -> Statements:
        """A zero state that some run feeds: a parameter, with zeros where nothing is fed."""
        if value.dynamic:
            raise Refuse(node, "fed-state", "a state of unknown batch size is fed")
        definition = self.define("placeholder", (name,), [], Slot(), node)
        definition.spec = self.program.fresh(f"{plain(name)}_spec")
        definition.default = name
        self.program.next.kept.add(name)
        scope.bind(name, Binding(values.State(value.cell), definition))
        # Keras wants the batch sizes of inputs and states to be known alike, above all a batch of one.
        batch = None if self._inputs_have(code_of(value.batch)) else "None"
        spec = zero_state_code(self.ev, value, "tf.TensorSpec([{batch}, {units}], tf.float32)", batch=batch)
        return [
            node.with_changes(body=[_assign(name, parse(zero_state_code(self.ev, value)))]),
            assign(definition.spec, parse(spec)),
        ]

    def _inputs_have(self, batch: str) -> bool:
        """Whether the placeholders say that this is their batch size, as far as they have any."""
        held = [d.value.sizes for d in self.region.definitions if isinstance(d.value, values.Tensor)]
        first = [code_of(sizes[0]) if sizes[0] is not None else "" for sizes in held if len(sizes) > 1]
        return bool(first) and all(size == batch for size in first)

    def _global_step(
        self,
        node: cst.SimpleStatementLine,
        targets: list[cst.BaseExpression],
        value: values.Variable,
        made: cst.BaseExpression,
        scope: Scope,
    ) -> Statements:
        """The step an optimizer counts: Keras's optimizer.iterations."""
        record = self.program.owners[value.owner]
        if (
            isinstance(made, cst.Call)
            and made.args
            and self.ev.constant(made.args[0].value, scope) != 0
            and (self.ev.symbol_of(made.func, scope) == "Variable")
        ):
            raise Refuse(node, "global-step", "the global step does not start at 0")
        optimizer = self.program.facts.global_steps.get(record.place, "optimizer")
        for name in names_in(targets[0]):
            scope.bind(name, Binding(value, code=parse(f"{optimizer}.iterations")))
            self._remove(name)
        self._comments(node.leading_lines)
        return []

    def _update(
        self,
        node: cst.SimpleStatementLine,
        targets: list[cst.BaseExpression],
        value: values.TrainOp,
        slot: Slot,
        scope: Scope,
    ) -> Statements:
        definition = self._define_update(node, slot)
        for name in [name for target in targets for name in names_in(target)]:
            scope.bind(name, Binding(value, definition))
            self._remove(name)
        return self._creations(node, slot)

    def _define_update(self, node: cst.SimpleStatementLine, slot: Slot) -> Definition | None:
        if slot.update is None:
            return None
        definition = self.define("update", (), [], slot, node)
        self.program.update_definitions[slot.update] = definition
        lines = [*node.leading_lines, *comments_in(node.body[0])]
        if node.trailing_whitespace.comment is not None:
            lines.append(cst.EmptyLine(comment=node.trailing_whitespace.comment))
        definition.statements = [cst.SimpleStatementLine([cst.Pass()], leading_lines=lines)]
        return definition

    def _creations(self, node: cst.BaseStatement, slot: Slot) -> Statements:
        if slot.creations and self.depth:
            raise Refuse(
                node,
                "creation-in-loop",
                "layers or variables are created inside a loop or a condition",
                "Create them before it.",
            )
        return self._on_device(list(slot.creations))

    def _loop(
        self,
        node: cst.SimpleStatementLine,
        targets: list[cst.BaseExpression],
        value: values.RnnResult,
        slot: Slot,
        scope: Scope,
    ) -> Statements:
        if len(targets) != 1:
            raise Refuse(node, "loop-result", "the result of the loop is assigned twice")
        bound: list[tuple[cst.BaseExpression, Value]] = []
        statements = assign_result(value.call, targets[0], lambda target, held: bound.append((target, held)))
        statements = [*slot.prelude, *statements]
        lines = [*node.leading_lines, *comments_in(node.body[0])]
        if node.trailing_whitespace.comment is not None:
            lines.append(cst.EmptyLine(comment=node.trailing_whitespace.comment))
        statements[0] = statements[0].with_changes(leading_lines=lines)
        names = tuple(name for target, _ in bound for name in names_in(target))
        definition = self.define("compute", names, statements, slot, node)
        for target, held in bound:
            self.bind(target, held, definition, scope)
        return self._creations(node, slot)

    def _live_state(
        self,
        node: cst.SimpleStatementLine,
        targets: list[cst.BaseExpression],
        value: values.State,
        code: cst.BaseExpression,
        slot: Slot,
        scope: Scope,
    ) -> Statements:
        """A zero state of such a cell that some run feeds: a parameter, with zeros where nothing is fed."""
        assert value.zero is not None
        if slot.needs or len(targets) != 1 or not isinstance(targets[0], cst.Name):
            raise Refuse(node, "fed-state", "a state of unknown batch size is fed")
        self.program.next.fed.add(value.zero)
        name = targets[0].value
        definition = self.define("placeholder", (name,), [], Slot(), node)
        definition.spec = self.program.fresh(f"{plain(name)}_spec")
        definition.default = name
        self.program.next.kept.add(name)
        scope.bind(name, Binding(values.State(value.cell), definition))
        spec = f"lambda part: tf.TensorSpec([None, *part.shape[1:]], part.dtype), {name}"
        return [
            node.with_changes(body=[_assign(name, code)]),
            assign(definition.spec, parse(f"tf.nest.map_structure({spec})")),
        ]

    def _live_loop(
        self,
        node: cst.SimpleStatementLine,
        targets: list[cst.BaseExpression],
        value: values.LiveResult,
        slot: Slot,
        scope: Scope,
    ) -> Statements:
        """A loop over a cell that is an object: a layer made in place, a call of it in the functions."""
        statements, bound = live_cells.assigned(self.ev, node, value, targets[0])
        statements[0] = statements[0].with_changes(leading_lines=[*node.leading_lines, *comments_in(node.body[0])])
        names = tuple(name for target, _ in bound for name in names_in(target))
        definition = self.define("compute", names, [*slot.prelude, *statements], slot, node)
        for target, held in bound:
            self.bind(target, held, definition, scope)
        return self._creations(node, slot)

    def _taken_apart(
        self, node: cst.SimpleStatementLine, target: cst.Tuple, value: values.Sequence, slot: Slot, scope: Scope
    ) -> Statements:
        """value, update = tf.metrics.accuracy(...): two statements, since a run fetches one or the other."""
        made = self._made_for(target, value, slot)
        for element, item, code in zip(target.elements, value.items, value.codes, strict=True):
            assert code is not None
            code = rename(code, made)
            if isinstance(item, values.Variable) and isinstance(element.value, cst.Name):
                scope.bind(element.value.value, Binding(item, code=code))
                if code_of(code) == element.value.value:
                    self._assigned(element.value.value)
                else:
                    self._remove(element.value.value)
                continue
            line = node.with_changes(body=[_assign(code_of(element.value), code)])
            definition = self.define("compute", (code_of(element.value),), [line], slot, node)
            definition.needs = {need for need in slot.needs if set(need.names) & names_read(code)}
            self.bind(element.value, item, definition, scope)
        return self._creations(node, slot)

    def _made_for(self, target: cst.Tuple, value: values.Sequence, slot: Slot) -> dict[str, str]:
        """New names of variables that the statement makes: those that it gives them."""
        renamed = {}
        for element, item in zip(target.elements, value.items, strict=True):
            record = self.program.owners[item.owner] if isinstance(item, values.Variable) else None
            made = {name for creation in slot.creations for name in assigned_names(creation)}
            if record is not None and record.expression in made and isinstance(element.value, cst.Name):
                renamed[record.expression] = record.expression = element.value.value
        slot.creations = [rename(creation, renamed) for creation in slot.creations]
        return renamed

    def _compute(
        self,
        node: cst.SimpleStatementLine,
        small: cst.BaseSmallStatement,
        targets: list[cst.BaseExpression],
        value: Value,
        slot: Slot,
        scope: Scope,
    ) -> Statements:
        """A statement of the graph: it goes into the functions that need it."""
        if slot.impure is not None:
            raise Refuse(
                slot.impure,
                "python-in-graph",
                f"{code_of(slot.impure)} is computed while the graph is built",
                "Assign it to a name before.",
            )
        if isinstance(value, (values.Variable, values.Layer, values.Mapping)) and slot.creations:
            raise Refuse(node, "mixed-statement", "one statement creates weights and computes tensors")
        line = node.with_changes(body=[small])
        names = tuple(name for target in targets for name in names_in(target))
        definition = self.define("gradient" if slot.tape else "compute", names, [*slot.prelude, line], slot, node)
        if slot.prelude:
            definition.statements[0] = slot.prelude[0].with_changes(leading_lines=node.leading_lines)
            definition.statements[-1] = line.with_changes(leading_lines=[])
        dropped = isinstance(value, values.Tensors) and self.only_looped(value)
        if dropped:
            definition.statements = []
        for target in targets:
            self.bind(target, value, definition, scope)
        made = small.value if isinstance(small, (cst.Assign, cst.AnnAssign)) else None
        self._share_lists(made, names, value, scope)
        written = node.body[0]
        if isinstance(written, (cst.Assign, cst.AnnAssign)) and written.value is not None:
            collect_loss(self.ev, written.value, list(names), definition, scope)
        if isinstance(made, cst.Name):  # another name of a placeholder may be fed
            placeholder = next((d for d in slot.needs if d.kind == "placeholder" and d.name == made.value), None)
            for name in names:
                scope.names[name].alias = placeholder
        return self._creations(node, slot)

    def _share_lists(
        self, made: cst.BaseExpression | None, names: tuple[str, ...], value: Value, scope: Scope
    ) -> None:
        """Note the lists and dicts of tensors that something else holds from now on: they must not change."""
        held = (values.Tensors, values.Sequence, values.Mapping)
        given = handed_on(made)
        if isinstance(made, cst.Call) and isinstance(made.func, cst.Name):
            called = scope.find(made.func.value)
            if called is not None and isinstance(called[0].value, values.Function):
                back = gives_back(called[0].value.node)
                given = {name for arg in made.args for name in handed_on(arg.value)} if back else set()
        found = {name: scope.find(name) for name in given}
        lists = {name for name, binding in found.items() if binding is not None and isinstance(binding[0].value, held)}
        if lists and isinstance(value, held):
            self.program.second_names |= {*lists, *names}

    def only_looped(self, value: values.Tensors) -> bool:
        """Whether a list of steps only feeds loops that can take the whole tensor instead."""
        if value.place is None or value.batch_major is None:
            return False
        used = self.program.used(value.place, "list")
        return used > 0 and used == self.program.used(value.place, "loop")

    def with_sites(self, node: cst.SimpleStatementLine, small: cst.BaseSmallStatement, slot: Slot) -> Statements:
        if slot.creations:
            raise Refuse(node, "creation-in-run", "a run creates layers or variables")
        inside = {line.comment.value for line in comments_in(small) if line.comment}
        lost = [line for line in comments_in(node.body[0]) if line.comment and line.comment.value not in inside]
        return [node.with_changes(body=[small], leading_lines=[*node.leading_lines, *lost])]


def _assign(name: str, value: cst.BaseExpression) -> cst.Assign:
    return cst.Assign([cst.AssignTarget(cst.Name(name))], value)
