"""The decoders of tf.contrib.seq2seq: small classes and a loop, written out into the file.

The program's own statements about them stay as they are; cells are objects of the new program, see live_cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.decoder_values import AttendingCell, AttentionState, Decoder, DecoderOutput, Helper
from migrate.analysis.keep_probabilities import set_probabilities
from migrate.analysis.live_cells import own
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, assign, call, code_of, is_none, parse
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]

_DYNAMIC = ("decoder", "output_time_major", "impute_finished", "maximum_iterations")
_ONLY_SPEED = ("parallel_iterations", "swap_memory", "scope")
_ADVICE = "Keep this program on the runtime (tf1rnn run) for now."


def helper(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """TrainingHelper(inputs, lengths), GreedyEmbeddingHelper(embedding, first ids, last id)."""
    short = name.rsplit(".", 1)[-1]
    if short == "TrainingHelper":
        needed: tuple[str, ...] = ("inputs", "sequence_length")
        bound = arguments(node, (*needed, "time_major", "name"), "tf." + name)
        _same_at_every_run(ev, node, bound, ("time_major",), scope)
    else:
        needed = ("embedding", "start_tokens", "end_token")
        bound = arguments(node, needed, "tf." + name)
    _needed(node, name, bound, needed)
    args, options = [], []
    for parameter, given in bound.items():
        if parameter == "name":
            continue
        made = len(slot.creations)
        value, code = ev.evaluate(given, scope, slot)
        if len(slot.creations) > made:  # TF1 calls it twice and makes two layers
            reason = f"the {parameter} of a helper creates layers or variables"
            raise Refuse(node, "decoder", reason, "Create them before it.")
        if parameter in ("inputs", "embedding"):
            _one_tensor(ev, node, value, given, scope, slot, parameter)
        if parameter in needed:
            args.append(code)
        else:
            options.append((parameter, code))
    slot.graph = True
    return Helper(), _written(ev, short, args, options)


def _one_tensor(
    ev: Evaluator, node: cst.Call, value: Value, given: cst.BaseExpression, scope: Scope, slot: Slot, parameter: str
) -> None:
    """Refuse inputs of several parts; rows that are looked up have a gradient of rows."""
    if isinstance(value, values.Variable):
        slot.sparse = slot.sparse or (parameter == "embedding" and value.trainable)
    elif not isinstance(value, values.Tensor) and not (parameter == "embedding" and isinstance(given, cst.Lambda)):
        reason = f"the {parameter} of a decoder are not one tensor that the source shows"
        raise Refuse(node, "decoder", reason, "Give it one tensor or variable.")


def decoder(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """BasicDecoder(cell, helper, initial state, last layer)."""
    needed = ("cell", "helper", "initial_state")
    bound = arguments(node, (*needed, "output_layer"), "tf." + name)
    _needed(node, name, bound, needed)
    cell, code = ev.evaluate(bound["cell"], scope, slot)
    if not isinstance(cell, (values.LiveCell, AttendingCell)) or not isinstance(code, cst.Name):
        raise Refuse(node, "decoder", "the decoder runs something that is not a known cell with a name", _ADVICE)
    guide, guide_code = ev.evaluate(bound["helper"], scope, slot)
    if not isinstance(guide, Helper):
        raise Refuse(node, "decoder", "the decoder's helper is not one that the analysis knows", _ADVICE)
    state, state_code = ev.evaluate(bound["initial_state"], scope, slot)
    if isinstance(cell, AttendingCell) != isinstance(state, AttentionState):
        raise Refuse(node, "initial-state", "the analysis cannot see the parts of the state a decoder begins with")
    options, layer = [], None
    given = bound.get("output_layer")
    if given is not None and not is_none(given):
        layer, layer_code = _layer(ev, node, given, scope, slot)
        options.append(("output_layer", layer_code))
    slot.graph = True
    made = _written(ev, "BasicDecoder", [code, guide_code, state_code], options)
    if isinstance(cell, values.LiveCell):  # its name where it was made: a helper may know it under another one
        code = ev.creation(bound["cell"], scope, Slot())
    return Decoder(cell, code, layer), made


def _layer(
    ev: Evaluator, node: cst.Call, given: cst.BaseExpression, scope: Scope, slot: Slot
) -> tuple[int, cst.BaseExpression]:
    """The layer behind the cell, which may be made in place."""
    inner = Slot()
    value, code = ev.evaluate(given, scope, inner)
    ev.program.merge(slot, inner)
    if not isinstance(value, values.Layer):
        reason = "the decoder's output_layer is not a tf.layers.Dense that the source shows"
        raise Refuse(node, "decoder", reason, _ADVICE)
    if isinstance(code, cst.Call):
        name = ev.program.fresh("output_layer")
        slot.creations.append(assign(name, code))
        ev.program.owners[value.owner].expression = name
        code = cst.Name(name)
    return value.owner, code


def dynamic_decode(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """dynamic_decode(decoder): outputs, last state, lengths."""
    program = ev.program
    bound = arguments(node, (*_DYNAMIC, *_ONLY_SPEED), "tf." + name)
    _needed(node, name, bound, ("decoder",))
    _same_at_every_run(ev, node, bound, ("output_time_major", "impute_finished"), scope)
    value, code = ev.evaluate(bound["decoder"], scope, slot)
    if not isinstance(value, Decoder):
        raise Refuse(node, "decoder", "dynamic_decode runs something that is not a known decoder", _ADVICE)
    options = []
    for parameter in _DYNAMIC[1:]:
        if not is_none(bound.get(parameter)):
            options.append((parameter, ev.evaluate(bound[parameter], scope, slot)[1]))
    slot.graph = True
    set_probabilities(ev, slot)
    cell = value.cell
    built(ev, node, cell, value.code, slot)
    if value.layer is not None:
        if program.owners[value.layer].pending:
            program.sharing.refuse_layers(node, f"tf.{name}")
        program.build(value.layer)
        slot.variables.add(value.layer)
    state: Value = values.Tensor()
    if isinstance(cell, AttendingCell):
        state = AttentionState(cell)
    elif cell.kind != "one":
        state = values.State(cell)
    outputs = DecoderOutput((values.Tensor(), values.Tensor()))
    made = _written(ev, "dynamic_decode", [code], options)
    return values.Sequence((outputs, state, values.Tensor())), made


def built(
    ev: Evaluator,
    node: cst.Call,
    cell: values.LiveCell | AttendingCell,
    code: cst.BaseExpression,
    slot: Slot,
) -> None:
    """A cell is run: its first run makes its variables, in the order of TF1.

    Raises Refuse where the scope makes it share those of another cell.
    """
    parts = cell.parts if isinstance(cell, AttendingCell) else (code_of(code),)
    for part in parts:
        if part not in ev.program.live_owners:
            ev.program.sharing.refuse_layers(node, "a decoder")
        own(ev, node, parse(part), slot)


def attending_loop(
    ev: Evaluator,
    node: cst.Call,
    bound: Mapping[str, cst.BaseExpression],
    cell: AttendingCell,
    code: cst.BaseExpression,
    scope: Scope,
    slot: Slot,
) -> Result:
    """dynamic_rnn over a cell with attention: outputs, last state."""
    _same_at_every_run(ev, node, bound, ("time_major",), scope)
    held, inputs = ev.evaluate(bound["inputs"], scope, slot)
    if not isinstance(held, values.Tensor):
        raise Refuse(node, "loop-inputs", "the inputs of tf.nn.dynamic_rnn are not what the analysis can see")
    options = []
    for parameter in ("sequence_length", "initial_state", "time_major"):
        if is_none(bound.get(parameter)):
            continue
        value, given = ev.evaluate(bound[parameter], scope, slot)
        if parameter == "initial_state" and not isinstance(value, AttentionState):
            raise Refuse(node, "initial-state", "the analysis cannot see the parts of the initial state")
        options.append((parameter, given))
    slot.graph = True
    set_probabilities(ev, slot)
    built(ev, node, cell, code, slot)
    made = _written(ev, "dynamic_rnn", [code, inputs], options)
    return values.Sequence((values.Tensor(), AttentionState(cell))), made


def part_of_output(
    ev: Evaluator, node: cst.Attribute, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """outputs.rnn_output and outputs.sample_id."""
    slot.graph = True
    return values.Tensor(), node.with_changes(value=code)


def _needed(node: cst.Call, name: str, bound: Mapping[str, cst.BaseExpression], needed: tuple[str, ...]) -> None:
    for parameter in needed:
        if parameter not in bound:
            raise Refuse(node, "unknown-argument", f"tf.{name} is called without {parameter}")


def _same_at_every_run(
    ev: Evaluator, node: cst.Call, bound: Mapping[str, cst.BaseExpression], parameters: tuple[str, ...], scope: Scope
) -> None:
    for parameter in parameters:
        if parameter in bound and ev.constant(bound[parameter], scope) not in (True, False):
            raise Refuse(
                node, "unknown-argument", f"the source does not show the value of {parameter}", "Write True or False."
            )


def _written(
    ev: Evaluator,
    support: str,
    args: list[cst.BaseExpression],
    options: list[tuple[str, cst.BaseExpression]],
) -> cst.Call:
    ev.program.support.add(support)
    return call(ev.program.support_name(support), args, options)


