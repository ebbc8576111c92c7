"""`tf.contrib.layers`: the fully connected layer before `fully_connected`.

y = activation(x . weights + bias)
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.penalties import with_penalty
from tf1rnn.contrib.layers.dense import XAVIER, ZEROS

Function = Callable[..., Any]


def legacy_fully_connected(
    x: Any,
    num_output_units: int,
    activation_fn: Function | None = None,
    weight_init: Any = XAVIER,
    bias_init: Any = ZEROS,
    name: str | None = None,
    weight_collections: Any = (v1.GraphKeys.WEIGHTS,),
    bias_collections: Any = (v1.GraphKeys.BIASES,),
    output_collections: Any = (v1.GraphKeys.ACTIVATIONS,),
    trainable: bool = True,
    weight_regularizer: Function | None = None,
    bias_regularizer: Function | None = None,
) -> Any:
    """A fully connected layer, scope "fully_connected". Variables: weights [depth, units], bias [units].

    Args:
        x: [batch, ..., depth].
        num_output_units: size of the outputs.
        activation_fn: function of the result.
        weight_init, bias_init: initialisers; without the latter there is no bias.
        name: scope.
        weight_collections, bias_collections, output_collections: where variables and outputs go; outputs
            always go to ACTIVATIONS too.
        trainable: whether the variables are.
        weight_regularizer, bias_regularizer: penalties for the collection REGULARIZATION_LOSSES.

    Returns: [batch, ..., num_output_units].

    Raises ValueError for rank below 2, an unknown rank or depth.
    """
    with v1.variable_scope(name, "fully_connected", [x]):
        x = v1.convert_to_tensor(x)
        if x.shape.ndims is None:
            raise ValueError("dims of x must be known but is None")
        sizes = x.shape.as_list()
        if len(sizes) < 2:
            raise ValueError(f"rank of x must be at least 2 not: {len(sizes)}")
        if sizes[-1] is None:
            raise ValueError("last dimension of x must be known but is None")

        def variable(label: str, shape: list[int], initializer: Any, collections: Any, regularizer: Any) -> Any:
            make = functools.partial(
                v1.get_variable,
                label,
                shape=shape,
                dtype=x.dtype.base_dtype,
                initializer=initializer,
                collections=sorted({*(collections or []), v1.GraphKeys.GLOBAL_VARIABLES}),
                trainable=trainable,
            )
            return with_penalty(make, regularizer)

        weights = variable(
            "weights", [sizes[-1], num_output_units], weight_init, weight_collections, weight_regularizer
        )
        rows = v1.reshape(x, [-1, sizes[-1]]) if len(sizes) > 2 else x
        y = v1.matmul(rows, weights)
        if bias_init is not None:
            bias = variable("bias", [num_output_units], bias_init, bias_collections, bias_regularizer)
            y = v1.nn.bias_add(y, bias)
        if len(sizes) > 2:
            y = v1.reshape(y, v1.concat([v1.shape(x)[:-1], [num_output_units]], 0))
            y.set_shape([*sizes[:-1], num_output_units])
        y = activation_fn(y) if activation_fn is not None else y
        v1.add_to_collections({*(output_collections or []), v1.GraphKeys.ACTIVATIONS}, y)
        return y


legacy_linear = legacy_fully_connected
legacy_relu = functools.partial(legacy_fully_connected, activation_fn=v1.nn.relu)
