"""Refusal codes of graphs and sessions: names, variables, runs, feeds and fetches."""

from __future__ import annotations

from migrate.report.refusals import Description

GRAPHS = (
    Description(
        "anonymous-variable",
        "A variable or layer has no name in the program by which the migrated program could hold it.",
        "Assign it to a name of its own.",
        "y = x * tf.Variable(2.0)",
    ),
    Description(
        "gate",
        "The last check before writing found that the migrated text would not work in TensorFlow 2.",
        "Change the line that it names, or migrate it by hand, and report it with the file.",
        "tf.some_name_that_tensorflow_2_lacks(x)",
    ),
    Description(
        "assign",
        "Something is assigned to that is not a variable the analysis knows.",
        "Create the variable in the same file, under a name of its own.",
        "tf.assign(variables[i], value)",
    ),
    Description(
        "conditional-creation",
        "Layers or variables are created under a condition whose outcome the source does not show.",
        "Create them unconditionally, or write one program for each case.",
        "if args.deep:\n    x = tf.layers.dense(x, 10)",
    ),
    Description(
        "creation-in-loop",
        "Layers or variables are created in a loop or under a condition.",
        "Write the creations out one after the other.",
        "for n in sizes:\n    x = tf.layers.dense(x, n)",
    ),
    Description(
        "creation-needs-tensor",
        "What is created depends on a tensor of the graph, but it has to exist before any tensor does.",
        "Use a Python number instead.",
        "tf.Variable(tf.random_normal([tf.shape(x)[1], 10]))",
    ),
    Description(
        "distributed",
        "The session is connected to a server.",
        "Migrate the program without its cluster first.",
        'tf.Session("grpc://worker:2222")',
    ),
    Description(
        "never-run",
        "A graph is built and nothing in the program runs it: nothing says which functions the new program is to have.",
        "Migrate the file together with those that import it, or run the graph once in it.",
        "x = tf.placeholder(tf.float32, [None, 3])\ny = tf.layers.dense(x, 2)",
    ),
    Description(
        "dtype",
        "A cell, state or loop has another dtype than float32.",
        "Use float32.",
        "cell.zero_state(batch, tf.float64)",
    ),
    Description(
        "fed-tensor",
        "A tensor that is no placeholder with a name of its own is fed.",
        "Make it a tf.placeholder or tf.placeholder_with_default.",
        "sess.run(loss, {hidden: value})",
    ),
    Description(
        "feed-form",
        "The keys of a feed dict cannot be read off the source.",
        "Build the dict in the same function, with its keys written out.",
        "sess.run(loss, {**feed, x: 1})",
    ),
    Description(
        "fetch-form",
        "What a run fetches cannot be read off the source, or is no value of the graph.",
        "Fetch names that the same file assigns, or a list of them.",
        "sess.run(getattr(model, name))",
    ),
    Description(
        "initialised-again",
        "Variables are initialised a second time, after training or in a loop.",
        "Build a fresh graph in a function for each round.",
        "for rate in rates:\n    sess.run(tf.global_variables_initializer())",
    ),
    Description(
        "initializer",
        "An initialiser is not one that is known.",
        "Use one of TensorFlow's initialisers.",
        'tf.get_variable("w", [3], initializer=my_initializer)',
    ),
    Description(
        "keras-in-graph",
        "A tf.keras layer or function is used inside a TF1 graph: graph-mode Keras has rules of its own.",
        "Use tf.layers, or write the program in Keras only.",
        "y = tf.keras.layers.Dense(10)(placeholder)",
    ),
    Description(
        "local-creation",
        "A helper creates layers or variables that depend on its own local values.",
        "Pass numbers to the helper instead of computing them inside.",
        "def layer(x):\n    n = guess()\n    return tf.layers.dense(x, n)",
    ),
    Description(
        "metric-option",
        "An option of a metric is not carried over.",
        "Drop the option.",
        'tf.metrics.accuracy(y, p, metrics_collections="m")',
    ),
    Description(
        "mnist-option",
        "An option of the MNIST loader is not carried over.",
        "Drop the option.",
        'input_data.read_data_sets("data", fake_data=True)',
    ),
    Description(
        "nested-variable",
        "A variable is created inside the creation of another one.",
        "Give it a name in a statement before.",
        "tf.Variable(tf.Variable(1.0) + 1.0)",
    ),
    Description(
        "reuse",
        "Two places share variables, and the source does not show which.",
        "Create them once, or give the scope a name that is a constant.",
        'with tf.variable_scope(names[i], reuse=True): ...',
    ),
    Description(
        "run-options",
        "Session.run has options that are not carried over.",
        "Drop the option.",
        "sess.run(loss, options=trace)",
    ),
    Description(
        "session-attribute",
        "The graph or another attribute of the session is used as an object.",
        "Drop what needs it, or migrate the line by hand.",
        "sess.graph.get_operations()",
    ),
    Description(
        "several-sessions",
        "Two sessions run one graph in turns: each had values of its own for the variables.",
        "Build a graph for each in a function of its own.",
        "first.run(init)\nsecond.run(init)\nfirst.run(train)\nsecond.run(loss)",
    ),
    Description(
        "star-arguments",
        "A TensorFlow function is called with * or ** arguments.",
        "Write the arguments out.",
        "tf.layers.dense(x, **options)",
    ),
    Description(
        "tensor-dict",
        "Tensors are kept in a dict in a way that is not followed.",
        "Give each tensor a name of its own.",
        "tensors = dict(zip(names, outputs))",
    ),
    Description(
        "tensor-equality",
        "== between tensors compares their identity in TF1, their values in TF2.",
        "Use tf.equal for values, `is` for identity.",
        "correct = prediction == label",
    ),
    Description(
        "uninitialised",
        "The program depends on variables not having a value yet. In TF2 they always have one.",
        "Initialise or restore before anything runs.",
        "try:\n    sess.run(loss)\nexcept tf.errors.FailedPreconditionError:\n    sess.run(init)",
    ),
    Description(
        "unknown-argument",
        "A TensorFlow function is called with an argument it does not have, or without one that is needed.",
        "Compare the call with the documentation of TensorFlow 1.15.",
        "tf.placeholder()",
    ),
    Description(
        "unknown-index",
        "A list or dict of layers, variables or tensors has an index that the source does not show.",
        "Index it with a literal.",
        "weights[name]",
    ),
    Description(
        "unknown-symbol",
        "The name is not in the table of TensorFlow 1 names yet.",
        "Replace it, or keep this program on the runtime.",
        "tf.contrib.some.function(x)",
    ),
    Description(
        "variable-option",
        "A variable has an option that is not carried over.",
        "Drop the option.",
        "tf.Variable(1.0, validate_shape=False)",
    ),
)
