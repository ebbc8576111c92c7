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
)
