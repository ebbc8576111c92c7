"""tf.contrib.layers.embed_sequence: a variable, and the rows of it that are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, assign, call, code_of, is_none, parse
from migrate.analysis.sharing import ADVICE
from migrate.analysis.values import Value
from migrate.analysis.variables import get_variable

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

_PARAMETERS = (
    "ids",
    "vocab_size",
    "embed_dim",
    "unique",
    "initializer",
    "regularizer",
    "trainable",
    "scope",
    "reuse",
)
_SCOPE = "EmbedSequence"


def embed_sequence(
    ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot
) -> tuple[Value, cst.BaseExpression]:
    """embed_sequence(ids, rows, size): get_variable("embeddings", [rows, size]) in a scope of its own, looked up."""
    program, sharing = ev.program, ev.program.sharing
    bound = arguments(node, _PARAMETERS, "tf." + name)
    if not all(parameter in bound for parameter in _PARAMETERS[:3]):
        raise Refuse(node, "layer-option", f"tf.{name} is called without vocab_size and embed_dim", "Write them out.")
    if not is_none(bound.get("unique")) and ev.constant(bound["unique"], scope) is not False:
        raise Refuse(node, "layer-option", f"tf.{name}(unique=...) is not carried over", "Drop the option.")
    given = ev.constant(bound["scope"], scope) if not is_none(bound.get("scope")) else None
    if not (given is None or isinstance(given, str)):
        raise Refuse(node, "reuse", f"the source does not show the scope of tf.{name}", ADVICE)
    reuse = ev.constant(bound["reuse"], scope) if "reuse" in bound else None
    if reuse not in (None, False, True):
        raise Refuse(node, "reuse", f"the source does not show whether tf.{name} shares its variables", ADVICE)
    number = sharing.layer_key(_SCOPE, given)[2]
    _, ids = ev.evaluate(bound["ids"], scope, slot)
    codes = {p: code_of(bound[p]) for p in ("initializer", "regularizer", "trainable") if p in bound}
    options = "".join(f", {parameter}={text}" for parameter, text in codes.items())
    shape = f"[{code_of(bound['vocab_size'])}, {code_of(bound['embed_dim'])}]"
    wanted = parse(f'get_variable("embeddings", {shape}{options})')
    assert isinstance(wanted, cst.Call)
    sharing.enter(given or (_SCOPE if number <= 1 else f"{_SCOPE}_{number - 1}"), bool(reuse))
    owners = len(program.owners)
    try:
        held, code = get_variable(ev, wanted, "get_variable", scope, slot)
    finally:
        sharing.leave()
    assert isinstance(held, values.Variable)
    if held.owner >= owners:
        variable = program.fresh("embeddings", "embedding_table")
        slot.creations.append(assign(variable, code))
        record = program.owners[held.owner]
        record.expression, record.line, record.place = variable, program.line(node), program.place(node)
        code = cst.Name(variable)
    slot.variables.add(held.owner)
    slot.graph, slot.sparse = True, slot.sparse or held.trainable
    return values.Tensor(), call("tf.nn.embedding_lookup", [code, ids])
