"""One layer over a whole sequence, and its gradient.

The gradient of the inputs is an operation of its own if nothing that is trained lies behind them: an optimizer waits
for all gradients of an operation, and this one would cost as much as the projection. If something does, waiting is
what keeps it from reading a kernel that has been updated already.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.fused import basic, by_hand, gru, lstm, upstream
from tf1rnn.rnn.fused import lengths as ends
from tf1rnn.rnn.fused.kernels import input_part, over_steps, rows_of
from tf1rnn.rnn.fused.rows import Rows
from tf1rnn.rnn.fused.scan import Derived
from tf1rnn.rnn.fused.specification import Came, Layer, Timing

_RECURRENCES: dict[str, Any] = {"basic": basic, "lstm": lstm, "gru": gru}

APART = 64  # units from which on the products of the gates are large enough to be worth operations of their own


def run(
    layer: Layer,
    x: Any,
    weights: list[Any],
    states: list[Any],
    steps: int | None,
    batch: int | None,
    lengths: Any,
    zero_past_end: bool,
) -> tuple[Any, list[Any]]:
    """Runs a layer.

    Args:
        x: inputs [steps, batch, depth].
        weights: a kernel and a bias for each projection, then peepholes (f, i, o), then the output projection.
        states: the first states [batch, size].
        steps, batch: sizes as far as they are known.
        lengths: int32 vector [batch], or None. The final state is that of each example's end.
        zero_past_end: whether outputs past an example's end are zero (else they are not defined).

    Returns:
        (outputs [steps, batch, output_size], final states).
    """
    recurrence = _RECURRENCES[layer.kind]
    layer = dataclasses.replace(layer, apart=layer.units >= APART)
    timing = Timing(steps if steps is not None else v1.shape(x)[0], batch)
    later = not upstream.holds_variables(x)
    with v1.name_scope("fused") as scope:
        starts = [v1.identity(state) for state in states]
        for start in starts:
            start.set_shape([batch, start.shape.as_list()[1]])
        pairs = [pair for columns in recurrence.projections(layer, weights) for pair in columns]
        projected = [_projected(x, kernel, bias, layer.output_size) for kernel, bias in pairs]
        settings: dict[str, Any] = {"layer": dataclasses.asdict(layer), "steps": steps, "batch": batch}
        settings.update(pairs=len(pairs), weights=len(weights), later=later)
        settings.update(lengths=lengths is not None, zero_past_end=zero_past_end)
        routes: list[Any] = []
        if later:
            kernels = [kernel for kernel, _ in pairs]
            places = [_place_of_gradient(kernel) for kernel in kernels]
            routes = by_hand.with_gradient("projection", places, [x, *kernels], {}, settings, scope)
        final, kept = recurrence.forward(layer, projected, weights, starts, timing)
        h = kept["h"].stack()
        h.set_shape([None if steps is None else 1 + steps, batch, layer.output_size])
        outputs = h[1:]
        if lengths is not None:
            final = [ends.at_end(h if name == "h" else kept[name].stack(), lengths) for name, _ in _named(states)]
            if zero_past_end:
                outputs = v1.where_v2(ends.alive(timing.steps, lengths), outputs, v1.zeros([], outputs.dtype))
        sources = [*routes, x, *weights, *states, *([lengths] if lengths is not None else [])]
        kept = {**kept, "outputs": Rows([h])}
        ended = by_hand.with_gradient("layer", [outputs, *final], sources, kept, settings, scope)
    ended[0].set_shape([steps, batch, layer.output_size])
    for tensor, size in zip(ended[1:], layer.state_sizes, strict=True):
        tensor.set_shape([batch, size])
    return ended[0], ended[1:]


def _projected(x: Any, kernel: Any, bias: Any, recurrent: int) -> Derived:
    """The inputs' part of the recurrence: one product for a block of steps, so that the whole is never held."""
    part, size = input_part(kernel, recurrent), kernel.shape.as_list()[1]
    return Derived(x, lambda block: over_steps(lambda r: v1.nn.bias_add(v1.matmul(r, part), bias), block, size))


def _place_of_gradient(kernel: Any) -> Any:
    """Nothing, that takes the gradient of a projection."""
    size = kernel.shape.as_list()[1]
    return v1.placeholder_with_default(v1.zeros([0, 0, size], kernel.dtype), [None, None, size])


