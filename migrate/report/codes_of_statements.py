"""Refusal codes of statements: how a program is laid out around its graph."""

from __future__ import annotations

from migrate.report.refusals import Description

STATEMENTS = (
    Description(
        "class",
        "A class builds or runs a graph in a way that is not followed: it has a base class, decorated methods, or "
        "passes itself on as a whole.",
        "Make it a plain class with the graph in its constructor and the methods that this calls.",
        "class Model(Base):\n    def __init__(self):\n        self.x = tf.placeholder(tf.float32)",
    ),
    Description(
        "class-scope",
        "An object of a class that builds a graph is made inside a variable scope with an initializer.",
        "Give the initializer to the variables themselves.",
        "with tf.variable_scope('net', initializer=tf.random_uniform_initializer(-1.0, 1.0)):\n    model = Model()",
    ),
    Description(
        "creation-in-run",
        "A call of Session.run creates layers or variables while it is put together.",
        "Create them before the run.",
        "sess.run(tf.layers.dense(x, 1))",
    ),
    Description(
        "fed-state",
        "An initial state whose batch size is unknown is fed.",
        "Give zero_state a number as batch size.",
        "sess.run(out, {zero_state: last})",
    ),
    Description(
        "mixed-statement",
        "One statement creates weights and computes tensors.",
        "Split it into two statements.",
        "w, y = tf.Variable(1.0), x * 2",
    ),
    Description(
        "placeholder-in-loop",
        "A placeholder is made inside a loop or a condition.",
        "Make it before, or build each graph in a function of its own.",
        "for _ in range(3):\n    x = tf.placeholder(tf.float32)",
    ),
    Description(
        "placeholder-name",
        "A placeholder is not kept in one plain name.",
        "Assign it to a name of its own.",
        "inputs['x'] = tf.placeholder(tf.float32)",
    ),
    Description(
        "python-in-graph",
        "A Python function is called amid graph code: it would run at another time.",
        "Assign its result to a name before, or keep tensors out of it.",
        "y = x * next_number()",
    ),
    Description(
        "several-graphs",
        "One name stands for the placeholders of several graphs, or one run uses the graphs of several objects.",
        "Build each graph in a function of its own.",
        "x = tf.placeholder(tf.float32)\ntf.reset_default_graph()\nx = tf.placeholder(tf.float32)",
    ),
    Description(
        "tensor-in-python",
        "A Python statement uses a tensor of the graph.",
        "Use TensorFlow operations, or fetch the value first.",
        "total = 0\ntotal += loss",
    ),
    Description(
        "tensor-store",
        "A tensor, layer or variable is stored in an item or an attribute.",
        "Keep it in a plain name.",
        "cache['loss'] = loss",
    ),
    Description(
        "unused-update",
        "A training operation is made and not kept in a name.",
        "Assign it to a name, or delete the line.",
        "optimizer.minimize(loss)",
    ),
)
