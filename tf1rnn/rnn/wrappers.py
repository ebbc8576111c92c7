"""Cells around a cell: ResidualWrapper and DeviceWrapper. They add no scope and no variables of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf2
import tensorflow.compat.v1 as v1

from tf1rnn import devices
from tf1rnn.rnn.cell import RNNCell, assert_is_cell
from tf1rnn.rnn.configuration import function_config, function_from

nest = v1.nest


class CellWrapper(RNNCell):
    """Base: passes sizes and states of the wrapped cell on, and calls it in the scope it is called in
    itself.
    """

    def __init__(self, cell: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        assert_is_cell("cell", cell)
        self.cell = cell
        if isinstance(cell, tf2.Module):
            self._track_trackable(cell, "cell")

    @property
    def wrapped_cell(self) -> Any:
        """The cell inside."""
        return self.cell

    @property
    def state_size(self) -> Any:
        """That of the wrapped cell."""
        return self.cell.state_size

    @property
    def output_size(self) -> Any:
        """That of the wrapped cell."""
        return self.cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """That of the wrapped cell."""
        with v1.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        """Runs the cell once; see RNNCell."""
        return self._around(inputs, state, scope, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments; the wrapped cell as {class_name, config}."""
        cell = {"class_name": type(self.cell).__name__, "config": self.cell.get_config()}
        return {**super().get_config(), "cell": cell}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """A wrapper from a config whose "cell" was replaced by a cell; ValueError if it was not."""
        config = dict(config)
        cell = config.pop("cell")
        if isinstance(cell, dict):
            raise ValueError(
                "RNNCellWrapper cannot reconstruct the wrapped cell. Please overwrite the cell in the config with a "
                "RNNCell instance."
            )
        cls._functions_from(config)
        return cls(cell, **config)

    @classmethod
    def _functions_from(cls, config: dict[str, Any]) -> None:
        """Puts functions of the config into arguments of the constructor."""

    def _run(self, inputs: Any, state: Any, scope: Any, **kwargs: Any) -> Any:
        """The wrapped cell itself. `scope` is passed on only if given: not all cells of users take it."""
        if scope is not None:
            return self.cell(inputs, state, scope=scope, **kwargs)
        return self.cell(inputs, state, **kwargs)

    def _around(self, inputs: Any, state: Any, scope: Any, **kwargs: Any) -> Any:
        raise NotImplementedError


class ResidualWrapper(CellWrapper):
    """outputs = inputs + the wrapped cell's outputs, of the same shape (He et al. 2015).

    Args:
        cell: the cell.
        residual_fn: function (inputs, outputs) -> outputs instead of the sum.

    Raises TypeError or ValueError if inputs and outputs differ in structure or shape.
    """

    def __init__(self, cell: Any, residual_fn: Callable[[Any, Any], Any] | None = None, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._residual_fn = residual_fn

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        given = self._residual_fn
        return {**super().get_config(), **(function_config("residual_fn", given) if given is not None else {})}

    @classmethod
    def _functions_from(cls, config: dict[str, Any]) -> None:
        function = function_from("residual_fn", config)
        if function is not None:
            config["residual_fn"] = function

    def _around(self, inputs: Any, state: Any, scope: Any, **kwargs: Any) -> Any:
        outputs, new_state = self._run(inputs, state, scope, **kwargs)
        nest.assert_same_structure(inputs, outputs)
        return (self._residual_fn or _sum)(inputs, outputs), new_state


def _sum(inputs: Any, outputs: Any) -> Any:
    def one(before: Any, after: Any) -> Any:
        before.shape.assert_is_compatible_with(after.shape)
        return before + after

    return nest.map_structure(one, inputs, outputs)


class DeviceWrapper(CellWrapper):
    """Runs the wrapped cell on a device.

    Args:
        cell: the cell.
        device: device string or function, as `tf.device` takes it.
    """

    def __init__(self, cell: Any, device: Any, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._device = device

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """That of the wrapped cell, on the device."""
        with (
            v1.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]),
            devices.device(self._device),
        ):
            return self.cell.zero_state(batch_size, dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {**super().get_config(), "device": self._device}

    def _around(self, inputs: Any, state: Any, scope: Any, **kwargs: Any) -> Any:
        with devices.device(self._device):
            return self._run(inputs, state, scope, **kwargs)
