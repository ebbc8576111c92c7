"""Rows: tf.losses, sequence losses, regularisers."""

from __future__ import annotations

from migrate.api.choices import given, loss, regularization
from migrate.api.row import Row

REDUCTION = "only the default reduction is rewritten"
WEIGHTS = "multiply the single losses by the weights by hand"
SMOOTHING = "smooth the labels by hand"

ROWS = (
    # tf.losses: a mean over the elements, weights and reduction as in loss()
    Row("losses.absolute_difference",
        "labels, predictions, weights=1.0, scope=None, loss_collection='losses', "
        "reduction='weighted_sum_by_nonzero_weights'",
        choose=loss("tf.abs(tf.cast({predictions}, tf.float32) - tf.cast({labels}, tf.float32))"),
        support="weighted_mean", drop=("scope", "loss_collection", "weights"),
        refuse={"reduction": REDUCTION}),
    Row("losses.mean_squared_error",
        "labels, predictions, weights=1.0, scope=None, loss_collection='losses', "
        "reduction='weighted_sum_by_nonzero_weights'",
        choose=loss("tf.math.squared_difference(tf.cast({predictions}, tf.float32), tf.cast({labels}, "
        "tf.float32))"), support="weighted_mean", drop=("scope", "loss_collection", "weights"),
        refuse={"reduction": REDUCTION}),
    Row("losses.log_loss", "labels, predictions, weights=1.0, epsilon=1e-07, scope=None, "
        "loss_collection='losses', reduction='weighted_sum_by_nonzero_weights'",
        choose=loss("-(tf.cast({labels}, tf.float32) * tf.math.log(tf.cast({predictions}, tf.float32) "
        "+ {epsilon}) + (1.0 - tf.cast({labels}, tf.float32)) * tf.math.log(1.0 - "
        "tf.cast({predictions}, tf.float32) + {epsilon}))"), support="weighted_mean",
        drop=("scope", "loss_collection", "weights"), refuse={"reduction": REDUCTION}),
    Row("losses.huber_loss", "labels, predictions, weights=1.0, delta=1.0, scope=None, "
        "loss_collection='losses', reduction='weighted_sum_by_nonzero_weights'",
        variants={"delta=1.0": "tf.reduce_mean(keras.losses.huber({labels}, {predictions}))"},
        template="tf.reduce_mean(keras.losses.huber({labels}, {predictions}, {delta}))",
        drop=("scope", "loss_collection"), refuse={"weights": WEIGHTS, "reduction": REDUCTION}),
    Row("losses.hinge_loss", "labels, logits, weights=1.0, scope=None, loss_collection='losses', "
        "reduction='weighted_sum_by_nonzero_weights'",
        choose=loss("tf.nn.relu(1.0 - (2.0 * tf.cast({labels}, tf.float32) - 1.0) * tf.cast({logits}, "
        "tf.float32))"), support="weighted_mean", drop=("scope", "loss_collection", "weights"),
        refuse={"reduction": REDUCTION}),
    Row("losses.cosine_distance", "labels, predictions, axis=None, weights=1.0, scope=None, "
        "loss_collection='losses', reduction='weighted_sum_by_nonzero_weights', dim=None",
        choose=loss("1.0 - tf.reduce_sum(tf.cast({predictions}, tf.float32) * tf.cast({labels}, "
        "tf.float32), axis={axis}, keepdims=True)"), support="weighted_mean",
        drop=("scope", "loss_collection", "weights"), refuse={"reduction": REDUCTION, "dim": "name it axis"}),
    Row("losses.sigmoid_cross_entropy",
        "multi_class_labels, logits, weights=1.0, label_smoothing=0, scope=None, "
        "loss_collection='losses', reduction='weighted_sum_by_nonzero_weights'",
        choose=loss("tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast({multi_class_labels}, "
        "tf.float32), logits={logits})"), support="weighted_mean",
        drop=("scope", "loss_collection", "weights"),
        refuse={"reduction": REDUCTION, "label_smoothing": SMOOTHING}),
    Row("losses.softmax_cross_entropy", "onehot_labels, logits, weights=1.0, label_smoothing=0, scope=None, "
        "loss_collection='losses', reduction='weighted_sum_by_nonzero_weights'", choose=loss(""
        "tf.nn.softmax_cross_entropy_with_logits(labels=tf.stop_gradient(tf.cast({onehot_labels}, "
        "tf.float32)), logits={logits})"), support="weighted_mean",
        drop=("scope", "loss_collection", "weights"),
        refuse={"reduction": REDUCTION, "label_smoothing": SMOOTHING}),
    Row("losses.sparse_softmax_cross_entropy",
        "labels, logits, weights=1.0, scope=None, loss_collection='losses', "
        "reduction='weighted_sum_by_nonzero_weights'",
        choose=loss("tf.nn.sparse_softmax_cross_entropy_with_logits(labels={labels}, logits={logits})"),
        support="weighted_mean", drop=("scope", "loss_collection", "weights"),
        refuse={"reduction": REDUCTION}),
    Row("losses.compute_weighted_loss", "losses, weights=1.0, scope=None, loss_collection='losses', "
        "reduction='weighted_sum_by_nonzero_weights'", choose=loss("tf.cast({losses}, tf.float32)"),
        support="weighted_mean", drop=("scope", "loss_collection", "weights"),
        refuse={"reduction": REDUCTION}),
    # tf.contrib.losses: the predictions come first; without weights a mean over the elements
    Row("contrib.losses.mean_squared_error", "predictions, labels=None, weights=1.0, scope=None",
        choose=given("labels", "tf.reduce_mean(tf.math.squared_difference(tf.cast({predictions}, tf.float32), "
                     "tf.cast({labels}, tf.float32)))"),
        drop=("scope",), refuse={"weights": WEIGHTS}),
    Row("contrib.losses.absolute_difference", "predictions, labels=None, weights=1.0, scope=None",
        choose=given("labels", "tf.reduce_mean(tf.abs(tf.cast({predictions}, tf.float32) - "
                     "tf.cast({labels}, tf.float32)))"),
        drop=("scope",), refuse={"weights": WEIGHTS}),
    Row("contrib.losses.sigmoid_cross_entropy",
        "logits, multi_class_labels, weights=1.0, label_smoothing=0, scope=None",
        template="tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast({multi_class_labels}, "
        "tf.float32), logits={logits}))",
        drop=("scope",), refuse={"weights": WEIGHTS, "label_smoothing": SMOOTHING}),
    Row("contrib.losses.softmax_cross_entropy",
        "logits, onehot_labels, weights=1.0, label_smoothing=0, scope=None",
        template="tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=tf.stop_gradient(tf.cast("
        "{onehot_labels}, tf.float32)), logits={logits}))",
        drop=("scope",), refuse={"weights": WEIGHTS, "label_smoothing": SMOOTHING}),
    Row("contrib.losses.sparse_softmax_cross_entropy", "logits, labels, weights=1.0, scope=None",
        template="tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels={labels}, "
        "logits={logits}))",
        drop=("scope",), refuse={"weights": WEIGHTS}),
    # sequence losses of contrib
    Row("contrib.seq2seq.sequence_loss", "logits, targets, weights, average_across_timesteps=True, "
        "average_across_batch=True, sum_over_timesteps=False, sum_over_batch=False, "
        "softmax_loss_function=None, name=None",
        tf2="sequence_loss", support="sequence_loss", drop=("name",)),
    Row("contrib.legacy_seq2seq.sequence_loss", "logits, targets, weights, average_across_timesteps=True, "
        "average_across_batch=True, softmax_loss_function=None, name=None",
        tf2="legacy_sequence_loss", support="legacy_sequence_loss", drop=("name",)),
    Row("contrib.legacy_seq2seq.sequence_loss_by_example",
        "logits, targets, weights, average_across_timesteps=True, " "softmax_loss_function=None, name=None",
        tf2="sequence_loss_by_example", support="sequence_loss_by_example", drop=("name",)),
    # regularisers: functions of a weight; keras counts the square whole, TF1 half of it
    Row("contrib.layers.l1_regularizer", "scale, scope=None",
        template="keras.regularizers.L1({scale})", drop=("scope",), returns="regularizer"),
    Row("contrib.layers.l2_regularizer", "scale, scope=None",
        template="keras.regularizers.L2({scale} / 2)", drop=("scope",), returns="regularizer"),
    Row("contrib.layers.l1_l2_regularizer", "scale_l1=1.0, scale_l2=1.0, scope=None",
        template="keras.regularizers.L1L2(l1={scale_l1}, l2={scale_l2} / 2)", drop=("scope",),
        returns="regularizer"),
    Row("contrib.layers.apply_regularization", "regularizer, weights_list=None", choose=regularization),
)
