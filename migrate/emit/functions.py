"""Write the functions: shared parts of the graph, and one function for every kind of run."""

from __future__ import annotations

import libcst as cst

from migrate.analysis.blocks import Walker
from migrate.analysis.program import Program
from migrate.analysis.scope import Definition, Refuse, code_of, parse
from migrate.analysis.training import Schedule
from migrate.classes.keras_model import method_name
from migrate.emit.naming import group_name, step_name
from migrate.emit.results import code_of_leaf, returned
from migrate.emit.slices import Group, Step
from migrate.emit.updates import UpdateWriter, loaded

Statements = list[cst.BaseStatement]

# Second choices, where the program has a name already.
_OTHERWISE = {
    "predict": "predict_batch",
    "evaluate": "evaluate_batch",
    "forward": "forward_pass",
    "train_step": "training_step",
}


class FunctionWriter(UpdateWriter):
    """Writes the functions of one region; `write` gives (position, function) pairs."""

    def __init__(
        self, program: Program, walker: Walker, definitions: list[Definition], steps: list[Step], groups: list[Group]
    ) -> None:
        self.program, self.walker = program, walker
        self.definitions, self.steps, self.groups = definitions, steps, groups
        self.group_of = {definition: group for group in groups for definition in group.definitions}

    def _fresh(self, base: str) -> str:
        """A name for a function; for a method of a model not one that keras.Model has."""
        others = [_OTHERWISE.get(base, f"{base}_step")]
        model = self.walker.region.model
        name = method_name(base, self.program.classes[model].methods) if model else base
        return self.program.fresh(name, *others)

    def write(self) -> list[tuple[float, cst.FunctionDef]]:
        for group in self.groups:
            self._interface(group)
        taken: set[str] = set()
        for step in self.steps:
            step.parameters = self._parameters_of(step)
        merged = {group: step for group in self.groups for step in group.steps if self._same(group, step)}
        main = max(
            (g for g in self.groups if any(d.variables for d in g.definitions) and not g.inline),
            key=lambda g: len(g.steps),
            default=None,
        )
        for group in self.groups:
            if not group.inline:
                base = (
                    step_name(self.program, merged[group], taken)
                    if group in merged
                    else group_name(group, group is main, taken)
                )
                group.name = self._fresh(base)
                taken.add(base)
        written: list[tuple[float, cst.FunctionDef]] = []
        for group in self.groups:
            if not group.inline:
                function = self._group_function(group)
                if group in merged:
                    step = merged[group]
                    step.name = group.name
                    function = self._decorated(function, step)
                written.append((self._top(group.definitions, group.parameters), function))
        for step in self.steps:
            if step.name:
                continue
            base = step_name(self.program, step, taken)
            taken.add(base)
            step.name = self._fresh(base)
            tops = [d for d in step.definitions if d.kind != "placeholder"]
            written.append((self._top(tops, step.parameters), self._step_function(step)))
        return written

    def _top(self, definitions: list[Definition], parameters: list[Definition]) -> float:
        own = set(self.walker.region.definitions)
        return max([d.top for d in [*definitions, *parameters] if d in own] + [0.0])

    # ---- what goes where

    def _own(self, step: Step) -> list[Definition]:
        """The statements written in the step's own function."""
        return [
            d
            for d in self.definitions
            if d in step.definitions and d.kind != "placeholder" and (d not in self.group_of)
        ]

    def _interface(self, group: Group) -> None:
        """What a group takes and gives back."""
        inside = set(group.definitions)
        outside_code: list[cst.CSTNode] = []
        users: set[Definition] = set()
        for step in group.steps:
            for definition in step.definitions - inside:
                if definition.needs & inside:
                    users.add(definition)
            for leaf in step.values:
                if leaf.needs & inside and leaf.code is not None:
                    outside_code.append(leaf.code)
            if step.update is not None:
                outside_code += self._update_codes(self.program.updates[step.update])
        for user in users:
            outside_code += list(user.statements)
        wanted = loaded(outside_code)
        results = []
        for definition in group.definitions:
            last = [d for d in group.definitions if set(d.names) & set(definition.names)][-1]
            for name in definition.names:
                used_outside = (
                    any(definition in user.needs for user in users)
                    or any(definition in leaf.needs for step in group.steps for leaf in step.values)
                    or any(definition in self._update_needs(step) for step in group.steps)
                )
                if name in wanted and used_outside:
                    if last is not definition:
                        raise Refuse(
                            definition.node,
                            "name-versions",
                            f"{name} is assigned again in the graph and its first value is used elsewhere",
                            "Give the two tensors two names.",
                        )
                    results.append(name)
        group.results = list(dict.fromkeys(results))
        group.parameters = self._needed_parameters(group.definitions, inside)
        group.inline = self._is_call(group)

    def _update_needs(self, step: Step) -> set[Definition]:
        definition = step.update_definition
        return definition.needs | definition.losses if definition is not None else set()

    def _is_call(self, group: Group) -> bool:
        """One statement that only calls a function of the program: repeated rather than wrapped."""
        if len(group.definitions) != 1 or len(group.definitions[0].statements) != 1:
            return False
        line = group.definitions[0].statements[0]
        if not isinstance(line, cst.SimpleStatementLine) or not isinstance(line.body[0], cst.Assign):
            return False
        value = line.body[0].value
        known = {
            definition.name.value for definition, helper in self.program.helpers.items() if helper.node is not None
        }
        return isinstance(value, cst.Call) and isinstance(value.func, cst.Name) and value.func.value in known

    def _needed_parameters(self, definitions: list[Definition], inside: set[Definition]) -> list[Definition]:
        needs = {need for definition in definitions for need in definition.needs} - inside
        self._distinct(needs, loaded([statement for d in definitions for statement in d.statements]))
        return sorted(needs, key=lambda d: (d.kind != "placeholder", d.index))

    def _distinct(self, definitions: set[Definition], read: set[str]) -> None:
        names: dict[str, Definition] = {}
        for definition in definitions:
            for name in set(definition.names) & read:  # others only come first, so that layers have their weights
                if names.setdefault(name, definition) is not definition:
                    raise Refuse(
                        definition.node,
                        "name-versions",
                        f"{name} stands for two tensors of the graph",
                        "Give the two tensors two names.",
                    )

    def _same(self, group: Group, step: Step) -> bool:
        """Whether a step does nothing but return what a shared function gives: that function will do."""
        codes = [code_of(code) for code in returned(step.fetch)]
        own = [d for d in self._own(step) if d.statements]
        groups = [g for g in self.groups if step in g.steps]
        return (
            not group.inline
            and groups == [group]
            and not own
            and step.update is None
            and codes == group.results
            and group.parameters == step.parameters
        )

    def _parameters_of(self, step: Step) -> list[Definition]:
        """The placeholders that a step's function takes: all that its slice needs."""
        return sorted((d for d in step.definitions if d.kind == "placeholder"), key=lambda d: d.index)

    # ---- shared functions

    def _group_function(self, group: Group) -> cst.FunctionDef:
        body = self._on_devices([(d, list(d.statements)) for d in group.definitions if d.statements])
        self._shadowed(group.definitions, group.parameters)
        parameters = self._names_of(group.parameters, loaded(list(body)))
        body = _with_return(body, [cst.parse_expression(name) for name in group.results])
        return _function(group.name, parameters, body)

    def _names_of(self, parameters: list[Definition], wanted: set[str]) -> list[str]:
        names = [
            name for d in parameters for name in (d.names if d.kind != "placeholder" else d.names[:1]) if name in wanted
        ]
        return list(dict.fromkeys(names))

    def _shadowed(self, definitions: list[Definition], parameters: list[Definition]) -> None:
        """A Python name read in a function that also assigns it would be unbound there."""
        if not self.program.complete:
            return
        assigned = {name for d in definitions for name in d.names}
        given = {name for d in parameters for name in d.names}
        for definition in definitions:
            clash = (definition.captures & assigned) - given
            if clash:
                raise Refuse(
                    definition.node,
                    "name-versions",
                    f"{sorted(clash)[0]} is Python data first and a tensor later",
                    "Give the two two names.",
                )

    # ---- steps

    def _step_function(self, step: Step) -> cst.FunctionDef:
        own = self._own(step)
        groups = [g for g in self.groups if step in g.steps]
        self._shadowed(own, [*step.parameters, *(d for g in groups for d in g.definitions)])
        taped: list[tuple[Definition | None, Statements]] = []
        plain: list[tuple[Definition | None, Statements]] = []
        wanted = self._wanted(step, own, groups)
        for group in groups:
            place = taped if set(group.definitions) & step.taped else plain
            if group.inline:
                place.append((group.definitions[0], list(group.definitions[0].statements)))
            else:
                place.append((None, [self._group_call(group, wanted)]))
        updates: Statements = []
        for definition in own:
            entry = (definition, list(definition.statements))
            if definition.kind == "update":
                assert step.update is not None
                updates = self._update(step, definition)
            elif definition in step.taped:
                taped.append(entry)
            elif definition.statements:
                plain.append(entry)
        body: Statements = []
        if step.update is not None or any(definition.kind == "gradient" for definition in step.definitions):
            self._check_tape(step)
            block = self._on_devices(taped)
            after = [*self._on_devices(plain), *updates]
            # a tape gives gradients once, unless it is told to keep what it has seen
            several = sum(code_of(statement).count("tape.gradient(") for statement in after) > 1
            tape = parse("tf.GradientTape(persistent=True)" if several else "tf.GradientTape()")
            with_item = cst.WithItem(tape, cst.AsName(cst.Name("tape")))
            body.append(cst.With([with_item], cst.IndentedBlock(block)))
            body += after
        else:
            body += self._on_devices(taped + plain)
        rates: dict[int, cst.BaseExpression] = {}
        if step.update is not None:  # the rate that the step was made with, before it counts on
            for leaf in step.values:
                if isinstance(leaf.value, Schedule) and leaf.code is not None:
                    rate = self.program.fresh("rate")
                    line = cst.parse_statement(f"{rate} = {code_of(leaf.code)}")
                    body.insert(len(body) - len(updates), line)
                    rates[id(leaf)] = cst.Name(rate)
        body = _with_return(body, returned(step.fetch, lambda leaf: rates.get(id(leaf)) or code_of_leaf(leaf)))
        return self._decorated(_function(step.name, [d.name for d in step.parameters], body), step)

    def _decorated(self, function: cst.FunctionDef, step: Step) -> cst.FunctionDef:
        specs = ", ".join(d.spec for d in step.parameters)
        decorator = cst.Decorator(parse(f"tf.function(input_signature=[{specs}])"))
        return function.with_changes(decorators=[decorator])

    def _wanted(self, step: Step, own: list[Definition], groups: list[Group]) -> set[str]:
        """The names that the step's function reads of what shared functions give it."""
        nodes: list[cst.CSTNode] = [statement for d in own for statement in d.statements]
        nodes += [leaf.code for leaf in step.values if leaf.code is not None]
        if step.update is not None:
            nodes += self._update_codes(self.program.updates[step.update])
        needed = {
            name
            for group in groups
            for name in self._names_of(group.parameters, loaded([s for d in group.definitions for s in d.statements]))
        }
        return loaded(nodes) | needed

    def _group_call(self, group: Group, wanted: set[str]) -> cst.BaseStatement:
        body = [statement for d in group.definitions for statement in d.statements]
        names = self._names_of(group.parameters, loaded(list(body)))
        call = f"{group.name}({', '.join(names)})"
        results = [name if name in wanted else "_" for name in group.results]
        return cst.parse_statement(f"{', '.join(results)} = {call}" if results else call)

    def _on_devices(
        self, entries: list[tuple[Definition | None, Statements]] | list[tuple[Definition, Statements]]
    ) -> Statements:
        """The statements, those of a device scope inside one."""
        result: Statements = []
        current: tuple[str, Statements] | None = None
        for definition, statements in entries:
            device = definition.device if definition is not None else None
            text = code_of(device) if device is not None else ""
            if current is not None and current[0] != text:
                result += _device(current)
                current = None
            if current is None:
                current = (text, [])
            current[1].extend(statements)
        if current is not None:
            result += _device(current)
        return result


