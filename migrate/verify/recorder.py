"""What stands between the legacy program and `Session.run`: it records calls, weights, and what rounding does."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from migrate.files import read_source
from migrate.verify import conditions, records
from migrate.verify.draws import Draws
from migrate.verify.feeds import fed_values
from migrate.verify.legacy_variables import GraphVariables
from migrate.verify.records import Call, Generation, Job, Mode, Recording, leaves
from migrate.verify.sampling import Sampler
from migrate.verify.schedule import Schedule, Watch
from migrate.verify.sites import SiteFinder, first_of_twins, user_frames
from migrate.verify.streams import Streams
from migrate.verify.summaries import Kinds, of_messages
from migrate.weights import LegacyVariable

NUDGE = 2.0**-22  # one or two in the last place of a float32
MOST_BYTES = 1_000_000_000  # of weights recorded call by call


class Recorder:
    """Stands between the program and `BaseSession.run`."""

    def __init__(self, job: Job, source: str, streams: Streams) -> None:
        self._job = job
        self._streams = streams
        self._script = os.path.realpath(job.script)
        self._finder = SiteFinder(job.plan.sites, {self._script: source, **_others(job)}, self._script)
        self._schedule = Schedule(job.calls, job.reach, len(set(first_of_twins(job.plan.sites).values())), source)
        self._variables = GraphVariables()
        self._sampler = Sampler(self._variables, NUDGE)
        self._draws = Draws()
        self._generations: dict[int, int] = {}  # id of an open session -> its present generation
        self._sessions: dict[int, Any] = {}  # keeps them alive, so that ids stay unique
        self._busy = False
        self._kinds: Kinds = ()  # of the summaries that the run at work gives
        self._bytes = 0
        self.recording = Recording()

    def install(self) -> None:
        """Patch the session class, from here on every run is seen."""
        from tensorflow.python.client import session as session_module

        base = session_module.BaseSession
        self._plain_run = base.run
        plain_close = base.close
        recorder = self

        def run(
            session: Any, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None
        ) -> Any:
            return recorder.run(session, fetches, feed_dict, options, run_metadata)

        def close(session: Any) -> None:
            recorder.keep_final_values(session)
            recorder._generations.pop(id(session), None)
            plain_close(session)

        base.run = run
        base.close = close
        self._variables.install()

    def run(self, session: Any, fetches: Any, feed_dict: Any, options: Any, run_metadata: Any) -> Any:
        def execute() -> Any:
            return self._plain_run(session, fetches, feed_dict, options, run_metadata)

        if self._busy:
            return execute()
        if self._variables.is_initializer(session.graph, fetches):
            # What was reached so far ends here: the variables begin anew.
            self.keep_final_values(session)
            self._generations.pop(id(session), None)
            return execute()
        frame = sys._getframe(2)
        found = self._finder.find(frame)
        if found is None:
            self._note_foreign_run(frame)
            return execute()
        site, user_frame = found
        generation = self._generation(session)
        if self.recording.first_draw is None and self._draws(session.graph, fetches, feed_dict):
            self.recording.first_draw = len(self.recording.order)
        kind = self._schedule.watch(site.index, generation)
        if kind is not Watch.RUNNING:
            self.keep_final_values(session, len(self.recording.order))
        if kind is Watch.PASSED:
            result = self._unwatched(execute)
        else:
            feeds = fed_values(site.parameters, feed_dict, session.graph, user_frame)
            call = Call(site.index, generation, feeds, set(), [])
            self._kinds = site.summaries
            result = self._unwatched(lambda: self._record(session, call, execute, kind is Watch.LATE))
            self.recording.calls[len(self.recording.order)] = call
        self.recording.order.append((site.index, generation))
        if self._schedule.is_over() or self._bytes > MOST_BYTES:
            self.stop(records.ENOUGH)
        return result

    def _unwatched(self, execute: Callable[[], Any]) -> Any:
        """Runs within a run are TensorFlow's own affair."""
        self._busy = True
        try:
            return execute()
        finally:
            self._busy = False

    def _record(self, session: Any, call: Call, execute: Callable[[], Any], late: bool) -> Any:
        # A late call comes after others that were not followed: what an optimizer remembers may differ there.
        stepwise = self._job.mode is Mode.STEPWISE and not late
        if self._job.mode is Mode.SHAKEN:
            self._variables.nudge(session, self._plain_run, NUDGE, len(self.recording.order))
        if late or stepwise:
            call.before = self._read(session)
        if not late:  # else weights and inputs are the legacy run's own
            call.fed_back = {name for name, value in call.feeds.items() if self._is_earlier_result(value)}
        if stepwise:
            start = self._sampler.snapshot(session, self._plain_run)
        result = execute()
        call.results = self._arrays(result)
        if stepwise:
            call.after = _by_name(self._read(session))
            again = self._sampler.sample(session, self._plain_run, lambda: self._arrays(execute()), start, call)
            call.samples = again
        return result

    def _arrays(self, result: Any) -> list[np.ndarray]:
        return [np.array(leaf) for leaf in leaves(of_messages(result, self._kinds))]

    def _read(self, session: Any) -> list[LegacyVariable]:
        variables = self._variables.read(session, self._plain_run)
        self._bytes += sum(one.value.nbytes for one in variables if one.value is not None)
        return variables

    def _note_foreign_run(self, frame: Any) -> None:
        own = next(user_frames(frame, {self._script}), None)
        if own is not None and own[0] is frame:
            note = f"line {frame.f_lineno} runs a session and is no run site: its values were not compared"
            if note not in self.recording.notes:
                self.recording.notes.append(note)

    def _is_earlier_result(self, value: Any) -> bool:
        """Whether a fed value is exactly what an earlier call returned, and cannot be so by chance."""
        parts = leaves(value)
        telling = [part for part in parts if part.dtype.kind == "f" and part.size > 1 and np.ptp(part) > 0]
        if not telling:
            return False
        earlier = [result for call in self.recording.calls.values() for result in call.results]
        return all(
            any(part.shape == result.shape and np.array_equal(part, result) for result in earlier)
            for part in telling
        )

    def _generation(self, session: Any) -> int:
        number = self._generations.get(id(session))
        if number is None:
            restored = self._restore(session)
            variables = self._read(session)
            given, drawn = set[str](), set[str]()
            if not restored:
                given, drawn = self._variables.origins(session, self._plain_run, self._draws, variables)
            self.recording.generations.append(Generation(variables, given=given, drawn=drawn))
            number = len(self.recording.generations) - 1
            self._generations[id(session)] = number
            self._sessions[id(session)] = session
        return number

    def _restore(self, session: Any) -> bool:
        """Give the first graph what the job's checkpoint holds, slots of optimizers too; whether there is one."""
        if not self._job.checkpoint or self.recording.generations:
            return False
        from migrate.checkpoint.legacy import read_checkpoint

        values = read_checkpoint(self._job.checkpoint).values
        without = self._variables.restore(session, self._plain_run, values)
        if without:
            shown = ", ".join(without[:5]) + (" and others" if len(without) > 5 else "")
            self.recording.notes.append(f"the checkpoint has no {shown}: they began as in any run")
        return True

    def keep_final_values(self, session: Any, until: int | None = None) -> None:
        """The values after the last call that is recorded as a running one."""
        number = self._generations.get(id(session))
        if number is None or self.recording.generations[number].until is not None:
            return
        generation = self.recording.generations[number]
        generation.final, generation.until = _by_name(self._read(session)), until

    def save(self, end: str, error: str = "") -> None:
        recording = self.recording
        last = max(recording.calls, default=-1) + 1
        if end != records.ENOUGH and last < len(recording.order):
            end = records.ENOUGH  # all is recorded, this was only a search for more
        if end == records.ENOUGH:
            del recording.order[last:]
        recording.end, recording.error = end, error
        recording.notes += self._streams.notes()
        records.save(recording, self._job.output)

    def stop(self, end: str, error: str = "") -> None:
        """Read the final values of every open session, save, and end the process."""
        for number in list(self._generations):
            self.keep_final_values(self._sessions[number])
        self.save(end, error)
        conditions.leave(0)


def _by_name(variables: list[LegacyVariable]) -> dict[str, np.ndarray]:
    return {one.name: one.value for one in variables if one.value is not None}


def _others(job: Job) -> dict[str, str]:
    """The other files of the program: real path, legacy text."""
    return {os.path.realpath(path): read_source(Path(path)).text for path, _ in job.plan.others}
