"""Run a legacy program and its migrated form in two processes and say whether they give the same."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from migrate.plan import Migrated
from migrate.verify import records, workspace
from migrate.verify.compare import Comparison, ParameterRow, SiteRow, compare_runs, horizon
from migrate.verify.distance import Tolerance
from migrate.verify.records import Mode, Recording, Trial
from migrate.verify.relocation import read_text, relocate
from migrate.verify.runs import Conditions, Runs
from migrate.verify.sides import Side

EQUAL, DIFFERENT, FAILED, NOTHING = "equal", "different", "failed", "nothing-to-compare"


@dataclass(frozen=True)
class Verification:
    """What the proof found.

    `status`: "equal"; "different" (a value, the order of calls, or a parameter); "failed" (a side did not
    run: `error` says which and why); "nothing-to-compare" (no run site was reached, or random numbers drawn in the
    graph are in all that was).
    """

    status: str
    rows: tuple[SiteRow, ...] = ()
    parameters: ParameterRow | None = None
    notes: tuple[str, ...] = ()
    error: str = ""


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
    checkpoint: Path | str | None = None,
    weights: Path | str | None = None,
) -> Verification:
    """Run both programs from the same initial weights and compare what their run sites return.

    Args:
        legacy_path: the TF1 script. It runs under `tf1rnn`, in a copy of its folder.
        migrated: text (str) or `Path` of the migrated script; None stands for `plan.source`. It may have been
            edited, as long as the run sites are still there.
        plan: what the codemod says of the file.
        argv: arguments for both scripts.
        calls: that many calls of run sites are recorded and compared, then the final parameters.
        timeout: seconds for each of the two runs.
        reach: seconds that the legacy program may go on after those calls, to reach run sites that had no
            call yet; the first call of each is compared too, from the weights it had there. By default a
            quarter of the timeout.
        cwd: folder to run in, copied too; by default the script's own.
        seed: for `random` and NumPy on both sides.
        rtol, atol: a float may be off by `atol + rtol * |legacy value|`, anything else not at all.
            Where training blows rounding up to more than that, each call is compared on its own.
        checkpoint: prefix of a TensorFlow 1 checkpoint that the legacy program is given before its first run site.
        weights: what `migrate.checkpoint` made of it, which the migrated program is given there.

    Raises `ValueError` when `migrated` has not the run sites of the plan, or the bytes of a file are no text;
    `OSError` when it cannot be read.
    This executes the user's program.
    """
    if isinstance(migrated, Path):
        migrated = read_text(migrated)
    if migrated is not None:
        plan = relocate(plan, migrated)
    read_text(Path(legacy_path))
    if not plan.sites:
        return Verification(NOTHING, notes=("the program has no run site",))
    folder = Path(cwd) if cwd is not None else None
    reach = timeout / 4 if reach is None else reach
    restored = ("", "") if checkpoint is None or weights is None else (_absolute(checkpoint), _absolute(weights))
    conditions = Conditions(tuple(argv), calls, timeout, reach, folder, seed, rtol, atol, *restored)
    with tempfile.TemporaryDirectory(prefix=workspace.PREFIX, ignore_cleanup_errors=True) as temporary:
        runs = Runs(Path(legacy_path).resolve(), plan, conditions, Path(temporary))
        return _Proof(plan, runs, Tolerance(rtol, atol)).verify()


def _absolute(path: Path | str) -> str:
    return str(Path(path).absolute())


class _Proof:
    """One verification with its temporary folder."""

    def __init__(self, plan: Migrated, runs: Runs, tolerance: Tolerance) -> None:
        self._plan, self._runs, self._tolerance = plan, runs, tolerance
        self._shook = False
        self._shaken: Recording | None = None  # the legacy program from weights that change in their last digits

    def verify(self) -> Verification:
        with self._runs.start_legacy("legacy", Mode.RECORD) as legacy:
            # The migrated side loads its libraries meanwhile, and runs once it is told to.
            with self._runs.start_migrated("migrated", "legacy") as migrated:
                recording = self._recording(legacy)
                if isinstance(recording, Verification):
                    return recording
                trial = self._trial(migrated)
        if isinstance(trial, Verification):
            return trial
        self._shake(recording, trial)
        comparison = compare_runs(self._plan, recording, trial, self._tolerance, self._shaken)
        verification = self._verdict(recording, trial, comparison)
        first = comparison.apart
        if first is None and trial.end == records.LOST:
            first = len(trial.steps)
        if trial.end in (records.ERROR, records.APART) or (first is None and not comparison.doubtful):
            return verification
        closer = self._look_closer(recording, first)
        if closer is not None:
            return closer
        return verification

    def _look_closer(self, recording: Recording, first: int | None) -> Verification | None:
        """Before anyone is told that a program is wrong: could it be rounding, grown in training?

        The legacy program is run once more with weights that change in their last digits. If it too is off by
        then, each call is compared on its own, from the legacy run's weights and inputs of that moment: its
        results, and what it changed in the weights. What an optimizer remembers is each program's own, made
        from the same gradients. Equal steps from equal states make equal programs, and rounding has no time to
        grow in one step. None: nothing came of it.
        """
        with ExitStack() as stack:
            stepwise = stack.enter_context(self._runs.start_legacy("stepwise", Mode.STEPWISE))
            again = stack.enter_context(self._runs.start_migrated("again", "stepwise"))
            since = first
            if first is not None:
                late = first in recording.calls and recording.calls[first].before is not None
                shaken = self._run_shaken(far=late)
                since = horizon(recording, shaken, self._tolerance) if shaken is not None else None
                # Parameters alone may be off for rounding that no change of weights makes: long sums in another order.
                if (since is None or first < since) and first < len(recording.order):
                    return None
            steps = stepwise.result()
            if not isinstance(steps, Recording) or steps.end == records.ERROR or not steps.calls:
                return None
            trial = self._trial(again)
        if isinstance(trial, Verification):
            return None if first is None else trial
        comparison = compare_runs(self._plan, steps, trial, self._tolerance, self._shaken)
        if since is not None and first is not None and since <= first:
            comparison.notes.insert(0, _beyond(first, since, len(recording.order)))
        comparison.notes.insert(min(1, len(comparison.notes)), STEPWISE_NOTE)
        return self._verdict(steps, trial, comparison)

    def _shake(self, recording: Recording, trial: Trial) -> None:
        """Where the migrated program had other data: the legacy program once more tells whether it has to be so."""
        others = [number for number, step in trial.steps.items() if any(step.substituted.values())]
        if others or trial.beginnings:
            self._run_shaken(far=any(recording.calls[number].before is not None for number in others))

    def _beginnings(self, trial: Trial) -> str:
        """What begins otherwise than in the legacy program, though it begins the same in every run there."""
        generations = [] if self._shaken is None else self._shaken.generations
        reasons = [
            one.reason
            for number, one in trial.beginnings
            if number >= len(generations) or one.steady(generations[number])
        ]
        return "\n".join(dict.fromkeys(reasons))

    def _run_shaken(self, far: bool) -> Recording | None:
        if not self._shook:
            self._shook = True
            with self._runs.start_legacy("shaken", Mode.SHAKEN, far) as side:
                result = side.result()
            self._shaken = result if isinstance(result, Recording) else None
        return self._shaken

    def _recording(self, side: Side) -> Recording | Verification:
        recording = side.result()
        if not isinstance(recording, Recording):
            return self._failed(f"the legacy program {self._runs.readable(recording)}")
        if recording.end == records.ERROR:
            error = f"the legacy program failed:\n{self._runs.readable(recording.error)}"
            return self._failed(error, recording.notes)
        if not recording.calls:
            notes = [*self._runs.notes, *recording.notes]
            if recording.end == records.TIME:
                return self._failed("the legacy program reached no run site within the time limit", notes)
            return Verification(NOTHING, notes=(*notes, "the legacy program reached no run site"))
        return recording

    def _trial(self, side: Side) -> Trial | Verification:
        trial = side.result()
        if not isinstance(trial, Trial):
            return self._failed(f"the migrated program {self._runs.readable(trial)}")
        return trial

    def _verdict(self, recording: Recording, trial: Trial, comparison: Comparison) -> Verification:
        status, error = EQUAL if comparison.equal else DIFFERENT, ""
        notes = [*self._runs.notes, *recording.notes]
        if recording.end == records.TIME:
            notes.append(_stopped("legacy", len(recording.order)))
        notes += [*trial.notes, *comparison.notes]
        if trial.end == records.ERROR:
            status, error = FAILED, f"the migrated program failed:\n{self._runs.readable(trial.error)}"
        elif trial.end in (records.APART, records.LOST):
            status, error = DIFFERENT, trial.error
        elif len(trial.steps) < len(recording.calls):
            if trial.end == records.TIME:
                notes.append(_stopped("migrated", len(trial.steps)))
                if not trial.steps:
                    status, error = FAILED, "the migrated program reached no run site within the time limit"
            elif trial.end == records.FINISHED:
                status = DIFFERENT
                error = (
                    f"the migrated program ended after {len(trial.steps)} calls, "
                    f"the legacy program made {len(recording.order)}"
                )
        beginnings = self._beginnings(trial) if status == EQUAL else ""
        if beginnings:
            status, error = DIFFERENT, beginnings
        elif status == DIFFERENT and comparison.apart is not None:
            drawing = self._draws(recording, comparison.apart)
            if drawing is not None:
                status = NOTHING
                notes.append(
                    f"line {drawing} draws random numbers in the graph, and no two versions draw the same: "
                    "from there on nothing can be compared"
                )
        unique = tuple(dict.fromkeys(notes))
        return Verification(status, tuple(comparison.rows), comparison.parameters, unique, error)

    def _draws(self, recording: Recording, apart: int) -> int | None:
        """The line of the first call that drew random numbers, if it is not after the one that differs."""
        first = recording.first_draw
        if first is None or first > apart or first >= len(recording.order):
            return None
        site = recording.order[first][0]
        return next(one.legacy.line for one in self._plan.sites if one.index == site)

    def _failed(self, error: str, notes: Sequence[str] = ()) -> Verification:
        return Verification(FAILED, notes=(*self._runs.notes, *notes), error=error)


STEPWISE_NOTE = (
    "each call was compared on its own, from the legacy run's weights and inputs of that moment: "
    "what it returned and what it changed in the weights"
)


def _beyond(first: int, since: int, calls: int) -> str:
    def name(number: int) -> str:
        return f"call {number + 1}" if number < calls else "the last call"

    return (
        f"training blows rounding up: from {name(since)} on the legacy program itself comes out different when "
        f"its weights change in their last digit; on their own, the two programs are apart from {name(first)} on"
    )


def _stopped(side: str, calls: int) -> str:
    stopped = f"the {side} program was stopped by the time limit after {calls} call(s)"
    return f"{stopped}; final parameters were not compared"
