"""The units of a program: Keras layers, cells and raw variables, found where the program keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from migrate.checkpoint import units as forms
from migrate.checkpoint.units import Unit
from migrate.checkpoint.words import words_of

_UNNAMED = re.compile(r"^(Variable|variable)(_\d+)?$")
_DEEPEST = 6


@dataclass
class Survey:
    """What was found, in the order of the program's definitions.

    waiting: labels of layers without weights.
    optimizers_in_order: they were made in the order in which they were used first.
    """

    units: list[Unit] = field(default_factory=list)
    optimizers: dict[str, Any] = field(default_factory=dict)
    models: dict[str, Any] = field(default_factory=dict)
    checkpoints: dict[str, Any] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    optimizers_in_order: bool = False


def survey(namespaces: Sequence[Mapping[str, Any]], own_modules: Sequence[str] = ("__main__",)) -> Survey:
    """Find all units. own_modules: names of modules whose classes are the program's own."""
    walk = _Walk(set(own_modules))
    for names in namespaces:
        for name, value in list(names.items()):
            if not name.startswith("__"):
                walk.root(name, value)
    return walk.finished()


class _Walk:
    def __init__(self, own_modules: set[str]) -> None:
        import keras
        import tensorflow as tf

        self._layer, self._optimizer, self._model = keras.layers.Layer, keras.optimizers.Optimizer, keras.Model
        self._variable, self._keras_variable = tf.Variable, keras.Variable
        self._checkpoint = tf.train.Checkpoint
        self._own = own_modules
        self._found: dict[int, Unit] = {}
        self._seen: dict[int, int] = {}  # id -> length of the position it was seen at
        self._kept: list[Any] = []
        self._inside: set[int] = set()  # ids of variables that layers and optimizers hold
        self._raw: list[tuple[str, Any]] = []
        self._result = Survey()

    def root(self, name: str, value: Any) -> None:
        """One name of the program."""
        self._visit(name, value, (), 0)

    def finished(self) -> Survey:
        """The survey, raw variables last looked at: those of layers and optimizers are none."""
        for label, variable in self._raw:
            if _key(variable) not in self._inside:
                self._take_raw(label, variable, ())
        order = {id(one): position for position, one in reversed(list(enumerate(self._kept)))}
        ordered = sorted(self._found.values(), key=lambda unit: order[id(unit.target)])
        self._result.units = ordered
        return self._result

    def _is_variable(self, value: Any) -> bool:
        return isinstance(value, self._variable | self._keras_variable)

    def _visit(self, label: str, value: Any, position: tuple[str, ...], depth: int) -> None:
        if depth > _DEEPEST or isinstance(value, str | bytes | int | float | type(None)):
            return
        if self._is_variable(value):
            if id(value) not in self._seen:
                self._seen[id(value)] = 0
                self._kept.append(value)
                self._raw.append((label, value))
            return
        if isinstance(value, self._optimizer):
            self._take_optimizer(label, value)
            return
        if isinstance(value, self._layer):
            self._layer_found(label, value, position, depth)
            return
        if isinstance(value, self._checkpoint):
            self._result.checkpoints.setdefault(label, value)
            return
        if isinstance(value, dict | list | tuple):
            self._members(label, value, position, depth)
        elif type(value).__module__ in self._own and hasattr(value, "__dict__") and id(value) not in self._seen:
            self._seen[id(value)] = 0
            self._kept.append(value)
            for name, part in list(vars(value).items()):
                self._visit(f"{label}.{name}", part, position, depth + 1)

    def _members(self, label: str, value: Any, position: tuple[str, ...], depth: int) -> None:
        if len(value) > 200:  # data
            return
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in list(pairs):
            if isinstance(key, str | int):
                self._visit(f"{label}[{key!r}]", part, position, depth + 1)

    def _take_optimizer(self, label: str, optimizer: Any) -> None:
        if id(optimizer) not in self._seen:
            self._seen[id(optimizer)] = 0
            self._kept.append(optimizer)
            self._result.optimizers[label] = optimizer
        self._inside |= {_key(one) for one in optimizer.variables}

    def _layer_found(self, label: str, layer: Any, position: tuple[str, ...], depth: int) -> None:
        if self._seen.get(id(layer), -1) >= len(position):
            return
        if id(layer) not in self._seen:
            self._kept.append(layer)
        self._seen[id(layer)] = len(position)
        if isinstance(layer, self._model):
            self._result.models.setdefault(label, layer)
            optimizer = getattr(layer, "optimizer", None)
            if isinstance(optimizer, self._optimizer):
                self._take_optimizer(f"{label}.optimizer", optimizer)
        unit = _known(label, layer, position)
        if unit is not None:
            self._found[id(layer)] = unit
            self._inside |= {_key(one) for one in unit.variables}
            return
        parts = list(_parts(label, layer, self._model))
        for name, part, step in parts:
            self._visit(name, part, (*position, *step), depth + 1)
        self._own_weights(label, layer, position)

    def _own_weights(self, label: str, layer: Any, position: tuple[str, ...]) -> None:
        """Weights that the layer holds beside those of its parts."""
        weights = [one for one in layer.weights if _key(one) not in self._inside]
        weights = [one for one in weights if "seed_generator" not in str(getattr(one, "path", ""))]
        if not weights:
            if not layer.weights and not layer.built and not isinstance(layer, self._model):
                self._result.waiting.append(label)
            return
        self._inside |= {_key(one) for one in weights}
        names = [_name(one) for one in weights]
        if isinstance(layer, self._model):
            held = {_key(one): name for name, one in self._raw}  # by the name of the attribute, where it has one
            for name, weight in zip(names, weights, strict=True):
                self._kept.append(weight)
                self._take_raw(held.get(_key(weight), f"{label}.{name}"), weight, position)
            return
        trainable = bool(layer.trainable)
        self._found[id(layer)] = Unit(
            label, _kind(layer), layer, tuple(weights), (forms.layer_form(weights, names),), position,
            words=_words(label, layer), trainable=trainable, extras=tuple(names),
        )  # fmt: skip

    def _take_raw(self, label: str, variable: Any, position: tuple[str, ...]) -> None:
        name = _name(variable)
        names = () if _UNNAMED.match(name) else (name,)
        self._found[id(variable)] = Unit(
            label, "variable", variable, (variable,), (forms.raw_form(variable),), position,
            names=names, words=words_of(label), trainable=bool(variable.trainable), extras=("",),
        )  # fmt: skip


