"""Which statements of the graph each run needs, and which of them several runs share.

Of a variable that a run changes, TF1 gave the value after the change: it fetched a reference, at the end of the run.

Every distinct run becomes a function (a Step). A statement's signature is the set of steps that need it; statements
with one signature belong together. What a statement needs, its dependents' steps need too, so groups never form
a cycle: a group only depends on groups of larger signatures.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from migrate.analysis import values
from migrate.analysis.program import Program
from migrate.analysis.scope import Definition, Refuse, closure, code_of
from migrate.analysis.sessions import Fetch, Site
from migrate.emit.results import returned


@dataclass(eq=False)
class Step:
    """One function that does what one kind of run did."""

    fetch: Fetch
    sites: list[Site]
    definitions: set[Definition] = field(default_factory=set)
    taped: set[Definition] = field(default_factory=set)  # what the gradient tape must see
    update: int | None = None
    update_definition: Definition | None = None
    name: str = ""
    parameters: list[Definition] = field(default_factory=list)

    @property
    def values(self) -> list[Fetch]:
        return [leaf for leaf in self.fetch.leaves() if leaf.kind == "value"]


@dataclass(eq=False)
class Group:
    """Statements that the same steps need."""

    steps: frozenset[Step]
    definitions: list[Definition]
    name: str = ""
    parameters: list[Definition] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    inline: bool = False


def direct(site: Site) -> bool:
    """Whether the run only reads variables and constants: no function is needed for it."""
    leaves = list(site.fetch.leaves())
    if any(leaf.needs or leaf.updates for leaf in leaves):
        return False
    return len(leaves) == 1 or all(not leaf.stateful for leaf in leaves)


def steps_of(program: Program, sites: list[Site]) -> list[Step]:
    """The distinct runs; sites that fetch the same and update the same share one."""
    found: dict[object, Step] = {}
    for site in sites:
        if direct(site):
            continue
        key = (
            site.updates,
            tuple(
                (leaf.kind, code_of(leaf.code) if leaf.code is not None else "", frozenset(leaf.needs))
                for leaf in site.fetch.leaves()
                if leaf.kind == "value"
            ),
            tuple(code_of(code) for code in returned(site.fetch)),
        )
        if key in found:
            found[key].sites.append(site)
        else:
            found[key] = Step(site.fetch, [site])
    for step in found.values():
        _slice(program, step)
    return list(found.values())


def _slice(program: Program, step: Step) -> None:
    site = step.sites[0]
    if len(site.updates) > 1:
        raise Refuse(
            site.node,
            "several-updates",
            "one run applies two training operations, in no defined order",
            "Run them one after the other.",
        )
    starts = set(site.needs)
    if site.updates:
        step.update = site.updates[0]
        step.update_definition = program.update_definitions.get(step.update)
        assert step.update_definition is not None
        starts |= step.update_definition.needs
        starts.add(step.update_definition)
    step.definitions = closure(starts)
    losses = {loss for definition in step.definitions for loss in definition.losses}
    step.taped = closure(losses)
    for definition in step.taped:
        if definition.kind == "gradient":
            raise Refuse(
                definition.node,
                "gradient-in-loss",
                "the loss depends on tf.trainable_variables() or on other gradients",
                "List the variables of the penalty.",
            )
    _check_writes(step)
    gradients = [d for d in step.definitions if d.kind == "gradient"]
    if gradients and not losses:
        raise Refuse(gradients[0].node, "variable-collection", "tf.trainable_variables() is used without gradients")
    if step.update is not None:
        for leaf in step.values:
            if leaf.variables and not leaf.needs and not isinstance(leaf.value, values.Variable):
                raise Refuse(
                    site.node,
                    "racy-fetch",
                    "the run updates what a fetched expression reads: TF1 did not say which value comes back",
                    "Fetch it in a run of its own.",
                )
        _check_other_writes(program, step)


def _check_other_writes(program: Program, step: Step) -> None:
    """A run that trains may change other variables, if neither the training nor anything else in the run reads them."""
    writers = {definition for definition in step.definitions if definition.stateful}
    touched = {variable for definition in writers for variable in definition.variables}
    touched |= {variable for leaf in step.values if leaf.stateful for variable in leaf.variables}
    apart = {definition for definition in step.definitions if not definition.stateful}
    read = {variable for definition in apart for variable in definition.variables}
    if touched & read or any(program.owners[variable].trainable is not False for variable in touched):
        node = min(writers, key=lambda definition: definition.index).node if writers else step.sites[0].node
        raise Refuse(
            node, "racy-fetch", "a run trains and changes variables that it reads", "Run them one after the other."
        )


def _check_writes(step: Step) -> None:
    """TF1 gave no order to a run that assigns to a variable and reads it besides."""
    for leaf in step.values:
        seen = closure(leaf.needs)
        writers = {d for d in seen if d.stateful}
        written = {v for d in writers for v in d.variables} | (leaf.variables if leaf.stateful else set())
        for other in step.values:
            theirs = closure(other.needs)
            if other is leaf or (writers and writers <= theirs) or isinstance(other.value, values.Variable):
                continue
            read = other.variables | {v for d in theirs for v in d.variables}
            if written & read:
                raise Refuse(
                    step.sites[0].node,
                    "racy-fetch",
                    "one run assigns to a variable and reads it: TF1 did not say which value comes back",
                    "Make it two runs.",
                )


def signatures(steps: list[Step], definitions: list[Definition]) -> list[Group]:
    """Groups of the statements that more than one step needs, the most shared first."""
    groups: dict[frozenset[Step], list[Definition]] = {}
    shared: dict[Definition, frozenset[Step]] = {}
    for definition in definitions:
        follows = any(d.kind == "gradient" for d in closure([definition]))  # each step has a tape of its own
        if definition.kind == "compute" and not follows:
            shared[definition] = frozenset(step for step in steps if definition in step.definitions)
    for definition in definitions:
        users = shared.get(definition, frozenset())
        if len(users) > 1:
            groups.setdefault(users, []).append(definition)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[0]), item[1][0].index))
    return [Group(users, found) for users, found in ordered]


def attach_traces(definitions: list[Definition], steps: list[Step]) -> None:
    """Statements that only print or append follow the tensors they are about."""
    for definition in definitions:
        if definition.kind != "trace":
            continue
        for step in steps:
            if definition.needs and definition.needs <= step.definitions:
                step.definitions.add(definition)
                if definition.needs & step.taped:
                    step.taped.add(definition)
