"""`tf.layers.batch_normalization`.

    y = gamma * (x - mean) / sqrt(variance + epsilon) + beta

In training mean and variance are those of the batch, and the moving ones follow them:
moving -= (moving - batch) * (1 - momentum), by ops in the collection UPDATE_OPS. Otherwise the moving ones
are used. Inputs of rank 4 take TensorFlow's fused kernel, whose moving variance follows the unbiased
variance of the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.layers.base import InputSpec, Layer
from tf1rnn.layers.conditions import choose, static_bool

Function = Callable[[Any], Any]

ZEROS = v1.zeros_initializer()
ONES = v1.ones_initializer()


class BatchNormalization(Layer):
    """See the module. Variables: gamma, beta, moving_mean, moving_variance, all [channels].

    Args:
        axis: the axis of the channels (an int, or a list of one).
        momentum: of the moving statistics.
        epsilon: added to the variance.
        center, scale: whether there is a beta, a gamma.
        beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer:
            initialisers.
        beta_regularizer, gamma_regularizer: functions whose values become losses.
        beta_constraint, gamma_constraint: projections applied after an optimizer's update.
        fused: whether the fused kernel is used; by default wherever it can be.
        trainable, name: see Layer.

    Raises:
        NotImplementedError: for renorm, virtual_batch_size and adjustment.
        ValueError: for inputs of unknown rank or an unknown number of channels.
    """

    def __init__(
        self,
        axis: Any = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = ZEROS,
        gamma_initializer: Any = ONES,
        moving_mean_initializer: Any = ZEROS,
        moving_variance_initializer: Any = ONES,
        beta_regularizer: Function | None = None,
        gamma_regularizer: Function | None = None,
        beta_constraint: Function | None = None,
        gamma_constraint: Function | None = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        fused: bool | None = None,
        trainable: bool = True,
        virtual_batch_size: int | None = None,
        adjustment: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, **kwargs)
        asked = {"renorm": renorm, "virtual_batch_size": virtual_batch_size, "adjustment": adjustment}
        for argument, given in asked.items():
            if given:
                raise NotImplementedError(f"tf1rnn does not support {argument} in batch normalization yet")
        self.axis = axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = beta_initializer
        self.gamma_initializer = gamma_initializer
        self.moving_mean_initializer = moving_mean_initializer
        self.moving_variance_initializer = moving_variance_initializer
        self.beta_regularizer = beta_regularizer
        self.gamma_regularizer = gamma_regularizer
        self.beta_constraint = beta_constraint
        self.gamma_constraint = gamma_constraint
        self.fused = fused

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        shape = v1.TensorShape(input_shape)
        if shape.ndims is None:
            raise ValueError(f"Input has undefined rank: {input_shape}")
        axes = [self.axis] if isinstance(self.axis, int) else list(self.axis)
        if len(axes) != 1:
            raise NotImplementedError("tf1rnn does not support batch normalization over several axes yet")
        axis = axes[0] + shape.ndims if axes[0] < 0 else axes[0]
        if not 0 <= axis < shape.ndims:
            raise ValueError(f"Invalid axis: {self.axis}")
        channels = shape.as_list()[axis]
        if channels is None:
            raise ValueError("Input has undefined `axis` dimension. Input shape: ", input_shape)
        self.input_spec = InputSpec(ndim=shape.ndims, axes={axis: channels})
        self._rank, self._axis, self._channels = shape.ndims, axis, channels
        self._fused = self.fused if self.fused is not None else shape.ndims == 4 and axis in (1, 3)
        if self._fused and (shape.ndims != 4 or axis not in (1, 3)):
            raise ValueError("Batch normalization layers with fused=True only support 4D input tensors.")
        dtype = v1.float32 if self.dtype in ("float16", "bfloat16") else v1.as_dtype(self.dtype)
        kind: dict[str, Any] = dict(shape=[channels], dtype=dtype)
        self.gamma = self.beta = None
        if self.scale:
            self.gamma = self.add_weight(
                "gamma",
                initializer=self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                **kind,
            )
        if self.center:
            self.beta = self.add_weight(
                "beta",
                initializer=self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
                **kind,
            )
        self.moving_mean = self.add_weight(
            "moving_mean", initializer=self.moving_mean_initializer, trainable=False, **kind
        )
        self.moving_variance = self.add_weight(
            "moving_variance", initializer=self.moving_variance_initializer, trainable=False, **kind
        )
        self.built = True

    def call(self, inputs: Any, training: Any = False) -> Any:  # type: ignore[override]
        """Inputs and outputs have the same shape; `training` is a Python value or a boolean scalar tensor."""
        outputs, mean, variance = self._fused_kernel(inputs, training) if self._fused else self._plain(inputs, training)
        if static_bool(training) is not False:
            self._follow(self.moving_mean, mean, training, inputs)
            self._follow(self.moving_variance, variance, training, inputs)
        return outputs

    def _plain(self, inputs: Any, training: Any) -> tuple[Any, Any, Any]:
        others = [i for i in range(self._rank) if i != self._axis]

        def of_batch() -> Any:
            return v1.nn.moments(inputs, others)

        # Both branches of a condition in the graph are needed: the batch's statistics also feed the moving
        # ones.
        if static_bool(training) is False:
            mean, variance = (
                v1.convert_to_tensor(self.moving_mean),
                v1.convert_to_tensor(self.moving_variance),
            )
        else:
            batch_mean, batch_variance = of_batch()
            mean = choose(training, lambda: batch_mean, lambda: v1.convert_to_tensor(self.moving_mean))
            variance = choose(training, lambda: batch_variance, lambda: v1.convert_to_tensor(self.moving_variance))

        def spread(vector: Any) -> Any:
            if vector is None or self._axis == self._rank - 1:
                return vector
            return v1.reshape(vector, [self._channels if i == self._axis else 1 for i in range(self._rank)])

        outputs = v1.nn.batch_normalization(
            inputs, spread(mean), spread(variance), spread(self.beta), spread(self.gamma), self.epsilon
        )
        outputs.set_shape(inputs.shape)
        return outputs, mean, variance

    def _fused_kernel(self, inputs: Any, training: Any) -> tuple[Any, Any, Any]:
        gamma = self.gamma if self.gamma is not None else v1.ones([self._channels])
        beta = self.beta if self.beta is not None else v1.zeros([self._channels])
        layout = "NHWC" if self._axis == 3 else "NCHW"

        def train() -> Any:
            return v1.nn.fused_batch_norm(inputs, gamma, beta, epsilon=self.epsilon, data_format=layout)

        def infer() -> Any:
            return v1.nn.fused_batch_norm(
                inputs,
                gamma,
                beta,
                mean=self.moving_mean,
                variance=self.moving_variance,
                epsilon=self.epsilon,
                data_format=layout,
                is_training=False,
            )

        return choose(training, train, infer)

    def _follow(self, moving: Any, batch: Any, training: Any, inputs: Any) -> None:
        """Moves a statistic towards that of the batch: by nothing where a condition in the graph says not
        to.
        """
        with v1.name_scope("AssignMovingAvg", values=[moving, batch]) as scope:
            decay = choose(training, lambda: v1.constant(1.0 - self.momentum), lambda: v1.constant(0.0))
            change = (v1.convert_to_tensor(moving) - v1.cast(batch, moving.dtype.base_dtype)) * v1.cast(
                decay, moving.dtype.base_dtype
            )
            self.add_update(v1.assign_sub(moving, change, name=scope), inputs=inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the inputs."""
        return input_shape


