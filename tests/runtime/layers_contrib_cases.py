"""More cases of `graph_cases.py`: tf.contrib.layers."""

from __future__ import annotations

from typing import Any, Callable  # noqa: UP035 (Python 3.7)

import numpy as np
from graph_cases import BATCH, CASES, MISUSE, Case, inputs, squares, value

MATRIX, SEQUENCE, IMAGE, VOLUME = (BATCH, 6), (BATCH, 7, 2), (BATCH, 6, 5, 4), (BATCH, 4, 5, 3, 2)


def _one(build: Callable[[Any, Any], Any], shape: Any) -> Case:
    """A function of tf.contrib.layers and of the inputs; also what is in which collection under which name."""

    def case(tf: Any) -> Any:
        x, feeds = inputs(tf, shape, free=False)
        outputs = build(tf.contrib.layers, x)
        named = [v.op.name for v in tf.get_collection("model_variables") + tf.get_collection("mine")]
        named += [t.op.name for t in tf.get_collection("regularization_losses")]
        named += [str(t.aliases) for t in tf.get_collection("outputs")]
        found = {"outputs": outputs, "losses": tf.losses.get_regularization_losses()}
        found["named"] = tf.constant(np.frombuffer("|".join(named).encode() or b" ", np.uint8))
        return feeds, found, squares(tf, outputs)

    return case


_WITH: dict[str, Any] = dict(outputs_collections="outputs", variables_collections=["mine"])

_CASES: dict[str, Any] = {
    "conv1d": (lambda c, x: c.conv1d(x, 3, 2, rate=2, **_WITH), SEQUENCE),
    "conv2d_norm": (
        lambda c, x: c.conv2d(x, 3, [2, 3], normalizer_fn=c.layer_norm, weights_regularizer=c.l2_regularizer(0.1)),
        IMAGE,
    ),
    "conv3d": (lambda c, x: c.conv3d(x, 2, 2, [1, 2, 1], "VALID", biases_regularizer=c.l1_regularizer(0.1)), VOLUME),
    "convolution": (lambda c, x: c.convolution(x, 3, 3, activation_fn=None, scope="here"), IMAGE),
    "conv2d_transpose": (lambda c, x: c.conv2d_transpose(x, 3, [3, 2], 2, **_WITH), IMAGE),
    "conv3d_transpose": (
        lambda c, x: c.convolution3d_transpose(x, 2, 2, [1, 2, 1], "VALID", biases_initializer=None),
        VOLUME,
    ),
    "conv2d_in_plane": (lambda c, x: c.conv2d_in_plane(x, [1, 2], **_WITH), IMAGE),
    "separable": (
        lambda c, x: c.separable_conv2d(x, 3, 2, 2, weights_regularizer=c.l2_regularizer(0.1), **_WITH),
        IMAGE,
    ),
    "separable_depthwise": (lambda c, x: c.separable_convolution2d(x, None, [3, 2], 2, rate=2, **_WITH), IMAGE),
    "pools": (lambda c, x: [c.max_pool2d(x, 3), c.avg_pool2d(x, [2, 1], 1, "SAME", **dict(scope="p"))], IMAGE),
    "pools3d": (lambda c, x: [c.max_pool3d(x, 2), c.avg_pool3d(x, [2, 3, 1], 1, data_format="NCDHW")], VOLUME),
    "fully_connected": (
        lambda c, x: c.fully_connected(x, 3, weights_regularizer=c.l2_regularizer(0.1), **_WITH),
        SEQUENCE,
    ),
    "group_norm": (lambda c, x: c.group_norm(x, 2, **_WITH), IMAGE),
    "group_norm_axes": (lambda c, x: c.group_norm(x, 3, channels_axis=1, reduction_axes=[-1], center=False), IMAGE),
    "group_norm_matrix": (lambda c, x: c.group_norm(x, 2, reduction_axes=(), mean_close_to_zero=True), MATRIX),
    "instance_norm": (lambda c, x: c.instance_norm(x, epsilon=0.1, **_WITH), IMAGE),
    "instance_norm_first": (lambda c, x: c.instance_norm(x, scale=False, data_format="NCHW"), VOLUME),
    "maxout": (lambda c, x: [c.maxout(x, 2), c.maxout(x, 3, axis=1)], IMAGE),
    "unit_norm": (lambda c, x: [c.unit_norm(x, 1), c.unit_norm(x, 3, 0.1)], IMAGE),
    "spatial_softmax": (lambda c, x: [c.spatial_softmax(x), c.spatial_softmax(x, 0.5, "s", ["mine"])], IMAGE),
    "spatial_softmax_first": (lambda c, x: c.spatial_softmax(x, data_format="NCHW", trainable=False), IMAGE),
    "images_to_sequence": (
        lambda c, x: [c.images_to_sequence(x, outputs_collections="outputs"), c.images_to_sequence(x, "NCHW")],
        IMAGE,
    ),
    "sequence_to_images": (
        lambda c, x: [c.sequence_to_images(x, 7), c.sequence_to_images(x, 1, "channels_first")],
        (4, 7, 2),
    ),
    "gdn": (lambda c, x: c.gdn(x, beta_min=0.1), IMAGE),
    "gdn_inverse": (lambda c, x: c.GDN(True, 0.2, 0.3, 0.1, name="mine")(x), SEQUENCE),
    "legacy": (
        lambda c, x: c.legacy_relu(x, 3, weight_regularizer=c.l1_regularizer(0.2), bias_collections=["mine"]),
        SEQUENCE,
    ),
    "stack": (lambda c, x: c.stack(x, c.convolution2d, [[2, 2], [3, [1, 2]]]), IMAGE),
    "repeat": (lambda c, x: c.repeat(x, 2, c.elu, 3, weights_regularizer=c.l2_regularizer(0.1)), MATRIX),
    "softmax": (lambda c, x: c.softmax(x), IMAGE),
    "scale_gradient": (lambda c, x: c.scale_gradient(c.linear(x, 2), -0.3), MATRIX),
    "bias_add": (lambda c, x: c.bias_add(x, regularizer=c.l2_regularizer(0.1), **_WITH), IMAGE),
}
for _name, (_build, _shape) in _CASES.items():
    CASES["contrib_layers:" + _name] = _one(_build, _shape)


