"""Functions of the program: helpers that build a part of the graph, and functions that run it.

A helper keeps its place and its name; what it creates is created before the statement that calls it, once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.compounds import assigned_names, walker_symbol
from migrate.analysis.expressions import Evaluator, is_symbolic
from migrate.analysis.loop_results import assign_result
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, assign, code_of, keyword, names_in
from migrate.analysis.values import Value
from migrate.analysis.variables import Initializer, Placeholder

if TYPE_CHECKING:
    from migrate.analysis.blocks import Walker

Result = tuple[Value, cst.BaseExpression]
Statements = list[cst.BaseStatement]
_SESSIONS = {"Session", "InteractiveSession"}


@dataclass
class Helper:
    """A function whose body builds a part of the graph, rewritten; None where nothing is left of it."""

    node: cst.FunctionDef | None
    text: str = ""
    creates: bool = False
    extra: tuple[str, ...] = ()
    calls: int = 1


class _Calls(cst.CSTVisitor):
    """The TF1 names called, and whether something is run, in a function."""

    def __init__(self, ev: Evaluator, scope: Scope, parameters: set[str]) -> None:
        super().__init__()
        self.ev, self.scope, self.parameters = ev, scope, parameters
        self.symbols: set[str] = set()
        self.runs = False

    def visit_Call(self, node: cst.Call) -> None:
        name = self.ev.symbol_of(node.func, self.scope)
        if name is not None:
            self.symbols.add(walker_symbol(self.ev, name))
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in ("run", "eval"):
            base = node.func.value
            if isinstance(base, cst.Name):
                found = self.scope.find(base.value)
                if base.value in self.parameters or base.value in ("sess", "session") or (
                        found and isinstance(found[0].value, (values.Session, values.Operation, values.TrainOp))) or (
                        found and is_symbolic(found[0].value)):
                    self.runs = True
            else:
                self.runs = True


def _calls(ev: Evaluator, node: cst.FunctionDef, scope: Scope) -> _Calls:
    finder = _Calls(ev, scope, {p.name.value for p in node.params.params})
    node.body.visit(finder)
    return finder


def runs_graph(walker: Walker, node: cst.FunctionDef, scope: Scope) -> bool:
    """Whether calling the function runs a graph (its own or the program's)."""
    found = _calls(walker.ev, node, scope)
    return found.runs or bool(found.symbols & _SESSIONS)


def builds_graph(walker: Walker, node: cst.FunctionDef, scope: Scope) -> bool:
    """Whether the function builds a graph of its own and runs it."""
    from migrate.analysis.optimizers import OPTIMIZERS

    found = _calls(walker.ev, node, scope)
    built = {"placeholder", "Variable", "get_variable", "nn.dynamic_rnn", "nn.static_rnn", *OPTIMIZERS}
    return bool(found.symbols & _SESSIONS) and bool(found.symbols & built)


# ---- calls of functions while the graph is built


def call_function(ev: Evaluator, node: cst.Call, value: values.Function, scope: Scope, slot: Slot) -> Result:
    """A call of a function of the program."""
    from migrate.analysis.blocks import GraphFinder

    walker = ev.walker
    definition = value.node
    home = scope
    while home.parent is not None and definition.name.value not in home.names:
        home = home.parent
    if runs_graph(walker, definition, home):
        return _python_call(ev, node, definition, scope, slot)
    quiet = Slot()
    given = [ev.evaluate(arg.value, scope, quiet)[0] for arg in node.args]
    finder = GraphFinder(ev, home, local_names(definition))
    definition.body.visit(finder)
    involved = finder.found or any(is_symbolic(item) or isinstance(item, (values.Cell, values.Stack)) for item in given)
    if not involved:
        function = ev.evaluate(node.func, scope, slot)[1]
        return ev.python_call(node, function, scope, slot)
    if definition in ev.calling:
        raise Refuse(node, "recursion", f"{definition.name.value} calls itself while the graph is built")
    ev.calling.append(definition)
    try:
        return _graph_call(ev, node, definition, home, scope, slot)
    finally:
        ev.calling.pop()


def _python_call(ev: Evaluator, node: cst.Call, definition: cst.FunctionDef, scope: Scope, slot: Slot) -> Result:
    """A call of a function that runs the graph: sessions are no longer passed to it."""
    names = [p.name.value for p in definition.params.params]
    dropped = ev.program.session_parameters.setdefault(definition, set())
    args = []
    for position, arg in enumerate(node.args):
        inner = Slot()
        held, code = ev.evaluate(arg.value, scope, inner)
        name = arg.keyword.value if arg.keyword else names[position] if position < len(names) else ""
        if isinstance(held, values.Session):
            dropped.add(name)
            continue
        if is_symbolic(held) or isinstance(held, (values.TrainOp, values.Cell, values.Operation)):
            if isinstance(arg.value, cst.Name) and arg.value.value == name:
                found = scope.find(name)
                known = ev.program.tensor_parameters.setdefault(definition, {})
                if found is not None and known.get(name, found[0]) is found[0]:
                    known[name] = found[0]
                    continue
            raise Refuse(node, "tensor-argument", f"a tensor is passed to {definition.name.value}, which runs the graph",
                         "Let the function use the tensor's own name.")
        ev.program.merge(slot, inner)
        args.append(arg.with_changes(value=code))
    if args:
        args[-1] = args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    slot.impure = slot.impure or node
    return values.Python(), node.with_changes(args=args)


def _graph_call(ev: Evaluator, node: cst.Call, definition: cst.FunctionDef, home: Scope, scope: Scope,
                slot: Slot) -> Result:
    local = Scope(home, function=definition.name.value)
    args = _bind_parameters(ev, node, definition, local, scope, slot)
    body = Body(ev.walker, local)
    owners = len(ev.program.owners)
    snapshot = ev.program.snapshot()
    try:
        statements = body.statements(definition.body)
    except Refuse as refuse:
        if refuse.code != "local-creation":
            raise
        ev.program.restore(snapshot)
        return _factory_call(ev, node, definition, home, scope, slot)
    result = body.result
    if isinstance(result, (values.Cell, values.Stack, values.CellList)):
        ev.program.helpers[definition] = Helper(None)
        slot.needs |= body.slot.needs
        slot.captures |= body.slot.captures
        return result, node
    if result is not None and _creates_only(result) and not body.slot.needs:
        ev.program.restore(snapshot)
        return _factory_call(ev, node, definition, home, scope, slot)
    creates = bool(body.creations) or len(ev.program.owners) > owners
    extra = tuple(sorted({d.name for d in body.slot.needs if d.name} & body.outside))
    region = ev.walker.region
    if region.local and definition.name.value not in region.scope.names:
        # what it creates belongs to the function that calls it: handed over
        extra += tuple(name for creation in body.creations for name in assigned_names(creation))
    rewritten = _rewritten(definition, statements, extra)
    known = ev.program.helpers.get(definition)
    text = code_of(rewritten)
    if known is not None and known.node is not None:
        if creates or known.creates:
            raise Refuse(node, "helper-called-twice",
                         f"{definition.name.value} creates layers or variables and is called more than once",
                         "Write it as a class with the layers in __init__, or call it once.")
        if known.text != text:
            raise Refuse(node, "helper-differs", f"{definition.name.value} means different things in different calls")
    ev.program.helpers[definition] = Helper(rewritten, text, creates, extra)
    inner = body.slot
    inner.creations = body.creations
    inner.prelude = []
    ev.program.merge(slot, inner)
    slot.graph = True
    args += [keyword(name, cst.Name(name)) for name in extra]
    args = [a.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")) if i + 1 < len(args) and (
        a.comma is cst.MaybeSentinel.DEFAULT) else a.comma) for i, a in enumerate(args)]
    return result if result is not None else values.Python(), node.with_changes(args=args)


