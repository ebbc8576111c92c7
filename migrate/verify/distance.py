"""How far two arrays are apart, and how far they may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from migrate.verify.records import Call, Recording, leaves

# How much farther the migrated program may be from the legacy one than that is from itself when nudged: the
# nudge is one rounding of each weight, another order of summation rounds differently in every operation.
MARGIN = 20.0


@dataclass(frozen=True)
class Tolerance:
    """A float may be off by `atol + rtol * |legacy|`, anything else not at all.

    Training can blow rounding errors up until they show. So there may be a second run of the legacy program
    whose initial weights were changed in their last digits: a value may be off by `MARGIN` times what this
    changed at the same site so far. A program that computes something else is off before a nudge is felt.
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
        slack: float = 0.0,
    ) -> None:
        """Take one pair of arrays into account; the first difference becomes the reason.

        Up to `slack` rounding explains a difference, see `Tolerance`.
        """
        legacy, migrated = np.asarray(legacy), np.asarray(migrated)
        reason = self._compare(legacy, migrated, tolerance)
        if reason and _apart(legacy, migrated) <= slack:
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


def felt(legacy: np.ndarray, nudged: np.ndarray | None) -> float:
    """How far the nudge moved a value; 0 where that cannot be said."""
    moved = 0.0 if nudged is None else _apart(legacy, nudged)
    return moved if np.isfinite(moved) else 0.0


class Slack:
    """What rounding explains at one site: by place in the results or by name of an input."""

    def __init__(self) -> None:
        self._moved: dict[int | str, float] = {}

    def add(self, call: Call, nudged: Call) -> None:
        """Take the two legacy runs at one call into account."""
        pairs: list[tuple[int | str, Any, Any]] = []
        pairs += [(i, *pair) for i, pair in enumerate(zip(call.results, nudged.results, strict=True))]
        for name, value in call.feeds.items():
            parts = zip(leaves(value), leaves(nudged.feeds.get(name)), strict=False)
            pairs += [(name, *pair) for pair in parts]
        for key, one, other in pairs:
            self._moved[key] = max(self._moved.get(key, 0.0), felt(one, other))

    def of(self, key: int | str) -> float:
        """Up to which difference."""
        return MARGIN * self._moved.get(key, 0.0)


def _kind(array: np.ndarray) -> str:
    return {"u": "i", "c": "f", "O": "S", "U": "S"}.get(array.dtype.kind, array.dtype.kind)


def _some(array: np.ndarray) -> str:
    text = np.array2string(array, threshold=6, edgeitems=2).replace("\n", "")
    return text if len(text) <= 60 else text[:57] + "..."
