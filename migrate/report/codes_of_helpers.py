"""Refusal codes of helper functions, names and imports, and of what a run computes."""

from __future__ import annotations

from migrate.report.refusals import Description

HELPERS = (
    Description(
        "dead-layer",
        "A layer is built whose output no run uses, although its variables are part of the program.",
        "Remove it.",
        "unused = tf.layers.dense(x, 10)",
    ),
    Description(
        "gradient-in-loss",
        "The loss depends on tf.trainable_variables() or on other gradients.",
        "List the variables of the penalty.",
        "loss += sum(tf.nn.l2_loss(v) for v in tf.trainable_variables())",
    ),
    Description(
        "helper-called-twice",
        "A helper that creates layers or variables is called more than once.",
        "Write it as a class with the layers in __init__, or call it once.",
        "a, b = layer(x), layer(y)",
    ),
    Description(
        "helper-creates",
        "A helper creates layers or variables beyond what it returns.",
        "Return what is used, and create nothing else.",
        "def layer(x):\n    tf.Variable(0.0)\n    return x",
    ),
    Description(
        "helper-differs",
        "A helper means different things in different calls.",
        "Write one helper for each meaning.",
        "make(tensor), make(3)",
    ),
    Description(
        "helper-returns",
        "A helper returns different kinds of things from different places.",
        "Return one kind of thing.",
        "def f(x):\n    if x is None: return cell\n    return x * 2",
    ),
    Description(
        "mixed-import",
        "One import brings names of Keras and of TensorFlow 1.",
        "Write two imports.",
        "from tensorflow import keras, placeholder",
    ),
    Description(
        "name-versions",
        "One name stands for two tensors of the graph, and both are used.",
        "Give the two tensors two names.",
        "x = f(x)\nx = g(x)",
    ),
    Description(
        "placeholder-in-helper",
        "A helper makes a placeholder.",
        "Make the placeholders outside and pass them in.",
        "def inputs():\n    return tf.placeholder(tf.float32)",
    ),
    Description(
        "racy-fetch",
        "One run computes something from a variable and changes it: TF1 did not say which of its values is read.",
        "Fetch it in a run of its own.",
        "sess.run([train, weights * 2])",
    ),
    Description(
        "rebound-name",
        "A name is used while the graph is built, and changed afterwards.",
        "Use another name for the later value.",
        "x = tf.zeros([size])\nsize = 2",
    ),
    Description(
        "recursion",
        "A helper calls itself while the graph is built.",
        "Write it as a loop, or write the calls out.",
        "def tree(x, n):\n    return tree(x, n - 1)",
    ),
    Description(
        "run-in-helper",
        "A helper runs the graph while it builds it.",
        "Build first, then run, in two functions.",
        "def f(x):\n    return sess.run(x * 2)",
    ),
    Description(
        "several-updates",
        "One run applies two training operations, in no defined order.",
        "Run them one after the other.",
        "sess.run([train_a, train_b])",
    ),
    Description(
        "star-import",
        "An import with * hides where names come from.",
        "Import the names that are used.",
        "from tensorflow import *",
    ),
    Description(
        "statement",
        "A statement of this kind around graph code is not carried over.",
        "Move the graph code out of it.",
        "try:\n    x = tf.placeholder(tf.float32)\nfinally: ...",
    ),
    Description(
        "tensor-argument",
        "A tensor is passed to a function that runs the graph.",
        "Let the function use the tensor's own name.",
        "evaluate(loss)  # calls sess.run",
    ),
    Description(
        "unfed-placeholder",
        "A run needs a placeholder that it does not feed.",
        "Feed it.",
        "sess.run(loss)",
    ),
    Description(
        "update-in-helper",
        "A helper makes the training operation.",
        "Call minimize where the loss is.",
        "def train(loss):\n    return optimizer.minimize(loss)",
    ),
)
