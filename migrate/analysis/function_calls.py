"""Calls of the program's own functions while the graph is built.

A helper keeps its place and its name; what it creates is created before the statement that calls it, once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from migrate.analysis import values
from migrate.analysis.bodies import Body
from migrate.analysis.cell_factories import of_caller, parameters_of
from migrate.analysis.compounds import assigned_names
from migrate.analysis.expressions import Evaluator, is_symbolic
from migrate.analysis.feeds import returned_feed
from migrate.analysis.finders import GraphFinder, names_read
from migrate.analysis.repeated_helpers import asked_names, handed_over, hoisted, rename
from migrate.analysis.running import global_names, local_names, runs_graph
from migrate.analysis.scope import Binding, Definition, Refuse, Scope, Slot, code_of, keyword
from migrate.analysis.summaries import only_shows
from migrate.analysis.values import Value

Result = tuple[Value, cst.BaseExpression]
Statements = list[cst.BaseStatement]


@dataclass
class Helper:
    """A function whose body builds a part of the graph, rewritten; None where nothing is left of it."""

    node: cst.FunctionDef | None
    text: str = ""
    creates: bool = False
    parameters: tuple[str, ...] | None = None  # what each call creates, handed in: it may be called again
    asked: Mapping[tuple[str, int], str] = field(default_factory=dict)  # its own fresh names, see asked_names
    region: Scope | None = None  # of the function that calls it first, where that holds what is created


def call_function(ev: Evaluator, node: cst.Call, value: values.Function, scope: Scope, slot: Slot) -> Result:
    """A call of a function of the program."""
    walker = ev.walker
    definition = value.node
    held = scope.find(node.func.value) if isinstance(node.func, cst.Name) else None
    home = held[1] if held is not None else scope
    if runs_graph(walker, definition, home):
        return _python_call(ev, node, definition, scope, slot)
    feed = returned_feed(ev, definition, home)
    if feed is not None:
        return feed, ev.python_call(node, node.func, scope, slot)[1]
    given = [ev.look(arg.value, scope) for arg in node.args]
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
        with ev.program.call_of(node):
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
        if isinstance(held, (values.Session, values.Config)):
            dropped.add(name)
            continue
        if isinstance(held, (values.Saver, values.Writer)):
            for known_objects in (ev.program.object_parameters, ev.program.next.object_parameters):
                known_objects.setdefault(definition, {})[name] = held
        if is_symbolic(held) or isinstance(held, (values.TrainOp, values.Cell, values.Operation)):
            if isinstance(arg.value, cst.Name) and arg.value.value == name:
                found = scope.find(name)
                known = ev.program.tensor_parameters.setdefault(definition, {})
                if found is not None and known.get(name, found[0]) is found[0]:
                    known[name] = found[0]
                    continue
            raise Refuse(
                node,
                "tensor-argument",
                f"a tensor is passed to {definition.name.value}, which runs the graph",
                "Let the function use the tensor's own name.",
            )
        ev.program.merge(slot, inner)
        args.append(arg.with_changes(value=code))
    if args:
        args[-1] = args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    slot.impure = slot.impure or node
    return values.Python(), node.with_changes(args=args)


def _graph_call(
    ev: Evaluator, node: cst.Call, definition: cst.FunctionDef, home: Scope, scope: Scope, slot: Slot
) -> Result:
    program = ev.program
    name = definition.name.value
    local = Scope(home, function=name)
    target, owners, snapshot = program.target, len(program.owners), program.snapshot()
    touched: dict[str, Slot] = {}
    args = _bind_parameters(ev, node, definition, local, scope, touched)
    body = Body(ev.walker, local)
    asked_before = len(program.fresh_names)
    inside = ev.creating
    try:
        ev.creating = False
        statements = body.statements(definition.body)
    except Refuse as refuse:
        if refuse.code != "local-creation":
            raise
        ev.creating = inside
        program.restore(snapshot)
        try:
            return _factory_call(ev, node, definition, home, scope, slot)
        except Refuse:
            raise refuse from None
    finally:
        ev.creating = inside
    for changed in sorted(global_names(definition) & set(assigned_names(definition.body))):
        held = local.names.get(changed)
        if held is not None and isinstance(held.value, values.Python):
            raise Refuse(
                node,
                "rebound-name",
                f"{name} changes {changed} while the graph is built, and would change it again whenever it is traced",
                "Pass the value to the function and return the new one.",
            )
    result = body.result
    given_up = _left_over(definition, statements) if result is not None else set()
    for parameter, inner in touched.items():
        if parameter not in given_up or not isinstance(result, values.LiveCell):
            program.merge(slot, inner)
    if result is None and not body.creations and only_shows(definition, statements):
        program.helpers[definition] = Helper(None)
        return values.Operation("nothing"), node
    if isinstance(result, (values.Cell, values.Stack, values.CellList)):
        program.helpers[definition] = Helper(None)
        slot.needs |= body.slot.needs
        slot.captures |= body.slot.captures
        return of_caller(ev, result, definition, args, scope), node
    if result is not None and _creates_only(result) and not body.slot.needs:
        program.restore(snapshot)
        return _factory_call(ev, node, definition, home, scope, slot)
    if inside and body.creations:
        raise Refuse(node, "nested-variable", f"{name} creates variables inside another creation")
    creates = bool(body.creations) or len(program.owners) > owners
    program.next.helper_calls[definition] += creates
    given = tuple((d.name, d.name) for d in _sorted(body.slot.needs) if d.name in body.outside)
    known = program.helpers.get(definition)
    parameters: tuple[str, ...] | None = None
    if not creates and known is not None and known.region not in (None, ev.walker.region.scope):
        program.next.shared_helpers.add(definition)  # its layers are those of a call in another function
    if body.creations and definition in program.facts.shared_helpers and ev.walker.region.local:
        program.next.shared_helpers.add(definition)
        program.hoisted[definition] = hoisted(node, body.creations, ev.walker.region.scope)
        body.creations = []
    elif body.creations and program.facts.helper_calls[definition] > 1:
        first = known.parameters if known is not None else None
        body.creations, names, arguments = handed_over(program, body.creations, target, owners, first)
        statements = [rename(statement, names) for statement in statements]
        parameters = tuple(names.values())
        given += tuple(zip(parameters, arguments, strict=True))
    elif ev.walker.region.local and name not in ev.walker.region.scope.names:
        # what it creates belongs to the function that calls it: handed over
        given += tuple((made, made) for creation in body.creations for made in assigned_names(creation))
    asked = asked_names(program.fresh_names[asked_before:])
    if known is not None:  # names of the helper's own: those of the first call
        made = {name for creation in body.creations for name in assigned_names(creation)}
        own = {name: known.asked[key] for key, name in asked.items() if key in known.asked and name not in made}
        statements = [rename(statement, own) for statement in statements]
    extra = tuple(dict(given))
    unused = _left_over(definition, statements)
    rewritten = _rewritten(definition, statements, extra, unused)
    text = code_of(rewritten)
    if known is not None and known.node is not None and program.complete:
        if creates and known.parameters is None:
            raise Refuse(
                node,
                "helper-called-twice",
                f"{name} creates layers or variables and is called more than once",
                "Write it as a class with the layers in __init__, or call it once.",
            )
        if known.text != text:
            raise Refuse(node, "helper-differs", f"{name} means different things in different calls")
    region = ev.walker.region.scope if creates and ev.walker.region.local else None
    if known is not None:
        creates, asked, region = creates or known.creates, dict(known.asked), known.region
    program.helpers[definition] = Helper(rewritten, text, creates, parameters, asked, region)
    inner = body.slot
    inner.creations = body.creations
    inner.prelude = []
    program.merge(slot, inner)
    slot.graph = True
    kept = [arg for arg, to in zip(args, parameters_of(definition, args), strict=True) if to not in unused]
    return result or values.Python(), node.with_changes(
        args=_spaced(kept + [keyword(to, cst.Name(made)) for to, made in dict(given).items()])
    )


def _sorted(definitions: set[Definition]) -> list[Definition]:
    return sorted(definitions, key=lambda definition: definition.name)


def _spaced(args: list[cst.Arg]) -> list[cst.Arg]:
    """Commas between arguments where there are none, and none after the last."""
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    spaced = [arg.with_changes(comma=comma) if arg.comma is cst.MaybeSentinel.DEFAULT else arg for arg in args]
    return [*spaced[:-1], *(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT) for arg in spaced[-1:])]


def _left_over(definition: cst.FunctionDef, statements: Statements) -> set[str]:
    """Parameters that only what was moved out of the helper has used: sizes of layers, names of scopes."""
    params = [*definition.params.params, *definition.params.kwonly_params]
    used = names_read(definition.body)
    return {p.name.value for p in params if p.name.value in used} - names_read(cst.IndentedBlock(statements))


def _creates_only(value: Value) -> bool:
    if isinstance(value, (values.Variable, values.Layer, values.Optimizer)):
        return True
    if isinstance(value, values.Mapping):
        return bool(value.items) and all(_creates_only(item) for _, item in value.items)
    return isinstance(value, values.Sequence) and bool(value.items) and all(_creates_only(i) for i in value.items)


def _factory_call(
    ev: Evaluator, node: cst.Call, definition: cst.FunctionDef, home: Scope, scope: Scope, slot: Slot
) -> Result:
    """A helper that only creates variables, cells or optimizers: it stays a function, called where it was called."""
    local = Scope(home, function=definition.name.value)
    touched: dict[str, Slot] = {}
    args = _bind_parameters(ev, node, definition, local, scope, touched, factory=True)
    for inner in touched.values():
        ev.program.merge(slot, inner)
    body = Body(ev.walker, local, factory=True)
    statements = body.statements(definition.body)
    rewritten = _rewritten(definition, statements, ())
    known = ev.program.helpers.get(definition)
    if known is not None and known.text != code_of(rewritten):
        raise Refuse(node, "helper-differs", f"{definition.name.value} means different things in different calls")
    ev.program.helpers[definition] = Helper(rewritten, code_of(rewritten))
    slot.captures |= body.slot.captures
    cells = isinstance(body.result, (values.LiveCell, values.LiveCells))
    if body.result is None or not (cells or _creates_only(body.result)) or body.slot.needs:
        raise Refuse(
            node,
            "local-creation",
            f"{definition.name.value} creates something that depends on its own names",
            "Pass plain names or numbers to the helper, or create it outside.",
        )
    if body.slot.creations or body.creations:
        raise Refuse(node, "helper-creates", f"{definition.name.value} creates more than it returns")
    return body.result, node.with_changes(args=args)


def _rewritten(
    definition: cst.FunctionDef, statements: Statements, extra: tuple[str, ...], unused: Collection[str] = ()
) -> cst.FunctionDef:
    """The helper with another body; `extra` parameters come in, `unused` ones go."""
    params = definition.params
    if unused:
        params = params.with_changes(
            params=[p for p in params.params if p.name.value not in unused],
            kwonly_params=[p for p in params.kwonly_params if p.name.value not in unused],
        )
        if not params.kwonly_params:
            params = params.with_changes(star_arg=cst.MaybeSentinel.DEFAULT)
    added = [cst.Param(cst.Name(name)) for name in extra]
    if added and (params.kwonly_params or any(p.default is not None for p in params.params)):
        star = params.star_arg if params.kwonly_params else cst.ParamStar()
        params = params.with_changes(kwonly_params=_plain([*params.kwonly_params, *added]), star_arg=star)
    elif added:
        params = params.with_changes(params=_plain([*params.params, *added]))
    elif unused:
        params = params.with_changes(params=_plain(params.params))
    assert isinstance(definition.body, cst.IndentedBlock)
    return definition.with_changes(
        params=params, body=definition.body.with_changes(body=statements or [cst.SimpleStatementLine([cst.Pass()])])
    )


def _plain(params: Sequence[cst.Param]) -> list[cst.Param]:
    """Parameters with the commas of one line."""
    return [p.with_changes(comma=cst.MaybeSentinel.DEFAULT) for p in params]


def _bind_parameters(
    ev: Evaluator,
    node: cst.Call,
    definition: cst.FunctionDef,
    local: Scope,
    scope: Scope,
    touched: dict[str, Slot],
    factory: bool = False,
) -> list[cst.Arg]:
    """Bind a helper's parameters to the values of the arguments; the rewritten arguments.

    touched: gets what evaluating the argument for each parameter touches.
    """
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
        calling, ev.calling = ev.calling, ev.calling[:-1]  # f(f(x)) is no recursion
        held, code = ev.evaluate(arg.value, scope, touched.setdefault(name, Slot()))
        ev.calling = calling
        if isinstance(held, (values.Cell, values.Stack)):
            code = cst.Name("None")
        given.add(name)
        outer = code if _simple(code) and not is_symbolic(held) else None
        if outer is not None and isinstance(arg.value, cst.Name):
            found = scope.find(arg.value.value)
            if found and found[0].local:
                outer = found[0].outer
        local.bind(name, Binding(held, parameter=True, local=not factory, outer=outer, source=(arg.value, scope)))
        args.append(arg.with_changes(value=code))
    for param in [*params.params, *params.kwonly_params]:
        name = param.name.value
        if name in given:
            continue
        if param.default is None:
            raise Refuse(node, "unknown-argument", f"{definition.name.value} is called without {name}")
        held, code = ev.evaluate(param.default, local.parent or scope, Slot())
        source = param.default, local.parent or scope
        kept = code if _simple(code) else None
        local.bind(name, Binding(held, parameter=True, local=not factory, outer=kept, source=source))
    return args


def _simple(code: cst.BaseExpression) -> bool:
    if isinstance(code, (cst.List, cst.Tuple)):
        return all(_simple(element.value) for element in code.elements)
    if isinstance(code, cst.Subscript):
        return _simple(code.value)
    if isinstance(code, cst.BinaryOperation):
        return _simple(code.left) and _simple(code.right)
    return isinstance(code, (cst.Name, cst.Integer, cst.Float, cst.SimpleString, cst.Attribute))
