"""A class that builds a graph, as a function: what it makes is local there, its methods are functions inside.

    class Model:                               def Model(size):
        def __init__(self, size):                  self·x = tf.placeholder(...)
            self.x = tf.placeholder(...)    ->     self·y = tf.layers.dense(self·x, size)
            self.build(size)                       def self·predict(sess, data):
        def build(self, size):                         return sess.run(self·y, {self·x: data})
            self.y = tf.layers.dense(self.x, size)
        def predict(self, sess, data):
            return sess.run(self.y, {self.x: data})

Methods that build a part of the graph and are called once, as a statement, are put in the place of the call. Methods
that build and are called from outside the class stand behind a mark with their name. `restored` is the way back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.analysis.scope import code_of
from migrate.classes.inlining import Inliner
from migrate.classes.last_condition import without_last_condition
from migrate.classes.late_merges import without_merges
from migrate.classes.marks import SELF, attribute, tail
from migrate.classes.positions import Placed, Positions
from migrate.classes.second_names import stores, without_second_names
from migrate.classes.survey import Survey, mentions

INIT = "__init__"
_STAGE = "stage·"


@dataclass
class GraphClass:
    """One class of the program that builds a graph."""

    node: cst.ClassDef
    closure: cst.FunctionDef
    methods: dict[str, cst.FunctionDef]  # as the program has them, by name
    stages: list[str] = field(default_factory=list)  # methods that build and are called from outside, in their order
    aliases: dict[str, str] = field(default_factory=dict)  # a property that only gives an attribute -> that attribute

    @property
    def name(self) -> str:
        return self.node.name.value


class Stays(Exception):
    """The class cannot be taken as a function: why, and where."""

    def __init__(self, node: cst.CSTNode, reason: str) -> None:
        super().__init__(reason)
        self.node, self.reason = node, reason


def graph_class(
    node: cst.ClassDef, tensorflow: set[str], outside: Sequence[str], positions: Positions
) -> GraphClass | None:
    """The class as a function; None if it has nothing to do with TensorFlow.

    outside: the names of methods called on objects outside the class, in the order of the program.
    Raises Stays.
    """
    if not mentions(node.body, tensorflow) or not isinstance(node.body, cst.IndentedBlock):
        return None
    originals = {item.name.value: item for item in node.body.body if isinstance(item, cst.FunctionDef)}
    if not originals:
        return None
    if any(code_of(base.value) != "object" for base in node.bases) or node.keywords or node.decorators:
        raise Stays(node, "a class that builds or runs a graph has a base class")
    if INIT not in originals:
        raise Stays(node, "a class that builds or runs a graph has no constructor")
    aliases: dict[str, str] = {}
    methods: dict[str, cst.FunctionDef] = {}
    for name, method in originals.items():
        kind = _kind(method)
        if kind == "property":
            aliases[name] = _given(method)
        else:
            methods[name] = method
    named = {name: _named(method, aliases, positions) for name, method in methods.items()}
    survey = Survey(named, tensorflow)
    if not survey.graph_attributes:
        return None if not mentions(named[INIT].body, tensorflow) else _stays(node)
    everywhere: Counter[str] = Counter()
    for method in named.values():
        everywhere.update(stores(method.body))
    named = {
        name: without_second_names(method, everywhere, positions) if name in survey.building else method
        for name, method in named.items()
    }
    survey = Survey(named, tensorflow)
    inliner = Inliner(named, survey, positions)
    body = inliner.constructor(named[INIT])
    stages = [
        name
        for name in dict.fromkeys(outside)
        if name in survey.building and name not in inliner.inlined and name != INIT
    ]
    for name in stages:
        body.append(cst.SimpleStatementLine([cst.Expr(cst.SimpleString(f'"{_STAGE}{name}"'))]))
        body += inliner.stage(named[name])
    inner, late = [], False
    for name, method in named.items():
        if name != INIT and name not in inliner.inlined and name not in stages:
            method, merged = without_merges(method, tensorflow)
            body += merged  # TF1 merges what is there when it runs the method: all of the graph
            late = late or bool(merged)
            inner.append(_inner(method, name))
    if not stages and not late:
        body = without_last_condition(body, positions)
    body = [*inner, *body]  # methods exist before anything is called
    init = named[INIT]
    closure = init.with_changes(
        name=node.name, body=cst.IndentedBlock(body), decorators=[], leading_lines=node.leading_lines
    )
    positions.setdefault(closure, positions[node])
    return GraphClass(node, closure, methods, stages, aliases)


def stage_of(statement: cst.CSTNode) -> str | None:
    """The method whose statements follow, if this is such a mark."""
    if isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[0], cst.Expr):
        value = statement.body[0].value
        if isinstance(value, cst.SimpleString) and value.value.startswith(f'"{_STAGE}'):
            return value.value[len(_STAGE) + 1 : -1]
    return None


def _stays(node: cst.ClassDef) -> GraphClass:
    raise Stays(node, "a class uses TensorFlow in a way that is not followed")


def _kind(method: cst.FunctionDef) -> str:
    if not method.decorators:
        return "method"
    text = code_of(method.decorators[0].decorator)
    if len(method.decorators) > 1 or text not in ("property", "staticmethod"):
        raise Stays(method, f"a method of a graph class is decorated: @{text}")
    return text


def _given(method: cst.FunctionDef) -> str:
    """The attribute that a property gives."""
    own = method.params.params[0].name.value if method.params.params else SELF
    lines = [line for line in method.body.body if not is_docstring(line)]
    line = lines[0] if len(lines) == 1 else None
    small = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None
    value = small.value if isinstance(small, cst.Return) else None
    if isinstance(value, cst.Attribute) and isinstance(value.value, cst.Name) and value.value.value == own:
        return value.attr.value
    raise Stays(method, "a property of a graph class does more than give an attribute")


def is_docstring(line: cst.CSTNode) -> bool:
    return (
        isinstance(line, cst.SimpleStatementLine)
        and isinstance(line.body[0], cst.Expr)
        and isinstance(line.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
    )


def _named(method: cst.FunctionDef, aliases: dict[str, str], positions: Positions) -> cst.FunctionDef:
    """The method with attributes as names and without its first parameter."""
    params = list(method.params.params)
    if _kind(method) == "staticmethod":
        return method
    if not params or method.params.star_arg not in (cst.MaybeSentinel.DEFAULT,) or method.params.star_kwarg:
        raise Stays(method, "a method of a graph class has star parameters")
    own = params.pop(0).name.value
    changed = method.visit(_Attributes(own, aliases, positions))
    assert isinstance(changed, cst.FunctionDef)
    changed = changed.with_changes(params=changed.params.with_changes(params=changed.params.params[1:]))
    if mentions(changed.body, {own}):
        raise Stays(method, f"a method of a graph class passes {own} on as a whole")
    positions.setdefault(changed, positions[method])
    return changed


def _inner(method: cst.FunctionDef, name: str) -> cst.FunctionDef:
    """A method as a function inside; what it assigns to attributes is not local to it."""
    assigned = sorted(name for name in assigned_names(method.body) if "·" in name)
    body = method.body
    assert isinstance(body, cst.IndentedBlock)
    if assigned:
        items = [cst.NameItem(cst.Name(attr)) for attr in assigned]
        body = body.with_changes(body=[cst.SimpleStatementLine([cst.Global(items)]), *body.body])
    return method.with_changes(name=cst.Name(attribute(SELF, name)), body=body, decorators=[])


class _Attributes(Placed):
    """self.x as a name."""

    def __init__(self, own: str, aliases: dict[str, str], positions: Positions) -> None:
        super().__init__(positions)
        self.own, self.aliases = own, aliases

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.BaseExpression:
        if isinstance(original.value, cst.Name) and original.value.value == self.own:
            name = original.attr.value
            return cst.Name(attribute(SELF, self.aliases.get(name, name)), lpar=updated.lpar, rpar=updated.rpar)
        return updated


def class_attributes(graph: GraphClass) -> set[str]:
    """The names bound in the class's own body."""
    return {
        tail(name)
        for item in graph.node.body.body
        if isinstance(item, cst.SimpleStatementLine)
        for name in assigned_names(item)
    }
