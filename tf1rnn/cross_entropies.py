"""The cross entropies of `tf.nn`, called with named arguments only.

TensorFlow 0 took (logits, labels), TensorFlow 2 takes (labels, logits); 1.15 refused both orders.
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1


def _named(name: str, sentinel: Any, labels: Any, logits: Any) -> None:
    if sentinel is not None:
        raise ValueError(f"Only call `{name}` with named arguments (labels=..., logits=..., ...)")
    if labels is None or logits is None:
        raise ValueError("Both labels and logits must be provided.")


def sigmoid_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Any:
    """max(x, 0) - x z + log(1 + exp(-|x|)) of logits x and labels z, elementwise.

    Args:
        _sentinel: nothing; it keeps arguments without names out.
        labels, logits: tensors of one shape and a floating dtype.
        name: of the operation.

    Raises ValueError for arguments without names or missing ones, and for different shapes.
    """
    _named("sigmoid_cross_entropy_with_logits", _sentinel, labels, logits)
    return v1.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name=name)


def softmax_cross_entropy_with_logits(
    _sentinel: Any = None,
    labels: Any = None,
    logits: Any = None,
    dim: int | None = -1,
    name: str | None = None,
    axis: int | None = None,
) -> Any:
    """-sum(labels * log softmax(logits)) over an axis; no gradient goes to the labels.

    Args:
        _sentinel: nothing; it keeps arguments without names out.
        labels: distributions, [..., classes].
        logits: [..., classes] of a floating dtype.
        dim: the axis of the classes.
        axis: as `dim`, which has to be None then.
        name: of the operation.

    Raises ValueError for arguments without names or missing ones, or for both `dim` and `axis`.
    """
    _named("softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    return v1.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits, dim=dim, name=name, axis=axis)


def sparse_softmax_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Any:
    """-log softmax(logits)[label].

    Args:
        _sentinel: nothing; it keeps arguments without names out.
        labels: classes, int32 or int64 [...].
        logits: [..., classes] of a floating dtype.
        name: of the operation.

    Raises ValueError for arguments without names or missing ones, and for ranks that do not fit.
    """
    _named("sparse_softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    return v1.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits, name=name)
