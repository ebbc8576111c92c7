"""Rows: activations, normalisation, dropout, losses on logits, embeddings, convolution, pooling."""

from __future__ import annotations

from migrate.api.choices import beam_search, ctc_loss, flattened, needs, one_table, pooling
from migrate.api.row import Row

TF0_ORDER = "before TensorFlow 1.0 the arguments were positional and in another order; name them"
CTC = "TF2 has no such option"

ROWS = (
    # activations and normalisation
    Row("nn.bias_add", "value, bias, data_format=None, name=None"),
    Row("nn.elu", "features, name=None"),
    Row("nn.leaky_relu", "features, alpha=0.2, name=None"),
    Row("nn.relu", "features, name=None"),
    Row("nn.relu6", "features, name=None"),
    Row("nn.selu", "features, name=None"),
    Row("nn.softplus", "features, name=None", aliases=("math.softplus",)),
    Row("nn.softsign", "features, name=None", aliases=("math.softsign",)),
    Row("nn.swish", "features"),
    Row("nn.l2_loss", "t, name=None"),
    Row("nn.local_response_normalization", "input, depth_radius=5, bias=1, alpha=1, beta=0.5, name=None",
        aliases=("nn.lrn",)),
    Row("nn.batch_normalization", "x, mean, variance, offset, scale, variance_epsilon, name=None"),
    Row("nn.crelu", "features, name=None, axis=-1", positional=1),
    Row("nn.softmax", "logits, axis=None, name=None, dim=None", aliases=("math.softmax",),
        renames={"dim": "axis"}, positional=3),
    Row("nn.log_softmax", "logits, axis=None, name=None, dim=None", aliases=("math.log_softmax",),
        renames={"dim": "axis"}, positional=3),
    Row("nn.l2_normalize", "x, axis=None, epsilon=1e-12, name=None, dim=None",
        aliases=("math.l2_normalize", "linalg.l2_normalize",), renames={"dim": "axis"}, positional=4),
    Row("nn.moments", "x, axes, shift=None, name=None, keep_dims=None, keepdims=None",
        renames={"keep_dims": "keepdims"}, positional=3, returns="tuple"),
    Row("nn.weighted_moments", "x, axes, frequency_weights, name=None, keep_dims=None, keepdims=None",
        renames={"keep_dims": "keepdims"}, positional=3, returns="tuple"),
    Row("nn.sufficient_statistics", "x, axes, shift=None, keep_dims=None, name=None, keepdims=None",
        renames={"keep_dims": "keepdims"}, positional=3, returns="tuple", width=4),
    Row("nn.normalize_moments", "counts, mean_ss, variance_ss, shift, name=None", returns="tuple"),
    Row("nn.xw_plus_b", "x, weights, biases, name=None",
        template="tf.nn.bias_add(tf.matmul({x}, {weights}), {biases})"),
    Row("nn.relu_layer", "x, weights, biases, name=None",
        template="tf.nn.relu(tf.nn.bias_add(tf.matmul({x}, {weights}), {biases}))"),
    Row("nn.fused_batch_norm",
        "x, scale, offset, mean=None, variance=None, epsilon=0.001, data_format='NHWC', "
        "is_training=True, name=None", gone="use keras.layers.BatchNormalization"),
    Row("nn.dropout", "x, keep_prob=None, noise_shape=None, seed=None, name=None, rate=None",
        variants={"keep_prob": "tf.nn.dropout({x}, rate=1 - {keep_prob})"}, choose=needs("rate"), random=True,
        positional=1),
    Row("contrib.layers.dropout", "inputs, keep_prob=0.5, noise_shape=None, is_training=True, "
        "outputs_collections=None, scope=None, seed=None", drop=("outputs_collections", "scope"),
        variants={"is_training=True": "tf.nn.dropout({inputs}, rate=1 - {keep_prob})",
                  "is_training=False": "tf.identity({inputs})"},
        template="tf.nn.dropout({inputs}, rate=tf.where({is_training}, 1 - {keep_prob}, 0.0))", random=True),
    Row("layers.dropout", "inputs, rate=0.5, noise_shape=None, seed=None, training=False, name=None",
        drop=("name",),
        variants={"training=True": "tf.nn.dropout({inputs}, rate={rate})",
                  "training=False": "tf.identity({inputs})"},
        template="tf.nn.dropout({inputs}, rate=tf.where({training}, {rate}, 0.0))", random=True),
    # losses on logits
    Row("nn.softmax_cross_entropy_with_logits",
        "_sentinel=None, labels=None, logits=None, dim=-1, name=None, axis=None",
        template=("tf.nn.softmax_cross_entropy_with_logits(labels=tf.stop_gradient({labels}), "
        "logits={logits})"), refuse={"_sentinel": TF0_ORDER}, renames={"dim": "axis"}),
    Row("nn.softmax_cross_entropy_with_logits_v2", "labels, logits, axis=None, name=None, dim=None",
        tf2="tf.nn.softmax_cross_entropy_with_logits", renames={"dim": "axis"}, positional=4),
    Row("nn.sparse_softmax_cross_entropy_with_logits", "_sentinel=None, labels=None, logits=None, name=None",
        refuse={"_sentinel": TF0_ORDER}, positional=0),
    Row("nn.sigmoid_cross_entropy_with_logits", "_sentinel=None, labels=None, logits=None, name=None",
        refuse={"_sentinel": TF0_ORDER}, positional=0),
    Row("nn.weighted_cross_entropy_with_logits",
        "labels=None, logits=None, pos_weight=None, name=None, targets=None", renames={"targets": "labels"},
        positional=4),
    Row("nn.log_poisson_loss", "targets, log_input, compute_full_loss=False, name=None"),
    Row("nn.nce_loss", "weights, biases, labels, inputs, num_sampled, num_classes, num_true=1, "
        "sampled_values=None, remove_accidental_hits=False, partition_strategy='mod', " "name='nce_loss'",
        drop=("partition_strategy",), positional=9, choose=one_table("weights"), random=True),
    Row("nn.sampled_softmax_loss", "weights, biases, labels, inputs, num_sampled, num_classes, num_true=1, "
        "sampled_values=None, remove_accidental_hits=True, partition_strategy='mod', "
        "name='sampled_softmax_loss', seed=None",
        drop=("partition_strategy",), positional=9, choose=one_table("weights"), random=True),
    Row("nn.ctc_loss", "labels, inputs=None, sequence_length=None, preprocess_collapse_repeated=False, "
        "ctc_merge_repeated=True, ignore_longer_outputs_than_inputs=False, " "time_major=True, logits=None",
        choose=ctc_loss,
        refuse={"preprocess_collapse_repeated": CTC, "ctc_merge_repeated": CTC,
                "ignore_longer_outputs_than_inputs": CTC}),
    Row("nn.ctc_greedy_decoder", "inputs, sequence_length, merge_repeated=True", returns="tuple"),
    Row("nn.ctc_beam_search_decoder",
        "inputs, sequence_length, beam_width=100, top_paths=1, merge_repeated=True",
        choose=beam_search, drop=("merge_repeated",), returns="tuple"),
    # embeddings
    Row("nn.embedding_lookup",
        "params, ids, partition_strategy='mod', name=None, validate_indices=True, max_norm=None",
        drop=("partition_strategy", "validate_indices"), positional=2, choose=one_table("params")),
    Row("nn.embedding_lookup_sparse",
        "params, sp_ids, sp_weights, partition_strategy='mod', name=None, combiner=None, " "max_norm=None",
        drop=("partition_strategy",), positional=3, choose=one_table("params")),
    # convolution and pooling
    Row("nn.conv1d", "value=None, filters=None, stride=None, padding=None, use_cudnn_on_gpu=None, "
        "data_format=None, name=None, input=None, dilations=None",
        renames={"value": "input"}, drop=("use_cudnn_on_gpu",), positional=4),
    Row("nn.conv2d", "input, filter=None, strides=None, padding=None, use_cudnn_on_gpu=True, "
        "data_format='NHWC', dilations=[1, 1, 1, 1], name=None, filters=None",
        renames={"filter": "filters"}, drop=("use_cudnn_on_gpu",), positional=4),
    Row("nn.conv3d", "input, filter=None, strides=None, padding=None, data_format='NDHWC', "
        "dilations=[1, 1, 1, 1, 1], name=None, filters=None", renames={"filter": "filters"}, positional=4),
    Row("nn.conv2d_transpose", "value=None, filter=None, output_shape=None, strides=None, padding='SAME', "
        "data_format='NHWC', name=None, input=None, filters=None, dilations=None",
        renames={"value": "input", "filter": "filters"}, positional=6),
    Row("nn.conv3d_transpose", "value, filter=None, output_shape=None, strides=None, padding='SAME', "
        "data_format='NDHWC', name=None, input=None, filters=None, dilations=None",
        renames={"value": "input", "filter": "filters"}, positional=6),
    Row("nn.convolution", "input, filter, padding, strides=None, dilation_rate=None, name=None, "
        "data_format=None, filters=None, dilations=None",
        renames={"filter": "filters", "dilation_rate": "dilations"}, positional=2),
    Row("nn.atrous_conv2d", "value, filters, rate, padding, name=None"),
    Row("nn.depthwise_conv2d",
        "input, filter, strides, padding, rate=None, name=None, data_format=None, dilations=None",
        renames={"rate": "dilations"}, positional=4),
    Row("nn.separable_conv2d", "input, depthwise_filter, pointwise_filter, strides, padding, rate=None, "
        "name=None, data_format=None, dilations=None", renames={"rate": "dilations"}, positional=5),
    Row("nn.max_pool", "value, ksize, strides, padding, data_format='NHWC', name=None, input=None",
        renames={"value": "input"}, positional=6),
    Row("nn.avg_pool", "value, ksize, strides, padding, data_format='NHWC', name=None, input=None",
        aliases=("nn.avg_pool2d",), renames={"value": "input"}, positional=6),
    Row("nn.max_pool1d", "input, ksize, strides, padding, data_format='NWC', name=None"),
    Row("nn.max_pool2d", "input, ksize, strides, padding, data_format='NHWC', name=None"),
    Row("nn.max_pool3d", "input, ksize, strides, padding, data_format='NDHWC', name=None"),
    Row("nn.avg_pool1d", "input, ksize, strides, padding, data_format='NWC', name=None"),
    Row("nn.avg_pool3d", "input, ksize, strides, padding, data_format='NDHWC', name=None"),
    Row("nn.max_pool_with_argmax",
        "input, ksize, strides, padding, data_format='NHWC', Targmax=None, name=None, "
        "output_dtype=None, include_batch_in_index=False",
        renames={"Targmax": "output_dtype"}, positional=5, returns="tuple"),
    Row("nn.pool", "input, window_shape, pooling_type, padding, dilation_rate=None, strides=None, "
        "name=None, data_format=None, dilations=None", renames={"dilation_rate": "dilations"}, positional=3),
    Row("layers.max_pooling1d",
        "inputs, pool_size, strides, padding='valid', data_format='channels_last', name=None",
        choose=pooling("tf.nn.max_pool1d"), drop=("padding", "data_format", "name")),
    Row("layers.max_pooling2d",
        "inputs, pool_size, strides, padding='valid', data_format='channels_last', name=None",
        choose=pooling("tf.nn.max_pool2d"), drop=("padding", "data_format", "name")),
    Row("layers.average_pooling1d",
        "inputs, pool_size, strides, padding='valid', data_format='channels_last', name=None",
        choose=pooling("tf.nn.avg_pool1d"), drop=("padding", "data_format", "name")),
    Row("layers.average_pooling2d",
        "inputs, pool_size, strides, padding='valid', data_format='channels_last', name=None",
        choose=pooling("tf.nn.avg_pool2d"), drop=("padding", "data_format", "name")),
    Row("contrib.layers.max_pool2d", "inputs, kernel_size, stride=2, padding='VALID', data_format='NHWC', "
        "outputs_collections=None, scope=None",
        choose=pooling("tf.nn.max_pool2d", "kernel_size", "stride"),
        drop=("padding", "data_format", "outputs_collections", "scope")),
    Row("contrib.layers.avg_pool2d", "inputs, kernel_size, stride=2, padding='VALID', data_format='NHWC', "
        "outputs_collections=None, scope=None",
        choose=pooling("tf.nn.avg_pool2d", "kernel_size", "stride"),
        drop=("padding", "data_format", "outputs_collections", "scope")),
    Row("layers.flatten", "inputs, name=None, data_format='channels_last'",
        choose=flattened, drop=("name", "data_format")),
    Row("contrib.layers.flatten", "inputs, outputs_collections=None, scope=None",
        choose=flattened, drop=("outputs_collections", "scope")),
    Row("contrib.layers.softmax", "logits, scope=None", template="tf.nn.softmax({logits})", drop=("scope",)),
    Row("contrib.layers.one_hot_encoding",
        "labels, num_classes, on_value=1.0, off_value=0.0, outputs_collections=None, scope=None",
        tf2="tf.one_hot", renames={"labels": "indices", "num_classes": "depth"},
        drop=("outputs_collections", "scope"), positional=4),
)
