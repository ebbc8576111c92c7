"""Two recordings held against each other: pure NumPy, no processes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from migrate.plan import Migrated, RunSite
from migrate.verify.records import TIME, Call, Recording, Step, Trial, leaves

# How much farther the migrated program may be from the legacy one than that is from itself when nudged: the
# nudge is one rounding of each weight, another order of summation rounds differently in every operation.
MARGIN = 20.0


@dataclass(frozen=True)
class Tolerance:
    """A float may be off by `atol + rtol * |legacy|`, anything else not at all.

    Training can blow rounding errors up until they show. So there may be a second run of the legacy program
    whose initial weights were changed in their last digits: a value may be off by `MARGIN` times what this
    changed at the same place. A program that computes something else is off where such a nudge is not felt.
    """

    rtol: float
    atol: float
    nudged: Recording | None = None


@dataclass
class Distance:
    """How far values of one site, or of the parameters, are apart.

    `max_rel` relates the largest difference within an array to the largest magnitude in the legacy array.
    `reason` is empty when everything is equal within the tolerance.
    """

    count: int = 0
    max_abs: float = 0.0
    max_rel: float = 0.0
    reason: str = ""
    drifted: str = ""  # where rounding alone explains a difference, the first place

    def add(
        self,
        legacy: np.ndarray,
        migrated: np.ndarray,
        tolerance: Tolerance,
        where: str,
        nudged: np.ndarray | None = None,
    ) -> None:
        """Take one pair of arrays into account; the first difference becomes the reason.

        `nudged` is what the legacy program gave in its second run, see `Tolerance`.
        """
        legacy, migrated = np.asarray(legacy), np.asarray(migrated)
        reason = self._compare(legacy, migrated, tolerance)
        if reason and nudged is not None and _apart(legacy, migrated) <= MARGIN * _apart(legacy, nudged):
            self.drifted = self.drifted or where
            reason = ""
        if reason and not self.reason:
            self.reason = f"{where}: {reason}"

    def _compare(self, legacy: np.ndarray, migrated: np.ndarray, tolerance: Tolerance) -> str:
        if _kind(legacy) != _kind(migrated):
            return f"{migrated.dtype} instead of {legacy.dtype}"
        if legacy.shape != migrated.shape:
            return f"shape {migrated.shape} instead of {legacy.shape}"
        if _kind(legacy) not in "fciub":
            return "" if np.array_equal(legacy, migrated) else f"{_some(migrated)} instead of {_some(legacy)}"
        if legacy.size == 0:
            return ""
        exact = _kind(legacy) != "f"
        wide = np.complex128 if legacy.dtype.kind == "c" else np.float64
        old, new = legacy.astype(wide), migrated.astype(wide)
        both_finite = np.isfinite(old) & np.isfinite(new)
        with np.errstate(invalid="ignore"):  # inf - inf
            apart = np.abs(np.where(both_finite, new - old, 0.0))
        magnitude = float(np.max(np.abs(np.where(np.isfinite(old), old, 0.0))))
        self.max_abs = max(self.max_abs, float(apart.max()))
        if apart.max() > 0:
            self.max_rel = max(self.max_rel, float(apart.max()) / magnitude if magnitude else float("inf"))
        if exact:
            return "" if np.array_equal(legacy, migrated) else f"{_some(migrated)} instead of {_some(legacy)}"
        if np.allclose(new, old, tolerance.rtol, tolerance.atol, equal_nan=True):
            return ""
        old, new = old[both_finite], new[both_finite]
        if not both_finite.all() and np.allclose(new, old, tolerance.rtol, tolerance.atol):
            return "not finite in the same places"
        return f"off by {apart.max():.3g}"


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference; inf where there is no such number."""
    if one.shape != other.shape or _kind(one) != _kind(other) or _kind(one) not in "fib":
        return float("inf")
    with np.errstate(invalid="ignore"):
        wide = np.complex128 if one.dtype.kind == "c" else np.float64
        apart = np.abs(one.astype(wide) - other.astype(wide))
    return float(np.max(apart, initial=0.0)) if np.isfinite(apart).all() else float("inf")


def _kind(array: np.ndarray) -> str:
    return {"u": "i", "c": "f", "O": "S", "U": "S"}.get(array.dtype.kind, array.dtype.kind)


def _some(array: np.ndarray) -> str:
    text = np.array2string(array, threshold=6, edgeitems=2).replace("\n", "")
    return text if len(text) <= 60 else text[:57] + "..."


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
    """The parameters after the last call, in TF1's layout."""

    count: int
    max_abs: float
    max_rel: float
    equal: bool
    reason: str = ""


@dataclass
class Comparison:
    """Everything that two runs have in common, and notes about what they have not."""

    rows: list[SiteRow] = field(default_factory=list)
    parameters: ParameterRow | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        return all(row.equal for row in self.rows) and (self.parameters is None or self.parameters.equal)