def _normalized(shape: Any, **options: Any) -> Case:
    """Batch normalization in training and, with the statistics that moved, without."""

    def case(tf: Any) -> Any:
        c = tf.contrib.layers
        x, feeds = inputs(tf, shape, free=False)
        given = {k: v(tf) if callable(v) else v for k, v in options.items()}
        training = tf.placeholder_with_default(True, []) if given.pop("either", False) else True
        first = c.batch_norm(x, decay=0.7, is_training=training, scope="bn", **given)
        with tf.control_dependencies([first] + tf.get_collection(tf.GraphKeys.UPDATE_OPS) + tf.get_collection("my")):
            moved = [tf.identity(v.read_value()) for v in tf.global_variables()]
            loss = squares(tf, first * tf.constant(value("w", shape)))
        given.pop("batch_weights", None)
        with tf.control_dependencies(moved):
            again = c.batch_norm(tf.identity(x), is_training=False, scope="bn", reuse=True, **given)
        return feeds, {"first": first, "moved": moved, "again": again}, loss

    return case


def _weights(shape: Any) -> Any:
    return lambda tf: tf.constant(np.abs(value("weights", shape[:1])))


_BATCH_NORM: dict[str, Any] = {
    "plain_forced": (SEQUENCE, dict(scale=True, updates_collections=None)),
    "plain_mine": (SEQUENCE, dict(scale=True, updates_collections="my", either=True)),
    "fused_forced": (IMAGE, dict(scale=True, updates_collections=None)),
    "debiased": (MATRIX, dict(zero_debias_moving_mean=True)),
    "debiased_plain": (SEQUENCE, dict(zero_debias_moving_mean=True, either=True)),
    "debiased_forced": (IMAGE, dict(zero_debias_moving_mean=True, updates_collections=None)),
    "weighted": (IMAGE, dict(batch_weights=_weights(IMAGE), scale=True)),
    "weighted_forced": (MATRIX, dict(batch_weights=_weights(MATRIX), updates_collections=None)),
    "renorm": (MATRIX, dict(renorm=True, renorm_clipping=lambda tf: dict(rmax=2.0), renorm_decay=0.5)),
    "adjusted": (MATRIX, dict(adjustment=lambda tf: lambda shape: (0.5, 0.1))),
    "first": ((BATCH, 4, 3), dict(data_format="NCHW", fused=False, scale=True)),
    "unfused": (IMAGE, dict(fused=False, activation_fn=lambda tf: tf.nn.relu)),
}
for _name, (_shape, _options) in _BATCH_NORM.items():
    CASES["contrib_layers:batch_norm_" + _name] = _normalized(_shape, **_options)


