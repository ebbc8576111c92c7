"""More cases of `graph_cases.py`: tf.contrib.layers."""

from __future__ import annotations

import importlib
from typing import Any, Callable  # noqa: UP035 (Python 3.7)

import numpy as np
from graph_cases import BATCH, CASES, MISUSE, Case, inputs, squares, value

MATRIX, SEQUENCE, IMAGE, VOLUME = (BATCH, 6), (BATCH, 7, 2), (BATCH, 6, 5, 4), (BATCH, 4, 5, 3, 2)


def _one(build: Callable[[Any, Any], Any], shape: Any, module: str = "layers") -> Case:
    """A function of a module of tf.contrib and of the inputs; also what is in which collection under which name."""

    def case(tf: Any) -> Any:
        x, feeds = inputs(tf, shape, free=False)
        outputs = build(getattr(tf.contrib, module), x)
        named = [v.op.name for v in tf.get_collection("model_variables") + tf.get_collection("mine")]
        named += [t.op.name for t in tf.get_collection("regularization_losses")]
        named += [str(t.aliases) for t in tf.get_collection("outputs")]
        found = {"outputs": outputs, "losses": tf.losses.get_regularization_losses()}
        found["named"] = tf.constant(np.frombuffer("|".join(named).encode() or b" ", np.uint8))
        return feeds, found, squares(tf, outputs)

    return case


def _zeros(layers: Any, x: Any) -> Any:
    """What dropout makes of an example, whatever it draws."""
    dropped = layers.dropout(x, 0.5, noise_shape=[None, 1, 1, 1], seed=3)
    return dropped * dropped - 2.0 * x * dropped


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
    "dropout": (lambda c, x: [_zeros(c, x), c.dropout(x, 1.0), c.dropout(x, is_training=False)], IMAGE),
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

# 1.15 has these in slim only.
_SLIM: dict[str, Any] = {
    "pool": (lambda s, x: [s.pool(x, 3, "MAX"), s.pool(x, [2, 1], "AVG", "VALID", None, [1, 2], scope="p")], IMAGE),
    "pool1d": (lambda s, x: s.pool(x, 2, "AVG", stride=2, outputs_collections="outputs"), SEQUENCE),
}
for _name, (_build, _shape) in _SLIM.items():
    CASES["contrib_layers:" + _name] = _one(_build, _shape, "slim")


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


def _scattered(tf: Any) -> Any:
    """Embeddings by hashing; slim holds these names in 1.15."""
    slim = tf.contrib.slim
    parts = [tf.get_variable("part_0", [6]), tf.get_variable("part_1", [5])]
    words, numbers = tf.constant([["a", "word"], ["", "a"]]), tf.constant([7, -3, 2**40], tf.int64)
    places = [[0, 0], [0, 1], [2, 0]]
    texts = tf.SparseTensor(places, tf.constant(["x", "y", "x"]), [4, 3])
    ids = tf.SparseTensor(places, numbers, [4, 3])
    one, several = slim.scattered_embedding_lookup, slim.scattered_embedding_lookup_sparse
    found = {
        "words": one(parts, words, 4),
        "numbers": one(parts, numbers, 5),
        "small": one(parts[0], tf.constant([7, -3]), 3),
        "key": one(parts, words, 4, hash_key=99),
        "key_numbers": one(parts, numbers, 4, hash_key=2**50),
        "mean": several(parts, texts, 4),
        "ids_sum": several(parts, ids, 4, "sum"),
        "default": several(parts, texts, 3, "sqrtn", default_value="none", hash_key=3),
    }
    return {}, found, squares(tf, found)


CASES["contrib_layers:scattered"] = _scattered


def _inside(tf: Any, module: str, name: str) -> Any:
    """A name of a file of contrib.layers that 1.15 does not show."""
    try:
        return getattr(tf.contrib.layers, name)
    except AttributeError:
        return getattr(importlib.import_module("tensorflow.contrib.layers.python.layers." + module), name)


