"""More cases of `graph_cases.py`: NTMCell, CompiledWrapper, contrib.losses, contrib.metrics."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from graph_cases import BATCH, CASES, DEPTH, MISUSE, TIME, UNITS, Case, inputs, lengths, squares, value


def _unpublished(tf: Any) -> Any:
    """Where the cells are that TensorFlow 1.15 has in a private module only."""
    if hasattr(tf.contrib.rnn, "NTMCell"):
        return tf.contrib.rnn
    return importlib.import_module("tensorflow.contrib.rnn.python.ops.rnn_cell")


def _turing(**options: Any) -> Case:
    def case(tf: Any) -> Any:
        cell = _unpublished(tf).NTMCell(tf.nn.rnn_cell.LSTMCell(UNITS), **options)
        x, feeds = inputs(tf, free=False)
        state, outputs = cell.zero_state(BATCH, tf.float32), []
        with tf.variable_scope("machine"):
            for t in range(TIME):
                output, state = cell(x[:, t], state)
                outputs.append(output)
        found = {"outputs": outputs, "state": [state.read_vector_list, state.w_list, state.M]}
        return feeds, found, squares(tf, found)

    return case


CASES["turing"] = _turing(memory_size=5, memory_vector_dim=3, read_head_num=2, write_head_num=2, output_dim=6)
CASES["turing_shifts"] = _turing(
    memory_size=7, memory_vector_dim=2, read_head_num=1, write_head_num=1, shift_range=2, clip_value=0.3
)


def _in_a_loop(cell_class: str, *arguments: Any, **options: Any) -> Case:
    def case(tf: Any) -> Any:
        if "initializer" in options:
            options["initializer"] = tf.constant_initializer(options["initializer"])
        cell = getattr(_unpublished(tf), cell_class)(*arguments, **options)
        x, feeds = inputs(tf)
        outputs, state = tf.nn.dynamic_rnn(cell, x, lengths(tf, feeds), dtype=tf.float32)
        return feeds, {"outputs": outputs, "state": state}, squares(tf, [outputs, state])

    return case


_EVERYTHING = {"use_peepholes": True, "cell_clip": 0.3, "num_proj": 3, "proj_clip": 0.1, "forget_bias": 0.4}
CASES["hidden_cfn"] = _in_a_loop("CFNCell", UNITS)
CASES["hidden_cfn_relu"] = _in_a_loop("CFNCell", UNITS, "relu", "glorot_normal", "zeros")
CASES["hidden_minimal"] = _in_a_loop("MinimalRNNCell", UNITS, name="mine")
CASES["hidden_weight_norm"] = _in_a_loop("WeightNormLSTMCell", UNITS)
CASES["hidden_weight_norm_off"] = _in_a_loop("WeightNormLSTMCell", UNITS, norm=False, initializer=0.2, **_EVERYTHING)
CASES["hidden_weight_norm_all"] = _in_a_loop("WeightNormLSTMCell", UNITS, **_EVERYTHING)
CASES["hidden_layer_norm"] = _in_a_loop("LayerNormLSTMCell", UNITS)
CASES["hidden_layer_norm_all"] = _in_a_loop(
    "LayerNormLSTMCell", UNITS, layer_norm=True, norm_gain=0.8, norm_shift=0.1, **_EVERYTHING
)


def _compiled(tf: Any) -> Any:
    x, feeds = inputs(tf, free=False)
    cell = tf.contrib.rnn.CompiledWrapper(tf.nn.rnn_cell.LSTMCell(UNITS))
    outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    return feeds, {"outputs": outputs, "state": state}, squares(tf, [outputs, state])


CASES["compiled"] = _compiled


def _losses(tf: Any) -> Any:
    c = tf.contrib.losses
    p = tf.get_variable("p", [BATCH, DEPTH])
    positive = tf.sigmoid(p)
    y = tf.constant((np.arange(BATCH * DEPTH).reshape(BATCH, DEPTH) % 2).astype(np.float32))
    rows = tf.constant(np.arange(BATCH, dtype=np.float32))
    cells = tf.constant(value("weights", (BATCH, DEPTH)))
    cells = tf.where(cells > 0, cells, tf.zeros_like(cells))
    classes = tf.constant(np.arange(BATCH) % DEPTH)
    found = {
        "absolute": c.absolute_difference(p, y),
        "absolute_rows": c.absolute_difference(p, y, rows),
        "squared": c.mean_squared_error(p, y, weights=cells),
        "squared_column": c.mean_squared_error(p, y, tf.expand_dims(rows, 1)),
        "log": c.log_loss(positive, y, 0.5, epsilon=1e-3),
        "hinge": c.hinge_loss(p, y),
        "cosine": c.cosine_distance(tf.nn.l2_normalize(p, 1), tf.nn.l2_normalize(y + 1.0, 1), 1, rows),
        "sigmoid": c.sigmoid_cross_entropy(p, y, rows, label_smoothing=0.2),
        "softmax": c.softmax_cross_entropy(p, tf.one_hot(classes, DEPTH), rows, 0.1),
        "sparse": c.sparse_softmax_cross_entropy(p, tf.expand_dims(classes, 1), rows),
        "weighted": c.compute_weighted_loss(tf.square(p), cells),
    }
    c.add_loss(tf.reduce_sum(p))
    tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, tf.reduce_sum(tf.square(p)))
    found["listed"] = tf.stack(c.get_losses())
    found["penalties"] = tf.stack(c.get_regularization_losses())
    found["total"] = c.get_total_loss()
    return {}, found, squares(tf, [found["total"], found["hinge"]])


def _metrics(tf: Any) -> Any:
    c = tf.contrib.metrics
    p, y = tf.placeholder(tf.float32, [BATCH, DEPTH]), tf.placeholder(tf.float32, [BATCH, DEPTH])
    w = tf.constant(value("w", (BATCH, DEPTH)) + 0.6)
    pi, yi = tf.cast(p > 0.4, tf.int64), tf.cast(y > 0.5, tf.int64)
    pairs = {
        "accuracy": c.streaming_accuracy(pi, yi, w),
        "auc": c.streaming_auc(p, yi, num_thresholds=20),
        "precision": c.streaming_precision(pi, yi),
        "recall": c.streaming_recall(pi, yi, weights=w),
        "iou": c.streaming_mean_iou(pi, yi, 2),
        "mean": c.streaming_mean(p, w),
        "tensor": c.streaming_mean_tensor(p),
        "less": c.streaming_percentage_less(p, 0.3),
        "mae": c.streaming_mean_absolute_error(p, y),
        "mse": c.streaming_mean_squared_error(p, y, w),
        "rmse": c.streaming_root_mean_squared_error(p, y),
        "tp": c.streaming_true_positives(pi, yi),
        "fp": c.streaming_false_positives(pi, yi),
        "tn": c.streaming_true_negatives(pi, yi),
        "fn": c.streaming_false_negatives(pi, yi),
    }
    values, updates = c.aggregate_metric_map(pairs)
    plain = {"plain": c.accuracy(pi, yi), "plain_weighted": c.accuracy(pi, yi, w)}
    with tf.Session() as session:
        session.run(tf.local_variables_initializer())
        for i in range(2):
            feeds = {p: value(f"p{i}", (BATCH, DEPTH)) * 0.8 + 0.5, y: value(f"y{i}", (BATCH, DEPTH)) * 0.8 + 0.5}
            session.run(updates, feeds)
        found = dict(session.run(values), **session.run(plain, feeds))
    return {}, {key: tf.constant(one) for key, one in found.items()}, None


CASES["losses"] = _losses
CASES["metrics"] = _metrics
MISUSE["loss_of_other_shapes"] = lambda tf: tf.contrib.losses.mean_squared_error(tf.zeros([2, 3]), tf.zeros([2, 4]))
MISUSE["cosine_without_axis"] = lambda tf: tf.contrib.losses.cosine_distance(tf.zeros([2, 3]), tf.zeros([2, 3]))
MISUSE["accuracy_of_floats"] = lambda tf: tf.contrib.metrics.accuracy(tf.zeros([2]), tf.zeros([2]))
MISUSE["no_metrics"] = lambda tf: tf.contrib.metrics.aggregate_metrics()
