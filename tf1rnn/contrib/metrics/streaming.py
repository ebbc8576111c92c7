"""Streaming metrics with the predictions first (`tf.contrib.metrics`); those of `tf.metrics` have the labels first.

Each returns (value so far, operation that adds a batch and gives the new value); its counts are local variables.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1


def accuracy(predictions: Any, labels: Any, weights: Any = None, name: str | None = None) -> Any:
    """The share of predictions [batch, …] that equal the labels of the same shape and dtype, a scalar.

    Raises ValueError for floating labels, or dtypes that differ.
    """
    if not (labels.dtype.is_integer or labels.dtype in (v1.bool, v1.string)):
        raise ValueError(f"Labels should have bool, integer, or string dtype, not {labels.dtype!r}")
    if not labels.dtype.is_compatible_with(predictions.dtype):
        raise ValueError(
            f"Dtypes of predictions and labels should match. Given: predictions ({predictions.dtype!r}) and labels "
            f"({labels.dtype!r})"
        )
    with v1.name_scope(name, "accuracy", values=[predictions, labels]):
        right = v1.cast(v1.equal(predictions, labels), v1.float32)
        if weights is None:
            return v1.reduce_mean(right)
        right = right * weights
        return v1.div(v1.reduce_sum(right), v1.reduce_sum(v1.ones_like(right) * weights))


def _swapped(metric: Callable[..., Any]) -> Callable[..., Any]:
    """A metric of tf.metrics with predictions and labels exchanged in its signature."""
    own = inspect.signature(metric)
    order = [p for p in own.parameters.values() if p.name not in ("labels", "predictions")]
    both = [inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in ("predictions", "labels")]
    signature = own.replace(parameters=[*both, *order])

    def streaming(*args: Any, **kwargs: Any) -> Any:
        return metric(**signature.bind(*args, **kwargs).arguments)

    streaming.__name__ = streaming.__qualname__ = f"streaming_{metric.__name__}"
    streaming.__signature__ = signature  # type: ignore[attr-defined]
    streaming.__doc__ = f"`tf.metrics.{metric.__name__}`, with the predictions before the labels."
    return streaming


streaming_accuracy = _swapped(v1.metrics.accuracy)
streaming_auc = _swapped(v1.metrics.auc)
streaming_false_negatives = _swapped(v1.metrics.false_negatives)
streaming_false_positives = _swapped(v1.metrics.false_positives)
streaming_mean_absolute_error = _swapped(v1.metrics.mean_absolute_error)
streaming_mean_iou = _swapped(v1.metrics.mean_iou)
streaming_mean_squared_error = _swapped(v1.metrics.mean_squared_error)
streaming_precision = _swapped(v1.metrics.precision)
streaming_recall = _swapped(v1.metrics.recall)
streaming_root_mean_squared_error = _swapped(v1.metrics.root_mean_squared_error)
streaming_true_negatives = _swapped(v1.metrics.true_negatives)
streaming_true_positives = _swapped(v1.metrics.true_positives)

streaming_mean_cosine_distance = _swapped(v1.metrics.mean_cosine_distance)
streaming_mean_relative_error = _swapped(v1.metrics.mean_relative_error)
streaming_precision_at_thresholds = _swapped(v1.metrics.precision_at_thresholds)
streaming_recall_at_thresholds = _swapped(v1.metrics.recall_at_thresholds)
streaming_sensitivity_at_specificity = _swapped(v1.metrics.sensitivity_at_specificity)
streaming_sparse_average_precision_at_k = _swapped(v1.metrics.average_precision_at_k)
streaming_sparse_precision_at_k = _swapped(v1.metrics.precision_at_k)
streaming_sparse_recall_at_k = _swapped(v1.metrics.recall_at_k)
streaming_specificity_at_sensitivity = _swapped(v1.metrics.specificity_at_sensitivity)

streaming_mean = v1.metrics.mean
streaming_mean_tensor = v1.metrics.mean_tensor
streaming_percentage_less = v1.metrics.percentage_below


def aggregate_metrics(*value_update_tuples: Any) -> tuple[list[Any], list[Any]]:
    """(values, updates) of several metrics; ValueError for none."""
    if not value_update_tuples:
        raise ValueError("Expected at least one value_tensor/update_op pair")
    values, updates = zip(*value_update_tuples, strict=True)
    return list(values), list(updates)


def aggregate_metric_map(names_to_tuples: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """({name: value}, {name: update}) of metrics by name."""
    values = {name: pair[0] for name, pair in names_to_tuples.items()}
    return values, {name: pair[1] for name, pair in names_to_tuples.items()}
