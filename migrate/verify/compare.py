"""Two recordings held against each other, call by call and then the final parameters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from migrate.plan import Migrated, RunSite
from migrate.verify.distance import MARGIN, Distance, Slack, Tolerance, felt
from migrate.verify.records import TIME, Call, Recording, Step, Trial


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
    slacks = {site.index: Slack() for site in plan.sites}
    second = _same_calls(recording, tolerance.nudged)
    for number, (call, step) in enumerate(zip(recording.calls, trial.steps, strict=False), start=1):
        if call.site != step.site:
            break
        fed[call.site].update(step.substituted)
        if number <= len(second):
            slacks[call.site].add(call, second[number - 1])
        _compare_call(distances[call.site], number, call, step, tolerance, slacks[call.site])
    comparison = Comparison()
    for place, late in recording.late.items():
        late_step = trial.late.get(place)
        if late_step is not None:
            number = len(recording.calls) + place + 1
            _compare_call(distances[late.call.site], number, late.call, late_step, tolerance, Slack())
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
    distance: Distance, number: int, call: Call, step: Step, tolerance: Tolerance, slack: Slack
) -> None:
    distance.count += 1
    where = f"call {number}"
    for name, off in step.astray.items():
        if off <= slack.of(name):
            distance.drifted = distance.drifted or where
        elif not distance.reason:
            distance.reason = (
                f"{where}: {name} should be an earlier result, as in the legacy program, off by {off:.3g}"
            )
    if len(call.results) != len(step.results) and not distance.reason:
        distance.reason = f"{where}: {len(step.results)} values instead of {len(call.results)}"
    for place, (old, new) in enumerate(zip(call.results, step.results, strict=False)):
        value = f", value {place + 1}" if len(call.results) > 1 else ""
        distance.add(old, new, tolerance, where + value, slack.of(place))


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
                slack = MARGIN * felt(final[name], nudged.get(name))
                distance.add(final[name], value, tolerance, name, slack)
    if distance.drifted:
        notes.append(f"final parameters: {_DRIFT}")
    if not distance.count:
        return None
    return ParameterRow(
        distance.count, distance.max_abs, distance.max_rel, not distance.reason, distance.reason
    )
