"""Batches of elements that belong together, by queues (`tf.contrib.training.bucket`).

An element goes into the queue of its bucket; whenever a bucket holds a whole batch, the batch goes into the queue on
top, from which the program takes (number of the bucket, batch).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as v1


def bucket(
    tensors: Any,
    which_bucket: Any,
    batch_size: Any,
    num_buckets: int,
    num_threads: int = 1,
    capacity: int = 32,
    bucket_capacities: Sequence[int] | None = None,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    keep_input: Any = True,
    shared_name: str | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """(number of the bucket, int32 scalar, and its batch, with the structure of `tensors`).

    Args:
        tensors: list or dict of the tensors of one element.
        which_bucket: the number of its bucket, a scalar below `num_buckets`.
        batch_size: of all buckets, or a list with one for each.
        num_buckets: the number of buckets.
        num_threads: that fill the buckets.
        capacity: of the buckets, in elements, and of the queue on top, in batches.
        bucket_capacities: of each bucket.
        shapes: of the tensors, those of a dict in the order of its keys; by default those known.
        dynamic_pad: elements of a batch may differ in shape and are filled up with zeros.
        allow_smaller_final_batch: at the end, buckets give what they hold.
        keep_input: whether the element counts, a scalar.
        shared_name: under which sessions share the queue on top.
        name: of the operations.

    Raises ValueError for lists of another length.
    """
    sizes = list(batch_size) if isinstance(batch_size, (list, tuple)) else [batch_size] * num_buckets
    if len(sizes) != num_buckets:
        raise ValueError(f"If batch_size is a list it must have num_buckets elements, not {len(sizes)}")
    capacities = list(bucket_capacities or [capacity] * num_buckets)
    if len(capacities) != num_buckets:
        raise ValueError(f"The list bucket_capacities ({capacities}) must have exactly num_buckets elements.")
    names = sorted(tensors) if isinstance(tensors, dict) else list(range(len(tensors)))
    with v1.name_scope(name, "bucket", [tensors]):
        elements = [v1.convert_to_tensor(tensors[key]) for key in names]
        kinds = [element.dtype.base_dtype for element in elements]
        if shapes is None:
            known = [element.shape for element in elements]
        else:
            known = [v1.TensorShape(shape) for shape in shapes]
        which = v1.convert_to_tensor(which_bucket, v1.int32, name="which_bucket")
        one_size = len(set(map(str, sizes))) == 1 and not allow_smaller_final_batch and isinstance(sizes[0], int)
        first = [sizes[0] if one_size else None]
        if not dynamic_pad and not all(shape.is_fully_defined() for shape in known):
            raise ValueError(f"All shapes must be fully defined, or dynamic_pad must be set: {known}")
        top = v1.PaddingFIFOQueue(
            capacity,
            [v1.int32, *kinds],
            [v1.TensorShape([]), *[v1.TensorShape(first).concatenate(shape) for shape in known]],
            shared_name=shared_name,
            name="top_queue",
        )
        queues = [_queue(dynamic_pad, each, kinds, known, f"bucket_queue_{i}") for i, each in enumerate(capacities)]
        _fill(queues, elements, which, keep_input, num_threads)
        _pass_on(queues, top, sizes, allow_smaller_final_batch)
        for queue in queues:
            v1.summary.scalar(f"bucket/{queue.name}/size", v1.cast(queue.size(), v1.float32))
        v1.summary.scalar(
            f"bucket/{top.name}/fraction_of_{capacity}_full", v1.cast(top.size(), v1.float32) * (1.0 / capacity)
        )
        number, *batch = top.dequeue(name="dequeue_top")
        if isinstance(tensors, dict):
            return number, dict(zip(names, batch, strict=True))
        return number, batch


def _queue(dynamic_pad: bool, capacity: int, kinds: Any, shapes: Any, name: str) -> Any:
    make = v1.PaddingFIFOQueue if dynamic_pad else v1.FIFOQueue
    return make(capacity, dtypes=kinds, shapes=shapes, name=name)


def _fill(queues: list[Any], elements: list[Any], which: Any, keep_input: Any, threads: int) -> None:
    """Runners that put elements into the queue of their bucket; the end of the input closes the queues."""

    def enqueue() -> Any:
        # Each branch holds its enqueue: only that of the element's bucket runs.
        branches = [lambda queue=queue: _done(queue.enqueue(elements)) for queue in queues]
        return v1.switch_case(which, branches)

    keep = v1.convert_to_tensor(keep_input, v1.bool)
    operation = v1.cond(keep, enqueue, lambda: v1.constant(True)).op
    close = v1.group(*[queue.close() for queue in queues])
    cancel = v1.group(*[queue.close(cancel_pending_enqueues=True) for queue in queues])
    v1.train.add_queue_runner(
        v1.train.QueueRunner(
            queues[0],
            [operation] * threads,
            close,
            cancel,
            queue_closed_exception_types=(v1.errors.OutOfRangeError, v1.errors.CancelledError),
        )
    )


def _done(operation: Any) -> Any:
    with v1.control_dependencies([operation]):
        return v1.constant(True)


def _pass_on(queues: list[Any], top: Any, sizes: list[Any], smaller: bool) -> None:
    """A runner for each bucket that puts its batches on top; the queue on top closes when all buckets are empty."""
    moves = []
    for number, (queue, size) in enumerate(zip(queues, sizes, strict=True)):
        batch = queue.dequeue_up_to(size) if smaller else queue.dequeue_many(size)
        batch = batch if isinstance(batch, list) else [batch]
        moves.append(top.enqueue([v1.constant(number), *batch], name=f"enqueue_from_bucket_{number}"))
    v1.train.add_queue_runner(
        v1.train.QueueRunner(
            top, moves, queue_closed_exception_types=(v1.errors.OutOfRangeError, v1.errors.CancelledError)
        )
    )


def bucket_by_sequence_length(
    input_length: Any,
    tensors: Any,
    batch_size: Any,
    bucket_boundaries: Sequence[int],
    num_threads: int = 1,
    capacity: int = 32,
    bucket_capacities: Sequence[int] | None = None,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    keep_input: Any = True,
    shared_name: str | None = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`bucket` by length: (lengths of the batch, int32 [batch], and the batch, with the structure of `tensors`).

    Args:
        input_length: length of the element, an int32 scalar.
        bucket_boundaries: increasing lengths; a bucket holds lengths from one of them to below the next.
        The other arguments are those of `bucket`.

    Raises TypeError for boundaries that are no list of integers, ValueError for an empty list or one that does not
    increase.
    """
    if not isinstance(bucket_boundaries, (list, tuple)):
        raise TypeError(f"bucket_boundaries must be a list or tuple, but received: {bucket_boundaries}")
    if not bucket_boundaries:
        raise ValueError("bucket_boundaries must not be empty")
    for low, high in zip(bucket_boundaries[:-1], bucket_boundaries[1:], strict=True):
        if not isinstance(low, int) or not isinstance(high, int):
            raise TypeError(f"bucket boundaries must be integers, but saw: {low} and {high}")
        if low >= high:
            raise ValueError(f"Buckets must contain sequential increasing lengths, but saw: {low} before {high}")
    with v1.name_scope(name, "bucket_by_sequence_length"):
        length = v1.convert_to_tensor(input_length, v1.int32)
        boundaries = v1.constant(list(bucket_boundaries), v1.int32)
        which = v1.reduce_sum(v1.cast(v1.less_equal(boundaries, length), v1.int32))
        names = sorted(tensors) if isinstance(tensors, dict) else list(range(len(tensors)))
        _, (lengths, *batch) = bucket(
            [length, *(tensors[key] for key in names)],
            which,
            batch_size,
            len(bucket_boundaries) + 1,
            num_threads,
            capacity,
            bucket_capacities,
            None if shapes is None else [[], *shapes],
            dynamic_pad,
            allow_smaller_final_batch,
            keep_input,
            shared_name,
        )
        if isinstance(tensors, dict):
            return lengths, dict(zip(names, batch, strict=True))
        return lengths, batch
