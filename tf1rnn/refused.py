"""TF1 names that are not offered on purpose: why, and what to do instead."""

from __future__ import annotations

# A full TF1 name, or a module whose names that have no entry of their own share the reason -> the reason.
REFUSED: dict[str, str] = {
    "estimator": "TensorFlow removed the ready-made estimators in 2.16; give tf.estimator.Estimator a model function",
    "contrib.learn": "TensorFlow 2 removed it; give tf.estimator.Estimator the model function, which returns a "
    "tf.estimator.EstimatorSpec",
    "contrib.estimator": "TensorFlow removed it; give tf.estimator.Estimator a model function",
    "contrib.predictor": "export a SavedModel and use from_saved_model",
    "contrib.tpu": "it is for TPUs only; use tf.Session on the CPU or GPU",
    "contrib.eager": "tf1rnn runs graphs and sessions; eager code needs no tf1rnn, use TensorFlow 2 itself",
    "contrib.distribute": "use tf.distribute, which TensorFlow 2 has",
    "contrib.distributions": "use tf.distributions, or the package tensorflow_probability",
    "contrib.gan": "use the package tensorflow_gan",
    "contrib.image": "use tf.image, and tf.raw_ops.ImageProjectiveTransformV3 for rotations and translations",
    "contrib.skflow": "TensorFlow 1.0 removed it; it became tf.contrib.learn, which estimators went with",
    "contrib.slim.nets": "these are image networks, not recurrent ones; take their files from the repository "
    "tensorflow/models, research/slim/nets",
}

# Names of TensorFlow 0.x that 1.15 no longer had either -> the name that replaced them.
REPLACED: dict[str, str] = {
    "batch_matmul": "matmul",
    "complex_abs": "abs",
    "histogram_summary": "summary.histogram",
    "image_summary": "summary.image",
    "audio_summary": "summary.audio",
    "scalar_summary": "summary.scalar",
    "merge_summary": "summary.merge",
    "merge_all_summaries": "summary.merge_all",
    "inv": "reciprocal",
    "listdiff": "setdiff1d",
    "mul": "multiply",
    "neg": "negative",
    "pack": "stack",
    "select": "where",
    "sub": "subtract",
    "unpack": "unstack",
    "nn.bidirectional_rnn": "nn.static_bidirectional_rnn",
    "nn.rnn": "nn.static_rnn",
    "nn.seq2seq": "contrib.legacy_seq2seq",
    "nn.state_saving_rnn": "nn.static_state_saving_rnn",
    "contrib.rnn.rnn": "nn.static_rnn",
    "train.SummaryWriter": "summary.FileWriter",
    "random.set_seed": "set_random_seed",
}


def reason(name: str) -> str | None:
    """Why a full TF1 name such as "estimator.Estimator" is not offered; None if nothing is known of it."""
    replacement = REPLACED.get(name)
    if replacement:
        return f"TensorFlow 1.15 does not have it either; write tf.{replacement}"
    while name:
        if name in REFUSED:
            return REFUSED[name]
        name = name.rpartition(".")[0]
    return None
