"""Two recordings held against each other, call by call and then the final parameters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from migrate.plan import Migrated, RunSite
from migrate.verify.distance import MARGIN, Distance, Tolerance
from migrate.verify.records import TIME, Call, Recording, Step, Trial, leaves
from migrate.verify.updates import coarseness, compare_updates

FINAL, CHANGES = "final parameters", "parameter changes"
# Both programs have changed a variable by as much, up to this part of it (norms): else each step is looked at.
_SAME_WAY = 1e-2


@dataclass(frozen=True)
class SiteRow:
    """One line of the table: a run site of the legacy file."""

    line: int
    function: str
    calls: int
    max_abs: float
    max_rel: float
    equal: bool
    reason: str = ""


@dataclass(frozen=True)
class ParameterRow:
    """The parameters in TF1's layout: after the last call, or what each call changed in them."""

    count: int
    max_abs: float
    max_rel: float
    equal: bool
    reason: str = ""
    name: str = FINAL


@dataclass
class Comparison:
    """Everything that two runs have in common, and notes about what they have not.

    `apart` is the number of the first call that differs; a difference in the parameters alone counts as a call
    after the last one. `doubtful` says that nothing differs by more than the tolerance, but the
    parameters have moved too little for that to tell much.
    """

    rows: list[SiteRow] = field(default_factory=list)
    parameters: ParameterRow | None = None
    notes: list[str] = field(default_factory=list)
    apart: int | None = None
    doubtful: bool = False

    @property
    def equal(self) -> bool:
        return self.apart is None


def compare_runs(
    plan: Migrated, recording: Recording, trial: Trial, tolerance: Tolerance, again: Recording | None = None
) -> Comparison:
    """Compare call by call, and then the final parameters, or what each call changed in them if that is known.

    `again` is another run of the legacy program, from weights a little changed: data that are the same in both have
    to be the same in the migrated program.
    """
    comparison = Comparison()
    distances = {site.index: Distance() for site in plan.sites}
    changes = Distance()
    fed: dict[int, Counter[str]] = {site.index: Counter() for site in plan.sites}
    late: dict[int, list[int]] = {site.index: [] for site in plan.sites}
    for number, call in recording.calls.items():
        step = trial.steps.get(number)
        if step is None:
            continue
        fed[step.site].update(list(step.substituted))
        where = f"call {number + 1}"
        other = None if again is None else again.calls.get(number)
        equal = _compare_call(distances[step.site], where, call, step, tolerance)
        equal &= _compare_data(distances[step.site], where, call, step, other, tolerance)
        if call.after is not None and step.after is not None:
            reason = compare_updates(changes, call, step, tolerance)
            if reason:
                equal = False
                for distance in (changes, distances[step.site]):
                    distance.reason = distance.reason or f"{where}: {reason}"
        elif call.before is not None:
            late[step.site].append(number + 1)
        if not equal and comparison.apart is None:
            comparison.apart = number
    for site in plan.sites:
        one = distances[site.index]
        comparison.rows.append(
            SiteRow(
                site.legacy.line, _name(site), one.count, one.max_abs, one.max_rel, not one.reason, one.reason
            )
        )
        comparison.notes += _notes(site, one, fed[site.index], late[site.index])
    if changes.count:
        comparison.parameters = _row(changes, CHANGES)
    elif recording.end != TIME and len(recording.calls) == len(trial.steps):
        _compare_parameters(comparison, recording, trial, tolerance)
    return comparison


def horizon(recording: Recording, shaken: Recording, tolerance: Tolerance) -> int | None:
    """The first call at which rounding shows: where a legacy run whose weights change in the last digit before
    each call is off by more than a part of the tolerance. Its parameters alone count as a call after the last.
    """
    fine = _fine(tolerance)
    last = len(recording.order)
    for number in range(last):
        if recording.order[number : number + 1] != shaken.order[number : number + 1]:
            return number
        pair = recording.calls.get(number), shaken.calls.get(number)
        if pair[0] is None or pair[1] is None:
            continue
        for one, other in zip(pair[0].results, pair[1].results, strict=False):
            if not Distance().add(one, other, fine, "") or _shows(one, other, fine):
                return number
    for one_graph, other_graph in zip(recording.generations, shaken.generations, strict=False):
        for name, value in one_graph.final.items():
            if name in other_graph.final and not Distance().add(value, other_graph.final[name], fine, ""):
                return last
    return None


