"""The initial values of a migrated program, before those of the legacy program take their place.

What TF1 computed without chance (zeros, ones, an array of the program) the migrated program has to begin with too.
What was drawn must be of the same order of magnitude: a program whose weights begin at another scale learns otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from migrate.verify.distance import some
from migrate.weights import LegacyVariable

if TYPE_CHECKING:
    from migrate.verify.records import Generation

_RTOL, _ATOL = 1e-5, 1e-6
_SCALE = 3.0  # Keras draws the kernels of a recurrent layer one by one, TF1 in one piece: other ranges, not far apart
_FEW = 16  # the scale of fewer numbers is a matter of chance


@dataclass(frozen=True)
class Beginning:
    """A variable that the migrated program begins otherwise, and how."""

    name: str
    value: np.ndarray  # in the legacy program
    given: bool  # else it was drawn
    reason: str

    def steady(self, again: Generation) -> bool:
        """Whether another run of the legacy program begins with the same: else chance has a part in it after all."""
        values = {one.name: one.value for one in again.variables}
        other = values.get(self.name)
        return not self.given or (other is not None and not _other_value(self.value, other))


def begins_otherwise(
    generation: Generation, legacy: Sequence[LegacyVariable], own: Sequence[np.ndarray]
) -> list[Beginning]:
    """The variables that the migrated program begins otherwise than the legacy program `generation` of it."""
    found = []
    for one, value in zip(legacy, own, strict=True):
        if one.value is None or one.value.shape != value.shape:
            continue  # loading it says what is wrong
        reason = ""
        if one.name in generation.given:
            reason = _other_value(one.value, value)
        elif one.name in generation.drawn:
            reason = _other_scale(one.value, value)
        if reason:
            given = one.name in generation.given
            found.append(Beginning(one.name, one.value, given, f"the initial value of {one.name!r} {reason}"))
    return found


def _other_value(legacy: np.ndarray, own: np.ndarray) -> str:
    if legacy.dtype.kind in "fc" and own.dtype.kind in "fc":
        same = np.allclose(own, legacy, _RTOL, _ATOL, equal_nan=True)
    else:
        same = np.array_equal(own, legacy)
    return "" if same else f"is {some(own)} instead of {some(legacy)}"


def _other_scale(legacy: np.ndarray, own: np.ndarray) -> str:
    if legacy.size < _FEW or legacy.dtype.kind != "f" or own.dtype.kind != "f":
        return ""
    before, now = (float(np.sqrt(np.mean(np.square(one.astype(np.float64))))) for one in (legacy, own))
    if before / _SCALE <= now <= before * _SCALE:
        return ""
    return f"is of magnitude {now:.2g} instead of {before:.2g}"
