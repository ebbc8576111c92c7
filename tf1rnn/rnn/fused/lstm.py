"""The recurrence of BasicLSTMCell and LSTMCell.

    i, j, f, o = split(z_t + h . kernel_h)           z_t = x_t . kernel_x + bias (+ forget_bias in the part of f)
    c' = clip(sigmoid(f + w_f * c) * c + sigmoid(i + w_i * c) * activation(j))
    m  = sigmoid(o + w_o * c') * activation(c')
    h' = m                                           or clip(m . projection)

From here on i, f, o are the values of the sigmoids, j that of the activation. Backwards, with dh and dc the gradients
with respect to h' and c':

    dm = dh                                          or unclipped(dh) . projection'
    do = dm * activation(c') * o * (1 - o)
    dc = unclipped(dc + activation'(activation(c')) dm * o + w_o * do)
    di = dc * j * i * (1 - i),   dj = activation'(j) dc * i,   df = dc * c * f * (1 - f)
    dc_before = dc * f + w_i * di + w_f * df
    dh_before = [di, dj, df, do] . kernel_h'
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.fused.activations import ACTIVATIONS, sigmoid_gradient
from tf1rnn.rnn.fused.kernels import Recurrent, columns_of, plus, products, rows_of
from tf1rnn.rnn.fused.scan import Value, scan
from tf1rnn.rnn.fused.specification import Backward, Came, Forward, Layer, Timing


def projections(layer: Layer, weights: list[Any]) -> list[list[tuple[Any, Any]]]:
    """(kernel, bias) of the projections of the inputs by the columns of each kernel."""
    kernel, bias = weights[:2]
    if layer.forget_bias:
        units = layer.units
        bias = bias + v1.constant([0.0] * 2 * units + [layer.forget_bias] * units + [0.0] * units, bias.dtype)
    return [columns_of(kernel, bias, 4, layer.apart)]


def _recurrent(layer: Layer, weights: list[Any]) -> Recurrent:
    return Recurrent([kernel for kernel, _ in projections(layer, weights)[0]], 4, layer.output_size)


def _extras(layer: Layer, weights: list[Any]) -> tuple[Any, Any, Any, Any]:
    """(w_f, w_i, w_o, projection), None for what the layer has not."""
    w_f, w_i, w_o = weights[2:5] if layer.peepholes else (None, None, None)
    return w_f, w_i, w_o, weights[-1] if layer.num_proj else None


def _clipped(value: Any, limit: float | None) -> Any:
    return v1.clip_by_value(value, -limit, limit) if limit is not None else value


def _unclipped(gradient: Any, value: Any, limit: float) -> Any:
    """The gradient where the value was within the limits, as that of clip_by_value."""
    return v1.where(v1.abs(value) <= limit, gradient, v1.zeros_like(gradient))


def forward(layer: Layer, projected: list[Any], weights: list[Any], states: list[Any], timing: Timing) -> Forward:
    """Runs the sequence: projected [z] or that of i, j, f, o; states [c, h]."""
    recurrent = _recurrent(layer, weights)
    activation = ACTIVATIONS[layer.activation].function
    w_f, w_i, w_o, projection = _extras(layer, weights)
    wide, narrow = (timing.batch, layer.units), (timing.batch, layer.output_size)
    values = {name: Value(wide) for name in "ijfo"}
    values.update(c=Value(wide, states[0]), h=Value(narrow, states[1]))
    if layer.cell_clip is not None:
        values["free_c"] = Value(wide)
    if projection is not None:
        values["m"] = Value(wide)
    if layer.proj_clip is not None:
        values["free_h"] = Value(narrow)

    def step(row: dict[str, Any], carry: list[Any]) -> tuple[list[Any], dict[str, Any]]:
        c, h = carry
        i, j, f, o = recurrent.forward(h, [row[name] for name in columns])
        if layer.peepholes:
            i, f = i + w_i * c, f + w_f * c
        i, j, f = v1.sigmoid(i), activation(j), v1.sigmoid(f)
        free_c = f * c + i * j
        new_c = _clipped(free_c, layer.cell_clip)
        o = v1.sigmoid(o + w_o * new_c if layer.peepholes else o)
        m = o * activation(new_c)
        free_h = v1.matmul(m, projection) if projection is not None else m
        new_h = _clipped(free_h, layer.proj_clip)
        gates = {"i": i, "j": j, "f": f, "o": o}
        return [new_c, new_h], {**gates, "c": new_c, "h": new_h, "m": m, "free_c": free_c, "free_h": free_h}

    columns = {f"z{number}": z for number, z in enumerate(projected)}
    final, kept = scan(step, columns, states, timing.steps, values)
    return Forward(final, kept)


def backward(layer: Layer, came: Came, timing: Timing) -> Backward:
    """The gradients from those that came."""
    recurrent = _recurrent(layer, came.weights)
    turned = recurrent.turned()
    function, derivative, _ = ACTIVATIONS[layer.activation]
    w_f, w_i, w_o, projection = _extras(layer, came.weights)
    turned_projection = v1.transpose(projection) if projection is not None else None

    def step(row: dict[str, Any], carry: list[Any]) -> tuple[list[Any], dict[str, Any]]:
        i, j, f, o = (row[name] for name in "ijfo")
        dc, dh, c = carry
        dc, dh = plus(dc, row.get("dc")), plus(dh, row.get("dh"))
        if layer.proj_clip is not None:
            dh = _unclipped(dh, row["free_h"], layer.proj_clip)
        dm = v1.matmul(dh, turned_projection) if projection is not None else dh
        outward = function(c)
        do = sigmoid_gradient(o, dm * outward)
        dc += derivative(outward, dm * o)
        if layer.peepholes:
            dc += w_o * do
        if layer.cell_clip is not None:
            dc = _unclipped(dc, row["free_c"], layer.cell_clip)
        di = sigmoid_gradient(i, dc * j)
        dj = derivative(j, dc * i)
        df = sigmoid_gradient(f, dc * row["before"])
        dc_before = dc * f
        if layer.peepholes:
            dc_before += w_i * di + w_f * df
        dz = recurrent.joined([di, dj, df, do])
        dh_before = v1.add_n(products(dz, turned))
        return [dc_before, dh_before, row["before"]], {**dict(zip(names, dz, strict=True)), "dh": dh}

    names = [f"dz{number}" for number in range(len(turned))]
    values = {name: Value((timing.batch, 4 * layer.units // len(names))) for name in names}
    if projection is not None:
        values["dh"] = Value((timing.batch, layer.output_size))
    columns = {name: rows for name, rows in came.kept.items() if name in ("i", "j", "f", "o", "free_c", "free_h")}
    columns.update(before=came.kept["c"], **came.gradients)
    carry = [*came.final, came.kept["c"].read(timing.steps)]
    (dc, dh, _), found = scan(step, columns, carry, timing.steps, values, reverse=True)
    extras = []
    if layer.peepholes:
        dz = [found[name].stack() for name in names]
        di, _, df, do = dz if layer.apart else v1.split(dz[0], 4, axis=2)
        c = came.kept["c"].stack()
        extras = [v1.reduce_sum(a * b, [0, 1]) for a, b in ((df, c[:-1]), (di, c[:-1]), (do, c[1:]))]
    if projection is not None:
        made, given = rows_of(came.kept["m"].stack()), rows_of(found["dh"].stack())
        extras.append(v1.matmul(made, given, transpose_a=True))
    return Backward([found[name] for name in names], [came.outputs[:-1]] * len(names), [dc, dh], extras)