def batch_normalization(
    inputs: Any,
    axis: Any = -1,
    momentum: float = 0.99,
    epsilon: float = 1e-3,
    center: bool = True,
    scale: bool = True,
    beta_initializer: Any = ZEROS,
    gamma_initializer: Any = ONES,
    moving_mean_initializer: Any = ZEROS,
    moving_variance_initializer: Any = ONES,
    beta_regularizer: Function | None = None,
    gamma_regularizer: Function | None = None,
    beta_constraint: Function | None = None,
    gamma_constraint: Function | None = None,
    training: Any = False,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
    renorm: bool = False,
    renorm_clipping: Any = None,
    renorm_momentum: float = 0.99,
    fused: bool | None = None,
    virtual_batch_size: int | None = None,
    adjustment: Any = None,
) -> Any:
    """See BatchNormalization; `training` is a Python value or a boolean scalar tensor."""
    layer = BatchNormalization(
        axis=axis,
        momentum=momentum,
        epsilon=epsilon,
        center=center,
        scale=scale,
        beta_initializer=beta_initializer,
        gamma_initializer=gamma_initializer,
        moving_mean_initializer=moving_mean_initializer,
        moving_variance_initializer=moving_variance_initializer,
        beta_regularizer=beta_regularizer,
        gamma_regularizer=gamma_regularizer,
        beta_constraint=beta_constraint,
        gamma_constraint=gamma_constraint,
        renorm=renorm,
        renorm_clipping=renorm_clipping,
        renorm_momentum=renorm_momentum,
        fused=fused,
        trainable=trainable,
        virtual_batch_size=virtual_batch_size,
        adjustment=adjustment,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer.apply(inputs, training=training)
