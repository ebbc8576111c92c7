"""What a program adds to the graph of an object from outside its class, as a method of the class.

    model = Model(n)                              model = Model(n)
    step = tf.Variable(0, trainable=False)        model.add_training(FLAGS.rate)
    optimizer = tf.train.AdamOptimizer(FLAGS.rate)
    train = optimizer.minimize(model.loss, step)  ->   def add_training(self, rate):
    ...                                                    self.step = tf.Variable(0, trainable=False)
    sess.run([train, model.loss], ...)                     optimizer = tf.train.AdamOptimizer(rate)
                                                           self.train = optimizer.minimize(self.loss, self.step)

A run then belongs to the object alone. Python values become parameters of the method.
"""

from __future__ import annotations

from typing import Any

import libcst as cst

from migrate.analysis.finders import names_read
from migrate.analysis.scope import parse
from migrate.builders.graph_additions import Additions, Home, additions, made_objects
from migrate.builders.substitution import Replaced
from migrate.classes.closure import INIT
from migrate.classes.positions import Placed, Positions

Statements = list[cst.BaseStatement]
_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def graphs_gathered(module: cst.Module, tensorflow: set[str], positions: Positions) -> cst.Module:
    """The module with such methods; the same module if nothing is added from outside."""
    classes = {
        item.name.value: item
        for item in module.body
        if isinstance(item, cst.ClassDef) and names_read(item.body) & tensorflow and _constructor(item) is not None
    }
    homes: list[Home] = [module, *(item for item in module.body if isinstance(item, cst.FunctionDef))]
    for home in homes:
        for made in made_objects(home, classes):
            found = additions(module, home, made, tensorflow)
            if found is not None:
                return graphs_gathered(_moved(module, home, classes[made.of], found, positions), tensorflow, positions)
    return module


def _constructor(node: cst.ClassDef) -> cst.FunctionDef | None:
    methods = [item for item in node.body.body if isinstance(item, cst.FunctionDef)]
    return next((method for method in methods if method.name.value == INIT), None)


def _moved(
    module: cst.Module,
    home: Home,
    node: cst.ClassDef,
    found: Additions,
    positions: Positions,
) -> cst.Module:
    attributes = _attributes_of(node)
    name = _free("add_training" if found.trains else "add_outputs", attributes)
    kept = {old: _free(old, attributes) for old in found.exported}
    method = _method(name, kept, found, node, positions)
    positions.setdefault(method, positions.get(found.statements[0]))
    args = [cst.Arg(code, comma=_COMMA) for _, code in found.parameters]
    if args:
        args[-1] = args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    call = cst.SimpleStatementLine([cst.Expr(cst.Call(parse(f"{found.object}.{name}"), args))])
    for part in (call, call.body[0]):
        positions.setdefault(part, positions.get(found.statements[0]))
    without = home.visit(_Without(found, call, positions))
    uses = {old: parse(f"{found.object}.{new}") for old, new in kept.items()}
    changed = without.visit(Replaced(uses, positions))  # type: ignore[union-attr]
    body: Statements = []
    for item in changed.body if isinstance(home, cst.Module) else module.body:  # type: ignore[union-attr]
        if item is home:
            item = changed
        if isinstance(item, cst.ClassDef) and item.name.value == node.name.value:
            body.append(_with_method(node, method, positions))
        else:
            body.append(item)  # type: ignore[arg-type]
    return module.with_changes(body=body)


def _method(
    name: str, kept: dict[str, str], found: Additions, node: cst.ClassDef, positions: Positions
) -> cst.FunctionDef:
    init = _constructor(node)
    assert init is not None
    own = init.params.params[0].name.value
    names: dict[str, cst.BaseExpression] = {old: parse(f"{own}.{new}") for old, new in kept.items()}
    body: Statements = []
    for statement in found.statements:
        changed: cst.CSTNode = statement
        for transformer in (
            *(_Given(code, parameter, positions) for parameter, code in found.parameters),
            Replaced({**names, found.object: cst.Name(own)}, positions),
        ):
            result = changed.visit(transformer)
            assert isinstance(result, cst.CSTNode)
            changed = result
        assert isinstance(changed, cst.BaseStatement)
        body.append(changed)
    params = [cst.Param(cst.Name(parameter)) for parameter in [own, *(parameter for parameter, _ in found.parameters)]]
    return cst.FunctionDef(
        cst.Name(name), cst.Parameters(params), cst.IndentedBlock(body), leading_lines=[cst.EmptyLine(indent=False)]
    )


def _with_method(node: cst.ClassDef, method: cst.FunctionDef, positions: Positions) -> cst.ClassDef:
    items = list(node.body.body)
    init = _constructor(node)
    place = next(i for i, item in enumerate(items) if item is init)
    changed = node.with_changes(body=node.body.with_changes(body=[*items[: place + 1], method, *items[place + 1 :]]))
    positions.setdefault(changed, positions.get(node))
    return changed


def _attributes_of(node: cst.ClassDef) -> set[str]:
    finder = _Attributes()
    node.visit(finder)
    return finder.names | {item.name.value for item in node.body.body if isinstance(item, cst.FunctionDef)}


def _free(name: str, taken: set[str]) -> str:
    return next(free for free in (name, f"{name}_op", f"{name}_outside") if free not in taken)


class _Attributes(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.names.add(node.attr.value)


class _Without(Placed):
    """Takes the statements out, and puts the call in the place of one of them."""

    def __init__(self, found: Additions, call: cst.SimpleStatementLine, positions: Positions) -> None:
        super().__init__(positions)
        self.found, self.call = found, call

    def on_leave(self, original: Any, updated: Any) -> Any:
        if any(original is statement for statement in self.found.statements):
            lines = list(getattr(original, "leading_lines", []))
            blank = [line for line in lines[:1] if line.comment is None]
            first = original is self.found.place
            return self.call.with_changes(leading_lines=blank) if first else cst.RemovalSentinel.REMOVE
        return super().on_leave(original, updated)


class _Given(Placed):
    """An expression of Python's, by the parameter that brings it."""

    def __init__(self, code: cst.BaseExpression, parameter: str, positions: Positions) -> None:
        super().__init__(positions)
        self.code, self.parameter = code, parameter

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.BaseExpression:
        return cst.Name(self.parameter) if original.deep_equals(self.code) else updated
