"""Batch normalization: tf.layers.batch_normalization and tf.contrib.layers.batch_norm.

TF1 changed the moving averages only in runs that asked for the collection of update operations, mostly by
tf.control_dependencies around minimize. Keras changes them in every call in training. So in training the new program
has a layer of its own whose averages change where it is told to: in the functions for runs that did so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.applied_layers import LayerForm, applied, check_options
from migrate.analysis.cells import initializer
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, assign, code_of, is_none, parse
from migrate.analysis.values import Value
from migrate.classes.marks import plain

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]
Bound = Mapping[str, cst.BaseExpression]
SUPPORT = "BatchNormalization"
_LAYERS = (
    *("inputs", "axis", "momentum", "epsilon", "center", "scale", "beta_initializer", "gamma_initializer"),
    *("moving_mean_initializer", "moving_variance_initializer", "beta_regularizer", "gamma_regularizer"),
    *("beta_constraint", "gamma_constraint", "training", "trainable", "name", "reuse", "renorm", "renorm_clipping"),
    *("renorm_momentum", "fused", "virtual_batch_size", "adjustment"),
)
_CONTRIB = (
    *("inputs", "decay", "center", "scale", "epsilon", "activation_fn", "param_initializers", "param_regularizers"),
    *("updates_collections", "is_training", "reuse", "variables_collections", "outputs_collections", "trainable"),
    *("batch_weights", "fused", "data_format", "zero_debias_moving_mean", "scope", "renorm", "renorm_clipping"),
    *("renorm_decay", "adjustment"),
)
_OFF = (
    *("beta_constraint", "gamma_constraint", "renorm", "virtual_batch_size", "adjustment", "param_initializers"),
    *("param_regularizers", "batch_weights", "zero_debias_moving_mean"),
)
_INITIALIZERS = ("beta", "gamma", "moving_mean", "moving_variance")


def batch_normalization(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.layers.batch_normalization(inputs, training=...)."""
    bound = arguments(node, _LAYERS, "tf." + name)
    _refuse(ev, node, name, bound, scope)
    if "axis" in bound and ev.constant(bound["axis"], scope) != -1:
        raise Refuse(node, "layer-option", f"tf.{name}(axis=...) is not -1, the last axis")
    center, scale = (_known(ev, node, name, bound, option, True, scope) for option in ("center", "scale"))
    options = [
        *_options(ev, bound, {"momentum": "momentum", "epsilon": "epsilon"}, scope, slot),
        *([] if center else ["center=False"]),
        *([] if scale else ["scale=False"]),
    ]
    for weight in _INITIALIZERS:
        if not is_none(bound.get(f"{weight}_initializer")):
            code = initializer(ev, bound[f"{weight}_initializer"], scope, slot)
            assert code is not None
            options.append(f"{weight}_initializer={code_of(code)}")
    parts = tuple(part for part, there in (("gamma", scale), ("beta", center)) if there)
    penalties = {f"{part}_regularizer": part for part in parts}
    form = LayerForm("normalization", "normalization", "batch_normalization", parts, penalties=penalties)
    fused = _known(ev, node, name, bound, "fused", None, scope) is not False
    return _applied(ev, node, bound, form, options, "training", False, (4,) if fused else (), scope, slot)