def _device(entry: tuple[str, Statements]) -> Statements:
    device, statements = entry
    if not device or not statements:
        return statements
    return [cst.With([cst.WithItem(parse(f"tf.device({device})"))], cst.IndentedBlock(statements))]


def _with_return(body: Statements, codes: list[cst.BaseExpression]) -> Statements:
    """The body with its return; `x = ...; return x` at the end becomes `return ...`."""
    if not codes:
        return body or [cst.SimpleStatementLine([cst.Pass()])]
    if len(codes) == 1 and body and isinstance(codes[0], cst.Name):
        last = body[-1]
        if isinstance(last, cst.SimpleStatementLine) and len(last.body) == 1 and isinstance(last.body[0], cst.Assign):
            targets = last.body[0].targets
            if (
                len(targets) == 1
                and isinstance(targets[0].target, cst.Name)
                and targets[0].target.value == codes[0].value
            ):
                return [*body[:-1], last.with_changes(body=[cst.Return(last.body[0].value)])]
    text = ", ".join(code_of(code) for code in codes)
    return [*body, cst.SimpleStatementLine([cst.Return(parse(text))])]


def _function(name: str, parameters: list[str], body: Statements) -> cst.FunctionDef:
    params = cst.Parameters([cst.Param(cst.Name(parameter)) for parameter in parameters])
    body = [_without_blank(statement) for statement in body]
    return cst.FunctionDef(cst.Name(name), params, cst.IndentedBlock(body))


def _without_blank(statement: cst.BaseStatement) -> cst.BaseStatement:
    """Without the blank lines that stood around a statement in its old place; comments stay."""
    if isinstance(statement, cst.With) and isinstance(statement.body, cst.IndentedBlock):
        inner = [_without_blank(part) for part in statement.body.body]  # type: ignore[arg-type]
        statement = statement.with_changes(body=statement.body.with_changes(body=inner))
    if not hasattr(statement, "leading_lines"):
        return statement
    return statement.with_changes(leading_lines=[line for line in statement.leading_lines if line.comment is not None])
