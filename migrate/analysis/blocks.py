"""Walk the statements of one block: what stays Python, what becomes part of a function, what falls away.

A `Region` is a block in which a graph is built and run: the module, or a function that builds a graph of its own.
Its statements come out as `items` (what stays in place, in order) and `definitions` (what goes into functions).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field

import libcst as cst

from migrate.analysis import values
from migrate.analysis.compounds import graph_compound
from migrate.analysis.expressions import Evaluator, is_symbolic
from migrate.analysis.imports import bind_import
from migrate.analysis.loop_results import assign_result
from migrate.analysis.scope import Binding, Definition, Refuse, Scope, Slot, assign, code_of, names_in, parse
from migrate.analysis.sessions import Site
from migrate.analysis.states import zero_state_code
from migrate.analysis.training import Schedule
from migrate.analysis.values import Value
from migrate.analysis.variables import Initializer, Placeholder

Statements = list[cst.BaseStatement]
# Values that exist only while the graph is built: the statements that make them fall away.
_GONE = (values.Cell, values.Stack, values.CellList, values.Session, values.Graph, values.Config, values.Operation,
         values.ZeroState, Initializer)
_FLAT_SCOPES = {"variable_scope", "name_scope", "Session", "InteractiveSession", "variable_op_scope", "op_scope",
                "get_default_graph", "Graph", "container"}


@dataclass
class Item:
    """Statements that stay in place; `top` orders them among the generated functions."""

    top: float
    statements: Statements


@dataclass
class Region:
    """One block in which a graph is built and run."""

    scope: Scope
    definitions: list[Definition] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    assigned: dict[str, list[float]] = field(default_factory=dict)
    local: bool = False  # the body of a function


class Walker:
    """Walks one region."""

    def __init__(self, ev: Evaluator, region: Region) -> None:
        self.ev = ev
        self.program = ev.program
        self.region = region
        self.top: float = 0.0
        self.depth = 0
        self.pending: list[cst.EmptyLine] = []
        self.deferred: list[tuple[int, cst.FunctionDef, Scope]] = []
        ev.walker = self

    # ---- blocks

    def walk(self, statements: Iterable[cst.BaseStatement]) -> None:
        """The statements of the region itself."""
        for statement in self._flat(list(statements), self.region.scope):
            self.top += 1
            kept = self.statement(statement, self.region.scope)
            if kept:
                self.region.items.append(Item(self.top, self._commented(kept)))
        self.finish()

    def finish(self) -> None:
        """Functions of the program that are called at run time, with all names known."""
        from migrate.analysis.functions import python_function, runs_graph

        ordered = sorted(self.deferred, key=lambda entry: not runs_graph(self, entry[1], entry[2]))
        for position, node, scope in ordered:  # what runs the graph calls helpers: it comes first
            self.top = self.region.items[position].top - 0.5
            rewritten = python_function(self, node, scope)
            item = self.region.items[position]
            item.statements = [
                part for statement in item.statements for part in (
                    [statement] if not _defines(statement, node) else
                    [] if rewritten is None else [rewritten.with_changes(leading_lines=statement.leading_lines)])]

    def _commented(self, kept: Statements) -> Statements:
        """Comments of statements that fell away stand before what comes next."""
        if self.pending and hasattr(kept[0], "leading_lines"):
            lines = _collapsed([*self.pending, *kept[0].leading_lines])
            kept = [kept[0].with_changes(leading_lines=lines), *kept[1:]]
            self.pending = []
        return kept

    def _flat(self, statements: Statements, scope: Scope) -> Iterable[cst.BaseStatement]:
        """The statements, with the bodies of scopes and sessions in line."""
        for statement in statements:
            kind = self._scope_kind(statement, scope) if isinstance(statement, cst.With) else None
            if isinstance(statement, cst.If):
                known = self._known_branch(statement, scope)
                if known is not None:
                    yield from self._flat(self._branch(statement, known), scope)
                    continue
            if kind is None or not isinstance(statement, cst.With):
                yield from self._split(statement)
                continue
            self._comments(statement.leading_lines)
            if isinstance(statement.body, cst.IndentedBlock):
                self._comments(_header_comment(statement.body))
            initializer = self._enter(statement, kind, scope)
            yield from self._flat(list(statement.body.body), scope)  # type: ignore[arg-type]
            self._leave(kind, initializer)
            if isinstance(statement.body, cst.IndentedBlock):
                self._comments([line for line in statement.body.footer if line.comment])

    def _known_branch(self, statement: cst.If, scope: Scope) -> bool | None:
        """Which branch runs: told by TensorFlow's version, or by a setting of the file that chooses a cell."""
        known = self.ev.version_test(statement.test, scope)
        if known is not None:
            return known
        setting = self.ev.constant(statement.test, scope)
        if setting is values.UNKNOWN:
            return None
        finder = CellFinder(self.ev, scope)
        statement.visit(finder)
        if not finder.found:
            return None
        self.program.note(statement, f"Only the branch for {code_of(statement.test)} being {bool(setting)} is kept.")
        return bool(setting)

    def _comments(self, lines: Iterable[cst.EmptyLine]) -> None:
        lines = list(lines)
        if any(line.comment for line in lines):
            self.pending += lines
        elif lines and not self.pending:
            self.pending += lines

    def _branch(self, statement: cst.If, known: bool) -> Statements:
        if known:
            return list(statement.body.body)  # type: ignore[arg-type]
        orelse = statement.orelse
        if orelse is None:
            return []
        if isinstance(orelse, cst.Else):
            return list(orelse.body.body)  # type: ignore[arg-type]
        return [orelse]

    def _scope_kind(self, node: cst.With, scope: Scope) -> str | None:
        """What kind of scope a with statement opens; None for one that stays."""
        kinds = []
        for item in node.items:
            kind = None
            if isinstance(item.item, cst.Call):
                func = item.item.func
                name = self.ev.symbol_of(func, scope)
                if name is not None:
                    short = self.program.canonical(name)
                    kind = "device" if short == "device" else short if short in _FLAT_SCOPES else None
                elif isinstance(func, cst.Attribute) and func.attr.value == "as_default":
                    value = self.ev.evaluate(func.value, scope, Slot())[0]
                    kind = "Graph" if isinstance(value, (values.Graph, values.Session, values.Operation)) else None
            elif isinstance(item.item, cst.Name):
                found = scope.find(item.item.value)
                kind = "Session" if found and isinstance(found[0].value, values.Session) else None
            kinds.append(kind)
        return kinds[0] if kinds and all(kinds) else None

    def _enter(self, node: cst.With, kind: str, scope: Scope) -> bool:
        given = False
        for item in node.items:
            if kind == "device" and isinstance(item.item, cst.Call):
                if self.program.device is not None:
                    raise Refuse(node, "nested-device", "one device scope stands inside another")
                self.program.device = self.ev.creation(item.item.args[0].value, scope, Slot())
                continue
            value: Value = values.Operation("scope")
            if isinstance(item.item, cst.Call):
                value = self._open(item.item, kind, scope)
                if isinstance(value, values.Python):
                    given = True
            if item.asname is not None:
                for name in names_in(item.asname.name):
                    self._remove(name)
                    opened = value if not isinstance(value, values.Python) else values.Operation("scope")
                    scope.bind(name, Binding(opened))
        if kind in ("variable_scope", "variable_op_scope") and not given:
            self.ev.initializers.append(self.ev.initializers[-1])
        return given

    def _open(self, call: cst.Call, kind: str, scope: Scope) -> Value:
        if kind in ("variable_scope", "variable_op_scope"):
            return self._variable_scope(call, scope)
        if kind in ("Session", "InteractiveSession", "Graph") and self.ev.symbol_of(call.func, scope):
            value, _ = self.ev.evaluate(call, scope, Slot())
            return value
        return values.Graph() if kind == "Graph" else values.Operation("scope")

    def _variable_scope(self, call: cst.Call, scope: Scope) -> Value:
        names = ("name_or_scope", "default_name", "values", "initializer", "regularizer", "caching_device",
                 "partitioner", "custom_getter", "reuse", "dtype")
        from migrate.analysis.cells import initializer
        from migrate.analysis.scope import arguments, is_none

        bound = arguments(call, names, "tf.variable_scope")
        for option in ("regularizer", "partitioner", "custom_getter"):
            if not is_none(bound.get(option)):
                raise Refuse(call, "variable-option", f"tf.variable_scope({option}=...) is not carried over")
        if "reuse" in bound and self.ev.constant(bound["reuse"], scope) not in (None, False):
            raise Refuse(call, "reuse", "variables are shared through tf.variable_scope(reuse=...)",
                         "Create each variable once and use it twice.")
        given = bound.get("name_or_scope")
        text = self.ev.constant(given, scope) if given is not None else ""
        self.program.variable_scopes.append(text if isinstance(text, str) else code_of(call))
        if not is_none(bound.get("initializer")):
            self.ev.initializers.append(initializer(self.ev, bound["initializer"], scope, Slot()))
            return values.Python()
        return values.Operation("scope")

    def _leave(self, kind: str, given: bool) -> None:
        if kind == "device":
            self.program.device = None
        if kind in ("variable_scope", "variable_op_scope"):
            self.ev.initializers.pop()
            self.program.variable_scopes.pop()

    def _split(self, statement: cst.BaseStatement) -> Iterable[cst.BaseStatement]:
        """One statement a line, where a line with several holds anything but plain Python; a, b = x, y likewise."""
        if not isinstance(statement, cst.SimpleStatementLine):
            yield statement
            return
        parts: list[cst.BaseSmallStatement] = []
        for small in statement.body:
            parts += self._split_pairs(small)
        if len(parts) == 1 or not any(self._touches_graph(part) for part in parts):
            yield statement
            return
        for position, part in enumerate(parts):
            part = part.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
            yield cst.SimpleStatementLine(
                [part], leading_lines=statement.leading_lines if position == 0 else [],
                trailing_whitespace=statement.trailing_whitespace if position + 1 == len(parts)
                else cst.TrailingWhitespace())

    def _split_pairs(self, small: cst.BaseSmallStatement) -> list[cst.BaseSmallStatement]:
        if isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.value, cst.Tuple):
            target = small.targets[0].target
            if isinstance(target, cst.Tuple) and len(target.elements) == len(small.value.elements) and (
                    self._touches_graph(small)):
                return [cst.Assign([cst.AssignTarget(a.value)], b.value)
                        for a, b in zip(target.elements, small.value.elements, strict=True)]
        return [small]

    def _touches_graph(self, node: cst.CSTNode) -> bool:
        finder = GraphFinder(self.ev, self.region.scope)
        node.visit(finder)
        return finder.found

    # ---- statements

    def statement(self, node: cst.BaseStatement, scope: Scope) -> Statements:
        """What stays of a statement in its place."""
        if isinstance(node, cst.SimpleStatementLine):
            return self.simple(node, scope)
        if isinstance(node, cst.FunctionDef):
            scope.bind(node.name.value, Binding(values.Function(node)))
            self._assigned(node.name.value)
            if self.depth:
                from migrate.analysis.functions import python_function

                rewritten = python_function(self, node, scope)
                return [] if rewritten is None else [rewritten]
            self.deferred.append((len(self.region.items), node, scope))
            return [node]
        if isinstance(node, cst.ClassDef):
            finder = GraphFinder(self.ev, scope)
            node.visit(finder)
            if finder.found:
                raise Refuse(node, "class", "a class builds or runs a graph", "Programs with graph classes are not migrated yet.")
            scope.bind(node.name.value, Binding(values.Python()))
            return [node]
        return graph_compound(self, node, scope)

    def block(self, body: cst.BaseSuite, scope: Scope) -> cst.BaseSuite:
        """A nested block of Python: loops and conditions around runs."""
        if not isinstance(body, cst.IndentedBlock):
            line = cst.SimpleStatementLine(list(body.body))  # type: ignore[arg-type]
            body = cst.IndentedBlock([line])
        outer, self.pending = self.pending, []
        self.depth += 1
        kept: Statements = []
        for statement in self._flat(list(body.body), scope):  # type: ignore[arg-type]
            stays = self.statement(statement, scope)
            kept += self._commented(stays) if stays else []
        self.depth -= 1
        footer = [*self.pending, *body.footer] if any(line.comment for line in self.pending) else body.footer
        self.pending = outer
        if not kept:
            kept = [cst.SimpleStatementLine([cst.Pass()])]
        return body.with_changes(body=kept, footer=footer)

    def simple(self, node: cst.SimpleStatementLine, scope: Scope) -> Statements:
        if len(node.body) > 1:
            slot = Slot()
            changed = [self.ev._rebuild(small, scope, slot) for small in node.body]
            for small in node.body:
                self._bind_plain(small, scope)
            return [node.with_changes(body=changed)]
        small = node.body[0]
        if isinstance(small, (cst.Import, cst.ImportFrom)):
            kept = bind_import(self.program, small, scope)
            for name in kept.names:
                self._assigned(name)
            if kept.node is None:
                self._comments(node.leading_lines)
                return []
            return [node.with_changes(body=[kept.node])]
        if isinstance(small, cst.Assign):
            return self.assignment(node, small, [target.target for target in small.targets], small.value, scope)
        if isinstance(small, cst.AnnAssign) and small.value is not None:
            return self.assignment(node, small, [small.target], small.value, scope)
        if isinstance(small, cst.AugAssign):
            return self.augmented(node, small, scope)
        if isinstance(small, cst.Expr):
            return self.expression(node, small, scope)
        slot = Slot()
        changed_small = self.ev._rebuild(small, scope, slot)
        if slot.needs and not slot.sites:
            raise Refuse(node, "tensor-in-python", "a Python statement uses a tensor of the graph")
        return self.with_sites(node, changed_small, slot)

    def with_sites(self, node: cst.SimpleStatementLine, small: cst.BaseSmallStatement, slot: Slot) -> Statements:
        if slot.creations:
            raise Refuse(node, "creation-in-run", "a run creates layers or variables")
        inside = {line.comment.value for line in comments_in(small) if line.comment}
        lost = [line for line in comments_in(node.body[0]) if line.comment and line.comment.value not in inside]
        return [node.with_changes(body=[small], leading_lines=[*node.leading_lines, *lost])]

    def _bind_plain(self, small: cst.BaseSmallStatement, scope: Scope) -> None:
        if isinstance(small, cst.Assign):
            for target in small.targets:
                self.bind(target.target, values.Python(), None, scope)

    # ---- assignments

    def assignment(self, node: cst.SimpleStatementLine, small: cst.Assign | cst.AnnAssign,
                   targets: list[cst.BaseExpression], value_node: cst.BaseExpression, scope: Scope) -> Statements:
        if isinstance(value_node, cst.Lambda) and len(targets) == 1 and isinstance(targets[0], cst.Name):
            finder = GraphFinder(self.ev, scope, {p.name.value for p in value_node.params.params})
            value_node.visit(finder)
            if finder.found:  # a helper written as a lambda
                return self.statement(_as_function(targets[0], value_node, node), scope)
        slot = Slot()
        self.program.target = next((name for target in targets for name in names_in(target)), "")
        value, code = self.ev.evaluate(value_node, scope, slot)
        if slot.sites:
            for target in targets:
                self.bind(target, value, None, scope)
            return self.with_sites(node, small.with_changes(value=code), slot)
        if self.depth and _creates(value):
            raise Refuse(node, "conditional-creation", "cells, layers or variables are made inside a condition or a loop",
                         "Choose one, or build each in a function of its own.")
        subscript = [target for target in targets if not isinstance(target, (cst.Name, cst.Tuple, cst.List))]
        if subscript:
            return self._stored(node, small, subscript, value, code, slot, scope)
        if isinstance(value, values.RnnResult):
            return self._loop(node, targets, value, slot, scope)
        if isinstance(value, values.Sequence) and len(targets) == 1 and isinstance(
                targets[0], cst.Tuple) and len(value.codes) == len(value.items) == len(targets[0].elements) and (
                    is_symbolic(value)) and isinstance(value_node, cst.Call) and slot.stateful:
            return self._taken_apart(node, targets[0], value, slot, scope)
        if isinstance(value, Placeholder):
            return self._placeholder(node, targets, value, scope)
        if isinstance(value, _GONE) or isinstance(value, values.Symbol) or (
                isinstance(value, values.Sequence) and value.items and all(
                    isinstance(item, _GONE) for item in value.items)):
            return self._gone(node, targets, value, slot, scope)
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
        self._own(targets, value)
        if slot.graph and isinstance(value, values.Tensor):
            value = dataclasses.replace(value, eager=True)
        if isinstance(value, values.Python) and value.constant is not values.UNKNOWN and self.depth:
            value = values.Python()
        for target in targets:
            self.bind(target, value, None, scope)
        return self.created(node, small.with_changes(value=code), slot)

    def created(self, node: cst.SimpleStatementLine, small: cst.BaseSmallStatement, slot: Slot) -> Statements:
        """A statement that stays, with what it creates before it."""
        kept: Statements = [*slot.creations, node.with_changes(body=[small])]
        if len(kept) > 1:
            kept[0] = kept[0].with_changes(leading_lines=node.leading_lines)
            kept[-1] = kept[-1].with_changes(leading_lines=[])
        return self._on_device(kept) if slot.creations or slot.variables or slot.graph else kept

    def _on_device(self, statements: Statements) -> Statements:
        return statements

    def _eager(self, slot: Slot, value: Value, targets: list[cst.BaseExpression]) -> bool:
        """Whether the statement is a constant that may stay in place as an eager tensor."""
        if slot.needs or slot.variables or slot.random or slot.tape or slot.stateful or slot.creations:
            return False
        if not isinstance(value, (values.Tensor, values.Python)):
            return False
        return not any(name in self.program.facts.computed for target in targets for name in names_in(target))

    def _own(self, targets: list[cst.BaseExpression], value: Value, prefix: str = "") -> None:
        """Tell the owners of weights under which name they are kept."""
        if isinstance(value, (values.Variable, values.Layer)):
            record = self.program.owners[value.owner]
            if not record.expression:
                record.expression = prefix or code_of(targets[0])
        elif isinstance(value, values.Sequence):
            names = targets[0].elements if isinstance(targets[0], cst.Tuple) and not prefix else None
            for position, item in enumerate(value.items):
                path = code_of(names[position].value) if names else f"{prefix or code_of(targets[0])}[{position}]"
                self._own(targets, item, path)
        elif isinstance(value, values.Mapping):
            for key, item in value.items:
                self._own(targets, item, f"{prefix or code_of(targets[0])}[{key}]")

    def _stored(self, node: cst.SimpleStatementLine, small: cst.Assign | cst.AnnAssign,
                targets: list[cst.BaseExpression], value: Value, code: cst.BaseExpression, slot: Slot,
                scope: Scope) -> Statements:
        """Assignments to items and attributes."""
        from migrate.analysis.sessions import key_of

        target = targets[0]
        if isinstance(target, cst.Subscript):
            held, base = self.ev.evaluate(target.value, scope, Slot())
            if isinstance(held, values.Feed):
                index = target.slice[0].slice
                assert isinstance(index, cst.Index)
                definition = key_of(self.ev, index.value, scope)
                held.keys[definition.name] = definition
                key = cst.SubscriptElement(cst.Index(cst.SimpleString(f'"{definition.name}"')))
                changed = cst.Assign([cst.AssignTarget(target.with_changes(value=base, slice=[key]))], code)
                return self.with_sites(node, changed, slot)
        if isinstance(target, cst.Attribute):
            held, _ = self.ev.evaluate(target.value, scope, Slot())
            if isinstance(held, values.Config):
                self._comments(node.leading_lines)
                return []
        if slot.graph or is_symbolic(value) or isinstance(value, _GONE):
            raise Refuse(node, "tensor-store", "a graph object is stored in an item or an attribute",
                         "Keep it in a plain name.")
        changed_targets = [cst.AssignTarget(self.ev.evaluate(t, scope, slot)[1]) for t in targets]
        if isinstance(small, cst.AnnAssign):
            return [node.with_changes(body=[small.with_changes(value=code)])]
        return [node.with_changes(body=[small.with_changes(targets=changed_targets, value=code)])]

    def _placeholder(self, node: cst.SimpleStatementLine, targets: list[cst.BaseExpression], value: Placeholder,
                     scope: Scope) -> Statements:
        if len(targets) != 1 or not isinstance(targets[0], cst.Name):
            raise Refuse(node, "placeholder-name", "a placeholder is not kept in one plain name",
                         "Assign it to a name of its own.")
        name = targets[0].value
        if any(d.kind == "placeholder" and d.name == name for d in self.region.definitions):
            raise Refuse(node, "several-graphs", f"the placeholder {name} is made twice",
                         "Build each graph in a function of its own.")
        if self.depth:
            raise Refuse(node, "placeholder-in-loop", "a placeholder is made inside a loop or a condition")
        definition = self.define("placeholder", (name,), [], Slot(), node)
        definition.spec = self.program.fresh(f"{name}_spec")
        definition.value = values.Tensor()
        self._remove(name)
        scope.bind(name, Binding(values.Tensor(), definition))
        kept: Statements = [node.with_changes(body=[_assign(definition.spec, value.spec)])]
        if value.default is not None:
            definition.default = name
            kept.insert(0, assign(name, value.default))
            self.program.next.kept.add(name)
        return kept

    def _gone(self, node: cst.SimpleStatementLine, targets: list[cst.BaseExpression], value: Value, slot: Slot,
              scope: Scope) -> Statements:
        """Cells, sessions, initialisers: known from here on, without a statement of their own."""
        place = self.program.place(node.body[0].value)  # type: ignore[union-attr]
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

    def _fed_state(self, node: cst.SimpleStatementLine, name: str, value: values.ZeroState, scope: Scope) -> Statements:
        """A zero state that some run feeds: a parameter, with zeros where nothing is fed."""
        if value.dynamic:
            raise Refuse(node, "fed-state", "a state of unknown batch size is fed")
        definition = self.define("placeholder", (name,), [], Slot(), node)
        definition.spec = self.program.fresh(f"{name}_spec")
        definition.default = name
        self.program.next.kept.add(name)
        scope.bind(name, Binding(values.State(value.cell), definition))
        # Keras wants the batch sizes of inputs and states to be known alike: both unknown.
        spec = zero_state_code(self.ev, value, "tf.TensorSpec([{batch}, {units}], tf.float32)", batch="None")
        return [node.with_changes(body=[_assign(name, parse(zero_state_code(self.ev, value)))]),
                assign(definition.spec, parse(spec))]

    def _global_step(self, node: cst.SimpleStatementLine, targets: list[cst.BaseExpression], value: values.Variable,
                     made: cst.BaseExpression, scope: Scope) -> Statements:
        """The step an optimizer counts: Keras's optimizer.iterations."""
        record = self.program.owners[value.owner]
        if isinstance(made, cst.Call) and made.args and self.ev.constant(made.args[0].value, scope) != 0 and (
                self.ev.symbol_of(made.func, scope) == "Variable"):
            raise Refuse(node, "global-step", "the global step does not start at 0")
        optimizer = self.program.facts.global_steps[record.place]
        for name in names_in(targets[0]):
            scope.bind(name, Binding(value, code=parse(f"{optimizer}.iterations")))
            self._remove(name)
        self._comments(node.leading_lines)
        return []

    def _update(self, node: cst.SimpleStatementLine, targets: list[cst.BaseExpression], value: values.TrainOp,
                slot: Slot, scope: Scope) -> Statements:
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
            raise Refuse(node, "creation-in-loop", "layers or variables are created inside a loop or a condition",
                         "Create them before it.")
        return self._on_device(list(slot.creations))

    def _loop(self, node: cst.SimpleStatementLine, targets: list[cst.BaseExpression], value: values.RnnResult,
              slot: Slot, scope: Scope) -> Statements:
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

    def _taken_apart(self, node: cst.SimpleStatementLine, target: cst.Tuple, value: values.Sequence, slot: Slot,
                     scope: Scope) -> Statements:
        """value, update = tf.metrics.accuracy(...): two statements, since a run fetches one or the other."""
        for element, item, code in zip(target.elements, value.items, value.codes, strict=True):
            assert code is not None
            line = node.with_changes(body=[_assign(code_of(element.value), code)])
            definition = self.define("compute", (code_of(element.value),), [line], slot, node)
            self.bind(element.value, item, definition, scope)
        return self._creations(node, slot)

    def _compute(self, node: cst.SimpleStatementLine, small: cst.BaseSmallStatement,
                 targets: list[cst.BaseExpression], value: Value, slot: Slot, scope: Scope) -> Statements:
        """A statement of the graph: it goes into the functions that need it."""
        if slot.impure is not None:
            raise Refuse(slot.impure, "python-in-graph", f"{code_of(slot.impure)} is computed while the graph is built",
                         "Assign it to a name before.")
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
        return self._creations(node, slot)

    def only_looped(self, value: values.Tensors) -> bool:
        """Whether a list of steps only feeds loops that can take the whole tensor instead."""
        if value.place is None or value.batch_major is None:
            return False
        used = self.program.used(value.place, "list")
        return used > 0 and used == self.program.used(value.place, "loop")

    def define(self, kind: str, names: tuple[str, ...], statements: Statements, slot: Slot,
               node: cst.CSTNode) -> Definition:
        definition = Definition(
            kind, self.program.tick(), names, statements, set(slot.needs), set(slot.captures), set(slot.losses),
            set(slot.variables), self.program.device, node, slot.random, slot.stateful, slot.sparse, self.top)
        self.program.definitions.append(definition)
        self.region.definitions.append(definition)
        if kind == "placeholder":
            self.program.placeholders[definition.name] = definition
        else:
            self.program.next.computed.update(names)
        return definition

    # ---- other simple statements

    def augmented(self, node: cst.SimpleStatementLine, small: cst.AugAssign, scope: Scope) -> Statements:
        slot = Slot()
        target, target_code = self.ev.evaluate(small.target, scope, slot)
        value, code = self.ev.evaluate(small.value, scope, slot)
        changed = small.with_changes(value=code)
        if slot.sites or not (slot.graph or is_symbolic(target)):
            for name in names_in(small.target):
                self._assigned(name)
                scope.bind(name, Binding(values.Python()))
            if isinstance(small.target, cst.Subscript):
                changed = changed.with_changes(target=target_code)
            return self.with_sites(node, changed, slot)
        if not isinstance(small.target, cst.Name):
            raise Refuse(node, "tensor-store", "a tensor is added to an item or an attribute")
        if isinstance(target, values.Python) and not slot.needs:
            raise Refuse(node, "tensor-in-python", "a Python number becomes a tensor by augmented assignment")
        return self._compute(node, changed, [small.target], values.Tensor(), slot, scope)

    def expression(self, node: cst.SimpleStatementLine, small: cst.Expr, scope: Scope) -> Statements:
        slot = Slot()
        value, code = self.ev.evaluate(small.value, scope, slot)
        if slot.sites:
            return self.with_sites(node, small.with_changes(value=code), slot)
        if isinstance(value, (values.Operation, values.Session, values.Graph, values.Config)):
            self._comments(node.leading_lines)
            return []
        if isinstance(value, values.TrainOp):
            raise Refuse(node, "unused-update", "a training operation is made and not kept in a name")
        if slot.mutates or (slot.graph and (slot.needs or slot.variables)):
            if slot.impure is not None:
                raise Refuse(slot.impure, "python-in-graph", "a function of the program is given a tensor")
            line = node.with_changes(body=[small.with_changes(value=code)])
            definition = self.define("trace", (), [*slot.prelude, line], slot, node)
            definition.needs |= slot.mutates
            return self._creations(node, slot)
        return self.created(node, small.with_changes(value=code), slot)

    # ---- names

    def bind(self, target: cst.BaseExpression, value: Value, definition: Definition | None, scope: Scope) -> None:
        if isinstance(target, (cst.Tuple, cst.List)):
            items: tuple[Value, ...] | None = None
            if isinstance(value, values.Sequence) and len(value.items) == len(target.elements):
                items = value.items
            for position, element in enumerate(target.elements):
                part = items[position] if items else _element(value)
                self.bind(element.value, part, definition, scope)
            return
        for name in names_in(target):
            scope.bind(name, Binding(value, definition, name=name))
            if definition is None:
                self._assigned(name)
            else:
                self._remove(name)

    def _assigned(self, name: str) -> None:
        self.region.assigned.setdefault(name, []).append(self.top + (0.5 if self.depth else 0))
        self.program.next.kept.add(name)

    def _remove(self, name: str) -> None:
        self.program.next.removed.add(name)


