"""Pieces that all recurrences need."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1


def input_part(kernel: Any, recurrent: int) -> Any:
    """The rows of a kernel that the inputs are multiplied with: all but the last `recurrent`."""
    return v1.slice(kernel, [0, 0], [kernel.shape.as_list()[0] - recurrent, -1])


def recurrent_part(kernel: Any, recurrent: int) -> Any:
    """The last rows of a kernel."""
    return v1.slice(kernel, [kernel.shape.as_list()[0] - recurrent, 0], [recurrent, -1])


def plus(value: Any, other: Any) -> Any:
    """The sum; `other` may be None for zero."""
    return value if other is None else value + other


def rows_of(stack: Any) -> Any:
    """[steps, batch, size] -> [steps * batch, size]."""
    return v1.reshape(stack, [-1, stack.shape.as_list()[-1]])


def over_steps(function: Any, stack: Any, size: int) -> Any:
    """Applies a function of rows to a stack; the result has `size` columns."""
    shape = v1.shape(stack)
    result = v1.reshape(function(rows_of(stack)), [shape[0], shape[1], size])
    result.set_shape([*stack.shape.as_list()[:2], size])
    return result
