"""More cases of `graph_cases.py`: tf.layers."""

from __future__ import annotations

from typing import Any, Callable  # noqa: UP035 (Python 3.7)

import numpy as np
from graph_cases import BATCH, CASES, MISUSE, Case, inputs, squares, value

SEQUENCE, IMAGE, VOLUME = (BATCH, 7, 2), (BATCH, 6, 5, 2), (BATCH, 4, 5, 3, 2)


def _one(build: Callable[[Any, Any], Any], shape: Any, free: bool = True) -> Case:
    """A function of tf.layers and of the inputs."""

    def case(tf: Any) -> Any:
        x, feeds = inputs(tf, shape, free=free)
        outputs = build(tf.layers, x)
        return feeds, {"outputs": outputs, "losses": tf.losses.get_regularization_losses()}, squares(tf, outputs)

    return case


_CASES: dict[str, Any] = {
    "conv1d_causal": (lambda n, x: n.conv1d(x, 3, 3, padding="causal", dilation_rate=2), SEQUENCE),
    "conv2d_dilated": (lambda n, x: n.conv2d(x, 3, (2, 3), dilation_rate=(2, 1), activation="relu"), IMAGE),
    "conv3d": (lambda n, x: n.conv3d(x, 2, 2, strides=(1, 2, 1), padding="same"), VOLUME),
    "conv2d_transpose": (lambda n, x: n.conv2d_transpose(x, 3, (3, 2), (2, 3)), IMAGE),
    "conv2d_transpose_same": (lambda n, x: n.conv2d_transpose(x, 3, 3, 2, "same", use_bias=False), IMAGE),
    "conv3d_transpose": (lambda n, x: n.conv3d_transpose(x, 2, (3, 2, 1), 2, activation="tanh"), VOLUME),
    "conv3d_transpose_same": (lambda n, x: n.Conv3DTranspose(2, 2, (1, 2, 2), "same", name="up")(x), VOLUME),
    "separable_conv1d": (lambda n, x: n.separable_conv1d(x, 3, 3, 2, depth_multiplier=2), SEQUENCE),
    "separable_conv1d_causal": (lambda n, x: n.separable_conv1d(x, 3, 2, padding="causal", use_bias=False), SEQUENCE),
    "separable_conv2d": (
        lambda n, x: n.separable_conv2d(x, 3, (2, 3), padding="same", depth_multiplier=2, activation="sigmoid"),
        IMAGE,
    ),
    "separable_conv2d_dilated": (lambda n, x: n.SeparableConv2D(3, 2, dilation_rate=2)(x), IMAGE),
    "max_pooling1d": (lambda n, x: n.max_pooling1d(x, 3, 2), SEQUENCE),
    "average_pooling2d": (lambda n, x: n.average_pooling2d(x, (3, 2), 2, "same"), IMAGE),
    "max_pooling3d": (lambda n, x: n.max_pooling3d(x, 2, 1), VOLUME),
    "max_pooling3d_first": (lambda n, x: n.max_pooling3d(x, (2, 2, 1), 2, data_format="channels_first"), VOLUME),
}
for _name, (_build, _shape) in _CASES.items():
    CASES["layers:" + _name] = _one(_build, _shape)

CASES["layers:separable_regularized"] = _one(
    lambda n, x: n.separable_conv1d(
        x, 2, 1, depthwise_regularizer=lambda w: (w[0, 0, 0]) ** 2, pointwise_regularizer=lambda w: w[0, 0, 1] * 2
    ),
    SEQUENCE,
)


