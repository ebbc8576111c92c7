"""`RNNCell`, the base of all cells, ours and the user's.

A cell maps (inputs [batch, depth], state) to (outputs [batch, output_size], new state). Users derive from
`RNNCell` in two ways: they override `__call__(inputs, state, scope=None)` and use `tf.get_variable` there,
or they define `call` (and perhaps `build`); both get the variable names they had in TensorFlow 1.15.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf2
import tensorflow.compat.v1 as v1

from tf1rnn.layers import keras_session
from tf1rnn.layers.base import Layer
from tf1rnn.rnn import state as states

KERNEL = "kernel"
BIAS = "bias"

nest = v1.nest


def assert_is_cell(argument: str, cell: Any) -> None:
    """Raises TypeError, naming the argument, unless the object can be used as a recurrent cell."""
    missing = []
    if not hasattr(cell, "output_size"):
        missing.append("'output_size' property is missing")
    if not hasattr(cell, "state_size"):
        missing.append("'state_size' property is missing")
    if not (hasattr(cell, "zero_state") or hasattr(cell, "get_initial_state")):
        missing.append("either 'zero_state' or 'get_initial_state' method is required")
    if not callable(cell):
        missing.append("is not callable")
    if missing:
        raise TypeError(f"The argument {argument!r} ({cell}) is not an RNNCell: {', '.join(missing)}.")


class RNNCell(Layer, tf2.Module):
    """Base class of recurrent cells (`tf.nn.rnn_cell.RNNCell` of TensorFlow 1.15).

    A cell can be part of a `tf.train.Checkpoint`: its variables are its children, by their names. Keras finds the
    variables of the cells in its layers because they are modules.

    Args: see `tf.layers.Layer`.
    """

    _self_setattr_tracking = False  # attributes are not children, and lists in them stay lists
    _is_tf_rnn_cell = True  # the state of one tensor goes into this cell as a tensor, says tf.keras.layers.RNN

    def __init__(self, trainable: bool = True, name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__(trainable=trainable, name=name, dtype=dtype, **kwargs)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:  # type: ignore[override]
        """Runs the cell once.

        Args:
            inputs: tensor [batch, depth] (or a structure of such).
            state: state tensors as `state_size` describes them.
            scope: variable scope or its name; by default made of the class name.

        Returns:
            (outputs [batch, output_size], new state with the structure of `state`).
        """
        if scope is not None:
            with v1.variable_scope(scope, custom_getter=self._remembering) as entered:
                return super().__call__(inputs, state, scope=entered)
        holder = self.__dict__.get("_enclosing_scope")
        if holder is None:
            holder = v1.variable_scope(v1.get_variable_scope(), custom_getter=self._remembering)
            self._enclosing_scope = holder
        with holder:
            return super().__call__(inputs, state)

    def _remembering(self, getter: Any, *args: Any, **kwargs: Any) -> Any:
        """A custom getter: what `call` makes with tf.get_variable counts as variables of the cell."""
        variable = getter(*args, **kwargs)
        trainable = any(v is p for p in _parts(variable) for v in v1.trainable_variables())
        self._track(variable, trainable)
        return variable

    def add_weight(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """See `tf.layers.Layer`; the variable is also a child for checkpoints."""
        variable = super().add_weight(name, *args, **kwargs)
        if not hasattr(variable, "_variable_list"):
            self._track_trackable(variable, name, overwrite=True)
        return variable

    def _track(self, variable: Any, trainable: bool) -> None:
        keras_session.announce(_parts(variable))
        # A custom getter of the program may have made it untrainable.
        super()._track(variable, trainable and all(part.trainable for part in _parts(variable)))

    @property
    def state_size(self) -> Any:
        """Size(s) of the state: an int, a TensorShape, or a (nested) tuple of these."""
        raise NotImplementedError("Abstract method")

    @property
    def output_size(self) -> Any:
        """Size(s) of the outputs: an int, a TensorShape, or a (nested) tuple of these."""
        raise NotImplementedError("Abstract method")

    def build(self, _: Any) -> None:
        """Nothing by default: the subclass makes its variables in `call`."""

    def get_initial_state(self, inputs: Any = None, batch_size: Any = None, dtype: Any = None) -> Any:
        """Zero state; batch size and dtype come from `inputs` if that is given.

        Raises ValueError if `batch_size` or `dtype` contradicts `inputs`, or if they are missing without it.
        """
        if inputs is not None:
            inputs = v1.convert_to_tensor(inputs, name="inputs")
            if batch_size is not None:
                given = v1.get_static_value(batch_size) if isinstance(batch_size, v1.Tensor) else batch_size
                known = v1.dimension_value(inputs.shape.dims[0])
                if known != given:
                    raise ValueError(
                        f"batch size from input tensor is different from the input param. Input tensor "
                        f"batch: "
                        f"{known}, batch_size: {batch_size}"
                    )
            if dtype is not None and inputs.dtype != dtype:
                raise ValueError(
                    f"dtype from input tensor is different from the input param. Input tensor dtype: "
                    f"{inputs.dtype}, "
                    f"dtype: {dtype}"
                )
            batch_size = v1.dimension_value(inputs.shape.dims[0]) or v1.shape(inputs)[0]
            dtype = inputs.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                f"batch_size and dtype cannot be None while constructing initial state: "
                f"batch_size={batch_size}, "
                f"dtype={dtype}"
            )
        return self.zero_state(batch_size, dtype)

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Zero tensors [batch_size, size] for each size in `state_size`; `batch_size` is an int or a scalar
        tensor.
        """
        with v1.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            return states.zeros(self.state_size, batch_size, dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments that make an equal cell."""
        return {"name": self.name, "trainable": self.trainable, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A cell from what `get_config` returned."""
        return cls(**config)

    @property
    def _is_cell_with_own_scope(self) -> bool:
        return False


class LayerRNNCell(RNNCell):
    """Base of cells that make their variables in `build`, in a scope of their own (basic_lstm_cell,
    gru_cell, …).
    """

    def __call__(self, inputs: Any, state: Any, scope: Any = None, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        """Runs the cell once; see RNNCell."""
        return Layer.__call__(self, inputs, state, scope=scope, *args, **kwargs)  # noqa: B026


def assert_floating(dtype: Any) -> None:
    """Raises ValueError for a dtype that is neither floating nor complex."""
    kind = v1.as_dtype(dtype or v1.float32)
    if not (kind.is_floating or kind.is_complex):
        raise ValueError(f"RNN cell only supports floating point inputs, but saw dtype: {kind!r}")


def depth_of(inputs_shape: Any) -> int:
    """The last size of the inputs; ValueError if it is unknown."""
    shape = v1.TensorShape(inputs_shape)
    depth = shape.as_list()[-1] if shape.ndims else None
    if depth is None:
        raise ValueError(f"Expected inputs.shape[-1] to be known, saw shape: {inputs_shape}")
    return depth


def _parts(variable: Any) -> list[Any]:
    return list(variable) if hasattr(variable, "_variable_list") else [variable]
