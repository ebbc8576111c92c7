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
from tf1rnn.rnn.fused.kernels import Recurrent, columns_of, plus, products, recurrent_part
from tf1rnn.rnn.fused.scan import Value, scan
from tf1rnn.rnn.fused.specification import Backward, Came, Forward, Layer, Timing


def projections(layer: Layer, weights: list[Any]) -> list[list[tuple[Any, Any]]]:
    """(kernel, bias) of the projections of the inputs by the columns of each kernel: gates, candidate."""
    return [columns_of(weights[0], weights[1], 2, layer.apart), [(weights[2], weights[3])]]


def _gates(layer: Layer, weights: list[Any]) -> Recurrent:
    return Recurrent([kernel for kernel, _ in projections(layer, weights)[0]], 2, layer.units)


def forward(layer: Layer, projected: list[Any], weights: list[Any], states: list[Any], timing: Timing) -> Forward:
    """Runs the sequence: projected [g, a], or g of r and of u; states [h]."""
    gates = _gates(layer, weights)
    candidate_kernel = recurrent_part(weights[2], layer.units)
    activation = ACTIVATIONS[layer.activation].function

    def step(row: dict[str, Any], carry: list[Any]) -> tuple[list[Any], dict[str, Any]]:
        (h,) = carry
        r, u = (v1.sigmoid(gate) for gate in gates.forward(h, [row[name] for name in names]))
        s = r * h
        c = activation(v1.matmul(s, candidate_kernel) + row["a"])
        new_h = c + u * (h - c)
        return [new_h], {"r": r, "u": u, "s": s, "c": c, "h": new_h}

    shape = (timing.batch, layer.units)
    values = {**{name: Value(shape) for name in "rusc"}, "h": Value(shape, states[0])}
    names = [f"g{number}" for number in range(len(projected) - 1)]
    columns = dict(zip([*names, "a"], projected, strict=True))
    final, kept = scan(step, columns, states, timing.steps, values)
    return Forward(final, kept)


def backward(layer: Layer, came: Came, timing: Timing) -> Backward:
    """The gradients from those that came."""
    gates = _gates(layer, came.weights)
    gates_turned = gates.turned()
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
        dg = gates.joined([dr, du])
        dh_before = v1.add_n([kept_part, ds * r, *products(dg, gates_turned)])
        return [dh_before], {**dict(zip(names, dg, strict=True)), "da": da}

    kept = came.kept
    columns = {"r": kept["r"], "u": kept["u"], "c": kept["c"], "before": kept["h"], **came.gradients}
    names = [f"dg{number}" for number in range(len(gates_turned))]
    values = {name: Value((timing.batch, 2 * layer.units // len(names))) for name in names}
    values["da"] = Value((timing.batch, layer.units))
    first, found = scan(step, columns, came.final, timing.steps, values, reverse=True)
    multiplied = [*[came.outputs[:-1]] * len(names), kept["s"].stack()]
    return Backward([found[name] for name in (*names, "da")], multiplied, first, [])
