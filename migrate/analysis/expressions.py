"""Evaluate an expression of a TF1 program: what it stands for, and its text in the new program.

`Evaluator.evaluate` gives a pair (value, code). What it touches on the way (graph statements needed, Python names
captured, layers to be created) is noted in the statement's Slot.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence as Seq
from typing import Any

import libcst as cst

from migrate import api
from migrate.analysis import constants, values
from migrate.analysis.program import Program
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, code_of, dotted, names_in
from migrate.analysis.values import UNKNOWN, Value
from migrate.analysis.variables import Initializer

PURE_BUILTINS = {
    "len", "int", "float", "str", "bool", "range", "list", "tuple", "dict", "zip", "enumerate", "min", "max", "sum", "abs",
    "round", "sorted", "reversed", "isinstance", "print", "repr", "map", "slice", "getattr", "hasattr", "type", "format",
}
GATHERS = {"nn.embedding_lookup", "gather", "nn.embedding_lookup_sparse", "gather_nd"}
SYMBOLIC = (values.Tensor, values.Tensors, values.State, values.Variable, values.Gradients, values.Metric)
Result = tuple[Value, cst.BaseExpression]


def is_symbolic(value: Value) -> bool:
    """Whether the value is, or holds, something that exists only while the graph is built."""
    if isinstance(value, values.Sequence):
        return any(is_symbolic(item) for item in value.items)
    if isinstance(value, values.Mapping):
        return any(is_symbolic(item) for _, item in value.items)
    return isinstance(value, SYMBOLIC)


class Evaluator:
    """Expressions of one program; structural calls are looked up in `handlers`."""

    def __init__(self, program: Program) -> None:
        self.program = program
        from migrate.analysis.handlers import HANDLERS, METHODS

        self.handlers = HANDLERS
        self.methods = METHODS
        self.creating = False
        self.calling: list[cst.FunctionDef] = []
        self.walker: Any = None  # the blocks.Walker at work
        self.initializers: list[cst.BaseExpression | None] = [None]

    # ---- entry points

    def evaluate(self, node: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
        method = getattr(self, "_" + type(node).__name__, None)
        if method is not None:
            return method(node, scope, slot)  # type: ignore[no-any-return]
        return self.generic(node, scope, slot)

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
            raise Refuse(node, "creation-needs-tensor", "what is created depends on a tensor of the graph",
                         "Use the Python number instead of the tensor's shape.")
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

    def version_test(self, node: cst.BaseExpression, scope: Scope) -> bool | None:
        """The truth of a test about tf.__version__ on TensorFlow 1.15; None for any other test."""
        finder = _VersionFinder(self, scope)
        node.visit(finder)
        known = self.constant(node, scope) if finder.found else UNKNOWN
        return None if known is UNKNOWN else bool(known)

    def symbol_of(self, node: cst.BaseExpression, scope: Scope) -> str | None:
        """The TF1 name an expression refers to, without "tf.", or None."""
        if isinstance(node, cst.Name):
            found = scope.find(node.value)
            return found[0].value.name if found and isinstance(found[0].value, values.Symbol) else None
        if isinstance(node, cst.Attribute):
            base = self.symbol_of(node.value, scope)
            return None if base is None else f"{base}.{node.attr.value}" if base else node.attr.value
        return None

    # ---- leaves

    def _Name(self, node: cst.Name, scope: Scope, slot: Slot) -> Result:
        found = scope.find(node.value)
        if found is None:
            return values.Python(constants.constant(node, lambda _: UNKNOWN)), node
        binding, _ = found
        if isinstance(binding.value, values.Symbol):
            return self.symbol(binding.value.name, node, scope, slot)
        self.program.use(node, binding)
        if binding.definition is not None:
            slot.needs.add(binding.definition)
            slot.graph = True
        elif isinstance(binding.value, values.Variable):
            slot.variables.add(binding.value.owner)
        if not binding.parameter and binding.definition is None:
            slot.captures.add(node.value)
        code = binding.code if binding.code is not None else node
        if self.creating and binding.local:
            if binding.outer is None:
                raise Refuse(node, "local-creation", f"a helper creates something that depends on its own {node.value!r}",
                             "Pass a plain name or number to the helper, or create it outside.")
            return binding.value, binding.outer
        if isinstance(code, cst.Name) and isinstance(binding.code, cst.Name):
            code = node.with_changes(value=code.value)
        return binding.value, code

    def symbol(self, name: str, node: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
        """A bare reference to a TensorFlow name (a dtype, a function passed on, a module)."""
        if name.split(".")[0] == "keras":
            return values.KerasSymbol(name), self.program.tf_name(name)
        row = api.find(name)
        if row is None:
            return values.Symbol(name), node
        rewritten = api.rewrite_name(row, tf="tf")
        if isinstance(rewritten, api.Problem):
            return values.Symbol(name), node
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

    # ---- calls

    def _Call(self, node: cst.Call, scope: Scope, slot: Slot) -> Result:
        name = self.symbol_of(node.func, scope)
        if name is not None:
            return self.tensorflow_call(name, node, scope, slot)
        if isinstance(node.func, cst.Attribute):
            value, code = self.evaluate(node.func.value, scope, slot)
            attr = node.func.attr.value
            method = self.methods.get((type(value).__name__, attr))
            if method is None and attr in ("eval", "run") and (is_symbolic(value) or isinstance(
                    value, (values.TrainOp, values.Operation))):
                method = self.methods[("Tensor", attr)]
            if method is None and attr == "run" and isinstance(value, values.Python) and node.args:
                quiet = Slot()  # a session passed as an argument
                fetched = self.evaluate(node.args[0].value, scope, quiet)[0]
                if quiet.graph or is_symbolic(fetched) or isinstance(fetched, (values.TrainOp, values.Operation)):
                    method = self.methods[("Session", "run")]
            if method is not None:
                return method(self, node, value, code, scope, slot)
            if isinstance(value, (values.Cell, values.Stack)):
                raise Refuse(node, "cell-method", f"cell.{attr}() has no counterpart that keeps its meaning")
            if isinstance(value, values.KerasSymbol):
                raise Refuse(node, "keras-in-graph", "a tf.keras layer is used inside a TF1 graph",
                             "Migrate this part by hand: it is Keras already.")
            function: cst.BaseExpression = node.func.with_changes(value=code)
            if attr in ("append", "extend", "insert") and isinstance(node.func.value, cst.Name):
                found = scope.find(node.func.value.value)
                if found and found[0].definition is not None:
                    slot.mutates.add(found[0].definition)
            return self.python_call(node, function, scope, slot, tensor=isinstance(value, values.Tensor))
        value, function = self.evaluate(node.func, scope, slot)
        if isinstance(value, values.Function):
            from migrate.analysis.functions import call_function

            return call_function(self, node, value, scope, slot)
        if isinstance(value, values.Layer):
            args = self.arguments(node, scope, slot)
            slot.graph = True
            slot.variables.add(value.owner)
            return values.Tensor(), node.with_changes(func=function, args=args)
        if isinstance(value, (values.Cell, values.Stack)):
            from migrate.analysis.cells import step

            return step(self, node, value, scope, slot)
        if isinstance(value, values.KerasSymbol):
            raise Refuse(node, "keras-in-graph", "a tf.keras layer is used inside a TF1 graph",
                         "Migrate this part by hand: it is Keras already.")
        if isinstance(value, values.Symbol):  # a parameter that stands for an op: activation(x)
            args = self.arguments(node, scope, slot)
            slot.graph = True
            return values.Tensor(), node.with_changes(func=function, args=args)
        return self.python_call(node, function, scope, slot)

    def python_call(self, node: cst.Call, function: cst.BaseExpression, scope: Scope, slot: Slot,
                    tensor: bool = False) -> Result:
        """A call of a function that is not TensorFlow's."""
        before = slot.graph
        slot.graph = False
        args = self.arguments(node, scope, slot)
        touched, slot.graph = slot.graph, slot.graph or before
        called = dotted(node.func)
        if not (called in PURE_BUILTINS and isinstance(node.func, cst.Name)) and not tensor:
            if not (called and called.split(".")[0] in self.program.pure_modules and ".random." not in called):
                slot.impure = slot.impure or node
        code = node.with_changes(func=function, args=args)
        if touched and called in ("zip", "list", "tuple", "reversed", "sum", "map"):
            inner = self._iterated(node, scope)
            if called == "sum":
                return values.Tensor(), code
            if called in ("zip", "list", "tuple", "reversed") and inner is not None:
                return inner, code
            return values.Tensors(), code
        known = self.constant(node, scope)
        return values.Python(known), code

    def _iterated(self, node: cst.Call, scope: Scope) -> Value | None:
        quiet = Slot()
        inner = [self.evaluate(arg.value, scope, quiet)[0] for arg in node.args]
        for value in inner:
            if isinstance(value, values.Gradients):
                return dataclasses.replace(value, pairs=True) if len(inner) > 1 else value
        if len(inner) == 1 and isinstance(inner[0], (values.Sequence, values.Tensors)):
            return inner[0]
        return None

    def arguments(self, node: cst.Call, scope: Scope, slot: Slot) -> list[cst.Arg]:
        return [arg.with_changes(value=self.evaluate(arg.value, scope, slot)[1]) for arg in node.args]

    def tensorflow_call(self, name: str, node: cst.Call, scope: Scope, slot: Slot) -> Result:
        canonical = self.program.canonical(name)
        handler = self.handlers.get(canonical)
        if handler is not None:
            return handler(self, node, canonical, scope, slot)
        if canonical.split(".")[0] == "keras":
            if any(is_symbolic(self.evaluate(arg.value, scope, Slot())[0]) for arg in node.args):
                raise Refuse(node, "keras-in-graph", f"tf.{name} is called inside a TF1 graph",
                             "Migrate this part by hand: it is Keras already.")
            args = self.arguments(node, scope, slot)
            return values.KerasSymbol(name), node.with_changes(func=self.program.tf_name(name), args=args)
        row = api.find(canonical)
        if row is None:
            raise Refuse(node, "unknown-symbol", f"tf.{name} is not in the table of TensorFlow 1 names yet",
                         "Replace it by hand, or report it.")
        args = self.arguments(node, scope, slot)
        rewritten = api.rewrite_call(row, node.with_changes(args=args), tf="tf")
        if isinstance(rewritten, api.Problem):
            raise Refuse(node, rewritten.code, rewritten.reason)
        expression = self.program.adopt(rewritten)
        if canonical in GATHERS and node.args:
            if isinstance(self.evaluate(node.args[0].value, scope, Slot())[0], values.Variable):
                slot.sparse = True
        slot.graph = slot.graph or row.returns in ("tensor", "tensors", "tuple")
        slot.random = slot.random or row.random
        if row.returns == "initializer":
            return Initializer(expression), expression
        return self.returned(row, canonical, node, args, scope), expression

    def returned(self, row: api.Row, name: str, node: cst.Call, args: Seq[cst.Arg], scope: Scope) -> Value:
        if row.returns == "tensors":
            batch_major = None
            if name == "unstack":
                bound = {arg.keyword.value if arg.keyword else ("value", "num", "axis")[i]: arg.value
                         for i, arg in enumerate(args) if i < 3}
                axis = self.constant(bound["axis"], scope) if "axis" in bound else 0
                if axis == 1 and "value" in bound:
                    batch_major = bound["value"]
            return values.Tensors(batch_major=batch_major, place=self.program.place(node))
        if row.returns == "tuple":
            first = self.evaluate(node.args[0].value, scope, Slot())[0] if node.args else None
            if isinstance(first, values.Gradients):  # clip_by_global_norm
                return values.Sequence((dataclasses.replace(first, pairs=False), values.Tensor()))
            return values.Sequence((values.Tensor(), values.Tensor()))
        if row.returns == "tensor":
            return values.Tensor()
        return values.Python()

    # ---- subscripts

    def _Subscript(self, node: cst.Subscript, scope: Scope, slot: Slot) -> Result:
        from migrate.analysis.states import subscript

        return subscript(self, node, scope, slot)

    # ---- containers

    def _elements(self, node: cst.Tuple | cst.List, scope: Scope, slot: Slot) -> Result:
        items, elements, codes = [], [], []
        for element in node.elements:
            value, code = self.evaluate(element.value, scope, slot)
            items.append(value)
            codes.append(code)
            elements.append(element.with_changes(value=code))
        cells = [item for item in items if isinstance(item, (values.Cell, values.Stack))]
        if items and all(isinstance(item, values.Python) for item in items):
            known = self.constant(node, scope)
            return values.Python(known), node.with_changes(elements=elements)
        if len(cells) not in (0, len(items)):
            raise Refuse(node, "cell-list", "a list mixes cells and other things")
        return (values.Sequence(tuple(items), tuple(codes), isinstance(node, cst.List)),
                node.with_changes(elements=elements))

    def _Tuple(self, node: cst.Tuple, scope: Scope, slot: Slot) -> Result:
        return self._elements(node, scope, slot)

    def _List(self, node: cst.List, scope: Scope, slot: Slot) -> Result:
        return self._elements(node, scope, slot)

    def _Dict(self, node: cst.Dict, scope: Scope, slot: Slot) -> Result:
        from migrate.analysis.sessions import feed_literal

        feed = feed_literal(self, node, scope, slot)
        if feed is not None:
            return feed
        items: list[tuple[str, Value]] = []
        elements: list[cst.BaseDictElement] = []
        for element in node.elements:
            if not isinstance(element, cst.DictElement):
                _, code = self.evaluate(element.value, scope, slot)
                elements.append(element.with_changes(value=code))
                continue
            _, key = self.evaluate(element.key, scope, slot)
            value, code = self.evaluate(element.value, scope, slot)
            items.append((code_of(element.key), value))
            elements.append(element.with_changes(key=key, value=code))
        changed = node.with_changes(elements=elements)
        if all(isinstance(value, values.Python) for _, value in items):
            return values.Python(), changed
        return values.Mapping(tuple(items)), changed

    # ---- operators

    def _BinaryOperation(self, node: cst.BinaryOperation, scope: Scope, slot: Slot) -> Result:
        left, left_code = self.evaluate(node.left, scope, slot)
        right, right_code = self.evaluate(node.right, scope, slot)
        changed = node.with_changes(left=left_code, right=right_code)
        if isinstance(left, values.Sequence) and isinstance(node.operator, cst.Multiply):
            from migrate.analysis.cells import multiplied

            return multiplied(self, node, left, right_code, changed)
        if isinstance(node.operator, cst.Add) and (
                isinstance(left, values.CellList) or isinstance(right, values.CellList)
                or any(isinstance(side, values.Sequence) and any(isinstance(i, values.Cell) for i in side.items)
                       for side in (left, right))):
            from migrate.analysis.cells import added

            return added(self, node, left, right)
        if is_symbolic(left) or is_symbolic(right):
            if isinstance(left, (values.Sequence, values.Tensors)) or isinstance(right, (
                    values.Sequence, values.Tensors)):
                return values.Tensors(), changed
            if isinstance(node.operator, cst.Divide):
                self._true_division(node, left, right, scope)
            slot.graph = True
            return values.Tensor(), changed
        return values.Python(self.constant(node, scope)), changed

    def _true_division(self, node: cst.BinaryOperation, left: Value, right: Value, scope: Scope) -> None:
        """`/` of tensors is true division in Python 3 on both sides: nothing to do."""

    def _Comparison(self, node: cst.Comparison, scope: Scope, slot: Slot) -> Result:
        left, left_code = self.evaluate(node.left, scope, slot)
        targets, parts = [], [left]
        for target in node.comparisons:
            value, code = self.evaluate(target.comparator, scope, slot)
            parts.append(value)
            targets.append(target.with_changes(comparator=code))
        changed = node.with_changes(left=left_code, comparisons=targets)
        operators = {type(target.operator) for target in node.comparisons}
        if any(is_symbolic(part) for part in parts):
            if operators & {cst.Equal, cst.NotEqual}:
                # TF1 compared tensors by identity with == and !=, TF2 element by element
                raise Refuse(node, "tensor-equality", "== between tensors compares identity in TF1, values in TF2",
                             "Use tf.equal.")
            if not operators <= {cst.Is, cst.IsNot, cst.In, cst.NotIn}:
                slot.graph = True
                return values.Tensor(), changed
        return values.Python(self.constant(node, scope)), changed

    def _UnaryOperation(self, node: cst.UnaryOperation, scope: Scope, slot: Slot) -> Result:
        value, code = self.evaluate(node.expression, scope, slot)
        changed = node.with_changes(expression=code)
        if is_symbolic(value):
            slot.graph = True
            return values.Tensor(), changed
        return values.Python(self.constant(node, scope)), changed

    def _Lambda(self, node: cst.Lambda, scope: Scope, slot: Slot) -> Result:
        inner = Scope(scope)
        for param in node.params.params:
            inner.bind(param.name.value, Binding(values.Tensor(), parameter=True))
        body = Slot()
        _, code = self.evaluate(node.body, inner, body)
        self.program.merge(slot, body)
        return values.Python(), node.with_changes(body=code)

    # ---- comprehensions

    def _comprehension(self, node: cst.BaseComp, scope: Scope, slot: Slot) -> tuple[cst.CompFor, Scope]:
        inner = Scope(scope)
        return self._comp_for(node.for_in, inner, slot), inner  # type: ignore[attr-defined]

    def _comp_for(self, comp: cst.CompFor, inner: Scope, slot: Slot) -> cst.CompFor:
        iterated, code = self.evaluate(comp.iter, inner, slot)
        self.bind_iteration(comp.target, iterated, inner)
        conditions = [c.with_changes(test=self.evaluate(c.test, inner, slot)[1]) for c in comp.ifs]
        nested = self._comp_for(comp.inner_for_in, inner, slot) if comp.inner_for_in else None
        return comp.with_changes(iter=code, ifs=conditions, inner_for_in=nested)

    def bind_iteration(self, target: cst.BaseExpression, iterated: Value, scope: Scope) -> None:
        """Bind the names of a loop target to what iterating over a value gives."""
        element: Value = values.Python()
        if isinstance(iterated, (values.Tensors, values.Tensor, values.Variable)):
            element = values.Tensor()
        elif isinstance(iterated, values.Gradients):
            element = values.Tensor()
        elif isinstance(iterated, values.Sequence) and iterated.items:
            element = iterated.items[0]
        elif isinstance(iterated, values.State):
            raise Refuse(target, "state-iteration", "a loop runs over the parts of an RNN state")
        symbolic = is_symbolic(element)
        for name in names_in(target):
            inner = values.Tensor() if symbolic and not isinstance(target, cst.Name) else element
            scope.bind(name, Binding(inner, parameter=True))

    def _ListComp(self, node: cst.ListComp, scope: Scope, slot: Slot) -> Result:
        for_in, inner = self._comprehension(node, scope, slot)
        before = len(slot.creations)
        value, code = self.evaluate(node.elt, inner, slot)
        if len(slot.creations) != before:
            raise Refuse(node, "creation-in-loop", "a comprehension creates layers or variables while it computes")
        changed = node.with_changes(elt=code, for_in=for_in)
        if isinstance(value, values.Cell):
            return values.CellList(value, repeat=changed), changed
        if isinstance(value, values.Variable):
            raise Refuse(node, "variable-list", "a comprehension creates a list of variables",
                         "Create the variables one by one.")
        if isinstance(value, values.Gradients):
            return value, changed
        iterated = self.evaluate(node.for_in.iter, scope, Slot())[0]
        if isinstance(iterated, values.Gradients):
            return dataclasses.replace(iterated, pairs=isinstance(node.elt, cst.Tuple)), changed
        if is_symbolic(value):
            return values.Tensors(), changed
        return values.Python(), changed

    def _GeneratorExp(self, node: cst.GeneratorExp, scope: Scope, slot: Slot) -> Result:
        for_in, inner = self._comprehension(node, scope, slot)
        value, code = self.evaluate(node.elt, inner, slot)
        if isinstance(value, values.Cell):
            return values.CellList(value, repeat=node), node
        return (values.Tensors() if is_symbolic(value) else values.Python(),
                node.with_changes(elt=code, for_in=for_in))

    def _SetComp(self, node: cst.SetComp, scope: Scope, slot: Slot) -> Result:
        for_in, inner = self._comprehension(node, scope, slot)
        _, code = self.evaluate(node.elt, inner, slot)
        return values.Python(), node.with_changes(elt=code, for_in=for_in)

    def _DictComp(self, node: cst.DictComp, scope: Scope, slot: Slot) -> Result:
        for_in, inner = self._comprehension(node, scope, slot)
        key_value, key = self.evaluate(node.key, inner, slot)
        value, code = self.evaluate(node.value, inner, slot)
        if is_symbolic(key_value):
            raise Refuse(node, "feed-form", "a feed dict is made by a comprehension", "Write the keys out.")
        if is_symbolic(value):
            raise Refuse(node, "tensor-dict", "a comprehension makes a dict of tensors")
        return values.Python(), node.with_changes(key=key, value=code, for_in=for_in)

    def _IfExp(self, node: cst.IfExp, scope: Scope, slot: Slot) -> Result:
        test = self.version_test(node.test, scope)
        if test is not None:
            return self.evaluate(node.body if test else node.orelse, scope, slot)
        _, test_code = self.evaluate(node.test, scope, slot)
        body, body_code = self.evaluate(node.body, scope, slot)
        other, other_code = self.evaluate(node.orelse, scope, slot)
        if isinstance(body, (values.Cell, values.Stack)) or isinstance(other, (values.Cell, values.Stack)):
            raise Refuse(node, "conditional-creation", "a condition chooses between cells",
                         "Choose one, or build each in its own branch by hand.")
        value = body if is_symbolic(body) else other
        return value, node.with_changes(test=test_code, body=body_code, orelse=other_code)

    # ---- everything else

    def generic(self, node: cst.CSTNode, scope: Scope, slot: Slot) -> Result:
        """Evaluate the expressions inside a node of a kind without a meaning of its own here."""
        changed = self._rebuild(node, scope, slot)
        known = self.constant(node, scope) if isinstance(node, cst.BaseExpression) else UNKNOWN
        return values.Python(known), changed

    def _rebuild(self, node: Any, scope: Scope, slot: Slot) -> Any:
        changes = {}
        for item in dataclasses.fields(node):
            old = getattr(node, item.name)
            if isinstance(old, cst.BaseExpression):
                new = self.evaluate(old, scope, slot)[1]
            elif isinstance(old, cst.CSTNode):
                new = self._rebuild(old, scope, slot)
            elif isinstance(old, (list, tuple)) and old and isinstance(old[0], cst.CSTNode):
                parts = [self.evaluate(part, scope, slot)[1] if isinstance(part, cst.BaseExpression)
                         else self._rebuild(part, scope, slot) for part in old]
                new = parts if any(a is not b for a, b in zip(old, parts, strict=True)) else old
            else:
                continue
            if new is not old:
                changes[item.name] = new
        return node.with_changes(**changes) if changes else node


class _VersionFinder(cst.CSTVisitor):
    """Whether an expression asks for TensorFlow's version."""

    def __init__(self, ev: Evaluator, scope: Scope) -> None:
        super().__init__()
        self.ev, self.scope, self.found = ev, scope, False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if self.ev.symbol_of(node, self.scope) in ("__version__", "VERSION"):
            self.found = True