def _creates_only(value: Value) -> bool:
    if isinstance(value, (values.Variable, values.Layer, values.Optimizer)):
        return True
    if isinstance(value, values.Mapping):
        return bool(value.items) and all(_creates_only(item) for _, item in value.items)
    return isinstance(value, values.Sequence) and bool(value.items) and all(_creates_only(i) for i in value.items)


def _factory_call(ev: Evaluator, node: cst.Call, definition: cst.FunctionDef, home: Scope, scope: Scope,
                  slot: Slot) -> Result:
    """A helper that only creates variables or optimizers: it stays a function, called where it was called."""
    local = Scope(home, function=definition.name.value)
    args = _bind_parameters(ev, node, definition, local, scope, slot, factory=True)
    body = Body(ev.walker, local, factory=True)
    statements = body.statements(definition.body)
    rewritten = _rewritten(definition, statements, ())
    known = ev.program.helpers.get(definition)
    if known is not None and known.text != code_of(rewritten):
        raise Refuse(node, "helper-differs", f"{definition.name.value} means different things in different calls")
    ev.program.helpers[definition] = Helper(rewritten, code_of(rewritten))
    slot.captures |= body.slot.captures
    if body.result is None or not _creates_only(body.result) or body.slot.needs:
        raise Refuse(node, "local-creation", f"{definition.name.value} creates something that depends on its own names",
                     "Pass plain names or numbers to the helper, or create it outside.")
    if body.slot.creations or body.creations:
        raise Refuse(node, "helper-creates", f"{definition.name.value} creates more than it returns")
    return body.result, node.with_changes(args=args)


