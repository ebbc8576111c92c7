"""What one call changed in the parameters, in both programs, from the same values."""

from __future__ import annotations

import numpy as np

from migrate.verify.distance import MARGIN, Distance, Tolerance, some
from migrate.verify.records import Call, Step

# Of the sensitive elements of a variable (those that the samples move), so many may be off for no reason that
# the samples show: rounding may leave an element alone in all samples and move it in the migrated program.
_UNSEEN = 1e-3


def compare_updates(distance: Distance, call: Call, step: Step, tolerance: Tolerance) -> str:
    """Whether every variable changed in the migrated call as it did in the legacy one; if not, which did not.

    A change may be off by `rtol` times the largest change in the variable, plus what a weight of that size
    cannot show, plus `MARGIN` times what the samples of the call are off.
    """
    assert call.before is not None and call.after is not None and step.after is not None
    first = ""
    for one in call.before:
        name = one.name
        if one.value is None or name not in call.after or name not in step.after:
            continue
        distance.count += 1
        samples = [sample.change[name] for sample in call.samples if name in sample.change]
        reason = _compare(distance, one.value, call.after[name], step.after[name], samples, tolerance)
        if reason:
            first = first or f"{name} {reason}"
    return first


def _compare(
    distance: Distance,
    before: np.ndarray,
    legacy: np.ndarray,
    migrated: np.ndarray,
    samples: list[np.ndarray],
    tolerance: Tolerance,
) -> str:
    if legacy.dtype.kind != "f" or before.shape != legacy.shape:
        return "" if np.array_equal(legacy, migrated) else f"becomes {some(migrated)} instead of {some(legacy)}"
    start = before.astype(np.float64)
    change, other = legacy - start, migrated - start
    if legacy.size == 0 or np.array_equal(change, other, equal_nan=True):
        return ""
    if not (np.isfinite(change) == np.isfinite(other)).all():
        return "is not finite in the same places"
    finite = np.isfinite(change)
    apart = np.abs(np.where(finite, other - change, 0.0))
    largest = float(np.max(np.abs(np.where(finite, change, 0.0))))
    distance.measure(float(apart.max()), largest)
    coarse = coarseness(before)
    sensitive = np.zeros_like(start)
    for sample in samples:
        off = np.abs(np.where(np.isfinite(sample) & finite, sample - change, 0.0))
        sensitive = np.maximum(sensitive, np.maximum(off - coarse, 0.0))
    within = tolerance.rtol * largest + coarse
    astray = apart > within + MARGIN * sensitive
    if astray.sum() <= _UNSEEN * (MARGIN * sensitive > within).sum():
        return ""
    return f"changes otherwise, off by {apart[astray].max():.3g}, where the largest is {largest:.3g}"


def coarseness(values: np.ndarray) -> np.ndarray:
    """What a weight of this size rounds away; a bias in Keras may hold 1 more than it did in TF1."""
    return 2.0 * np.finfo(values.dtype).eps * np.maximum(np.abs(values.astype(np.float64)), 1.0)
