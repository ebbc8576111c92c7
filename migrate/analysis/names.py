"""Evaluate an expression of a TF1 program: what it stands for, and its text in the new program.

Evaluating gives a pair (value, code). What it touches on the way (graph statements needed, Python names captured,
layers to be created) is noted in the statement's Slot. This is the ground: names, symbols, constants and what has no
meaning of its own; calls, operators and comprehensions stand in files of their own.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import libcst as cst

from migrate import api
from migrate.analysis import constants, flags, values
from migrate.analysis.program import Program
from migrate.analysis.scope import Refuse, Scope, Slot, code_of, parse
from migrate.analysis.values import UNKNOWN, Value
from migrate.classes.marks import SELF, attribute, base_of, is_attribute, seen_outside, tail

SYMBOLIC = (
    values.Tensor,
    values.Tensors,
    values.State,
    values.Variable,
    values.Gradients,
    values.Metric,
    values.GraphObject,
)
Result = tuple[Value, cst.BaseExpression]


def is_symbolic(value: Value) -> bool:
    """Whether the value is, or holds, something that exists only while the graph is built."""
    if isinstance(value, values.Sequence):
        return any(is_symbolic(item) for item in value.items)
    if isinstance(value, values.Mapping):
        return any(is_symbolic(item) for _, item in value.items)
    return isinstance(value, SYMBOLIC)


class Names:
    """Names, attributes and constants; `handlers` and `methods` say who understands which structural call."""

    handlers: dict[str, Any]
    methods: dict[tuple[str, str], Any]

    def __init__(self, program: Program) -> None:
        self.program = program
        self.creating = False
        self.mapping_weights = False  # a function at work is applied to each of all weights or gradients
        self.calling: list[cst.FunctionDef] = []
        self.walker: Any = None  # the blocks.Walker at work
        self.regularizers: list[tuple[cst.BaseExpression, Scope] | None] = [None]  # of the variable scopes around
        self.initializers: list[cst.BaseExpression | None] = [None]
        self.seen: dict[tuple[cst.CSTNode, Scope], Value] = {}

    def evaluate(self, node: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
        method = getattr(self, "_" + type(node).__name__, self.generic)
        value, code = method(node, scope, slot)
        self.seen[node, scope] = value
        return value, code

    def look(self, node: cst.BaseExpression, scope: Scope) -> Value:
        """The value of an expression that is evaluated in its own right elsewhere: nothing is created here."""
        if (node, scope) in self.seen and not isinstance(node, cst.Name):
            return self.seen[node, scope]
        before = self.program.snapshot()
        value = self.evaluate(node, scope, Slot())[0]
        self.program.restore(before)
        return value

    def creation(self, node: cst.BaseExpression, scope: Scope, slot: Slot) -> cst.BaseExpression:
        """The text of an expression where layers and variables are created: before any run, outside helpers.

        Raises Refuse when it needs a tensor, or a local name of a helper that cannot be traced back.
        """
        quiet = Slot()
        before, self.creating = self.creating, True
        try:
            _, code = self.evaluate(node, scope, quiet)
        finally:
            self.creating = before
        if quiet.needs:
            raise Refuse(
                node,
                "creation-needs-tensor",
                "what is created depends on a tensor of the graph",
                "Use the Python number instead of the tensor's shape.",
            )
        slot.captures |= quiet.captures
        return code

    def constant(self, node: cst.BaseExpression, scope: Scope) -> Any:
        """The constant value of an expression, or UNKNOWN."""

        def lookup(name: cst.BaseExpression) -> Any:
            if isinstance(name, cst.Attribute):
                path = self.symbol_of(name, scope)
                return constants.TF1_VERSION if path in ("__version__", "VERSION") else UNKNOWN
            found = scope.find(name.value) if isinstance(name, cst.Name) else None
            if found and isinstance(found[0].value, values.Python) and isinstance(name, cst.Name):
                if found[0].local or self.program.bindings[name.value] <= 1:
                    return found[0].value.constant
            return UNKNOWN

        return constants.constant(node, lookup)

    def settled_test(self, node: cst.BaseExpression, scope: Scope) -> bool | None:
        """The truth of a test about tf.__version__ on TensorFlow 1.15, or of `tensor is None`; None for other tests."""
        if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
            inside = self.settled_test(node.expression, scope)
            return None if inside is None else not inside
        if self._is_graph_object(node, scope):
            assert isinstance(node, cst.Comparison)
            return isinstance(node.comparisons[0].operator, cst.IsNot)
        finder = _VersionFinder(self, scope)
        node.visit(finder)
        known = self.constant(node, scope) if finder.found else UNKNOWN
        return None if known is UNKNOWN else bool(known)

    def _is_graph_object(self, node: cst.BaseExpression, scope: Scope) -> bool:
        """Whether a test asks if a name is None that always stands for one tensor, variable or placeholder."""
        if not isinstance(node, cst.Comparison) or len(node.comparisons) != 1 or not isinstance(node.left, cst.Name):
            return False
        comparison = node.comparisons[0]
        found = scope.find(node.left.value)
        if not isinstance(comparison.operator, (cst.Is, cst.IsNot)) or code_of(comparison.comparator) != "None":
            return False
        if found is None or found[0].local or found[0].parameter or self.program.bindings[node.left.value] != 1:
            return False
        held = found[0].value
        one = isinstance(held, (values.Tensor, values.Variable, values.State)) and not getattr(held, "maybe", False)
        return one and (found[0].definition is not None or isinstance(held, values.Variable))

    def symbol_of(self, node: cst.BaseExpression, scope: Scope) -> str | None:
        """The TF1 name an expression refers to, without "tf.", or None."""
        if isinstance(node, cst.Name):
            found = scope.find(node.value)
            return found[0].value.name if found and isinstance(found[0].value, values.Symbol) else None
        if isinstance(node, cst.Attribute):
            base = self.symbol_of(node.value, scope)
            return None if base is None else f"{base}.{node.attr.value}" if base else node.attr.value
        return None

    def _Name(self, node: cst.Name, scope: Scope, slot: Slot) -> Result:
        found = scope.find(node.value)
        if found is None:
            return values.Python(constants.constant(node, lambda _: UNKNOWN)), node
        binding, _ = found
        if isinstance(binding.value, values.Symbol) and not (binding.local and binding.parameter):
            return self.symbol(binding.value.name, node, scope, slot)
        self.program.use(node, binding)
        if binding.definition is not None:
            slot.needs.add(binding.definition)
            slot.graph = True
        elif isinstance(binding.value, values.Variable):
            slot.variables.add(binding.value.owner)
        if not binding.parameter and binding.definition is None:
            slot.captures.add(binding.code.value if isinstance(binding.code, cst.Name) else node.value)
        code = binding.code if binding.code is not None else node
        if binding.code is not None and is_attribute(node.value) and base_of(node.value) != SELF:
            code = parse(seen_outside(code_of(binding.code), base_of(node.value)))
        if binding.definition is not None and is_attribute(node.value):
            code = cst.Name(attribute(SELF, tail(node.value)))  # as the functions of its class call it
        if self.creating and binding.local:
            if binding.outer is None:
                raise Refuse(
                    node,
                    "local-creation",
                    f"a helper creates something that depends on its own {node.value!r}",
                    "Pass a plain name or number to the helper, or create it outside.",
                )
            return binding.value, binding.outer
        if isinstance(code, cst.Name) and isinstance(binding.code, cst.Name):
            code = node.with_changes(value=code.value)
        return binding.value, code

    def symbol(self, name: str, node: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
        """A bare reference to a TensorFlow name (a dtype, a function passed on, a module)."""
        from migrate.analysis.live_cells import CLASSES, class_of

        if name.split(".")[0] == "keras":
            return values.KerasSymbol(name), self.program.tf_name(name)
        flag = flags.reference(self.program, self.program.canonical(name), node)
        if flag is not None:
            return flag
        row = api.find(name)
        if self.program.live and self.program.canonical(name) in CLASSES:
            return class_of(self, self.program.canonical(name))  # type: ignore[arg-type]
        if row is None:
            return values.Symbol(name), node
        rewritten = api.rewrite_name(row, tf="tf")
        if isinstance(rewritten, api.Problem):
            raise Refuse(node, rewritten.code, rewritten.reason, "Pass a lambda that calls it.")
        return values.Symbol(name), self.program.adopt(rewritten)

    def _Attribute(self, node: cst.Attribute, scope: Scope, slot: Slot) -> Result:
        name = self.symbol_of(node, scope)
        if name is not None:
            return self.symbol(name, node, scope, slot)
        value, code = self.evaluate(node.value, scope, slot)
        attr = node.attr.value
        method = self.methods.get((type(value).__name__, "." + attr))
        if method is not None:
            return method(self, node, value, code, scope, slot)
        changed = node.with_changes(value=code)
        if attr == "name" and isinstance(value, values.Tensor) and value.one_weight:
            raise Refuse(
                node,
                "variable-name",
                "variables are told apart by their names, which are others in Keras",
                "List the variables.",
            )
        if isinstance(value, values.KerasSymbol):
            return values.KerasSymbol(f"{value.name}.{attr}"), changed
        if isinstance(value, values.Config):
            return values.Config(), changed
        if isinstance(value, (values.Cell, values.Stack)):
            if attr in ("state_size", "output_size"):
                return values.Python(), value.spec.units if isinstance(value, values.Cell) else changed
            raise Refuse(node, "cell-attribute", f"the attribute {attr!r} of a cell has no counterpart in Keras")
        if isinstance(value, values.Optimizer):
            raise Refuse(node, "optimizer-attribute", f"the attribute {attr!r} of an optimizer is not supported")
        return values.Python(), changed

    def generic(self, node: cst.CSTNode, scope: Scope, slot: Slot) -> Result:
        """Evaluate the expressions inside a node of a kind without a meaning of its own here."""
        changed = self._rebuild(node, scope, slot)
        known = self.constant(node, scope) if isinstance(node, cst.BaseExpression) else UNKNOWN
        return values.Python(known), changed

    def _rebuild(self, node: Any, scope: Scope, slot: Slot) -> Any:
        changes = {}
        for item in dataclasses.fields(node):
            old = getattr(node, item.name)
            new: Any
            if isinstance(old, cst.BaseExpression):
                new = self.evaluate(old, scope, slot)[1]
            elif isinstance(old, cst.CSTNode):
                new = self._rebuild(old, scope, slot)
            elif isinstance(old, (list, tuple)) and old and isinstance(old[0], cst.CSTNode):
                parts = [
                    self.evaluate(part, scope, slot)[1]
                    if isinstance(part, cst.BaseExpression)
                    else self._rebuild(part, scope, slot)
                    for part in old
                ]
                new = parts if any(a is not b for a, b in zip(old, parts, strict=True)) else old
            else:
                continue
            if new is not old:
                changes[item.name] = new
        return node.with_changes(**changes) if changes else node


class _VersionFinder(cst.CSTVisitor):
    """Whether an expression asks for TensorFlow's version."""

    def __init__(self, ev: Names, scope: Scope) -> None:
        super().__init__()
        self.ev, self.scope, self.found = ev, scope, False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if self.ev.symbol_of(node, self.scope) in ("__version__", "VERSION"):
            self.found = True
