"""Which calls of the legacy program are recorded in full, and when enough has been seen."""

from __future__ import annotations

import enum
import re
import time

# A program that names one of these may build several graphs, one after the other.
_FRESH_GRAPHS = re.compile(r"\breset_default_graph\b|\bGraph\(")


class Watch(enum.Enum):
    """How a call is recorded."""

    RUNNING = "running"  # in full: the migrated program gets here from the same initial weights
    LATE = "late"  # in full, with the weights of that moment: a site's first call, after unrecorded ones
    PASSED = "passed"  # only that it happened


class Schedule:
    """The first `calls` calls are recorded, a fifth of that for each later graph, and each site once per graph.

    Beyond the first calls the program may go on for `reach` seconds, as long as there is something to find.
    """

    def __init__(self, calls: int, reach: float, sites: int, source: str) -> None:
        self._calls = calls
        self._of_each_graph = max(2, calls // 5)
        self._reach = reach
        self._sites = sites
        self._several_graphs = _FRESH_GRAPHS.search(source) is not None
        self._seen: set[tuple[int, int]] = set()  # generation, site
        self._recorded: dict[int, int] = {}  # by generation: calls so far, all of them recorded
        self._exhausted: set[int] = set()  # generations with a call that was not
        self._number = 0
        self._until: float | None = None

    def watch(self, site: int, generation: int) -> Watch:
        """Decide on the next call."""
        recorded = self._recorded.get(generation, 0)
        fits = self._number < self._calls or (generation > 0 and recorded < self._of_each_graph)
        if generation not in self._exhausted and fits:
            self._recorded[generation] = recorded + 1
            kind = Watch.RUNNING
        else:
            self._exhausted.add(generation)
            kind = Watch.PASSED if (generation, site) in self._seen else Watch.LATE
        self._seen.add((generation, site))
        self._number += 1
        return kind

    def is_over(self) -> bool:
        """After a call: whether the program can be stopped."""
        if self._number < self._calls:
            return False
        if len({site for _, site in self._seen}) == self._sites and not self._several_graphs:
            return True
        if self._until is None:
            self._until = time.monotonic() + self._reach
        return time.monotonic() > self._until
