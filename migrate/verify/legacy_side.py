"""The legacy side of the proof: run the script under the TF1 runtime and record its run sites."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from migrate.verify import conditions, records
from migrate.verify.feeds import fed_values
from migrate.verify.legacy_variables import GraphVariables
from migrate.verify.records import Call, Generation, Job, LateCall, Recording, leaves
from migrate.verify.sites import SiteFinder, user_frames
from migrate.weights import LegacyVariable


class Recorder:
    """Stands between the program and `BaseSession.run`."""

    def __init__(self, job: Job, source: str) -> None:
        self._job = job
        self._script = os.path.realpath(job.script)
        self._finder = SiteFinder(job.plan.sites, source, self._script)
        self._variables = GraphVariables()
        self._generations: dict[int, int] = {}  # id of an open session -> its present generation
        self._sessions: dict[int, Any] = {}  # keeps them alive, so that ids stay unique
        self._busy = False
        self._seen: set[int] = set()  # sites called so far
        self._late_until: float | None = None  # once all calls are recorded: how long to look for other sites
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
        if self._late_until is not None and site.index in self._seen:
            result = self._unwatched(execute)
        else:
            values = self._variables.read(session, self._plain_run) if self._late_until is not None else None
            feeds = fed_values(site.parameters, feed_dict, session.graph, user_frame)
            fed_back = {name for name, value in feeds.items() if self._is_earlier_result(value)}
            result = self._unwatched(execute)
            results = [np.array(leaf) for leaf in leaves(result)]
            self._keep(Call(site.index, generation, feeds, fed_back, results), values)
        self._after_call(site.index)
        return result

    def _unwatched(self, execute: Callable[[], Any]) -> Any:
        """Runs within a run are TensorFlow's own affair."""
        self._busy = True
        try:
            return execute()
        finally:
            self._busy = False

    def _keep(self, call: Call, values: list[LegacyVariable] | None) -> None:
        if values is None:
            self.recording.calls.append(call)
        else:
            call.fed_back = set()  # weights and inputs are the legacy run's own there
            self.recording.late[len(self.recording.order)] = LateCall(call, values)

    def _after_call(self, site: int) -> None:
        self._seen.add(site)
        everything = len(self._seen) == len(self._job.plan.sites)
        if self._late_until is not None:
            self.recording.order.append(site)
            if everything or time.monotonic() > self._late_until:
                self.stop(records.ENOUGH)
        elif len(self.recording.calls) >= self._job.calls:
            if everything:
                self.stop(records.ENOUGH)
            self._keep_all_final_values()
            self._late_until = time.monotonic() + self._job.reach

    def _note_foreign_run(self, frame: Any) -> None:
        own = next(user_frames(frame, self._script), None)
        if own is not None and own is frame:
            note = f"line {own.f_lineno} runs a session and is no run site: its values were not compared"
            if note not in self.recording.notes:
                self.recording.notes.append(note)

    def _is_earlier_result(self, value: Any) -> bool:
        """Whether a fed value is exactly what an earlier call returned, and cannot be so by chance."""
        parts = leaves(value)
        telling = [part for part in parts if part.dtype.kind == "f" and part.size > 1 and np.ptp(part) > 0]
        if not telling:
            return False
        earlier = [result for call in self.recording.calls for result in call.results]
        return all(
            any(part.shape == result.shape and np.array_equal(part, result) for result in earlier)
            for part in telling
        )

    def _generation(self, session: Any) -> int:
        number = self._generations.get(id(session))
        if number is None:
            if self._job.nudge:
                self._variables.nudge(session, self._plain_run, self._job.nudge)
            variables = self._variables.read(session, self._plain_run)
            self.recording.generations.append(Generation(variables))
            number = len(self.recording.generations) - 1
            self._generations[id(session)] = number
            self._sessions[id(session)] = session
        return number

    def keep_final_values(self, session: Any) -> None:
        """The values after the last call that is recorded in full."""
        number = self._generations.get(id(session))
        if number is not None and self._late_until is None:
            final = self._variables.read(session, self._plain_run)
            self.recording.generations[number].final = {
                one.name: one.value for one in final if one.value is not None
            }

    def _keep_all_final_values(self) -> None:
        for number in list(self._generations):
            self.keep_final_values(self._sessions[number])

    def save(self, end: str, error: str = "") -> None:
        if self._late_until is not None:  # all is recorded, this was only a search for more sites
            end = records.ENOUGH
            del self.recording.order[max(self.recording.late, default=-1) + 1 :]
        self.recording.end, self.recording.error = end, error
        records.save(self.recording, self._job.output)

    def stop(self, end: str, error: str = "") -> None:
        """Read the final values of every open session, save, and end the process."""
        self._keep_all_final_values()
        self.save(end, error)
        conditions.leave(0)


def main(job_path: str) -> None:
    """Run the job in this process; ends it."""
    from migrate.verify import quiet, shared_data

    conditions.wait_for_start()
    job: Job = records.load(job_path)
    with open(job.script, encoding="utf-8", newline="") as file:
        source = file.read()
    recorder = Recorder(job, source)
    try:
        launcher = importlib.import_module("tf1rnn.launcher")
        runtime = importlib.import_module("tf1rnn")
        conditions.watch(job.seconds, lambda: recorder.save(records.TIME))
        recorder.install()
        quiet.hold_off_legacy_dropout(runtime, recorder.recording.notes)
        shared_data.record_mnist(recorder.recording)
        conditions.fix_seeds(job.seed)
        conditions.fix_graph_seeds(job.seed)
        launcher.run_script(job.script, list(job.argv))
    except SystemExit as stop:
        if stop.code not in (None, 0):
            recorder.recording.notes.append(f"the legacy program ended with exit status {stop.code}")
    except BaseException as error:
        recorder.stop(records.ERROR, conditions.user_traceback(error, job.script))
    recorder.stop(records.FINISHED)
