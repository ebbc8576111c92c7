"""Calls: of TensorFlow, of the program's own functions, of plain Python."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence as Seq

import libcst as cst

from migrate import api
from migrate.analysis import values
from migrate.analysis.chosen_values import trains
from migrate.analysis.feeds import dict_of, refuse_use
from migrate.analysis.graph_collections import joins
from migrate.analysis.names import Names, Result, is_symbolic
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, closure, code_of, dotted
from migrate.analysis.shapes import known_size
from migrate.analysis.summaries import unsupported_use
from migrate.analysis.unsupported import unsupported
from migrate.analysis.values import Value
from migrate.analysis.variables import Initializer

PURE_BUILTINS = {
    "len",
    "int",
    "float",
    "str",
    "bool",
    "range",
    "list",
    "tuple",
    "dict",
    "zip",
    "enumerate",
    "min",
    "max",
    "sum",
    "abs",
    "round",
    "sorted",
    "reversed",
    "isinstance",
    "print",
    "repr",
    "map",
    "slice",
    "getattr",
    "hasattr",
    "type",
    "format",
}
# Methods that change a list or a dict.
MUTATORS = {*("append", "extend", "insert", "reverse", "sort", "pop", "remove", "clear"), "update", "setdefault"}
DECODERS = {"nn.ctc_greedy_decoder", "nn.ctc_beam_search_decoder"}  # their first result is a list of sparse tensors
GATHERS = {"nn.embedding_lookup", "gather", "nn.embedding_lookup_sparse", "gather_nd"}
# What these give for a tensor cut in two is what they give for the whole, cut in two.
ELEMENTWISE = {
    *("abs", "add", "check_numerics", "clip_by_value", "div", "divide", "identity", "is_finite", "is_inf", "is_nan"),
    *("maximum", "minimum", "multiply", "negative", "ones_like", "scalar_mul", "sign", "square", "stop_gradient"),
    *("subtract", "truediv", "where", "zeros_like", "cast", "to_float", "debugging.check_numerics", "print"),
}
DOUBLE = "float64"


class Calls(Names):
    """Calls, by what is called."""

    def _Call(self, node: cst.Call, scope: Scope, slot: Slot) -> Result:
        name = self.symbol_of(node.func, scope)
        if name is not None and not self.is_parameter(node.func, scope):
            return self.tensorflow_call(name, node, scope, slot)
        if isinstance(node.func, cst.Attribute):
            value, code = self.evaluate(node.func.value, scope, slot)
            attr = node.func.attr.value
            method = self.methods.get((type(value).__name__, attr))
            if (
                method is None
                and attr in ("eval", "run")
                and (is_symbolic(value) or isinstance(value, (values.TrainOp, values.Operation)))
            ):
                method = self.methods[("Tensor", attr)]
            if method is None and attr == "run" and isinstance(value, values.Python) and node.args:
                quiet = Slot()  # a session passed as an argument
                fetched = self.evaluate(node.args[0].value, scope, quiet)[0]
                if quiet.graph or is_symbolic(fetched) or isinstance(fetched, (values.TrainOp, values.Operation)):
                    method = self.methods[("Session", "run")]
            if method is not None:
                return method(self, node, value, code, scope, slot)
            if isinstance(value, values.Feed) and attr != "values":
                refuse_use(node, f"used with .{attr}()")
            if isinstance(value, values.Graph) and attr != "as_default":
                raise Refuse(
                    node,
                    "session-attribute",
                    "the graph is used as an object",
                    "Drop what needs it, or migrate this line by hand.",
                )
            if isinstance(value, (values.Cell, values.Stack)):
                raise Refuse(node, "cell-method", f"cell.{attr}() has no counterpart that keeps its meaning")
            if isinstance(value, (values.Writer, values.NoWriter, values.Summary, values.Summarised)):
                unsupported_use(node, attr)
            if isinstance(value, values.Saver):
                raise Refuse(node, "checkpoint", f"a Saver's {attr}() is not carried over")
            if isinstance(value, values.KerasSymbol):
                raise Refuse(
                    node,
                    "keras-in-graph",
                    "a tf.keras layer is used inside a TF1 graph",
                    "Migrate this part by hand: it is Keras already.",
                )
            function: cst.BaseExpression = node.func.with_changes(value=code)
            of_graph = is_symbolic(value) or isinstance(value, values.Shape)
            impure = slot.impure
            called = self.python_call(node, function, scope, slot, tensor=of_graph)
            if self._fills(node, scope, slot):
                slot.impure = impure
            return called
        from migrate.analysis import live_cells

        feed = dict_of(self, node, scope, slot)  # type: ignore[arg-type]
        if feed is not None:
            return feed
        value, function = self.evaluate(node.func, scope, slot)
        if dotted(node.func) == "int" and len(node.args) == 1 and isinstance(node.args[0].value, cst.Subscript):
            size = known_size(self, node.args[0].value, scope)  # type: ignore[arg-type]
            if size is not None:
                return values.Python(self.constant(size, scope)), size
        if isinstance(value, values.ModelClass):
            from migrate.analysis.models import instance

            return instance(self, node, value, scope, slot)  # type: ignore[arg-type]
        if isinstance(value, values.Function):
            from migrate.analysis.function_calls import call_function

            return call_function(self, node, value, scope, slot)  # type: ignore[arg-type]
        if isinstance(value, values.Layer):
            from migrate.analysis.applied_layers import refuse_double

            inner = Slot()
            args = self.arguments(node, scope, inner)
            refuse_double(node, inner)
            self.program.merge(slot, inner)
            self.program.build(value.owner)
            slot.graph = True
            slot.variables.add(value.owner)
            held = [self.look(arg.value, scope) for arg in node.args]
            masked = any(isinstance(h, values.Tensor) and h.masked for h in held)
            masked = masked and self.program.owners[value.owner].kind == "dense"
            return values.Tensor(masked=masked), node.with_changes(func=function, args=args)
        if isinstance(value, values.LiveClass):
            return live_cells.made_by_class(self, node, value, scope, slot)  # type: ignore[arg-type]
        if isinstance(value, values.LiveCell):
            return live_cells.step(self, node, value, function, scope, slot)  # type: ignore[arg-type]
        if isinstance(value, (values.Cell, values.Stack)):
            from migrate.analysis.cells import step

            return step(self, node, value, scope, slot)  # type: ignore[arg-type]
        if isinstance(value, values.KerasSymbol):
            raise Refuse(
                node,
                "keras-in-graph",
                "a tf.keras layer is used inside a TF1 graph",
                "Migrate this part by hand: it is Keras already.",
            )
        if isinstance(value, (values.Symbol, values.Regularizer)) or value == values.Python(None):
            # a parameter that stands for an op: activation(x); None in calls that take the other branch
            args = self.arguments(node, scope, slot)
            slot.graph = True
            return values.Tensor(), node.with_changes(func=function, args=args)
        return self.python_call(node, function, scope, slot)

    def is_parameter(self, node: cst.BaseExpression, scope: Scope) -> bool:
        """Whether the name is a parameter of the helper at work: it means something else in another call."""
        found = scope.find(node.value) if isinstance(node, cst.Name) else None
        return found is not None and found[0].local and found[0].parameter

    def _fills(self, node: cst.Call, scope: Scope, slot: Slot) -> bool:
        """Whether a list or dict of tensors is changed: tensors.append(x), tensors.reverse()."""
        function = node.func
        if not isinstance(function, cst.Attribute) or function.attr.value not in MUTATORS:
            return False
        found = scope.find(function.value.value) if isinstance(function.value, cst.Name) else None
        if found is None:
            return False
        if any(trains(self.look(arg.value, scope)) for arg in node.args):
            reason = "a training operation is put into a list of fetches that exists"
            raise Refuse(node, "fetch-form", reason, "Write the list of fetches in the run.")
        if found[0].definition is not None:
            slot.mutates.add(found[0].definition)
        elif found[0].made:
            return True
        elif not found[0].parameter and any(is_symbolic(self.look(arg.value, scope)) for arg in node.args):
            name = code_of(function.value)
            self.program.next.tensor_lists.add(name)
            found[1].bind(name, Binding(values.Tensors(), name=name))
        else:
            return False
        return True

    def python_call(
        self, node: cst.Call, function: cst.BaseExpression, scope: Scope, slot: Slot, tensor: bool = False
    ) -> Result:
        """A call of a function that is not TensorFlow's."""
        before = slot.graph
        slot.graph = False
        self.mapping_weights = dotted(node.func) == "map" and any(
            held.weights if isinstance(held, values.Tensors) else not held.listed
            for held in (self.look(arg.value, scope) for arg in node.args if not isinstance(arg.value, cst.Lambda))
            if isinstance(held, (values.Tensors, values.Gradients))
        )
        if self.mapping_weights and any(isinstance(self.look(arg.value, scope), values.Function) for arg in node.args):
            raise Refuse(
                node,
                "weight-layout",
                "a function of the program is applied to each of all weights or gradients",
                "Write a comprehension.",
            )
        args = self.arguments(node, scope, slot)
        self.mapping_weights = False
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
        inner = [self.look(arg.value, scope) for arg in node.args]
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
            if any(is_symbolic(self.look(arg.value, scope)) for arg in node.args):
                raise Refuse(
                    node,
                    "keras-in-graph",
                    f"tf.{name} is called inside a TF1 graph",
                    "Migrate this part by hand: it is Keras already.",
                )
            args = self.arguments(node, scope, slot)
            return values.KerasSymbol(name), node.with_changes(func=self.program.tf_name(name), args=args)
        row = api.find(canonical)
        joins(self, node, canonical)  # type: ignore[arg-type]
        if row is None:
            known = unsupported(canonical)
            if known is not None:
                raise Refuse(node, known.code, f"tf.{name}: {known.what} are not carried over yet", known.advice)
            raise Refuse(
                node,
                "unknown-symbol",
                f"tf.{name} is not in the table of TensorFlow 1 names yet",
                "Replace it by hand, or report it.",
            )
        if canonical == "contrib.layers.apply_regularization":
            from migrate.analysis.penalties import written_out

            node = written_out(self, node, scope, slot)  # type: ignore[arg-type]
        args, data = [], set()
        for arg in node.args:
            inner = Slot()
            value, code = self.evaluate(arg.value, scope, inner)
            refuse_unknown_state(node, value)
            args.append(arg.with_changes(value=code))
            if _weightless(value, inner):
                data.add(code_of(code))
            self.program.merge(slot, inner)
        rewritten = api.rewrite_call(row, node.with_changes(args=args), tf="tf", data=data)
        if isinstance(rewritten, api.Problem):
            raise Refuse(node, rewritten.code, rewritten.reason)
        expression = self.program.adopt(rewritten)
        if rewritten.note:
            self.program.note(node, rewritten.note)
        self.check_weights(row, canonical, node, scope)
        slot.double = slot.double or DOUBLE in code_of(expression)
        if canonical in GATHERS and self.looks_up_weights(row, node, scope):
            slot.sparse = True
        slot.graph = slot.graph or row.returns in ("tensor", "tensors", "tuple")
        slot.random = slot.random or row.random
        if row.returns == "initializer":
            return Initializer(expression), expression
        return self.returned(row, canonical, node, args, scope), expression

    def looks_up_weights(self, row: api.Row, node: cst.Call, scope: Scope) -> bool:
        """Whether rows are taken straight from a variable that is trained: its gradient is sparse."""
        first = next(iter(row.parameters))
        for position, arg in enumerate(node.args):
            if arg.keyword.value == first if arg.keyword else position == 0:
                value = self.look(arg.value, scope)
                items = value.items if isinstance(value, values.Sequence) else (value,)
                return any(isinstance(item, values.Variable) and item.trainable for item in items)
        return False

    def check_weights(self, row: api.Row, name: str, node: cst.Call, scope: Scope) -> None:
        """Refuse what Keras's other cut of an RNN's weights changes: all but elementwise operations on one of them.

        TF1 keeps one kernel for inputs and state, Keras two; the norm of each is another number.
        """
        if row.returns not in ("tensor", "tuple") or name in ELEMENTWISE:
            return
        if not any(owner.kind in ("simple_rnn", "lstm", "gru") for owner in self.program.owners):
            return
        for arg in node.args:
            value = self.look(arg.value, scope)
            if isinstance(value, values.Tensor) and value.one_weight:
                raise Refuse(
                    node,
                    "weight-layout",
                    f"tf.{name} of each weight or gradient: Keras cuts an RNN's kernel in two, each with its own value",
                    "Use tf.clip_by_global_norm or tf.clip_by_value.",
                )

    def returned(self, row: api.Row, name: str, node: cst.Call, args: Seq[cst.Arg], scope: Scope) -> Value:
        if row.returns == "tensors":
            batch_major = None
            if name == "unstack":
                bound = {
                    arg.keyword.value if arg.keyword else ("value", "num", "axis")[i]: arg.value
                    for i, arg in enumerate(args)
                    if i < 3
                }
                axis = self.constant(bound["axis"], scope) if "axis" in bound else 0
                if axis == 1 and "value" in bound:
                    batch_major = bound["value"]
            return values.Tensors(batch_major=batch_major, place=self.program.place(node))
        if row.returns == "tuple":
            first = self.look(node.args[0].value, scope) if node.args else None
            if isinstance(first, values.Gradients):  # clip_by_global_norm
                return values.Sequence((dataclasses.replace(first, pairs=False), values.Tensor()))
            if name in DECODERS:
                return values.Sequence((values.Tensors(sparse=True), values.Tensor()))
            return values.Sequence((values.Tensor(),) * row.width)
        if row.returns == "regularizer":
            return values.Regularizer()
        if row.returns == "tensor":
            if name == "identity" and node.args:
                state = self.look(node.args[0].value, scope)
                if isinstance(state, values.State) and state.cell == values.LiveCell("one"):
                    return state  # one tensor, which a run may feed
            if name in ("cast", "identity", "to_int32") and node.args:
                if isinstance(self.look(node.args[0].value, scope), values.SparseTensor):
                    return values.SparseTensor()
            if name in ELEMENTWISE:
                held = [self.look(arg.value, scope) for arg in node.args]
                return values.Tensor(one_weight=any(isinstance(h, values.Tensor) and h.one_weight for h in held))
            return values.Tensor()
        return values.Python()


def refuse_unknown_state(node: cst.CSTNode, value: Value) -> None:
    """The state of a cell that the program chooses when it runs is one tensor or several.

    Raises Refuse where it is computed with.
    """
    if isinstance(value, values.State) and isinstance(value.cell, values.LiveCell) and not value.cell.kind:
        raise Refuse(
            node,
            "unknown-state",
            "the state of a cell is computed with, and only the running program knows its parts",
            "Use the cell's outputs, or choose the cell in the source.",
        )


def _weightless(value: Value, slot: Slot) -> bool:
    """Whether no weight has a part in the value: no gradient ever goes into it."""
    local = is_symbolic(value) and not slot.needs and not getattr(value, "eager", False)
    return not (local or slot.variables or any(d.variables for d in closure(slot.needs)))