def _rewritten(definition: cst.FunctionDef, statements: Statements, extra: tuple[str, ...]) -> cst.FunctionDef:
    params = definition.params
    if extra:
        star = params.star_arg if isinstance(params.star_arg, cst.Param) else cst.MaybeSentinel.DEFAULT
        if any(p.default is not None for p in params.params):
            params = params.with_changes(kwonly_params=[*params.kwonly_params, *[cst.Param(cst.Name(n)) for n in extra]],
                                         star_arg=star if isinstance(star, cst.Param) else cst.ParamStar())
        else:
            params = params.with_changes(params=[*params.params, *[cst.Param(cst.Name(name)) for name in extra]])
            params = params.with_changes(params=[p.with_changes(comma=cst.MaybeSentinel.DEFAULT) for p in params.params])
    assert isinstance(definition.body, cst.IndentedBlock)
    return definition.with_changes(params=params, body=definition.body.with_changes(body=statements or [
        cst.SimpleStatementLine([cst.Pass()])]))


def _bind_parameters(ev: Evaluator, node: cst.Call, definition: cst.FunctionDef, local: Scope, scope: Scope, slot: Slot,
                     factory: bool = False) -> list[cst.Arg]:
    """Bind a helper's parameters to the values of the arguments; the rewritten arguments."""
    params = definition.params
    if params.star_arg not in (None, cst.MaybeSentinel.DEFAULT) or params.star_kwarg is not None:
        raise Refuse(node, "star-arguments", f"{definition.name.value} takes star arguments")
    names = [p.name.value for p in params.params] + [p.name.value for p in params.kwonly_params]
    given: set[str] = set()
    args = []
    for position, arg in enumerate(node.args):
        if arg.star:
            raise Refuse(node, "star-arguments", f"{definition.name.value} is called with star arguments")
        if arg.keyword is None and position >= len(names):
            raise Refuse(node, "unknown-argument", f"{definition.name.value} is called with too many arguments")
        name = arg.keyword.value if arg.keyword else names[position]
        held, code = ev.evaluate(arg.value, scope, slot)
        if isinstance(held, (values.Cell, values.Stack)):
            code = cst.Name("None")
        given.add(name)
        outer = code if _simple(code) and not is_symbolic(held) else None
        if outer is not None and isinstance(arg.value, cst.Name):
            found = scope.find(arg.value.value)
            if found and found[0].local:
                outer = found[0].outer
        local.bind(name, Binding(held, parameter=True, local=not factory, outer=outer))
        args.append(arg.with_changes(value=code))
    for param in [*params.params, *params.kwonly_params]:
        name = param.name.value
        if name in given:
            continue
        if param.default is None:
            raise Refuse(node, "unknown-argument", f"{definition.name.value} is called without {name}")
        held, code = ev.evaluate(param.default, local.parent or scope, Slot())
        local.bind(name, Binding(held, parameter=True, local=not factory, outer=code if _simple(code) else None))
    return args


def _simple(code: cst.BaseExpression) -> bool:
    if isinstance(code, (cst.List, cst.Tuple)):
        return all(_simple(element.value) for element in code.elements)
    if isinstance(code, cst.Subscript):
        return _simple(code.value)
    if isinstance(code, cst.BinaryOperation):
        return _simple(code.left) and _simple(code.right)
    return isinstance(code, (cst.Name, cst.Integer, cst.Float, cst.SimpleString, cst.Attribute))


# ---- bodies


