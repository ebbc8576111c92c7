"""The migrated side of the proof: run the new program, instrumented, from the legacy initial weights."""

from __future__ import annotations

import os
import sys
import types

from migrate.verify import conditions, old_checkpoints, other_files, quiet, records, shared_data, summaries
from migrate.verify.instrument import NAME, instrument
from migrate.verify.proof import Proof
from migrate.verify.records import Job, Recording
from migrate.verify.streams import Streams


def main(job_path: str) -> None:
    """Run the job in this process; ends it.

    TensorFlow and Keras load while the legacy side is still running.
    """
    import keras  # noqa: F401
    import tensorflow  # noqa: F401

    conditions.wait_for_start()
    job: Job = records.load(job_path)
    recording: Recording = records.load(job.recording)
    streams = Streams(job.seed)
    proof = Proof(job, recording, job.script, streams)
    conditions.watch(job.seconds, lambda: proof.save(records.TIME))
    try:
        own = [site for site in job.plan.sites if not site.file]
        code = compile(instrument(job.plan.source, job.script, own), job.script, "exec")
        other_files.load_migrated(job.plan, proof)
        quiet.hold_off_migrated_dropout(proof.trial.notes)
        summaries.hold_off_writing(proof.trial.notes)
        if job.weights:
            old_checkpoints.pass_over(proof.trial.notes)
        if recording.mnist is not None:
            shared_data.provide_mnist(recording.mnist)
        streams.keep_keras_off()
        program = types.ModuleType("__main__")
        program.__dict__.update({"__file__": job.script, NAME: proof})
        sys.modules["__main__"] = program
        sys.argv = [job.script, *job.argv]
        sys.path[0] = os.path.dirname(job.script)
        conditions.keep_windows_shut(job.plan.source)
        streams.fix()
        exec(code, program.__dict__)
    except SystemExit as stop:
        if stop.code not in (None, 0):
            proof.trial.notes.append(f"the migrated program ended with exit status {stop.code}")
    except BaseException as error:
        proof.stop(records.ERROR, conditions.user_traceback(error, job.script))
    proof.stop(records.FINISHED)
