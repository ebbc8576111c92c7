"""Two recordings held against each other: pure NumPy, no processes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from migrate.plan import Migrated, RunSite
from migrate.verify.records import TIME, Call, Recording, Step, Trial


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

    def add(self, legacy: np.ndarray, migrated: np.ndarray, rtol: float, atol: float, where: str) -> None:
        """Take one pair of arrays into account; the first difference becomes the reason."""
        reason = self._compare(np.asarray(legacy), np.asarray(migrated), rtol, atol)
        if reason and not self.reason:
            self.reason = f"{where}: {reason}"

    def _compare(self, legacy: np.ndarray, migrated: np.ndarray, rtol: float, atol: float) -> str:
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
        if np.allclose(new, old, rtol, atol, equal_nan=True):
            return ""
        if not both_finite.all() and np.allclose(new[both_finite], old[both_finite], rtol, atol):
            return "not finite in the same places"
        return f"off by {apart.max():.3g}"


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


def compare_runs(plan: Migrated, recording: Recording, trial: Trial, rtol: float, atol: float) -> Comparison:
    """Compare call by call and then the final parameters; a float may be off by `atol + rtol * |legacy|`."""
    distances = {site.index: Distance() for site in plan.sites}
    fed: dict[int, Counter[str]] = {site.index: Counter() for site in plan.sites}
    for number, (call, step) in enumerate(zip(recording.calls, trial.steps, strict=False), start=1):
        if call.site != step.site:
            break
        fed[call.site].update(step.substituted)
        _compare_call(distances[call.site], number, call, step, rtol, atol)
    comparison = Comparison()
    for place, late in recording.late.items():
        late_step = trial.late.get(place)
        if late_step is not None:
            number = len(recording.calls) + place + 1
            site_distance = distances[late.call.site]
            _compare_call(site_distance, number, late.call, late_step, rtol, atol)
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
        for name, count in fed[site.index].items():
            comparison.notes.append(
                f"line {site.legacy.line}: {name} of {count} of {one.count} calls "
                f"fed from the legacy run, the migrated program had other data"
            )
        if not one.count:
            comparison.notes.append(f"line {site.legacy.line}: not reached in the calls compared")
    if recording.end != TIME and len(recording.calls) == len(trial.steps):
        comparison.parameters = _compare_parameters(recording, trial, rtol, atol)
    return comparison


def _line(plan: Migrated, index: int) -> int:
    return next(site.legacy.line for site in plan.sites if site.index == index)


def _name(site: RunSite) -> str:
    return site.function or "(expression)"


def _compare_call(
    distance: Distance, number: int, call: Call, step: Step, rtol: float, atol: float
) -> None:
    distance.count += 1
    where = f"call {number}"
    for name, off in step.astray.items():
        if not distance.reason:
            distance.reason = (
                f"{where}: {name} should be an earlier result, as in the legacy program, off by {off:.3g}"
            )
    if len(call.results) != len(step.results) and not distance.reason:
        distance.reason = f"{where}: {len(step.results)} values instead of {len(call.results)}"
    for place, (old, new) in enumerate(zip(call.results, step.results, strict=False), start=1):
        value = f", value {place}" if len(call.results) > 1 else ""
        distance.add(old, new, rtol, atol, where + value)


def _compare_parameters(
    recording: Recording, trial: Trial, rtol: float, atol: float
) -> ParameterRow | None:
    distance = Distance()
    for number, values in trial.final.items():
        final = recording.generations[number].final
        for name, value in values.items():
            if name in final:
                distance.count += 1
                distance.add(final[name], value, rtol, atol, name)
    if not distance.count:
        return None
    return ParameterRow(
        distance.count, distance.max_abs, distance.max_rel, not distance.reason, distance.reason
    )