def _shows(legacy: np.ndarray, shaken: np.ndarray, fine: Tolerance) -> bool:
    """Whether rounding has come as far in any element as it may in the smallest.

    What has grown in a large element of a state is not much there, but goes on to the others in the next call.
    """
    legacy, shaken = np.asarray(legacy), np.asarray(shaken)
    if legacy.dtype.kind != "f" or legacy.shape != shaken.shape or not legacy.size:
        return False
    smallest = float(np.min(np.abs(legacy)))
    with np.errstate(invalid="ignore"):
        apart = np.abs(shaken.astype(np.float64) - legacy)
    return bool(np.nanmax(apart, initial=0.0) > fine.atol + fine.rtol * smallest)


def _notes(site: RunSite, distance: Distance, fed: Counter[str], late: list[int]) -> list[str]:
    here = f"line {site.legacy.line}"
    notes = [
        f"{here}: {name} of {count} of {distance.count} calls "
        f"fed from the legacy run, the migrated program had other data"
        for name, count in fed.items()
    ]
    if late:
        shown = ", ".join(map(str, late[:3])) + (f" and {len(late) - 3} more" if len(late) > 3 else "")
        notes.append(
            f"{here}: call{'s' if len(late) > 1 else ''} {shown} compared "
            f"from the legacy run's weights and inputs of that moment"
        )
    if not distance.count:
        notes.append(f"{here}: not reached in the calls compared")
    return notes


def _name(site: RunSite) -> str:
    return site.function or "(expression)"


def _compare_call(distance: Distance, where: str, call: Call, step: Step, tolerance: Tolerance) -> bool:
    distance.count += 1
    equal = True
    for name, off in step.astray.items():
        equal = False
        distance.reason = distance.reason or (
            f"{where}: {name} should be an earlier result, as in the legacy program, off by {off:.3g}"
        )
    if len(call.results) != len(step.results):
        equal = False
        distance.reason = (
            distance.reason or f"{where}: {len(step.results)} values instead of {len(call.results)}"
        )
    for place, (old, new) in enumerate(zip(call.results, step.results, strict=False)):
        value = f", value {place + 1}" if len(call.results) > 1 else ""
        samples = [sample.results[place] for sample in call.samples if place < len(sample.results)]
        equal &= distance.add(old, new, tolerance, where + value, samples)
    return equal


def _compare_data(
    distance: Distance, where: str, call: Call, step: Step, again: Call | None, tolerance: Tolerance
) -> bool:
    """Whether the migrated program had the data of the legacy program, where chance and rounding have no part in it."""
    equal = True
    for name, off in step.substituted.items():
        if off and again is not None and _steady(call, again, name, tolerance):
            equal = False
            distance.reason = distance.reason or (
                f"{where}: {name} is not what the legacy program feeds, the same in every run, off by {off:.3g}"
            )
    return equal


def _steady(call: Call, again: Call, name: str, tolerance: Tolerance) -> bool:
    """Whether two runs of the legacy program feed the same at one call."""
    if (call.site, call.generation) != (again.site, again.generation) or name not in again.feeds:
        return False
    fine = _fine(tolerance)
    one, other = leaves(call.feeds[name]), leaves(again.feeds[name])
    return len(one) == len(other) and all(Distance().add(*pair, fine, "") for pair in zip(one, other, strict=True))


def _fine(tolerance: Tolerance) -> Tolerance:
    return Tolerance(tolerance.rtol / MARGIN, tolerance.atol / MARGIN)


def _compare_parameters(
    comparison: Comparison, recording: Recording, trial: Trial, tolerance: Tolerance
) -> None:
    distance = Distance()
    for number, values in trial.final.items():
        generation = recording.generations[number]
        initial = {one.name: one.value for one in generation.variables}
        for name, value in values.items():
            legacy, start = generation.final.get(name), initial.get(name)
            if legacy is None:
                continue
            distance.count += 1
            if not distance.add(legacy, value, tolerance, name) and comparison.apart is None:
                comparison.apart = len(recording.order)
            comparison.doubtful |= not _moved_alike(start, legacy, value)
    if distance.count:
        comparison.parameters = _row(distance, FINAL)


def _moved_alike(start: np.ndarray | None, legacy: np.ndarray, migrated: np.ndarray) -> bool:
    """Whether a variable has come about as far in both programs, whatever the size of its values."""
    same_form = start is not None and start.shape == legacy.shape == migrated.shape
    if start is None or not same_form or legacy.dtype.kind != "f":
        return True
    change = np.linalg.norm(legacy.astype(np.float64) - start)
    apart = np.linalg.norm(migrated.astype(np.float64) - legacy)
    return not apart > _SAME_WAY * change + np.linalg.norm(coarseness(start))


def _row(distance: Distance, name: str) -> ParameterRow:
    return ParameterRow(
        distance.count, distance.max_abs, distance.max_rel, not distance.reason, distance.reason, name
    )
