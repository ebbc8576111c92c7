"""How far two arrays are apart, and how far they may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# How much farther the migrated program may be from the legacy one than that is from itself when its weights
# change in the last digit: another order of summation rounds differently in every operation.
MARGIN = 20.0


@dataclass(frozen=True)
class Tolerance:
    """A float may be off by `atol + rtol * |legacy|`, anything else not at all."""

    rtol: float
    atol: float


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

    def add(
        self,
        legacy: np.ndarray,
        migrated: np.ndarray,
        tolerance: Tolerance,
        where: str,
        samples: Sequence[np.ndarray] = (),
    ) -> bool:
        """Take one pair of arrays into account; whether they are equal. The first difference is the reason.

        `samples` are what the legacy value becomes when the weights change in the last digit: an element may be
        off by `MARGIN` times as much as it is in them.
        """
        legacy, migrated = np.asarray(legacy), np.asarray(migrated)
        reason = self._compare(legacy, migrated, tolerance, moved(legacy, samples))
        if reason and not self.reason:
            self.reason = f"{where}: {reason}"
        return not reason

    def _compare(
        self, legacy: np.ndarray, migrated: np.ndarray, tolerance: Tolerance, moves: np.ndarray | float
    ) -> str:
        if _kind(legacy) != _kind(migrated):
            return f"{migrated.dtype} instead of {legacy.dtype}"
        if legacy.shape != migrated.shape:
            return f"shape {migrated.shape} instead of {legacy.shape}"
        if not _is_number(legacy):
            return "" if np.array_equal(legacy, migrated) else f"{some(migrated)} instead of {some(legacy)}"
        if legacy.size == 0:
            return ""
        old, new = _wide(legacy), _wide(migrated)
        both_finite = np.isfinite(old) & np.isfinite(new)
        with np.errstate(invalid="ignore"):  # inf - inf
            apart = np.abs(np.where(both_finite, new - old, 0.0))
        magnitude = float(np.max(np.abs(np.where(np.isfinite(old), old, 0.0))))
        self.measure(float(apart.max()), magnitude)
        allowed: np.ndarray | float = MARGIN * moves
        if _kind(legacy) == "f":
            allowed += tolerance.atol + tolerance.rtol * np.abs(np.where(both_finite, old, 0.0))
        if not np.array_equal(old[~both_finite], new[~both_finite], equal_nan=True):
            return "not finite in the same places"
        if (apart <= allowed).all():
            return ""
        if _kind(legacy) == "f":
            worst = np.unravel_index(np.argmax(apart - allowed), old.shape)
            return f"off by {apart[worst]:.3g}, {new[worst]:.6g} instead of {old[worst]:.6g}"
        return f"{some(migrated)} instead of {some(legacy)}"

    def measure(self, apart: float, magnitude: float) -> None:
        """Take a largest difference into account, and what it is large or small in relation to."""
        self.max_abs = max(self.max_abs, apart)
        if apart > 0:
            self.max_rel = max(self.max_rel, apart / magnitude if magnitude else float("inf"))


def moved(legacy: np.ndarray, samples: Sequence[np.ndarray]) -> np.ndarray | float:
    """By element, how far the samples are from the value; 0 where that cannot be said."""
    most: np.ndarray | float = 0.0
    for sample in samples:
        if sample.shape == legacy.shape and _is_number(sample) and _is_number(legacy):
            with np.errstate(invalid="ignore"):
                apart = np.abs(_wide(sample) - _wide(legacy))
            most = np.maximum(most, np.where(np.isfinite(apart), apart, 0.0))
    return most


def _is_number(array: np.ndarray) -> bool:
    return _kind(array) in "fib"


def _wide(array: np.ndarray) -> np.ndarray:
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _kind(array: np.ndarray) -> str:
    return {"u": "i", "c": "f", "O": "S", "U": "S"}.get(array.dtype.kind, array.dtype.kind)


def some(array: np.ndarray) -> str:
    """A few of the values."""
    text = np.array2string(array, threshold=6, edgeitems=2).replace("\n", "")
    return text if len(text) <= 60 else text[:57] + "..."
