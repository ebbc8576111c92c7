"""A layer with weights that TF1 made and called at once: made once, where the program built it; called in functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.graph_collections import penalize, penalize_by_scope
from migrate.analysis.program import OwnerRecord
from migrate.analysis.scope import Refuse, Scope, Slot, assign, closure, code_of, is_none, parse
from migrate.analysis.sharing import ADVICE, SharedLayer
from migrate.analysis.values import Value
from migrate.classes.marks import plain

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]
Bound = Mapping[str, cst.BaseExpression]


@dataclass(frozen=True)
class LayerForm:
    """What the analysis needs to know of a kind of layer.

    word: what it is called where the program gives it no name. tf1_name: TF1's own name for the first of them.
    parts: Keras's names of the weights that are trained, those of the options for penalties among them.
    leaves: what TF1 called these parts, where otherwise. named_by: the argument that gives it a name.
    """

    kind: str  # of the owner
    word: str
    tf1_name: str
    parts: tuple[str, ...]
    leaves: Mapping[str, str] = field(default_factory=dict)
    named_by: str = "name"
    hands_mask_on: bool = False
    penalties: Mapping[str, str] = field(default_factory=dict)  # option -> the weight that it is a penalty of

    def __hash__(self) -> int:
        return hash((self.kind, self.tf1_name))


# Options that no layer here has a counterpart for.
_REFUSED = (
    *("activity_regularizer", "kernel_constraint", "bias_constraint", "normalizer_fn"),
    *("variables_collections", "outputs_collections"),
)


def check_options(ev: Evaluator, node: cst.Call, bound: Bound, scope: Scope, name: str) -> None:
    """Refuse options that are not carried over, and sharing and training that the source does not show."""
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


def applied(
    ev: Evaluator,
    node: cst.Call,
    layer: str,
    bound: Bound,
    form: LayerForm,
    scope: Scope,
    slot: Slot,
    options: str = "",
) -> tuple[values.Tensor, cst.BaseExpression, str]:
    """The layer made, or found again in a scope that shares it, and called on bound["inputs"].

    layer: the text that makes it. options: text that follows the inputs in the call. Gives the result, the call and the
    layer's name.
    """
    given = bound.get(form.named_by)
    inner = Slot()
    value, code = ev.evaluate(bound["inputs"], scope, inner)
    refuse_double(node, inner)
    ev.program.merge(slot, inner)
    masked = isinstance(value, values.Tensor) and value.masked
    slot.graph = True
    sharing = ev.program.sharing
    key = sharing.layer_key(form.tf1_name, ev.constant(given, scope) if given is not None else None)
    again = "reuse" in bound and ev.constant(bound["reuse"], scope) is True
    shared = sharing.shared_layer(node, key, layer, again)
    if masked and not form.hands_mask_on:
        code, masked = parse(f"tf.identity({code_of(code)})"), False  # Keras would count the mask in
    if shared is not None:
        slot.variables.update(shared.owners)
        slot.captures.add(shared.name)
        return values.Tensor(masked=masked), parse(f"{shared.name}({code_of(code)}{options})"), shared.name
    base, word = _base(ev, form, given, scope), form.word
    name = ev.program.fresh(base, f"{base.removesuffix('_layer')}_{word}" if base != word else f"{word}_layer")
    slot.creations.append(assign(name, parse(layer)))
    parts = tuple(part for part in form.parts if not (part == "bias" and "use_bias=False" in layer))
    record = OwnerRecord(name, form.kind, line=ev.program.line(node), used=True, parts=parts, leaves=form.leaves)
    owner = ev.program.own(record)
    sharing.layers[key] = SharedLayer(name, layer, (owner,))
    slot.variables.add(owner)
    for option, part in form.penalties.items():
        penalize(ev, node, bound.get(option), scope, owner, "." + part)
    for part in parts:
        penalize_by_scope(ev, node, owner, "." + part)
    return values.Tensor(masked=masked), parse(f"{name}({code_of(code)}{options})"), name


def refuse_double(node: cst.Call, inputs: Slot) -> None:
    """Keras layers work in float32, whatever they are given; TF1's in what they are given."""
    if inputs.double or any(definition.double for definition in closure(inputs.needs)):
        raise Refuse(node, "dtype", "a layer is given float64, and Keras's layers work in float32", "Use float32.")


def _base(ev: Evaluator, form: LayerForm, given: cst.BaseExpression | None, scope: Scope) -> str:
    """The layer's name: the program's own if it is free, else after what it computes where there are several."""
    program = ev.program
    text = ev.constant(given, scope) if given is not None else None
    if isinstance(text, str) and text.isidentifier() and text not in program.identifiers:
        return text
    program.next.unnamed_layers[form.word] += 1
    if program.facts.unnamed_layers[form.word] > 1 and program.target.strip("_"):
        return f"{plain(program.target).strip('_')}_layer"
    return form.word
