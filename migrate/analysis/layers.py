"""Layers with weights: tf.layers.dense, tf.contrib.layers.fully_connected, tf.layers.Dense.

The layer is created once, where the program built it; the call stays where the tensors are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.applied_layers import LayerForm, applied, check_options
from migrate.analysis.cells import activation, initializer
from migrate.analysis.program import OwnerRecord
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, code_of, is_none, parse
from migrate.analysis.values import Value

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
_WEIGHTS = ("kernel", "bias")
DENSE = LayerForm(
    "dense",
    "dense",
    "dense",
    _WEIGHTS,
    hands_mask_on=True,
    penalties={"kernel_regularizer": "kernel", "bias_regularizer": "bias"},
)
FULLY_CONNECTED = LayerForm(
    "dense",
    "dense",
    "fully_connected",
    _WEIGHTS,
    {"kernel": "weights", "bias": "biases"},
    named_by="scope",
    hands_mask_on=True,
    penalties={"weights_regularizer": "kernel", "biases_regularizer": "bias"},
)


def layer_text(
    ev: Evaluator,
    keras_name: str,
    given: list[str],
    function: cst.BaseExpression | None,
    kernel: cst.BaseExpression | None,
    bias: cst.BaseExpression | None,
    use_bias: bool,
) -> str:
    """The text that makes a Keras layer with a kernel and a bias; `given` are the arguments that come first."""
    args = list(given)
    if function is not None:
        args.append(f"activation={code_of(function)}")
    if not use_bias:
        args.append("use_bias=False")
    if kernel is not None:
        args.append(f"kernel_initializer={code_of(kernel)}")
    if bias is not None:
        args.append(f"bias_initializer={code_of(bias)}")
    ev.program.imports.add("keras")
    return f"keras.layers.{keras_name}({', '.join(args)})"


def bias_code(ev: Evaluator, given: cst.BaseExpression | None, scope: Scope, slot: Slot) -> cst.BaseExpression | None:
    """The initializer of a bias; None for zeros, which both have by default."""
    if given is None or is_none(given):
        return None
    code = initializer(ev, given, scope, slot)
    return None if code is not None and code_of(code) == "keras.initializers.Zeros()" else code


def with_bias(ev: Evaluator, node: cst.Call, given: cst.BaseExpression | None, scope: Scope) -> bool:
    """What use_bias says."""
    known = True if given is None else ev.constant(given, scope)
    if known not in (True, False):
        raise Refuse(node, "layer-option", "the source does not show whether the layer has a bias")
    return bool(known)


def dense_code(
    ev: Evaluator, node: cst.Call, name: str, bound: dict[str, cst.BaseExpression], scope: Scope, slot: Slot
) -> str:
    """The Keras layer for the arguments of tf.layers.dense or tf.layers.Dense."""
    check_options(ev, node, bound, scope, name)
    use_bias = with_bias(ev, node, bound.get("use_bias"), scope)
    return layer_text(
        ev,
        "Dense",
        [code_of(ev.creation(bound["units"], scope, slot))],
        activation(ev, bound.get("activation"), scope, slot, None),
        initializer(ev, bound.get("kernel_initializer"), scope, slot),
        bias_code(ev, bound.get("bias_initializer"), scope, slot),
        use_bias,
    )


def dense(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.layers.dense."""
    bound = arguments(node, _DENSE, "tf." + name)
    layer = dense_code(ev, node, name, bound, scope, slot)
    return applied(ev, node, layer, bound, DENSE, scope, slot)[:2]


def dense_object(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.layers.Dense(units): the layer object."""
    bound = arguments(node, _DENSE[1:], "tf." + name)
    for option in DENSE.penalties:
        if not is_none(bound.get(option)):
            raise Refuse(node, "layer-option", f"tf.{name}({option}=...) of a layer object is not carried over")
    layer = dense_code(ev, node, name, bound, scope, slot)
    parts = _WEIGHTS[:1] if "use_bias=False" in layer else _WEIGHTS
    owner = ev.program.own(OwnerRecord("", "dense", line=ev.program.line(node), parts=parts, pending=True))
    return values.Layer(owner), parse(layer)


def fully_connected(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.contrib.layers.fully_connected (ReLU unless told otherwise) and tf.contrib.layers.linear."""
    bound = arguments(node, _FULLY_CONNECTED, "tf." + name)
    check_options(ev, node, bound, scope, name)
    default = '"relu"' if not name.endswith("linear") else None
    function = bound.get("activation_fn")
    if function is None:
        code = parse(default) if default else None
    else:
        code = activation(ev, function, scope, slot, None)
    use_bias = "biases_initializer" not in bound or not is_none(bound["biases_initializer"])
    layer = layer_text(
        ev,
        "Dense",
        [code_of(ev.creation(bound["num_outputs"], scope, slot))],
        code,
        # Glorot unless told otherwise, whatever the variable scope says
        initializer(ev, bound["weights_initializer"], scope, slot) if "weights_initializer" in bound else None,
        bias_code(ev, bound.get("biases_initializer"), scope, slot),
        use_bias,
    )
    return applied(ev, node, layer, bound, FULLY_CONNECTED, scope, slot)[:2]


def unsupported(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    raise Refuse(
        node,
        "unsupported-layer",
        f"tf.{name} is not carried over yet",
        "Replace it by the Keras layer of the same name by hand.",
    )
