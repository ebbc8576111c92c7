"""Monotonic attention (Raffel et al. 2017, arXiv:1704.00784): expected or hard alignments that never go back."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1


def safe_cumprod(x: Any, *args: Any, **kwargs: Any) -> Any:
    """Cumulative product of numbers in [0, 1] as exp(cumsum(log(x))); the gradient exists at 0.

    Args: as `tf.cumprod`.
    """
    with v1.name_scope(None, "SafeCumprod", [x]):
        x = v1.convert_to_tensor(x, name="x")
        tiny = np.finfo(x.dtype.as_numpy_dtype).tiny
        return v1.exp(v1.cumsum(v1.log(v1.clip_by_value(x, tiny, 1)), *args, **kwargs))


def monotonic_attention(p_choose_i: Any, previous_attention: Any, mode: str) -> Any:
    """Alignments of the next step.

    With q_i the probability that place i is chosen and a the alignments before:

        a'_i = q_i * sum_{k <= i} a_k * prod_{k <= l < i} (1 - q_l)

    Args:
        p_choose_i: q [batch, places].
        previous_attention: a [batch, places].
        mode: "recursive" (exact, place by place), "parallel" (exact, may lose precision), "hard" (q and a are
            0 or 1).

    Returns: a' [batch, places].

    Raises ValueError for another mode.
    """
    p = v1.convert_to_tensor(p_choose_i, name="p_choose_i")
    previous = v1.convert_to_tensor(previous_attention, name="previous_attention")
    if mode == "recursive":
        batch = v1.dimension_value(p.shape.dims[0]) or v1.shape(p)[0]
        passed = v1.concat([v1.ones([batch, 1], dtype=p.dtype), 1 - p[:, :-1]], 1)
        reached = v1.scan(
            lambda before, now: v1.reshape(now[0] * before + now[1], [batch]),
            [v1.transpose(passed), v1.transpose(previous)],
            v1.zeros([batch], dtype=p.dtype),
        )
        return p * v1.transpose(reached)
    if mode == "parallel":
        passed = safe_cumprod(1 - p, axis=1, exclusive=True)
        return p * passed * v1.cumsum(previous / v1.clip_by_value(passed, 1e-10, 1.0), axis=1)
    if mode == "hard":
        p = p * v1.cumsum(previous, axis=1)
        return p * v1.cumprod(1 - p, axis=1, exclusive=True)
    raise ValueError("mode must be 'recursive', 'parallel', or 'hard'.")


def hardmax(logits: Any, name: str | None = None) -> Any:
    """One-hot rows: 1 at the largest logit. Same shape and dtype."""
    with v1.name_scope(name, "Hardmax", [logits]):
        logits = v1.convert_to_tensor(logits, name="logits")
        depth = v1.dimension_value(logits.shape.dims[-1]) or v1.shape(logits)[-1]
        return v1.one_hot(v1.argmax(logits, -1), depth, dtype=logits.dtype)
