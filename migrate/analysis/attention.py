"""Attention of tf.contrib.seq2seq: layers made once, and the memory that each function gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.decoder_values import AttendingCell, Attention, AttentionState
from migrate.analysis.live_cells import own
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, assign, call, code_of, is_none, parse
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]

_MEMORY = ("num_units", "memory", "memory_sequence_length")
_PARAMETERS = {
    "BahdanauAttention": (*_MEMORY, "normalize", "probability_fn", "score_mask_value", "dtype"),
    "LuongAttention": (*_MEMORY, "scale", "probability_fn", "score_mask_value", "dtype"),
}
_WEIGHTED = {"BahdanauAttention": "normalize", "LuongAttention": "scale"}
_WRAPPER = ("cell", "attention_mechanism", "attention_layer_size", "alignment_history", "cell_input_fn")
_WRAPPER_REST = ("output_attention", "initial_cell_state", "name", "attention_layer", "attention_fn", "dtype")
_NOT_CARRIED = ("alignment_history", "cell_input_fn", "attention_layer", "attention_fn")
_ADVICE = "Keep this program on the runtime (tf1rnn run) for now."


def mechanism(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """BahdanauAttention, LuongAttention: a layer, and the memory it gets."""
    program = ev.program
    short = name.rsplit(".", 1)[-1]
    bound = arguments(node, (*_PARAMETERS[short], "name", "custom_key_value_fn"), "tf." + name)
    for parameter in _MEMORY[:2]:
        if parameter not in bound:
            raise Refuse(node, "unknown-argument", f"tf.{name} is called without {parameter}")
    _check(ev, node, name, bound, scope)
    option = _WEIGHTED[short]
    weighted = ev.constant(bound[option], scope) if option in bound else False
    if weighted not in (True, False):
        reason = f"the source does not show the value of {option}"
        raise Refuse(node, "unknown-argument", reason, "Write True or False.")
    held, memory = ev.evaluate(bound["memory"], scope, slot)
    if not isinstance(held, values.Tensor):
        raise Refuse(node, "decoder", "the memory of an attention is not one tensor that the source shows", _ADVICE)
    lengths = bound.get("memory_sequence_length")
    args = [memory]
    if lengths is not None and not is_none(lengths):
        args.append(ev.evaluate(lengths, scope, slot)[1])
    program.sharing.refuse_layers(node, f"tf.{name}")
    options: list[tuple[str, cst.BaseExpression]] = [(option, cst.Name("True"))] if weighted else []
    units = ev.creation(bound["num_units"], scope, slot)
    layer = _made(ev, short, "attention", [units], options, slot)
    own(ev, node, parse(f"{layer}.memory_layer"), slot)
    slot.graph = True
    scored = short == "BahdanauAttention" or bool(weighted)
    return Attention(layer, scored), call(f"{layer}.memory", args)


def _check(ev: Evaluator, node: cst.Call, name: str, bound: dict[str, cst.BaseExpression], scope: Scope) -> None:
    for parameter in ("probability_fn", "score_mask_value", "custom_key_value_fn"):
        if is_none(bound.get(parameter)):
            continue
        if parameter == "probability_fn" and ev.symbol_of(bound[parameter], scope) == "nn.softmax":
            continue
        raise Refuse(node, "decoder", f"tf.{name}({parameter}=...) is not carried over", _ADVICE)
    if not is_none(bound.get("dtype")) and ev.symbol_of(bound["dtype"], scope) != "float32":
        raise Refuse(node, "dtype", "only float32 attention is migrated")


def wrapper(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """AttentionWrapper(cell, mechanism): a layer, and the cell as it attends to the mechanism's memory."""
    program = ev.program
    bound = arguments(node, (*_WRAPPER, *_WRAPPER_REST), "tf." + name)
    for parameter in _NOT_CARRIED:
        if not is_none(bound.get(parameter)) and ev.constant(bound[parameter], scope) is not False:
            raise Refuse(node, "decoder", f"tf.{name}({parameter}=...) is not carried over", _ADVICE)
    if not is_none(bound.get("dtype")) and ev.symbol_of(bound["dtype"], scope) != "float32":
        raise Refuse(node, "dtype", "only float32 attention is migrated")
    if "cell" not in bound or "attention_mechanism" not in bound:
        raise Refuse(node, "unknown-argument", f"tf.{name} is called without a cell or a mechanism")
    held, memory = ev.evaluate(bound["attention_mechanism"], scope, slot)
    if not isinstance(held, Attention):
        raise Refuse(node, "decoder", "the cell attends with something that is not one known mechanism", _ADVICE)
    made = Slot()  # the function that runs the cell reads the wrapper only
    cell, _ = ev.evaluate(bound["cell"], scope, made)
    if not isinstance(cell, values.LiveCell):
        raise Refuse(node, "unknown-cell", "AttentionWrapper wraps something that is not a known cell", _ADVICE)
    code = ev.creation(bound["cell"], scope, made)
    options: list[tuple[str, cst.BaseExpression]] = []
    sized = not is_none(bound.get("attention_layer_size"))
    if sized:
        options.append(("attention_layer_size", ev.creation(bound["attention_layer_size"], scope, slot)))
    if "output_attention" in bound:
        if ev.constant(bound["output_attention"], scope) not in (True, False):
            reason = "the source does not show the value of output_attention"
            raise Refuse(node, "unknown-argument", reason, "Write True or False.")
        options.append(("output_attention", ev.creation(bound["output_attention"], scope, slot)))
    layer = _made(ev, "AttentionWrapper", "attention_wrapper", [code, cst.Name(held.layer)], options, slot)
    slot.captures.add(held.layer)
    named = isinstance(code, cst.Name) and program.bindings[code.value] == 1
    parts = [code_of(code) if named else f"{layer}.cell"]
    parts += [f"{held.layer}.scores"] if held.scored else []
    parts += [f"{layer}.attention_layer"] if sized else []
    args = [memory]
    if not is_none(bound.get("initial_cell_state")):
        args.append(_cell_state(ev, node, bound["initial_cell_state"], scope, slot))
    slot.graph = True
    return AttendingCell(cell, tuple(parts)), call(f"{layer}.over", args)