def _sampled(tf: Any) -> Any:
    one = _inside(tf, "embedding_ops", "_sampled_scattered_embedding_lookup")
    several = _inside(tf, "embedding_ops", "_sampled_scattered_embedding_lookup_sparse")
    table = tf.get_variable("table", [7])
    words = tf.constant(["a", "word", ""])
    texts = tf.SparseTensor([[0, 0], [0, 1], [2, 0]], words, [4, 3])
    columns = tf.constant([[0, 2], [1, 1], [5, 0], [0, 0]])
    found = {
        "all": one(table, words, 4),
        "some": one([table], words, sampled_candidates=columns[:3]),
        "rows": several(table, texts, 3),
        "rows_signs": several(table, texts, 3, hash_key=9, with_sign_hash=True),
        "rows_some": several(table, texts, sampled_candidates=columns, with_sign_hash=True),
    }
    return {}, found, squares(tf, found)


CASES["contrib_layers:sampled"] = _sampled


def _flattened(tf: Any) -> Any:
    flatten = _inside(tf, "layers", "_inner_flatten")
    x, feeds = inputs(tf, IMAGE)
    outputs = [flatten(x, n) for n in (1, 2, 3, 4)]
    sparse = flatten(tf.SparseTensor([[0, 1, 2], [1, 0, 0]], [1.0, 2.0], [2, 2, 3]), 2)
    return feeds, {"dense": outputs, "places": sparse.indices, "shape": sparse.dense_shape}, squares(tf, outputs)


CASES["contrib_layers:inner_flatten"] = _flattened


def _renamed(tf: Any) -> Any:
    """How programs make their own layers with the names and collections of contrib.layers."""
    getter = _inside(tf, "layers", "_build_variable_getter")({"kernel": "weights", "bias": "biases"})
    collect = _inside(tf, "layers", "_add_variable_to_collections")
    x, feeds = inputs(tf, MATRIX, free=False)
    with tf.variable_scope("mine", custom_getter=getter):
        layer = tf.layers.Dense(3, name="d")
        outputs = layer.apply(x)
    collect(layer.kernel, ["kernels", "all"], "weights")
    collect(layer.bias, {"biases": ["all"]}, "biases")
    found = [v.op.name for key in ("model_variables", "kernels", "all") for v in tf.get_collection(key)]
    named = tf.constant(np.frombuffer("|".join(found).encode(), np.uint8))
    return feeds, {"outputs": outputs, "named": named}, squares(tf, outputs)


CASES["contrib_layers:renamed"] = _renamed


def _aggregated(tf: Any) -> Any:
    parts = [tf.get_variable("part_0", [3, 3]), tf.get_variable("part_1", [2, 3])]
    places = [[0, 0], [0, 1], [1, 0], [3, 0], [3, 1]]
    ids = tf.SparseTensor(places, tf.constant([1, 1, 2, 3, 4], tf.int64), [4, 4])
    weights = tf.SparseTensor(places, tf.constant([1.0, 2.0, 0.5, 0.5, -1.0]), [4, 4])
    lookup = tf.contrib.slim.embedding_lookup_sparse_with_distributed_aggregation
    found = {
        "mean": lookup(parts, ids, None),
        "sum": lookup(parts, ids, weights, "div", combiner="sum"),
        "sqrtn": lookup(parts, ids, weights, combiner="sqrtn", max_norm=0.7),
        "deep": lookup([tf.get_variable(n, [2, 2, 3]) for n in ("a", "b", "c")], ids, weights),
    }
    return {}, found, squares(tf, found)


CASES["contrib_layers:aggregated"] = _aggregated


