"""Penalties over all weights: tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables() if 'bias' not in v.name]).

The new program writes the weights out. Keras cuts an RNN's kernel in two and keeps the forget bias of an LSTM inside
its bias, so only sums over elements are carried over, and the forget bias is taken out again. Conditions on names are
decided here, from the names TensorFlow 1 gave.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.program import OwnerRecord
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, assign, code_of, parse
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]

_SHORT = 100
# What stands in the names that TensorFlow 1 made itself, besides the last part.
_MADE = ("rnn", "basic_rnn_cell", "basic_lstm_cell", "lstm_cell", "gru_cell", "gates", "candidate", "multi_rnn_cell")
_LAYERS = ("conv1d", "conv2d", "conv3d", "Conv", "batch_normalization", "BatchNorm")
_PATHS = (*_MADE, "cell_", "bidirectional_rnn", "fw", "bw", "dense", "fully_connected", "logits", *_LAYERS)


def over_weights(ev: Evaluator, node: cst.ListComp | cst.GeneratorExp, scope: Scope, slot: Slot) -> Result | None:
    """The comprehension with the weights written out; None if it is not a sum over elements of all weights."""
    comp = node.for_in
    held = ev.look(comp.iter, scope) if isinstance(comp.iter, (cst.Name, cst.Call)) else None
    if not isinstance(held, values.Tensors) or not held.weights or not isinstance(comp.target, cst.Name):
        return None
    if comp.inner_for_in is not None or not _sums(ev, node.elt, comp.target.value, scope):
        return None
    tests = [part.test for part in comp.ifs]
    name = _written_out(ev, node, held.made, comp.target.value, tests, slot)
    inner = Scope(scope)
    inner.bind(comp.target.value, Binding(values.Tensor(), parameter=True))
    _, element = ev.evaluate(node.elt, inner, slot)
    slot.graph = True
    return values.Tensors(), node.with_changes(elt=element, for_in=comp.with_changes(iter=cst.Name(name), ifs=[]))


def written_out(ev: Evaluator, node: cst.Call, scope: Scope, slot: Slot) -> cst.Call:
    """A call with the weights written out where its second argument asks for all of them."""
    args = []
    for position, arg in enumerate(node.args):
        named = arg.keyword.value == "weights_list" if arg.keyword else position == 1
        held = ev.look(arg.value, scope) if named else None
        if isinstance(held, values.Tensors) and held.weights:
            arg = arg.with_changes(value=parse(_written_out(ev, node, held.made, "", [], slot)))
        args.append(arg)
    return node.with_changes(args=args)


def _sums(ev: Evaluator, node: cst.BaseExpression, name: str, scope: Scope) -> bool:
    """Whether an expression of one weight is a sum over its elements, so that it may be cut anywhere."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.Multiply, cst.Divide)):
        if not _reads(node.right, name):
            return _sums(ev, node.left, name, scope)
        return (
            isinstance(node.operator, cst.Multiply)
            and not _reads(node.left, name)
            and _sums(ev, node.right, name, scope)
        )
    symbol = ev.symbol_of(node.func, scope) if isinstance(node, cst.Call) else None
    if not isinstance(node, cst.Call) or symbol is None or not node.args:
        return False
    argument = node.args[0].value
    if symbol == "nn.l2_loss":
        return isinstance(argument, cst.Name)
    if symbol != "reduce_sum" or len(node.args) != 1 or not isinstance(argument, cst.Call):
        return False
    inner = ev.symbol_of(argument.func, scope)
    return inner in ("square", "abs") and len(argument.args) == 1 and isinstance(argument.args[0].value, cst.Name)


def _reads(node: cst.BaseExpression, name: str) -> bool:
    from migrate.analysis.finders import names_read

    return name in names_read(node)


