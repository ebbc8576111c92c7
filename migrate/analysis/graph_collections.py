"""Graph collections: tf.add_to_collection, and the losses and penalties that TF1 collects by itself.

The new program has no collections: where one is asked for, its members are written out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Definition, Refuse, Scope, Slot, arguments, code_of, is_none, parse
from migrate.analysis.values import UNKNOWN, Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]
LOSSES, PENALTIES, UPDATES = "losses", "regularization_losses", "update_ops"
SUMMARIES = "summaries"  # of calls that make summaries by themselves
GRAPH_KEYS = {"GraphKeys.LOSSES": LOSSES, "GraphKeys.REGULARIZATION_LOSSES": PENALTIES, "GraphKeys.UPDATE_OPS": UPDATES}
_ADVICE = "Name the tensors, and add them up by hand."
_LOCAL = "a helper collects a tensor that only it has a name for"


@dataclass
class Member:
    """One member of a collection: its text, and what it needs.

    owner, part: the weight that a penalty is a function of (its text is that function's); a loss has neither.
    """

    code: str
    needs: set[Definition] = field(default_factory=set)
    variables: set[int] = field(default_factory=set)
    captures: set[str] = field(default_factory=set)
    owner: int | None = None
    part: str = ""


@dataclass
class Collections:
    """The collections of the graph, filled while it is built."""

    members: dict[str, list[Member]] = field(default_factory=dict)
    summaries: dict[object, Any] = field(default_factory=dict)  # where made -> summaries.Summarised
    updates: list[Definition] = field(default_factory=list)  # of moving averages
    nameless: dict[str, list[cst.CSTNode]] = field(default_factory=dict)  # what joins a collection without a name

    def add(self, key: str, member: Member) -> None:
        self.members.setdefault(key, []).append(member)

    def copy(self) -> Collections:
        """As they are now: what a trial evaluation goes back to."""
        members = {key: list(found) for key, found in self.members.items()}
        nameless = {key: list(found) for key, found in self.nameless.items()}
        return Collections(members, dict(self.summaries), list(self.updates), nameless)


def _key(ev: Evaluator, node: cst.BaseExpression, scope: Scope) -> str:
    symbol = ev.symbol_of(node, scope)
    known = GRAPH_KEYS.get(symbol or "") or ev.constant(node, scope)
    if not isinstance(known, str):
        reason = f"tf.{symbol} is a collection that TensorFlow fills" if symbol else "the source does not show its name"
        raise Refuse(node, "collection", f"a graph collection is used: {reason}", _ADVICE)
    return known


def add(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.add_to_collection(name, value): nothing is left of it."""
    bound = arguments(node, ("name", "value"), "tf." + name)
    inner = Slot()
    value, code = ev.evaluate(bound["value"], scope, inner)
    if not isinstance(value, values.Tensor) or inner.prelude or inner.impure:
        raise Refuse(node, "collection", "something other than a plain tensor is put into a collection", _ADVICE)
    if inner.creations:
        raise Refuse(node, "creation-in-loop", "layers or variables are created where a tensor is collected")
    refuse_locals(node, bound["value"], scope, "collection", _LOCAL)
    key = _key(ev, bound["name"], scope)
    ev.program.collections.add(key, Member(code_of(code), inner.needs, inner.variables, inner.captures))
    return values.Operation("collected"), node


def refuse_locals(node: cst.CSTNode, value: cst.BaseExpression, scope: Scope, code: str, reason: str) -> None:
    """Refuse a value that names of a helper stand in: nobody outside knows them."""
    from migrate.analysis.finders import names_read

    for read in names_read(value):
        found = scope.find(read)
        if found is not None and found[0].local:
            raise Refuse(node, code, reason, _ADVICE)


def get(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.get_collection(key): the list of its members."""
    bound = arguments(node, ("key", "scope"), "tf." + name)
    if not is_none(bound.get("scope")):
        raise Refuse(node, "collection", "a collection is asked for what belongs to a scope", _ADVICE)
    if ev.symbol_of(bound["key"], scope) == "GraphKeys.TRAINABLE_VARIABLES":
        from migrate.analysis.training import trainable_variables

        return trainable_variables(ev, node.with_changes(args=[]), "trainable_variables", scope, slot)
    key = _key(ev, bound["key"], scope)
    if key == UPDATES and ev.program.collections.updates:
        return values.Averages("averages", frozenset(ev.program.collections.updates)), node
    return _listed(ev, node, [key], slot)


def losses(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.losses.get_losses() and get_regularization_losses(): lists."""
    _plain(node, name)
    return _listed(ev, node, [PENALTIES if "regularization" in name else LOSSES], slot)


def total(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.losses.get_total_loss() and get_regularization_loss(): sums."""
    keys = [LOSSES, PENALTIES]
    if name.endswith("get_regularization_loss"):
        _plain(node, name)
        keys = [PENALTIES]
    else:
        bound = arguments(node, ("add_regularization_losses", "name"), "tf." + name)
        given = bound.get("add_regularization_losses")
        if given is not None:
            known = ev.constant(given, scope)
            if known is UNKNOWN:
                raise Refuse(node, "collection", "the source does not show whether penalties are added", _ADVICE)
            keys = keys if known else [LOSSES]
    _, listed = _listed(ev, node, keys, slot)
    if not listed.elements:
        return values.Tensor(), parse("tf.constant(0.0)")
    return values.Tensor(), cst.Call(parse("tf.add_n"), [cst.Arg(listed)])


def _plain(node: cst.Call, name: str) -> None:
    given = [arg for arg in node.args if arg.keyword is None or arg.keyword.value != "name"]
    if given:
        raise Refuse(node, "collection", f"tf.{name} is asked for what belongs to a scope", _ADVICE)


def _listed(ev: Evaluator, node: cst.CSTNode, keys: Iterable[str], slot: Slot) -> tuple[Value, cst.List]:
    collections = ev.program.collections
    elements = []
    for key in keys:
        if collections.nameless.get(key):
            line = ev.program.line(collections.nameless[key][0])
            raise Refuse(node, "collection", f"the loss made in line {line} is collected and has no name", _ADVICE)
        for member in collections.members.get(key, []):
            elements.append(cst.Element(parse(_text(ev, node, member, slot))))
            slot.needs |= member.needs
            slot.variables |= member.variables
            slot.captures |= member.captures
    slot.graph = True
    return values.Tensors(), cst.List(elements)


def _text(ev: Evaluator, node: cst.CSTNode, member: Member, slot: Slot) -> str:
    """The member's text; a penalty's with the name that its weight has by now."""
    if member.owner is None:
        return member.code
    record = ev.program.owners[member.owner]
    if not record.expression:
        raise Refuse(node, "collection", f"the variable made in line {record.line} has no name of its own", _ADVICE)
    slot.captures.add(record.expression.split(".")[0].split("[")[0])
    if record.kind != "variable":  # a layer has its weights once it has been called
        slot.needs |= {d for d in ev.program.definitions if member.owner in d.variables}
    return f"{member.code}({record.expression}{member.part})"


def penalize(
    ev: Evaluator, node: cst.CSTNode, given: cst.BaseExpression | None, scope: Scope, owner: int, part: str = ""
) -> None:
    """Collect the penalty of a weight made with a regularizer; nothing for None."""
    if given is None or is_none(given):
        return
    inner = Slot()
    value, code = ev.evaluate(given, scope, inner)
    if not isinstance(value, values.Regularizer) or inner.needs:
        raise Refuse(node, "layer-option", "the regularizer is not one the table knows", _ADVICE)
    refuse_locals(node, given, scope, "collection", _LOCAL)
    member = Member(code_of(code), set(), {owner}, inner.captures, owner, part)
    ev.program.collections.add(PENALTIES, member)


def penalize_by_scope(ev: Evaluator, node: cst.CSTNode, owner: int, part: str = "") -> None:
    """Collect the penalty that the variable scope around a weight asks for."""
    around = ev.regularizers[-1]
    if around is not None:
        penalize(ev, node, around[0], around[1], owner, part)


def collect_loss(
    ev: Evaluator, node: cst.BaseExpression, names: list[str], definition: Definition, scope: Scope
) -> None:
    """A loss of tf.losses that is assigned to one name joins the collection of losses."""
    symbol = ev.symbol_of(node.func, scope) if isinstance(node, cst.Call) else None
    if symbol is None or not ev.program.canonical(symbol).startswith("losses.") or ".get_" in symbol:
        return
    collections = ev.program.collections
    if len(names) == 1 and node in collections.nameless.get(LOSSES, []):
        collections.nameless[LOSSES].remove(node)
        collections.add(LOSSES, Member(names[0], {definition}))


def joins(ev: Evaluator, node: cst.Call, name: str) -> None:
    """Note a call whose result TF1 puts into a collection by itself."""
    if name.startswith("losses.") and ".get_" not in name:
        ev.program.collections.nameless.setdefault(LOSSES, []).append(node)
    if name == "contrib.layers.apply_regularization":
        ev.program.collections.nameless.setdefault(PENALTIES, []).append(node)
