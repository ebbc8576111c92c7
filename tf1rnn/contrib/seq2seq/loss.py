"""`sequence_loss`: cross-entropy of sequences of logits, weighted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1


def sequence_loss(
    logits: Any,
    targets: Any,
    weights: Any,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    sum_over_timesteps: bool = False,
    sum_over_batch: bool = False,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Any:
    """Weighted cross-entropy of sequences (`tf.contrib.seq2seq.sequence_loss` of TensorFlow 1.15).

    Args:
        logits: float [batch, time, classes].
        targets: int [batch, time].
        weights: float [batch, time]; 0 for padding.
        average_across_timesteps, average_across_batch: divide the sum over that axis by the sum of the
            weights.
        sum_over_timesteps, sum_over_batch: divide the sum over that axis by the number of weights that are
            not 0; only looked at if nothing is averaged.
        softmax_loss_function: function of keywords labels [n] and logits [n, classes] to losses [n], instead
            of the sparse softmax cross-entropy.
        name: name of the scope ("sequence_loss").

    Returns: a float scalar, [batch], [time] or [batch, time], as axes are averaged or summed or kept.

    Raises ValueError for wrong ranks, and for averaging and summing over one axis.
    """
    if len(logits.shape) != 3:
        raise ValueError("Logits must be a [batch_size x sequence_length x logits] tensor")
    if len(targets.shape) != 2:
        raise ValueError("Targets must be a [batch_size x sequence_length] tensor")
    if len(weights.shape) != 2:
        raise ValueError("Weights must be a [batch_size x sequence_length] tensor")
    if average_across_timesteps and sum_over_timesteps:
        raise ValueError("average_across_timesteps and sum_over_timesteps cannot be set to True at same time.")
    if average_across_batch and sum_over_batch:
        raise ValueError("average_across_batch and sum_over_batch cannot be set to True at same time.")
    with v1.name_scope(name, "sequence_loss", [logits, targets, weights]):
        classes = v1.shape(logits)[2]
        flat_logits, flat_targets = v1.reshape(logits, [-1, classes]), v1.reshape(targets, [-1])
        if softmax_loss_function is None:
            losses = v1.nn.sparse_softmax_cross_entropy_with_logits(labels=flat_targets, logits=flat_logits)
        else:
            losses = softmax_loss_function(labels=flat_targets, logits=flat_logits)
        losses *= v1.reshape(weights, [-1])
        average = average_across_timesteps or average_across_batch
        summed = sum_over_timesteps or sum_over_batch
        if not average and not summed:
            return v1.reshape(losses, v1.shape(logits)[:2])
        over_time = average_across_timesteps or (sum_over_timesteps and not average)
        over_batch = average_across_batch or (sum_over_batch and not average)
        if over_time and over_batch:
            axis = None
        else:
            axis = [0] if over_batch else [1]
            losses = v1.reshape(losses, v1.shape(logits)[:2])
        total = v1.reduce_sum(losses, axis)
        if average:
            return v1.div_no_nan(total, v1.reduce_sum(weights, axis))
        return v1.div_no_nan(total, v1.cast(v1.count_nonzero(weights, axis), total.dtype))
