"""The arguments of a migrated call held against what the legacy run fed at the same call."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from migrate.verify.records import Call, Job, Step, leaves

# Inputs come from the same data by the same arithmetic: what differs by more was drawn or made otherwise.
INPUT_RTOL, INPUT_ATOL = 1e-5, 1e-7


def with_legacy_feeds(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    call: Call,
    job: Job,
    step: Step,
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments to call with: the program's own where they equal the legacy feeds, else those feeds.

    A feed that was an earlier result of the legacy program is not data: the migrated program must feed its
    own result back, so its distance is noted as astray. Such an argument is left as it is, unless the call is
    compared on its own, from the legacy weights. What happened is written into `step`. A function without a
    signature, or with other parameter names, is left alone.
    """
    bound = _bind(function, args, kwargs)
    if bound is None:
        return args, kwargs
    for name, fed in call.feeds.items():
        if name not in bound.arguments:
            continue
        own = bound.arguments[name]
        distance = _distance(own, fed, INPUT_RTOL, INPUT_ATOL)
        if distance == 0.0:
            continue
        if name in call.fed_back:
            distance = _distance(own, fed, job.rtol, job.atol)
            if distance != 0.0:
                step.astray[name] = distance
            if call.before is not None:
                bound.arguments[name] = _in_form_of(own, fed)
            continue
        bound.arguments[name] = _in_form_of(own, fed)
        step.substituted[name] = _distance(own, fed, job.rtol, job.atol)
    return bound.args, bound.kwargs


def _bind(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> inspect.BoundArguments | None:
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except (TypeError, ValueError):
        return None
    bound.apply_defaults()
    return bound


def _arrays(value: Any, like: Any) -> list[np.ndarray] | None:
    """`value` as arrays in the structure of the legacy feed `like`; None where that cannot be."""
    try:
        if isinstance(like, tuple):
            return [np.asarray(leaf) for leaf in leaves(value)]
        return [np.asarray(value)]
    except (TypeError, ValueError):
        return None


def _distance(own: Any, fed: Any, rtol: float, atol: float) -> float:
    """0 where equal within the tolerance, else the largest difference; inf for other shapes or kinds."""
    mine, theirs = _arrays(own, fed), leaves(fed)
    if mine is None or len(mine) != len(theirs):
        return float("inf")
    worst = 0.0
    for one, other in zip(mine, theirs, strict=True):
        if one.shape != other.shape:
            return float("inf")
        if one.dtype.kind in "fiub" and other.dtype.kind in "fiub":
            if not np.allclose(one, other, rtol, atol, equal_nan=True):
                difference = np.abs(one.astype(np.float64) - other.astype(np.float64))
                worst = max(worst, float(np.nanmax(difference, initial=0.0)) or float("inf"))
        elif not np.array_equal(one, other):
            return float("inf")
    return worst


def _in_form_of(own: Any, fed: Any) -> Any:
    """The legacy feed as the kind of thing the program itself passes: nest, tensor, number or array."""
    import tensorflow as tf

    if isinstance(fed, tuple):
        structure = own if len(leaves(own)) == len(leaves(fed)) else fed
        pairs = zip(leaves(own) if structure is own else leaves(fed), leaves(fed), strict=True)
        return tf.nest.pack_sequence_as(structure, [_in_form_of(mine, theirs) for mine, theirs in pairs])
    if isinstance(own, tf.Tensor):
        return tf.constant(fed, dtype=own.dtype)
    if isinstance(own, bool | int | float) and fed.ndim == 0:
        return type(own)(fed)
    if isinstance(own, np.ndarray) and own.dtype.kind == fed.dtype.kind:
        return fed.astype(own.dtype)
    return fed
