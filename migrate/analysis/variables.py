"""Variables and placeholders: tf.Variable, tf.get_variable, assignments, tf.placeholder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.cells import initializer
from migrate.analysis.graph_collections import penalize, penalize_by_scope
from migrate.analysis.names import is_symbolic
from migrate.analysis.program import OwnerRecord
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, call, code_of, is_none, parse
from migrate.analysis.values import UNKNOWN, Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]

_VARIABLE = (
    "initial_value",
    "trainable",
    "collections",
    "validate_shape",
    "caching_device",
    "name",
    "variable_def",
    "dtype",
    "expected_shape",
    "import_scope",
    "constraint",
    "use_resource",
    "synchronization",
    "aggregation",
    "shape",
)
_GET_VARIABLE = (
    "name",
    "shape",
    "dtype",
    "initializer",
    "regularizer",
    "trainable",
    "collections",
    "caching_device",
    "partitioner",
    "validate_shape",
    "use_resource",
    "custom_getter",
    "constraint",
    "synchronization",
    "aggregation",
)
_WITHOUT_COUNTERPART = (
    "collections",
    "constraint",
    "custom_getter",
    "partitioner",
    "variable_def",
    "shape",
    "expected_shape",
)
DTYPES = {"float": "tf.float32", "double": "tf.float64"}


@dataclass(frozen=True)
class Placeholder(Value):
    """tf.placeholder(dtype, shape), before it has a name."""

    spec: cst.BaseExpression
    default: cst.BaseExpression | None = None
    dtype: str = ""  # of a sparse placeholder


def dtype_code(ev: Evaluator, node: cst.BaseExpression, scope: Scope, slot: Slot) -> cst.BaseExpression:
    """A dtype argument as tf.float32 and so on; TF1 also took strings and Python types."""
    if isinstance(node, cst.SimpleString):
        text = str(node.evaluated_value)
        return parse(DTYPES.get(text, f"tf.{text}"))
    if isinstance(node, cst.Name) and node.value in ("float", "int", "bool") and scope.find(node.value) is None:
        return parse({"float": "tf.float32", "int": "tf.int32", "bool": "tf.bool"}[node.value])
    return ev.creation(node, scope, slot)


def placeholder(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.placeholder: a parameter of the functions that need it, described by a tf.TensorSpec."""
    bound = arguments(node, ("dtype", "shape", "name"), "tf." + name)
    if "dtype" not in bound:
        raise Refuse(node, "unknown-argument", "tf.placeholder is called without a dtype")
    dtype = dtype_code(ev, bound["dtype"], scope, slot)
    shape = bound.get("shape")
    text = "None" if shape is None or is_none(shape) else code_of(ev.creation(shape, scope, slot))
    spec = parse(f"tf.TensorSpec({text}, {code_of(dtype)})")
    return Placeholder(spec), node