def _collapsed(lines: list[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """At most one blank line in a row."""
    result: list[cst.EmptyLine] = []
    for line in lines:
        if line.comment is None and result and result[-1].comment is None:
            continue
        result.append(line)
    return result


def _as_function(name: cst.Name, node: cst.Lambda, line: cst.SimpleStatementLine) -> cst.FunctionDef:
    """The def for `name = lambda ...: ...`."""
    body = cst.IndentedBlock([cst.SimpleStatementLine([cst.Return(node.body)])])
    return cst.FunctionDef(name, node.params, body, leading_lines=line.leading_lines)


def _creates(value: Value) -> bool:
    if isinstance(value, values.Sequence):
        return any(_creates(item) for item in value.items)
    if isinstance(value, values.Mapping):
        return any(_creates(item) for _, item in value.items)
    return isinstance(value, (values.Cell, values.Stack, values.CellList, values.Variable, values.Layer,
                              values.Optimizer))


def _defines(statement: cst.BaseStatement, node: cst.FunctionDef) -> bool:
    return isinstance(statement, cst.FunctionDef) and statement.name.value == node.name.value


def _element(value: Value) -> Value:
    if isinstance(value, (values.Tensor, values.Tensors, values.Variable)):
        return values.Tensor()
    if isinstance(value, values.Gradients):
        return dataclasses.replace(value, pairs=False)
    return values.Python()


def _assign(name: str, value: cst.BaseExpression) -> cst.Assign:
    return cst.Assign([cst.AssignTarget(cst.Name(name))], value)


def comments_in(node: cst.CSTNode) -> list[cst.EmptyLine]:
    """The comments inside an expression that is written anew, as lines of their own."""
    finder = _Comments()
    node.visit(finder)
    return [cst.EmptyLine(comment=comment) for comment in finder.comments]


class _Comments(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.comments: list[cst.Comment] = []

    def visit_Comment(self, node: cst.Comment) -> None:
        self.comments.append(node)


def _header_comment(body: cst.IndentedBlock) -> list[cst.EmptyLine]:
    comment = body.header.comment
    return [cst.EmptyLine(comment=comment)] if comment is not None else []


class GraphFinder(cst.CSTVisitor):
    """Whether a piece of code touches TensorFlow or anything of the graph."""

    def __init__(self, ev: Evaluator, scope: Scope, hidden: set[str] | None = None) -> None:
        super().__init__()
        self.ev, self.scope, self.found, self.tensors = ev, scope, False, False
        self.hidden = hidden or set()

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_DictElement(self, node: cst.DictElement) -> bool:
        """The keys of a feed dict only say what is fed."""
        if not isinstance(node.key, cst.Name):
            node.key.visit(self)
        elif self._is_graph(node.key):
            self.found = True
        node.value.visit(self)
        return False

    def visit_Subscript(self, node: cst.Subscript) -> bool:
        node.value.visit(self)
        for part in node.slice:
            index = part.slice
            if isinstance(index, cst.Index) and isinstance(index.value, cst.Name) and self._is_graph(index.value):
                self.found = True  # feed[x] = ...
            else:
                part.visit(self)
        return False

    def _is_graph(self, node: cst.Name) -> bool:
        found = self.scope.find(node.value) if node.value not in self.hidden else None
        return found is not None and (found[0].definition is not None or isinstance(found[0].value, values.ZeroState))

    def visit_Name(self, node: cst.Name) -> None:
        found = self.scope.find(node.value) if node.value not in self.hidden else None
        if found is None:
            return
        binding = found[0]
        if binding.definition is not None or is_symbolic(binding.value):
            self.tensors = True
        if binding.definition is not None or is_symbolic(binding.value) or isinstance(
                binding.value, (values.Symbol, values.Session, values.Cell, values.Stack, values.Optimizer,
                                values.TrainOp, values.Operation, values.ZeroState, values.Config, values.Layer,
                                Schedule, values.Graph)):
            self.found = True


class CellFinder(cst.CSTVisitor):
    """Whether code makes an RNN cell, directly or by an alias."""

    def __init__(self, ev: Evaluator, scope: Scope) -> None:
        super().__init__()
        self.ev, self.scope, self.found = ev, scope, False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        name = self.ev.symbol_of(node, self.scope)
        if name is not None and self.ev.program.canonical(name).startswith("nn.rnn_cell."):
            self.found = True
