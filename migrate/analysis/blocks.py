"""Walk the statements of a region: what stays Python, what becomes part of a function, what falls away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from migrate.analysis import values
from migrate.analysis.assignments import GONE, Assignments
from migrate.analysis.compounds import assigned_names, graph_compound
from migrate.analysis.expressions import is_symbolic
from migrate.analysis.feeds import store
from migrate.analysis.finders import GraphFinder, comments_in, names_read
from migrate.analysis.imports import bind_import
from migrate.analysis.late_sessions import bind_late_sessions
from migrate.analysis.models import default_initializer
from migrate.analysis.region import Item, Region, Statements
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, code_of, names_in, parse
from migrate.modules.marks import marked_file

# Values of expressions that leave nothing behind where nobody keeps them.
GONE_ALONE = (values.Operation, values.Session, values.Graph, values.Config, values.Summary, values.NoWriter)


class Walker(Assignments):
    """Walks one region."""

    def walk(self, statements: Iterable[cst.BaseStatement]) -> None:
        """The statements of the region itself."""
        self.walk_only(statements)
        self.finish()

    def walk_only(self, statements: Iterable[cst.BaseStatement]) -> None:
        """The statements; functions that are called at run time wait for `finish`."""
        for statement in self._flat(list(statements), self.region.scope):
            self.top += 1
            kept = self.statement(statement, self.region.scope)
            if kept:
                self.region.items.append(Item(self.top, self._commented(kept)))

    def finish(self) -> None:
        """Functions of the program that are called at run time, with all names known."""
        from migrate.analysis.running import callers_first, python_function, runs_graph

        if not self.region.local:
            bind_late_sessions(self.ev, self.program.module, self.region.scope)
        outside, self.program.trained_outside = self.program.trained_outside, self.program.trained
        ordered = callers_first([e for e in self.deferred if runs_graph(self, e[1], e[2])])
        ordered += [entry for entry in self.deferred if entry not in ordered]
        for position, node, scope in ordered:  # what runs the graph calls helpers: it comes first
            self.top = self.region.items[position].top - 0.5
            rewritten = python_function(self, node, scope)
            item = self.region.items[position]
            made = self._made_before(node, item.top)
            item.statements = [
                part
                for statement in item.statements
                for part in (
                    [statement]
                    if not _defines(statement, node)
                    else []
                    if rewritten is None
                    else [*made, rewritten.with_changes(leading_lines=getattr(statement, "leading_lines", []))]
                )
            ]
        self.program.trained_outside = outside

    def _made_before(self, node: cst.FunctionDef, top: float) -> Statements:
        """Layers that calls of a helper in several functions share."""
        made = self.program.hoisted.get(node, [])
        for creation in made:
            for name in sorted(names_read(creation)):
                if any(place > top for place in self.region.assigned.get(name, [])):
                    reason = f"layers that several functions share depend on {name}, which is known only later"
                    raise Refuse(node, "local-creation", reason, f"Assign {name} before {node.name.value}.")
            for name in assigned_names(creation):
                self._assigned(name)
        return made

    def statement(self, node: cst.BaseStatement, scope: Scope) -> Statements:
        """What stays of a statement in its place."""
        if marked_file(node) is not None:  # a script of its own, or a module that makes nothing yet
            self.program.trained = False
            return [node]
        if isinstance(node, cst.SimpleStatementLine):
            return self.simple(node, scope)
        if isinstance(node, cst.FunctionDef) and node.name.value in self.program.classes:
            return self.model_class(node, scope)
        if isinstance(node, cst.FunctionDef):
            scope.bind(node.name.value, Binding(values.Function(node)))
            self._assigned(node.name.value)
            if self.depth:
                from migrate.analysis.running import python_function

                rewritten = python_function(self, node, scope)
                return [] if rewritten is None else [rewritten]
            self.deferred.append((len(self.region.items), node, scope))
            return [node]
        if isinstance(node, cst.ClassDef):
            finder = GraphFinder(self.ev, scope)
            node.visit(finder)
            if finder.found:
                stays = self.program.stays.get(node)
                reason = stays.reason if stays is not None else "a class builds or runs a graph"
                raise Refuse(
                    node if stays is None else stays.node, "class", reason, "Write the graph in a function of its own."
                )
            scope.bind(node.name.value, Binding(values.Python()))
            return [node]
        return graph_compound(self, node, scope)

    def model_class(self, node: cst.FunctionDef, scope: Scope) -> Statements:
        """A class that builds a graph, in its form as a function: walked now, put together when all runs are known."""
        name = node.name.value
        local = Scope(scope, function=name)
        for param in [*node.params.params, *node.params.kwonly_params]:
            session = (name, param.name.value) in self.program.facts.session_arguments
            held = default_initializer(self.ev, node, param, scope)
            if held is not None:
                self.program.next.session_arguments.add((name, param.name.value))
            local.bind(
                param.name.value,
                Binding(held or (values.Session() if session else values.Python()), parameter=True),
            )
        bind_late_sessions(self.ev, node, local)
        with_initializer = True in self.program.facts.model_initializers.get(name, ())
        self.ev.initializers.append(parse("initializer.clone()") if with_initializer else None)
        inner = Walker(self.ev, Region(local, local=True, model=name))
        saved = self.program.loop_depth, self.program.trained, self.program.device
        self.program.loop_depth, self.program.trained, self.program.device = 0, False, None
        self.program.model = name
        inner.walk_only(list(node.body.body))  # type: ignore[arg-type]
        self.program.loop_depth, self.program.trained, self.program.device = saved
        self.program.model = ""
        self.ev.initializers.pop()
        self.ev.walker = self
        scope.bind(name, Binding(values.ModelClass(name, local)))
        self._assigned(name)
        self.program.models.append(inner)
        return [node]

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
        if isinstance(small, (cst.Global, cst.Nonlocal)):
            names = python_names(small.names, scope)
            if not names:
                self._comments(node.leading_lines)
                return []
            return [node.with_changes(body=[small.with_changes(names=names)])]
        if isinstance(small, cst.Del) and self._deleted(small, scope):
            self._comments([*node.leading_lines, *comments_in(node.with_changes(leading_lines=[]))])
            return []
        slot = Slot()
        changed_small = self.ev._rebuild(small, scope, slot)
        if isinstance(small, cst.Assert) and slot.needs and not slot.sites:  # of shapes, while the graph is built
            line = node.with_changes(body=[changed_small])
            self.define("trace", (), [*slot.prelude, line], slot, node)
            return self._creations(node, slot)
        if slot.needs and not slot.sites:
            raise Refuse(node, "tensor-in-python", "a Python statement uses a tensor of the graph")
        return self.with_sites(node, changed_small, slot)

    def _deleted(self, small: cst.Del, scope: Scope) -> bool:
        """del: of what falls away, nothing stays; an item taken out of a feed dict leaves the placeholder's default."""
        targets = [e.value for e in small.target.elements] if isinstance(small.target, cst.Tuple) else [small.target]
        gone = []
        for target in targets:
            if isinstance(target, cst.Subscript):
                held, code = self.ev.evaluate(target.value, scope, Slot())
                if isinstance(held, values.Feed):
                    store(self.ev, target, held, code, scope)
                    held.maybe.update(held.keys)
            found = scope.find(target.value) if isinstance(target, cst.Name) else None
            gone.append(found is not None and (found[0].definition is not None or isinstance(found[0].value, GONE)))
        return all(gone)

    def _bind_plain(self, small: cst.BaseSmallStatement, scope: Scope) -> None:
        if isinstance(small, cst.Assign):
            for target in small.targets:
                self.bind(target.target, values.Python(), None, scope)

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
        if code_of(small.target) in self.program.next.tensor_lists or isinstance(small.value, cst.List):
            self.program.next.tensor_lists.add(code_of(small.target))
            return self._compute(node, changed, [small.target], values.Tensors(), slot, scope)
        if isinstance(target, values.Python) and not slot.needs:
            raise Refuse(node, "tensor-in-python", "a Python number becomes a tensor by augmented assignment")
        return self._compute(node, changed, [small.target], values.Tensor(), slot, scope)

    def expression(self, node: cst.SimpleStatementLine, small: cst.Expr, scope: Scope) -> Statements:
        slot = Slot()
        value, code = self.ev.evaluate(small.value, scope, slot)
        if slot.sites:
            return self.with_sites(node, small.with_changes(value=code), slot)
        if isinstance(value, GONE_ALONE):
            self._comments([*node.leading_lines, *comments_in(node.with_changes(leading_lines=[]))])
            return []
        if isinstance(value, values.TrainOp):
            raise Refuse(node, "unused-update", "a training operation is made and not kept in a name")
        if slot.mutates or (slot.graph and (slot.needs or slot.variables)):
            if slot.impure is not None:
                raise Refuse(slot.impure, "python-in-graph", "a function of the program is given a tensor")
            line = node.with_changes(body=[small.with_changes(value=code)])
            names = tuple(name for name in _method_of(small.value) for d in slot.mutates if name in d.names)[:1]
            self.changes_list(node, names if slot.mutates else ())
            for arg in small.value.args if isinstance(small.value, cst.Call) else ():
                self._share_lists(arg.value, (), values.Tensors(), scope)
            if slot.mutates and not names:
                raise Refuse(node, "python-in-graph", "a list of tensors is changed in passing", "Write a loop.")
            definition = self.define("compute" if names else "trace", names, [*slot.prelude, line], slot, node)
            definition.needs |= slot.mutates
            for name in names:  # from here on, whoever needs the list needs what is put into it
                self.bind(cst.Name(name), values.Tensors(), definition, scope)
            return self._creations(node, slot)
        return self.created(node, small.with_changes(value=code), slot)


def _method_of(node: cst.BaseExpression) -> list[str]:
    """The name whose method a statement calls: names in names.append(x)."""
    function = node.func if isinstance(node, cst.Call) else None
    base = function.value if isinstance(function, cst.Attribute) else None
    return [base.value] if isinstance(base, cst.Name) else []


def python_names(items: Sequence[cst.NameItem], scope: Scope) -> list[cst.NameItem]:
    """The names of a global statement that are still names of the module: tensors are none."""
    kept = [item for item in items if not _of_graph(item.name.value, scope)]
    return [*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)] if kept else []


def _of_graph(name: str, scope: Scope) -> bool:
    found = scope.find(name)
    return found is not None and (found[0].definition is not None or isinstance(found[0].value, GONE))


def _defines(statement: cst.BaseStatement, node: cst.FunctionDef) -> bool:
    return isinstance(statement, cst.FunctionDef) and statement.name.value == node.name.value