def _written_out(
    ev: Evaluator, node: cst.CSTNode, made: int, target: str, tests: list[cst.BaseExpression], slot: Slot
) -> str:
    """Write the weights into a list before the statement; its name."""
    items: list[str] = []
    owners: set[int] = set()
    for index, record in enumerate(ev.program.owners[:made]):
        if not record.trainable or record.global_step or record.pending:
            continue
        if record.undecided:
            raise Refuse(
                node, "variable-list", f"the source does not show whether the variable of line {record.line} is trained"
            )
        parts = [part for part in _parts(record) if all(_holds(ev, node, test, target, part, record) for test in tests)]
        if not parts:
            continue
        if not record.expression:
            raise Refuse(
                node, "variable-list", f"the variable made in line {record.line} has no name of its own", "Name it."
            )
        owners.add(index)
        items.append(_text(ev, record, parts))
        slot.captures.add(record.expression.split(".")[0].split("[")[0])
    if not items:
        raise Refuse(node, "variable-list", "the list of weights is empty", "Write the penalty out.")
    slot.variables |= owners
    layers = {index for index in owners if ev.program.owners[index].kind != "variable"}
    slot.needs |= {definition for definition in ev.program.definitions if definition.variables & layers}
    name = ev.program.fresh("weights", "penalized")
    if sum(len(item) + 2 for item in items) < _SHORT:
        items = [", ".join(items)]
    slot.prelude.append(assign(name, parse(f"[{items[0]}]")))
    for item in items[1:]:  # one line for each layer
        line = cst.AugAssign(cst.Name(name), cst.AddAssign(), parse(f"[{item}]"))
        slot.prelude.append(cst.SimpleStatementLine([line]))
    return name


def _parts(record: OwnerRecord) -> list[str]:
    if record.kind == "variable":
        return [record.leaf]
    return list(record.parts or ("kernel", "bias"))


def _text(ev: Evaluator, record: OwnerRecord, parts: list[str]) -> str:
    """The chosen weights of one owner, as elements of a list."""
    if record.kind == "variable":
        return record.expression
    if record.parts:
        return ", ".join(f"{record.expression}.{part}" for part in parts)
    cell = "cell" if record.many else record.expression
    layer = not record.expression.endswith(("cells", "]"))
    if layer:
        cell = "layer.cell" if record.many else f"{record.expression}.cell"
    texts: list[str] = []
    for part in parts:
        if part == "kernel":
            texts += [f"{cell}.kernel", f"{cell}.recurrent_kernel"]
        elif record.kind == "lstm" and record.forget_bias:
            ev.program.support.add("without_forget_bias")
            name = ev.program.support_name("without_forget_bias")
            given = "" if record.forget_bias == 1 else f", {float(record.forget_bias)!r}"
            texts.append(f"{name}({cell}.bias{given})")
        else:
            texts.append(f"{cell}.bias")
    if not record.many:
        return ", ".join(texts)
    variable = "layer" if layer else "cell"
    return f"*(weight for {variable} in {record.expression} for weight in ({', '.join(texts)}))"


def _holds(
    ev: Evaluator, node: cst.CSTNode, test: cst.BaseExpression, target: str, part: str, record: OwnerRecord
) -> bool:
    """Whether a condition on a variable's name holds for one weight."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return not _holds(ev, node, test.expression, target, part, record)
    if isinstance(test, cst.BooleanOperation):
        sides = [_holds(ev, node, side, target, part, record) for side in (test.left, test.right)]
        return all(sides) if isinstance(test.operator, cst.And) else any(sides)
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1 and isinstance(test.left, cst.SimpleString):
        operator, asked = test.comparisons[0].operator, test.comparisons[0].comparator
        text = str(test.left.evaluated_value)
        whole = code_of(asked) == f"{target}.name"
        if whole or re.fullmatch(rf"""{target}\.name\.split\((['"])/\1\)\[-1\]""", code_of(asked)):
            known = record.kind != "variable" or part
            scopes = (*_PATHS, *_scope_names(ev.program.module)) if whole else ()
            if known and text.isalpha() and not any(text in scope for scope in scopes):
                found = text in record.leaves.get(part, part)
                if isinstance(operator, cst.In):
                    return found
                if isinstance(operator, cst.NotIn):
                    return not found
    reason = "variables are told apart by their names, which are others in Keras"
    raise Refuse(node, "variable-name", reason, "List the variables.")


@cache
def _scope_names(module: cst.Module) -> tuple[str, ...]:
    finder = _ScopeNames()
    module.visit(finder)
    return tuple(sorted(finder.names))


class _ScopeNames(cst.CSTVisitor):
    """The strings that a program puts before the names of its variables: scopes and names of layers and cells."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_WithItem(self, node: cst.WithItem) -> None:
        if isinstance(node.item, cst.Call):
            self._add(node.item.args)

    def visit_Call(self, node: cst.Call) -> None:
        called = node.func.attr.value if isinstance(node.func, cst.Attribute) else ""
        if called not in ("Variable", "get_variable", "placeholder"):
            self._add([arg for arg in node.args if arg.keyword is not None and arg.keyword.value in ("name", "scope")])

    def _add(self, args: Sequence[cst.Arg]) -> None:
        self.names.update(str(a.value.evaluated_value) for a in args if isinstance(a.value, cst.SimpleString))
