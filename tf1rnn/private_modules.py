"""Modules of TensorFlow 1 that no page documents and many programs import, and where their names are offered.

A module that no TensorFlow 1 release had is not one of them: importing it is an error, as it was.
"""

from __future__ import annotations

import re

# Pattern of a path without "tensorflow." -> TF1 path ("\1" is the group).
HOMES: tuple[tuple[str, str], ...] = (
    (r"compat\.v1", ""),
    (r"compat\.v1\.(.+)", r"\1"),
    (r"_api\.v1", ""),
    (r"_api\.v1\.(.+)", r"\1"),
    (r"python\.ops\.rnn", "nn"),
    (r"python\.ops\.rnn_cell(_impl)?", "nn.rnn_cell"),
    (r"python\.ops\.seq2seq", "contrib.legacy_seq2seq"),
    (r"models\.rnn\.rnn", "nn"),
    (r"models\.rnn\.rnn_cell", "nn.rnn_cell"),
    (r"models\.rnn\.seq2seq", "contrib.legacy_seq2seq"),
    (r"contrib\.layers\.python\.layers\.utils", "contrib.layers.utils"),
    (r"contrib\.lookup\.lookup_ops", "contrib.lookup"),
    (r"contrib\.learn\.python\.learn\.(datasets|preprocessing)", r"contrib.learn.\1"),
    (r"contrib\.learn\.python\.learn\.datasets\.(base|mnist)", r"contrib.learn.datasets.\1"),
    (r"contrib\.slim\.python\.slim\.(evaluation|learning|model_analyzer|queues|summaries)", r"contrib.slim.\1"),
    (r"python\.layers(\.(base|convolutional|core|layers|normalization|pooling))?", "layers"),
    (r"python\.keras(\..+)?", r"keras\1"),
    (r"contrib\.keras(?:\.(?:api|python))?(?:\.keras)?(\..+)?", r"keras\1"),
    (r"python\.estimator(\.(estimator|export|model_fn|run_config|training))?", "estimator"),
    (r"python\.platform\.flags", "flags"),
    (r"python\.platform\.gfile", "gfile"),
)

# Package of contrib -> the modules below its `python`, in the releases 1.0 to 1.15. Each holds names of the package.
BELOW_PYTHON: dict[str, str] = {
    "contrib.crf": "ops.crf",
    "contrib.cudnn_rnn": "layers.cudnn_rnn ops.cudnn_rnn_ops",
    "contrib.data": "ops.batching ops.counter ops.dataset_ops ops.enumerate_ops ops.error_ops ops.get_single_element "
    "ops.grouping ops.interleave_ops ops.iterator_ops ops.prefetching_ops ops.random_ops ops.readers ops.resampling "
    "ops.scan_ops ops.shuffle_ops ops.sliding ops.unique ops.writers",
    "contrib.framework": "framework.checkpoint_utils framework.experimental framework.graph_util "
    "framework.tensor_util ops.arg_scope ops.ops ops.prettyprint_ops ops.script_ops ops.sort_ops ops.variables",
    "contrib.grid_rnn": "ops.grid_rnn_cell",
    "contrib.layers": "layers.embedding_ops layers.encoders layers.feature_column layers.feature_column_ops "
    "layers.initializers layers.layers layers.normalization layers.optimizers layers.regularizers "
    "layers.rev_block_lib layers.summaries layers.utils ops.sparse_ops",
    "contrib.learn": "learn learn.estimators.estimator learn.estimators.model_fn "
    "learn.preprocessing.categorical learn.preprocessing.categorical_vocabulary "
    "learn.preprocessing.text",
    "contrib.legacy_seq2seq": "ops.seq2seq",
    "contrib.losses": "losses.loss_ops metric_learning.metric_loss_ops",
    "contrib.metrics": "metrics.classification ops.confusion_matrix_ops ops.metric_ops ops.set_ops",
    "contrib.opt": "training.adamax training.external_optimizer training.lazy_adam_optimizer "
    "training.moving_average_optimizer training.nadam_optimizer training.variable_clipping_optimizer "
    "training.weight_decay_optimizers",
    "contrib.rnn": "ops.core_rnn ops.core_rnn_cell ops.core_rnn_cell_impl ops.fused_rnn_cell ops.gru_ops ops.lstm_ops "
    "ops.rnn ops.rnn_cell",
    "contrib.seq2seq": "ops.attention_wrapper ops.basic_decoder ops.beam_search_decoder ops.beam_search_ops "
    "ops.decoder ops.dynamic_attention_wrapper ops.helper ops.loss ops.seq2seq",
    "contrib.slim": "slim",
    "contrib.training": "training.bucket_ops training.evaluation training.hparam training.training",
}

# Packages that TensorFlow 1.15 (or 0.x) had and 2 has not, holding only modules that are known here.
PARENTS: dict[str, tuple[str, ...]] = {
    "tensorflow.models": ("rnn",),
    "tensorflow.models.rnn": ("rnn", "rnn_cell", "seq2seq"),
}


def home_of(path: str) -> str | None:
    """The TF1 path that holds the names of a private module such as "python.ops.rnn_cell_impl", or None."""
    for pattern, home in HOMES:
        match = re.fullmatch(pattern, path)
        if match:
            return match.expand(home)
    match = re.fullmatch(r"(contrib\.\w+)\.python(?:\.(.+))?", path)
    if match is None:
        return None
    package, below = match.groups()
    known = BELOW_PYTHON.get(package)
    if known is None or (below and not any(f"{module}.".startswith(f"{below}.") for module in known.split())):
        return None
    return package
