"""The recurrence of BasicRNNCell.

    z_t = x_t . kernel_x + bias
    h_t = activation(z_t + h_(t-1) . kernel_h)

backwards, with dh_t the gradient from the outputs:

    dz_t = activation'(h_t) (dh_t + dz_(t+1) . kernel_h')
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.fused.activations import ACTIVATIONS
from tf1rnn.rnn.fused.kernels import plus, recurrent_part
from tf1rnn.rnn.fused.scan import Value, scan
from tf1rnn.rnn.fused.specification import Backward, Came, Forward, Layer, Timing


def projections(layer: Layer, weights: list[Any]) -> list[list[tuple[Any, Any]]]:
    """(kernel, bias) of the projections of the inputs by the columns of each kernel."""
    return [[(weights[0], weights[1])]]


def forward(layer: Layer, projected: list[Any], weights: list[Any], states: list[Any], timing: Timing) -> Forward:
    """Runs the sequence: projected [z], states [h]."""
    kernel = recurrent_part(weights[0], layer.units)
    activation = ACTIVATIONS[layer.activation].function

    def step(row: dict[str, Any], carry: list[Any]) -> tuple[list[Any], dict[str, Any]]:
        h = activation(v1.matmul(carry[0], kernel) + row["z"])
        return [h], {"h": h}

    values = {"h": Value((timing.batch, layer.units), states[0])}
    final, kept = scan(step, {"z": projected[0]}, states, timing.steps, values)
    return Forward(final, kept)


def backward(layer: Layer, came: Came, timing: Timing) -> Backward:
    """The gradients from those that came."""
    turned = v1.transpose(recurrent_part(came.weights[0], layer.units))
    derivative = ACTIVATIONS[layer.activation].gradient

    def step(row: dict[str, Any], carry: list[Any]) -> tuple[list[Any], dict[str, Any]]:
        dz = derivative(row["h"], plus(carry[0], row.get("dh")))
        return [v1.matmul(dz, turned)], {"dz": dz}

    columns = {"h": came.outputs[1:], **came.gradients}
    values = {"dz": Value((timing.batch, layer.units))}
    first, found = scan(step, columns, came.final, timing.steps, values, reverse=True)
    return Backward([found["dz"]], [came.outputs[:-1]], first, [])