def _made(
    ev: Evaluator,
    support: str,
    name: str,
    args: list[cst.BaseExpression],
    options: list[tuple[str, cst.BaseExpression]],
    slot: Slot,
) -> str:
    """The name of a layer of the support code that is made here."""
    if ev.initializers[-1] is not None:
        options = [*options, ("initializer", ev.initializers[-1])]
    ev.program.support |= {support, *(["AttentionMemory"] if support != "AttentionWrapper" else [])}
    ev.program.imports.add("keras")
    layer = ev.program.fresh(name, f"{name}_layer")
    slot.creations.append(assign(layer, call(ev.program.support_name(support), args, options)))
    return layer


def _cell_state(
    ev: Evaluator, node: cst.Call, given: cst.BaseExpression, scope: Scope, slot: Slot
) -> cst.BaseExpression:
    held, code = ev.evaluate(given, scope, slot)
    if not isinstance(held, (values.State, values.Tensor, values.Sequence)):
        raise Refuse(node, "initial-state", "the analysis cannot see the parts of the initial state")
    return code


def zero_state(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """cell.zero_state(batch_size, dtype)."""
    assert isinstance(value, AttendingCell)
    bound = arguments(node, ("batch_size", "dtype"), "zero_state")
    if "dtype" in bound and ev.symbol_of(bound["dtype"], scope) != "float32":
        raise Refuse(node, "dtype", "only float32 states are migrated")
    _, batch = ev.evaluate(bound["batch_size"], scope, slot)
    slot.graph = True
    made = call(f"{code_of(code)}.get_initial_state", [], [("batch_size", batch)])
    return AttentionState(value), made


def clone(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """state.clone(cell_state=...)."""
    options = []
    for arg in node.args:
        part = arg.keyword.value if arg.keyword else ""
        if part != "cell_state":
            reason = f"clone({part}=...) of a state with attention is not carried over"
            raise Refuse(node, "state-attribute", reason, _ADVICE)
        options.append((part, _cell_state(ev, node, arg.value, scope, slot)))
    slot.graph = True
    return value, call(f"{code_of(code)}._replace", [], options)


def part_of_state(
    ev: Evaluator, node: cst.Attribute, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """state.cell_state, state.attention, state.alignments."""
    assert isinstance(value, AttentionState)
    slot.graph = True
    cell = value.cell.cell
    whole = node.attr.value == "cell_state" and cell.kind != "one"
    return values.State(cell) if whole else values.Tensor(), node.with_changes(value=code)
