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


def columns_of(kernel: Any, bias: Any, gates: int, apart: bool) -> list[tuple[Any, Any]]:
    """(kernel, bias) of each gate if they are computed apart, else of all together."""
    return list(zip(v1.split(kernel, gates, axis=1), v1.split(bias, gates), strict=True)) if apart else [(kernel, bias)]


class Recurrent:
    """The recurrent parts of kernels that multiply the same state: of one for all gates, or of one for each.

    For each is faster from a certain size on: the products run at the same time, and nothing is split and joined.
    """

    def __init__(self, kernels: list[Any], gates: int, recurrent: int) -> None:
        self._kernels = [recurrent_part(kernel, recurrent) for kernel in kernels]
        self._gates = gates

    def forward(self, state: Any, projected: list[Any]) -> list[Any]:
        """The sum of each gate: state . kernel + projected inputs."""
        sums = [v1.matmul(state, kernel) + z for kernel, z in zip(self._kernels, projected, strict=True)]
        return sums if len(sums) == self._gates else v1.split(sums[0], self._gates, axis=1)

    def joined(self, gradients: list[Any]) -> list[Any]:
        """The gradients of the sums of the gates, as many as there are kernels."""
        return gradients if len(self._kernels) == self._gates else [v1.concat(gradients, 1)]

    def turned(self) -> list[Any]:
        """The kernels, transposed: what `joined` gradients are multiplied with for that of the state."""
        return [v1.transpose(kernel) for kernel in self._kernels]


def products(values: list[Any], kernels: list[Any]) -> list[Any]:
    """The product of each value and its kernel."""
    return [v1.matmul(value, kernel) for value, kernel in zip(values, kernels, strict=True)]


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
