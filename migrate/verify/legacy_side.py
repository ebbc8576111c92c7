"""The legacy side of the proof: run the script under the TF1 runtime and record its run sites."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import numpy as np

from migrate.verify import conditions, records
from migrate.verify.feeds import fed_values
from migrate.verify.legacy_variables import GraphVariables
from migrate.verify.records import Call, Generation, Job, Recording, leaves
from migrate.verify.sites import SiteFinder, user_frames


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
        feeds = fed_values(site.parameters, feed_dict, session.graph, user_frame)
        fed_back = {name for name, value in feeds.items() if self._is_earlier_result(value)}
        self._busy = True  # runs within a run are TensorFlow's own affair
        try:
            result = execute()
        finally:
            self._busy = False
        results = [np.array(leaf) for leaf in leaves(result)]
        self.recording.calls.append(Call(site.index, generation, feeds, fed_back, results))
        if len(self.recording.calls) >= self._job.calls:
            self.stop(records.ENOUGH)
        return result

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
            variables = self._variables.read(session, self._plain_run)
            self.recording.generations.append(Generation(variables))
            number = len(self.recording.generations) - 1
            self._generations[id(session)] = number
            self._sessions[id(session)] = session
        return number

    def keep_final_values(self, session: Any) -> None:
        number = self._generations.get(id(session))
        if number is not None:
            final = self._variables.read(session, self._plain_run)
            self.recording.generations[number].final = {
                one.name: one.value for one in final if one.value is not None
            }

    def save(self, end: str, error: str = "") -> None:
        self.recording.end, self.recording.error = end, error
        records.save(self.recording, self._job.output)

    def stop(self, end: str, error: str = "") -> None:
        """Read the final values of every open session, save, and end the process."""
        for number in list(self._generations):
            self.keep_final_values(self._sessions[number])
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
    conditions.watch(job.seconds, lambda: recorder.save(records.TIME))
    try:
        launcher = importlib.import_module("tf1rnn.launcher")
        runtime = importlib.import_module("tf1rnn")
        recorder.install()
        quiet.hold_off_legacy_dropout(runtime, recorder.recording.notes)
        shared_data.record_mnist(recorder.recording)
        conditions.fix_seeds(job.seed)
        launcher.run_script(job.script, list(job.argv))
    except SystemExit as stop:
        if stop.code not in (None, 0):
            recorder.recording.notes.append(f"the legacy program ended with exit status {stop.code}")
    except BaseException as error:
        recorder.stop(records.ERROR, conditions.user_traceback(error, job.script))
    recorder.stop(records.FINISHED)
