"""One call of the legacy program again and again, from weights changed in their last digits.

What the results and the updated weights do then is what rounding can do to this call: an update of Adam, for
one, divides each gradient by its own size, so that a gradient that is zero but for rounding moves its weight by
a whole step in one direction or the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from migrate.verify.legacy_variables import GraphVariables, Snapshot
from migrate.verify.records import Call, Sample

SAMPLES = 3
_SAME = 1e-5  # of the largest magnitude: two runs from the same weights may add up in another order


class Sampler:
    """Repeats calls; what they change is put back."""

    def __init__(self, variables: GraphVariables, nudge: float) -> None:
        self._variables = variables
        self._nudge = nudge

    def snapshot(self, session: Any, run: Callable[..., Any]) -> Snapshot:
        """Everything a call may change: all variables, local ones and slots too."""
        return self._variables.snapshot(session, run)

    def sample(
        self,
        session: Any,
        run: Callable[..., Any],
        execute: Callable[[], list[np.ndarray]],
        start: Snapshot,
        call: Call,
    ) -> list[Sample]:
        """Repeat the call that has just been made from `start`.

        A call that gives something else from the same weights (random numbers in the graph, say) has no
        samples: nothing can be learnt from it about rounding.
        """
        end = self._variables.snapshot(session, run)
        samples: list[Sample] = []
        for number in range(SAMPLES + 1):
            start.restore(session, run)
            if number:
                self._variables.nudge(session, run, self._nudge, number)
            before = self._read(session, run)
            results = execute()
            after = self._read(session, run)
            if number:
                change = {name: value - before[name] for name, value in after.items() if name in before}
                samples.append(Sample(results, change))
            elif not _repeated(call.results, results):
                break
        end.restore(session, run)
        return samples

    def _read(self, session: Any, run: Callable[..., Any]) -> dict[str, np.ndarray]:
        read = self._variables.read(session, run)
        return {
            one.name: one.value.astype(np.float64)
            for one in read
            if one.value is not None and one.value.dtype.kind == "f"
        }


def _repeated(first: list[np.ndarray], again: list[np.ndarray]) -> bool:
    return len(first) == len(again) and all(map(_alike, first, again))


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    if one.shape != other.shape or one.dtype.kind not in "fc":
        return bool(np.array_equal(one, other))
    size = float(np.max(np.abs(one[np.isfinite(one)]), initial=0.0))
    return bool(np.allclose(other, one, rtol=0.0, atol=_SAME * size, equal_nan=True))
