# mypy: ignore-errors
"""For sparse tensors that a run gives back."""

from typing import NamedTuple

import numpy as np


class SparseValue(NamedTuple):
    """The parts of a sparse tensor."""

    indices: np.ndarray
    values: np.ndarray
    dense_shape: np.ndarray


def sparse_value(tensor):
    """A sparse tensor as NumPy arrays."""
    return SparseValue(tensor.indices.numpy(), tensor.values.numpy(), tensor.dense_shape.numpy())