def batch_norm(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.contrib.layers.batch_norm(inputs, is_training=...): without gamma, in training unless told otherwise."""
    bound = arguments(node, _CONTRIB, "tf." + name)
    _refuse(ev, node, name, bound, scope)
    if _known(ev, node, name, bound, "scale", False, scope):
        reason = f"tf.{name}(scale=True) makes beta and gamma in an order that depends on the rank of its inputs"
        raise Refuse(node, "layer-option", reason, "Use tf.layers.batch_normalization.")
    given = bound.get("updates_collections")
    if given is not None and ev.symbol_of(given, scope) != "GraphKeys.UPDATE_OPS":
        reason = f"tf.{name}(updates_collections=...) changes the moving averages in every run"
        raise Refuse(node, "layer-option", reason, "Drop it, and run the collection of updates with the training.")
    if "data_format" in bound and ev.constant(bound["data_format"], scope) != "NHWC":
        raise Refuse(node, "layer-option", f"tf.{name}(data_format=...) is not carried over")
    center = _known(ev, node, name, bound, "center", True, scope)
    options = _options(ev, bound, {"decay": "momentum", "epsilon": "epsilon"}, scope, slot)
    if "decay" not in bound:
        options.insert(0, "momentum=0.999")
    options += [] if center else ["center=False"]
    options.append("scale=False")
    form = LayerForm("normalization", "normalization", "BatchNorm", ("beta",) if center else (), named_by="scope")
    fused = _known(ev, node, name, bound, "fused", None, scope) is not False
    value, code = _applied(ev, node, bound, form, options, "is_training", True, (2, 4) if fused else (), scope, slot)
    function = bound.get("activation_fn")
    if function is None or is_none(function):
        return value, code
    held, called = ev.evaluate(function, scope, slot)
    if not isinstance(held, values.Symbol):
        raise Refuse(node, "layer-option", f"tf.{name}(activation_fn=...) is no function of TensorFlow")
    return value, cst.Call(called, [cst.Arg(code)])


def _refuse(ev: Evaluator, node: cst.Call, name: str, bound: Bound, scope: Scope) -> None:
    check_options(ev, node, bound, scope, name)
    for option in _OFF:
        if option in bound and ev.constant(bound[option], scope) not in (None, False):
            raise Refuse(node, "layer-option", f"tf.{name}({option}=...) is not carried over")
    if ev.regularizers[-1] is not None:
        reason = f"a variable scope's regularizer also holds for the weights of tf.{name}"
        raise Refuse(node, "variable-option", reason, "Give each layer its own regularizer.")


def _known(
    ev: Evaluator, node: cst.Call, name: str, bound: Bound, option: str, default: bool | None, scope: Scope
) -> bool | None:
    known = ev.constant(bound[option], scope) if option in bound else default
    if known not in (True, False, None):
        raise Refuse(node, "layer-option", f"the source does not show what tf.{name}({option}=...) is")
    return bool(known) if known is not None else None


def _options(ev: Evaluator, bound: Bound, names: Mapping[str, str], scope: Scope, slot: Slot) -> list[str]:
    return [
        f"{keras_name}={code_of(ev.creation(bound[given], scope, slot))}"
        for given, keras_name in names.items()
        if given in bound
    ]


def _applied(
    ev: Evaluator,
    node: cst.Call,
    bound: Bound,
    form: LayerForm,
    options: list[str],
    switch: str,
    default: bool,
    sample_ranks: tuple[int, ...],
    scope: Scope,
    slot: Slot,
) -> Result:
    """The layer called on its inputs; in training also the update of its averages, as a statement of its own."""
    program = ev.program
    program.imports.add("keras")
    known = ev.constant(bound[switch], scope) if switch in bound else default
    support = program.support_name(SUPPORT)
    ranks = [] if sample_ranks == (4,) else [f"sample_ranks={sample_ranks!r}"]
    layer = f"{support}({', '.join([*ranks, *options])})"
    again = bool(ev.program.sharing.reuse[-1]) or ("reuse" in bound and ev.constant(bound["reuse"], scope) is True)
    if known is False and not (again and _made(ev, layer)):  # never in training
        layer = f"keras.layers.BatchNormalization({', '.join(options)})"
        value, code, _ = applied(ev, node, layer, bound, form, scope, slot, ", training=False")
        return value, code
    program.support.add(SUPPORT)
    if known is False:
        value, code, _ = applied(ev, node, layer, bound, form, scope, slot, ", training=False")
        return value, code
    if scope is not ev.walker.region.scope:
        reason = "a helper, a loop or a condition normalizes a batch in training"
        raise Refuse(node, "helper-creates", reason, "Write the call out where the helper is called.")
    inner = Slot()
    training = _switch(ev, node, bound.get(switch), scope, inner)
    inputs = _named_inputs(ev, node, bound["inputs"], form.word, scope, inner)
    value, code, name = applied(
        ev, node, layer, {**bound, "inputs": inputs}, form, scope, inner, f", training={training}"
    )
    assert isinstance(code, cst.Call)
    line = cst.parse_statement(f"{name}.update({code_of(code.args[0].value)}, {training})\n")
    update = ev.walker.define("averages", (), [line], Slot(), node)
    update.needs, update.captures = set(inner.needs), {name, *inner.captures}
    program.collections.updates.append(update)
    program.merge(slot, inner)
    return value, code


def _made(ev: Evaluator, layer: str) -> bool:
    """Whether such a layer was made: one that is shared is of the kind that it was made as."""
    return any(known.code == layer for known in ev.program.sharing.layers.values())


def _switch(ev: Evaluator, node: cst.Call, given: cst.BaseExpression | None, scope: Scope, slot: Slot) -> str:
    """The text that says whether it is training: of Python, or a placeholder."""
    if given is None:
        return "True"
    value, code = ev.evaluate(given, scope, slot)
    named = isinstance(code, (cst.Name, cst.Attribute)) or code_of(code) in ("True", "False")
    if not named or slot.creations or slot.sites or slot.impure:
        raise Refuse(node, "layer-option", "what says whether it is training is computed in the call", "Name it.")
    if isinstance(value, values.Tensor) and isinstance(code, cst.Name):
        ev.program.next.scalars.add(code.value)
    return code_of(code)


def _named_inputs(
    ev: Evaluator, node: cst.Call, given: cst.BaseExpression, word: str, scope: Scope, slot: Slot
) -> cst.BaseExpression:
    """The inputs as a name that stands for nothing else: the update reads them when all is computed."""
    if isinstance(given, cst.Name) and ev.program.bindings[given.value] == 1:
        return given
    inner = Slot()
    value, code = ev.evaluate(given, scope, inner)
    if inner.impure is not None or inner.sites:
        raise Refuse(node, "python-in-graph", "what is normalized is computed by Python", "Assign it to a name before.")
    target = plain(ev.program.target)
    name = ev.program.fresh(f"{target}_before" if target else f"{word}_inputs")
    slot.creations += inner.creations
    inner.creations = []
    definition = ev.walker.define("compute", (name,), [*inner.prelude, assign(name, code)], inner, node)
    ev.walker.bind(cst.Name(name), value, definition, scope)
    return parse(name)
