"""What the graph beside a checkpoint tells: the order in which variables were created, and forget biases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_VARIABLES = {"Variable", "VariableV2", "VarHandleOp"}
_PASSING = {"Identity", "Enter", "RefEnter", "ReadVariableOp", "Switch", "RefSwitch", "Merge", "Cast"}
_BLOCKS = {"LSTMBlockCell", "BlockLSTM", "LSTMBlockCellV2", "BlockLSTMV2"}


@dataclass(frozen=True)
class Told:
    """Names of variables in order of creation; forget biases by name of the kernel."""

    order: tuple[str, ...] = ()
    forget_biases: Mapping[str, float] = field(default_factory=dict)
    damaged: bool = False


def read(path: Path) -> Told:
    """Read a `.meta` file or a `saved_model.pb`. A file that cannot be read tells only that: it is an aid."""
    from google.protobuf.message import DecodeError

    try:
        nodes = list(_graph_of(path).node)
    except (OSError, DecodeError, IndexError):
        return Told(damaged=True)
    order = tuple(dict.fromkeys(_variable_name(node) for node in nodes if node.op in _VARIABLES))
    return Told(order, forget_biases(nodes))


def _graph_of(path: Path) -> Any:
    if path.suffix == ".meta":
        from tensorflow.compat.v1 import MetaGraphDef

        description = MetaGraphDef()
        description.ParseFromString(path.read_bytes())
        return description.graph_def
    from tensorflow.core.protobuf import saved_model_pb2

    model = saved_model_pb2.SavedModel()
    model.ParseFromString(path.read_bytes())
    return model.meta_graphs[0].graph_def


def _variable_name(node: Any) -> str:
    shared = node.attr["shared_name"].s.decode() if node.op == "VarHandleOp" else ""
    return shared or node.name


def forget_biases(nodes: Iterable[Any]) -> dict[str, float]:
    """By name of a kernel: what the cell adds to its forget gate when it runs.

    kernel -> MatMul -> BiasAdd -> Split, the third part -> Add with a constant; or the attribute of a block cell.
    Kernels where that is not found are not in the result.
    """
    nodes = list(nodes)
    by_name = {node.name: node for node in nodes}
    uses: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for node in nodes:
        for source in node.input:
            name, _, output = source.lstrip("^").partition(":")
            uses[name].append((node, output or "0"))
    found = {}
    for node in nodes:
        if node.op in _VARIABLES:
            amounts = {amount for amount in _added(node, uses, by_name) if amount is not None}
            if len(amounts) == 1:
                found[_variable_name(node)] = amounts.pop()
    return found


def _reached(start: Any, uses: Mapping[str, list[tuple[Any, str]]], wanted: set[str]) -> list[Any]:
    """The nodes of the wanted kinds that a value gets to unchanged."""
    result, pending, seen = [], [start], {start.name}
    while pending:
        for node, _ in uses.get(pending.pop().name, ()):
            if node.name in seen:
                continue
            seen.add(node.name)
            if node.op in wanted:
                result.append(node)
            elif node.op in _PASSING:
                pending.append(node)
    return result


def _added(
    kernel: Any, uses: Mapping[str, list[tuple[Any, str]]], by_name: Mapping[str, Any]
) -> Iterable[float | None]:
    for node in _reached(kernel, uses, {"MatMul"} | _BLOCKS):
        if node.op in _BLOCKS:
            yield float(node.attr["forget_bias"].f)
            continue
        for biased in _reached(node, uses, {"BiasAdd", "Add", "AddV2"}):
            for parts in _reached(biased, uses, {"Split"}):
                yield from _added_to_third(parts, uses, by_name)


def _added_to_third(
    parts: Any, uses: Mapping[str, list[tuple[Any, str]]], by_name: Mapping[str, Any]
) -> Iterable[float | None]:
    if parts.attr["num_split"].i != 4:
        return
    for node, output in uses.get(parts.name, ()):
        if output == "2" and node.op in {"Add", "AddV2"}:
            for source in node.input:
                yield _constant(by_name.get(source.partition(":")[0]), by_name)


def _constant(node: Any, by_name: Mapping[str, Any]) -> float | None:
    import numpy as np
    import tensorflow as tf

    while node is not None and node.op in _PASSING and node.input:
        node = by_name.get(node.input[0].partition(":")[0])
    if node is None or node.op != "Const":
        return None
    value = np.asarray(tf.make_ndarray(node.attr["value"].tensor))
    return float(value) if value.ndim == 0 else None