def _clipped(tf: Any) -> Any:
    """Four steps of adaptive clipping: the loss, the weights and the averages after each."""
    step = tf.train.get_or_create_global_step()
    w = tf.get_variable("w", [3], initializer=tf.constant_initializer([1.0, -2.0, 0.5]))
    table = tf.get_variable("table", [4, 2], initializer=tf.constant_initializer(0.5))
    rate = tf.pow(3.0, tf.cast(step, tf.float32))
    seen = []
    for i, options in enumerate([dict(), dict(global_step=step, decay=0.5), dict(static_max_norm=0.6, std_factor=0.1)]):
        clip = tf.contrib.slim.adaptive_clipping_fn(report_summary=True, name=None if i else "bound", **options)
        with tf.control_dependencies(seen):
            loss = rate * tf.reduce_sum(w**2) + tf.reduce_sum(tf.nn.embedding_lookup(table, [1, 1]))
            train = tf.contrib.layers.optimize_loss(
                loss, step, 0.1, "SGD", clip_gradients=clip, gradient_multipliers={"w:0": tf.constant(2)}, name=str(i)
            )
        with tf.control_dependencies([train]):
            seen += [tf.identity(v.read_value()) for v in tf.global_variables()]
    names = [t.op.name for t in tf.get_collection(tf.GraphKeys.SUMMARIES)]
    return {}, {"seen": seen, "names": tf.constant(np.frombuffer("|".join(names).encode(), np.uint8))}, None


CASES["contrib_layers:adaptive_clipping"] = _clipped


def _half(tf: Any, x: Any, side: Any = None) -> Any:
    with tf.contrib.framework.arg_scope([tf.contrib.layers.fully_connected], activation_fn=tf.tanh):
        return tf.contrib.layers.fully_connected(x if side is None else x + side[0], 3)


def _recomputed(tf: Any) -> Any:
    """Values that are computed again for the gradients; told is what the function hears each time."""
    layers = tf.contrib.layers
    x, feeds = inputs(tf, MATRIX, free=False)
    told = []

    def two(a: Any, b: Any, is_recomputing: bool = False) -> Any:
        told.append(is_recomputing)
        with tf.variable_scope("d"):
            return layers.fully_connected(a, 4) * tf.reduce_sum(b), b * 2.0

    with tf.variable_scope("s", use_resource=True):
        with tf.contrib.framework.arg_scope([layers.fully_connected], activation_fn=tf.sigmoid):
            found = layers.recompute_grad(two)(x, x + 1.0)
        one = layers.recompute_grad(lambda a: tf.exp(a))(x)
    loss = squares(tf, [found, one])
    first = tf.gradients(loss, x)
    heard = tf.constant(np.array(told))
    return feeds, {"found": found, "one": one, "x": first, "told": heard}, loss


CASES["contrib_layers:recompute_grad"] = _recomputed


def _reversible(tf: Any) -> Any:
    layers = tf.contrib.layers
    x, feeds = inputs(tf, MATRIX, free=False)
    a, b = tf.split(x, 2, 1)
    functions = [lambda x: _half(tf, x), lambda x: tf.tanh(x)]
    found = {
        "one": layers.rev_block(a, b, functions[0], functions[1]),
        "more": layers.rev_block(a, b, functions, functions[0], num_layers=2),
        "sides": layers.rev_block(a, b, lambda x, s: _half(tf, x, s), functions[1], 2, f_side_input=[a * 0.5]),
        "kept": layers.rev_block(a, b, functions[0], functions, 2, is_training=False),
    }
    loss = squares(tf, found)
    return feeds, [found, tf.gradients(loss, x)], loss


CASES["contrib_layers:rev_block"] = _reversible


def _noisy(tf: Any) -> Any:
    """Noise whose op seed is the number of operations so far."""
    step = tf.train.get_or_create_global_step()
    w = tf.get_variable("w", [], initializer=tf.constant_initializer(3.0))
    loss = tf.abs(w * tf.constant(2.0))
    train = tf.contrib.layers.optimize_loss(loss, step, 0.1, "SGD", gradient_noise_scale=0.5, clip_gradients=2.0)
    with tf.control_dependencies([train]):
        return {}, {"w": tf.identity(w.read_value()), "loss": train}, None


CASES["contrib_layers:noisy"] = _noisy


