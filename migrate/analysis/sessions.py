"""Sessions and what is done with them: Session.run, eval, feeds and fetches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import summaries, values
from migrate.analysis.finders import seeds_python
from migrate.analysis.scope import Definition, Refuse, Scope, Slot, arguments, call, closure, code_of, is_none
from migrate.analysis.training import Schedule
from migrate.analysis.values import Value
from migrate.classes.marks import SELF, of_object, seen_inside
from migrate.plan import Span

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]
MARK = "__run_site__"


@dataclass
class Fetch:
    """One leaf of what is fetched, or a tuple, list or dict of fetches.

    kind: "value", "operation" (nothing comes back), "initializer", "items".
    """

    kind: str
    value: Value = field(default_factory=values.Python)
    code: cst.BaseExpression | None = None
    needs: set[Definition] = field(default_factory=set)
    captures: set[str] = field(default_factory=set)
    variables: set[int] = field(default_factory=set)
    updates: tuple[int, ...] = ()
    items: list[Fetch] = field(default_factory=list)
    keys: list[cst.BaseExpression] = field(default_factory=list)
    node: cst.BaseExpression | None = None  # a leaf as the program writes it
    is_list: bool = False
    stateful: bool = False

    def leaves(self) -> Iterator[Fetch]:
        if self.kind == "items":
            for item in self.items:
                yield from item.leaves()
        else:
            yield self


@dataclass
class Site:
    """One run of the graph, as the program writes it."""

    index: int
    node: cst.Call
    span: Span
    fetch: Fetch
    fed: dict[Definition, cst.BaseExpression] = field(default_factory=dict)
    keys: dict[Definition, str] = field(default_factory=dict)
    feed_dict: values.Feed | None = None
    feed_code: cst.BaseExpression | None = None
    model: str = ""  # the class whose graph it runs
    object: str = ""  # the name of the object of that class, "self" inside it
    top: int = 0  # the block's statement it stands in
    function: str | None = None

    @property
    def needs(self) -> set[Definition]:
        return {d for leaf in self.fetch.leaves() for d in leaf.needs}

    @property
    def updates(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(u for leaf in self.fetch.leaves() for u in leaf.updates))


def new_session(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    bound = arguments(node, ("target", "graph", "config"), "tf." + name)
    if not is_none(bound.get("target")) and ev.constant(bound["target"], scope) != "":
        raise Refuse(node, "distributed", "the session is connected to a server")
    if "config" in bound:
        ev.evaluate(bound["config"], scope, Slot())
    return values.Session(name.endswith("InteractiveSession"), ev.program.line(node)), node


def config(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    return values.Config(), node


def new_graph(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    return values.Graph(), node


def initializers(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    return values.Operation("init"), node


def seed(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.set_random_seed: a global seed, which gives other numbers in TF2.

    Keras draws initial weights by seeds of its own, which only keras.utils.set_random_seed fixes; that seeds NumPy and
    Python too, so it is left to the user where the program seeds those itself.
    """
    bound = arguments(node, ("seed",), "tf." + name)
    code = ev.creation(bound["seed"], scope, slot)
    ev.program.graph_seed = code
    text = "The same seed gives other random numbers in TF2 than in TF1."
    function = "tf.random.set_seed"
    if "keras" in ev.program.facts.imports:
        if seeds_python(ev.program.module):
            text += " Call keras.utils.set_random_seed for initial weights of layers that repeat from run to run."
        else:
            function = "keras.utils.set_random_seed"
            text += f" {function} seeds Python's random and NumPy too."
    ev.program.note(node, text)
    return values.Python(), call(function, [code])


