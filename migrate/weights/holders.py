"""Keras objects as holders of legacy variables: load TF1 values into them, read them back in TF1's layout.

Works on whatever looks like a Keras object, so that nothing here imports TensorFlow or Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from migrate.plan import Owner
from migrate.weights import cells

Arrays = Sequence[np.ndarray]


class WeightMismatch(ValueError):
    """Legacy variables and the object that should hold them do not fit together."""


@dataclass(frozen=True)
class LegacyVariable:
    """One variable of the TF1 graph. `value` is None when it was never initialised."""

    name: str
    trainable: bool
    value: np.ndarray | None


@dataclass(frozen=True)
class Holder:
    """One layer, cell or variable that holds what `count` consecutive legacy variables held.

    `count` is None as long as only the built object can tell. `variables` gives the object's own variables,
    or None while they do not exist. `trainable` says of each legacy variable whether TF1 trained it.
    """

    label: str
    target: Any
    count: int | None
    variables: Callable[[], list[Any] | None]
    to_keras: Callable[[Arrays], Arrays]
    to_legacy: Callable[[Arrays], Arrays]
    trainable: tuple[bool, ...]

    def load(self, legacy: Sequence[LegacyVariable]) -> None:
        """Assign the legacy values. Raises `WeightMismatch` for other shapes or kinds of numbers."""
        variables = self.variables()
        if variables is None:
            raise WeightMismatch(f"{self.label} has no variables yet")
        names = ", ".join(repr(one.name) for one in legacy)
        values = [one.value for one in legacy if one.value is not None]
        if len(values) < len(legacy):
            raise WeightMismatch(f"{self.label} needs {names}, of which some were never initialised")
        try:
            converted = self.to_keras(values)
        except ValueError as error:
            raise WeightMismatch(f"{self.label} cannot hold {names}: {error}") from error
        if len(converted) != len(variables):
            given = f"{names} would be {len(converted)}"
            raise WeightMismatch(f"{self.label} has {len(variables)} weights, {given}")
        for variable, value in zip(variables, converted, strict=True):
            has, gets = _form(variable.shape, _dtype_name(variable)), _form(value.shape, value.dtype.name)
            if has != gets:
                raise WeightMismatch(f"{self.label} has a weight {has} where {names} would be {gets}")
        for variable, value in zip(variables, converted, strict=True):
            variable.assign(value)

    def read(self) -> list[np.ndarray]:
        """The present values in the layout of the legacy variables."""
        variables = self.variables()
        if variables is None:
            raise WeightMismatch(f"{self.label} has no variables yet")
        return list(self.to_legacy([np.array(variable.numpy()) for variable in variables]))


def holders(target: Any, owner: Owner) -> list[Holder]:
    """The holders of what an owner's expression gave, in the order TF1 creates their variables.

    `target` is an object of the owner's kind or a list, tuple or dict of such objects, nested.
    A `Bidirectional` layer gives its forward layer, then its backward layer; `RNN([cell, ...])` its cells.
    Raises `WeightMismatch` for an object that is not of the kind.
    """
    found: list[Holder] = []
    for label, leaf in _leaves(target, owner.expression):
        if owner.kind == "variable":
            found.append(_variable(label, leaf, owner))
        elif owner.kind == "dense":
            found.append(_dense(label, leaf, owner, "Dense", "units"))
        elif owner.kind == "conv":
            found.append(_dense(label, leaf, owner, "convolution", "kernel_size"))
        elif owner.kind == "embedding":
            found.append(_embedding(label, leaf, owner))
        elif owner.kind in ("layer", "normalization"):
            found.append(_layer(label, leaf, owner))
        elif owner.kind in _CELLS:
            found.extend(_recurrent(label, leaf, owner, outermost=True))
        else:
            raise WeightMismatch(f"{label}: {owner.kind!r} is not a kind of owner")
    return found


def _leaves(target: Any, label: str) -> list[tuple[str, Any]]:
    if isinstance(target, dict):
        return [pair for key, item in target.items() for pair in _leaves(item, f"{label}[{key!r}]")]
    if isinstance(target, list | tuple):
        return [pair for i, item in enumerate(target) for pair in _leaves(item, f"{label}[{i}]")]
    return [(label, target)]


def _dtype_name(variable: Any) -> str:
    return str(getattr(variable.dtype, "name", variable.dtype))


def _form(shape: Any, dtype: str) -> str:
    """Shape and kind of number: TF1's int64 counter may well be an int32 one now, but not a float."""
    kind = dtype.rstrip("0123456789").removeprefix("u")
    return f"{tuple(shape)} of {kind}"


def _same(values: Arrays) -> Arrays:
    return values


Variables = Callable[[], "list[Any] | None"]


