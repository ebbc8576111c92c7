"""What a layer remembers: its variables, losses, updates and calls."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1

from tf1rnn.layers import dependence

nest = v1.nest


class Tracked:
    """The bookkeeping half of `Layer`.

    Layers held in attributes keep their own books: their variables are not those of the holder, as in 1.15 (Keras
    counts them).
    """

    trainable: bool
    built: bool
    _keras_style = False

    def __init__(self) -> None:
        self._trainable_weights: list[Any] = []
        self._non_trainable_weights: list[Any] = []
        self._own_losses: list[tuple[Any, Any]] = []  # (loss, whether it holds for some inputs only)
        self._own_updates: list[tuple[Any, Any]] = []  # (update, the inputs of the call it belongs to)
        self._calls: list[tuple[Any, Any]] = []  # (inputs, outputs)
        self._inputs_now: Any = None  # those of the call that is under way

    @property
    def name(self) -> str:
        """Name of the layer."""
        raise NotImplementedError

    def _track(self, variable: Any, trainable: bool) -> None:
        holder = self._trainable_weights if trainable else self._non_trainable_weights
        for part in list(variable) if hasattr(variable, "_variable_list") else [variable]:
            if not any(part is v for v in holder):
                holder.append(part)

    # ---- variables

    @property
    def trainable_weights(self) -> list[Any]:
        """The trainable variables; empty if the layer is not trainable."""
        return list(self._trainable_weights) if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Any]:
        """The other variables; all of them if the layer is not trainable."""
        return [*([] if self.trainable else self._trainable_weights), *self._non_trainable_weights]

    @property
    def weights(self) -> list[Any]:
        """All variables, trainable ones first."""
        return self.trainable_weights + self.non_trainable_weights

    @property
    def trainable_variables(self) -> list[Any]:
        """The same as `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Any]:
        """The same as `non_trainable_weights`."""
        return self.non_trainable_weights

    @property
    def variables(self) -> list[Any]:
        """The same as `weights`."""
        return self.weights

    def count_params(self) -> int:
        """Number of scalars in all variables; ValueError before the layer is built."""
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on {self.name}, but the layer isn't built. "
                f"You can build it manually via: `{self.name}.build(batch_input_shape)`."
            )
        return int(sum(np.prod(v.shape.as_list()) for v in self.weights))

    # ---- losses and updates

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Adds loss tensors (or a list of them), also to the collection REGULARIZATION_LOSSES.

        With any `inputs` they count as losses of the inputs they depend on, see `get_losses_for`.
        """
        for loss in nest.flatten(losses):
            value = loss() if callable(loss) else loss
            if value is not None:
                value = v1.convert_to_tensor(value)
                self._own_losses.append((value, inputs is not None))
                _collect(v1.GraphKeys.REGULARIZATION_LOSSES, value)

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Adds update ops (or a list of them), also to the collection UPDATE_OPS (not in a layer of Keras style)."""
        for update in nest.flatten(updates):
            op = update if isinstance(update, v1.Operation) else getattr(update, "op", update)
            given = self._inputs_now if self._inputs_now is not None else [call[0] for call in self._calls]
            self._own_updates.append((op, given))
            if not self._keras_style:
                _collect(v1.GraphKeys.UPDATE_OPS, op)

    @property
    def losses(self) -> list[Any]:
        """The losses of this layer."""
        return [loss for loss, _ in self._own_losses]

    @property
    def updates(self) -> list[Any]:
        """The updates of this layer; none if it is not trainable."""
        return [op for op, _ in self._own_updates] if self.trainable else []

    def get_losses_for(self, inputs: Any) -> list[Any]:
        """The losses that can be computed from these inputs; with None those added without inputs."""
        own = [loss for loss, conditional in self._own_losses if conditional == (inputs is not None)]
        if inputs is not None:
            own = dependence.reached(own, inputs)
        return own

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """The updates that depend on these inputs; with None those that depend on no inputs of the layer."""
        conditional = [op for op, given in self._own_updates if dependence.reached([op], given)]
        if inputs is None:
            return [op for op, _ in self._own_updates if not any(op is c for c in conditional)]
        return dependence.reached(conditional, inputs)

    # ---- calls

    def _remember_call(self, inputs: Any, outputs: Any) -> None:
        self._calls.append((inputs, outputs))

    @property
    def input(self) -> Any:
        """The inputs of the only call; AttributeError if there was none or more than one."""
        return self._only_call("input")[0]

    @property
    def output(self) -> Any:
        """The outputs of the only call; AttributeError if there was none or more than one."""
        return self._only_call("output")[1]

    @property
    def input_shape(self) -> Any:
        """Shape of the inputs as a tuple; AttributeError if it was called with different ones or never."""
        return self._only_shape(0, "input shape")

    @property
    def output_shape(self) -> Any:
        """Shape of the outputs as a tuple; AttributeError if there are different ones or none."""
        return self._only_shape(1, "output shape")

    def get_input_at(self, node_index: int) -> Any:
        """The inputs of a call, counted from 0."""
        return self._call_at(node_index, "input")[0]

    def get_output_at(self, node_index: int) -> Any:
        """The outputs of a call, counted from 0."""
        return self._call_at(node_index, "output")[1]

    def get_input_shape_at(self, node_index: int) -> Any:
        """Shape of the inputs of a call."""
        return _shapes(self._call_at(node_index, "input shape")[0])

    def get_output_shape_at(self, node_index: int) -> Any:
        """Shape of the outputs of a call."""
        return _shapes(self._call_at(node_index, "output shape")[1])

    def _call_at(self, index: int, what: str) -> tuple[Any, Any]:
        if not self._calls:
            raise RuntimeError(f"The layer has never been called and thus has no defined {what}.")
        if not 0 <= index < len(self._calls):
            raise ValueError(
                f"Asked to get {what} at node {index}, but the layer has only {len(self._calls)} inbound nodes."
            )
        return self._calls[index]

    def _only_call(self, what: str) -> tuple[Any, Any]:
        if not self._calls:
            raise AttributeError(f"Layer {self.name} has no inbound nodes.")
        if len(self._calls) > 1:
            raise AttributeError(
                f"Layer {self.name} has multiple inbound nodes, hence the notion of "
                f'"layer {what}" is ill-defined. Use `get_{what}_at(node_index)` instead.'
            )
        return self._calls[0]

    def _only_shape(self, side: int, what: str) -> Any:
        shapes = [_shapes(call[side]) for call in self._calls]
        if not shapes:
            raise AttributeError(f"The layer has never been called and thus has no defined {what}.")
        if any(s != shapes[0] for s in shapes):
            raise AttributeError(
                f'The layer "{self.name}" has multiple inbound nodes, with '
                f"different {what}s. "
                f'Hence the notion of "{what}" is ill-defined for the layer.'
            )
        return shapes[0]


def _shapes(tensors: Any) -> Any:
    return nest.map_structure(lambda t: tuple(t.shape.as_list()) if t.shape.ndims is not None else None, tensors)


def _collect(key: str, value: Any) -> None:
    if not any(value is other for other in v1.get_collection_ref(key)):
        v1.add_to_collection(key, value)
