"""Summaries for TensorBoard: a run gives the summarised values by name, and they are written where TF1 wrote them.

A TF1 program makes summary operations in the graph, merges them, runs the merged one, and hands what comes back to a
FileWriter. In the new program the function that is run returns a dict of the values, and `write_summaries` writes
them with the step of that moment: tf.summary inside a tf.function would keep the step of its first call.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.graph_collections import SUMMARIES
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, arguments, call, code_of, is_none, parse
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]
WRITE = "write_summaries"
_ADVICE = "Take the summary lines out; nothing else needs them."
_PARAMETERS = {
    "scalar": ("name", "tensor", "collections", "family"),
    "histogram": ("name", "values", "collections", "family"),
    "image": ("name", "tensor", "max_outputs", "collections", "family"),
    "text": ("name", "tensor", "collections"),
    "scalar_summary": ("name", "tensor", "collections"),
    "histogram_summary": ("name", "values", "collections"),
    "image_summary": ("name", "tensor", "max_outputs", "collections"),
}
OPERATIONS = tuple(f"summary.{n}" for n in list(_PARAMETERS)[:4]) + tuple(list(_PARAMETERS)[4:])
MERGES = ("summary.merge", "summary.merge_all", "merge_summary", "merge_all_summaries")
WRITERS = ("summary.FileWriter", "train.SummaryWriter")
PROTOS = ("Summary", "summary.Summary")


@dataclasses.dataclass(eq=False)
class Summarised:
    """One summary operation: its name for TensorBoard, its kind, and the text of its tensor."""

    name: str
    kind: str
    code: str
    slot: Slot
    names: dict[str, Binding | None]
    scope: Scope
    bare: bool  # a variable as it is: TF1 did not say whether a run that trains shows it before or after the update


def operation(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.summary.scalar(name, tensor) and its kin: nothing stays of it where it stands."""
    short = name.rsplit(".", 1)[-1]
    bound = arguments(node, _PARAMETERS[short], "tf." + name)
    for option in ("collections", "family"):
        if not is_none(bound.get(option)):
            raise Refuse(node, "summary", f"tf.{name}({option}=...) is not carried over", _ADVICE)
    kind = short.removesuffix("_summary")
    place = ev.program.place(node)
    if place not in ev.program.collections.summaries:
        from migrate.analysis.finders import names_read

        title = ev.constant(bound["name"], scope)
        if not isinstance(title, str):
            raise Refuse(node, "summary", "the name of a summary is computed", _ADVICE)
        inner = Slot()
        tensor = bound["values" if kind == "histogram" else "tensor"]
        written = _written_out(tensor, scope, ev.walker.region.scope)
        if code_of(written) != code_of(tensor):
            tensor, scope = written, ev.walker.region.scope
        _, code = ev.evaluate(tensor, scope, inner)
        if inner.creations or inner.prelude or inner.impure or inner.sites or inner.random or inner.stateful:
            raise Refuse(node, "summary", "a summary makes what it shows", "Give it a name of its own first.")
        if kind == "image":
            ev.program.note(node, "TF1 scaled each image to its range; TF2 shows floats from 0 to 1 as they are.")
        bare = bool(inner.variables) and not inner.needs
        names = {name: (scope.find(name) or (None,))[0] for name in names_read(tensor)}
        made = Summarised(_free(ev, _titled(ev, title)), kind, code_of(code), inner, names, scope, bare)
        ev.program.collections.summaries[place] = made
    return values.Summary((ev.program.collections.summaries[place],)), node


def _written_out(node: cst.BaseExpression, scope: Scope, region: Scope) -> cst.BaseExpression:
    """An expression of a helper in names that the graph knows: its own are replaced by what they stand for."""
    changed = node.visit(_Sources(scope, region))
    assert isinstance(changed, cst.BaseExpression)
    return changed


