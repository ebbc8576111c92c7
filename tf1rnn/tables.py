"""The one table: which TF1 names are ours. `refused.py` lists which are refused; all others are TensorFlow's own
(tensorflow.compat.v1).
"""

from __future__ import annotations

import functools

# TF1 module -> {module, of ours or public in TensorFlow: names it gives, or name=its name there}
OURS: dict[str, dict[str, str]] = {
    "": {
        "tf1rnn.release": "VERSION __version__",
        "tf1rnn.devices": "device",
        "tf1rnn.numbered_ops": "assert_equal map_fn one_hot ones random_uniform scan split tensordot zeros",
        "tf1rnn.op_numbers": "get_seed",
        "tf1rnn.legacy_keras": "keras",
    },
    "version": {"tf1rnn.release": "VERSION"},
    "debugging": {"tf1rnn.numbered_ops": "assert_equal"},
    "linalg": {"tf1rnn.numbered_ops": "tensordot"},
    "random": {"tf1rnn.numbered_ops": "uniform=random_uniform", "tf1rnn.op_numbers": "get_seed"},
    "flags": {"tf1rnn.flag_values": "FLAGS"},
    "app.flags": {"tf1rnn.flag_values": "FLAGS"},
    "nn": {
        "tf1rnn.numbered_ops": "dropout",
        "tf1rnn.cross_entropies": "sigmoid_cross_entropy_with_logits softmax_cross_entropy_with_logits "
        "sparse_softmax_cross_entropy_with_logits",
        "tf1rnn.rnn.dynamic": "dynamic_rnn",
        "tf1rnn.rnn.raw": "raw_rnn",
        "tf1rnn.rnn.static": "static_rnn static_state_saving_rnn",
        "tf1rnn.rnn.bidirectional": "bidirectional_dynamic_rnn static_bidirectional_rnn",
    },
    "nn.rnn_cell": {
        "tf1rnn.rnn.cell": "RNNCell",
        "tf1rnn.rnn.basic": "BasicRNNCell",
        "tf1rnn.rnn.gru": "GRUCell",
        "tf1rnn.rnn.lstm": "BasicLSTMCell LSTMCell LSTMStateTuple",
        "tf1rnn.rnn.wrappers": "DeviceWrapper ResidualWrapper",
        "tf1rnn.rnn.dropout": "DropoutWrapper",
        "tf1rnn.rnn.multi": "MultiRNNCell",
    },
    "layers": {
        "tf1rnn.layers.base": "Layer InputSpec",
        "tf1rnn.layers.core": "Dense dense Dropout dropout Flatten flatten",
        "tf1rnn.layers.normalization": "BatchNormalization batch_normalization",
        "tf1rnn.layers.convolution": "Conv1D conv1d Conv2D conv2d Conv3D conv3d",
        "tf1rnn.layers.transposed": "Conv2DTranspose conv2d_transpose Conv3DTranspose conv3d_transpose",
        "tf1rnn.layers.separable": "SeparableConv1D separable_conv1d SeparableConv2D separable_conv2d",
        "tf1rnn.layers.pooling": "MaxPooling1D max_pooling1d MaxPooling2D max_pooling2d MaxPooling3D "
        "max_pooling3d AveragePooling1D average_pooling1d AveragePooling2D average_pooling2d "
        "AveragePooling3D "
        "average_pooling3d",
    },
    "layers.experimental": {"tf1rnn.layers.keras_style": "keras_style_scope set_keras_style"},
    "estimator": {
        "tf1rnn.estimator.specs": "EstimatorSpec EvalSpec ModeKeys RunConfig TrainSpec",
        "tf1rnn.estimator.runner": "Estimator",
        "tf1rnn.estimator.schedule": "train_and_evaluate",
        "tensorflow.compat.v1.train": "CheckpointSaverHook CheckpointSaverListener FeedFnHook FinalOpsHook "
        "GlobalStepWaiterHook LoggingTensorHook NanLossDuringTrainingError NanTensorHook ProfilerHook "
        "SecondOrStepTimer SessionRunArgs SessionRunContext SessionRunHook SessionRunValues StepCounterHook "
        "StopAtStepHook SummarySaverHook VocabInfo",
    },
    "estimator.experimental": {
        "tf1rnn.estimator.schedule": "make_early_stopping_hook stop_if_higher_hook stop_if_lower_hook "
        "stop_if_no_decrease_hook stop_if_no_increase_hook",
    },
    "estimator.inputs": {"tf1rnn.estimator.arrays": "numpy_input_fn pandas_input_fn"},
    "contrib.estimator": {
        # 1.12; 1.15 has them in estimator.experimental only
        "tf1rnn.estimator.schedule": "make_early_stopping_hook stop_if_higher_hook stop_if_lower_hook "
        "stop_if_no_decrease_hook stop_if_no_increase_hook",
    },
    "contrib.rnn": {
        "tf1rnn.rnn.basic": "BasicRNNCell",
        "tf1rnn.rnn.gru": "GRUCell",
        "tf1rnn.rnn.lstm": "BasicLSTMCell LSTMCell LSTMStateTuple",
        "tf1rnn.rnn.wrappers": "DeviceWrapper ResidualWrapper",
        "tf1rnn.rnn.dropout": "DropoutWrapper",
        "tf1rnn.rnn.multi": "MultiRNNCell",
        "tf1rnn.rnn.static": "static_rnn static_state_saving_rnn",
        "tf1rnn.rnn.bidirectional": "static_bidirectional_rnn",
        "tf1rnn.rnn.projections": "EmbeddingWrapper InputProjectionWrapper OutputProjectionWrapper",
        "tf1rnn.rnn.stacked": "stack_bidirectional_dynamic_rnn stack_bidirectional_rnn",
        "tf1rnn.rnn.cell": "RNNCell LayerRNNCell",
        "tf1rnn.rnn.dynamic": "best_effort_input_batch_size transpose_batch_time",
        "tf1rnn.contrib.rnn.attention_cell": "AttentionCellWrapper",
        "tf1rnn.contrib.rnn.block": "GRUBlockCell GRUBlockCellV2 LSTMBlockCell",
        "tf1rnn.contrib.rnn.compiled": "CompiledWrapper",
        "tf1rnn.contrib.rnn.convolutional": "Conv1DLSTMCell Conv2DLSTMCell Conv3DLSTMCell ConvLSTMCell",
        "tf1rnn.contrib.rnn.fused": "FusedRNNCell FusedRNNCellAdaptor LSTMBlockFusedCell LSTMBlockWrapper "
        "TimeReversedFusedRNN",
        "tf1rnn.contrib.rnn.frequency": "TimeFreqLSTMCell",
        "tf1rnn.contrib.rnn.grid_lstm": "BidirectionalGridLSTMCell GridLSTMCell",
        "tf1rnn.contrib.rnn.gated": "IntersectionRNNCell SRUCell UGRNNCell",
        "tf1rnn.contrib.rnn.grouped": "GLSTMCell",
        "tf1rnn.contrib.rnn.highway": "HighwayWrapper",
        "tf1rnn.contrib.rnn.independent": "IndRNNCell IndyGRUCell IndyLSTMCell",
        "tf1rnn.contrib.rnn.nas": "NASCell",
        "tf1rnn.contrib.rnn.normalized": "CoupledInputForgetGateLSTMCell LayerNormBasicLSTMCell",
        "tf1rnn.contrib.rnn.phased": "PhasedLSTMCell",
        # 1.15: only in contrib.rnn.python.ops.rnn_cell
        "tf1rnn.contrib.rnn.minimal": "CFNCell MinimalRNNCell",
        "tf1rnn.contrib.rnn.normalized_lstm": "LayerNormLSTMCell WeightNormLSTMCell",
        "tf1rnn.contrib.rnn.turing": "NTMCell NTMControllerState",
    },
    "contrib.cudnn_rnn": {
        "tf1rnn.contrib.cudnn_rnn.layers": "CudnnGRU CudnnLSTM CudnnRNNRelu CudnnRNNTanh",
        "tf1rnn.contrib.rnn.block": "CudnnCompatibleGRUCell CudnnCompatibleLSTMCell",
    },
    "contrib.crf": {
        "tf1rnn.contrib.crf.decoding": "CrfDecodeBackwardRnnCell CrfDecodeForwardRnnCell crf_decode viterbi_decode",
        "tf1rnn.contrib.crf.scores": "CrfForwardRnnCell crf_binary_score crf_log_likelihood crf_log_norm "
        "crf_multitag_sequence_score crf_sequence_score crf_unary_score",
    },
    "contrib.framework": {
        "tf1rnn.contrib.framework.scoped_arguments": "add_arg_scope arg_scope arg_scoped_arguments "
        "current_arg_scope "
        "has_arg_scope",
        "tf1rnn.contrib.framework.variables": "VariableDeviceChooser add_model_variable assert_global_step "
        "assert_or_get_global_step create_global_step filter_variables get_global_step get_local_variables "
        "get_model_variables get_or_create_global_step get_trainable_variables get_unique_variable "
        "get_variable_full_name get_variables get_variables_by_name get_variables_by_suffix get_variables_to_restore "
        "global_variable local_variable model_variable variable",
        "tf1rnn.contrib.framework.checkpoints": "assign_from_checkpoint assign_from_checkpoint_fn assign_from_values "
        "assign_from_values_fn",
        "tf1rnn.contrib.framework.checks": "assert_scalar_int get_graph_from_inputs get_name_scope get_placeholders "
        "prepend_name_scope py_func reduce_sum_n remove_squeezable_dimensions smart_case smart_cond "
        "smart_constant_value strip_name_scope with_same_shape with_shape",
        "tf1rnn.contrib.framework.notices": "deprecated deprecated_arg_values deprecated_args",
        "tensorflow.compat.v1": "TensorSpec argsort convert_to_tensor_or_sparse_tensor is_tensor sort",
        "tensorflow.compat.v1.debugging": "assert_same_float_dtype assert_scalar",
        "tensorflow.compat.v1.train": "init_from_checkpoint list_variables load_checkpoint load_variable",
    },
    "contrib.framework.nest": {
        "tf1rnn.contrib.framework.structures": "assert_shallow_structure flatten_dict_items flatten_up_to "
        "flatten_with_joined_string_paths flatten_with_tuple_paths flatten_with_tuple_paths_up_to "
        "get_traverse_shallow_structure is_sequence_or_composite map_structure_up_to map_structure_with_paths "
        "map_structure_with_tuple_paths map_structure_with_tuple_paths_up_to yield_flat_paths",
        "tensorflow.compat.v1.nest": "assert_same_structure flatten is_nested is_sequence=is_nested map_structure "
        "pack_sequence_as",
    },
    "contrib.grid_rnn": {
        "tf1rnn.contrib.grid_rnn.grid": "GridRNNCell",
        "tf1rnn.contrib.grid_rnn.ready": "Grid1BasicLSTMCell Grid1BasicRNNCell Grid1LSTMCell Grid2BasicLSTMCell "
        "Grid2BasicRNNCell Grid2GRUCell Grid2LSTMCell Grid3LSTMCell",
    },
    "contrib.losses": {
        "tf1rnn.contrib.losses.weighted": "absolute_difference add_loss compute_weighted_loss cosine_distance "
        "get_losses get_regularization_losses get_total_loss hinge_loss log_loss mean_squared_error "
        "sigmoid_cross_entropy softmax_cross_entropy sparse_softmax_cross_entropy",
    },
    "contrib.metrics": {
        "tf1rnn.contrib.metrics.streaming": "accuracy aggregate_metric_map aggregate_metrics streaming_accuracy "
        "streaming_auc streaming_false_negatives streaming_false_positives streaming_mean "
        "streaming_mean_absolute_error streaming_mean_iou streaming_mean_squared_error streaming_mean_tensor "
        "streaming_percentage_less streaming_precision streaming_recall streaming_root_mean_squared_error "
        "streaming_true_negatives streaming_true_positives streaming_mean_cosine_distance "
        "streaming_mean_relative_error streaming_precision_at_thresholds streaming_recall_at_thresholds "
        "streaming_sensitivity_at_specificity streaming_sparse_average_precision_at_k "
        "streaming_sparse_precision_at_k streaming_sparse_recall_at_k streaming_specificity_at_sensitivity",
        "tf1rnn.contrib.metrics.counted": "count sparse_recall_at_top_k streaming_false_negatives_at_thresholds "
        "streaming_false_positives_at_thresholds streaming_recall_at_k streaming_sparse_precision_at_top_k "
        "streaming_true_negatives_at_thresholds streaming_true_positives_at_thresholds",
        "tensorflow.compat.v1": "confusion_matrix",
        "tensorflow.compat.v1.sets": "set_difference set_intersection set_size set_union",
    },
    "contrib.lookup": {
        "tf1rnn.contrib.lookup.tables": "FastHashSpec HashTable HasherSpec IdTableWithHashBuckets "
        "InitializableLookupTableBase KeyValueTensorInitializer LookupInterface MutableDenseHashTable MutableHashTable "
        "StrongHashSpec TableInitializerBase TextFileIndex TextFileInitializer",
        "tf1rnn.contrib.lookup.files": "TextFileIdTableInitializer TextFileStringTableInitializer "
        "index_table_from_file index_table_from_tensor index_to_string index_to_string_table_from_file "
        "index_to_string_table_from_tensor string_to_index string_to_index_table_from_file "
        "string_to_index_table_from_tensor",
    },
    "contrib.data": {
        "tensorflow.compat.v1.data.experimental": "AUTOTUNE Counter CsvDataset Optional RandomDataset Reducer "
        "SqlDataset TFRecordWriter bucket_by_sequence_length choose_from_datasets copy_to_device dense_to_sparse_batch "
        "get_next_as_optional get_single_element group_by_reducer group_by_window ignore_errors "
        "make_batched_features_dataset make_csv_dataset make_saveable_from_iterator map_and_batch parallel_interleave "
        "parse_example_dataset prefetch_to_device rejection_resample sample_from_datasets scan shuffle_and_repeat "
        "unique",
        "tf1rnn.contrib.data.transformations": "assert_element_shape batch_and_drop_remainder enumerate_dataset "
        "padded_batch_and_drop_remainder reduce_dataset sliding_window_batch sloppy_interleave unbatch",
    },
    "contrib.opt": {
        "tf1rnn.contrib.opt.adam_variants": "AdaMaxOptimizer LazyAdamOptimizer NadamOptimizer",
        "tf1rnn.contrib.opt.weight_decay": "AdamWOptimizer DecoupledWeightDecayExtension MomentumWOptimizer "
        "extend_with_decoupled_weight_decay",
        "tf1rnn.contrib.opt.around_optimizers": "MovingAverageOptimizer VariableClippingOptimizer "
        "clip_gradients_by_global_norm",
        "tf1rnn.contrib.opt.external": "ExternalOptimizerInterface ScipyOptimizerInterface",
    },
    "contrib.slim.learning": {
        "tf1rnn.contrib.slim.supervised": "create_train_op train train_step",
        "tf1rnn.contrib.training.steps": "add_gradients_summaries clip_gradient_norms multiply_gradients",
    },
    "contrib.slim.evaluation": {
        "tf1rnn.contrib.slim.checkpoint_evaluation": "evaluate_once evaluation_loop",
        "tf1rnn.contrib.training.evaluation": "wait_for_new_checkpoint",
        "tensorflow.compat.v1.train": "checkpoints_iterator",
    },
    # A module that slim's networks use, which 1.15 shows only there and below contrib.layers.python.
    "contrib.layers.utils": {
        "tf1rnn.contrib.layers.aliases": "NamedOutputs append_tensor_alias collect_named_outputs "
        "convert_collection_to_dict gather_tensors_aliases get_tensor_aliases",
        "tf1rnn.contrib.layers.arguments": "channel_dimension constant_value get_variable_collections last_dimension "
        "n_positive_integers smart_cond static_cond two_element_tuple",
    },
    "contrib.slim.queues": {"tf1rnn.contrib.slim.surroundings": "NestedQueueRunnerError QueueRunners"},
    "contrib.slim.summaries": {
        "tf1rnn.contrib.slim.surroundings": "add_histogram_summaries add_histogram_summary add_image_summaries "
        "add_image_summary add_scalar_summaries add_scalar_summary add_zero_fraction_summaries "
        "add_zero_fraction_summary",
    },
    "contrib.slim.model_analyzer": {"tf1rnn.contrib.slim.surroundings": "analyze_ops analyze_vars tensor_description"},
    "contrib.learn": {
        "tf1rnn.contrib.learn.estimators": "Estimator ModelFnOps SKCompat",
        "tf1rnn.contrib.learn.modes": "ModeKeys",
        # 1.15: only in modules below contrib.learn.python
        "tf1rnn.examples.tutorials.mnist.input_data": "DataSet dense_to_one_hot extract_images extract_labels "
        "load_mnist read_data_sets",
        "tf1rnn.contrib.learn.small_sets": "Dataset Datasets load_csv_with_header load_csv_without_header "
        "maybe_download shrink_csv",
        "tf1rnn.contrib.learn.text": "VocabularyProcessor tokenizer",
        "tf1rnn.contrib.learn.vocabulary": "CategoricalVocabulary",
    },
    "contrib.learn.datasets": {"tf1rnn.contrib.learn.small_sets": "load_dataset"},
    "contrib.learn.datasets.base": {
        "tf1rnn.contrib.learn.small_sets": "Dataset Datasets load_csv_with_header load_csv_without_header "
        "maybe_download shrink_csv",
    },
    "contrib.learn.datasets.mnist": {
        "tf1rnn.examples.tutorials.mnist.input_data": "DataSet DEFAULT_SOURCE_URL dense_to_one_hot extract_images "
        "extract_labels load_mnist read_data_sets",
    },
    "contrib.learn.preprocessing": {
        "tf1rnn.contrib.learn.text": "ByteProcessor TOKENIZER_RE VocabularyProcessor tokenizer",
        "tf1rnn.contrib.learn.vocabulary": "CategoricalVocabulary",
    },
    "contrib.tensorboard.plugins.projector": {
        "tf1rnn.contrib.tensorboard.projector": "DESCRIPTOR EmbeddingInfo ProjectorConfig SpriteMetadata "
        "visualize_embeddings",
    },
    "contrib.util": {"tensorflow.compat.v1": "constant_value=get_static_value make_ndarray make_tensor_proto"},
    "contrib.predictor": {"tf1rnn.contrib.predictor.saved": "from_saved_model"},
    "contrib.signal": {
        "tensorflow.compat.v1.signal": "frame hamming_window hann_window inverse_stft inverse_stft_window_fn "
        "linear_to_mel_weight_matrix mfccs_from_log_mel_spectrograms overlap_and_add stft",
    },
    "contrib.compiler.jit": {"tensorflow.compat.v1.xla.experimental": "experimental_jit_scope=jit_scope"},
    "contrib.distributions": {
        "tensorflow.compat.v1.distributions": "Bernoulli Beta Categorical Dirichlet DirichletMultinomial Distribution "
        "Exponential FULLY_REPARAMETERIZED Gamma Laplace Multinomial NOT_REPARAMETERIZED Normal RegisterKL "
        "ReparameterizationType StudentT Uniform kl_divergence",
    },
    "contrib.training": {
        "tf1rnn.contrib.training.assignments": "parse_values",
        "tf1rnn.contrib.training.buckets": "bucket bucket_by_sequence_length",
        "tf1rnn.contrib.training.evaluation": "StopAfterNEvalsHook SummaryAtEndHook evaluate_once evaluate_repeatedly "
        "get_or_create_eval_step wait_for_new_checkpoint",
        "tf1rnn.contrib.training.hparams": "HParams",
        "tf1rnn.contrib.training.steps": "add_gradients_summaries clip_gradient_norms clip_gradient_norms_fn "
        "create_train_op multiply_gradients train",
        "tensorflow.compat.v1.train": "checkpoints_iterator",
    },
    # 1.15 has a few of these only in contrib.slim and in the modules below contrib.layers.python: pool,
    # poincare_normalize, adaptive_clipping_fn, scattered_..., ..._with_distributed_aggregation.
    "contrib.layers": {
        "tf1rnn.contrib.layers.dense": "bias_add elu fully_connected linear relu relu6 repeat stack",
        "tf1rnn.contrib.layers.initializers": "variance_scaling_initializer xavier_initializer "
        "xavier_initializer_conv2d",
        "tf1rnn.contrib.layers.regularizers": "apply_regularization l1_l2_regularizer l1_regularizer "
        "l2_regularizer "
        "sum_regularizer",
        "tf1rnn.contrib.layers.convolutions": "conv1d conv2d conv2d_in_plane conv2d_transpose conv3d "
        "conv3d_transpose convolution convolution1d convolution2d convolution2d_in_plane convolution2d_transpose "
        "convolution3d convolution3d_transpose",
        "tf1rnn.contrib.layers.separable": "separable_conv2d separable_convolution2d",
        "tf1rnn.contrib.layers.pooling": "avg_pool2d avg_pool3d max_pool2d max_pool3d pool",
        "tf1rnn.contrib.layers.batch_statistics": "batch_norm",
        "tf1rnn.contrib.layers.normalization": "group_norm instance_norm layer_norm",
        "tf1rnn.contrib.layers.training": "OPTIMIZER_CLS_NAMES OPTIMIZER_SUMMARIES optimize_loss",
        "tf1rnn.contrib.layers.simple": "dropout flatten maxout one_hot_encoding poincare_normalize softmax "
        "unit_norm",
        "tf1rnn.contrib.layers.arrangement": "dense_to_sparse images_to_sequence sequence_to_images spatial_softmax",
        "tf1rnn.contrib.layers.divisive": "GDN gdn",
        "tf1rnn.contrib.layers.embedding": "bow_encoder embed_sequence "
        "embedding_lookup_sparse_with_distributed_aggregation embedding_lookup_unique safe_embedding_lookup_sparse",
        "tf1rnn.contrib.layers.scattered": "scattered_embedding_lookup scattered_embedding_lookup_sparse",
        "tf1rnn.contrib.layers.adaptive_clipping": "adaptive_clipping_fn",
        "tf1rnn.contrib.layers.older": "legacy_fully_connected legacy_linear legacy_relu",
        "tf1rnn.contrib.layers.gradients": "scale_gradient",
        "tf1rnn.contrib.layers.recomputed": "recompute_grad rev_block",
        "tf1rnn.contrib.layers.summaries": "summarize_activation summarize_activations summarize_collection "
        "summarize_biases summarize_tensor summarize_tensors summarize_variables summarize_weights",
    },
    "contrib.legacy_seq2seq": {
        "tf1rnn.contrib.legacy_seq2seq.decoders": "basic_rnn_seq2seq embedding_rnn_decoder "
        "embedding_rnn_seq2seq "
        "embedding_tied_rnn_seq2seq rnn_decoder tied_rnn_seq2seq",
        "tf1rnn.contrib.legacy_seq2seq.attention": "attention_decoder embedding_attention_decoder "
        "embedding_attention_seq2seq",
        "tf1rnn.contrib.legacy_seq2seq.several": "model_with_buckets one2many_rnn_seq2seq",
        "tf1rnn.contrib.legacy_seq2seq.loss": "sequence_loss sequence_loss_by_example",
    },
    "contrib.seq2seq": {
        "tf1rnn.contrib.seq2seq.attention": "AttentionMechanism BahdanauAttention BahdanauMonotonicAttention "
        "LuongAttention LuongMonotonicAttention",
        "tf1rnn.contrib.seq2seq.attention_wrapper": "AttentionWrapper AttentionWrapperState",
        "tf1rnn.contrib.seq2seq.basic_decoder": "BasicDecoder BasicDecoderOutput",
        "tf1rnn.contrib.seq2seq.beam_search": "BeamSearchDecoder BeamSearchDecoderOutput BeamSearchDecoderState "
        "FinalBeamSearchDecoderOutput",
        "tf1rnn.contrib.seq2seq.beams": "gather_tree tile_batch",
        "tf1rnn.contrib.seq2seq.decoder": "Decoder dynamic_decode",
        "tf1rnn.contrib.seq2seq.helpers": "CustomHelper GreedyEmbeddingHelper Helper InferenceHelper "
        "SampleEmbeddingHelper TrainingHelper",
        "tf1rnn.contrib.seq2seq.loss": "sequence_loss",
        "tf1rnn.contrib.seq2seq.monotonic": "hardmax monotonic_attention safe_cumprod",
        "tf1rnn.contrib.seq2seq.scheduled": "ScheduledEmbeddingTrainingHelper ScheduledOutputTrainingHelper",
    },
    "examples.tutorials.mnist.input_data": {
        "tf1rnn.examples.tutorials.mnist.input_data": "DEFAULT_SOURCE_URL DataSet Datasets dense_to_one_hot "
        "extract_images extract_labels load_mnist read_data_sets",
    },
}

