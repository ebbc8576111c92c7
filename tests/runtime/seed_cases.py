"""Programs whose random operations have no seed of their own; runs under TensorFlow 1.15.5 and tf1rnn.

seeds.json holds the second seed of every random operation, as 1.15.5 derives it from the number of operations.

    PYTHON tests/runtime/seed_cases.py        (a Python 3.7 with tensorflow==1.15.5) records it
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeds.json")

CELLS = {
    "basic": "R.BasicRNNCell(4)",
    "gru": "R.GRUCell(4)",
    "basic_lstm": "R.BasicLSTMCell(4)",
    "lstm": "R.LSTMCell(4, initializer=tf.random_uniform_initializer(-0.1, 0.1))",
    "options": "R.LSTMCell(4, use_peepholes=True, cell_clip=3.0, num_proj=3, proj_clip=1.0)",
    "packed": "R.BasicLSTMCell(4, state_is_tuple=False)",
    "stack": "R.MultiRNNCell([R.BasicLSTMCell(4) for _ in range(3)])",
    "dropout": "R.MultiRNNCell([R.DropoutWrapper(R.BasicLSTMCell(4), output_keep_prob=0.5) for _ in range(2)])",
    "fed_dropout": "R.MultiRNNCell([R.DropoutWrapper(R.GRUCell(4), keep, keep) for _ in range(2)])",
    "variational": "R.DropoutWrapper(R.LSTMCell(8), 0.7, 0.7, 0.9, True, 8, tf.float32)",
    "residual": "R.MultiRNNCell([R.ResidualWrapper(R.GRUCell(8)) for _ in range(2)])",
    "projection": "C.OutputProjectionWrapper(R.BasicRNNCell(4), 2)",
    "layer_norm": "R.MultiRNNCell([C.LayerNormBasicLSTMCell(4, dropout_keep_prob=0.5) for _ in range(2)])",
    "nas": "R.MultiRNNCell([C.NASCell(4) for _ in range(2)])",
    "ugrnn": "R.MultiRNNCell([C.UGRNNCell(4) for _ in range(2)])",
    "coupled": "R.MultiRNNCell([C.CoupledInputForgetGateLSTMCell(4) for _ in range(2)])",
    "block": "R.MultiRNNCell([C.LSTMBlockCell(4) for _ in range(2)])",
    "gru_block": "R.MultiRNNCell([C.GRUBlockCellV2(4) for _ in range(2)])",
    "independent": "R.MultiRNNCell([C.IndRNNCell(4) for _ in range(2)])",
    "highway": "R.MultiRNNCell([C.HighwayWrapper(R.GRUCell(8)) for _ in range(2)])",
}
LOOPS = {
    "dynamic": "tf.nn.dynamic_rnn(cell(), x(None, 5, 8), dtype=tf.float32)",
    "any_length": "tf.nn.dynamic_rnn(cell(), x(None, None, 8), dtype=tf.float32)",
    "batch": "tf.nn.dynamic_rnn(cell(), x(3, 5, 8), dtype=tf.float32)",
    "time_major": "tf.nn.dynamic_rnn(cell(), x(5, None, 8), dtype=tf.float32, time_major=True)",
    "lengths": "tf.nn.dynamic_rnn(cell(), x(None, 5, 8), lengths(), dtype=tf.float32)",
    "state": "(lambda c: tf.nn.dynamic_rnn(c, x(3, 5, 8), initial_state=c.zero_state(3, tf.float32)))(cell())",
    "static": "tf.nn.static_rnn(cell(), tf.unstack(x(None, 5, 8), axis=1), dtype=tf.float32)",
    "split": "tf.nn.static_rnn(cell(), tf.split(tf.reshape(x(5, 3, 8), [-1, 8]), 5, 0), dtype=tf.float32)",
    "both": "tf.nn.bidirectional_dynamic_rnn(cell(), cell(), x(None, 5, 8), lengths(), dtype=tf.float32)",
    "decoder": "tf.contrib.legacy_seq2seq.rnn_decoder(tf.unstack(x(3, 5, 8), axis=1), "
    "cell().zero_state(3, tf.float32), cell())",
}
EVERY_LOOP = ("basic", "lstm", "stack", "fed_dropout")
OTHERS = {
    "dropout": "tf.nn.dropout(x(None, 8), 0.5)",
    "fed_dropout": "tf.nn.dropout(x(3, 8), keep_prob=keep)",
    "rate": "tf.nn.dropout(x(3, 8), rate=0.3, noise_shape=[3, 1])",
    "layer_dropout": "tf.layers.dropout(tf.layers.dense(x(None, 8), 4), 0.5, training=tf.placeholder(tf.bool))",
    "uniform": "(tf.random_uniform([3]), tf.random_uniform([3], 0, 5), tf.random_uniform([3], -1.0, 1.0))",
    "variables": "(tf.Variable(tf.random_normal([3, 4])), tf.Variable(tf.random_uniform([2])), tf.Variable(0.0))",
    "embedding": "tf.nn.embedding_lookup(tf.get_variable('e', [9, 4]), tf.argmax(x(None, 5, 9), 2))",
    "sizes": "(tf.zeros([tf.shape(x(None, 8))[0], 4, 2]), tf.ones([tf.shape(x(None, 8))[0], 4]))",
    "one_hot": "tf.one_hot(tf.placeholder(tf.int32, [None]), 10, on_value=1.0, off_value=0.0)",
    "dense_3": "tf.layers.dense(x(None, 5, 8), 4)",
    "product": "(tf.tensordot(x(None, 5, 8), tf.get_variable('w', [8]), 1), tf.split(x(4, 8), 2, 1))",
    "flatten": "tf.contrib.layers.fully_connected(tf.layers.flatten(x(None, 5, 8)), 3)",
    "scan": "tf.scan(lambda a, b: a + b, x(None, 3))",
    "shuffle": "tf.random_shuffle(x(4, 8))",
}


def programs() -> dict[str, str]:
    """Name -> (source of the cell or "", source of the program), joined by a newline."""
    found = {name: "\n" + source for name, source in OTHERS.items()}
    for cell, made in CELLS.items():
        for loop in LOOPS if cell in EVERY_LOOP else ("dynamic", "static"):
            found[f"{cell} {loop}"] = f"{made}\n{LOOPS[loop]}"
    return found


def seeds(tf: Any, program: str) -> list[int]:
    """The second seeds of the random operations of a program, and of a variable made after it."""
    made, source = program.split("\n")
    graph = tf.Graph()
    with graph.as_default():
        tf.set_random_seed(1)
        space = {"tf": tf, "R": tf.nn.rnn_cell, "C": tf.contrib.rnn, "keep": tf.placeholder(tf.float32, [])}
        space["x"] = lambda *shape: tf.placeholder(tf.float32, shape)
        space["lengths"] = lambda: tf.placeholder(tf.int32, [None])
        space["cell"] = lambda: eval(made, space)
        eval(source, space)
        tf.get_variable("last", [2, 2])
    return [op.get_attr("seed2") for op in graph.get_operations() if "seed2" in op.node_def.attr]


def recorded() -> dict[str, list[int]]:
    with open(FILE, encoding="utf-8") as file:
        return json.load(file)


if __name__ == "__main__":
    import tensorflow

    assert tensorflow.__version__ == "1.15.5"
    tensorflow.logging.set_verbosity(tensorflow.logging.ERROR)
    lines = [
        f"{json.dumps(name)}: {json.dumps(seeds(tensorflow, program))}" for name, program in sorted(programs().items())
    ]
    with open(FILE, "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(lines) + "\n}\n")
    sys.stdout.write(f"{len(lines)} programs\n")