def _summaries(tf: Any) -> Any:
    c = tf.contrib.layers
    x = tf.constant(np.array([-1.0, 0.0, 7.0, 3.0], np.float32), name="x")
    for function in (tf.nn.relu6, tf.nn.softplus, tf.tanh):
        tf.add_to_collection(tf.GraphKeys.ACTIVATIONS, function(x))
    tf.get_variable("held", [], collections=[tf.GraphKeys.WEIGHTS, tf.GraphKeys.GLOBAL_VARIABLES])
    tf.get_variable("kept", [2], collections=[tf.GraphKeys.BIASES, tf.GraphKeys.GLOBAL_VARIABLES])
    slim = tf.contrib.slim
    made = slim.summarize_weights() + slim.summarize_biases("ke") + slim.summarize_variables("kept")
    made += c.summarize_activations() + c.summarize_collection("activations", "Tanh") + c.summarize_tensors([x, x[0]])
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
MISUSE["contrib_layers:pool_kind"] = lambda tf: tf.contrib.slim.pool(tf.zeros([1, 2, 2, 1]), 2, "avg")
MISUSE["contrib_layers:pool_padding"] = lambda tf: tf.contrib.slim.pool(
    tf.zeros([1, 4, 4, 1]), 2, "AVG", "SAME", None, 2
)
MISUSE["contrib_layers:pool_rank"] = lambda tf: tf.contrib.slim.pool(tf.zeros([1, 2]), 2, "AVG")
MISUSE["contrib_layers:dropout_share"] = _bad(lambda c, x: c.dropout(x, 0.0))
MISUSE["contrib_layers:scattered_dimension"] = lambda tf: tf.contrib.slim.scattered_embedding_lookup(
    [tf.zeros([3])], tf.constant(["a"]), 0
)
MISUSE["contrib_layers:scattered_parts"] = lambda tf: tf.contrib.slim.scattered_embedding_lookup(
    [tf.zeros([3]), tf.zeros([4])], tf.constant(["a"]), 2
)
MISUSE["contrib_layers:scattered_dense"] = lambda tf: tf.contrib.slim.scattered_embedding_lookup_sparse(
    [tf.zeros([3])], tf.constant(["a"]), 2
)
MISUSE["contrib_layers:maxout_units"] = _bad(lambda c, x: c.maxout(x, 3))
MISUSE["contrib_layers:unit_norm_axis"] = _bad(lambda c, x: c.unit_norm(x, -1))
MISUSE["contrib_layers:group_norm_groups"] = _bad(lambda c, x: c.group_norm(x, 3))
MISUSE["contrib_layers:group_norm_axes"] = _bad(lambda c, x: c.group_norm(x, 2, reduction_axes=[-1]))
MISUSE["contrib_layers:instance_norm_rank"] = _bad(lambda c, x: c.instance_norm(x), None)
MISUSE["contrib_layers:legacy_depth"] = _bad(lambda c, x: c.legacy_linear(x, 2), [None, None])
MISUSE["contrib_layers:gdn_rank"] = _bad(lambda c, x: c.gdn(x), MATRIX)
MISUSE["contrib_layers:renorm_forced"] = _bad(lambda c, x: c.batch_norm(x, renorm=True, updates_collections=None))
MISUSE["contrib_layers:recompute_closed"] = _bad(lambda c, x: c.recompute_grad(lambda a: a + x)(x))
MISUSE["contrib_layers:recompute_reference"] = _bad(lambda c, x: c.recompute_grad(lambda a: c.linear(a, 2))(x))
MISUSE["contrib_layers:rev_block_list"] = _bad(lambda c, x: c.rev_block(x, x, [c.relu], c.relu, 2))
MISUSE["contrib_layers:stack_reuse"] = lambda tf: _within_reuse(tf)
MISUSE["contrib_layers:safe_dtypes"] = lambda tf: tf.contrib.layers.safe_embedding_lookup_sparse(
    [np.ones([2, 3], np.float32), np.ones([2, 3])], tf.SparseTensor([[0, 0]], tf.constant([1], tf.int64), [1, 1])
)


def _within_reuse(tf: Any) -> Any:
    with tf.variable_scope("missing", reuse=True):
        return tf.contrib.layers.stack(tf.zeros(MATRIX), tf.contrib.layers.fully_connected, [2, 3])
