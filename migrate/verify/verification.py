"""Run a legacy program and its migrated form in two processes and say whether they give the same."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migrate.plan import Migrated
from migrate.verify import records, workspace
from migrate.verify.compare import ParameterRow, SiteRow, compare_runs
from migrate.verify.distance import Tolerance
from migrate.verify.records import Job, Recording, Trial
from migrate.verify.sides import Side

NUDGE = 2.0**-22  # one or two in the last place of a float32
EQUAL, DIFFERENT, FAILED, NOTHING = "equal", "different", "failed", "nothing-to-compare"


@dataclass(frozen=True)
class Verification:
    """What the proof found.

    `status`: "equal"; "different" (a value, the order of calls, or a parameter); "failed" (a side did not
    run: `error` says which and why); "nothing-to-compare" (no run site was reached).
    """

    status: str
    rows: tuple[SiteRow, ...] = ()
    parameters: ParameterRow | None = None
    notes: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Conditions:
    """How the two programs are run and compared."""

    argv: tuple[str, ...]
    calls: int
    timeout: float
    reach: float
    cwd: Path | None
    seed: int
    rtol: float
    atol: float


def verify_program(
    legacy_path: Path | str,
    migrated: Path | str | None,
    plan: Migrated,
    *,
    argv: Sequence[str] = (),
    calls: int = 25,
    timeout: float = 120.0,
    reach: float | None = None,
    cwd: Path | str | None = None,
    seed: int = 7,
    rtol: float = 1e-3,
    atol: float = 1e-4,
) -> Verification:
    """Run both programs from the same initial weights and compare what their run sites return.

    Args:
        legacy_path: the TF1 script. It runs under `tf1rnn`, in a copy of its folder.
        migrated: text (str) or `Path` of the migrated script; None stands for `plan.source`. It must be
            the text that the plan describes.
        plan: what the codemod says of the file.
        argv: arguments for both scripts.
        calls: that many calls of run sites are recorded and compared, then the final parameters.
        timeout: seconds for each of the two runs.
        reach: seconds that the legacy program may go on after those calls, to reach run sites that had no
            call yet; the first call of each is compared too, from the weights it had there. By default a
            quarter of the timeout.
        cwd: folder to run in, copied too; by default the script's own.
        seed: for `random` and NumPy on both sides.
        rtol, atol: a float may be off by `atol + rtol * |legacy value|`, anything else not at all. What
            differs by more is held against a second legacy run, see `distance.Tolerance`.

    Raises `ValueError` when `migrated` is not the plan's text, `OSError` when a file cannot be read.
    This executes the user's program.
    """
    if isinstance(migrated, Path):
        migrated = migrated.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    if migrated is not None and migrated.replace("\r\n", "\n") != plan.source.replace("\r\n", "\n"):
        raise ValueError("the migrated text is not the one the plan describes: it was edited or is outdated")
    if not plan.sites:
        return Verification(NOTHING, notes=("the program has no run site",))
    folder = Path(cwd) if cwd is not None else None
    reach = timeout / 4 if reach is None else reach
    conditions = Conditions(tuple(argv), calls, timeout, reach, folder, seed, rtol, atol)
    with tempfile.TemporaryDirectory(prefix=workspace.PREFIX, ignore_cleanup_errors=True) as temporary:
        return _Proof(Path(legacy_path).resolve(), plan, conditions, Path(temporary)).verify()


class _Proof:
    """One verification with its temporary folder."""

    def __init__(self, script: Path, plan: Migrated, conditions: Conditions, temporary: Path) -> None:
        self._script, self._plan, self._conditions, self._temporary = script, plan, conditions, temporary
        self._notes: list[str] = []
        self._replacements: dict[str, str] = {}

    def verify(self) -> Verification:
        with self._start("legacy", self._script.read_bytes()) as legacy:
            # The migrated side loads its libraries meanwhile, and runs once it is told to.
            with self._start("migrated", self._plan.source.encode()) as migrated:
                return self._verify(legacy, migrated)

    def _verify(self, legacy: Side, migrated: Side) -> Verification:
        recording = legacy.result()
        if not isinstance(recording, Recording):
            return self._failed(f"the legacy program {self._readable(recording)}")
        self._notes += recording.notes
        if recording.end == records.ERROR:
            return self._failed(f"the legacy program failed:\n{self._readable(recording.error)}")
        if recording.end == records.TIME:
            self._notes.append(self._stopped("legacy", len(recording.calls)))
        if not recording.calls:
            return Verification(NOTHING, notes=(*self._notes, "the legacy program reached no run site"))
        trial = migrated.result()
        if not isinstance(trial, Trial):
            return self._failed(f"the migrated program {self._readable(trial)}")
        return self._judge(recording, trial)

    def _judge(self, recording: Recording, trial: Trial) -> Verification:
        tolerance = Tolerance(self._conditions.rtol, self._conditions.atol)
        comparison = compare_runs(self._plan, recording, trial, tolerance)
        if not comparison.equal and trial.end not in (records.ERROR, records.APART):
            # Before anyone is told that a program is wrong: could it be rounding, grown in training?
            with self._start("legacy", self._script.read_bytes(), "nudged", NUDGE) as side:
                nudged = side.result()
            if isinstance(nudged, Recording):
                tolerance = replace(tolerance, nudged=nudged)
                comparison = compare_runs(self._plan, recording, trial, tolerance)
        notes = list(dict.fromkeys([*self._notes, *trial.notes, *comparison.notes]))
        status, error = EQUAL if comparison.equal else DIFFERENT, ""
        if trial.end == records.ERROR:
            status, error = FAILED, f"the migrated program failed:\n{self._readable(trial.error)}"
        elif trial.end == records.APART:
            status, error = DIFFERENT, trial.error
        elif len(trial.steps) < len(recording.calls):
            if trial.end == records.TIME:
                notes.append(self._stopped("migrated", len(trial.steps)))
                if not trial.steps:
                    status, error = FAILED, "the migrated program reached no run site within the time limit"
            else:
                status = DIFFERENT
                error = (
                    f"the migrated program ended after {len(trial.steps)} calls, "
                    f"the legacy program made {len(recording.calls)}"
                )
        return Verification(status, tuple(comparison.rows), comparison.parameters, tuple(notes), error)

    def _failed(self, error: str) -> Verification:
        return Verification(FAILED, notes=tuple(self._notes), error=error)

    def _stopped(self, side: str, calls: int) -> str:
        stopped = f"the {side} program was stopped by the time limit after {calls} call(s)"
        return f"{stopped}; final parameters were not compared"

    def _readable(self, text: str) -> str:
        for copied, original in self._replacements.items():
            text = text.replace(copied, original)
        return text

    def _lay_out(self, side: str, source: bytes) -> tuple[Path, Path]:
        """Working copies for a side: the script to run and the folder to run it in."""
        own_folder = self._script.parent
        wanted = (self._conditions.cwd or own_folder).resolve()
        places: dict[Path, Path] = {}
        # One copy will do where the script lies below the folder to run in.
        folders = [wanted] if own_folder.is_relative_to(wanted) else [wanted, own_folder]
        for number, folder in enumerate(folders):
            place = self._temporary / f"{side}-{number}" / folder.name
            if workspace.copyable(folder):
                workspace.copy(folder, place)
                self._replacements[str(place)] = str(folder)
                places[folder] = place
            else:
                note = f"{folder} is too large to be copied: the programs ran in it"
                self._notes += [note] if note not in self._notes else []
                places[folder] = folder
        base = folders[-1]
        script = places[base] / self._script.relative_to(base)
        if script == self._script:  # nothing may be written there: the script alone goes elsewhere
            script = self._temporary / f"{side}-script" / self._script.name
            script.parent.mkdir()
            self._replacements[str(script)] = str(self._script)
        script.write_bytes(source)
        return script, places[wanted]

    def _start(self, side: str, source: bytes, label: str = "", nudge: float = 0.0) -> Side:
        label = label or side
        script, folder = self._lay_out(label, source)
        conditions = self._conditions
        job = Job(
            script=str(script),
            argv=conditions.argv,
            plan=self._plan,
            calls=conditions.calls,
            seconds=conditions.timeout,
            reach=0.0 if nudge else conditions.reach,
            seed=conditions.seed,
            rtol=conditions.rtol,
            atol=conditions.atol,
            output=str(self._temporary / f"{label}.out"),
            recording=str(self._temporary / "legacy.out"),
            nudge=nudge,
        )
        records.save(job, self._temporary / f"{label}.job")
        return Side(side, label, folder, self._temporary, conditions.timeout)
