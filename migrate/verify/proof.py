"""The object `__proof__` that the instrumented migrated program calls at its run sites."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

import numpy as np

from migrate.plan import RunSite
from migrate.verify import conditions, records
from migrate.verify.arguments import with_legacy_feeds
from migrate.verify.owners import OwnerLoader
from migrate.verify.records import Call, Job, Recording, Step, Trial, leaves
from migrate.weights import WeightMismatch


class Proof:
    """Loads weights before calls, aligns the calls with the legacy run's, records their results."""

    def __init__(self, job: Job, recording: Recording, filename: str) -> None:
        self._job = job
        self._recording = recording
        self._sites = {site.index: site for site in job.plan.sites}
        self._loader = OwnerLoader(job.plan.owners, recording.generations, filename)
        self._traced: dict[int, Any] = {}
        self._pending: dict[int, Step] = {}  # by site: begun by `invoke`, ended by `value`
        self._number = 0  # calls of run sites so far
        self._wanted = len(recording.calls) + len(recording.order)
        self._unowned: list[str] = []
        self.trial = Trial()

    def begin(self, site: int) -> None:
        """Before the expression of a site is evaluated."""
        if self._sites[site].function is None and self._number < self._wanted:
            self._load(sys._getframe(1), None, self._expected(None))

    def invoke(self, site: int, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """The call of a site's function."""
        call = self._expected(self._sites[site])
        if call is None:
            return function(*args, **kwargs)
        self._trace(function)
        waiting = self._load(sys._getframe(1), function, call)
        if waiting and not hasattr(function, "get_concrete_function"):
            # Keras layers get their variables in their first call: let one happen symbolically, not for real.
            self._try_symbolically(function, args, kwargs)
            self._load(sys._getframe(1), function, call)
        step = self._pending[site] = Step(site, [])
        args, kwargs = with_legacy_feeds(function, args, kwargs, call, self._job, step)
        return function(*args, **kwargs)

    def value(self, site: int, _begun: None, result: Any) -> Any:
        """After the expression of a site is evaluated; `result` is its value."""
        call = self._expected(self._sites[site])
        step = self._pending.pop(site, None) or Step(site, [])
        if call is not None:
            step.results = _results(result)
        calls = self._recording.calls
        if self._number >= len(calls):
            if call is not None:
                self.trial.late[self._number - len(calls)] = step
            self._number += 1
        else:
            assert call is not None
            self.trial.steps.append(step)
            self._number += 1
            if self._number < len(calls) and calls[self._number].generation != call.generation:
                self._loader.leave(call.generation)
            if self._number == len(calls) and self._recording.end != records.FINISHED:
                self._keep_final_values()
        if self._number >= self._wanted and self._recording.end != records.FINISHED:
            self.stop(self._recording.end)
        return result

    def _expected(self, site: RunSite | None) -> Call | None:
        """The legacy call that this one, of `site`, stands for; None where only the order was recorded.

        Ends the process when there is no such call.
        """
        calls, place = self._recording.calls, self._number - len(self._recording.calls)
        late = self._recording.late.get(place)
        call: Call | None = None
        wanted = -1
        if self._number < len(calls):
            call = calls[self._number]
            wanted = call.site
        elif self._number < self._wanted:
            wanted, call = self._recording.order[place], None if late is None else late.call
        if site is None or wanted == site.index:
            return call
        here = f"the migrated program evaluates line {site.migrated.line} (legacy line {site.legacy.line})"
        if wanted < 0:
            ended = f"the legacy program ended after {self._number}"
            self.stop(records.APART, f"{here} as call {self._number + 1}, {ended}")
        line = self._sites[wanted].legacy.line
        apart = f"as call {self._number + 1} {here}, the legacy program line {line}"
        if place >= 0:  # from other data and weights a program may well take another way
            self.trial.notes.append(f"{apart}: nothing was compared from there on")
            self.stop(self._recording.end)
        self.stop(records.APART, apart)

    def _trace(self, function: Any) -> None:
        """Trace a `tf.function` with a signature before its first call, so that its layers have variables."""
        if id(function) in self._traced or not hasattr(function, "get_concrete_function"):
            return
        self._traced[id(function)] = function
        try:
            function.get_concrete_function()
        except Exception:  # no signature, or an error of the program's own: the call itself will show it
            return

    @staticmethod
    def _try_symbolically(function: Callable[..., Any], args: Any, kwargs: Any) -> None:
        import tensorflow as tf

        try:
            tf.function(lambda: function(*args, **kwargs), autograph=False).get_concrete_function()
        except Exception:  # it cannot run on symbolic values: what it builds is then built in the call
            return

    def _load(self, frame: FrameType, function: Any, call: Call | None) -> list[str]:
        if call is None:
            return []
        late = self._recording.late.get(self._number - len(self._recording.calls))
        try:
            waiting = self._loader.prepare(frame, function, call.generation)
            if late is not None:
                self._loader.reload(call.generation, late.values)
        except WeightMismatch as error:
            self.stop(records.APART, f"the initial weights do not fit: {error}")
        return waiting

    def save(self, end: str, error: str = "") -> None:
        self.trial.end, self.trial.error = end, error
        records.save(self.trial, self._job.output)

    def _keep_final_values(self) -> None:
        calls = min(self._number, len(self._recording.calls))
        if calls and not self.trial.final:
            self.trial.final = self._loader.final_values(self._recording.calls[calls - 1].generation)
            self._unowned = self._loader.unowned()

    def stop(self, end: str, error: str = "") -> NoReturn:
        """Read the final parameters, save, end the process."""
        self._keep_final_values()
        if end not in (records.APART, records.ERROR):
            for name in self._unowned:
                end = records.APART
                error += f"no object of the migrated program holds the legacy variable {name!r}\n"
        self.save(end, error.strip())
        conditions.leave(0)
        raise AssertionError("unreachable")


def _results(value: Any) -> list[np.ndarray]:
    """Flatten as the legacy results are, TensorFlow's composites taken apart as `Session.run` does."""
    flat = []
    for leaf in leaves(value):
        if hasattr(leaf, "dense_shape") and hasattr(leaf, "indices"):
            flat += [leaf.indices, leaf.values, leaf.dense_shape]
        else:
            flat.append(leaf)
    return [np.array(leaf) for leaf in flat]
