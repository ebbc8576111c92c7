"""Streaming metrics of `tf.contrib.metrics` that `tf.metrics` has not: at thresholds, at the top k, a count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

_COLLECTIONS = (v1.GraphKeys.LOCAL_VARIABLES, v1.GraphKeys.METRIC_VARIABLES)


def _at_thresholds(name: str, predicted: bool, labelled: bool) -> Callable[..., tuple[Any, Any]]:
    """How many values are predicted (above the threshold) and labelled as said, for each threshold."""

    def streaming(predictions: Any, labels: Any, thresholds: Any, weights: Any = None) -> tuple[Any, Any]:
        shape = v1.shape(predictions)
        above = v1.reshape(predictions, [1, -1]) > v1.constant(thresholds, v1.float32)[:, None]
        truth = v1.reshape(v1.cast(labels, v1.bool), [1, -1])
        fits = v1.equal(above, predicted) & v1.equal(truth, labelled)
        counts = v1.cast(fits, v1.float32)
        if weights is not None:
            counts *= v1.reshape(v1.broadcast_to(v1.cast(weights, v1.float32), shape), [1, -1])
        # These variables stand outside of the scopes of variables.
        total = v1.Variable(v1.zeros([len(thresholds)]), trainable=False, collections=list(_COLLECTIONS), name=name)
        return v1.identity(total), v1.assign_add(total, v1.reduce_sum(counts, 1))

    streaming.__name__ = streaming.__qualname__ = f"streaming_{name}_at_thresholds"
    streaming.__doc__ = f"(value, update) of the {name.replace('_', ' ')} at each threshold [n]; float32 [n]."
    return streaming


streaming_true_positives_at_thresholds = _at_thresholds("true_positives", True, True)
streaming_true_negatives_at_thresholds = _at_thresholds("true_negatives", False, False)
streaming_false_positives_at_thresholds = _at_thresholds("false_positives", True, False)
streaming_false_negatives_at_thresholds = _at_thresholds("false_negatives", False, True)


def streaming_recall_at_k(
    predictions: Any,
    labels: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update) of the share of labels [batch] among the k highest predictions [batch, classes]."""
    found = v1.cast(v1.nn.in_top_k(predictions, labels, k), v1.float32)
    return v1.metrics.mean(found, weights, metrics_collections, updates_collections, name or f"recall_at_{k}")


def streaming_sparse_precision_at_top_k(
    top_k_predictions: Any,
    labels: Any,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update) of the share of predicted classes [batch, …, k] that are among the labels [batch, …, labels]."""
    return v1.metrics.precision_at_top_k(
        labels=labels,
        predictions_idx=top_k_predictions,
        class_id=class_id,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


def sparse_recall_at_top_k(
    labels: Any,
    top_k_predictions: Any,
    class_id: int | None = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update) of the share of labels [batch, …, labels] among the predicted classes [batch, …, k]."""
    return v1.metrics.recall_at_top_k(
        labels=labels,
        predictions_idx=top_k_predictions,
        class_id=class_id,
        weights=weights,
        metrics_collections=metrics_collections,
        updates_collections=updates_collections,
        name=name,
    )


def count(
    values: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(value, update) of the number of values, or the sum of their weights, which may be one for each row; float32."""
    with v1.variable_scope(name, "count", (values, weights)):
        counted = v1.get_variable(
            "count",
            shape=[],
            initializer=v1.zeros_initializer(),
            trainable=False,
            collections=list(_COLLECTIONS),
        )
        values = v1.convert_to_tensor(values)
        if weights is None:
            number = v1.cast(v1.size(values), v1.float32)
        else:
            each = v1.ones_like(values, dtype=v1.float32) * v1.cast(weights, v1.float32)
            number = v1.reduce_sum(each)
        with v1.control_dependencies([values]):
            update = v1.assign_add(counted, number)
        value = v1.identity(counted)
        for collections, tensor in ((metrics_collections, value), (updates_collections, update)):
            if collections:
                v1.add_to_collections(collections, tensor)
        return value, update
