"""What is fetched in a function that gets it as an argument: written out there, as the attribute or name that it is.

    def epoch(session, model, op):                       def epoch(session, model, training):
        cost, _ = session.run([model.cost, op], ...)         if training:
                                                     ->          cost, _ = session.run([model.cost, model.train], ...)
    epoch(session, model, model.train)                       else:
    epoch(session, test, tf.no_op())                             cost = session.run(model.cost, ...)

An operation that some calls give and others do not becomes a flag. What all calls give by one name is read by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.analysis.finders import names_read
from migrate.analysis.scope import code_of
from migrate.builders.chosen_runs import Runs
from migrate.builders.substitution import Replaced, bound_arguments
from migrate.classes.positions import Placed, Positions
from migrate.classes.survey import count, locals_of

_FLAGS = ("training", "is_training", "train", "updating")


def operations_written_out(module: cst.Module, tensorflow: set[str], positions: Positions) -> cst.Module:
    """The module with such functions and their calls rewritten; the same module if there is none."""
    names = [item.name.value for item in module.body if isinstance(item, cst.FunctionDef)]
    for name in names:
        seen: set[str] = set()
        while True:
            function = next((i for i in module.body if isinstance(i, cst.FunctionDef) and i.name.value == name), None)
            change = None if function is None else _change(function, module, tensorflow, positions, seen)
            if change is None:
                break
            seen.add(change.parameter)
            changed = module.visit(_Rewritten(change, positions))
            assert isinstance(changed, cst.Module)
            module = changed
    return module


@dataclass
class _Change:
    """One parameter of one function: what becomes of it and of what the calls give for it."""

    function: cst.FunctionDef
    parameter: str
    body: cst.BaseSuite
    renamed: str | None  # the parameter's new name; None where it goes
    given: dict[cst.Call, cst.BaseExpression | None] = field(default_factory=dict)  # None: the argument goes


def _change(
    function: cst.FunctionDef, module: cst.Module, tensorflow: set[str], positions: Positions, seen: set[str]
) -> _Change | None:
    name = function.name.value
    params = function.params
    stars = params.star_arg not in (None, cst.MaybeSentinel.DEFAULT) or params.star_kwarg is not None
    if function.decorators or function.asynchronous or stars or params.posonly_params:
        return None
    calls = _Calls(name)
    module.visit(calls)
    if not calls.found or count(module, name) != len(calls.found) + 1:
        return None
    made = [bound_arguments(call, function) for call, _ in calls.found]
    bound = [one for one in made if one is not None]
    if len(bound) < len(made):
        return None
    stored = set(assigned_names(function.body))
    for param in [*params.params, *params.kwonly_params]:
        parameter = param.name.value
        if parameter in stored or parameter in seen:
            continue
        runs = Runs(parameter, positions)
        function.body.visit(runs)
        if not runs.found:
            continue
        site = _Sites(function, module, tensorflow, stored)
        meant = [site.meant(one[parameter], one, around) for one, (_, around) in zip(bound, calls.found, strict=True)]
        wanted = {code_of(code): code for code in meant if code is not None and not isinstance(code, _Nothing)}
        if len(wanted) != 1 or any(code is None for code in meant):
            continue
        operation = next(iter(wanted.values()))
        change = None
        if all(isinstance(code, cst.BaseExpression) for code in meant):
            change = _written(function, parameter, operation, [call for call, _ in calls.found], positions)
        elif any(isinstance(code, cst.BaseExpression) for code in meant):
            flag = next((f for f in _FLAGS if f not in names_read(function) | locals_of(function)), None)
            none = all(isinstance(code, cst.BaseExpression) or code == _Nothing("None") for code in meant)
            body = runs.chosen(function, flag, operation, none) if flag is not None else None
            if body is not None and flag is not None:
                pairs = zip(meant, calls.found, strict=True)
                flags = {call: cst.Name("False" if isinstance(code, _Nothing) else "True") for code, (call, _) in pairs}
                change = _Change(function, parameter, body, flag, dict(flags))
        if change is not None:
            return change
    return None


def _written(
    function: cst.FunctionDef,
    parameter: str,
    operation: cst.BaseExpression,
    calls: Sequence[cst.Call],
    positions: Positions,
) -> _Change | None:
    """All calls give the same: a name becomes the parameter's own, an attribute stands where it is used."""
    if isinstance(operation, cst.Name):
        if operation.value == parameter or operation.value in names_read(function) | locals_of(function):
            return None
        body = function.body.visit(Replaced({parameter: operation}, positions))
        assert isinstance(body, cst.BaseSuite)
        return _Change(function, parameter, body, operation.value, {call: operation for call in calls})
    body = function.body.visit(Replaced({parameter: operation}, positions))
    assert isinstance(body, cst.BaseSuite)
    return _Change(function, parameter, body, None, {call: None for call in calls})


