"""Loops in both directions over cells that are objects of the new program, see live_cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.keep_probabilities import set_probabilities
from migrate.analysis.live_cells import own
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, assign, call, is_none
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]

_LOOP = ("parallel_iterations", "swap_memory", "time_major", "scope")
BIDIRECTIONAL = (
    "cell_fw",
    "cell_bw",
    "inputs",
    "sequence_length",
    "initial_state_fw",
    "initial_state_bw",
    "dtype",
    *_LOOP,
)
STACKED = (
    "cells_fw",
    "cells_bw",
    "inputs",
    "initial_states_fw",
    "initial_states_bw",
    "dtype",
    "sequence_length",
    "parallel_iterations",
    "time_major",
    "scope",
)


def bidirectional(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.nn.bidirectional_dynamic_rnn: ((outputs, outputs), (state, state))."""
    bound = arguments(node, BIDIRECTIONAL, "tf." + name)
    states = [bound.get(f"initial_state_{side}") for side in ("fw", "bw")]
    options: list[tuple[str, cst.BaseExpression]] = []
    if not all(is_none(state) for state in states):
        codes = [
            cst.Name("None") if state is None or is_none(state) else ev.evaluate(state, scope, slot)[1]
            for state in states
        ]
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        options = [("states", cst.Tuple([cst.Element(codes[0], comma), cst.Element(codes[1])]))]
    cells, code = _loop(ev, node, name, bound, ("cell_fw", "cell_bw"), options, scope, slot)
    last = tuple(values.Tensor() if cell.kind == "one" else values.State(cell) for cell in cells)
    return values.Sequence((values.Sequence((values.Tensor(), values.Tensor())), values.Sequence(last))), code


def stacked(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.contrib.rnn.stack_bidirectional_dynamic_rnn: outputs, states forwards, states backwards."""
    bound = arguments(node, STACKED, "tf." + name)
    if not all(is_none(bound.get(f"initial_states_{side}")) for side in ("fw", "bw")):
        raise Refuse(node, "initial-state", "stacked loops in both directions start from given states")
    _, code = _loop(ev, node, name, bound, ("cells_fw", "cells_bw"), [], scope, slot)
    states = values.State(values.LiveCell("stack"))
    return values.Sequence((values.Tensor(), states, states)), code


def _loop(
    ev: Evaluator,
    node: cst.Call,
    name: str,
    bound: dict[str, cst.BaseExpression],
    sides: tuple[str, str],
    options: list[tuple[str, cst.BaseExpression]],
    scope: Scope,
    slot: Slot,
) -> tuple[list[values.LiveCell], cst.BaseExpression]:
    """The layer made in place, and the call of it; `options` are further arguments of the call."""
    program = ev.program
    cells = []
    for side in sides:
        if side not in bound:
            raise Refuse(node, "unknown-argument", f"tf.{name} is called without {side}")
        held = ev.evaluate(bound[side], scope, Slot())[0]
        cell = held.cell if isinstance(held, values.LiveCells) else held
        if not isinstance(cell, values.LiveCell):
            raise Refuse(node, "unknown-cell", "the loop runs something that is not a known cell")
        cells.append(cell)
    program.sharing.refuse_layers(node, f"tf.{name}")
    if program.model in program.sharing.own_dropout:
        raise Refuse(
            node,
            "class-scope",
            f"objects of {program.model} share their cells, and each drops in its own way",
            "Drop the inputs or outputs of the loop with tf.nn.dropout.",
        )
    if not is_none(bound.get("time_major")) and ev.constant(bound["time_major"], scope) is not False:
        raise Refuse(node, "loop-inputs", "a loop over cells of this kind is time_major", "Transpose before and after.")
    _, source = ev.evaluate(bound["inputs"], scope, slot)
    lengths = bound.get("sequence_length")
    if lengths is not None and not is_none(lengths):
        options = [("lengths", ev.evaluate(lengths, scope, slot)[1]), *options]
    slot.graph = True
    set_probabilities(ev, slot)
    support = "BothDirections" if sides == ("cell_fw", "cell_bw") else "StackedDirections"
    program.support |= {support, "BothDirections"}
    program.imports.add("keras")
    layer = program.fresh("birnn")
    made = call(program.support_name(support), [ev.creation(bound[side], scope, slot) for side in sides])
    slot.creations.append(assign(layer, made))
    own(ev, node, cst.Name(layer), slot)
    return cells, call(layer, [source], options)
