"""`tf.contrib.layers.scale_gradient`: the identity, with a factor on the way back."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1


def scale_gradient(inputs: Any, gradient_multiplier: Any) -> Any:
    """The inputs, whose gradients are multiplied by `gradient_multiplier` (Ganin et al. 2015 use -1)."""

    @v1.custom_gradient
    def scaled(x: Any) -> Any:
        return v1.identity(x), lambda upstream: upstream * v1.cast(gradient_multiplier, upstream.dtype)

    return scaled(v1.convert_to_tensor(inputs))
