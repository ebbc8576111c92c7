"""Sparse placeholders and decoded sequences, as programs with CTC use them."""

from __future__ import annotations

from pathlib import Path

import pytest
from codemod_programs import has_line, migrated, program, refused_at

from migrate.verify import assert_same_outputs

HEAD = """\
import numpy as np
import tensorflow as tf

np.random.seed(1)
xs = np.random.randn(2, 8, 3).astype(np.float32)
lens = [8, 6]
labels = (np.array([[0, 0], [0, 1], [1, 0]]), np.array([1, 2, 0]), np.array([2, 2]))
"""
GRAPH = """\
inputs = tf.placeholder(tf.float32, [None, None, 3])
targets = tf.sparse_placeholder(tf.int32)
seq_len = tf.placeholder(tf.int32, [None])
outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(5), inputs, seq_len, dtype=tf.float32)
logits = tf.transpose(tf.layers.dense(outputs, 4), (1, 0, 2))
cost = tf.reduce_mean(tf.nn.ctc_loss(targets, logits, seq_len))
train = tf.train.MomentumOptimizer(0.01, 0.9).minimize(cost)
decoded, log_prob = tf.nn.ctc_greedy_decoder(logits, seq_len)
error = tf.reduce_mean(tf.edit_distance(tf.cast(decoded[0], tf.int32), targets))
"""
RUN = """\
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        feed = {inputs: xs, targets: labels, seq_len: lens}
        value, _ = sess.run([cost, train], feed)
        print(value, sess.run(error, feed_dict={inputs: xs, targets: labels, seq_len: lens}))
    found = sess.run(decoded[0], {inputs: xs, seq_len: lens})
    print(found[1], found.dense_shape)
"""


def test_a_sparse_tensor_is_made_of_what_is_fed() -> None:
    text = migrated(program(HEAD, GRAPH, RUN))
    assert has_line(text, "targets_spec = tf.SparseTensorSpec(None, tf.int32)")
    assert '"targets": sparse_tensor(labels, tf.int32)' in text
    assert "compute_error(xs, sparse_tensor(labels, tf.int32), lens).numpy()" in text
    assert has_line(text, "found = sparse_value(compute_decoded_0(xs, lens))")


def test_the_rank_of_a_shape_is_kept() -> None:
    graph = GRAPH.replace("sparse_placeholder(tf.int32)", "sparse_placeholder(tf.int32, [2, 2])")
    text = migrated(program(HEAD, graph, RUN))
    assert has_line(text, "targets_spec = tf.SparseTensorSpec([None, None], tf.int32)")


def test_it_is_proven(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(program(HEAD, GRAPH, RUN))
    assert_same_outputs(tmp_path / "program.py")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("    both = sess.run([decoded[0], cost], {inputs: xs, targets: labels, seq_len: lens})", "fetch-form"),
        ("    feed[targets] = labels", "feed-form"),
    ],
)
def test_what_is_refused(line: str, code: str) -> None:
    refused_at(program(HEAD, GRAPH, RUN) + line + "\n", line, code)
