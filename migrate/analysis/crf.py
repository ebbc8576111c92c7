"""Conditional random fields: the functions of tf.contrib.crf, written out into the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, assign, call, code_of, is_none, parse
from migrate.analysis.sizes import last_size
from migrate.analysis.values import Value
from migrate.analysis.variables import get_variable

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]


def log_likelihood(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.contrib.crf.crf_log_likelihood: the logarithms, and the scores of transitions."""
    parameters = ("inputs", "tag_indices", "sequence_lengths", "transition_params")
    bound = arguments(node, parameters, "tf." + name)
    for parameter in parameters[:3]:
        if parameter not in bound:
            raise Refuse(node, "unknown-argument", f"tf.{name} is called without {parameter}")
    codes = [ev.evaluate(bound[parameter], scope, slot)[1] for parameter in parameters[:3]]
    given = bound.get("transition_params")
    held: Value
    if given is None or is_none(given):
        held, transitions = _transitions(ev, node, bound["inputs"], scope, slot)
    else:
        held, transitions = ev.evaluate(given, scope, slot)
    slot.graph = True
    made = _written(ev, "crf_log_likelihood", [*codes, transitions])
    return values.Sequence((values.Tensor(), held), (made, transitions)), _pair(made, transitions)


def _transitions(
    ev: Evaluator, node: cst.Call, inputs: cst.BaseExpression, scope: Scope, slot: Slot
) -> tuple[Value, cst.BaseExpression]:
    """The variable that TF1 makes for the scores of transitions."""
    tags = last_size(ev, inputs, scope)
    if tags is None:
        raise Refuse(
            node,
            "crf",
            "the source does not show how many tags the scores are for",
            "Reshape them to [batch, time, tags], or pass transition_params.",
        )
    size = code_of(ev.creation(tags[0], tags[1], slot))
    wanted = parse(f'get_variable("transitions", [{size}, {size}])')
    assert isinstance(wanted, cst.Call)
    owners = len(ev.program.owners)
    held, code = get_variable(ev, wanted, "get_variable", tags[1], slot)
    assert isinstance(held, values.Variable)
    if held.owner < owners:
        return held, code
    name = ev.program.fresh("transitions")
    slot.creations.append(assign(name, code))
    record = ev.program.owners[held.owner]
    record.expression, record.line, record.place = name, ev.program.line(node), ev.program.place(node)
    slot.variables.add(held.owner)
    return held, cst.Name(name)


def decode(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.contrib.crf.crf_decode: the best tags and their scores."""
    parameters = ("potentials", "transition_params", "sequence_length")
    bound = arguments(node, parameters, "tf." + name)
    if set(bound) != set(parameters):
        raise Refuse(node, "unknown-argument", f"tf.{name} is called without one of {', '.join(parameters)}")
    codes = [ev.evaluate(bound[parameter], scope, slot)[1] for parameter in parameters]
    slot.graph = True
    return values.Sequence((values.Tensor(), values.Tensor())), _written(ev, "crf_decode", codes)


def viterbi(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.contrib.crf.viterbi_decode: NumPy, outside the graph."""
    bound = arguments(node, ("score", "transition_params"), "tf." + name)
    codes = [ev.evaluate(given, scope, slot)[1] for given in bound.values()]
    if slot.needs:
        raise Refuse(node, "tensor-in-python", "viterbi_decode is given tensors of the graph", "Use crf_decode.")
    ev.program.imports.add("numpy")
    return values.Python(), _written(ev, "viterbi_decode", codes)


def _written(ev: Evaluator, support: str, args: list[cst.BaseExpression]) -> cst.Call:
    ev.program.support.add(support)
    return call(ev.program.support_name(support), args)


def _pair(first: cst.BaseExpression, second: cst.BaseExpression) -> cst.Tuple:
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return cst.Tuple([cst.Element(first, comma), cst.Element(second)])
