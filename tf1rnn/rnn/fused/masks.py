"""Masks over a whole sequence: dropout at each step, and the ends of the examples."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.fused import by_hand
from tf1rnn.rnn.fused import lengths as ends
from tf1rnn.rnn.fused.rows import Rows


def drawn(cell: Any, salt: str, keep_prob: Any, size: int, dtype: Any, setting: Any) -> Any:
    """What a DropoutWrapper multiplies with, 0 or 1 / keep_prob, [steps, batch, size]: drawn for each step."""
    with v1.name_scope(f"{salt}_dropout"):
        ones = v1.ones(v1.stack([setting.count, setting.batch_size, size]), dtype)
        ones.set_shape([setting.steps, setting.batch, size])
        return cell._drop_one(0, ones, salt, keep_prob, None)


def masked(x: Any, mask: Any) -> Any:
    """x * mask, for x no gradient but this product's."""
    with v1.name_scope("dropped") as scope:
        here = v1.identity(mask)
        return by_hand.with_gradient("masked", [x * here], [x], {"mask": Rows([here])}, {}, scope)[0]


@by_hand.gradient("masked")
def _masked_gradient(arrived: by_hand.Arrived) -> list[Any]:
    (gradient,) = arrived.gradients
    return [None if gradient is None else gradient * arrived.kept["mask"].read(0)]


def zero_past_end(outputs: Any, lengths: Any) -> Any:
    """The outputs [steps, batch, size], zero where an example has ended; as they are without lengths."""
    if lengths is None:
        return outputs
    return v1.where_v2(ends.alive(v1.shape(outputs)[0], lengths), outputs, v1.zeros([], outputs.dtype))
