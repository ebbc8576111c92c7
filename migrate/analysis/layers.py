"""Layers with weights: tf.layers.dense, tf.contrib.layers.fully_connected, tf.layers.Dense.

The layer is created once, where the program built it; the call stays where the tensors are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.cells import activation, initializer
from migrate.analysis.graph_collections import penalize, penalize_by_scope
from migrate.analysis.program import OwnerRecord
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, assign, closure, code_of, is_none, parse
from migrate.analysis.sharing import ADVICE, SharedLayer
from migrate.analysis.values import Value
from migrate.classes.marks import plain

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]

_DENSE = (
    "inputs",
    "units",
    "activation",
    "use_bias",
    "kernel_initializer",
    "bias_initializer",
    "kernel_regularizer",
    "bias_regularizer",
    "activity_regularizer",
    "kernel_constraint",
    "bias_constraint",
    "trainable",
    "name",
    "reuse",
)
_FULLY_CONNECTED = (
    "inputs",
    "num_outputs",
    "activation_fn",
    "normalizer_fn",
    "normalizer_params",
    "weights_initializer",
    "weights_regularizer",
    "biases_initializer",
    "biases_regularizer",
    "reuse",
    "variables_collections",
    "outputs_collections",
    "trainable",
    "scope",
)
# Options with a penalty, and the weight it is of.
_PENALTIES = {
    "kernel_regularizer": ".kernel",
    "bias_regularizer": ".bias",
    "weights_regularizer": ".kernel",
    "biases_regularizer": ".bias",
}
_REFUSED = (
    "activity_regularizer",
    "kernel_constraint",
    "bias_constraint",
    "normalizer_fn",
    "variables_collections",
    "outputs_collections",
)


def _checked(ev: Evaluator, node: cst.Call, bound: dict[str, cst.BaseExpression], scope: Scope, name: str) -> None:
    for option in _REFUSED:
        if option in bound and not is_none(bound[option]):
            raise Refuse(
                node,
                "layer-option",
                f"tf.{name}({option}=...) is not carried over",
                "Add the term to the loss by hand, or drop the option.",
            )
    if "reuse" in bound and ev.constant(bound["reuse"], scope) not in (None, False, True):
        raise Refuse(node, "reuse", f"the source does not show whether tf.{name} shares its variables", ADVICE)
    if "trainable" in bound and ev.constant(bound["trainable"], scope) is not True:
        raise Refuse(node, "layer-option", f"tf.{name}(trainable=...) is not carried over")


def _dense_layer(
    ev: Evaluator,
    node: cst.Call,
    units: cst.BaseExpression,
    function: cst.BaseExpression | None,
    kernel: cst.BaseExpression | None,
    bias: cst.BaseExpression | None,
    use_bias: bool,
) -> str:
    args = [code_of(units)]
    if function is not None:
        args.append(f"activation={code_of(function)}")
    if not use_bias:
        args.append("use_bias=False")
    if kernel is not None:
        args.append(f"kernel_initializer={code_of(kernel)}")
    if bias is not None:
        args.append(f"bias_initializer={code_of(bias)}")
    ev.program.imports.add("keras")
    return f"keras.layers.Dense({', '.join(args)})"


def _bias(ev: Evaluator, given: cst.BaseExpression | None, scope: Scope, slot: Slot) -> cst.BaseExpression | None:
    if given is None or is_none(given):
        return None
    code = initializer(ev, given, scope, slot)
    return None if code is not None and code_of(code) == "keras.initializers.Zeros()" else code


def dense_code(
    ev: Evaluator, node: cst.Call, name: str, bound: dict[str, cst.BaseExpression], scope: Scope, slot: Slot
) -> str:
    """The Keras layer for the arguments of tf.layers.dense or tf.layers.Dense."""
    _checked(ev, node, bound, scope, name)
    if "use_bias" in bound and ev.constant(bound["use_bias"], scope) not in (True, False):
        raise Refuse(node, "layer-option", "the source does not show whether the layer has a bias")
    use_bias = "use_bias" not in bound or bool(ev.constant(bound["use_bias"], scope))
    return _dense_layer(
        ev,
        node,
        ev.creation(bound["units"], scope, slot),
        activation(ev, bound.get("activation"), scope, slot, None),
        initializer(ev, bound.get("kernel_initializer"), scope, slot),
        _bias(ev, bound.get("bias_initializer"), scope, slot),
        use_bias,
    )


def _apply(
    ev: Evaluator,
    node: cst.Call,
    layer: str,
    bound: Mapping[str, cst.BaseExpression],
    tf1_name: str,
    scope: Scope,
    slot: Slot,
    base_names: Mapping[str, str] | None = None,
) -> Result:
    given = bound.get("scope" if base_names else "name")
    inner = Slot()
    value, code = ev.evaluate(bound["inputs"], scope, inner)
    refuse_double(node, inner)
    ev.program.merge(slot, inner)
    masked = isinstance(value, values.Tensor) and value.masked
    slot.graph = True
    sharing = ev.program.sharing
    key = sharing.layer_key(tf1_name, ev.constant(given, scope) if given is not None else None)
    again = "reuse" in bound and ev.constant(bound["reuse"], scope) is True
    shared = sharing.shared_layer(node, key, layer, again)
    if shared is not None:
        slot.variables.update(shared.owners)
        slot.captures.add(shared.name)
        return values.Tensor(masked=masked), parse(f"{shared.name}({code_of(code)})")
    base = _base(ev, given, scope)
    name = ev.program.fresh(base, f"{base.removesuffix('_layer')}_dense" if base != "dense" else "dense_layer")
    slot.creations.append(assign(name, parse(layer)))
    record = OwnerRecord(name, "dense", line=ev.program.line(node), used=True, biased="use_bias=False" not in layer)
    if base_names:
        record.leaves = base_names
    owner = ev.program.own(record)
    sharing.layers[key] = SharedLayer(name, layer, (owner,))
    slot.variables.add(owner)
    for option, part in _PENALTIES.items():
        penalize(ev, node, bound.get(option), scope, owner, part)
    for part in (".kernel", ".bias") if record.biased else (".kernel",):
        penalize_by_scope(ev, node, owner, part)
    return values.Tensor(masked=masked), parse(f"{name}({code_of(code)})")


def refuse_double(node: cst.Call, inputs: Slot) -> None:
    """Keras layers work in float32, whatever they are given; TF1's in what they are given."""
    if inputs.double or any(definition.double for definition in closure(inputs.needs)):
        raise Refuse(node, "dtype", "a layer is given float64, and Keras's layers work in float32", "Use float32.")


