"""The way back from closure: the function that a class was is a class again.

What the constructor makes and a method uses lives on the object; functions become methods.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.analysis.finders import names_read
from migrate.analysis.scope import assign, code_of, parse
from migrate.classes.closure import INIT, GraphClass, class_attributes, is_docstring, stage_of
from migrate.classes.marks import DOT, SELF, attribute, is_attribute, plain, tail
from migrate.classes.naming import Shown, own_names, shown
from migrate.classes.shared_parts import NOTHING_SHARED, SharedParts, taken
from migrate.classes.wraps import before_returns, own_attributes

Statements = list[cst.BaseStatement]
_NOTHING = cst.SimpleWhitespace("")
_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


@dataclass
class Restored:
    """A class of the new program."""

    node: cst.ClassDef
    attributes: dict[str, str] = field(default_factory=dict)  # name of the closure -> attribute that holds it


def restored(
    graph: GraphClass,
    statements: Sequence[cst.BaseStatement],
    generated: set[str],
    dropped: set[str],
    added: Sequence[str] = (),
    shared: SharedParts = NOTHING_SHARED,
    read: Collection[str] = (),
) -> Restored:
    """The class again, from the statements of its closure in the new program.

    generated: the names that the migration has made up. dropped: parameters of the constructor that are no more.
    added: new ones. shared: what one object takes from another, if it is given one. read: names that methods will
    read besides what they read now.
    """
    added = [*added, *(["shared"] if shared.names else [])]
    return _Restoring(graph, generated, dropped, added, shared, set(read)).run(statements)


class _Restoring:
    def __init__(
        self,
        graph: GraphClass,
        generated: set[str],
        dropped: set[str],
        added: Sequence[str],
        shared: SharedParts,
        read: set[str],
    ) -> None:
        self.graph, self.generated, self.dropped = graph, generated, dropped
        self.added, self.shared, self.read = added, shared, read
        self.stages: dict[str, Statements] = {INIT: []}
        self.functions: list[cst.FunctionDef] = []
        self.attributes: dict[str, str] = {}

    def run(self, statements: Sequence[cst.BaseStatement]) -> Restored:
        self._sort(statements)
        specs = self._specs()
        self._live(specs)
        self._share()
        methods = [self._method(function, specs) for function in self.functions]
        stages = [self._stage(name) for name in self.stages]
        kept = [
            item
            for item in self.graph.node.body.body
            if not isinstance(item, cst.FunctionDef)
        ]
        body = [*kept, *_spaced([*stages, *methods], bool(kept))]
        suite = self.graph.node.body
        assert isinstance(suite, cst.IndentedBlock)
        node = self.graph.node.with_changes(body=suite.with_changes(body=body))
        return Restored(node, dict(self.attributes))

    # ---- what goes where

    def _sort(self, statements: Sequence[cst.BaseStatement]) -> None:
        functions = [item for item in statements if isinstance(item, cst.FunctionDef)]
        current = INIT
        for statement in statements:
            stage = stage_of(statement)
            if stage is not None:
                current = stage
                self.stages[current] = []
            elif isinstance(statement, cst.FunctionDef) and not self._local(statement, functions):
                self.functions.append(statement)
            else:
                self.stages[current].append(statement)
        self.functions.sort(key=lambda function: is_attribute(function.name.value))  # new ones before the author's

    def _local(self, function: cst.FunctionDef, functions: list[cst.FunctionDef]) -> bool:
        """Whether a function of the author's is only used while the object is made."""
        name = function.name.value
        if is_attribute(name) or name in self.generated or function.decorators:
            return False
        return not any(name in names_read(other) for other in functions if other is not function)

    def _specs(self) -> dict[str, cst.BaseExpression]:
        """Signatures that need nothing but the module: they stand in the decorators, not in the constructor."""
        bound = set(self._bound())
        closed: dict[str, cst.BaseExpression] = {}
        wanted = {name for function in self.functions for d in function.decorators for name in names_read(d)}
        for statements in self.stages.values():
            for statement in list(statements):
                small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
                if not isinstance(small, cst.Assign) or not isinstance(small.targets[0].target, cst.Name):
                    continue
                name = small.targets[0].target.value
                if name in wanted and not names_read(small.value) & bound:
                    closed[name] = small.value
        open_ = {
            name
            for function in self.functions
            for d in function.decorators
            for name in names_read(d)
            if name in wanted & bound and name not in closed
        }
        if open_:  # one signature in the constructor, all of them there
            return {}
        for name, statements in self.stages.items():
            self.stages[name] = [s for s in statements if not _assigns(s, set(closed))]
        return closed

    def _bound(self) -> list[str]:
        """Names of the constructor and of the methods that build after it."""
        names = [
            parameter.name.value
            for stage in self.stages
            for parameter in [*self._params(stage).params, *self._params(stage).kwonly_params]
        ]
        for statements in self.stages.values():
            for statement in statements:
                names += assigned_names(statement)
        return list(dict.fromkeys(names))

    def _params(self, stage: str) -> cst.Parameters:
        if stage == INIT:
            return self.graph.closure.params
        method = self.graph.methods[stage]
        return method.params.with_changes(params=method.params.params[1:])

    def _live(self, specs: dict[str, cst.BaseExpression]) -> None:
        """Names of the constructor that methods read: attributes from now on."""
        bound = {name for name in self._bound() if not is_attribute(name)}
        wanted = set(self.read)
        for function in self.functions:
            wanted |= (names_read(function.body) | names_read(function.params)) - own_names(function)
        for stage, statements in self.stages.items():
            own = {name for statement in statements for name in assigned_names(statement)}
            own |= {parameter.name.value for parameter in self._params(stage).params}
            for statement in statements:
                wanted |= names_read(statement) - own
        for _, decorator in self._wrapping():
            wanted |= names_read(decorator) - self._own(self._stage_of(decorator))
        taken = {tail(name) for name in self._all_names() if is_attribute(name)} | set(self.graph.methods)
        taken |= class_attributes(self.graph)
        for function in self.functions:
            name = function.name.value
            if not is_attribute(name):
                self.attributes[name] = name
                taken.add(name)
        for name in sorted(wanted & bound):
            if name in self.attributes:
                continue
            short = plain(name)
            if self._kept_as(name):
                self.attributes[name] = short
                continue
            while short in taken:
                short = f"_{short}"
            taken.add(short)
            self.attributes[name] = short

    def _share(self) -> None:
        """self.W = made: what another object has made, where one is given."""
        for stage, statements in self.stages.items():
            self.stages[stage] = taken(statements, self.shared, self.attributes)

    def _all_names(self) -> set[str]:
        found: set[str] = set()
        for statements in self.stages.values():
            for statement in statements:
                found |= names_read(statement)
        for function in self.functions:
            found |= names_read(function)
        return found

    def _kept_as(self, name: str) -> bool:
        """Whether the constructor says self.name = name, and nothing else of either."""
        own = attribute(SELF, name)
        stores = [
            statement
            for statements in self.stages.values()
            for statement in statements
            if {name, own} & set(assigned_names(statement))
        ]
        return len(stores) == 1 and code_of(stores[0].with_changes(leading_lines=[])).split("#")[0].strip() == (
            f"{own} = {name}"
        )

    # ---- methods

    def _stage(self, name: str) -> cst.FunctionDef:
        """The constructor, or a method that builds after it."""
        params = self._params(name)
        parameters = {parameter.name.value for parameter in [*params.params, *params.kwonly_params]}
        statements = self.stages[name]
        own = {bound for statement in statements for bound in assigned_names(statement) if not is_attribute(bound)}
        own = (own | parameters) - (set(self.attributes) - parameters)
        block = cst.IndentedBlock(statements or [cst.SimpleStatementLine([cst.Pass()])])
        attributes = {known: short for known, short in self.attributes.items() if known not in parameters}
        body = block.visit(Shown(shown(block, own, attributes), attributes))
        assert isinstance(body, cst.IndentedBlock)
        kept = [
            assign(f"self.{self.attributes[parameter]}", cst.Name(plain(parameter)))
            for parameter in sorted(parameters & set(self.attributes), key=_order(params))
            if not self._kept_as(parameter)
        ]
        wraps = self._wraps(name)
        lines = [line for line in body.body if not isinstance(line, cst.SimpleStatementLine) or not _is_pass(line)]
        opening = lines[:1] if lines and is_docstring(lines[0]) else []
        wrapped = {function.name.value for function in self.functions if function.decorators}
        place = next((i for i, line in enumerate(lines) if own_attributes(line) & wrapped), len(lines))
        lines[place:place] = wraps
        before_returns(lines, wraps)
        lines = [*opening, *kept, *lines[len(opening) :]] or list(body.body)
        lines[0] = _at_the_top(lines[0])
        original = self.graph.methods[name]
        changed = original.params.visit(Shown({}, {}))
        assert isinstance(changed, cst.Parameters)
        if self.dropped and name == INIT:
            keep = [p for p in changed.params if p.name.value not in self.dropped]
            changed = changed.with_changes(params=[*keep[:-1], keep[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])
        if self.added and name == INIT:
            none = cst.Name("None")
            equal = cst.AssignEqual(_NOTHING, _NOTHING)
            more = [cst.Param(cst.Name(extra), default=none, equal=equal) for extra in self.added]
            changed = changed.with_changes(params=[*(p.with_changes(comma=_COMMA) for p in changed.params), *more])
        return original.with_changes(params=changed, body=body.with_changes(body=lines))

    def _wrapping(self) -> list[tuple[cst.FunctionDef, cst.Decorator]]:
        """The methods whose signatures only the object knows."""
        bound = set(self._bound())
        return [
            (function, decorator)
            for function in self.functions
            for decorator in function.decorators
            if not is_attribute(function.name.value)
            and isinstance(decorator.decorator, cst.Call)
            and names_read(decorator) & bound
        ]

    def _own(self, stage: str) -> set[str]:
        """Names that the constructor, or a method that builds after it, binds."""
        params = self._params(stage)
        names = {parameter.name.value for parameter in [*params.params, *params.kwonly_params]}
        return names | {name for statement in self.stages[stage] for name in assigned_names(statement)}

    def _stage_of(self, decorator: cst.Decorator) -> str:
        """Where the last name is bound that a signature needs."""
        read = names_read(decorator)
        return next(stage for stage in reversed(self.stages) if read & self._own(stage))

    def _wraps(self, stage: str) -> Statements:
        """self.train_step = tf.function(self.train_step, input_signature=[...]), where the object knows the shapes."""
        result: Statements = []
        own = self._own(stage)
        attributes = {known: short for known, short in self.attributes.items() if known not in own}
        for function, decorator in self._wrapping():
            if self._stage_of(decorator) == stage:
                call = decorator.decorator
                assert isinstance(call, cst.Call)
                method = parse(f"self.{function.name.value}")
                first = cst.Arg(method, comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
                wrapped = call.with_changes(args=[first, *call.args]).visit(Shown({}, attributes))
                assert isinstance(wrapped, cst.Call)
                result.append(assign(f"self.{function.name.value}", wrapped))
        return result

    def _method(self, function: cst.FunctionDef, specs: dict[str, cst.BaseExpression]) -> cst.FunctionDef:
        name = function.name.value
        original = self.graph.methods.get(tail(name)) if is_attribute(name) else None
        static = original is not None and bool(original.decorators)
        local = own_names(function)
        attributes = {known: short for known, short in self.attributes.items() if known not in local}
        names = shown(function.body, local, attributes)
        body = function.body.visit(Shown(names, attributes))
        params = function.params.visit(Shown(names, attributes))
        assert isinstance(body, cst.BaseSuite) and isinstance(params, cst.Parameters)
        if not static:
            params = params.with_changes(params=[_self(bool(params.params)), *params.params])
        decorators = original.decorators if original is not None else self._decorators(function, specs)
        lines = original.leading_lines if original is not None else function.leading_lines
        return function.with_changes(
            name=cst.Name(plain(name)), params=params, body=body, decorators=decorators, leading_lines=lines
        )

    def _decorators(
        self, function: cst.FunctionDef, specs: dict[str, cst.BaseExpression]
    ) -> Sequence[cst.Decorator]:
        result = []
        for decorator in function.decorators:
            if names_read(decorator) & set(self._bound()):
                continue  # the constructor does it
            changed = decorator.visit(_Specs(specs))
            assert isinstance(changed, cst.Decorator)
            result.append(changed)
        return result


class _Specs(cst.CSTTransformer):
    def __init__(self, specs: dict[str, cst.BaseExpression]) -> None:
        super().__init__()
        self.specs = specs

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.BaseExpression:
        return self.specs.get(updated.value, updated)


def _self(more: bool) -> cst.Param:
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")) if more else cst.MaybeSentinel.DEFAULT
    return cst.Param(cst.Name(SELF), comma=comma)


def _assigns(statement: cst.BaseStatement, names: set[str]) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and bool(set(assigned_names(statement)) & names)


def _at_the_top(statement: cst.BaseStatement) -> cst.BaseStatement:
    """Without blank lines before it."""
    lines = list(getattr(statement, "leading_lines", []))
    while lines and lines[0].comment is None:
        lines.pop(0)
    return statement.with_changes(leading_lines=lines) if hasattr(statement, "leading_lines") else statement


def _is_pass(statement: cst.SimpleStatementLine) -> bool:
    return isinstance(statement.body[0], cst.Pass) and not statement.leading_lines


def _order(params: cst.Parameters):  # type: ignore[no-untyped-def]
    names = [parameter.name.value for parameter in [*params.params, *params.kwonly_params]]
    return names.index


def _spaced(methods: Sequence[cst.FunctionDef], after: bool) -> list[cst.FunctionDef]:
    """One blank line between methods."""
    result = []
    for position, method in enumerate(methods):
        lines = [line for line in method.leading_lines if line.comment is not None]
        if position or after:
            lines = [cst.EmptyLine(indent=False), *lines]
        result.append(method.with_changes(leading_lines=lines))
    return result


def unmarked(text: str) -> str:
    """The text of an expression with attributes written out."""
    return text.replace(DOT, ".")