def _plain(label: str, leaf: Any, owner: Owner, count: int, variables: Variables) -> Holder:
    """Weights that equal the legacy variables one by one."""
    return Holder(label, leaf, count, variables, _same, _same, (owner.trainable,) * count)


def _variable(label: str, variable: Any, owner: Owner) -> Holder:
    _need(label, variable, "variable", ("assign", "numpy", "dtype"))
    trained = replace(owner, trainable=owner.trainable and bool(getattr(variable, "trainable", True)))
    return _plain(label, variable, trained, 1, lambda: [variable])


def _dense(label: str, layer: Any, owner: Owner, kind: str, size: str) -> Holder:
    """A layer with a kernel and perhaps a bias; `size`: an attribute that layers of the kind have."""
    _need(label, layer, kind, ("use_bias", size))

    def variables() -> list[Any] | None:
        if not layer.built:
            return None
        return [layer.kernel, layer.bias] if layer.use_bias else [layer.kernel]

    return _plain(label, layer, owner, 2 if layer.use_bias else 1, variables)


def _embedding(label: str, layer: Any, owner: Owner) -> Holder:
    _need(label, layer, "Embedding", ("input_dim", "output_dim"))
    return _plain(label, layer, owner, 1, lambda: [layer.embeddings] if layer.built else None)


def _layer(label: str, layer: Any, owner: Owner) -> Holder:
    _need(label, layer, "Layer", ("weights", "built"))

    def variables() -> list[Any] | None:
        return list(layer.weights) if layer.built else None

    existing = variables()
    if existing is None:
        return Holder(label, layer, None, variables, _same, _same, ())
    # Which weights TF1 trains shows in the order of creation of its trainable and other variables.
    trainable = tuple(bool(owner.trainable and weight.trainable) for weight in existing)
    return Holder(label, layer, len(existing), variables, _same, _same, trainable)


def _need(label: str, layer: Any, kind: str, attributes: tuple[str, ...]) -> None:
    if not all(hasattr(layer, name) for name in attributes):
        raise WeightMismatch(f"{label} is no {kind} but {type(layer).__name__}")


# kind of owner -> name of the Keras cell class, number of legacy variables
_CELLS = {"simple_rnn": ("SimpleRNNCell", 2), "lstm": ("LSTMCell", 2), "gru": ("GRUCell", 4)}


def _cell_kind(cell: Any) -> str | None:
    names = {cls.__name__ for cls in type(cell).__mro__}
    return next((kind for kind, (name, _) in _CELLS.items() if name in names), None)


def _recurrent(label: str, layer: Any, owner: Owner, outermost: bool) -> list[Holder]:
    if hasattr(layer, "forward_layer") and hasattr(layer, "backward_layer"):
        forward = _recurrent(f"{label}.forward_layer", layer.forward_layer, owner, outermost)
        return forward + _recurrent(f"{label}.backward_layer", layer.backward_layer, owner, outermost)
    kind = _cell_kind(layer)
    if kind is None and hasattr(layer, "cells"):  # cells stacked in one layer need not all be of one kind
        stacked = enumerate(layer.cells)
        return [one for i, cell in stacked for one in _recurrent(f"{label}.cells[{i}]", cell, owner, False)]
    if kind is None and hasattr(layer, "cell"):  # a layer around a cell, or a cell around a cell
        return _recurrent(label, layer.cell, owner, outermost)
    if kind is None or (outermost and kind != owner.kind):
        raise WeightMismatch(f"{label} is of kind {kind or type(layer).__name__}, not {owner.kind}")
    return [_cell(label, layer, kind, owner)]


def _cell(label: str, cell: Any, kind: str, owner: Owner) -> Holder:
    if not cell.use_bias:
        raise WeightMismatch(f"{label} has no bias, every TF1 cell has one")
    if kind == "gru" and cell.reset_after:
        raise WeightMismatch(f"{label} has reset_after=True: TF1's GRUCell is reset_after=False")

    def variables() -> list[Any] | None:
        return [cell.kernel, cell.recurrent_kernel, cell.bias] if cell.built else None

    def to_keras(values: Arrays) -> Arrays:
        if kind == "lstm":
            return cells.lstm_to_keras(values[0], values[1], owner.forget_bias)
        if kind == "gru":
            return cells.gru_to_keras(values[0], values[1], values[2], values[3])
        return cells.basic_rnn_to_keras(values[0], values[1])

    def to_legacy(values: Arrays) -> Arrays:
        kernel, recurrent, bias = values
        if kind == "lstm":
            return cells.keras_to_lstm(kernel, recurrent, bias, owner.forget_bias)
        if kind == "gru":
            return cells.keras_to_gru(kernel, recurrent, bias)
        return cells.keras_to_basic_rnn(kernel, recurrent, bias)

    count = _CELLS[kind][1]
    return Holder(label, cell, count, variables, to_keras, to_legacy, (owner.trainable,) * count)
