"""What `tf.contrib.data` had and `tf.data.experimental` has not: transformations for `dataset.apply(…)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

Transformation = Callable[[Any], Any]


def batch_and_drop_remainder(batch_size: Any) -> Transformation:
    """Batches of `batch_size` elements; fewer at the end are left out, so that the first dimension is known."""
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


def padded_batch_and_drop_remainder(batch_size: Any, padded_shapes: Any, padding_values: Any = None) -> Transformation:
    """Padded batches of `batch_size` elements; fewer at the end are left out."""
    return lambda dataset: dataset.padded_batch(batch_size, padded_shapes, padding_values, drop_remainder=True)


def enumerate_dataset(start: int = 0) -> Transformation:
    """Pairs of a number (int64), counted from `start`, and an element."""
    return lambda dataset: dataset.enumerate(start)


def unbatch() -> Transformation:
    """The rows of each element, one by one."""
    return lambda dataset: dataset.unbatch()


def sloppy_interleave(map_func: Callable[..., Any], cycle_length: int, block_length: int = 1) -> Transformation:
    """Elements of the datasets that `map_func` gives, `cycle_length` at a time, in whatever order they are ready."""
    return v1.data.experimental.parallel_interleave(map_func, cycle_length, block_length, sloppy=True)


def assert_element_shape(expected_shapes: Any) -> Transformation:
    """Elements unchanged, with the shapes that are expected, checked when they are known only then.

    Raises ValueError, when applied, for a static shape that does not fit.
    """

    def check(*element: Any) -> Any:
        flat, shapes = v1.nest.flatten(element), v1.nest.flatten(expected_shapes)
        checked = []
        for tensor, shape in zip(flat, shapes, strict=True):
            shape = v1.TensorShape(shape)
            tensor = v1.ensure_shape(tensor, shape)
            checked.append(tensor)
        return v1.nest.pack_sequence_as(element, checked) if len(element) > 1 else checked[0]

    def apply(dataset: Any) -> Any:
        found = v1.nest.flatten(v1.data.get_output_shapes(dataset))
        for shape, expected in zip(found, v1.nest.flatten(expected_shapes), strict=True):
            shape.assert_is_compatible_with(expected)
        return dataset.map(check)

    return apply


def reduce_dataset(dataset: Any, reducer: Any) -> Any:
    """What is left of a dataset after a `Reducer` has gone through it, tensors."""
    grouped = dataset.apply(v1.data.experimental.group_by_reducer(lambda *_: v1.constant(0, v1.int64), reducer))
    return v1.data.experimental.get_single_element(grouped)


def sliding_window_batch(
    window_size: int, stride: int | None = None, window_shift: int | None = None, window_stride: int = 1
) -> Transformation:
    """Windows of `window_size` elements, `window_stride` apart, the next one `window_shift` (once named `stride`)
    elements later; shorter ones at the end are left out.

    Raises ValueError if both names of the shift are given.
    """
    if stride is None and window_shift is None:
        window_shift = 1
    elif stride is not None and window_shift is None:
        window_shift = stride
    elif stride is not None:
        raise ValueError("Cannot specify both `stride` and `window_shift`")

    def batched(*parts: Any) -> Any:
        batches = [part.batch(window_size, drop_remainder=True) for part in parts]
        return batches[0] if len(batches) == 1 else v1.data.Dataset.zip(tuple(batches))

    def apply(dataset: Any) -> Any:
        windows = dataset.window(window_size, shift=window_shift, stride=window_stride, drop_remainder=True)
        if isinstance(v1.data.get_output_types(dataset), dict):
            return windows.flat_map(
                lambda window: v1.data.Dataset.zip({name: batched(part) for name, part in window.items()})
            )
        return windows.flat_map(batched)

    return apply
