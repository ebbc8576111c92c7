"""`tf.layers`: dense, dropout, flatten. The functions make a layer and call it once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops, op_numbers
from tf1rnn.layers import identified
from tf1rnn.layers.activation import activation_named
from tf1rnn.layers.base import InputSpec, Layer
from tf1rnn.layers.conditions import choose

Function = Callable[[Any], Any]

ZEROS = v1.zeros_initializer()


class Dense(Layer):
    """outputs = activation(inputs . kernel + bias), over the last axis.

    Variables: `kernel` [inputs' last size, units], `bias` [units].

    Args:
        units: size of the outputs.
        activation: function (or its name) of the result; None is linear.
        use_bias: whether there is a bias.
        kernel_initializer, bias_initializer: initialisers; kernel: that of the variable scope.
        kernel_regularizer, bias_regularizer, activity_regularizer: functions whose values become losses.
        kernel_constraint, bias_constraint: projections applied after an optimizer's update.
        trainable, name: see Layer.
    """

    def __init__(
        self,
        units: int,
        activation: Function | str | None = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = ZEROS,
        kernel_regularizer: Function | None = None,
        bias_regularizer: Function | None = None,
        activity_regularizer: Function | None = None,
        kernel_constraint: Function | None = None,
        bias_constraint: Function | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, activity_regularizer=activity_regularizer, **kwargs)
        self.units = int(units)
        self.activation = activation_named(activation)
        self.use_bias = use_bias
        self.kernel_initializer = identified.initializer(kernel_initializer)
        self.bias_initializer = identified.initializer(bias_initializer)
        self.kernel_regularizer = identified.regularizer(kernel_regularizer)
        self.bias_regularizer = identified.regularizer(bias_regularizer)
        self.kernel_constraint = identified.constraint(kernel_constraint)
        self.bias_constraint = identified.constraint(bias_constraint)
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: Any) -> None:
        """Makes kernel and bias. ValueError if the last size is unknown, TypeError for integer inputs."""
        dtype = v1.as_dtype(self.dtype or v1.float32)
        if not (dtype.is_floating or dtype.is_complex):
            raise TypeError(f"Unable to build `Dense` layer with non-floating point dtype {dtype}")
        depth = v1.TensorShape(input_shape).as_list()[-1]
        if depth is None:
            raise ValueError("The last dimension of the inputs to `Dense` should be defined. Found `None`.")
        self.input_spec = InputSpec(min_ndim=2, axes={-1: depth})
        self.kernel = self.add_weight(
            "kernel",
            shape=[depth, self.units],
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                shape=[self.units],
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.built = True

    def call(self, inputs: Any) -> Any:  # type: ignore[override]
        """inputs [..., depth] -> [..., units]."""
        inputs = v1.cast(inputs, self.dtype) if inputs.dtype.base_dtype.name != self.dtype else inputs
        if inputs.shape.ndims is not None and inputs.shape.ndims > 2:
            outputs = numbered_ops.tensordot(inputs, self.kernel, [[inputs.shape.ndims - 1], [0]])
            outputs.set_shape(inputs.shape.as_list()[:-1] + [self.units])
        else:
            outputs = v1.matmul(inputs, self.kernel)
        if self.use_bias:
            outputs = v1.nn.bias_add(outputs, self.bias)
        return self.activation(outputs) if self.activation is not None else outputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Replaces the last size by `units`; ValueError if it is unknown."""
        shape = v1.TensorShape(input_shape).with_rank_at_least(2)
        if v1.dimension_value(shape[-1]) is None:
            raise ValueError(f"The innermost dimension of input_shape must be defined, but saw: {input_shape}")
        return shape[:-1].concatenate(self.units)


class Dropout(Layer):
    """Zeroes a fraction `rate` of the inputs and scales the rest by 1 / (1 - rate), while training.

    Args:
        rate: fraction to drop (a number or a scalar tensor).
        noise_shape: shape of the random mask, broadcast to the inputs; None entries are taken from the
            inputs.
        seed: op seed of the mask.
        name: see Layer.
    """

    def __init__(
        self,
        rate: Any = 0.5,
        noise_shape: Any = None,
        seed: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed

    def _noise_shape(self, inputs: Any) -> Any:
        if self.noise_shape is None or isinstance(self.noise_shape, v1.Tensor):
            return self.noise_shape
        sizes = v1.shape(inputs)
        return [sizes[i] if size is None else size for i, size in enumerate(self.noise_shape)]

    def call(self, inputs: Any, training: Any = False) -> Any:  # type: ignore[override]
        """`training` is a Python value or a boolean scalar tensor."""

        def dropped() -> Any:
            return numbered_ops.dropout(inputs, rate=self.rate, noise_shape=self._noise_shape(inputs), seed=self.seed)

        return choose(training, dropped, lambda: v1.identity(inputs))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the inputs."""
        return input_shape


class Flatten(Layer):
    """Keeps the batch axis and makes one axis of all others.

    Args:
        data_format: "channels_last" or "channels_first" (channels are moved last before flattening).
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format or "channels_last"
        if self.data_format not in ("channels_last", "channels_first"):
            raise ValueError(
                f'The `data_format` argument must be one of "channels_first", "channels_last". Received: {data_format}'
            )
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Any) -> Any:  # type: ignore[override]
        """inputs [batch, ...] -> [batch, product of the rest]."""
        rank = inputs.shape.ndims
        if self.data_format == "channels_first" and rank is not None and rank > 1:
            inputs = v1.transpose(inputs, [0, *range(2, rank), 1])
        sizes = inputs.shape.as_list()
        if len(sizes) > 1 and None not in sizes[1:]:
            flat: Any = [-1, int(v1.TensorShape(sizes[1:]).num_elements())]
            op_numbers.ahead(6 if sizes[0] is None else 0)  # it took the batch size out of the shape
        else:
            flat = [sizes[0] if sizes[0] is not None else v1.shape(inputs)[0], -1]
        outputs = v1.reshape(inputs, flat)
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """[batch, product of the other sizes], None where unknown."""
        sizes = v1.TensorShape(input_shape).as_list()
        if not sizes:
            return v1.TensorShape([1])
        return v1.TensorShape([sizes[0], v1.TensorShape(sizes[1:]).num_elements() if len(sizes) > 1 else 1])


def dense(
    inputs: Any,
    units: int,
    activation: Function | str | None = None,
    use_bias: bool = True,
    kernel_initializer: Any = None,
    bias_initializer: Any = ZEROS,
    kernel_regularizer: Function | None = None,
    bias_regularizer: Function | None = None,
    activity_regularizer: Function | None = None,
    kernel_constraint: Function | None = None,
    bias_constraint: Function | None = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Any:
    """inputs [..., depth] -> [..., units]; see Dense. `reuse` takes the variables that `name` has already."""
    layer = Dense(
        units,
        activation=activation,
        use_bias=use_bias,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        kernel_regularizer=kernel_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        kernel_constraint=kernel_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer.apply(inputs)


def dropout(
    inputs: Any,
    rate: Any = 0.5,
    noise_shape: Any = None,
    seed: int | None = None,
    training: Any = False,
    name: str | None = None,
) -> Any:
    """See Dropout; the identity unless `training` (a Python value or a boolean scalar tensor)."""
    return Dropout(rate, noise_shape=noise_shape, seed=seed, name=name).apply(inputs, training=training)


def flatten(inputs: Any, name: str | None = None, data_format: str = "channels_last") -> Any:
    """inputs [batch, ...] -> [batch, product of the rest]; see Flatten."""
    return Flatten(name=name, data_format=data_format).apply(inputs)
