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
        self.trial = Trial()

    def begin(self, site: int) -> None:
        """Before the expression of a site is evaluated."""
        if self._sites[site].function is None and len(self.trial.steps) < len(self._recording.calls):
            self._load(sys._getframe(1), None, self._recording.calls[len(self.trial.steps)].generation)

    def invoke(self, site: int, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """The call of a site's function."""
        call = self._expected(self._sites[site])
        self._trace(function)
        waiting = self._load(sys._getframe(1), function, call.generation)
        if waiting and not hasattr(function, "get_concrete_function"):
            # Keras layers get their variables in their first call: let one happen symbolically, not for real.
            self._try_symbolically(function, args, kwargs)
            waiting = self._load(sys._getframe(1), function, call.generation)
        step = self._pending[site] = Step(site, [])
        args, kwargs = with_legacy_feeds(function, args, kwargs, call, self._job, step)
        return function(*args, **kwargs)

    def value(self, site: int, _begun: None, result: Any) -> Any:
        """After the expression of a site is evaluated; `result` is its value."""
        call = self._expected(self._sites[site])
        step = self._pending.pop(site, None) or Step(site, [])
        step.results = _results(result)
        self.trial.steps.append(step)
        count = len(self.trial.steps)
        if count < len(self._recording.calls):
            if self._recording.calls[count].generation != call.generation:
                self._loader.leave(call.generation)
        elif self._recording.end != records.FINISHED:
            self.stop(self._recording.end)
        return result

    def _expected(self, site: RunSite) -> Call:
        """The legacy call that this one stands for; ends the process when there is none."""
        number = len(self.trial.steps)
        here = f"the migrated program evaluates line {site.migrated.line} (legacy line {site.legacy.line})"
        if number >= len(self._recording.calls):
            self.stop(records.APART, f"{here} as call {number + 1}, the legacy program ended after {number}")
        call = self._recording.calls[number]
        if call.site != site.index:
            wanted = self._sites[call.site].legacy.line
            self.stop(records.APART, f"as call {number + 1} {here}, the legacy program line {wanted}")
        return call

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

    def _load(self, frame: FrameType, function: Any, generation: int) -> list[str]:
        try:
            return self._loader.prepare(frame, function, generation)
        except WeightMismatch as error:
            self.stop(records.APART, f"the initial weights do not fit: {error}")

    def save(self, end: str, error: str = "") -> None:
        self.trial.end, self.trial.error = end, error
        records.save(self.trial, self._job.output)

    def stop(self, end: str, error: str = "") -> NoReturn:
        """Read the final parameters, save, end the process."""
        steps = len(self.trial.steps)
        if steps:
            last = self._recording.calls[steps - 1].generation
            self.trial.final = self._loader.final_values(last)
            if end != records.APART:
                for name in self._loader.unowned():
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