def _inputs_gradient(projected: list[Any], kernels: list[Any], recurrent: int) -> Any:
    """The gradient of the inputs from those of their projections."""
    size = kernels[0].shape.as_list()[0] - recurrent
    parts = []
    for dz, kernel in zip(projected, kernels, strict=True):
        turned = v1.transpose(input_part(kernel, recurrent))
        parts.append(over_steps(lambda rows, k=turned: v1.matmul(rows, k), dz, size))
    return v1.add_n(parts)


def _joined(parts: list[Any], axis: int) -> Any:
    return v1.concat(parts, axis) if len(parts) > 1 else parts[0]


def _named(states: list[Any]) -> list[tuple[str, Any]]:
    return list(zip(["c", "h"][-len(states) :], states, strict=True))


@by_hand.gradient("projection")
def _projection_gradient(arrived: by_hand.Arrived) -> list[Any]:
    x, *kernels = arrived.sources
    layer = Layer(**arrived.settings["layer"])
    pairs = [(g, k) for g, k in zip(arrived.gradients, kernels, strict=True) if g is not None]
    if not pairs:
        return [None] * (1 + len(kernels))
    dx = _inputs_gradient([g for g, _ in pairs], [k for _, k in pairs], layer.output_size)
    dx.set_shape(x.shape)
    return [dx, *[None] * len(kernels)]


@by_hand.gradient("layer")
def _layer_gradient(arrived: by_hand.Arrived) -> list[Any]:
    settings = arrived.settings
    layer, pairs, later = Layer(**settings["layer"]), settings["pairs"], settings["later"]
    recurrence, kept = _RECURRENCES[layer.kind], arrived.kept
    rest = arrived.sources[pairs if later else 0 :]
    x, weights = rest[0], rest[1 : 1 + settings["weights"]]
    states = rest[1 + settings["weights"] :]
    lengths = states.pop() if settings["lengths"] else None
    timing = Timing(settings["steps"] if settings["steps"] is not None else v1.shape(x)[0], settings["batch"])

    outputs, *final = arrived.gradients
    passed: list[Any] = [None] * len(states)
    gradients: dict[str, Any] = {"dh": outputs}
    if lengths is not None:
        if settings["zero_past_end"] and outputs is not None:
            gradients["dh"] = v1.where_v2(ends.alive(timing.steps, lengths), outputs, v1.zeros([], outputs.dtype))
        for position, (name, _) in enumerate(_named(states)):
            if final[position] is None:
                continue
            spread = ends.spread(final[position], timing.steps, lengths)
            given = gradients.get("d" + name)
            gradients["d" + name] = spread if given is None else given + spread
            passed[position] = ends.never_started(final[position], lengths)
        final = [None] * len(states)
    ends_with: list[Any] = [v1.zeros_like(s) if g is None else g for g, s in zip(final, states, strict=True)]
    for tensor, size in zip(ends_with, layer.state_sizes, strict=True):
        tensor.set_shape([timing.batch, size])
    gradients = {name: g for name, g in gradients.items() if g is not None}
    for name, g in gradients.items():
        g.set_shape([settings["steps"], timing.batch, layer.state_sizes[-1 if name == "dh" else 0]])
    came = Came(kept, kept["outputs"].read(0), weights, gradients, ends_with)
    found = recurrence.backward(layer, came, timing)
    projected = [rows.stack() for rows in found.projected]
    for stacked in projected:
        stacked.set_shape([settings["steps"], *stacked.shape.as_list()[1:]])

    columns = recurrence.projections(layer, weights)
    kernels = [kernel for pairs_of_one in columns for kernel, _ in pairs_of_one]
    dx = None if later else _inputs_gradient(projected, kernels, layer.output_size)
    first = [g if p is None else g + p for g, p in zip(found.states, passed, strict=True)]
    of_weights: list[Any] = []
    # Reference variables change in place: nobody may get these before everything that reads the weights is done.
    with v1.control_dependencies([*first, *([] if dx is None else [dx])]):
        made = []
        for dz, multiplied in zip(projected, found.multiplied, strict=True):
            parts = [v1.matmul(rows_of(m), rows_of(dz), transpose_a=True) for m in (x, multiplied)]
            made.append((v1.concat(parts, 0), v1.raw_ops.BiasAddGrad(out_backprop=rows_of(dz))))
        for pairs_of_one in columns:
            own, made = made[: len(pairs_of_one)], made[len(pairs_of_one) :]
            of_weights += [_joined([kernel for kernel, _ in own], 1), _joined([bias for _, bias in own], 0)]
        of_weights += [v1.identity(extra) for extra in found.extras]
    all_of_it = [*(projected if later else []), dx, *of_weights, *first]
    return [*all_of_it, *([None] if lengths is not None else [])]