@dataclass
class Body:
    """Rewrites the body of a helper, or of a loop that computes tensors."""

    walker: Walker
    scope: Scope
    factory: bool = False
    slot: Slot = field(default_factory=Slot)
    creations: Statements = field(default_factory=list)
    assigned: list[str] = field(default_factory=list)
    result: Value | None = None
    nested: dict[str, cst.FunctionDef] = field(default_factory=dict)

    @property
    def ev(self) -> Evaluator:
        return self.walker.ev

    @property
    def outside(self) -> set[str]:
        """Names of graph statements outside the function that its body uses."""
        return {d.name for d in self.slot.needs} - set(self.scope.names)

    def statements(self, body: cst.BaseSuite) -> Statements:
        kept: Statements = []
        pending: list[cst.EmptyLine] = []
        outer, self.walker.pending = self.walker.pending, pending
        source = body.body if isinstance(body, cst.IndentedBlock) else [
            cst.SimpleStatementLine(list(body.body))]  # type: ignore[arg-type]
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
        if isinstance(node, cst.For):
            iterated, code = self.ev.evaluate(node.iter, self.scope, self.slot)
            self.ev.bind_iteration(node.target, iterated, self.scope)
            before = len(self.creations)
            body = self.statements(node.body)
            if len(self.creations) != before:
                raise Refuse(node, "creation-in-loop", "layers or variables are created inside a loop",
                             "Create them before it.")
            assert isinstance(node.body, cst.IndentedBlock)
            return [node.with_changes(iter=code, body=node.body.with_changes(body=body))]
        if isinstance(node, cst.Try):
            # The program ran on TensorFlow 1, where what the table knows exists: the handlers were for other versions.
            self.walker.program.note(node, "Only the try branch is kept: the handlers served other TensorFlow versions.")
            kept = self.statements(node.body)
            if kept and hasattr(kept[0], "leading_lines"):
                kept[0] = kept[0].with_changes(leading_lines=[*node.leading_lines, *kept[0].leading_lines])
            return kept
        if isinstance(node, cst.FunctionDef):
            self.scope.bind(node.name.value, Binding(values.Function(node), parameter=True))
            self.nested[node.name.value] = node
            return [node]
        if isinstance(node, cst.With):
            items = [item.with_changes(item=self.ev.evaluate(item.item, self.scope, self.slot)[1])
                     for item in node.items]
            assert isinstance(node.body, cst.IndentedBlock)
            return [node.with_changes(items=items, body=node.body.with_changes(body=self.statements(node.body)))]
        raise Refuse(node, "statement", f"a {type(node).__name__.lower()} statement builds a part of the graph")

    def _if(self, node: cst.If) -> Statements:
        known = self.ev.version_test(node.test, self.scope)
        if known is not None:
            branch = self.walker._branch(node, known)
            kept = [part for statement in branch for part in self.statement(statement)]
            return kept
        _, test = self.ev.evaluate(node.test, self.scope, self.slot)
        before = len(self.creations)
        first = self.result
        body = self.statements(node.body)
        orelse = node.orelse
        if isinstance(orelse, cst.If):
            changed = self._if(orelse)
            orelse = changed[0] if changed and isinstance(changed[0], cst.If) else None
        elif isinstance(orelse, cst.Else):
            orelse = orelse.with_changes(body=orelse.body.with_changes(body=self.statements(orelse.body)))
        if len(self.creations) != before or isinstance(self.result, values.Cell) and first is None:
            raise Refuse(node, "conditional-creation", "a condition chooses what is created",
                         "Choose one, or build each in its own function.")
        for name in assigned_names(node):
            found = self.scope.names.get(name)
            if found and isinstance(found.value, (values.Cell, values.Stack, values.CellList)):
                raise Refuse(node, "conditional-creation", "a condition chooses between cells",
                             "Choose one, or build each in its own function.")
        return [node.with_changes(test=test, body=node.body.with_changes(body=body), orelse=orelse)]

    def _simple(self, node: cst.SimpleStatementLine) -> Statements:
        if len(node.body) != 1:
            parts = [cst.SimpleStatementLine([small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])
                     for small in node.body]
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
            return [node.with_changes(body=[small.with_changes(value=code)])]
        slot = Slot()
        changed = self.ev._rebuild(small, self.scope, slot)
        if slot.sites:
            raise Refuse(node, "run-in-helper", "a helper runs the graph while it builds it")
        self._absorb(slot)
        if isinstance(small, cst.Expr):
            value = self.ev.evaluate(small.value, self.scope, Slot())[0]
            if isinstance(value, (values.Operation, values.Config)):
                return []
            self._mutated(small.value)
        return [node.with_changes(body=[changed])]

    def _mutated(self, node: cst.BaseExpression) -> None:
        """tensors.append(x): the list holds tensors from now on."""
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and isinstance(
                node.func.value, cst.Name) and node.func.attr.value in ("append", "insert"):
            value = self.ev.evaluate(node.args[-1].value, self.scope, Slot())[0]
            found = self.scope.find(node.func.value.value)
            if found is None:
                return
            if isinstance(value, values.Cell):
                raise Refuse(node, "cell-list", "cells are appended to a list one by one",
                             "Write the list of cells as one expression.")
            if is_symbolic(value):
                binding = Binding(values.Tensors(), found[0].definition, parameter=found[0].parameter)
                self.scope.bind(node.func.value.value, binding)
                if found[1] is not self.scope:
                    self.assigned.append(node.func.value.value)

    def _absorb(self, slot: Slot) -> None:
        self.creations += slot.creations
        slot.creations = []
        self.walker.program.merge(self.slot, slot)

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
            raise Refuse(node, "loop-result", "a helper returns the result of a loop as it is",
                         "Write: outputs, state = ...; return outputs, state")
        if isinstance(value, values.TrainOp):
            raise Refuse(node, "update-in-helper", "a helper makes the training operation",
                         "Call minimize where the loss is.")
        if self.result is not None and isinstance(self.result, values.Optimizer) and isinstance(
                value, values.Optimizer):
            self._same_optimizer(node, value)
            return [node.with_changes(body=[small.with_changes(value=code)])]
        if self.result is not None and type(self.result) is not type(value):
            raise Refuse(node, "helper-returns", "a helper returns different kinds of things")
        self.result = value
        if isinstance(value, values.Sequence):
            elements = [e for e in (code.elements if isinstance(code, (cst.Tuple, cst.List)) else [])]
            for position, item in enumerate(value.items):
                if isinstance(item, (values.Cell, values.Stack, values.Operation)) and position < len(elements):
                    elements[position] = elements[position].with_changes(value=cst.Name("None"))
            if elements:
                code = code.with_changes(elements=elements)
        return [*prelude, node.with_changes(body=[small.with_changes(value=code)])]

    def _same_optimizer(self, node: cst.CSTNode, value: values.Optimizer) -> None:
        """A factory that chooses between optimizers: what holds for all of them holds for the result."""
        assert isinstance(self.result, values.Optimizer)
        optimizers = self.walker.program.optimizers
        kept, other = optimizers[self.result.owner], optimizers[value.owner]
        if kept.rate_code is not None or other.rate_code is not None:
            raise Refuse(node, "learning-rate", "a helper chooses between optimizers with a rate that is a tensor")
        kept.densify = kept.densify or other.densify
        kept.sparse = kept.sparse and other.sparse

    def _assign(self, node: cst.SimpleStatementLine, small: cst.Assign) -> Statements:
        slot = Slot()
        targets = [target.target for target in small.targets]
        self.walker.program.target = next((name for target in targets for name in names_in(target)), "")
        value, code = self.ev.evaluate(small.value, self.scope, slot)
        if slot.sites:
            raise Refuse(node, "run-in-helper", "a helper runs the graph while it builds it")
        prelude, slot.prelude = list(slot.prelude), []
        self._absorb(slot)
        if isinstance(value, Placeholder):
            raise Refuse(node, "placeholder-in-helper", "a helper makes a placeholder",
                         "Make the placeholders outside and pass them in.")
        if isinstance(value, values.TrainOp):
            raise Refuse(node, "update-in-helper", "a helper makes the training operation",
                         "Call minimize where the loss is.")
        if isinstance(value, values.RnnResult):
            from migrate.analysis.blocks import comments_in

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
        if isinstance(value, (values.Cell, values.Stack, values.CellList, values.Operation, values.ZeroState,
                              values.Config, Initializer, values.Symbol)):
            names = names_in(targets[0])
            if isinstance(value, (values.Cell, values.Stack)) and value.name is None and names:
                from dataclasses import replace

                value = replace(value, name=names[0])
            for name in names:
                self.scope.bind(name, Binding(value, parameter=True))
                self.walker._remove(name)
            self.walker._comments(node.leading_lines)
            return []
        if not self.factory and isinstance(value, (values.Variable, values.Layer, values.Optimizer)) or (
                not self.factory and isinstance(value, values.Mapping) and is_symbolic(value)):
            return self._hoist(node, targets, value, code)
        if isinstance(value, values.Tensors) and self.walker.only_looped(value):
            for target in targets:
                self._bind(target, value, slot)
            self.walker._comments(node.leading_lines)
            return []
        for target in targets:
            if not isinstance(target, (cst.Name, cst.Tuple, cst.List)):
                self.ev.evaluate(target, self.scope, self.slot)
                continue
            self._bind(target, value, slot, small.value)
        line = node.with_changes(body=[small.with_changes(value=code)])
        if prelude:
            prelude[0] = prelude[0].with_changes(leading_lines=node.leading_lines)
            return [*prelude, line.with_changes(leading_lines=[])]
        return [line]

    def _hoist(self, node: cst.SimpleStatementLine, targets: list[cst.BaseExpression], value: Value,
               code: cst.BaseExpression) -> Statements:
        """A variable made inside a helper: made before the call instead."""
        name = names_in(targets[0])[0]
        self.walker._remove(name)
        hoisted = self.walker.program.fresh(name)
        self.creations.append(assign(hoisted, code).with_changes(leading_lines=node.leading_lines))
        self.walker._own([cst.Name(hoisted)], value)
        self.scope.bind(name, Binding(value, parameter=True, code=cst.Name(hoisted)))
        if isinstance(value, values.Optimizer):
            self.walker.program.optimizers[value.owner].name = hoisted
        return []

    def _bind(self, target: cst.BaseExpression, value: Value, slot: Slot,
              source: cst.BaseExpression | None = None) -> None:
        if isinstance(target, (cst.Tuple, cst.List)):
            from migrate.analysis.blocks import _element

            items = value.items if isinstance(value, values.Sequence) and len(value.items) == len(
                target.elements) else None
            for position, element in enumerate(target.elements):
                self._bind(element.value, items[position] if items else _element(value), slot)
            return
        outer = None
        if source is not None and isinstance(value, values.Python) and not slot.needs and slot.impure is None:
            try:
                outer = self.ev.creation(source, self.scope, Slot())
                if not isinstance(outer, (cst.Name, cst.Integer, cst.Float, cst.SimpleString, cst.Attribute)):
                    outer = cst.ensure_type(outer, cst.BaseExpression).with_changes(
                        lpar=[cst.LeftParen()], rpar=[cst.RightParen()]) if isinstance(
                            outer, cst.BinaryOperation) else outer
            except Refuse:
                outer = None
        for name in names_in(target):
            self.scope.bind(name, Binding(value, parameter=True, local=not self.factory, outer=outer))
            self.assigned.append(name)


