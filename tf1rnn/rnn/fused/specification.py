"""What a layer computes, as data: it is written into the graph beside the layer, for its gradient."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

from tf1rnn.rnn.fused.rows import Rows


@dataclasses.dataclass(frozen=True)
class Layer:
    """One recurrent layer. `kind` is "basic", "lstm" or "gru"; `apart` is whether each gate has a product of its own;
    the rest as the cells name it.
    """

    kind: str
    units: int
    activation: str = "tanh"
    forget_bias: float = 0.0
    peepholes: bool = False
    cell_clip: float | None = None
    num_proj: int | None = None
    proj_clip: float | None = None
    apart: bool = False

    @property
    def output_size(self) -> int:
        """Columns of the outputs."""
        return self.num_proj or self.units

    @property
    def state_sizes(self) -> list[int]:
        """Columns of the states; the last one is the output."""
        return [self.units, self.output_size] if self.kind == "lstm" else [self.units]


class Timing(NamedTuple):
    """Sizes of a sequence: `steps` an int if it is known, else a scalar tensor; `batch` an int or None."""

    steps: Any
    batch: int | None


class Forward(NamedTuple):
    """The states after the last step, and the rows that the loop kept.

    Those of the states, "c" and "h", begin with the state before the first step.
    """

    final: list[Any]
    kept: dict[str, Rows]


class Backward(NamedTuple):
    """Gradients.

    Attributes:
        projected: of the projected inputs, rows.
        multiplied: what the recurrent part of each kernel was multiplied with, [steps, batch, size] each.
        states: of the first states.
        extras: of the weights after kernels and biases.
    """

    projected: list[Rows]
    multiplied: list[Any]
    states: list[Any]
    extras: list[Any]


class Came(NamedTuple):
    """What the gradients are computed from.

    Attributes:
        kept: rows of the forward loop.
        outputs: h at all times, [1 + steps, batch, size].
        weights: as for the forward loop.
        gradients: with respect to the states after each step, "dc" and "dh" [steps, batch, size]; what is zero is
            left out.
        final: with respect to the final states.
    """

    kept: dict[str, Rows]
    outputs: Any
    weights: list[Any]
    gradients: dict[str, Any]
    final: list[Any]