def _base(ev: Evaluator, given: cst.BaseExpression | None, scope: Scope) -> str:
    """The layer's name: the program's own if it is free, else after what it computes where there are several."""
    program = ev.program
    text = ev.constant(given, scope) if given is not None else None
    if isinstance(text, str) and text.isidentifier() and text not in program.identifiers:
        return text
    program.next.dense += 1
    if program.facts.dense > 1 and program.target.strip("_"):
        return f"{plain(program.target).strip('_')}_layer"
    return "dense"


def dense(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.layers.dense."""
    bound = arguments(node, _DENSE, "tf." + name)
    layer = dense_code(ev, node, name, bound, scope, slot)
    return _apply(ev, node, layer, bound, "dense", scope, slot)


def dense_object(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.layers.Dense(units): the layer object."""
    bound = arguments(node, _DENSE[1:], "tf." + name)
    for option in _PENALTIES:
        if not is_none(bound.get(option)):
            raise Refuse(node, "layer-option", f"tf.{name}({option}=...) of a layer object is not carried over")
    layer = dense_code(ev, node, name, bound, scope, slot)
    biased = "use_bias=False" not in layer
    owner = ev.program.own(OwnerRecord("", "dense", line=ev.program.line(node), biased=biased, pending=True))
    return values.Layer(owner), parse(layer)


def fully_connected(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.contrib.layers.fully_connected (ReLU unless told otherwise) and tf.contrib.layers.linear."""
    bound = arguments(node, _FULLY_CONNECTED, "tf." + name)
    _checked(ev, node, bound, scope, name)
    default = '"relu"' if not name.endswith("linear") else None
    function = bound.get("activation_fn")
    if function is None:
        code = parse(default) if default else None
    else:
        code = activation(ev, function, scope, slot, None)
    use_bias = "biases_initializer" not in bound or not is_none(bound["biases_initializer"])
    layer = _dense_layer(
        ev,
        node,
        ev.creation(bound["num_outputs"], scope, slot),
        code,
        # Glorot unless told otherwise, whatever the variable scope says
        initializer(ev, bound["weights_initializer"], scope, slot) if "weights_initializer" in bound else None,
        _bias(ev, bound.get("biases_initializer"), scope, slot),
        use_bias,
    )
    names = {"kernel": "weights", "bias": "biases"}
    return _apply(ev, node, layer, bound, "fully_connected", scope, slot, names)


def unsupported(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    raise Refuse(
        node,
        "unsupported-layer",
        f"tf.{name} is not carried over yet",
        "Replace it by the Keras layer of the same name by hand.",
    )
