"""The graphs whose checkpoints TensorFlow 1.15.5 wrote: every cell and wrapper in a scope of its own, and a small
program with its optimizer, as a meta graph and as a SavedModel.

Written for every Python from 3.7 on: `record_checkpoints.py` builds them with the real TensorFlow, the tests with ours.
"""

from __future__ import annotations

from typing import Any

import all_cases
import graph_cases
import numpy as np

# Ways of going through time that make no variables of their own, and cases without variables, are left out.
GROUPS = ("attention:", "contrib:", "dynamic:", "fused:", "seq2seq:")
SINGLE = (
    "bidirectional",
    "bidirectional_time_major_no_lengths",
    "static_bidirectional",
    "static_bidirectional_no_lengths",
    "own_cell_old_style",
    "own_cell_with_call_and_layers",
    "manual_steps_with_reuse",
    "same_scope_for_two_inputs",
    "names_of_many",
    "projections",
    "stacks_of_bidirectional_layers",
)


def every_cell(tf: Any) -> Any:
    """(feeds, tensors by name) of the graph that holds all cells."""
    feeds: dict[Any, Any] = {}
    tensors: dict[str, Any] = {}
    for name in sorted(all_cases.CASES):
        if name in SINGLE or name.startswith(GROUPS):
            with tf.variable_scope(name.replace(":", "_")):
                own_feeds, fetches, _ = all_cases.CASES[name](tf)
            feeds.update(own_feeds)
            tensors.update(graph_cases.flat(fetches, name, {}))
    return feeds, tensors


def rounded(variable: Any) -> np.ndarray:
    """The value of a variable in a checkpoint: it depends on the name and the shape, and packs well."""
    shape = [int(n) for n in variable.get_shape().as_list()]
    values = np.round(graph_cases.value(variable.name, shape) * 64) / 64
    return values.astype(variable.dtype.base_dtype.as_numpy_dtype)


X = np.round(graph_cases.value("checkpoint x", [3, 5, 4]) * 64) / 64
Y = np.round(graph_cases.value("checkpoint y", [3, 2]) * 64) / 64
LENGTHS = np.array([5, 2, 4], np.int32)


def program(tf: Any) -> Any:
    """(feeds, fetches, train op) of a program as people write them; all that is fed and fetched has a name."""
    x = tf.placeholder(tf.float32, [None, 5, 4], name="x")
    y = tf.placeholder(tf.float32, [None, 2], name="y")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    keep = tf.placeholder_with_default(1.0, [], name="keep")
    n = tf.nn.rnn_cell
    cell = n.MultiRNNCell([n.DropoutWrapper(n.LSTMCell(5, use_peepholes=True), output_keep_prob=keep), n.GRUCell(3)])
    outputs, _ = tf.nn.dynamic_rnn(cell, x, sequence_length=lengths, dtype=tf.float32)
    top = tf.layers.dense(outputs[:, -1], 2, name="top")
    loss = tf.reduce_mean(tf.square(top - y), name="loss")
    step = tf.train.get_or_create_global_step()
    train = tf.train.AdamOptimizer(0.01).minimize(loss, global_step=step, name="train")
    return {x: X, y: Y, lengths: LENGTHS}, {"top": top, "loss": loss, "step": step}, train


NAMED_FEEDS = {"x:0": X, "y:0": Y, "lengths:0": LENGTHS}
NAMED_FETCHES = {"top": "top/BiasAdd:0", "loss": "loss:0", "step": "global_step:0"}