def _embedding(tf: Any) -> Any:
    c = tf.contrib.layers
    table = tf.get_variable("table", [6, 3])
    parts = [tf.get_variable("part_0", [3, 3]), tf.get_variable("part_1", [2, 3])]
    ids = tf.constant([[4, 1], [1, 0]])
    places = [[0, 0], [0, 1], [1, 0], [3, 0], [4, 1]]
    sparse = tf.SparseTensor(places, tf.constant([1, -1, 2, 3, 4], tf.int64), [5, 4])
    weights = tf.SparseTensor(places, tf.constant([1.0, 2.0, 0.0, 0.5, -1.0]), [5, 4])
    cube = tf.SparseTensor(
        [[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 1, 1]], tf.constant([1, 2, -1, 3], tf.int64), [2, 3, 2]
    )
    safe = c.safe_embedding_lookup_sparse
    dense = c.dense_to_sparse(tf.constant([[1, 0, 2], [0, 3, 4]]))
    found = {
        "unique": c.embedding_lookup_unique(table, ids),
        "unique_parts": c.embedding_lookup_unique(parts, tf.constant([4, 0, 4], tf.int64), "div"),
        "sequence": c.embed_sequence(ids, 5, 3, unique=True),
        "bow": c.bow_encoder(ids, 5, 3, regularizer=c.l2_regularizer(0.1)),
        "bow_dense": c.bow_encoder(ids, 5, 3, sparse_lookup=False, scope="b"),
        "bow_sparse": c.bow_encoder(dense, 5, 3, scope="s"),
        "safe": safe(table, sparse),
        "safe_weights": safe(table, sparse, weights),
        "safe_sum_weights": safe(table, sparse, weights, combiner="sum"),
        "safe_default": safe(table, sparse, weights, combiner="sqrtn", default_id=2),
        "safe_parts": safe(parts, sparse, combiner="sum"),
        "safe_norm": safe(table, sparse, max_norm=0.5),
        "safe_cube": safe(table, cube, combiner="sum"),
    }
    loss = squares(tf, found)
    found["dense_to_sparse"] = dense.indices
    return {}, {key: tf.identity(t) for key, t in found.items()}, loss


CASES["contrib_layers:embedding"] = _embedding


def _summaries(tf: Any) -> Any:
    c = tf.contrib.layers
    x = tf.constant(np.array([-1.0, 0.0, 7.0, 3.0], np.float32), name="x")
    for function in (tf.nn.relu6, tf.nn.softplus, tf.tanh):
        tf.add_to_collection(tf.GraphKeys.ACTIVATIONS, function(x))
    made = c.summarize_activations() + c.summarize_collection("activations", "Tanh") + c.summarize_tensors([x, x[0]])
    names = [t.op.name for t in made + tf.get_collection(tf.GraphKeys.SUMMARIES)]
    return {}, {"names": tf.constant(np.frombuffer("|".join(names).encode(), np.uint8))}, None


CASES["contrib_layers:summaries"] = _summaries


def _bad(build: Callable[[Any, Any], Any], shape: Any = IMAGE) -> Callable[[Any], Any]:
    return lambda tf: build(tf.contrib.layers, tf.placeholder(tf.float32, shape))


MISUSE["contrib_layers:conv_rank"] = _bad(lambda c, x: c.conv1d(x, 2, 2))
MISUSE["contrib_layers:convolution_rank"] = _bad(lambda c, x: c.convolution(x, 2, 2), MATRIX)
MISUSE["contrib_layers:transpose_layout"] = _bad(lambda c, x: c.conv2d_transpose(x, 2, 2, data_format="CHWN"))
MISUSE["contrib_layers:separable_layout"] = _bad(lambda c, x: c.separable_conv2d(x, 2, 2, data_format="CHWN"))
MISUSE["contrib_layers:pool_layout"] = _bad(lambda c, x: c.max_pool3d(x, 2, data_format="NHWC"), VOLUME)
MISUSE["contrib_layers:maxout_units"] = _bad(lambda c, x: c.maxout(x, 3))
MISUSE["contrib_layers:unit_norm_axis"] = _bad(lambda c, x: c.unit_norm(x, -1))
MISUSE["contrib_layers:group_norm_groups"] = _bad(lambda c, x: c.group_norm(x, 3))
MISUSE["contrib_layers:group_norm_axes"] = _bad(lambda c, x: c.group_norm(x, 2, reduction_axes=[-1]))
MISUSE["contrib_layers:instance_norm_rank"] = _bad(lambda c, x: c.instance_norm(x), None)
MISUSE["contrib_layers:legacy_depth"] = _bad(lambda c, x: c.legacy_linear(x, 2), [None, None])
MISUSE["contrib_layers:gdn_rank"] = _bad(lambda c, x: c.gdn(x), MATRIX)
MISUSE["contrib_layers:renorm_forced"] = _bad(lambda c, x: c.batch_norm(x, renorm=True, updates_collections=None))
MISUSE["contrib_layers:stack_reuse"] = lambda tf: _within_reuse(tf)
MISUSE["contrib_layers:safe_dtypes"] = lambda tf: tf.contrib.layers.safe_embedding_lookup_sparse(
    [np.ones([2, 3], np.float32), np.ones([2, 3])], tf.SparseTensor([[0, 0]], tf.constant([1], tf.int64), [1, 1])
)


def _within_reuse(tf: Any) -> Any:
    with tf.variable_scope("missing", reuse=True):
        return tf.contrib.layers.stack(tf.zeros(MATRIX), tf.contrib.layers.fully_connected, [2, 3])
