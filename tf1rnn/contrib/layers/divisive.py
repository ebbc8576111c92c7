"""`tf.contrib.layers.GDN`: generalized divisive normalization (Ballé et al. 2016).

    y[j] = x[j] / sqrt(beta[j] + sum over i of gamma[i, j] * x[i] ** 2)        (times instead of by, if inverse)

Both parameters are learned as square roots, which keeps them positive:

    beta = max(reparam_beta, sqrt(beta_min + offset ** 2)) ** 2 - offset ** 2
    gamma = max(reparam_gamma, offset) ** 2 - offset ** 2
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1

from tf1rnn.layers.base import InputSpec, Layer


def _at_least(values: Any, bound: float) -> Any:
    """max(values, bound); below the bound only gradients that lead up to it pass."""

    @v1.custom_gradient
    def bounded(x: Any) -> Any:
        def gradient(upstream: Any) -> Any:
            return v1.where_v2(v1.logical_or(x >= bound, upstream < 0), upstream, v1.zeros_like(upstream))

        return v1.maximum(x, v1.cast(bound, x.dtype)), gradient

    return bounded(values)


class GDN(Layer):
    """See the module. Variables: reparam_beta [channels], reparam_gamma [channels, channels].

    Args:
        inverse: whether to multiply instead of divide.
        beta_min: lower bound of beta.
        gamma_init: start of the diagonal of gamma.
        reparam_offset: the offset in the equations.
        data_format: "channels_last" or "channels_first".
        activity_regularizer, trainable, name: see Layer.

    Raises ValueError for an unknown layout, unknown channels, or inputs below rank 3 or above 5.
    """

    def __init__(
        self,
        inverse: bool = False,
        beta_min: float = 1e-6,
        gamma_init: float = 0.1,
        reparam_offset: float = 2**-18,
        data_format: str = "channels_last",
        activity_regularizer: Callable[[Any], Any] | None = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, activity_regularizer=activity_regularizer, **kwargs)
        if data_format not in ("channels_last", "channels_first"):
            raise ValueError(f"Unsupported `data_format` for GDN layer: {data_format}.")
        self.inverse = inverse
        self.data_format = data_format
        self._beta_min = beta_min
        self._gamma_init = gamma_init
        self._pedestal = reparam_offset**2
        self.input_spec = InputSpec(min_ndim=3, max_ndim=5)

    def build(self, input_shape: Any) -> None:
        """Makes the variables."""
        shape = v1.TensorShape(input_shape)
        axis = 1 if self.data_format == "channels_first" else shape.ndims - 1
        channels = shape.as_list()[axis]
        if channels is None:
            raise ValueError("The channel dimension of the inputs to `GDN` must be defined.")
        self._axis = axis
        self.input_spec = InputSpec(min_ndim=3, max_ndim=5, axes={axis: channels})
        starts = {
            "reparam_beta": np.full([channels], np.sqrt(1.0 + self._pedestal)),
            "reparam_gamma": np.sqrt(self._gamma_init * np.eye(channels) + self._pedestal),
        }
        made = {
            name: self.add_weight(name, shape=start.shape, initializer=v1.constant_initializer(start))
            for name, start in starts.items()
        }
        beta = _at_least(v1.convert_to_tensor(made["reparam_beta"]), (self._beta_min + self._pedestal) ** 0.5)
        gamma = _at_least(v1.convert_to_tensor(made["reparam_gamma"]), self._pedestal**0.5)
        self.beta = v1.square(beta) - self._pedestal
        self.gamma = v1.square(gamma) - self._pedestal
        self.built = True

    def call(self, inputs: Any) -> Any:  # type: ignore[override]
        """Inputs and outputs have the same shape."""
        rank = inputs.shape.ndims
        pool = v1.tensordot(v1.square(inputs), self.gamma, [[self._axis], [0]]) + self.beta
        if self._axis == 1:  # tensordot leaves the channels last
            pool = v1.transpose(pool, [0, rank - 1, *range(1, rank - 1)])
        pool = v1.sqrt(pool)
        outputs = inputs * pool if self.inverse else inputs / pool
        outputs.set_shape(inputs.shape)
        return outputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the inputs."""
        return v1.TensorShape(input_shape)


def gdn(
    inputs: Any,
    inverse: bool = False,
    beta_min: float = 1e-6,
    gamma_init: float = 0.1,
    reparam_offset: float = 2**-18,
    data_format: str = "channels_last",
    activity_regularizer: Callable[[Any], Any] | None = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Any:
    """Makes a GDN and calls it; see there. `reuse` takes the variables of `name`."""
    layer = GDN(
        inverse, beta_min, gamma_init, reparam_offset, data_format, activity_regularizer, trainable, name,
        _scope=name, _reuse=reuse,
    )  # fmt: skip
    return layer.apply(inputs)
