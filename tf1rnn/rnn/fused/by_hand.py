"""Operations whose gradient is written by hand.

An IdentityN passes the results on; its registered gradient gives the gradients of the sources, which are inputs of it
too, for nothing else. What the gradient needs beside them stands in the graph: a constant holds, as JSON, which
gradient it is, its settings, and the names of the tensors that were kept. So it also works in a graph that was
imported from a meta graph, if tf1rnn is imported.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.fused.rows import Rows

_NAME = "tf1rnn_by_hand"


class Arrived:
    """The gradients that arrived at an operation.

    Attributes:
        gradients: with respect to the results, None for zero.
        sources: the tensors whose gradients are asked for.
        kept: the rows that were kept, by name.
        settings: as given to `with_gradient`.
    """

    def __init__(self, op: Any, gradients: Any, notes: dict[str, Any]) -> None:
        scope = op.name.rpartition("/")[0] + "/"
        self.gradients = [None if _is_zero(g) else v1.convert_to_tensor(g) for g in gradients[: notes["results"]]]
        self.sources = list(op.inputs)[notes["results"] : -1]
        self.kept = {key: Rows.found(rows, op.graph, scope) for key, rows in notes["kept"].items()}
        self.settings: dict[str, Any] = notes["settings"]


Gradient = Callable[[Arrived], list[Any]]

_GRADIENTS: dict[str, Gradient] = {}


def gradient(name: str) -> Callable[[Gradient], Gradient]:
    """Registers a function from what arrived to the gradients of the sources (None: no gradient)."""

    def register(function: Gradient) -> Gradient:
        _GRADIENTS[name] = function
        return function

    return register


def with_gradient(
    name: str, results: list[Any], sources: list[Any], kept: dict[str, Rows], settings: dict[str, Any], scope: str
) -> list[Any]:
    """The results, with the gradient of that name instead of their own.

    Args:
        results: tensors.
        sources: all tensors that the gradient function gives gradients of, or needs.
        kept: rows that only the gradient needs, made in the name scope.
        settings: what else it needs, as JSON has it.
        scope: the current name scope, with its slash.
    """
    graph = results[0].graph
    found = {key: rows.description(scope) for key, rows in kept.items()}
    notes = json.dumps({"gradient": name, "results": len(results), "kept": found, "settings": settings})
    everything = [*results, *sources, v1.constant(notes, name=f"{name}_notes")]
    with graph.gradient_override_map({"IdentityN": _NAME}):
        return v1.identity_n(everything, name=name)[: len(results)]


@v1.RegisterGradient(_NAME)
def _by_hand(op: Any, *gradients: Any) -> list[Any]:
    notes = json.loads(v1.get_static_value(op.inputs[-1]).item())
    # Not in the scope of tf.gradients: TensorFlow tells the gradients of a TensorArray apart by the last scope of that
    # name, and those of a gradient's own would be lost.
    with v1.name_scope(f"{op.name}_backward/"):
        found = _GRADIENTS[notes["gradient"]](Arrived(op, gradients, notes))
    return [*[None] * notes["results"], *found, None]


def _is_zero(value: Any) -> bool:
    """Whether it is known to be zero: what tf.gradients fills in for a result that nothing depends on."""
    return value is None or (isinstance(value, v1.Tensor) and value.op.type == "ZerosLike")