def _normalized(shape: Any, training: Any, **options: Any) -> Case:
    """Batch normalization twice: the second time with the statistics that the first one moved."""

    def case(tf: Any) -> Any:
        x, feeds = inputs(tf, shape, free=False)
        asked = training
        if training is None:
            asked = tf.placeholder_with_default(True, [])
        given = {k: v(tf) if k == "adjustment" else v for k, v in options.items()}
        layer = tf.layers.BatchNormalization(momentum=0.7, **given)
        first = layer.apply(x, training=asked)
        with tf.control_dependencies([first] + tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            moved = [tf.identity(v.read_value()) for v in tf.global_variables()]
            loss = squares(tf, first * tf.constant(value("w", shape)))
        with tf.control_dependencies(moved):
            again = layer.apply(tf.identity(x), training=False)
        return feeds, {"first": first, "moved": moved, "again": again}, loss

    return case


_BATCH_NORM: dict[str, Any] = {
    "vector": ((6, 3), {}),
    "sequence_axis1": ((4, 5, 3), dict(axis=1, scale=False)),
    "image": (IMAGE, dict(center=False)),
    "image_plain": (IMAGE, dict(fused=False)),
    "axes12": (IMAGE, dict(axis=[1, 2])),
    "axes_negative": (VOLUME, dict(axis=[-1, 1], epsilon=0.1)),
    "virtual": ((6, 4, 3), dict(virtual_batch_size=2)),
    "virtual_axes": ((6, 4, 3), dict(virtual_batch_size=3, axis=[1, 2])),
    "renorm": ((6, 3), dict(renorm=True)),
    "renorm_clipped": (IMAGE, dict(renorm=True, renorm_clipping=dict(rmin=0.8, rmax=1.2, dmax=0.1))),
    "renorm_virtual": ((6, 3), dict(renorm=True, renorm_momentum=0.6, virtual_batch_size=2)),
    "renorm_axis1": ((4, 5, 3), dict(renorm=True, axis=1, renorm_clipping=dict(rmax=0.9))),
    "adjusted": (
        (6, 3),
        dict(adjustment=lambda tf: lambda shape: (tf.constant(value("s", (6, 1))), tf.constant(value("b", (6, 1))))),
    ),
    "adjusted_renorm": (
        (6, 3),
        dict(renorm=True, adjustment=lambda tf: lambda shape: (0.5, tf.cast(shape[1], tf.float32))),
    ),
}
for _name, (_shape, _options) in _BATCH_NORM.items():
    for _label, _training in (("train", True), ("either", None)):
        if not (_label == "either" and _name.startswith("image")):
            CASES["batch_norm:" + _name + ":" + _label] = _normalized(_shape, _training, **_options)


def _dependents(tf: Any) -> Any:
    """Which losses and updates belong to which inputs."""

    class Counting(tf.layers.Layer):  # type: ignore[misc]
        def build(self, input_shape: Any) -> None:
            self.count = self.add_weight("count", (), initializer=tf.ones_initializer(), trainable=False)
            self.add_loss(self.count)
            self.add_update(tf.assign_add(self.count, 0.0))
            self.built = True

        def call(self, given: Any) -> Any:
            self.add_loss(given * 2.0, inputs=True)
            self.add_update(tf.assign_add(self.count, given * 0.0), inputs=True)
            return given + 1.0

    layer = Counting()
    sources = [tf.placeholder_with_default(1.0, []), tf.placeholder_with_default(2.0, [])]
    ends = [layer.apply(s + 1.0) for s in sources]
    asked = [None, [sources[0]], [sources[1]], sources, [ends[0]]]
    counts = [[len(layer.get_losses_for(a)), len(layer.get_updates_for(a))] for a in asked]
    return {}, {"counts": tf.constant(np.array(counts, np.int32)), "losses": layer.get_losses_for(None)}, None


CASES["layers:dependents"] = _dependents


def _bad(build: Callable[[Any, Any], Any], shape: Any = IMAGE) -> Callable[[Any], Any]:
    return lambda tf: build(tf.layers, tf.placeholder(tf.float32, shape))


MISUSE["layers:causal_image"] = _bad(lambda n, x: n.conv2d(x, 2, 2, padding="causal"))
MISUSE["layers:no_strides"] = _bad(lambda n, x: n.max_pooling2d(x, 2, None))
MISUSE["layers:dilated_strides"] = _bad(lambda n, x: n.conv2d(x, 2, 2, strides=2, dilation_rate=2))
MISUSE["batch_norm:axis_twice"] = _bad(lambda n, x: n.batch_normalization(x, axis=[1, 2, 1]))
MISUSE["batch_norm:axis_tuple"] = _bad(lambda n, x: n.batch_normalization(x, axis=(1, 2)))
MISUSE["batch_norm:axis_range"] = _bad(lambda n, x: n.batch_normalization(x, axis=4))
MISUSE["batch_norm:virtual_negative"] = _bad(lambda n, x: n.batch_normalization(x, virtual_batch_size=-1))
MISUSE["batch_norm:virtual_axis0"] = _bad(lambda n, x: n.batch_normalization(x, axis=0, virtual_batch_size=1))
MISUSE["batch_norm:virtual_adjusted"] = _bad(
    lambda n, x: n.batch_normalization(x, virtual_batch_size=1, adjustment=lambda shape: (1.0, 0.0))
)
MISUSE["batch_norm:bounds"] = _bad(lambda n, x: n.batch_normalization(x, renorm=True, renorm_clipping={"min": 1}))
