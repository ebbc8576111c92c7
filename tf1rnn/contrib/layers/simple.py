"""`tf.contrib.layers`: layers without variables."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope
from tf1rnn.contrib.layers.collecting import collected
from tf1rnn.layers import core
from tf1rnn.layers.conditions import choose


class _Dropout(core.Dropout):
    """Dropout out of the operations of TensorFlow 1.15, so that outputs have their names (".../mul_1")."""

    def call(self, inputs: Any, training: Any = False) -> Any:  # type: ignore[override]
        """See tf.layers.Dropout."""
        return choose(training, lambda: self._dropped(inputs), lambda: v1.identity(inputs))

    def _dropped(self, inputs: Any) -> Any:
        known = v1.get_static_value(v1.convert_to_tensor(self.rate)) if isinstance(self.rate, v1.Tensor) else self.rate
        if known is not None and not 0 <= known < 1:
            raise ValueError(f"rate must be a scalar tensor or a float in the range [0, 1), got {self.rate!r}")
        if known == 0:
            return inputs
        if not inputs.dtype.is_floating:
            raise ValueError(f"x has to be a floating point tensor since it's going to be scaled. Got {inputs.dtype}")
        with v1.name_scope("dropout"):
            rate = v1.convert_to_tensor(self.rate, dtype=inputs.dtype, name="rate")
            shape = v1.shape(inputs) if self.noise_shape is None else self._noise_shape(inputs)
            noise = v1.random_uniform(shape, seed=self.seed, dtype=inputs.dtype)
            scale = 1.0 / (1.0 - rate)
            outputs = inputs * scale * v1.cast(noise >= rate, inputs.dtype)
            outputs.set_shape(inputs.shape)
            return outputs


@add_arg_scope
def dropout(
    inputs: Any,
    keep_prob: Any = 0.5,
    noise_shape: Any = None,
    is_training: Any = True,
    outputs_collections: Any = None,
    scope: Any = None,
    seed: int | None = None,
) -> Any:
    """Keeps each value with probability keep_prob, divided by it, while training; scope "Dropout"."""
    with v1.variable_scope(scope, "Dropout", [inputs]) as entered:
        inputs = v1.convert_to_tensor(inputs)
        layer = _Dropout(rate=1 - keep_prob, noise_shape=noise_shape, seed=seed, name=entered.name, _scope=entered)
        return collected(outputs_collections, entered.name, layer.apply(inputs, training=is_training))


@add_arg_scope
def flatten(inputs: Any, outputs_collections: Any = None, scope: Any = None) -> Any:
    """[batch, ...] -> [batch, product of the rest]; scope "Flatten". ValueError for rank 0."""
    with v1.name_scope(scope, "Flatten", [inputs]) as entered:
        inputs = v1.convert_to_tensor(inputs)
        return collected(outputs_collections, entered, core.flatten(inputs))


def inner_flatten(inputs: Any, new_rank: int, output_collections: Any = None, scope: Any = None) -> Any:
    """A dense or sparse tensor with its last axes made into one, so that it has `new_rank` axes.

    Raises ValueError if it has fewer, TypeError for what is no tensor.
    """
    with v1.name_scope(scope, "InnerFlatten", [inputs, new_rank]) as entered:
        sparse = isinstance(inputs, v1.SparseTensor)
        if not sparse:
            inputs = v1.convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if rank is not None and rank < new_rank:
            label = "Inputs" if sparse else "inputs"
            raise ValueError(f"{label} has rank less than new_rank. It must be at least {new_rank}, received {rank}.")
        if sparse:
            kept = v1.concat([inputs.dense_shape[: new_rank - 1], v1.constant([-1], v1.int64)], 0)
            return collected(output_collections, entered, v1.sparse.reshape(inputs, kept))
        outputs = v1.reshape(inputs, v1.concat([v1.shape(inputs)[: new_rank - 1], [-1]], 0))
        if rank is not None:
            outputs.set_shape([*inputs.shape.as_list()[: new_rank - 1], inputs.shape[new_rank - 1 :].num_elements()])
        return collected(output_collections, entered, outputs)


@add_arg_scope
def one_hot_encoding(
    labels: Any,
    num_classes: int,
    on_value: float = 1.0,
    off_value: float = 0.0,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """Labels [n] -> [n, num_classes]; scope "OneHotEncoding"."""
    with v1.name_scope(scope, "OneHotEncoding", [labels, num_classes]) as entered:
        labels = v1.convert_to_tensor(labels)
        if labels.dtype == v1.int32:
            labels = v1.cast(labels, v1.int64)
        outputs = v1.one_hot(labels, num_classes, on_value=on_value, off_value=off_value)
        return collected(outputs_collections, entered, outputs)


@add_arg_scope
def softmax(logits: Any, scope: Any = None) -> Any:
    """Softmax over the last axis of a tensor of any rank; scope "softmax"."""
    with v1.variable_scope(scope, "softmax", [logits]):
        logits = v1.convert_to_tensor(logits)
        rows = v1.nn.softmax(v1.reshape(logits, [-1, logits.shape.as_list()[-1]]))
        outputs = v1.reshape(rows, v1.shape(logits))
        outputs.set_shape(logits.shape)
        return outputs


@add_arg_scope
def maxout(inputs: Any, num_units: int, axis: int = -1, scope: Any = None) -> Any:
    """Maxout (Goodfellow et al. 2013): the largest of each run of values, num_units runs; scope "MaxOut".

    Args:
        inputs: tensor whose size along `axis` is a multiple of num_units.
        num_units: size of the outputs along `axis`.

    Raises ValueError if it is not a multiple.
    """
    with v1.variable_scope(scope, "MaxOut", [inputs]):
        inputs = v1.convert_to_tensor(inputs)
        sizes = inputs.shape.as_list()
        features = sizes[axis]
        if features % num_units:
            raise ValueError(f"number of features({features}) is not a multiple of num_units({num_units})")
        sizes[axis] = num_units
        dynamic = v1.shape(inputs)
        shape = [dynamic[i] if size is None else size for i, size in enumerate(sizes)]
        outputs = v1.reduce_max(v1.reshape(inputs, [*shape, features // num_units]), -1)
        outputs.set_shape(sizes)
        return outputs


@add_arg_scope
def unit_norm(inputs: Any, dim: int, epsilon: float = 1e-7, scope: Any = None) -> Any:
    """inputs / sqrt(sum(inputs ** 2 along dim) + epsilon); scope "UnitNorm".

    Raises ValueError for an unknown rank or a negative or too large dim.
    """
    with v1.variable_scope(scope, "UnitNorm", [inputs]):
        inputs = v1.convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if not rank:
            raise ValueError("The input rank must be known.")
        if not 0 <= dim < rank:
            raise ValueError("dim must be positive but smaller than the input rank.")
        return v1.div(inputs, v1.sqrt(epsilon + v1.reduce_sum(v1.square(inputs), dim, keepdims=True)))


def poincare_normalize(x: Any, axis: Any = 1, epsilon: float = 1e-5, name: str | None = None) -> Any:
    """Vectors along `axis` (an int or several), shortened to the length 1 - epsilon where they are longer.

    x * min((1 - epsilon) / norm(x), 1), for embeddings in the Poincare ball (Nickel and Kiela 2017).
    """
    with v1.name_scope(name, "poincare_normalize", [x]) as scope:
        x = v1.convert_to_tensor(x)
        inverse = v1.rsqrt(v1.reduce_sum(v1.square(x), axis, keepdims=True))
        return v1.multiply(x, v1.minimum((1.0 - epsilon) * inverse, 1.0), name=scope)
