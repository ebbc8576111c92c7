"""Names, definitions and what evaluating one statement leaves behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import libcst as cst

from migrate.analysis.values import Instance, Value
from migrate.classes.marks import SELF, attribute, base_of, is_attribute, tail


class Refuse(Exception):
    """Raised where the analysis meets what it cannot carry over; caught once, by the migration."""

    def __init__(self, node: cst.CSTNode | None, code: str, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.node = node
        self.code = code
        self.reason = reason
        self.advice = advice


@dataclass(eq=False)
class Definition:
    """One statement of the graph: what it defines, what it needs, and its text in the new program.

    kind: "placeholder" (a parameter of generated functions), "compute" (tensors), "trace" (a Python statement about
    tensors, such as a print, run when the function is traced), "gradient" (follows the tape), "update" (changes
    variables).
    """

    kind: str
    index: int
    names: tuple[str, ...] = ()
    statements: list[cst.BaseStatement] = field(default_factory=list)
    needs: set[Definition] = field(default_factory=set)
    captures: set[str] = field(default_factory=set)
    losses: set[Definition] = field(default_factory=set)  # gradient: what the tape must have seen
    variables: set[int] = field(default_factory=set)
    device: cst.BaseExpression | None = None
    node: cst.CSTNode | None = None
    stateful: bool = False
    sparse: bool = False
    double: bool = False  # computed in float64, as far as the source shows
    top: float = 0.0  # the block's statement it stands in
    model: str = ""  # the class that builds it
    # placeholders
    spec: str = ""
    sparse_dtype: str = ""  # of a sparse placeholder
    default: str | None = None
    value: Value | None = None

    @property
    def name(self) -> str:
        return self.names[0] if self.names else ""


def closure(starts: Iterable[Definition]) -> set[Definition]:
    """The definitions and all they need."""
    found: set[Definition] = set()
    stack = list(starts)
    while stack:
        definition = stack.pop()
        if definition not in found:
            found.add(definition)
            stack += definition.needs
    return found


@dataclass
class Slot:
    """What evaluating the expressions of one statement touched."""

    needs: set[Definition] = field(default_factory=set)
    captures: set[str] = field(default_factory=set)
    creations: list[cst.BaseStatement] = field(default_factory=list)
    prelude: list[cst.BaseStatement] = field(default_factory=list)  # goes before the statement, in its function
    graph: bool = False  # tensors are computed
    random: bool = False
    impure: cst.CSTNode | None = None
    variables: set[int] = field(default_factory=set)
    losses: set[Definition] = field(default_factory=set)
    tape: bool = False
    update: int | None = None
    sites: list[Any] = field(default_factory=list)
    stateful: bool = False
    sparse: bool = False
    double: bool = False
    mutates: set[Definition] = field(default_factory=set)


@dataclass
class Binding:
    """What a name is bound to.

    definition: the graph statement that defines it; None where the name lives on as a plain Python name.
    code: what stands for the name in the new program, when that is not the name itself.
    parameter: bound by a loop, a comprehension or a function, so no name of the program is captured.
    """

    value: Value
    definition: Definition | None = None
    code: cst.BaseExpression | None = None
    parameter: bool = False
    local: bool = False  # of a helper function: does not exist where layers are created
    made: bool = False  # local: a list or dict that the helper or loop makes itself, and may change
    outer: cst.BaseExpression | None = None  # local: what stands for it where layers are created
    place: tuple[int, int] = (0, 0)
    name: str = ""
    stub: Definition | None = None
    alias: Definition | None = None  # another name of this placeholder
    source: tuple[cst.BaseExpression, Scope] | None = None  # local: the program's own text for it, and where that reads
    fetches: cst.BaseExpression | None = None  # the list of fetches, training operations among them, that it names


class Scope:
    """Names of a block and of the blocks around it."""

    def __init__(self, parent: Scope | None = None, function: str | None = None) -> None:
        self.parent = parent
        self.function = function
        self.names: dict[str, Binding] = {}

    def find(self, name: str) -> tuple[Binding, Scope] | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name], scope
            scope = scope.parent
        if is_attribute(name) and base_of(name) != SELF:  # of an object of a graph class
            held = self.find(base_of(name))
            if held is not None and isinstance(held[0].value, Instance):
                inside: Scope = held[0].value.of.scope
                return inside.find(attribute(SELF, tail(name)))
        return None

    def bind(self, name: str, binding: Binding) -> None:
        self.names[name] = binding


def names_in(target: cst.BaseExpression) -> list[str]:
    """The plain names that an assignment target binds."""
    if isinstance(target, cst.Name):
        return [target.value]
    if isinstance(target, (cst.Tuple, cst.List)):
        return [name for element in target.elements for name in names_in(element.value)]
    if isinstance(target, cst.StarredElement):
        return names_in(target.value)
    return []


def code_of(node: cst.CSTNode) -> str:
    """The source text of a node."""
    return cst.Module(body=[]).code_for_node(node)


def dotted(node: cst.BaseExpression) -> str | None:
    """`a.b.c` as text, None for anything else."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        base = dotted(node.value)
        return None if base is None else f"{base}.{node.attr.value}"
    return None


def arguments(call: cst.Call, parameters: Iterable[str], symbol: str) -> dict[str, cst.BaseExpression]:
    """Bind a call's arguments to the TF1 parameter names.

    Raises Refuse for star arguments, too many positional ones, and names the function does not have.
    """
    names = list(parameters)
    bound: dict[str, cst.BaseExpression] = {}
    for position, arg in enumerate(call.args):
        if arg.star:
            raise Refuse(call, "star-arguments", f"{symbol} is called with star arguments", "Write the arguments out.")
        if arg.keyword is None:
            if position >= len(names):
                raise Refuse(call, "unknown-argument", f"{symbol} takes no argument number {position + 1}")
            bound[names[position]] = arg.value
        else:
            if arg.keyword.value not in names:
                raise Refuse(call, "unknown-argument", f"{symbol} takes no argument {arg.keyword.value!r}")
            bound[arg.keyword.value] = arg.value
    return bound


def is_none(node: cst.BaseExpression | None) -> bool:
    return node is None or (isinstance(node, cst.Name) and node.value == "None")


def parse(text: str) -> cst.BaseExpression:
    return cst.parse_expression(text)


def keyword(name: str, value: cst.BaseExpression) -> cst.Arg:
    return cst.Arg(
        value=value,
        keyword=cst.Name(name),
        equal=cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace("")),
    )


def call(
    function: str,
    positional: Iterable[cst.BaseExpression] = (),
    keywords: Iterable[tuple[str, cst.BaseExpression]] = (),
) -> cst.Call:
    """A call with the given arguments, one space after each comma."""
    args = [cst.Arg(value=value) for value in positional] + [keyword(name, value) for name, value in keywords]
    spaced = [
        arg.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))) if i + 1 < len(args) else arg
        for i, arg in enumerate(args)
    ]
    return cst.Call(func=parse(function), args=spaced)


def assign(target: str | cst.BaseExpression, value: cst.BaseExpression) -> cst.SimpleStatementLine:
    """`target = value` as a statement of its own line."""
    node = cst.parse_expression(target) if isinstance(target, str) else target
    return cst.SimpleStatementLine([cst.Assign(targets=[assign_target(node)], value=value)])


def assign_target(node: cst.BaseExpression) -> cst.AssignTarget:
    """The node as the left side of an assignment."""
    assert isinstance(node, cst.BaseAssignTargetExpression)
    return cst.AssignTarget(node)