class _Sources(cst.CSTTransformer):
    """Names of helpers, replaced by their sources."""

    def __init__(self, scope: Scope, region: Scope) -> None:
        super().__init__()
        self.scope, self.region = scope, region

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.BaseExpression:
        return updated.with_changes(attr=original.attr)

    def leave_Arg(self, original: cst.Arg, updated: cst.Arg) -> cst.Arg:
        return updated.with_changes(keyword=original.keyword)

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.BaseExpression:
        found = self.scope.find(original.value)
        if found is None:
            return updated
        own = found[0].local or (self.region.find(original.value) or found)[0] is not found[0]
        if own and found[0].source is None:
            reason = f"a helper summarises {original.value}, which only it has a name for"
            raise Refuse(original, "summary", reason, _ADVICE)
        if found[0].source is None or not found[0].local:
            return updated
        inner = _written_out(*found[0].source, self.region)
        if isinstance(inner, (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.BaseNumber)):
            return inner
        return inner.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def only_shows(definition: cst.FunctionDef, statements: list[cst.BaseStatement]) -> bool:
    """Whether a helper does nothing but make summaries: what is left of it only computed what they show."""
    finder = _Shows()
    definition.visit(finder)
    return finder.found and all(_plain(statement) for statement in statements)


class _Shows(cst.CSTVisitor):
    """Whether a function makes a summary."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        text = code_of(node)
        self.found = self.found or any(text.endswith("." + name) for name in OPERATIONS)


def _plain(statement: cst.BaseStatement) -> bool:
    """A docstring, or an assignment to names that nothing but the function knows."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return False
    small = statement.body[0]
    text = isinstance(small, cst.Expr) and isinstance(small.value, cst.SimpleString)
    names = isinstance(small, cst.Assign) and all(isinstance(t.target, cst.Name) for t in small.targets)
    return text or names or isinstance(small, cst.Pass)


def _titled(ev: Evaluator, title: str) -> str:
    """The name with the scopes around it, as TF1 spelled it."""
    return "/".join([*(s for s in ev.program.scopes if s), re.sub(r"[^-/\w.]", "_", title).lstrip("/")])


def _free(ev: Evaluator, title: str) -> str:
    taken = {known.name for known in ev.program.collections.summaries.values()}
    number, name = 0, title
    while name in taken:
        number += 1
        name = f"{title}_{number}"
    return name