# TF1 modules that are packages of ours on disk (their __init__ calls namespace.become).
PACKAGES: dict[str, str] = {
    "layers": "tf1rnn.layers",
    "contrib": "tf1rnn.contrib",
    "contrib.crf": "tf1rnn.contrib.crf",
    "contrib.cudnn_rnn": "tf1rnn.contrib.cudnn_rnn",
    "contrib.framework": "tf1rnn.contrib.framework",
    "contrib.grid_rnn": "tf1rnn.contrib.grid_rnn",
    "contrib.layers": "tf1rnn.contrib.layers",
    "contrib.legacy_seq2seq": "tf1rnn.contrib.legacy_seq2seq",
    "contrib.rnn": "tf1rnn.contrib.rnn",
    "contrib.data": "tf1rnn.contrib.data",
    "contrib.learn": "tf1rnn.contrib.learn",
    "contrib.lookup": "tf1rnn.contrib.lookup",
    "contrib.opt": "tf1rnn.contrib.opt",
    "contrib.predictor": "tf1rnn.contrib.predictor",
    "contrib.slim": "tf1rnn.contrib.slim",
    "contrib.tensorboard": "tf1rnn.contrib.tensorboard",
    "contrib.training": "tf1rnn.contrib.training",
    "contrib.losses": "tf1rnn.contrib.losses",
    "contrib.metrics": "tf1rnn.contrib.metrics",
    "contrib.seq2seq": "tf1rnn.contrib.seq2seq",
    "estimator": "tf1rnn.estimator",
    "examples": "tf1rnn.examples",
    "examples.tutorials": "tf1rnn.examples.tutorials",
    "examples.tutorials.mnist": "tf1rnn.examples.tutorials.mnist",
    "examples.tutorials.mnist.input_data": "tf1rnn.examples.tutorials.mnist.input_data",
}

