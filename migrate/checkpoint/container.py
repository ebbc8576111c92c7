"""The weights file of a program that is not one keras.Model: all weights under the names the program has for them.

An ordinary `*.weights.h5` of Keras. Names, not positions, say what belongs where: `encoder.kernel`,
`optimizer.momentums of encoder.kernel`, `optimizer.iterations`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from migrate.checkpoint.errors import CheckpointError
from migrate.checkpoint.survey import Survey, variable_key
from migrate.checkpoint.units import as_array, shape_of


def named_variables(found: Survey) -> dict[str, Any]:
    """Name -> variable, of all units and built optimizers; learning rates are the program's own and not among them."""
    named: dict[str, Any] = {}
    names: dict[int, str] = {}
    for unit in found.units:
        for extra, variable in zip(unit.extras, unit.variables, strict=True):
            name = f"{unit.label}.{extra}" if extra else unit.label
            while name in named:  # a layer may give several weights one name
                name += "_"
            named[name] = variable
            names[variable_key(variable)] = name
    for label, optimizer in found.optimizers.items():
        if optimizer.built:
            named |= _of_optimizer(label, optimizer, names)
    return named


_NO_SLOTS = {"_trainable_variables", "_variables"}


def _of_optimizer(label: str, optimizer: Any, names: Mapping[int, str]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    trained = [names.get(variable_key(one), str(place)) for place, one in enumerate(optimizer._trainable_variables)]
    of_slots: dict[int, str] = {}
    for attribute, value in vars(optimizer).items():
        if attribute in _NO_SLOTS or not isinstance(value, list):
            continue
        if len(value) == len(trained):
            for one, name in zip(value, trained, strict=True):
                of_slots[id(one)] = f"{label}.{attribute.strip('_')} of {name}"
    for place, variable in enumerate(optimizer.variables):
        if variable.name == "learning_rate":
            continue
        plain = f"{label}.iterations" if variable is optimizer.iterations else f"{label}.{place} {variable.name}"
        named[of_slots.get(id(variable), plain)] = variable
    return named


class Container:
    """Writes and reads the named variables of a program."""

    def __init__(self, named: Mapping[str, Any]) -> None:
        self._named = {name.replace("/", "|"): variable for name, variable in named.items()}

    def write(self, path: Path) -> None:
        """Write the present values."""
        self._model({}).save_weights(str(path))

    def read(self, path: Path) -> None:
        """Give the variables the values of their names.

        Raises `CheckpointError` unless the file has just these names, with these shapes; then nothing has changed.
        """
        values: dict[str, np.ndarray] = {}
        self._model(values).load_weights(str(path))
        missing, more = sorted(self._named.keys() - values.keys()), sorted(values.keys() - self._named.keys())
        if missing or more:
            lines = [f"only in the program: {name}" for name in missing]
            lines += [f"only in the file: {name}" for name in more]
            advice = "Weights and slots exist from the first call on: of functions with an input_signature before that."
            raise CheckpointError(f"{path} is not of this program, or of another moment of it", [*lines, advice])
        for name, variable in self._named.items():
            if values[name].shape != shape_of(variable):
                shapes = f"{list(values[name].shape)} in the file, {list(shape_of(variable))} in the program"
                raise CheckpointError(f"{path} is not of this program: {name} is {shapes}")
        for name, variable in self._named.items():
            variable.assign(values[name])

    def _model(self, values: dict[str, np.ndarray]) -> Any:
        """A keras.Model whose only layer saves the variables, and puts what it loads into `values`."""
        import keras

        named = self._named

        class Variables(keras.layers.Layer):
            """The variables of a program by name."""

            def __init__(self) -> None:
                super().__init__(name="variables")
                self.built = True

            def save_own_variables(self, store: Any) -> None:
                for name, variable in named.items():
                    store[name] = as_array(variable)

            def load_own_variables(self, store: Any) -> None:
                for name in store.keys():  # noqa: SIM118  # Keras's store is no mapping
                    values[name] = np.asarray(store[name])

        class Weights(keras.Model):
            """Everything of a program that has weights."""

            def __init__(self) -> None:
                super().__init__(name="weights_of_the_program")
                self.variables_of_the_program = Variables()
                self.built = True

        return Weights()


def container(found: Survey) -> Container:
    """The container of a program."""
    return Container(named_variables(found))