def merge(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.summary.merge_all() and tf.summary.merge([a, b])."""
    if "all" in name:
        bound = arguments(node, ("key", "scope", "name"), "tf." + name)
        if not is_none(bound.get("key")) or not is_none(bound.get("scope")):
            raise Refuse(node, "summary", "only some of the summaries are merged", "Merge them with tf.summary.merge.")
        unseen = ev.program.collections.nameless.get(SUMMARIES)
        if unseen:
            reason = f"the call of line {ev.program.line(unseen[0])} makes summaries by itself, and they are merged"
            raise Refuse(node, "summary", reason, "Pass it summaries=[], and write the summaries out.")
        found = tuple(ev.program.collections.summaries.values())
    else:
        given = arguments(node, ("inputs", "collections", "name"), "tf." + name)
        held = ev.evaluate(given["inputs"], scope, Slot())[0]
        items = held.items if isinstance(held, values.Sequence) else ()
        if not items or not all(isinstance(item, values.Summary) for item in items):
            raise Refuse(node, "summary", "the analysis cannot see which summaries are merged", "List them here.")
        found = tuple(one for item in items if isinstance(item, values.Summary) for one in item.parts)
    if not found:
        raise Refuse(node, "summary", "there is nothing to merge", _ADVICE)
    return values.Summary(found), node


def computed(value: values.Summary, node: cst.CSTNode) -> tuple[cst.BaseExpression, Slot]:
    """What a run of summaries returns: a dict of the values by name; and what that needs."""
    slot = Slot(graph=True)
    pairs = []
    for one in value.parts:
        for name, binding in one.names.items():
            if (one.scope.find(name) or (None,))[0] is not binding:
                reason = f"{name} is assigned again in the graph after it is summarised"
                raise Refuse(node, "name-versions", reason, "Give the two tensors two names.")
        pairs.append(cst.DictElement(cst.SimpleString(f'"{one.name}"'), parse(one.code)))
        slot.needs |= one.slot.needs
        slot.captures |= one.slot.captures
        slot.stateful = slot.stateful or one.slot.stateful
    return cst.Dict(pairs), slot


def compared(value: Value) -> tuple[tuple[str, str], ...]:
    """(name, kind) of what a run of summaries gives, for the proof; the kind is "" for what has no defined value."""
    parts = value.parts if isinstance(value, values.Summary) else ()
    return tuple((one.name, "" if one.bare else one.kind) for one in parts)


# ---- writers


def writer(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.summary.FileWriter(logdir, graph): a writer without the graph; nothing where no summary is ever added."""
    names = ("logdir", "graph", "max_queue", "flush_secs", "graph_def", "filename_suffix", "session")
    bound = arguments(node, names, "tf." + name)
    if not is_none(bound.get("session")):
        raise Refuse(node, "summary", "a FileWriter is given a session", _ADVICE)
    finder = _Adds()
    ev.program.module.visit(finder)
    if any(not is_none(bound.get(option)) for option in ("graph", "graph_def")) or not finder.found:
        ev.program.note(node, "The graph is not written for TensorBoard any more.")
    if not finder.found:
        return values.NoWriter(), node
    _, folder = ev.evaluate(bound["logdir"], scope, slot)
    options = [(o, ev.evaluate(bound[o], scope, slot)[1]) for o in ("max_queue", "filename_suffix") if o in bound]
    return values.Writer(), call("tf.summary.create_file_writer", [folder], options)


class _Adds(cst.CSTVisitor):
    """Whether a program adds any summary to a writer."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.found = self.found or node.attr.value == "add_summary"


def add(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """writer.add_summary(summary, step)"""
    bound = arguments(node, ("summary", "global_step"), "add_summary")
    held, summary = ev.evaluate(bound["summary"], scope, slot)
    if not isinstance(held, values.Summarised):
        raise Refuse(node, "summary", "the analysis cannot see which summaries are written", _ADVICE)
    step: cst.BaseExpression = cst.Integer("0")
    if not is_none(bound.get("global_step")):
        counted, step = ev.evaluate(bound["global_step"], scope, slot)
        if isinstance(counted, values.Variable):
            step = parse(f"{code_of(step)}.numpy()")
    parts = [code, summary, step]
    others = {name: kind for name, kind in held.kinds if kind != "scalar"}
    if others:
        pairs = [cst.DictElement(cst.SimpleString(f'"{n}"'), parse(f"tf.summary.{k}")) for n, k in others.items()]
        parts.append(cst.Dict(pairs))
    ev.program.note(node, "tf.summary needs the package tensorboard.")
    ev.program.support.add(WRITE)
    slot.impure = slot.impure or node
    return values.Python(), call(ev.program.support_name(WRITE), parts)


def graph(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """writer.add_graph(graph), and whatever is done with a writer that writes nothing."""
    return values.Operation("nothing"), node


def kept(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """writer.flush() and writer.close()"""
    assert isinstance(node.func, cst.Attribute)
    slot.impure = slot.impure or node
    return values.Python(), node.with_changes(func=node.func.with_changes(value=code))


# ---- tf.Summary, of plain numbers


def proto(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.Summary(value=[tf.Summary.Value(tag=..., simple_value=...)]): a dict of scalars."""
    bound = arguments(node, ("value",), "tf." + name)
    listed = bound.get("value")
    if listed is None:
        return values.Summarised(), cst.Dict([])
    if not isinstance(listed, cst.List):
        raise Refuse(node, "summary", "the analysis cannot see which values a summary holds", "List them here.")
    pairs = []
    for element in listed.elements:
        made = element.value
        asked = ev.symbol_of(made.func, scope) if isinstance(made, cst.Call) else None
        if not isinstance(made, cst.Call) or asked not in tuple(f"{proto}.Value" for proto in PROTOS):
            raise Refuse(node, "summary", "the analysis cannot see which values a summary holds", "List them here.")
        pairs.append(_pair(ev, made, scope, slot))
    return values.Summarised(), cst.Dict(pairs)


def _pair(ev: Evaluator, node: cst.Call, scope: Scope, slot: Slot) -> cst.DictElement:
    bound = arguments(node, ("tag", "simple_value"), "tf.Summary.Value")
    if set(bound) != {"tag", "simple_value"}:
        raise Refuse(node, "summary", "a summary holds something other than numbers", _ADVICE)
    key, number = (ev.evaluate(bound[part], scope, slot)[1] for part in ("tag", "simple_value"))
    return cst.DictElement(key, number)


def held_values(
    ev: Evaluator, node: cst.Attribute, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """summary.value"""
    return values.SummaryValues(), code


def add_value(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """summary.value.add(tag=..., simple_value=...)"""
    pair = _pair(ev, node, scope, slot)
    return values.Python(), call(f"{code_of(code)}.update", [cst.Dict([pair])])


def unsupported_use(node: cst.Call, attribute: str) -> None:
    """Whatever else is asked of a writer or a summary.

    Raises Refuse, always.
    """
    raise Refuse(node, "summary", f"{attribute}() of a summary or its writer is not carried over", _ADVICE)


