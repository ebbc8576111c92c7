"""The Python API: convert a checkpoint for a program, convert weights back, load converted weights."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from migrate.checkpoint import outputs, plan
from migrate.checkpoint.errors import CheckpointError
from migrate.checkpoint.legacy import LegacyCheckpoint, read_checkpoint, write_tf1
from migrate.checkpoint.mapping_file import Chosen, read_map
from migrate.checkpoint.program import Program, load_program, of_frames
from migrate.checkpoint.proof import prove
from migrate.checkpoint.survey import survey


@dataclass(frozen=True)
class Report:
    """What was converted. `table` is for people, `how_to_read` the line that a program reads the file with."""

    table: str
    plan: plan.Plan
    warnings: tuple[str, ...] = ()
    written: str = ""
    how_to_read: str = ""
    proof: str = ""


def convert(
    checkpoint: str | Path,
    program: str | Path | Program,
    out: str | Path | None = None,
    *,
    argv: Sequence[str] = (),
    map_file: str | Path | None = None,
    partial: bool = False,
    legacy_program: str | Path | None = None,
) -> Report:
    """Write the variables of a TF1 checkpoint as weights of a Keras program.

    Args:
        checkpoint: prefix, file or folder of a TF1 checkpoint, or the folder of a SavedModel.
        program: the migrated program, or one written by hand; it is run up to its first step. Or what `load_program`
            gave, for several checkpoints of one program.
        out: `*.weights.h5`, `*.keras`, or the prefix of a TensorFlow 2 checkpoint. None: nothing is written.
        argv: the program's arguments.
        map_file: says what goes where, see `migrate.checkpoint.mapping_file`.
        partial: leave out what has no counterpart, on either side.
        legacy_program: the program that wrote the checkpoint: it and the migrated one are run and compared before
            anything is written, see `migrate.checkpoint.proof`.

    Raises `CheckpointError`; then nothing was written.
    """
    legacy, made = _planned(checkpoint, program, argv, map_file, partial)
    plan.check(made, partial)
    if out is not None:
        _spare(legacy, out, whole_folder=outputs.kind_of(out) == "checkpoint")
    made.apply()
    proof = ""
    if legacy_program is not None:
        with tempfile.TemporaryDirectory(prefix="tf1rnn-checkpoint-") as folder:
            trial = Path(folder) / (Path(out).name if out is not None else "model" + outputs.WEIGHTS)
            outputs.write(made.survey, trial)
            path = program.path if isinstance(program, Program) else program
            proof = prove(legacy.prefix, legacy_program, path, trial, argv)
    how = outputs.write(made.survey, out) if out is not None else ""
    return Report(plan.table(made), made, _warnings(legacy), str(out or ""), how, proof)


def look(
    checkpoint: str | Path,
    program: str | Path | Program,
    *,
    argv: Sequence[str] = (),
    map_file: str | Path | None = None,
    partial: bool = False,
) -> Report:
    """The report of a conversion that is not made, whatever stands in its way: `migrate.checkpoint.plan.check` says."""
    legacy, made = _planned(checkpoint, program, argv, map_file, partial)
    return Report(plan.table(made), made, _warnings(legacy))


def convert_back(
    checkpoint: str | Path,
    program: str | Path | Program,
    weights: str | Path,
    out: str | Path,
    *,
    argv: Sequence[str] = (),
    map_file: str | Path | None = None,
    partial: bool = False,
) -> Report:
    """Write weights of the Keras program as a TF1 checkpoint (format V2) with the names of an old one.

    checkpoint: a TF1 checkpoint of the legacy program: names, shapes, and what the Keras program does not have. Values
    that did not change keep their bits. weights: what `convert` wrote, or the program saved in the same way since.
    The graph (`.meta`) of the old checkpoint is copied beside the new one. Raises `CheckpointError`.
    """
    legacy, made = _planned(checkpoint, program, argv, map_file, partial)
    plan.check(made, partial)
    _spare(legacy, out, whole_folder=False)
    made.apply()
    started = {id(variable): np.array(variable.numpy()) for variable, _ in made.converted()}
    outputs.read(made.survey, weights)
    values = plan.back_values(made, started)
    description = Path(f"{legacy.prefix}.meta")
    also = (description,) if description.is_file() else ()
    outputs.atomically_in_parts(Path(out), lambda prefix: write_tf1(prefix, values), also)
    name = Path(out).name
    outputs.note_latest(Path(out).parent, name)
    return Report(plan.table(made), made, _warnings(legacy), str(out), f"saver.restore(sess, {str(out)!r})")


def load_weights(path: str | Path, names: Mapping[str, Any] | None = None) -> None:
    """Load a file that `convert` wrote into the objects of a program that is not one keras.Model.

    names: the names of the program, such as `globals()`; by default those that the caller and the program's functions
    that called it have, and those of its modules: what exists where the first step would follow. The functions that
    have an `input_signature` are traced, so that all weights exist. Raises `CheckpointError`.
    """
    if names is None:
        frame = inspect.currentframe()
        assert frame is not None and frame.f_back is not None
        made = of_frames(frame.f_back.f_code.co_filename, frame.f_back)
    else:
        module = str(names.get("__name__", "__main__"))
        made = Program(Path(str(names.get("__file__", "")) or "program"), [dict(names)], (module, "__main__"))
    made.trace()
    outputs.read(survey(made.namespaces, made.own_modules), path)


def _planned(
    checkpoint: str | Path,
    program: str | Path | Program,
    argv: Sequence[str],
    map_file: str | Path | None,
    partial: bool,
) -> tuple[LegacyCheckpoint, plan.Plan]:
    legacy = read_checkpoint(checkpoint)
    chosen = read_map(map_file) if map_file is not None else Chosen()
    loaded = program if isinstance(program, Program) else load_program(program, argv)
    made = plan.make_plan(legacy, loaded.survey(), chosen, partial)
    made.remarks += loaded.failures
    return legacy, made


def _spare(legacy: LegacyCheckpoint, out: str | Path, whole_folder: bool) -> None:
    """The old checkpoint may be all that is left of a training: it is never overwritten.

    whole_folder: nor is the file `checkpoint` beside it, which would name one of TensorFlow 2 now.
    """
    old, new = Path(legacy.prefix).resolve(), Path(out).resolve()
    if old == new:
        raise CheckpointError(f"{out} is the old checkpoint itself: choose another place")
    if whole_folder and old.parent == new.parent:
        raise CheckpointError(f"{new.parent} has the old checkpoint: choose another folder")


def _warnings(legacy: LegacyCheckpoint) -> tuple[str, ...]:
    bad = legacy.not_finite()
    warnings = [f"NaN or infinity in {', '.join(bad)}"] if bad else []
    if legacy.damaged_graph:
        warnings.append(f"{legacy.damaged_graph} is damaged: forget biases are taken to be those of the program")
    return tuple(warnings)


__all__ = ["CheckpointError", "Report", "convert", "convert_back", "load_program", "load_weights", "look"]
