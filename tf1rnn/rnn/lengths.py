"""Sequences of different length in one batch: past its end an example's state stays and its outputs are
zero.
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import op_numbers
from tf1rnn.rnn import loop_numbers

nest = v1.nest


def as_lengths(sequence_length: Any, batch_size: Any) -> Any:
    """The lengths as an int32 vector with a check at run time that it has `batch_size` entries, or None for
    None.

    Raises ValueError if it is known now not to be a vector.
    """
    if sequence_length is None:
        return None
    lengths = v1.to_int32(sequence_length) if _is_int64(sequence_length) else v1.cast(sequence_length, v1.int32)
    if lengths.shape.ndims not in (None, 1):
        raise ValueError(f"sequence_length must be a vector of length batch_size, but saw shape: {lengths.shape}")
    with op_numbers.counted(loop_numbers.LENGTHS_CHECK):
        return _checked(lengths, batch_size)


def _checked(lengths: Any, batch_size: Any) -> Any:
    lengths = v1.identity(lengths, name="sequence_length")
    expected = v1.stack([batch_size])
    actual = v1.shape(lengths)
    check = v1.Assert(
        v1.reduce_all(v1.equal(actual, expected)),
        [f"Expected shape for Tensor {lengths.name} is ", expected, " but saw shape: ", actual],
    )
    with v1.control_dependencies([check]):
        return v1.identity(lengths, name="CheckSeqLen")


def _is_int64(value: Any) -> bool:
    return getattr(value, "dtype", None) == v1.int64


def keep_past_end(time: Any, lengths: Any, old: Any, new: Any) -> Any:
    """`new` where the sequence goes on at `time`, `old` where it has ended; flat lists of [batch, ...]
    tensors.
    """
    ended = v1.greater_equal(time, lengths)
    result = []
    for before, after in zip(old, new, strict=True):
        if isinstance(before, v1.TensorArray) or before.shape.ndims == 0:
            result.append(after)
        else:
            chosen = v1.where(ended, before, after)
            chosen.set_shape(after.shape)
            result.append(chosen)
    return result
