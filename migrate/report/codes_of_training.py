"""Refusal codes of training: losses, optimizers, learning rates."""

from __future__ import annotations

from migrate.report.refusals import Description

TRAINING = (
    Description(
        "decay-step",
        "The step that a learning rate decays with is not the step that the optimizer counts.",
        "Pass the same global_step to the decay and to minimize.",
        "rate = tf.train.exponential_decay(0.1, other, 100, 0.9)",
    ),
    Description(
        "global-step",
        "global_step is not a variable that is known, or two optimizers count the same one.",
        "Use one global_step variable for each optimizer.",
        "a.minimize(x, global_step=step), b.minimize(y, global_step=step)",
    ),
    Description(
        "gradient-of-tensor",
        "Gradients are taken with respect to something that is not a variable.",
        "Take them with respect to variables, or migrate the line by hand.",
        "tf.gradients(loss, inputs)",
    ),
    Description(
        "control-dependency",
        "tf.control_dependencies orders operations of one run that are more than one training operation.",
        "Run the operations one after the other.",
        "with tf.control_dependencies([train]): after = tf.identity(loss)",
    ),
    Description(
        "group",
        "tf.group holds something other than training operations and initialisers.",
        "Run the operations separately.",
        "tf.group(train, some_tensor)",
    ),
    Description(
        "learning-rate",
        "The learning rate is something that is not known.",
        "Use a number, a placeholder, a variable or one of tf.train's decays.",
        "tf.train.AdamOptimizer(rates[i])",
    ),
    Description(
        "loss",
        "The loss is not known, or does not depend on the graph.",
        "Give the loss a name, computed in the same file.",
        "optimizer.minimize(losses.pop())",
    ),
    Description(
        "optimizer-attribute",
        "An attribute of an optimizer is used that has no counterpart.",
        "Keep the value in a variable of your own.",
        "optimizer._lr",
    ),
    Description(
        "optimizer-option",
        "An option of the optimizer or of tf.gradients has no equal in Keras.",
        "Drop the option.",
        "tf.train.RMSPropOptimizer(0.1, use_locking=True)",
    ),
    Description(
        "variable-collection",
        "The variables of a scope or collection are asked for by name.",
        "List the variables.",
        'tf.trainable_variables("encoder")',
    ),
    Description(
        "forget-bias-shrunk",
        "The optimizer pulls weights towards 0; Keras keeps the forget bias of an LSTM in its bias, TF1 beside it.",
        "Use forget_bias=0.0 or another optimizer.",
        "tf.train.FtrlOptimizer(0.1).minimize(loss)",
    ),
    Description(
        "variable-order",
        "One of all variables, or its gradient, is picked by its place in the list; the order is another one in Keras.",
        "Name the variable.",
        "tf.gradients(loss, tf.trainable_variables())[0]",
    ),
    Description(
        "variable-name",
        "Variables are told apart by their names, which are others in Keras.",
        "List the variables.",
        "[v for v in tf.trainable_variables() if 'rnn' in v.name]",
    ),
    Description(
        "weight-layout",
        "Something is computed of each weight or gradient that differs for Keras, which cuts an RNN's kernel in two.",
        "Use tf.clip_by_global_norm or tf.clip_by_value.",
        "tf.clip_by_norm(gradient, 5.0)",
    ),
    Description(
        "optimizer-shared",
        "One optimizer object makes two training operations; Keras's knows only the variables of its first step.",
        "Create an optimizer for each.",
        "optimizer.minimize(a); optimizer.minimize(b)",
    ),
    Description(
        "variable-list",
        "A list of variables cannot be read off the source.",
        "List variables that the same file names.",
        "optimizer.minimize(loss, var_list=pick())",
    ),
)
