"""Parts of TensorFlow 1 that are not carried over, and what a program that uses them can do."""

from __future__ import annotations

from typing import NamedTuple

ON_RUNTIME = "Keep this program on the runtime (tf1rnn run) for now."


class Unsupported(NamedTuple):
    """code: the refusal code. what: a plural subject."""

    code: str
    what: str
    advice: str = ON_RUNTIME


# Name without "tf.", or its beginning up to a dot. The longest that fits counts.
UNSUPPORTED: dict[str, Unsupported] = {
    "train.NewCheckpointReader": Unsupported("checkpoint", "checkpoints read by the names of variables"),
    "train.load_checkpoint": Unsupported("checkpoint", "checkpoints read by the names of variables"),
    "train.load_variable": Unsupported("checkpoint", "checkpoints read by the names of variables"),
    "train.list_variables": Unsupported("checkpoint", "checkpoints read by the names of variables"),
    "train.export_meta_graph": Unsupported("checkpoint", "graphs in files"),
    "train.import_meta_graph": Unsupported("checkpoint", "checkpoints"),
    "train.ExponentialMovingAverage": Unsupported(
        "unknown-symbol",
        "moving averages of variables",
        "Keep them by hand, or use the option use_ema of Keras's optimizers, which begins otherwise.",
    ),
    "saved_model": Unsupported("checkpoint", "saved models"),
    "summary": Unsupported(
        "summary", "these summaries for TensorBoard", "Take the summary lines out; nothing else needs them."
    ),
    "estimator": Unsupported("estimator", "estimators", "Rewrite the model function as a Keras model by hand."),
    "contrib.learn": Unsupported("estimator", "the estimators of tf.contrib.learn"),
    "enable_eager_execution": Unsupported(
        "eager", "programs that run eagerly in TensorFlow 1", "Most of it is TF2 already."
    ),
    "contrib.eager": Unsupported("eager", "programs that run eagerly in TensorFlow 1", "Most of it is TF2 already."),
    "data": Unsupported("input-pipeline", "input pipelines inside the graph", "Feed the batches through placeholders."),
    "train.batch": Unsupported("input-pipeline", "input queues", "Feed the batches through placeholders."),
    "train.shuffle_batch": Unsupported("input-pipeline", "input queues", "Feed the batches through placeholders."),
    "train.slice_input_producer": Unsupported(
        "input-pipeline", "input queues", "Feed the batches through placeholders."
    ),
    "train.string_input_producer": Unsupported(
        "input-pipeline", "input queues", "Feed the batches through placeholders."
    ),
    "train.range_input_producer": Unsupported(
        "input-pipeline", "input queues", "Feed the batches through placeholders."
    ),
    "train.start_queue_runners": Unsupported(
        "input-pipeline", "input queues", "Feed the batches through placeholders."
    ),
    "train.Coordinator": Unsupported("input-pipeline", "input queues", "Feed the batches through placeholders."),
    "errors.FailedPreconditionError": Unsupported(
        "uninitialised",
        "programs that wait for the error of variables without a value",
        "Initialise or restore before anything runs; in TF2 variables always have a value.",
    ),
    "FIFOQueue": Unsupported("input-pipeline", "input queues", "Feed the batches through placeholders."),
    "train.MonitoredTrainingSession": Unsupported("distributed", "monitored sessions", "Use a plain tf.Session."),
    "train.Supervisor": Unsupported("distributed", "supervised sessions", "Use a plain tf.Session."),
    "train.Server": Unsupported("distributed", "distributed programs"),
    "train.ClusterSpec": Unsupported("distributed", "distributed programs"),
    "app": Unsupported("flags", "tf.app and its flags", "Use argparse and call main() yourself."),
    "flags": Unsupported("flags", "tf.flags", "Use argparse."),
    "contrib.seq2seq": Unsupported("decoder", "these decoders, helpers and losses of tf.contrib.seq2seq"),
    "contrib.seq2seq.BeamSearchDecoder": Unsupported(
        "decoder", "beam searches", "Decode with GreedyEmbeddingHelper and BasicDecoder, or keep it on the runtime."
    ),
    "contrib.seq2seq.tile_batch": Unsupported(
        "decoder", "beam searches", "Decode with GreedyEmbeddingHelper and BasicDecoder, or keep it on the runtime."
    ),
    **{
        f"contrib.seq2seq.{name}": Unsupported("decoder", "helpers that draw ids at random")
        for name in (
            "SampleEmbeddingHelper",
            "ScheduledEmbeddingTrainingHelper",
            "ScheduledOutputTrainingHelper",
        )
    },
    "contrib.seq2seq.CustomHelper": Unsupported("decoder", "helpers made of the program's own functions"),
    **{
        f"contrib.seq2seq.{name}": Unsupported("decoder", "these kinds of attention")
        for name in ("BahdanauMonotonicAttention", "LuongMonotonicAttention", "DynamicAttentionWrapper")
    },
    **{
        f"contrib.seq2seq.{name}": Unsupported(
            "decoder", "decoders of TensorFlow 1.0", "Use a helper, BasicDecoder and dynamic_decode."
        )
        for name in (
            *("dynamic_rnn_decoder", "simple_decoder_fn_train", "simple_decoder_fn_inference", "prepare_attention"),
            *("attention_decoder_fn_train", "attention_decoder_fn_inference"),
        )
    },
    "contrib.legacy_seq2seq": Unsupported("decoder", "the decoders of tf.contrib.legacy_seq2seq"),
    "nn.seq2seq": Unsupported("decoder", "the decoders of tf.nn.seq2seq"),
    "contrib.crf": Unsupported("crf", "conditional random fields"),
    "contrib.cudnn_rnn": Unsupported("unknown-cell", "the cuDNN layers"),
    "contrib.rnn": Unsupported("unknown-cell", "these cells of tf.contrib.rnn"),
    "nn.rnn_cell": Unsupported("unknown-cell", "these cells"),
    "nn.raw_rnn": Unsupported("unknown-cell", "loops with a function of their own"),
    "layers": Unsupported("unsupported-layer", "these layers of tf.layers", "Use the Keras layer by hand."),
    "contrib.layers": Unsupported(
        "unsupported-layer", "these layers of tf.contrib.layers", "Use the Keras layer by hand."
    ),
    "contrib.slim": Unsupported("unsupported-layer", "the layers of slim", "Use the Keras layers by hand."),
    "get_collection": Unsupported("collection", "graph collections", "Name the tensors."),
    "add_to_collection": Unsupported("collection", "graph collections", "Name the tensors."),
}


def unsupported(name: str) -> Unsupported | None:
    """The entry for a name without "tf.", or None where there is nothing to say about it."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        found = UNSUPPORTED.get(".".join(parts[:length]))
        if found:
            return found
    return None
