"""Queue runners, summaries, and lists of variables (`tf.contrib.slim.queues`, `.summaries`, `.model_analyzer`)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import tensorflow.compat.v1 as v1


class NestedQueueRunnerError(Exception):
    """A QueueRunners inside another one."""


_running = threading.Lock()


@contextlib.contextmanager
def QueueRunners(session: Any) -> Iterator[None]:  # noqa: N802
    """Runs the queue runners of the graph inside a `with` block. Raises NestedQueueRunnerError inside another one."""
    if not _running.acquire(blocking=False):
        raise NestedQueueRunnerError("QueueRunners cannot be nested")
    try:
        coordinator = v1.train.Coordinator()
        threads = []
        for runner in v1.get_collection(v1.GraphKeys.QUEUE_RUNNERS):
            threads.extend(runner.create_threads(session, coord=coordinator, daemon=True, start=True))
        yield
        coordinator.request_stop()
        coordinator.join(threads, stop_grace_period_secs=120)
    finally:
        _running.release()


def _named(tensor: Any, name: str | None, prefix: str | None) -> str:
    name = name or tensor.op.name
    return f"{prefix}/{name}" if prefix else name


def add_histogram_summary(tensor: Any, name: str | None = None, prefix: str | None = None) -> Any:
    """A histogram of a tensor, named like its operation unless `name` is given."""
    return v1.summary.histogram(_named(tensor, name, prefix), tensor)


def add_image_summary(
    tensor: Any, name: str | None = None, prefix: str | None = None, print_summary: bool = False
) -> Any:
    """An image summary of a tensor [batch, height, width, channels]; also printed on request."""
    full = _named(tensor, name, prefix)
    summary = v1.summary.image(name=full, tensor=tensor)
    return v1.Print(summary, [tensor], full) if print_summary else summary


def add_scalar_summary(
    tensor: Any, name: str | None = None, prefix: str | None = None, print_summary: bool = False
) -> Any:
    """A summary of a scalar, in the collection SUMMARIES; its value is printed too on request."""
    full = _named(tensor, name, prefix)
    summary = v1.summary.scalar(full, tensor, collections=[])
    if print_summary:
        summary = v1.Print(summary, [tensor], full)
    v1.add_to_collection(v1.GraphKeys.SUMMARIES, summary)
    return summary


def add_zero_fraction_summary(
    tensor: Any, name: str | None = None, prefix: str | None = None, print_summary: bool = False
) -> Any:
    """A summary of the share of zeros in a tensor."""
    name = name or f"{tensor.op.name}/Fraction_of_Zero_Values"
    return add_scalar_summary(v1.nn.zero_fraction(tensor), name, prefix, print_summary)


def add_histogram_summaries(tensors: Any, prefix: str | None = None) -> list[Any]:
    """A histogram of each tensor."""
    return [add_histogram_summary(tensor, prefix=prefix) for tensor in tensors]


def add_image_summaries(tensors: Any, prefix: str | None = None) -> list[Any]:
    """An image summary of each tensor."""
    return [add_image_summary(tensor, prefix=prefix) for tensor in tensors]


def add_scalar_summaries(tensors: Any, prefix: str | None = None, print_summary: bool = False) -> list[Any]:
    """A summary of each scalar."""
    return [add_scalar_summary(tensor, prefix=prefix, print_summary=print_summary) for tensor in tensors]


def add_zero_fraction_summaries(tensors: Any, prefix: str | None = None) -> list[Any]:
    """A summary of the share of zeros of each tensor."""
    return [add_zero_fraction_summary(tensor, prefix=prefix) for tensor in tensors]


def tensor_description(var: Any) -> str:
    """Type and shape, such as `(float32_ref 3x4)`."""
    sizes = "x".join("?" if size is None else str(size) for size in var.get_shape().as_list())
    return f"({var.dtype.name} {sizes})"


def analyze_vars(variables: Any, print_info: bool = False) -> tuple[int, int]:
    """(number of values, bytes) of variables, as a list on stdout if `print_info`."""
    if print_info:
        print("---------")
        print("Variables: name (type shape) [size]")
        print("---------")
    values = size = 0
    for variable in variables:
        own = variable.get_shape().num_elements() or 0
        own_bytes = own * variable.dtype.size
        values, size = values + own, size + own_bytes
        if print_info:
            print(variable.name, tensor_description(variable), f"[{own}, bytes: {own_bytes}]")
    if print_info:
        print(f"Total size of variables: {values}")
        print(f"Total bytes of variables: {size}")
    return values, size


def analyze_ops(graph: Any, print_info: bool = False) -> int:
    """Number of values that the operations of a graph put out, as a list on stdout if `print_info`."""
    if print_info:
        print("----------")
        print("Operations: name -> (type shapes) [size]")
        print("----------")
    total = 0
    for operation in graph.get_operations():
        own = 0
        shapes = []
        for output in operation.outputs:
            shape = output.get_shape()
            own += (shape.num_elements() or 0) if shape.ndims is not None else 0
            shapes.append(tensor_description(output) if shape.ndims is not None else "[?]")
        if print_info:
            print(operation.name, "\t->", ", ".join(shapes), f"[{own}]")
        total += own
    return total
