"""The object `__proof__` that the instrumented migrated program calls at its run sites."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NoReturn

import numpy as np

from migrate.plan import RunSite
from migrate.verify import conditions, records
from migrate.verify.arguments import with_legacy_feeds
from migrate.verify.owners import OwnerLoader
from migrate.verify.records import Call, Job, Recording, Step, Trial, leaves
from migrate.verify.sites import first_of_twins
from migrate.verify.streams import Streams
from migrate.verify.summaries import of_dicts
from migrate.weights import WeightMismatch


class Proof:
    """Loads weights before calls, aligns the calls with the legacy run's, records their results."""

    def __init__(self, job: Job, recording: Recording, filename: str, streams: Streams) -> None:
        self._job = job
        self._recording = recording
        self._streams = streams
        self._sites = {site.index: site for site in job.plan.sites}
        self._first = first_of_twins(job.plan.sites)
        self._loader = OwnerLoader(job.plan.owners, recording.generations, filename)
        self._traced: dict[int, Any] = {}
        self._failed_traces: dict[int, Exception] = {}
        self._pending: dict[int, Step] = {}  # by site: begun by `invoke`, ended by `value`
        self._number = 0  # calls of run sites so far
        self._begun: set[int] = set()  # generations
        self._unread = job.weights  # converted weights that the program has not been given yet
        self.trial = Trial()

    def begin(self, site: int) -> None:
        """Before the expression of a site is evaluated."""
        self._keep_final_values()
        if self._sites[site].function is None:
            call = self._recording.calls.get(self._number)
            if call is not None:
                frame = sys._getframe(1)
                self._load(frame, None, call)
                if self._loader.incomplete(call.generation):
                    # What stands here may set a variable: all weights must have been given before.
                    for function in _functions(frame, _object(self._sites[site], frame)):
                        self._trace(function)
                    self._load(frame, None, call)

    def invoke(self, site: int, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """The call of a site's function."""
        self._keep_final_values()
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
        try:
            return function(*args, **kwargs)
        except Exception:
            first = self._failed_traces.get(id(function))
            if first is None:
                raise
            # Layers and optimizers that a failed trace left half made fail in other ways the second time.
            raise first from None

    def value(self, site: int, _begun: None, result: Any) -> Any:
        """After the expression of a site is evaluated; `result` is its value."""
        call = self._expected(self._sites[site])
        if self._unread and call is not None:
            self.stop(records.APART, "after its first call there are still weights that no object of the program holds")
        step = self._pending.pop(site, None) or Step(site, [])
        if call is not None:
            step.results = _results(of_dicts(result, self._sites[site].summaries))
            if call.after is not None:
                step.after = self._loader.read(call.generation)
            self.trial.steps[self._number] = step
        order, generation = self._recording.order, self._recording.order[self._number][1]
        self._begun.add(generation)
        self._number += 1
        if self._number < len(order) and order[self._number][1] != generation:
            self._loader.leave(generation)
        if self._number >= len(order) and self._recording.end != records.FINISHED:
            self.stop(self._recording.end)
        return result

    def _expected(self, site: RunSite) -> Call | None:
        """The legacy call that this one, of `site`, stands for; None where it was only counted.

        Ends the process when there is no such call.
        """
        order = self._recording.order
        wanted = order[self._number][0] if self._number < len(order) else -1
        if wanted == self._first[site.index]:
            return self._recording.calls.get(self._number)
        here = f"the migrated program evaluates line {site.migrated.line} (legacy line {site.legacy.line})"
        if wanted < 0:
            ended = f"the legacy program ended after {self._number}"
            self.stop(records.LOST, f"{here} as call {self._number + 1}, {ended}")
        line = self._sites[wanted].legacy.line
        apart = f"as call {self._number + 1} {here}, the legacy program line {line}"
        if any(number not in self._recording.calls for number in range(self._number)):
            # From other data and weights a program may well take another way.
            self.trial.notes.append(f"{apart}: nothing was compared from there on")
            self.stop(self._recording.end)
        self.stop(records.LOST, apart)

    def _trace(self, function: Any) -> None:
        """Trace a `tf.function` with a signature before its first call, so that its layers have variables."""
        if id(function) in self._traced or not hasattr(function, "get_concrete_function"):
            return
        self._traced[id(function)] = function
        if getattr(function, "input_signature", None) is None:  # what it is traced for shows in the call only
            return
        try:
            function.get_concrete_function()
        except Exception as error:
            self._failed_traces[id(function)] = error

    @staticmethod
    def _try_symbolically(function: Callable[..., Any], args: Any, kwargs: Any) -> None:
        import tensorflow as tf

        try:
            tf.function(lambda: function(*args, **kwargs), autograph=False).get_concrete_function()
        except Exception:  # it cannot run on symbolic values: what it builds is then built in the call
            return

    def _load(self, frame: FrameType, function: Any, call: Call) -> list[str]:
        try:
            model = _object(self._sites[call.site], frame)
            waiting = self._loader.prepare(frame, function, call.generation, model)
            if self._unread:
                for other in _functions(frame, model):  # optimizers too exist once these are traced
                    self._trace(other)
                waiting = self._loader.prepare(frame, function, call.generation, model)
                self._read_weights(frame, call.generation)
            # In its first call a graph has its initial values, and the program must have given them anew.
            if call.before is not None and call.generation in self._begun:
                self._loader.reload(call.generation, call.before)
            elif call.before is not None:
                self._loader.catch_up(call.generation, call.before)
        except WeightMismatch as error:
            self.stop(records.APART, f"the initial weights do not fit: {error}")
        return waiting

    def _read_weights(self, frame: FrameType, generation: int) -> None:
        """The converted checkpoint, as soon as all that it has a place for exists."""
        from migrate.checkpoint import CheckpointError, program

        if self._loader.incomplete(generation):
            return
        path, self._unread = self._unread, ""
        try:
            program.of_frames(self._job.script, frame).give_only(path)
        except CheckpointError as error:
            self.stop(records.APART, f"the converted weights cannot be read: {error}")

    def save(self, end: str, error: str = "") -> None:
        self.trial.end, self.trial.error = end, error
        self.trial.beginnings = self._loader.beginnings
        self.trial.notes += self._streams.notes()
        records.save(self.trial, self._job.output)

    def _keep_final_values(self) -> None:
        """Of the graphs whose last running call has just been made."""
        for place, generation in enumerate(self._recording.generations):
            if generation.until == self._number and place not in self.trial.final:
                self.trial.final[place] = self._loader.read(place)

    def stop(self, end: str, error: str = "") -> NoReturn:
        """Read the final parameters, save, end the process."""
        running = self._recording.order[self._number - 1][1] if self._number else -1
        for place, values in self._loader.final_values(running).items():
            self.trial.final.setdefault(place, values)
        if end not in (records.APART, records.LOST, records.ERROR):
            for name in self._loader.unowned():
                end = records.APART
                error += f"no object of the migrated program holds the legacy variable {name!r}\n"
        self.save(end, error.strip())
        conditions.leave(0)
        raise AssertionError("unreachable")


def _functions(frame: FrameType, model: Any) -> Iterator[Any]:
    """The functions with a signature that the code of a frame can call, those of an object among them."""
    found = [*frame.f_globals.values(), *frame.f_locals.values()]
    if model is not None:
        found += [getattr(model, name) for name in [*vars(model), *vars(type(model))] if not name.startswith("__")]
    for value in found:
        if hasattr(value, "get_concrete_function") and getattr(value, "input_signature", None) is not None:
            yield value


def _object(site: RunSite, frame: FrameType) -> Any:
    """The object whose method a site calls; None where it is no method."""
    return eval(site.object, frame.f_globals, frame.f_locals) if site.object else None


def _results(value: Any) -> list[np.ndarray]:
    """Flatten as the legacy results are, TensorFlow's composites taken apart as `Session.run` does."""
    flat = []
    for leaf in leaves(value):
        if hasattr(leaf, "dense_shape") and hasattr(leaf, "indices"):
            flat += [leaf.indices, leaf.values, leaf.dense_shape]
        else:
            flat.append(leaf)
    return [np.array(leaf) for leaf in flat]
