"""Sequences of different length in one batch, over a whole sequence at once.

The loop runs past the ends: what it computes there is never used, so that nothing has to be chosen at each step.
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1


def _times(steps: Any) -> Any:
    """0, 1, … as [steps, 1, 1]."""
    return v1.reshape(v1.range(steps), [-1, 1, 1])


def alive(steps: Any, lengths: Any) -> Any:
    """bool [steps, batch, 1]: whether the sequence goes on at a step."""
    return _times(steps) < v1.reshape(lengths, [1, -1, 1])


def at_end(states: Any, lengths: Any) -> Any:
    """The state [batch, size] after each example's last step, of the states at all times [1 + steps, batch, size]."""
    done = v1.clip_by_value(lengths, 0, v1.shape(states)[0] - 1)
    return v1.gather_nd(states, v1.stack([done, v1.range(v1.size(done))], 1))


def spread(gradient: Any, steps: Any, lengths: Any) -> Any:
    """The gradient of `at_end` with respect to the states after each step: zero but after each example's last."""
    last = v1.minimum(lengths, steps) - 1
    here = v1.equal(_times(steps), v1.reshape(last, [1, -1, 1]))
    return v1.where_v2(here, gradient[None], v1.zeros([], gradient.dtype))


def never_started(gradient: Any, lengths: Any) -> Any:
    """The gradient of `at_end` with respect to the first state."""
    return v1.where_v2(lengths[:, None] <= 0, gradient, v1.zeros([], gradient.dtype))
