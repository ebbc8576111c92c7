"""`tf.contrib.layers`: summaries of tensors, collections and activations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

Summarizer = Callable[[Any], Any]


def summarize_tensor(tensor: Any, tag: str | None = None) -> Any:
    """A scalar or histogram summary of a tensor, named `tag` or <op>_summary.

    None for strings and for bools that are no scalar.
    """
    if tensor.dtype == v1.string or (tensor.dtype == v1.bool and tensor.shape.ndims != 0):
        return None
    tag = tag or f"{tensor.op.name}_summary"
    return v1.summary.scalar(tag, tensor) if tensor.shape.ndims == 0 else v1.summary.histogram(tag, tensor)


def summarize_activation(op: Any) -> Any:
    """A histogram of an activation, with the shares of inputs below 0 (relu, softplus) and above 6 (relu6)."""
    kind, name = op.op.type, op.op.name

    def share(label: str, chosen: Any) -> None:
        v1.summary.scalar(f"{name}/{label}", v1.reduce_mean(v1.cast(chosen, v1.float32)))

    if kind in ("Relu", "Softplus", "Relu6"):
        share("zeros", v1.less(op.op.inputs[0], v1.cast(0.0, op.op.inputs[0].dtype)))
    if kind == "Relu6":
        share("sixes", v1.greater(op.op.inputs[0], v1.cast(6.0, op.op.inputs[0].dtype)))
    return v1.summary.histogram(f"{name}/activation", op)


def summarize_tensors(tensors: Any, summarizer: Summarizer = summarize_tensor) -> list[Any]:
    """The summaries of several tensors."""
    return [summarizer(tensor) for tensor in tensors]


def summarize_collection(
    collection: str, name_filter: str | None = None, summarizer: Summarizer = summarize_tensor
) -> list[Any]:
    """The summaries of a collection's tensors whose op name matches a pattern."""
    tensors = v1.get_collection(collection)
    if name_filter is not None:
        tensors = [t for t in tensors if re.match(name_filter, t.op.name)]
    return summarize_tensors(tensors, summarizer)


def summarize_activations(name_filter: str | None = None, summarizer: Summarizer = summarize_activation) -> list[Any]:
    """The summaries of the collection ACTIVATIONS."""
    return summarize_collection(v1.GraphKeys.ACTIVATIONS, name_filter, summarizer)


def summarize_variables(name_filter: str | None = None, summarizer: Summarizer = summarize_tensor) -> list[Any]:
    """The summaries of all variables."""
    return summarize_collection(v1.GraphKeys.GLOBAL_VARIABLES, name_filter, summarizer)


def summarize_weights(name_filter: str | None = None, summarizer: Summarizer = summarize_tensor) -> list[Any]:
    """The summaries of the collection WEIGHTS."""
    return summarize_collection(v1.GraphKeys.WEIGHTS, name_filter, summarizer)


def summarize_biases(name_filter: str | None = None, summarizer: Summarizer = summarize_tensor) -> list[Any]:
    """The summaries of the collection BIASES."""
    return summarize_collection(v1.GraphKeys.BIASES, name_filter, summarizer)