def _key(variable: Any) -> int:
    """One number for a Keras variable and the tf.Variable inside of it."""
    inner = variable if hasattr(variable, "handle") else getattr(variable, "value", variable)
    return id(getattr(inner, "handle", inner))


def variable_key(variable: Any) -> int:
    """One number for a Keras variable and the tf.Variable inside of it."""
    return _key(variable)


def _name(variable: Any) -> str:
    """The name without what TensorFlow adds: the whole one of a tf.Variable, the last part of a Keras variable's."""
    name = str(variable.name).partition(":")[0]
    return name.rpartition("/")[2] if hasattr(variable, "path") else name


def _words(label: str, layer: Any) -> tuple[str, ...]:
    """Words of the name in the program, and of a name that the program has given the layer."""
    return tuple(dict.fromkeys((*words_of(label), *words_of(str(layer.name)))))


def _kind(layer: Any) -> str:
    return type(layer).__name__


_CELLS = {"SimpleRNNCell": "SimpleRNN", "LSTMCell": "LSTM", "GRUCell": "GRU"}


def _keras_class(layer: Any) -> str:
    """The name of the class of Keras that the layer is or extends."""
    for cls in type(layer).__mro__:
        if cls.__module__.split(".")[0] == "keras":
            return str(cls.__name__)
    return ""


def _known(label: str, layer: Any, position: tuple[str, ...]) -> Unit | None:
    """A cell of Keras's own, as a unit."""
    kind = _CELLS.get(_keras_class(layer))
    if kind is None or not layer.built or not layer.use_bias:
        return None
    variables = (layer.kernel, layer.recurrent_kernel, layer.bias)
    forget = 0.0
    if kind == "LSTM":
        found = forms.lstm_forms(*variables)
        forget = _forget_bias(layer)
    elif kind == "GRU":
        found = forms.gru_forms(layer.kernel, layer.recurrent_kernel, bool(layer.reset_after))
    else:
        found = forms.simple_rnn_forms(layer.kernel, layer.recurrent_kernel)
    return Unit(
        label, kind, layer, variables, found, position, words=_words(label, layer), forget_bias=forget,
        trainable=bool(layer.trainable), extras=("kernel", "recurrent_kernel", "bias"),
    )  # fmt: skip


def _forget_bias(cell: Any) -> float:
    """What the migrated cell's first bias holds for the forget gate: what TF1 added when the cell ran."""
    value = getattr(cell.bias_initializer, "value", None)
    if isinstance(value, int | float):
        return float(value)
    return 1.0 if cell.unit_forget_bias else 0.0


def _parts(label: str, layer: Any, model: Any) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """The layers that a layer consists of: name, layer, step of the structure."""
    if hasattr(layer, "forward_layer") and hasattr(layer, "backward_layer"):
        yield f"{label}.forward_layer", layer.forward_layer, ("fw",)
        yield f"{label}.backward_layer", layer.backward_layer, ("bw",)
        return
    if isinstance(getattr(layer, "cells", None), list | tuple):
        for number, cell in enumerate(layer.cells):
            yield f"{label}.cells[{number}]", cell, (f"cell_{number}",)
        return
    if hasattr(layer, "cell") and hasattr(layer.cell, "weights"):
        short = label if _keras_class(layer) in {"SimpleRNN", "LSTM", "GRU", "RNN"} else f"{label}.cell"
        yield short, layer.cell, ()
        return
    if isinstance(layer, model) and _keras_class(layer) in {"Sequential", "Functional"}:
        for part in layer.layers:
            yield f"{label}.{part.name}", part, ()
        return
    for name, part in list(vars(layer).items()):
        if not name.startswith("__") and name not in _INTERNAL and not name.startswith("_self_"):
            yield f"{label}.{name}", part, ()


_INTERNAL = {
    "_tracker", "_layers", "_metrics", "_trainable_variables", "_non_trainable_variables", "_seed_generators",
    "_losses", "_loss_ids", "_parent_path", "_dtype_policy", "_call_signature", "_functional", "_nodes",
    "_inbound_nodes", "_outbound_nodes", "optimizer", "_optimizer",
}  # fmt: skip
