"""Convolutions with weights: tf.layers.conv1d and its kin, tf.contrib.layers.conv2d."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.applied_layers import LayerForm, applied, check_options
from migrate.analysis.cells import activation, initializer
from migrate.analysis.layers import bias_code, layer_text, with_bias
from migrate.analysis.program import OwnerRecord
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, code_of, is_none, parse
from migrate.analysis.values import UNKNOWN, Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]
_CONV = (
    *("inputs", "filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation"),
    *("use_bias", "kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer"),
    *("activity_regularizer", "kernel_constraint", "bias_constraint", "trainable", "name", "reuse"),
)
_CONTRIB = (
    *("inputs", "num_outputs", "kernel_size", "stride", "padding", "data_format", "rate", "activation_fn"),
    *("normalizer_fn", "normalizer_params", "weights_initializer", "weights_regularizer", "biases_initializer"),
    *("biases_regularizer", "reuse", "variables_collections", "outputs_collections", "trainable", "scope"),
)
_LAST = {"channels_last", "NWC", "NHWC", "NDHWC", None}
_PENALTIES = {"kernel_regularizer": "kernel", "bias_regularizer": "bias"}
_CONTRIB_PENALTIES = {"weights_regularizer": "kernel", "biases_regularizer": "bias"}
# TF1 name -> Keras's. tf.layers.Conv1D and so on are the same as objects.
CONVOLUTIONS = {"layers.conv1d": "Conv1D", "layers.conv2d": "Conv2D", "layers.conv3d": "Conv3D"}
OBJECTS = {f"layers.{keras_name}": keras_name for keras_name in CONVOLUTIONS.values()}
OF_CONTRIB = {
    **dict.fromkeys(("contrib.layers.conv1d", "contrib.layers.convolution1d"), "Conv1D"),
    **dict.fromkeys(("contrib.layers.conv2d", "contrib.layers.convolution2d"), "Conv2D"),
}


def convolution(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.layers.conv1d(inputs, filters, kernel_size, ...)."""
    bound = arguments(node, _CONV, "tf." + name)
    layer = _code(ev, node, name, bound, scope, slot)
    form = LayerForm("conv", "conv", CONVOLUTIONS[name].lower(), ("kernel", "bias"), penalties=_PENALTIES)
    return applied(ev, node, layer, bound, form, scope, slot)[:2]


def convolution_object(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.layers.Conv1D(filters, kernel_size): the layer object."""
    bound = arguments(node, _CONV[1:-1], "tf." + name)
    for option in _PENALTIES:
        if not is_none(bound.get(option)):
            raise Refuse(node, "layer-option", f"tf.{name}({option}=...) of a layer object is not carried over")
    layer = _code(ev, node, name, bound, scope, slot)
    parts = ("kernel",) if "use_bias=False" in layer else ("kernel", "bias")
    owner = ev.program.own(OwnerRecord("", "conv", line=ev.program.line(node), parts=parts, pending=True))
    return values.Layer(owner), parse(layer)


def _code(
    ev: Evaluator, node: cst.Call, name: str, bound: Mapping[str, cst.BaseExpression], scope: Scope, slot: Slot
) -> str:
    check_options(ev, node, bound, scope, name)
    sizes = _sizes(ev, node, name, bound, ("filters", "strides", "dilation_rate"), scope, slot)
    sizes += _padding(ev, node, bound, "valid", scope, slot)
    return layer_text(
        ev,
        CONVOLUTIONS.get(name) or OBJECTS[name],
        sizes,
        activation(ev, bound.get("activation"), scope, slot, None),
        initializer(ev, bound.get("kernel_initializer"), scope, slot),
        bias_code(ev, bound.get("bias_initializer"), scope, slot),
        with_bias(ev, node, bound.get("use_bias"), scope),
    )


def of_contrib(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.contrib.layers.conv2d(inputs, num_outputs, kernel_size, ...): padded and ReLU unless told otherwise."""
    bound = arguments(node, _CONTRIB, "tf." + name)
    check_options(ev, node, bound, scope, name)
    if OF_CONTRIB[name] == "Conv1D" and ev.constant(bound.get("rate", cst.Integer("1")), scope) is UNKNOWN:
        raise Refuse(node, "layer-option", f"the source does not show the rate of tf.{name}")
    sizes = _sizes(ev, node, name, bound, ("num_outputs", "stride", "rate"), scope, slot)
    sizes += _padding(ev, node, bound, "same", scope, slot)
    function = bound.get("activation_fn")
    layer = layer_text(
        ev,
        OF_CONTRIB[name],
        sizes,
        parse('"relu"') if function is None else activation(ev, function, scope, slot, None),
        initializer(ev, bound["weights_initializer"], scope, slot) if "weights_initializer" in bound else None,
        bias_code(ev, bound.get("biases_initializer"), scope, slot),
        "biases_initializer" not in bound or not is_none(bound["biases_initializer"]),
    )
    leaves = {"kernel": "weights", "bias": "biases"}
    form = LayerForm("conv", "conv", "Conv", ("kernel", "bias"), leaves, "scope", penalties=_CONTRIB_PENALTIES)
    return applied(ev, node, layer, bound, form, scope, slot)[:2]


def _sizes(
    ev: Evaluator,
    node: cst.Call,
    name: str,
    bound: Mapping[str, cst.BaseExpression],
    names: tuple[str, str, str],
    scope: Scope,
    slot: Slot,
) -> list[str]:
    """Filters, the kernel's size, strides and dilation."""
    filters, strides, dilation = names
    if filters not in bound or "kernel_size" not in bound:
        raise Refuse(node, "unknown-argument", f"tf.{name} is called without {filters} or kernel_size")
    made = [code_of(ev.creation(bound[one], scope, slot)) for one in (filters, "kernel_size")]
    for parameter, keras_name in ((strides, "strides"), (dilation, "dilation_rate")):
        if parameter in bound and ev.constant(bound[parameter], scope) not in (1, [1], (1,), [1, 1], (1, 1)):
            made.append(f"{keras_name}={code_of(ev.creation(bound[parameter], scope, slot))}")
    return made


def _padding(
    ev: Evaluator,
    node: cst.Call,
    bound: Mapping[str, cst.BaseExpression],
    default: str,
    scope: Scope,
    slot: Slot,
) -> list[str]:
    """The padding, in Keras's spelling, where it is not Keras's default; the order of axes must be the usual one."""
    order = bound.get("data_format")
    if order is not None and ev.constant(order, scope) not in _LAST:
        raise Refuse(node, "layer-option", "a convolution has its channels first, or the source does not show where")
    given = bound.get("padding")
    known = default if given is None else ev.constant(given, scope)
    if known is UNKNOWN:
        assert given is not None
        return [f"padding={code_of(ev.creation(given, scope, slot))}.lower()"]
    text = str(known).lower()
    if text not in ("valid", "same"):
        raise Refuse(node, "layer-option", f"{known!r} is no padding that a convolution of TensorFlow 1 has")
    return [] if text == "valid" else [f'padding="{text}"']
