"""`tf.layers.Layer`: variables made by `tf.get_variable` under a scope that is fixed at the first call.

The scope decides the names, and names are a public interface (old checkpoints): a layer without a name gets
the snake_case of its class, made unique in the enclosing variable scope (`dense/kernel`, `dense_1/kernel`);
called again, it returns to its first scope and reuses its variables.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1

from tf1rnn.layers import identified, keras_session, keras_style, naming, spec
from tf1rnn.layers.spec import InputSpec
from tf1rnn.layers.tracking import Tracked

__all__ = ["InputSpec", "Layer"]

nest = v1.nest


class Layer(Tracked):
    """Base class of layers and recurrent cells (`tf.layers.Layer` of TensorFlow 1.15).

    Subclasses define `build(input_shape)`, which makes the variables with `add_weight`, and `call(inputs,
    ...)`.

    Args:
        trainable: whether the variables go to the TRAINABLE_VARIABLES collection.
        name: name of the layer, and its variable scope; by default made of the class name.
        dtype: dtype of the variables; by default that of the first input.

    Raises:
        TypeError: for an argument no layer has.
    """

    _ARGUMENTS = frozenset(
        "_scope _reuse input_shape batch_input_shape batch_size weights activity_regularizer autocast dynamic".split()
    )

    def __init__(self, trainable: bool = True, name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        for argument in kwargs:
            if argument not in self._ARGUMENTS:
                raise TypeError("Keyword argument not understood:", argument)
        super().__init__()
        scope = kwargs.get("_scope")
        self._reuse: Any = kwargs.get("_reuse")
        self._keras_style = keras_style.enabled()
        if self._keras_style:
            keras_style.refuse(scope=scope, reuse=self._reuse)
        self._scope: Any = None
        self._current_scope: Any = None
        self._graph: Any = None
        self.built = False
        self.trainable = trainable
        self.stateful = False
        self.supports_masking = False
        self._input_spec: Any = None
        self._activity_regularizer = identified.regularizer(kwargs.get("activity_regularizer"))
        self._dtype = None if dtype is None else v1.as_dtype(dtype).base_dtype.name
        self._set_name(name)
        if scope is not None:
            with v1.variable_scope(scope) as captured:
                self._scope = captured

    def _set_name(self, name: Any) -> None:
        if not name:
            self._base_name = naming.snake_case(type(self).__name__)
            self._name = naming.numbered(self._base_name)
        elif isinstance(name, v1.VariableScope):
            self._base_name = self._name = name.name
        else:
            self._base_name = self._name = name

    # ---- names and types

    @property
    def name(self) -> str:
        """Name of the layer."""
        return self._name

    @property
    def dtype(self) -> Any:
        """Name of the dtype of the variables, None before it is known."""
        return self.__dict__.get("_dtype")

    @property
    def scope_name(self) -> str:
        """Name of the variable scope; ValueError before the first call."""
        if not self._scope:
            raise ValueError(
                f'No name available for layer scope because the layer "{self._name}" has not been used yet.'
                " The scope name  is determined the first time the layer instance is called. "
                "You must therefore call the layer before querying `scope_name`."
            )
        return self._scope.name

    @property
    def graph(self) -> Any:
        """The graph the layer was first used in, or None."""
        return self._graph

    @property
    def activity_regularizer(self) -> Callable[[Any], Any] | None:
        """Function of the outputs whose value becomes a loss."""
        return self._activity_regularizer

    @activity_regularizer.setter
    def activity_regularizer(self, regularizer: Callable[[Any], Any] | None) -> None:
        self._activity_regularizer = regularizer

    @property
    def input_spec(self) -> Any:
        """The InputSpec (or a list of them) that inputs must fit, or None. Setting another thing: TypeError."""
        return self._input_spec

    @input_spec.setter
    def input_spec(self, specs: Any) -> None:
        self._input_spec = spec.checked(specs)

    # ---- what subclasses define

    def build(self, input_shape: Any) -> None:
        """Makes the variables. Called once, with the (nested) shape of the first inputs."""
        self.built = True

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """The computation of the layer."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Shape of the outputs for a shape of the inputs; without inputs' values."""
        raise NotImplementedError

    # ---- variables

    def add_variable(self, *args: Any, **kwargs: Any) -> Any:
        """The older name of `add_weight`."""
        return self.add_weight(*args, **kwargs)

    def add_weight(
        self,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Callable[[Any], Any] | None = None,
        trainable: bool | None = None,
        constraint: Callable[[Any], Any] | None = None,
        use_resource: bool | None = None,
        synchronization: Any = v1.VariableSynchronization.AUTO,
        aggregation: Any = v1.VariableAggregation.NONE,
        partitioner: Any = None,
        **kwargs: Any,
    ) -> Any:
        """Makes (or, under reuse, finds) a variable of this layer with `tf.get_variable` and returns it.

        A layer of Keras style (see keras_style) always makes one.

        Raises TypeError for an unknown argument and ValueError for a trainable variable that is
        read-synchronised.
        """
        for argument in kwargs:
            if argument not in ("getter", "collections", "experimental_autocast", "caching_device"):
                raise TypeError("Unknown keyword argument:", argument)
        if synchronization == v1.VariableSynchronization.ON_READ:
            if trainable:
                raise ValueError(
                    "Synchronization value can be set to VariableSynchronization.ON_READ only for "
                    "non-trainable "
                    "variables. You have specified trainable=True and "
                    "synchronization=VariableSynchronization.ON_READ."
                )
            trainable = False
        elif trainable is None:
            trainable = True
        dtype = v1.as_dtype(dtype if dtype is not None else self.dtype or v1.float32)
        common: dict[str, Any] = {
            "shape": shape,
            "dtype": dtype,
            "initializer": _initial(initializer),
            "constraint": identified.constraint(constraint),
            "trainable": bool(trainable and self.trainable),
            "use_resource": use_resource,
            "synchronization": synchronization,
            "aggregation": aggregation,
        }
        if self._keras_style:
            variable = keras_style.variable(name, **common)
            self._regularize(name, variable, regularizer)
        else:
            self._set_scope(None)
            known = set(v1.global_variables())
            reuse = self.built or self._reuse
            with (
                v1.variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False) as scope,
                v1.name_scope(scope.original_name_scope),
            ):
                variable = v1.get_variable(name, partitioner=partitioner, **common)
                if not known.intersection(_parts(variable)):
                    self._regularize(name, variable, regularizer)
        self._track(variable, trainable)
        return variable

    def _regularize(self, name: str, variable: Any, regularizer: Callable[[Any], Any] | None) -> None:
        for part in _parts(variable) if regularizer else []:
            with v1.name_scope(f"{name}/Regularizer"):
                self.add_loss(regularizer(part))  # type: ignore[misc]

    def get_weights(self) -> list[np.ndarray]:
        """The values of all variables, in the default session (or that of Keras)."""
        return keras_session.read(self.weights)

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets all variables in that session; ValueError for another number or shape of arrays."""
        keras_session.write(self.name, self.weights, weights)

    # ---- calling

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The same as calling the layer."""
        return self.__call__(inputs, *args, **kwargs)

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Builds the layer if needed and computes its outputs, inside its scope."""
        scope = kwargs.pop("scope", None)
        inputs = nest.map_structure(_as_tensor, inputs)
        if self._keras_style:
            keras_style.refuse(scope=scope)
        else:
            self._set_scope(scope)
        self._check_graph(inputs)
        outer, self._inputs_now = self._inputs_now, inputs
        try:
            outputs = self._computed(scope, inputs, args, kwargs)
        finally:
            self._inputs_now = outer
        self._remember_call(inputs, outputs)
        return outputs

    def _computed(self, scope: Any, inputs: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        if "scope" in inspect.signature(self.call).parameters:
            kwargs["scope"] = scope
        if self._keras_style:
            with v1.name_scope(self._name):
                return self._built_and_called(inputs, args, kwargs)
        reuse = True if self.built else self._reuse
        with v1.variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False) as current:
            self._current_scope = current
            with v1.name_scope(self._scope.original_name_scope):
                return self._built_and_called(inputs, args, kwargs)

    def _built_and_called(self, inputs: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        spec.check(self.name, self.input_spec, inputs)
        if not self.built:
            self._build(inputs)
        outputs = self.call(inputs, *args, **kwargs)
        if self._activity_regularizer:
            with v1.name_scope("ActivityRegularizer"):
                for output in nest.flatten(outputs):
                    batch = v1.cast(v1.shape(output)[0], output.dtype)
                    self.add_loss(self._activity_regularizer(output) / batch, inputs=inputs)
        return outputs

    def _build(self, inputs: Any) -> None:
        if self._dtype is None:
            tensors = [t for t in nest.flatten(inputs) if hasattr(t, "dtype")]
            if tensors:
                self._dtype = tensors[0].dtype.base_dtype.name
        self.build(nest.map_structure(lambda t: getattr(t, "shape", v1.TensorShape([])), inputs))
        self.built = True

    def _set_scope(self, scope: Any) -> None:
        """Fixes the variable scope, at the first use."""
        if self._scope is not None:
            return
        if self._reuse:
            context = v1.variable_scope(scope if scope is not None else self._base_name)
        else:
            context = v1.variable_scope(scope, default_name=self._base_name)
        with context as captured:
            self._scope = captured

    def _check_graph(self, inputs: Any) -> None:
        graphs = {t.graph for t in nest.flatten(inputs) if isinstance(t, v1.Tensor)}
        if len(graphs) > 1 or (self._graph is not None and graphs - {self._graph}):
            raise ValueError("Input graph and Layer graph are not the same: a layer works in one graph only.")
        if self._graph is None:
            self._graph = graphs.pop() if graphs else v1.get_default_graph()

    def __deepcopy__(self, memo: dict[int, Any]) -> Layer:
        """A copy with the same variable scope, once that is fixed. Graph and tensors are never copied."""
        result = type(self).__new__(type(self))
        memo[id(self)] = result
        for name, value in self.__dict__.items():
            if name in ("_graph", "_inputs_now") or _holds_tensors(value):
                copied = value
            elif name in ("_scope", "_current_scope", "_calls"):
                copied = copy.copy(value)
            else:
                copied = copy.deepcopy(value, memo)
            result.__dict__[name] = copied
        return result


def _holds_tensors(value: Any) -> bool:
    """Whether it is a tensor, or a list or dict whose first entry is one."""
    entries = list(value.values()) if isinstance(value, dict) else value
    return isinstance(value, v1.Tensor) or bool(
        isinstance(entries, (list, tuple)) and entries and isinstance(entries[0], v1.Tensor)
    )


def _initial(given: Any) -> Any:
    """An initializer, or the value of a constant to start from."""
    return identified.initializer(given) if isinstance(given, (str, dict)) else given


def _as_tensor(value: Any) -> Any:
    return v1.convert_to_tensor(value) if isinstance(value, (np.ndarray, float, int)) else value


def _parts(variable: Any) -> list[Any]:
    """The variables behind what get_variable returned: several if it is partitioned."""
    return list(variable) if hasattr(variable, "_variable_list") else [variable]
