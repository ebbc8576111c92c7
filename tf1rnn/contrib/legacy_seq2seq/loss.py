"""`tf.contrib.legacy_seq2seq`: losses of lists of logits, one entry per time step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

Lists = list[Any]


def sequence_loss_by_example(
    logits: Lists,
    targets: Lists,
    weights: Lists,
    average_across_timesteps: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Any:
    """Weighted cross-entropy of each example.

    Args:
        logits: list of float [batch, classes].
        targets: list of int [batch].
        weights: list of float [batch].
        average_across_timesteps: divide by the sum of an example's weights.
        softmax_loss_function: function of keywords labels and logits, instead of the sparse cross-entropy.
        name: name of the scope ("sequence_loss_by_example").

    Returns: float [batch].

    Raises ValueError if the lists differ in length.
    """
    if not len(targets) == len(logits) == len(weights):
        raise ValueError(
            f"Lengths of logits, weights, and targets must be the same {len(logits)}, {len(weights)}, {len(targets)}."
        )
    with v1.name_scope(name, "sequence_loss_by_example", logits + targets + weights):
        losses = []
        for logit, target, weight in zip(logits, targets, weights, strict=True):
            if softmax_loss_function is None:
                flat = v1.reshape(target, [-1])
                loss = v1.nn.sparse_softmax_cross_entropy_with_logits(labels=flat, logits=logit)
            else:
                loss = softmax_loss_function(labels=target, logits=logit)
            losses.append(loss * weight)
        total = v1.add_n(losses)
        if average_across_timesteps:
            # The small number keeps an example of nothing but padding finite.
            total /= v1.add_n(weights) + 1e-12
        return total


def sequence_loss(
    logits: Lists,
    targets: Lists,
    weights: Lists,
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable[..., Any] | None = None,
    name: str | None = None,
) -> Any:
    """The sum over the batch of `sequence_loss_by_example`, a float scalar; divided by the batch size if
    asked.
    """
    with v1.name_scope(name, "sequence_loss", logits + targets + weights):
        total = v1.reduce_sum(
            sequence_loss_by_example(
                logits,
                targets,
                weights,
                average_across_timesteps=average_across_timesteps,
                softmax_loss_function=softmax_loss_function,
            )
        )
        if average_across_batch:
            return total / v1.cast(v1.shape(targets[0])[0], total.dtype)
        return total
