"""Functions of the program that run the graph, and how to tell them from helpers that build a part of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.compounds import assigned_names, walker_symbol
from migrate.analysis.exclusive import exclusive
from migrate.analysis.expressions import Evaluator, is_symbolic
from migrate.analysis.feeds import returned_feed
from migrate.analysis.finders import GraphFinder, names_read
from migrate.analysis.optimizers import OPTIMIZERS
from migrate.analysis.scope import Binding, Refuse, Scope
from migrate.classes.marks import is_attribute, plain, tail
from migrate.modules.marks import marked_file

if TYPE_CHECKING:
    from migrate.analysis.blocks import Walker

_SESSIONS = {"Session", "InteractiveSession"}
_REPEATING = (cst.For, cst.While, cst.Lambda, cst.CompFor)


class _Calls(cst.CSTVisitor):
    """The TF1 names called, and whether something is run, in a function; `asked`: functions being looked at."""

    def __init__(self, ev: Evaluator, scope: Scope, parameters: set[str], asked: tuple[cst.FunctionDef, ...]) -> None:
        super().__init__()
        self.ev, self.scope, self.parameters, self.asked = ev, scope, parameters, asked
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
                if (
                    base.value in self.parameters
                    or plain(base.value) in ("sess", "session")
                    or (found and isinstance(found[0].value, (values.Session, values.Operation, values.TrainOp)))
                    or (found and is_symbolic(found[0].value))
                ):
                    self.runs = True
            else:
                self.runs = True
        if isinstance(node.func, cst.Name) and not self.runs:
            self.runs = self._passes_session_on(node)

    def _passes_session_on(self, node: cst.Call) -> bool:
        """Whether a parameter of the function goes to another one of the program, which runs a graph with it."""
        given = {arg.value.value for arg in node.args if isinstance(arg.value, cst.Name)} & self.parameters
        found = self.scope.find(node.func.value) if given and isinstance(node.func, cst.Name) else None
        if found is None or not isinstance(found[0].value, values.Function):
            return False
        called = found[0].value.node
        if called in self.asked or not any(plain(name) in ("sess", "session") for name in given):
            return False
        return _calls(self.ev, called, found[1], (*self.asked, called)).runs


def _calls(
    ev: Evaluator, node: cst.FunctionDef, scope: Scope, asked: tuple[cst.FunctionDef, ...] = ()
) -> _Calls:
    finder = _Calls(ev, scope, {p.name.value for p in node.params.params}, asked or (node,))
    node.body.visit(finder)
    return finder


def runs_graph(walker: Walker, node: cst.FunctionDef, scope: Scope) -> bool:
    """Whether calling the function runs a graph (its own or the program's)."""
    found = _calls(walker.ev, node, scope)
    return found.runs or bool(found.symbols & _SESSIONS)


def callers_first(entries: list[tuple[int, cst.FunctionDef, Scope]]) -> list[tuple[int, cst.FunctionDef, Scope]]:
    """Functions that run the graph, each after those that call it: a call tells which parameter is a session."""
    by_name = {entry[1].name.value: entry for entry in entries}
    order: list[tuple[int, cst.FunctionDef, Scope]] = []
    visited: set[str] = set()

    def visit(name: str) -> None:
        if name in visited:
            return
        visited.add(name)
        for other in sorted(names_read(by_name[name][1].body) & set(by_name)):
            visit(other)
        order.insert(0, by_name[name])

    for name in reversed(by_name):
        visit(name)
    return order


def builds_graph(walker: Walker, node: cst.FunctionDef, scope: Scope) -> bool:
    """Whether the function builds a graph of its own and runs it."""
    found = _calls(walker.ev, node, scope)
    built = {"placeholder", "Variable", "get_variable", "nn.dynamic_rnn", "nn.static_rnn", *OPTIMIZERS}
    return bool(found.symbols & _SESSIONS) and bool(found.symbols & built)


def python_function(walker: Walker, node: cst.FunctionDef, scope: Scope) -> cst.FunctionDef | None:
    """What stays of a function: a rewritten helper, a function that runs the graph, or the function as it is."""
    helper = walker.program.helpers.get(node)
    if helper is not None:
        if helper.node is None:
            walker._remove(node.name.value)
        return helper.node
    scope = _with_objects(walker, node, scope)
    finder = GraphFinder(walker.ev, scope, local_names(node))
    node.visit(finder)
    if not finder.found and not runs_graph(walker, node, scope):
        return node
    feeds = returned_feed(walker.ev, node, scope) is not None
    if not runs_graph(walker, node, scope) and node.params.params and _returns_value(node) and not feeds:
        if _only_defined(walker, node):
            walker.program.note(node, f"{plain(node.name.value)} was never called: it is left out.")
            walker._remove(node.name.value)
            return None
        return _of_tensors(walker, node, scope)
    local = Scope(scope, function=node.name.value)
    own = set(assigned_names(node.body)) - global_names(node)
    for name in own:
        local.bind(name, Binding(values.Python(), parameter=True))
    dropped = set(walker.program.session_parameters.get(node, set()))
    tensors = walker.program.tensor_parameters.get(node, {})
    # also of calls that come after a nested function: what the pass before has seen
    given = dict(walker.program.facts.object_parameters.get(node, {}))
    given |= walker.program.object_parameters.get(node, {})
    for param in [*node.params.params, *node.params.kwonly_params]:
        value: values.Value = values.Session() if param.name.value in dropped else values.Python()
        held = scope.names.get(param.name.value) if param.name.value in walker.program.objects else None
        value = held.value if held is not None else given.get(param.name.value, value)
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
    top, depth, loops = walker.top, walker.depth, walker.program.loop_depth
    walker.program.loop_depth = 0 if called_once(walker.program.module, node.name.value) else 1
    body = _block(walker, node, local)
    walker.top, walker.depth, walker.program.loop_depth = top, depth, loops
    return node.with_changes(params=node_params, body=body)


def _block(walker: Walker, node: cst.FunctionDef, local: Scope) -> cst.BaseSuite:
    """The function's body; what functions did that never run together with it has not happened there."""
    program, name = walker.program, node.name.value
    before = program.trained
    if before and not program.trained_outside and not walker.depth:
        program.trained = not all(exclusive(program.module, name, other) for other in program.trained_in)
    body = walker.block(node.body, local)
    if program.trained:
        program.trained_in.add(name)
    program.trained = program.trained or before
    return body


def _returns_value(node: cst.FunctionDef) -> bool:
    last = node.body.body[-1] if node.body.body else None
    small = last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last
    return isinstance(small, cst.Return) and small.value is not None


def _only_defined(walker: Walker, node: cst.FunctionDef) -> bool:
    """Whether nothing in the program mentions a function besides its definition."""
    name = node.name.value
    code = re.sub(r"#.*", "", walker.program.text)
    return walker.program.mentions[name] == 1 and len(re.findall(rf"\b{re.escape(plain(name))}\b", code)) == 1


def _of_tensors(walker: Walker, node: cst.FunctionDef, scope: Scope) -> cst.FunctionDef:
    """A function of tensors that is handed to TensorFlow and never called by the program itself."""
    from migrate.analysis.bodies import Body

    local = Scope(scope, function=node.name.value)
    for param in [*node.params.params, *node.params.kwonly_params]:
        local.bind(param.name.value, Binding(values.Tensor(), parameter=True))
    body = Body(walker, local)
    statements = body.statements(node.body)
    if body.creations:
        raise Refuse(node, "helper-creates", f"{node.name.value} makes variables and is called by TensorFlow")
    if body.slot.needs:
        raise Refuse(
            node,
            "tensor-in-python",
            f"{node.name.value} uses tensors of the graph and is called by TensorFlow",
            "Hand the tensors to it.",
        )
    assert isinstance(node.body, cst.IndentedBlock)
    return node.with_changes(body=node.body.with_changes(body=statements))


def _with_objects(walker: Walker, node: cst.FunctionDef, scope: Scope) -> Scope:
    """The scope with the function's parameters that hold objects of graph classes."""
    instances = walker.program.objects
    given = [param.name.value for param in node.params.params if param.name.value in instances]
    if not given:
        return scope
    inner = Scope(scope)
    for name in given:
        found = scope.find(instances[name])
        if found is not None and isinstance(found[0].value, values.ModelClass):
            inner.bind(name, Binding(values.Instance(found[0].value), parameter=True))
    return inner


class _Mentions(cst.CSTVisitor):
    """Where a function is mentioned besides its definition: in which function, and whether in code that repeats."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.around: list[tuple[str, int]] = [("", 0)]  # function, depth of loops in it
        self.hidden = 0  # functions around that have a local of that name
        self.found: list[tuple[str, bool]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef):
            self.around.append((node.name.value, 0))
            self.hidden += self.name in local_names(node)
        elif isinstance(node, _REPEATING):
            self.around[-1] = (self.around[-1][0], self.around[-1][1] + 1)
        return super().on_visit(node)

    def on_leave(self, original: cst.CSTNode) -> None:
        if isinstance(original, cst.FunctionDef):
            self.around.pop()
            self.hidden -= self.name in local_names(original)
        elif isinstance(original, _REPEATING):
            self.around[-1] = (self.around[-1][0], self.around[-1][1] - 1)

    def visit_FunctionDef_name(self, node: cst.FunctionDef) -> None:
        self.defining = True

    def leave_FunctionDef_name(self, node: cst.FunctionDef) -> None:
        self.defining = False

    defining = False

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        same = node.value == self.name
        if is_attribute(node.value) and is_attribute(self.name):  # a method, of whatever object
            same = tail(node.value) == tail(self.name)
        if same and not self.defining and not self.hidden:
            self.found.append((self.around[-1][0], self.around[-1][1] > 0))


def called_once(module: cst.Module, name: str, asked: tuple[str, ...] = ()) -> bool:
    """Whether a function is called in no more than one place of each script, which runs once."""
    if name in asked:
        return False
    for statements in _files(module):
        mentions = _Mentions(name)
        for statement in statements:
            statement.visit(mentions)
        if len(mentions.found) > 1 or any(repeated for _, repeated in mentions.found):
            return False
        for around, _ in mentions.found:
            if around and not called_once(module, around, (*asked, name)):
                return False
    return True


def _files(module: cst.Module) -> list[list[cst.CSTNode]]:
    """The statements of each file of the program."""
    files: list[list[cst.CSTNode]] = [[]]
    for statement in module.body:
        if marked_file(statement) is not None:
            files.append([])
        files[-1].append(statement)
    return files


def global_names(node: cst.FunctionDef) -> set[str]:
    """The names that a function declares global."""
    return {
        item.name.value
        for statement in node.body.body
        if isinstance(statement, cst.SimpleStatementLine)
        for small in statement.body
        if isinstance(small, cst.Global)
        for item in small.names
    }


def local_names(node: cst.FunctionDef) -> set[str]:
    """The names that belong to a function: its parameters and what it assigns."""
    parameters = {p.name.value for p in [*node.params.params, *node.params.kwonly_params]}
    return (parameters | set(assigned_names(node.body))) - global_names(node)