# ---- functions that run the graph


def python_function(walker: Walker, node: cst.FunctionDef, scope: Scope) -> cst.FunctionDef | None:
    """What stays of a function: a rewritten helper, a function that runs the graph, or the function as it is."""
    from migrate.analysis.blocks import GraphFinder

    helper = walker.program.helpers.get(node)
    if helper is not None:
        if helper.node is None:
            walker._remove(node.name.value)
        return helper.node
    finder = GraphFinder(walker.ev, scope, local_names(node))
    node.visit(finder)
    if not finder.found and not runs_graph(walker, node, scope):
        return node
    local = Scope(scope, function=node.name.value)
    own = set(assigned_names(node.body)) - global_names(node)
    for name in own:
        local.bind(name, Binding(values.Python(), parameter=True))
    dropped = set(walker.program.session_parameters.get(node, set()))
    tensors = walker.program.tensor_parameters.get(node, {})
    for param in [*node.params.params, *node.params.kwonly_params]:
        value = values.Session() if param.name.value in dropped else values.Python()
        local.bind(param.name.value, Binding(value, parameter=True))
    for name, binding in tensors.items():
        dropped.add(name)
        local.bind(name, binding)
    params = [p for p in node.params.params if p.name.value not in dropped]
    if params:
        params[-1] = params[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    node_params = node.params.with_changes(params=params)
    if builds_graph(walker, node, scope):
        from migrate.emit.region import region_function

        return region_function(walker, node.with_changes(params=node_params), local)
    top, depth, loops, trained = walker.top, walker.depth, walker.program.loop_depth, walker.program.trained
    walker.program.loop_depth = 1
    body = walker.block(node.body, local)
    walker.top, walker.depth, walker.program.loop_depth = top, depth, loops
    return node.with_changes(params=node_params, body=body)


def global_names(node: cst.FunctionDef) -> set[str]:
    """The names that a function declares global."""
    return {item.name.value for statement in node.body.body if isinstance(statement, cst.SimpleStatementLine)
            for small in statement.body if isinstance(small, cst.Global) for item in small.names}


def local_names(node: cst.FunctionDef) -> set[str]:
    """The names that belong to a function: its parameters and what it assigns."""
    parameters = {p.name.value for p in [*node.params.params, *node.params.kwonly_params]}
    return (parameters | set(assigned_names(node.body))) - global_names(node)
