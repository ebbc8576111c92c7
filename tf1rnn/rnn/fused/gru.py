"""The recurrence of GRUCell.

    r, u = sigmoid(g_t + h . gates_h)                g_t = x_t . gates_x + gates_bias
    c    = activation(a_t + (r * h) . candidate_h)   a_t = x_t . candidate_x + candidate_bias
    h'   = u * h + (1 - u) * c

backwards, with dh the gradient with respect to h':

    du = dh * (h - c) * u * (1 - u)       (before the sigmoid)
    da = activation'(c) dh * (1 - u)
    ds = da . candidate_h'                (with respect to r * h)
    dr = ds * h * r * (1 - r)
    dh_before = dh * u + ds * r + [dr, du] . gates_h'
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.fused.activations import ACTIVATIONS, sigmoid_gradient
from tf1rnn.rnn.fused.kernels import plus, recurrent_part
from tf1rnn.rnn.fused.scan import Value, scan
from tf1rnn.rnn.fused.specification import Backward, Came, Forward, Layer, Timing


def projections(layer: Layer, weights: list[Any]) -> list[tuple[Any, Any]]:
    """(kernel, bias) of each projection of the inputs: gates, candidate."""
    return [(weights[0], weights[1]), (weights[2], weights[3])]


def forward(layer: Layer, projected: list[Any], weights: list[Any], states: list[Any], timing: Timing) -> Forward:
    """Runs the sequence: projected [g, a], states [h]."""
    gates_kernel = recurrent_part(weights[0], layer.units)
    candidate_kernel = recurrent_part(weights[2], layer.units)
    activation = ACTIVATIONS[layer.activation].function

    def step(row: dict[str, Any], carry: list[Any]) -> tuple[list[Any], dict[str, Any]]:
        (h,) = carry
        r, u = v1.split(v1.sigmoid(v1.matmul(h, gates_kernel) + row["g"]), 2, axis=1)
        s = r * h
        c = activation(v1.matmul(s, candidate_kernel) + row["a"])
        new_h = c + u * (h - c)
        return [new_h], {"r": r, "u": u, "s": s, "c": c, "h": new_h}

    shape = (timing.batch, layer.units)
    values = {**{name: Value(shape) for name in "rusc"}, "h": Value(shape, states[0])}
    final, kept = scan(step, {"g": projected[0], "a": projected[1]}, states, timing.steps, values)
    return Forward(final, kept)


def backward(layer: Layer, came: Came, timing: Timing) -> Backward:
    """The gradients from those that came."""
    gates_turned = v1.transpose(recurrent_part(came.weights[0], layer.units))
    candidate_turned = v1.transpose(recurrent_part(came.weights[2], layer.units))
    derivative = ACTIVATIONS[layer.activation].gradient

    def step(row: dict[str, Any], carry: list[Any]) -> tuple[list[Any], dict[str, Any]]:
        r, u, c, h = row["r"], row["u"], row["c"], row["before"]
        dh = plus(carry[0], row.get("dh"))
        kept_part = dh * u
        da = derivative(c, dh - kept_part)
        ds = v1.matmul(da, candidate_turned)
        du = sigmoid_gradient(u, dh * (h - c))
        dr = sigmoid_gradient(r, ds * h)
        dg = v1.concat([dr, du], 1)
        return [kept_part + ds * r + v1.matmul(dg, gates_turned)], {"dg": dg, "da": da}

    kept = came.kept
    columns = {"r": kept["r"], "u": kept["u"], "c": kept["c"], "before": kept["h"], **came.gradients}
    values = {"dg": Value((timing.batch, 2 * layer.units)), "da": Value((timing.batch, layer.units))}
    first, found = scan(step, columns, came.final, timing.steps, values, reverse=True)
    return Backward([found["dg"], found["da"]], [came.outputs[:-1], kept["s"].stack()], first, [])
