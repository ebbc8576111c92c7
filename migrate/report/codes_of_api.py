"""Refusal codes of single API calls: TF1 functions without an equal in TF2 and Keras 3."""

from __future__ import annotations

from migrate.report.refusals import Description

API = (
    Description(
        "argument",
        "TF1 gives an argument of this call a meaning that nothing in TF2 has, or needs it by name.",
        "Leave the argument out, or write it as the reason says.",
        "tf.while_loop(condition, body, variables)",
    ),
    Description(
        "arguments",
        "The call does not fit the signature that the function has in TensorFlow 1.15.",
        "Correct the call; it fails under TensorFlow 1.15 too.",
        "tf.reduce_sum(x, axes=1)",
    ),
    Description(
        "collection",
        "The call takes its tensors from a graph collection, which the source does not show.",
        "Name the tensors in the call.",
        "tf.contrib.layers.apply_regularization(regularizer)",
    ),
    Description(
        "function-as-value",
        "A TF1 function is passed on as a value, and its arguments changed in TF2.",
        "Pass a lambda that calls it.",
        "reduce(tf.concat, parts)",
    ),
    Description(
        "no-counterpart",
        "TF2 and Keras 3 have no function that does the same.",
        "Replace it as the reason says, or keep the program on the runtime.",
        "tf.image.resize_images(x, [2, 2])",
    ),
    Description(
        "repeated-argument",
        "What replaces the call needs an argument twice, and the argument is a computation.",
        "Give the argument a name first, and call with the name.",
        "tf.losses.log_loss(labels, tf.sigmoid(logits))",
    ),
    Description(
        "tf0-name",
        "The call is written for a TensorFlow before 1.0.",
        "Bring it to TensorFlow 1.15 first.",
        "tf.concat(0, [a, b])",
    ),
    Description(
        "checkpoint",
        "Checkpoints are used in a way that is not carried over: only some variables, graphs in files.",
        "Save and restore all variables with one tf.train.Saver().",
        "tf.train.Saver([W])",
    ),
    Description(
        "summary",
        "The program writes summaries for TensorBoard in a way that is not carried over.",
        "Take the summary lines out; nothing else needs them.",
        'tf.summary.scalar("loss", loss, collections=["mine"])',
    ),
    Description(
        "estimator",
        "The program hands its graph to an Estimator.",
        "Rewrite the model function as a Keras model by hand.",
        "tf.estimator.Estimator(model_fn)",
    ),
    Description(
        "eager",
        "The program runs eagerly in TensorFlow 1: it has no graph to migrate.",
        "Most of it is TF2 already; replace the TF1 names by hand.",
        "tf.enable_eager_execution()",
    ),
    Description(
        "input-pipeline",
        "Batches come from queues or iterators inside the graph, which are not carried over yet.",
        "Feed the batches through placeholders.",
        "batch = iterator.get_next()",
    ),
    Description(
        "flags",
        "The program reads its arguments through tf.app or tf.flags in a way that is not carried over.",
        "Define the flags at the top of the file and hand tf.app.run a function of the file.",
        'tf.app.run(main=lambda _: train())',
    ),
    Description(
        "decoder",
        "A decoder, helper or attention of tf.contrib.seq2seq, or an option of one, that is not carried over yet.",
        "Use TrainingHelper or GreedyEmbeddingHelper, BasicDecoder and dynamic_decode, or keep it on the runtime.",
        "tf.contrib.seq2seq.BeamSearchDecoder(cell, embedding, start_tokens, end_token, state, beam_width)",
    ),
    Description(
        "crf",
        "A function of tf.contrib.crf is not carried over, or the source does not show how many tags there are.",
        "Reshape the scores to [batch, time, tags], or pass transition_params.",
        "tf.contrib.crf.crf_log_likelihood(scores, tags, lengths)",
    ),
)
