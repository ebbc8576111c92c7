"""Losses with the predictions first (`tf.contrib.losses`); those of `tf.losses` have the labels first.

Each is the sum of weight * loss over all elements, divided by the number of elements whose weight is not zero, and goes
to the collection of losses. Weights: a number, [batch], or more leading sizes of the predictions.
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1


def _aligned(weights: Any, rank: int | None) -> Any:
    """Weights with as many sizes as the losses: those that are missing at the end become 1."""
    weights = v1.cast(v1.convert_to_tensor(weights), v1.float32)
    own = weights.shape.ndims
    if own is None or rank is None:
        raise ValueError("weights and losses must have known ranks")
    if own == 0 or own == rank:
        return weights
    if own > rank:
        return v1.squeeze(weights, list(range(rank, own)))
    return v1.reshape(weights, v1.concat([v1.shape(weights), v1.ones([rank - own], v1.int32)], 0))


def _both(predictions: Any, labels: Any) -> tuple[Any, Any]:
    predictions = v1.cast(v1.convert_to_tensor(predictions), v1.float32)
    labels = v1.cast(v1.convert_to_tensor(labels), v1.float32)
    predictions.shape.assert_is_compatible_with(labels.shape)
    return predictions, labels


def compute_weighted_loss(losses: Any, weights: Any = 1.0, scope: str | None = None) -> Any:
    """The weighted mean of losses [batch, …], a scalar."""
    losses = v1.convert_to_tensor(losses)
    with v1.name_scope(scope, "weighted_loss", [losses, weights]):
        return v1.losses.compute_weighted_loss(losses, _aligned(weights, losses.shape.ndims))


def absolute_difference(predictions: Any, labels: Any = None, weights: Any = 1.0, scope: str | None = None) -> Any:
    """|predictions - labels|."""
    with v1.name_scope(scope, "absolute_difference", [predictions, labels, weights]):
        predictions, labels = _both(predictions, labels)
        return compute_weighted_loss(v1.abs(predictions - labels), weights)


def mean_squared_error(predictions: Any, labels: Any = None, weights: Any = 1.0, scope: str | None = None) -> Any:
    """(predictions - labels) ** 2."""
    with v1.name_scope(scope, "mean_squared_error", [predictions, labels, weights]):
        predictions, labels = _both(predictions, labels)
        return compute_weighted_loss(v1.squared_difference(predictions, labels), weights)


def log_loss(
    predictions: Any, labels: Any = None, weights: Any = 1.0, epsilon: float = 1e-7, scope: str | None = None
) -> Any:
    """-labels * log(predictions + epsilon) - (1 - labels) * log(1 - predictions + epsilon)."""
    with v1.name_scope(scope, "log_loss", [predictions, labels, weights]):
        predictions, labels = _both(predictions, labels)
        losses = -labels * v1.log(predictions + epsilon) - (1 - labels) * v1.log(1 - predictions + epsilon)
        return compute_weighted_loss(losses, weights)


def hinge_loss(logits: Any, labels: Any = None, scope: str | None = None) -> Any:
    """max(0, 1 - (2 labels - 1) * logits), not reduced, and in no collection."""
    with v1.name_scope(scope, "hinge_loss", [logits, labels]):
        logits, labels = _both(logits, labels)
        return v1.nn.relu(1 - (2 * labels - 1) * logits)


def cosine_distance(
    predictions: Any,
    labels: Any = None,
    axis: int | None = None,
    weights: Any = 1.0,
    scope: str | None = None,
    dim: int | None = None,
) -> Any:
    """1 - sum(predictions * labels) along an axis; both are assumed to have unit length.

    Raises ValueError without an axis.
    """
    axis = dim if axis is None else axis
    if axis is None:
        raise ValueError("You must specify 'axis'.")
    with v1.name_scope(scope, "cosine_distance_loss", [predictions, labels, weights]):
        predictions, labels = _both(predictions, labels)
        return compute_weighted_loss(1 - v1.reduce_sum(predictions * labels, axis), weights)


def sigmoid_cross_entropy(
    logits: Any, multi_class_labels: Any, weights: Any = 1.0, label_smoothing: float = 0, scope: str | None = None
) -> Any:
    """Cross entropy of sigmoid(logits); smoothing s makes labels * (1 - s) + s / 2 of the labels."""
    with v1.name_scope(scope, "sigmoid_cross_entropy_loss", [logits, multi_class_labels, weights]):
        logits.shape.assert_is_compatible_with(multi_class_labels.shape)
        labels = v1.cast(multi_class_labels, logits.dtype)
        if label_smoothing > 0:
            labels = labels * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = v1.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
        return compute_weighted_loss(losses, weights)


def softmax_cross_entropy(
    logits: Any, onehot_labels: Any, weights: Any = 1.0, label_smoothing: float = 0, scope: str | None = None
) -> Any:
    """Cross entropy of softmax(logits) [batch, classes]; smoothing s makes labels * (1 - s) + s / classes."""
    with v1.name_scope(scope, "softmax_cross_entropy_loss", [logits, onehot_labels, weights]):
        logits.shape.assert_is_compatible_with(onehot_labels.shape)
        labels = v1.cast(onehot_labels, logits.dtype)
        if label_smoothing > 0:
            classes = v1.cast(v1.shape(labels)[1], logits.dtype)
            labels = labels * (1 - label_smoothing) + label_smoothing / classes
        losses = v1.nn.softmax_cross_entropy_with_logits(labels=v1.stop_gradient(labels), logits=logits)
        return compute_weighted_loss(losses, weights)


def sparse_softmax_cross_entropy(logits: Any, labels: Any, weights: Any = 1.0, scope: str | None = None) -> Any:
    """Cross entropy of softmax(logits) [batch, classes] for class numbers [batch] or [batch, 1]."""
    with v1.name_scope(scope, "sparse_softmax_cross_entropy_loss", [logits, labels, weights]):
        labels = v1.reshape(labels, [v1.shape(labels)[0]])
        losses = v1.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
        return compute_weighted_loss(losses, weights)


def get_total_loss(add_regularization_losses: bool = True, name: str = "total_loss") -> Any:
    """The sum of all losses (and penalties) in the graph, a scalar."""
    return v1.losses.get_total_loss(add_regularization_losses, name)


def add_loss(loss: Any, loss_collection: Any = v1.GraphKeys.LOSSES) -> None:
    """Puts a loss into a collection, if one is given."""
    if loss_collection:
        v1.add_to_collection(loss_collection, loss)


def get_losses(scope: str | None = None, loss_collection: Any = v1.GraphKeys.LOSSES) -> list[Any]:
    """The losses of the graph, or of a scope."""
    return v1.get_collection(loss_collection, scope)


def get_regularization_losses(scope: str | None = None) -> list[Any]:
    """The penalties of the graph, or of a scope."""
    return v1.get_collection(v1.GraphKeys.REGULARIZATION_LOSSES, scope)
