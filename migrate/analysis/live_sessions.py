"""Sessions that are open side by side: each has values of its own for the variables, the new program has one.

    first, second = tf.Session(), tf.Session()
    first.run(init)
    second.run(init)
    first.run(train)            # and second still has the initial values
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migrate.analysis.scope import Refuse, closure

if TYPE_CHECKING:
    from migrate.analysis.program import Program
    from migrate.analysis.sessions import Site

_Weight = tuple[int, str]  # an owner, and the object it belongs to


def check_sessions(program: Program, sites: Sequence[Site]) -> None:
    """Refuse a session that runs what another one runs too while that one is in use."""
    seen = dict(enumerate(program.session_runs))
    if len({line for line, _ in seen.values()}) < 2:
        return
    by_index = {site.index: site for site in sites}
    begins: dict[int, int] = {}
    last: dict[tuple[_Weight, int], tuple[int, Site]] = {}
    for order, (line, index) in seen.items():
        begins.setdefault(line, order)
        following = seen[order + 1][1] if order + 1 < len(seen) else len(program.sites)
        if index in by_index and index < following:  # initialising makes no site
            for weight in _weights(program, by_index[index]):
                last[weight, line] = order, by_index[index]
    for (weight, line), (end, site) in last.items():
        for other, (other_end, _) in ((o, last[weight, o]) for w, o in last if w == weight and o != line):
            if begins[line] < begins[other] < end and begins[line] < other_end:
                reason = f"the sessions of lines {line} and {other} are open side by side, each with values of its own"
                advice = "Build a graph for each in a function of its own."
                raise Refuse(site.node, "several-sessions", reason, advice)


def _weights(program: Program, site: Site) -> set[_Weight]:
    """What the run reads or changes of what lasts."""
    owners: set[int] = set()
    for leaf in site.fetch.leaves():
        needs = set(leaf.needs)
        for update in leaf.updates:
            definition = program.update_definitions.get(update)
            needs |= {definition} if definition is not None else set()
        owners |= leaf.variables | {owner for definition in closure(needs) for owner in definition.variables}
    return {(owner, site.object) for owner in owners}
