"""The legacy side of the proof: run the script under the TF1 runtime and record its run sites."""

from __future__ import annotations

import importlib
from pathlib import Path

from migrate.files import read_source
from migrate.verify import conditions, records
from migrate.verify.recorder import Recorder
from migrate.verify.records import Job
from migrate.verify.streams import Streams


def main(job_path: str) -> None:
    """Run the job in this process; ends it."""
    from migrate.verify import quiet, shared_data

    conditions.wait_for_start()
    job: Job = records.load(job_path)
    source = read_source(Path(job.script)).text
    streams = Streams(job.seed)
    recorder = Recorder(job, source, streams)
    try:
        launcher = importlib.import_module("tf1rnn.launcher")
        runtime = importlib.import_module("tf1rnn")
        conditions.watch(job.seconds, lambda: recorder.save(records.TIME))
        recorder.install()
        quiet.hold_off_legacy_dropout(runtime, recorder.recording.notes)
        shared_data.record_mnist(recorder.recording)
        conditions.keep_windows_shut(source)
        streams.fix()
        conditions.fix_graph_seeds(job.seed)
        launcher.run_script(job.script, list(job.argv))
    except SystemExit as stop:
        if stop.code not in (None, 0):
            recorder.recording.notes.append(f"the legacy program ended with exit status {stop.code}")
    except BaseException as error:
        recorder.stop(records.ERROR, conditions.user_traceback(error, job.script))
    recorder.stop(records.FINISHED)