# Modules of TensorFlow 1.15 that hold the same names as another of its modules ("" is `tf` itself).
ALIASES: dict[str, str] = {
    "compat.v1": "",
    "contrib.keras": "keras",
    "contrib.slim.initializers": "contrib.layers",
    "contrib.slim.layers": "contrib.layers",
    "contrib.slim.losses": "contrib.losses",
    "contrib.slim.metrics": "contrib.metrics",
    "contrib.slim.nest": "contrib.framework.nest",
    "contrib.slim.optimizers": "contrib.layers",
    "contrib.slim.regularizers": "contrib.layers",
    "contrib.slim.utils": "contrib.layers.utils",
}

# Modules that hold the names of others besides their own.
SHARED: dict[str, tuple[str, ...]] = {"contrib.slim": ("contrib.layers", "contrib.framework")}


@functools.cache
def _homes() -> dict[str, tuple[str, str]]:
    homes = {}
    for path, modules in OURS.items():
        for module, names in modules.items():
            for name in names.split():
                given, _, own = name.partition("=")
                homes[f"{path}.{given}" if path else given] = (module, own or given)
    for path, others in SHARED.items():
        for name in [n for n in homes if n.rpartition(".")[0] in others]:
            homes.setdefault(f"{path}.{name.rpartition('.')[2]}", homes[name])
    return homes


def home(name: str) -> tuple[str, str] | None:
    """(module of ours, attribute) of a full TF1 name that is ours, else None."""
    return _homes().get(name)


def names_under(path: str) -> list[str]:
    """The names directly under a TF1 module that are ours: functions, classes and modules."""
    start = f"{path}." if path else ""
    own = [n[len(start) :] for n in [*_homes(), *MODULES] if n.startswith(start)]
    return [n for n in own if n and "." not in n]


def _modules() -> frozenset[str]:
    found = set(PACKAGES)
    for path in OURS:
        parts = path.split(".")
        found.update(".".join(parts[: i + 1]) for i in range(len(parts)))
    found.discard("")
    return frozenset(found)


# All TF1 modules that have something of ours in them.
MODULES: frozenset[str] = _modules()