@dataclass(frozen=True)
class _Nothing:
    """tf.no_op() or None."""

    text: str


class _Sites:
    """What arguments mean inside the function."""

    def __init__(self, function: cst.FunctionDef, module: cst.Module, tensorflow: set[str], stored: set[str]) -> None:
        self.function, self.tensorflow, self.stored = function, tensorflow, stored
        self.locals = locals_of(function)
        self.nothing = _no_ops(module, tensorflow)

    def meant(
        self, given: cst.BaseExpression, bound: dict[str, cst.BaseExpression], around: Sequence[cst.FunctionDef]
    ) -> cst.BaseExpression | _Nothing | None:
        if isinstance(given, cst.Name):
            if given.value == "None":
                return _Nothing("None")
            return _Nothing("no_op") if given.value in self.nothing else given
        if _is_no_op(given, self.tensorflow):
            return _Nothing("no_op")
        if not isinstance(given, cst.Attribute) or not isinstance(given.value, cst.Name):
            return None
        base = given.value.value
        for parameter, other in bound.items():
            if isinstance(other, cst.Name) and other.value == base and parameter not in self.stored:
                return cst.Attribute(cst.Name(parameter), given.attr)
        local = any(base in locals_of(function) for function in around)
        return None if local or base in self.locals else given


def _is_no_op(node: cst.BaseExpression, tensorflow: set[str]) -> bool:
    function = node.func if isinstance(node, cst.Call) else None
    if not isinstance(function, cst.Attribute) or function.attr.value != "no_op":
        return False
    return isinstance(function.value, cst.Name) and function.value.value in tensorflow


def _no_ops(module: cst.Module, tensorflow: set[str]) -> set[str]:
    """Names that are assigned tf.no_op() and nothing else."""
    finder = _Assigned(tensorflow)
    module.visit(finder)
    return {name for name in finder.no_ops if assigned_names(module).count(name) == 1}


class _Assigned(cst.CSTVisitor):
    def __init__(self, tensorflow: set[str]) -> None:
        super().__init__()
        self.tensorflow, self.no_ops = tensorflow, set[str]()

    def visit_Assign(self, node: cst.Assign) -> None:
        if len(node.targets) == 1 and isinstance(node.targets[0].target, cst.Name):
            if _is_no_op(node.value, self.tensorflow):
                self.no_ops.add(node.targets[0].target.value)


class _Calls(cst.CSTVisitor):
    """The calls of a function, each with the functions around it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.around: list[cst.FunctionDef] = []
        self.found: list[tuple[cst.Call, tuple[cst.FunctionDef, ...]]] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.around.append(node)

    def leave_FunctionDef(self, original: cst.FunctionDef) -> None:
        self.around.pop()

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Name) and node.func.value == self.name:
            self.found.append((node, tuple(self.around)))


class _Rewritten(Placed):
    """Carries out one change."""

    def __init__(self, change: _Change, positions: Positions) -> None:
        super().__init__(positions)
        self.change = change

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return node is not self.change.function

    def leave_FunctionDef(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.FunctionDef:
        if original is not self.change.function:
            return updated
        params = original.params
        changed = params.with_changes(
            params=self._parameters(params.params), kwonly_params=self._parameters(params.kwonly_params)
        )
        return updated.with_changes(params=changed, body=self.change.body)

    def _parameters(self, params: Sequence[cst.Param]) -> list[cst.Param]:
        kept = []
        for param in params:
            if param.name.value == self.change.parameter:
                if self.change.renamed is None:
                    continue
                default = param.default
                flag = self.change.renamed in _FLAGS
                if flag and default is not None:
                    default = cst.Name("False")
                param = param.with_changes(name=cst.Name(self.change.renamed), default=default)
            kept.append(param)
        return [*kept[:-1], kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)] if kept else []

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.Call:
        if original not in self.change.given:
            return updated
        given = self.change.given[original]
        names = [p.name.value for p in self.change.function.params.params]
        args = []
        for position, arg in enumerate(updated.args):
            name = arg.keyword.value if arg.keyword else names[position]
            if name != self.change.parameter:
                args.append(arg)
            elif given is not None:
                keyword = cst.Name(self.change.renamed or "") if arg.keyword else None
                args.append(arg.with_changes(value=given, keyword=keyword))
        if args:
            args[-1] = args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return updated.with_changes(args=args)
