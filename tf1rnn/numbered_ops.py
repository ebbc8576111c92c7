"""Functions of TensorFlow that make other numbers of operations than in 1.15.5 (see op_numbers).

Each is TensorFlow's own; only the count is set right.
"""

from __future__ import annotations

import functools
import numbers
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import op_numbers


def _is_tensor(value: Any) -> bool:
    return isinstance(value, (v1.Tensor, v1.Variable))


@functools.wraps(v1.split)
def split(value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None, name: str = "split") -> Any:
    parts = v1.split(value, num_or_size_splits, axis, num, name)
    if isinstance(num_or_size_splits, numbers.Integral):
        op_numbers.ahead(1)  # it made a constant of the number
    return parts


@functools.wraps(v1.random_uniform)
def random_uniform(
    shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = v1.float32, seed: Any = None, name: Any = None
) -> Any:
    if v1.as_dtype(dtype).is_integer or not (isinstance(minval, int) and minval == 0):
        return v1.random_uniform(shape, minval, maxval, dtype, seed, name)
    # It computed draw * (max - min) + min whatever the limits are.
    short = maxval is None or (isinstance(maxval, int) and maxval == 1)
    if short:
        op_numbers.ahead(2)
    result = v1.random_uniform(shape, minval, maxval, dtype, seed, name)
    op_numbers.ahead(3 if short else 2)
    return result


@functools.wraps(v1.nn.dropout)
def dropout(
    x: Any, keep_prob: Any = None, noise_shape: Any = None, seed: Any = None, name: Any = None, rate: Any = None
) -> Any:
    x = v1.convert_to_tensor(x)
    probability = rate if keep_prob is None else keep_prob
    before = (2 if keep_prob is not None and _is_tensor(keep_prob) else 0) + (0 if _is_tensor(probability) else 1)
    before += 0 if _is_tensor(noise_shape) else 1
    if not _is_tensor(probability) and probability == (0 if keep_prob is None else 1):
        return v1.nn.dropout(x, keep_prob, noise_shape, seed, name, rate)
    with op_numbers.counted_in_loop(before + 14), op_numbers.drawn_at(before + 2):
        return v1.nn.dropout(x, keep_prob, noise_shape, seed, name, rate)


@functools.wraps(v1.zeros)
def zeros(shape: Any, dtype: Any = v1.float32, name: Any = None) -> Any:
    op_numbers.ahead(_sizing(shape))
    return v1.zeros(shape, dtype, name)


@functools.wraps(v1.ones)
def ones(shape: Any, dtype: Any = v1.float32, name: Any = None) -> Any:
    op_numbers.ahead(_sizing(shape))
    return v1.ones(shape, dtype, name)


def _sizing(shape: Any) -> int:
    """Operations with which it computed, from a list with tensors, whether the result is small."""
    if not isinstance(shape, (list, tuple)) or not any(_is_tensor(size) for size in shape):
        return 0
    made, is_tensor = 0, _is_tensor(shape[0])
    for size in shape[1:]:
        if is_tensor or _is_tensor(size):
            made += 1 if is_tensor and _is_tensor(size) else 2
            is_tensor = True
    return made + 2


@functools.wraps(v1.one_hot)
def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: Any = None,
    dtype: Any = None,
    name: Any = None,
) -> Any:
    result = v1.one_hot(indices, depth, on_value, off_value, axis, dtype, name)
    op_numbers.ahead(sum(value is not None and not _is_tensor(value) for value in (on_value, off_value)))
    return result


@functools.wraps(v1.tensordot)
def tensordot(a: Any, b: Any, axes: Any, name: Any = None) -> Any:
    graph = v1.get_default_graph()
    start = graph.version
    result = v1.tensordot(a, b, axes, name)
    # It transposed and reshaped matrices too that were in order.
    later = graph.get_operations()[start:]
    own = [op for op in later if op.type in ("Transpose", "Reshape")]
    shaped = sum(op.type == "Reshape" for op in own) - 1
    moved = sum(op.type == "Transpose" for op in own)
    op_numbers.ahead(2 * (2 - moved) + 2 * (2 - shaped))
    return result


def _one_more(own: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(own)
    def call(*args: Any, **kwargs: Any) -> Any:
        result = own(*args, **kwargs)
        op_numbers.ahead(1)
        return result

    return call


map_fn = _one_more(v1.map_fn)
scan = _one_more(v1.scan)


@functools.wraps(v1.assert_equal)
def assert_equal(
    x: Any, y: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Any:
    graph = v1.get_default_graph()
    start = graph.version
    result = v1.assert_equal(x, y, data, summarize, message, name)
    if not v1.executing_eagerly() and any(op.type == "Range" for op in graph.get_operations()[start:]):
        op_numbers.ahead(-3)  # a constant held the axes of the result
    return result