def compare_runs(plan: Migrated, recording: Recording, trial: Trial, tolerance: Tolerance) -> Comparison:
    """Compare call by call and then the final parameters."""
    distances = {site.index: Distance() for site in plan.sites}
    fed: dict[int, Counter[str]] = {site.index: Counter() for site in plan.sites}
    second = _same_calls(recording, tolerance.nudged)
    for number, (call, step) in enumerate(zip(recording.calls, trial.steps, strict=False), start=1):
        if call.site != step.site:
            break
        fed[call.site].update(step.substituted)
        nudged = second[number - 1] if number <= len(second) else None
        _compare_call(distances[call.site], number, call, step, tolerance, nudged)
    comparison = Comparison()
    for place, late in recording.late.items():
        late_step = trial.late.get(place)
        if late_step is not None:
            number = len(recording.calls) + place + 1
            _compare_call(distances[late.call.site], number, late.call, late_step, tolerance, None)
            comparison.notes.append(
                f"line {_line(plan, late.call.site)}: first reached as call {number}, "
                f"compared there from the legacy run's weights and inputs of that moment"
            )
    for site in plan.sites:
        one = distances[site.index]
        comparison.rows.append(
            SiteRow(
                site.legacy.line, _name(site), one.count, one.max_abs, one.max_rel, not one.reason, one.reason
            )
        )
        comparison.notes += _notes(site, one, fed[site.index])
    if recording.end != TIME and len(recording.calls) == len(trial.steps):
        comparison.parameters = _compare_parameters(recording, trial, tolerance, comparison.notes)
    return comparison


def _same_calls(recording: Recording, nudged: Recording | None) -> list[Call]:
    """The calls of the second legacy run as far as they are those of the first."""
    same: list[Call] = []
    for first, second in zip(recording.calls, nudged.calls if nudged else [], strict=False):
        if first.site != second.site or len(first.results) != len(second.results):
            break
        same.append(second)
    return same


def _notes(site: RunSite, distance: Distance, fed: Counter[str]) -> list[str]:
    here = f"line {site.legacy.line}"
    notes = [
        f"{here}: {name} of {count} of {distance.count} calls "
        f"fed from the legacy run, the migrated program had other data"
        for name, count in fed.items()
    ]
    if distance.drifted:
        notes.append(f"{here}, from {distance.drifted} on: {_DRIFT}")
    if not distance.count:
        notes.append(f"{here}: not reached in the calls compared")
    return notes


_DRIFT = (
    "off by no more than rounding explains, the legacy program's own values move like that "
    "when its initial weights change in the last digit"
)


def _line(plan: Migrated, index: int) -> int:
    return next(site.legacy.line for site in plan.sites if site.index == index)


def _name(site: RunSite) -> str:
    return site.function or "(expression)"


def _compare_call(
    distance: Distance, number: int, call: Call, step: Step, tolerance: Tolerance, nudged: Call | None
) -> None:
    distance.count += 1
    where = f"call {number}"
    for name, off in step.astray.items():
        if nudged is not None and off <= MARGIN * _input_apart(call, nudged, name):
            distance.drifted = distance.drifted or where
        elif not distance.reason:
            distance.reason = (
                f"{where}: {name} should be an earlier result, as in the legacy program, off by {off:.3g}"
            )
    if len(call.results) != len(step.results) and not distance.reason:
        distance.reason = f"{where}: {len(step.results)} values instead of {len(call.results)}"
    for place, (old, new) in enumerate(zip(call.results, step.results, strict=False)):
        value = f", value {place + 1}" if len(call.results) > 1 else ""
        distance.add(old, new, tolerance, where + value, nudged.results[place] if nudged else None)


def _input_apart(call: Call, nudged: Call, name: str) -> float:
    pairs = zip(leaves(call.feeds[name]), leaves(nudged.feeds.get(name)), strict=False)
    return max((_apart(one, other) for one, other in pairs), default=0.0)


def _compare_parameters(
    recording: Recording, trial: Trial, tolerance: Tolerance, notes: list[str]
) -> ParameterRow | None:
    distance = Distance()
    second = tolerance.nudged.generations if tolerance.nudged else []
    for number, values in trial.final.items():
        final = recording.generations[number].final
        nudged = second[number].final if number < len(second) else {}
        for name, value in values.items():
            if name in final:
                distance.count += 1
                distance.add(final[name], value, tolerance, name, nudged.get(name))
    if distance.drifted:
        notes.append(f"final parameters: {_DRIFT}")
    if not distance.count:
        return None
    return ParameterRow(
        distance.count, distance.max_abs, distance.max_rel, not distance.reason, distance.reason
    )