def sparse_placeholder(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.sparse_placeholder: fed (indices, values, shape), of which a tf.SparseTensor is made."""
    bound = arguments(node, ("dtype", "shape", "name"), "tf." + name)
    dtype = code_of(dtype_code(ev, bound["dtype"], scope, slot))
    rank = bound.get("shape")
    sizes = len(rank.elements) if isinstance(rank, (cst.List, cst.Tuple)) else None
    if sizes is None and rank is not None and not is_none(rank):
        reason = "the shape of a sparse placeholder is computed"
        raise Refuse(node, "fed-tensor", reason, "Write it as a list, or leave it out.")
    shape = "None" if sizes is None else f"[{', '.join(['None'] * sizes)}]"  # TF1 takes any shape of that rank
    return Placeholder(parse(f"tf.SparseTensorSpec({shape}, {dtype})"), dtype=dtype), node


def placeholder_with_default(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    bound = arguments(node, ("input", "shape", "name"), "tf." + name)
    default = ev.creation(bound["input"], scope, slot)
    shape = code_of(ev.creation(bound["shape"], scope, slot))
    text = code_of(default)
    return Placeholder(parse(f"tf.TensorSpec({shape}, tf.constant({text}).dtype)"), parse(f"tf.constant({text})")), node


def variable(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.Variable(initial_value, ...): the same in TF2, created where the program runs it."""
    bound = arguments(node, _VARIABLE, "tf.Variable")
    _refuse_options(ev, node, bound, scope, "tf.Variable")
    value = initial_value(ev, bound["initial_value"], scope, slot)
    return _owned(ev, node, value, bound, scope, slot, plain=True)


def initial_value(ev: Evaluator, node: cst.BaseExpression, scope: Scope, slot: Slot) -> cst.BaseExpression:
    """The text of what a variable starts from; a tensor in a name, if nothing else reads it, stays where it is made."""
    if isinstance(node, cst.Name) and is_symbolic(ev.look(node, scope)):
        ev.program.next.initial_values[node.value] += 1
        if not ev.program.complete:
            return node
    return ev.creation(node, scope, slot)


def _refuse_options(
    ev: Evaluator, node: cst.Call, bound: dict[str, cst.BaseExpression], scope: Scope, name: str
) -> None:
    for option in _WITHOUT_COUNTERPART:
        if option in bound and not is_none(bound[option]) and not (name == "tf.get_variable" and option == "shape"):
            raise Refuse(
                node,
                "variable-option",
                f"{name}({option}=...) is not carried over",
                "Drop the option, or migrate this variable by hand.",
            )


def _owned(
    ev: Evaluator,
    node: cst.Call,
    value: cst.BaseExpression,
    bound: dict[str, cst.BaseExpression],
    scope: Scope,
    slot: Slot,
    plain: bool = False,
) -> Result:
    trainable = "trainable" not in bound or ev.constant(bound["trainable"], scope)
    keywords: list[tuple[str, cst.BaseExpression]] = []
    if trainable is UNKNOWN:  # the tape sees it at run time
        keywords.append(("trainable", ev.creation(bound["trainable"], scope, slot)))
    elif not trainable:
        keywords.append(("trainable", cst.Name("False")))
    if "name" in bound and not is_none(bound["name"]):
        keywords.append(("name", ev.creation(bound["name"], scope, slot)))
    default = not plain and ev.symbol_of(bound["dtype"], scope) == "float32" if "dtype" in bound else True
    if "dtype" in bound and not is_none(bound["dtype"]) and not default:
        keywords.append(("dtype", dtype_code(ev, bound["dtype"], scope, slot)))
    if ev.creating:
        raise Refuse(node, "nested-variable", "a variable is created inside another creation")
    place = ev.program.place(node)
    step = ev.program.facts.global_steps.get(place)
    index = ev.program.own(
        OwnerRecord(
            "",
            "variable",
            trainable=trainable is UNKNOWN or bool(trainable),
            undecided=trainable is UNKNOWN,
            line=ev.program.line(node),
            place=place,
            global_step=step is not None,
            by_name=not plain,
            leaf=_leaf(ev, bound.get("name"), scope),
        )
    )
    return values.Variable(index, trainable is UNKNOWN or bool(trainable)), call("tf.Variable", [value], keywords)


def _leaf(ev: Evaluator, given: cst.BaseExpression | None, scope: Scope) -> str:
    """The last part of the name TF1 gives a variable; "" if the source does not show it."""
    if is_none(given):
        return "Variable"
    assert given is not None
    known = ev.constant(given, scope)
    return known if isinstance(known, str) else ""


def get_variable(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.get_variable(name, shape, ...): tf.Variable with the initializer called on the shape."""
    bound = arguments(node, _GET_VARIABLE, "tf.get_variable")
    made = len(ev.program.owners)
    value, code = _got(ev, node, bound, scope, slot)
    assert isinstance(value, values.Variable)
    if value.owner >= made:
        given = bound.get("regularizer")
        if given is not None and not is_none(given):
            penalize(ev, node, given, scope, value.owner)
        else:
            penalize_by_scope(ev, node, value.owner)
    return value, code


def _got(ev: Evaluator, node: cst.Call, bound: dict[str, cst.BaseExpression], scope: Scope, slot: Slot) -> Result:
    _refuse_options(ev, node, bound, scope, "tf.get_variable")
    text = ev.constant(bound["name"], scope)
    shared = ev.program.sharing.shared(node, text)
    if shared is not None:
        record = ev.program.owners[shared]
        slot.variables.add(shared)
        return values.Variable(shared, record.trainable), parse(record.expression)
    ev.program.sharing.created(text, len(ev.program.owners))
    given = bound.get("initializer")
    dtype = bound.get("dtype")
    integer = dtype is not None and (ev.symbol_of(dtype, scope) or "").startswith(("int", "uint", "bool"))
    if given is not None and not is_none(given):
        value, _ = ev.evaluate(given, scope, Slot())
        if not isinstance(value, (values.Symbol, values.KerasSymbol, Initializer)):
            if "shape" in bound:  # then it is an initializer, not a value
                reason = "the source does not show which initializer this is"
                raise Refuse(node, "initializer", reason, "Write the initializer there.")
            return _owned(ev, node, initial_value(ev, given, scope, slot), bound, scope, slot)
    kernel = initializer(ev, given, scope, slot)
    if "shape" not in bound:
        raise Refuse(node, "unknown-argument", "tf.get_variable is called without a shape")
    shape = ev.creation(bound["shape"], scope, slot)
    if isinstance(shape, (cst.Name, cst.Attribute)) or not isinstance(shape, (cst.List, cst.Tuple, cst.Call)):
        known = ev.constant(bound["shape"], scope)
        if isinstance(known, int) or isinstance(shape, cst.Integer):
            shape = parse(f"[{code_of(shape)}]")
    if integer and dtype is not None and kernel is None:
        return _owned(
            ev,
            node,
            parse(f"tf.zeros({code_of(shape)}, {code_of(ev.creation(dtype, scope, slot))})"),
            {k: v for k, v in bound.items() if k != "dtype"},
            scope,
            slot,
        )
    ev.program.imports.add("keras")
    source = code_of(kernel) if kernel is not None else "keras.initializers.GlorotUniform()"
    keywords: list[tuple[str, cst.BaseExpression]] = []
    if dtype is not None and not is_none(dtype) and ev.symbol_of(dtype, scope) != "float32":
        keywords.append(("dtype", dtype_code(ev, dtype, scope, slot)))
        bound = {k: v for k, v in bound.items() if k != "dtype"}  # the value brings it along
    for plain, function in (("keras.initializers.Zeros()", "tf.zeros"), ("keras.initializers.Ones()", "tf.ones")):
        if source == plain:
            return _owned(ev, node, call(function, [shape], keywords), bound, scope, slot)
    made = cst.ensure_type(call("initializer", [shape], keywords), cst.Call).with_changes(func=parse(source))
    return _owned(ev, node, made, bound, scope, slot)


@dataclass(frozen=True)
class Initializer(Value):
    """An initializer object kept in a name; every use gets one of its own, since Keras's repeat their draws."""

    code: cst.BaseExpression


def assign(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.assign, tf.assign_add, tf.assign_sub: the variable's own methods."""
    bound = arguments(node, ("ref", "value", "validate_shape", "use_locking", "name"), "tf." + name)
    target, code = ev.evaluate(bound["ref"], scope, slot)
    return _assigned(ev, node, target, code, name.rsplit(".", 1)[-1], bound["value"], scope, slot)


def method_assign(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """variable.assign(value) and its kin."""
    assert isinstance(node.func, cst.Attribute)
    return _assigned(ev, node, value, code, node.func.attr.value, node.args[0].value, scope, slot)


def _assigned(
    ev: Evaluator,
    node: cst.Call,
    target: Value,
    code: cst.BaseExpression,
    method: str,
    value: cst.BaseExpression,
    scope: Scope,
    slot: Slot,
) -> Result:
    if not isinstance(target, values.Variable):
        raise Refuse(node, "assign", "something that is not a known variable is assigned to")
    _, text = ev.evaluate(value, scope, slot)
    slot.graph = slot.stateful = True
    return values.Tensor(), call(f"{code_of(code)}.{method}", [text])


def initialized_value(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    return values.Tensor(eager=True), code


def initializer_of(
    ev: Evaluator, node: cst.Attribute, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """variable.initializer: variables are made with their values now."""
    return values.Operation("init"), code


def global_step(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.train.get_or_create_global_step(): one step for the whole graph, counted by its optimizer."""
    if ev.program.facts.named_step is None and ev.program.complete:
        raise Refuse(
            node, "global-step", "no optimizer counts the global step", "Pass it to minimize(global_step=...)."
        )
    place = ev.program.next.named_step = ev.program.facts.named_step or ev.program.place(node)
    known = [i for i, record in enumerate(ev.program.owners) if record.place == place and record.global_step]
    index = (
        known[0]
        if known
        else ev.program.own(
            OwnerRecord("", "variable", trainable=False, line=ev.program.line(node), place=place, global_step=True)
        )
    )
    optimizer = ev.program.facts.global_steps.get(place, "optimizer")
    return values.Variable(index, False), parse(f"{optimizer}.iterations")


def steps_taken(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.train.global_step(session, step): the number that the variable holds."""
    bound = arguments(node, ("sess", "global_step_tensor"), "tf." + name)
    held, code = ev.evaluate(bound["global_step_tensor"], scope, slot)
    if not isinstance(held, values.Variable):
        raise Refuse(node, "global-step", "the global step is not a variable that the source shows")
    slot.impure = slot.impure or node
    return values.Python(), parse(f"int({code_of(code)}.numpy())")