def gpu_available(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.test.is_gpu_available()."""
    if node.args:
        raise Refuse(node, "unknown-argument", "tf.test.is_gpu_available is called with conditions")
    return values.Python(), cst.parse_expression("bool(tf.config.list_physical_devices('GPU'))")


def nothing(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """Calls without a counterpart that the new program does not need (reset_default_graph and the like)."""
    return values.Operation("nothing"), node


def fetch_tree(ev: Evaluator, node: cst.BaseExpression, scope: Scope) -> Fetch:
    """What is fetched, leaf by leaf."""
    if isinstance(node, (cst.List, cst.Tuple)):
        items = [fetch_tree(ev, element.value, scope) for element in node.elements]
        return Fetch("items", items=items, is_list=isinstance(node, cst.List))
    if isinstance(node, cst.Dict):
        keys, items = [], []
        for element in node.elements:
            if not isinstance(element, cst.DictElement):
                raise Refuse(node, "fetch-form", "a dict of fetches is put together with **")
            keys.append(element.key)
            items.append(fetch_tree(ev, element.value, scope))
        return Fetch("items", items=items, keys=keys)
    if isinstance(node, cst.Name):
        found = scope.find(node.value)
        if found is not None and found[0].fetches is not None:
            return fetch_tree(ev, found[0].fetches, found[1])
    slot = Slot()
    value, code = ev.evaluate(node, scope, slot)
    if not isinstance(value, values.TrainOp) and any(definition.kind == "update" for definition in slot.needs):
        raise Refuse(
            node, "fetch-form", "the analysis cannot see what is fetched", "Write the list of fetches in the run."
        )
    leaf = _leaf(ev, node, value, code, slot)
    leaf.node = node
    return leaf


def _check_local(ev: Evaluator, node: cst.BaseExpression, scope: Scope) -> None:
    """A run inside a function or comprehension: its generated function does not see the values of that moment."""
    from migrate.analysis.finders import names_read

    seen: Scope | None = ev.walker.region.scope
    outside = set()
    while seen is not None:
        outside.add(id(seen))
        seen = seen.parent
    for name in sorted(names_read(node)):
        found = scope.find(name)
        if found and found[0].parameter and isinstance(found[0].value, values.Python) and id(found[1]) not in outside:
            raise Refuse(
                node,
                "rebound-name",
                f"what is fetched depends on {name}, which changes from run to run",
                "Feed the value through a placeholder.",
            )


def _holds_object(value: Value) -> bool:
    if isinstance(value, values.Sequence):
        return any(_holds_object(item) for item in value.items)
    return isinstance(value, values.GraphObject)


def _leaf(ev: Evaluator, node: cst.BaseExpression, value: Value, code: cst.BaseExpression, slot: Slot) -> Fetch:
    if slot.creations:
        raise Refuse(node, "fetch-form", "a run creates layers or variables", "Create them before the run.")
    if _holds_object(value):
        reason = "a decoder, a cell or the whole state of a cell with attention is fetched"
        raise Refuse(node, "fetch-form", reason, "Fetch its tensors: state.cell_state, state.attention.")
    if (
        isinstance(value, values.Sequence)
        and len(value.codes) == len(value.items)
        and isinstance(node, cst.Name)
        and any(not isinstance(i, (values.Tensor, values.State)) for i in value.items)
    ):
        items = [
            _leaf(ev, node, item, text if text is not None else code, slot)
            for item, text in zip(value.items, value.codes, strict=True)
        ]
        return Fetch("items", items=items, is_list=value.is_list)
    if isinstance(value, values.Summary) and not slot.needs:
        code, slot = summaries.computed(value, node)
    parts = dict(
        code=code,
        needs=set(slot.needs),
        captures=set(slot.captures),
        variables=set(slot.variables),
        stateful=slot.stateful,
    )
    if isinstance(value, values.Averages):
        return Fetch("operation", value, needs=set(value.made))
    if isinstance(value, values.TrainOp):
        parts["needs"] = slot.needs | value.averages
    if isinstance(value, values.TrainOp) and value.loss is not None:
        loss, needed = value.loss
        parts.update(code=loss, needs=set(needed), captures=set(), variables=set())
        return Fetch("value", values.Tensor(), updates=value.updates, **parts)  # type: ignore[arg-type]
    if isinstance(value, values.TrainOp):
        return Fetch("operation", value, updates=value.updates, **parts)  # type: ignore[arg-type]
    if isinstance(value, values.Operation):
        return Fetch("operation" if value.kind == "nothing" else "initializer", value)
    if isinstance(value, Schedule):
        name = ev.program.facts.global_steps.get(value.place)
        if name is None and ev.program.complete:
            raise Refuse(node, "fetch-form", "a learning rate without an optimizer is fetched")
        parts["code"] = cst.parse_expression(f"{name}.learning_rate")
        return Fetch("value", value, **parts)  # type: ignore[arg-type]
    if isinstance(value, values.ZeroState):
        from migrate.analysis.states import zero_state_code

        parts["code"] = cst.parse_expression(zero_state_code(ev, value))
        return Fetch("value", values.State(value.cell), **parts)  # type: ignore[arg-type]
    if isinstance(value, values.Gradients):
        raise Refuse(node, "fetch-form", "gradients are fetched")
    from migrate.analysis.expressions import is_symbolic

    if not isinstance(value, values.Summary) and not is_symbolic(value) and not slot.graph:
        raise Refuse(
            node, "fetch-form", "the analysis cannot see what is fetched", "Fetch names that the same file assigns."
        )
    return Fetch("value", value, **parts)  # type: ignore[arg-type]


def result_value(fetch: Fetch) -> Value:
    """What a run gives back, as far as later code cares: the structure of states."""
    if fetch.kind == "items" and not fetch.keys:
        return values.Sequence(tuple(result_value(item) for item in fetch.items), is_list=fetch.is_list)
    if isinstance(fetch.value, values.Summary):
        return values.Summarised(tuple((one.name, one.kind) for one in fetch.value.parts))
    if isinstance(fetch.value, values.State):
        return values.Fetched(fetch.value)
    return values.Python()


def run(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """session.run(fetches, feed_dict)."""
    bound = arguments(node, ("fetches", "feed_dict", "options", "run_metadata"), "Session.run")
    for option in ("options", "run_metadata"):
        if not is_none(bound.get(option)):
            raise Refuse(node, "run-options", f"Session.run({option}=...) is not carried over", "Drop the option.")
    if "fetches" not in bound:
        raise Refuse(node, "fetch-form", "Session.run is called without fetches")
    _used(ev, value)
    return _site(ev, node, fetch_tree(ev, bound["fetches"], scope), bound.get("feed_dict"), scope, slot)


def _used(ev: Evaluator, session: Value) -> None:
    """Note which session the next run is of; initialising counts."""
    if isinstance(session, values.Session) and session.line:
        ev.program.session_runs.append((session.line, len(ev.program.sites)))


def eval_(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """tensor.eval(feed_dict, session) and operation.run(feed_dict, session)."""
    assert isinstance(node.func, cst.Attribute)
    if isinstance(value, values.Variable) and node.func.attr.value == "eval":  # takes the session alone
        bound = arguments(node, ("session",), "eval")
    else:
        bound = arguments(node, ("feed_dict", "session"), node.func.attr.value)
    if "session" in bound:
        _used(ev, ev.look(bound["session"], scope))
    return _site(ev, node, fetch_tree(ev, node.func.value, scope), bound.get("feed_dict"), scope, slot)


def _site(
    ev: Evaluator, node: cst.Call, fetch: Fetch, feed: cst.BaseExpression | None, scope: Scope, slot: Slot
) -> Result:
    if all(isinstance(leaf.value, values.Operation) and leaf.value.kind == "nothing" for leaf in fetch.leaves()):
        return values.Operation("nothing"), node
    if any(isinstance(leaf.value, values.SparseTensor) for leaf in fetch.leaves()):
        ev.program.support.add("sparse_value")
        if ev.program.identifiers & {"sparse_value", "SparseValue"}:
            raise Refuse(node, "fetch-form", "the program has names that a fetched sparse tensor needs", "Rename them.")
        if fetch.kind == "items":
            reason = "a sparse tensor is fetched together with others"
            raise Refuse(node, "fetch-form", reason, "Fetch it in a run of its own.")
    kinds = {leaf.kind for leaf in fetch.leaves()}
    if kinds == {"initializer"}:
        if ev.program.loop_depth:
            raise Refuse(
                node,
                "initialised-again",
                "variables are initialised inside a loop or a function, so perhaps again",
                "Build a fresh graph in a function for each round.",
            )
        if ev.program.trained:
            raise Refuse(
                node,
                "initialised-again",
                "variables are initialised again after a run",
                "Build a fresh graph in a function for each round.",
            )
        return values.Operation("init"), node
    if "initializer" in kinds:
        raise Refuse(
            node, "fetch-form", "an initialiser is run together with other fetches", "Run the initialiser by itself."
        )
    ev.program.trained = (
        ev.program.trained
        or bool([u for leaf in fetch.leaves() for u in leaf.updates])
        or any(leaf.stateful or any(d.stateful for d in closure(leaf.needs)) for leaf in fetch.leaves())
    )
    position = ev.program.positions.get(node)
    assert position is not None
    span = Span(position.start.line, position.start.column, position.end.line, position.end.column)
    from migrate.analysis.models import model_of

    site = Site(len(ev.program.sites), node, span, fetch)
    if not is_none(feed):
        assert feed is not None
        from migrate.analysis.feeds import feeds_of

        feeds_of(ev, site, feed, scope, slot)
    if any(leaf.needs or leaf.updates for leaf in fetch.leaves()):  # a function of its own will give it
        for leaf in fetch.leaves():
            if leaf.node is not None:
                _check_local(ev, leaf.node, scope)
    site.model, site.object = model_of(ev, site)
    _seen_from_inside(site)
    _take_defaults(site)
    ev.program.sites.append(site)
    slot.sites.append(site)
    mark = cst.Call(cst.Name(MARK), [cst.Arg(cst.Integer(str(site.index)))])
    return result_value(fetch), mark


def _seen_from_inside(site: Site) -> None:
    """What a function of a class computes is written as the class has it: self.step or step, not model.step."""
    leaves = list(site.fetch.leaves())
    if site.model and site.object not in ("", SELF) and any(leaf.needs or leaf.updates for leaf in leaves):
        for leaf in leaves:
            if leaf.code is not None:
                leaf.code = cst.parse_expression(seen_inside(code_of(leaf.code), site.object))


def _take_defaults(site: Site) -> None:
    """A state that is fetched and not fed is what it begins with."""
    fed = {*site.fed, *(site.feed_dict.keys.values() if site.feed_dict is not None else ())}
    for leaf in site.fetch.leaves():
        one = next(iter(leaf.needs)) if len(leaf.needs) == 1 else None
        if one is not None and one.default is not None and one not in fed and isinstance(leaf.code, cst.Name):
            if leaf.code.value == one.name:
                leaf.code, leaf.needs = cst.parse_expression(of_object(one.default, site.object or SELF)), set()


def fetched_attribute(
    ev: Evaluator, node: cst.Attribute, value: values.Fetched, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """.c and .h of a state that a run gave back."""
    from migrate.analysis.states import state_attribute

    assert isinstance(value.of, values.State)
    return values.Python(), state_attribute(ev, node, value.of, code, scope, slot)[1]


def close(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    return values.Operation("nothing"), node


def session_attribute(
    ev: Evaluator, node: cst.Attribute, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """session.graph: only what falls away may be done with it."""
    return values.Graph(), code
