"""`tf.layers.batch_normalization`.

    y = gamma * (x - mean) / sqrt(variance + epsilon) + beta

In training mean and variance are those of the batch, and the moving ones follow them:
moving -= (moving - batch) * (1 - momentum), by ops in the collection UPDATE_OPS. Otherwise the moving ones
are used. Inputs of rank 4 take TensorFlow's fused kernel, whose moving variance follows the unbiased
variance of the batch.

With a virtual batch size the batch is cut into parts that are normalized apart (Hoffer et al. 2017); the
moving statistics follow the mean over the parts. With an adjustment, gamma * (... * scale + bias) + beta while
training. batch_renorm.py has batch renormalization.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.layers import identified
from tf1rnn.layers.base import InputSpec, Layer
from tf1rnn.layers.batch_renorm import CLIPS, Renorm, follow
from tf1rnn.layers.conditions import choose, static_bool

Function = Callable[[Any], Any]

ZEROS = v1.zeros_initializer()
ONES = v1.ones_initializer()


class BatchNormalization(Layer):
    """See the module. Variables: gamma, beta, moving_mean, moving_variance, all [channels]; with several
    axes or virtual batches they have the rank of the inputs (one more), with size 1 elsewhere.

    Args:
        axis: the axis of the channels, or a list of axes.
        momentum: of the moving statistics.
        epsilon: added to the variance.
        center, scale: whether there is a beta, a gamma.
        beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer:
            initialisers.
        beta_regularizer, gamma_regularizer: functions whose values become losses.
        beta_constraint, gamma_constraint: projections applied after an optimizer's update.
        renorm, renorm_clipping, renorm_momentum: batch renormalization; bounds "rmin", "rmax", "dmax".
        fused: whether the fused kernel may be used; by default wherever it can be.
        virtual_batch_size: size of the parts; it must divide the batch.
        adjustment: function of the inputs' dynamic shape to (scale, bias).
        trainable, name: see Layer.

    Raises:
        TypeError: an axis that is neither an int nor a list.
        ValueError: inputs of unknown rank or an unknown number of channels, an axis that does not exist or
            comes twice, a virtual batch size with an adjustment or below 1, unknown names of bounds.
    """

    # Whether the fused kernel's unbiased variance is taken as it is (TensorFlow's layer has this switch).
    _bessels_correction_test_only = True

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
        if not isinstance(axis, (int, list)):
            raise TypeError(f"axis must be int or list, type given: {type(axis)}")
        self.axis = list(axis) if isinstance(axis, list) else axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.beta_initializer = identified.initializer(beta_initializer)
        self.gamma_initializer = identified.initializer(gamma_initializer)
        self.moving_mean_initializer = identified.initializer(moving_mean_initializer)
        self.moving_variance_initializer = identified.initializer(moving_variance_initializer)
        self.beta_regularizer = identified.regularizer(beta_regularizer)
        self.gamma_regularizer = identified.regularizer(gamma_regularizer)
        self.beta_constraint = identified.constraint(beta_constraint)
        self.gamma_constraint = identified.constraint(gamma_constraint)
        self.renorm = renorm
        self.renorm_clipping = dict(renorm_clipping or {}) if renorm else {}
        if set(self.renorm_clipping) - set(CLIPS):
            raise ValueError(f"renorm_clipping {renorm_clipping} contains keys not in {list(CLIPS)}")
        self.renorm_momentum = renorm_momentum
        self.fused = fused
        self.virtual_batch_size = virtual_batch_size
        self.adjustment = adjustment

    def _checked_axes(self, rank: int) -> list[int]:
        given = self.axis if isinstance(self.axis, list) else [self.axis]
        axes = [axis + rank if axis < 0 else axis for axis in given]
        for axis, asked in zip(axes, given, strict=True):
            if not 0 <= axis < rank:
                raise ValueError(f"Invalid axis: {asked}")
        if len(axes) != len(set(axes)):
            raise ValueError(f"Duplicate axis: {axes}")
        if self.virtual_batch_size is not None:
            if self.virtual_batch_size <= 0:
                raise ValueError(
                    "virtual_batch_size must be a positive integer that divides the true batch size of the input Tensor"
                )
            if 0 in axes:
                raise ValueError(
                    "When using virtual_batch_size, the batch dimension must be 0 and thus axis cannot include 0"
                )
            if self.adjustment is not None:
                raise ValueError("When using virtual_batch_size, adjustment cannot be specified")
        return axes

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        shape = v1.TensorShape(input_shape)
        if shape.ndims is None:
            raise ValueError(f"Input has undefined rank: {input_shape}")
        rank, known = shape.ndims, shape.as_list()
        axes = self._checked_axes(rank)
        for axis in axes:
            if known[axis] is None:
                raise ValueError("Input has undefined `axis` dimension. Input shape: ", input_shape)
        self.input_spec = InputSpec(ndim=rank, axes={axis: known[axis] for axis in axes})
        plain = self.virtual_batch_size is None and not self.renorm and self.adjustment is None
        self._fused = self.fused is not False and plain and rank == 4 and axes in ([1], [3])
        self.axis = axes
        # Virtual batches put an axis of parts behind that of the batch.
        shift = 0 if self.virtual_batch_size is None else 1
        self._rank, self._axes = rank + shift, [axis + shift for axis in axes]
        sizes = [1] * self._rank
        for axis, place in zip(axes, self._axes, strict=True):
            sizes[place] = known[axis]
        # Statistics of one channel axis are vectors, all others keep the rank of what they normalize.
        self._vectors = len(axes) == 1 and not shift
        self._broadcast_shape = sizes
        self._shape = [known[axes[0]]] if self._vectors else sizes
        self._make_variables()
        self.built = True

    def _make_variables(self) -> None:
        dtype = v1.float32 if self.dtype in ("float16", "bfloat16") else v1.as_dtype(self.dtype or v1.float32)
        kind: dict[str, Any] = dict(shape=self._shape, dtype=dtype)
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
        # Moving statistics are never cut into parts: a partitioner of the scope is for what is learned.
        fixed = dict(kind, trainable=False)
        scope: Any = self._scope
        partitioner = scope.partitioner if scope is not None else None
        if scope is not None:
            scope.set_partitioner(None)
        try:
            self.moving_mean = self.add_weight("moving_mean", initializer=self.moving_mean_initializer, **fixed)
            self.moving_variance = self.add_weight(
                "moving_variance", initializer=self.moving_variance_initializer, **fixed
            )
            self._renorm = Renorm(self, fixed) if self.renorm else None
        finally:
            if scope is not None:
                scope.set_partitioner(partitioner)

    def call(self, inputs: Any, training: Any = False) -> Any:  # type: ignore[override]
        """Inputs and outputs have the same shape; `training` is a Python value or a boolean scalar tensor."""
        if self._fused:
            outputs, mean, variance = self._fused_kernel(inputs, training)
            self._follow_both(mean, variance, training, inputs)
            return outputs
        if self.virtual_batch_size is None:
            return self._plain(inputs, training, inputs)
        shape = v1.shape(inputs)
        parts = v1.reshape(inputs, v1.concat([[self.virtual_batch_size, -1], shape[1:]], 0))
        parts.set_shape([self.virtual_batch_size, None, *inputs.shape.as_list()[1:]])
        outputs = v1.reshape(self._plain(parts, training, inputs), shape)
        outputs.set_shape(inputs.shape)
        return outputs

    def _plain(self, values: Any, training: Any, inputs: Any) -> Any:
        """The equations; `values` are the inputs, cut into parts where asked."""
        dtype = self.moving_mean.dtype.base_dtype
        kept = set(self._axes) if self.virtual_batch_size is None else {1, *self._axes}
        others = [i for i in range(self._rank) if i not in kept]
        gamma, beta = self._adjusted(values, training)
        if static_bool(training) is False:
            mean = v1.convert_to_tensor(self.moving_mean)
            variance = v1.convert_to_tensor(self.moving_variance)
        else:
            # Both branches of a condition in the graph are needed: the batch's statistics also feed the
            # moving ones.
            batch = v1.nn.moments(values, others, keep_dims=not self._vectors)
            mean, variance = (v1.cast(statistic, dtype) for statistic in batch)
            if self.virtual_batch_size is not None:
                of_all = (v1.reduce_mean(mean, 1, keepdims=True), v1.reduce_mean(variance, 1, keepdims=True))
                many = v1.concat([v1.constant([1]), v1.shape(values)[1:2], v1.ones([self._rank - 2], v1.int32)], 0)
            else:
                of_all, many = (mean, variance), None

            def moving(variable: Any) -> Any:
                return v1.tile(variable, many) if many is not None else v1.convert_to_tensor(variable)

            if self._renorm is None:
                self._follow_both(*of_all, training, inputs)
            else:
                r, d = self._renorm.corrections(*of_all, training)
                r, d = (v1.stop_gradient(self._spread(x)) for x in (r, d))
                beta = _plus(_times(d, gamma), beta)
                gamma = _times(r, gamma)
                self._renorm.follow(*of_all, training, inputs)
            batch_mean, batch_variance = mean, variance
            mean = choose(training, lambda: batch_mean, lambda: moving(self.moving_mean))
            variance = choose(training, lambda: batch_variance, lambda: moving(self.moving_variance))
        kind = values.dtype.base_dtype
        parameters = [
            None if p is None else v1.cast(p, kind) for p in (self._spread(mean), self._spread(variance), beta, gamma)
        ]
        outputs = v1.nn.batch_normalization(values, *parameters, self.epsilon)
        outputs.set_shape(values.shape)
        return outputs

    def _adjusted(self, values: Any, training: Any) -> tuple[Any, Any]:
        gamma, beta = self._spread(self.gamma), self._spread(self.beta)
        if self.adjustment is None:
            return gamma, beta
        scale, bias = (v1.convert_to_tensor(x) for x in self.adjustment(v1.shape(values)))
        scale = choose(training, lambda: scale, lambda: v1.ones_like(scale))
        bias = choose(training, lambda: bias, lambda: v1.zeros_like(bias))
        return _times(scale, gamma), _plus(_times(bias, gamma), beta)

    def _spread(self, vector: Any) -> Any:
        """A statistic of the channels in the rank of the inputs."""
        if vector is None or not self._vectors or self._axes == [self._rank - 1]:
            return vector
        return v1.reshape(vector, self._broadcast_shape)

    def _fused_kernel(self, inputs: Any, training: Any) -> tuple[Any, Any, Any]:
        gamma = self.gamma if self.gamma is not None else v1.ones(self._shape)
        beta = self.beta if self.beta is not None else v1.zeros(self._shape)
        layout = "NHWC" if self._axes == [3] else "NCHW"

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

        outputs, mean, variance = choose(training, train, infer)
        if not self._bessels_correction_test_only:
            n = v1.cast(v1.size(inputs) / v1.size(variance), variance.dtype)
            variance = variance * (n - 1.0) / n
        return outputs, mean, variance

    def _follow_both(self, mean: Any, variance: Any, training: Any, inputs: Any) -> None:
        if static_bool(training) is not False:
            self._follow(self.moving_mean, mean, training, inputs)
            self._follow(self.moving_variance, variance, training, inputs)

    def _follow(self, moving: Any, batch: Any, training: Any, inputs: Any) -> None:
        """Moves a statistic towards that of the batch: by nothing where a condition in the graph says not
        to.
        """
        self.add_update(follow(moving, batch, self.momentum, training), inputs=inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the inputs."""
        return input_shape


def _times(left: Any, right: Any) -> Any:
    return left if right is None else left * right


def _plus(left: Any, right: Any) -> Any:
    return left if right is None else left + right


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


BatchNorm = (
    BatchNormalization  # the names in the file tensorflow/python/layers/normalization.py besides the public ones
)
batch_norm = batch_normalization
