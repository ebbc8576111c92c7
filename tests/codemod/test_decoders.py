"""Decoders of tf.contrib.seq2seq: training and greedy ones on the same weights, attention, lengths."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import migrated, prove, refusal

START = """\
import numpy as np
import tensorflow as tf
from tensorflow.python.layers.core import Dense

np.random.seed(0)
V, E, H, B = 7, 5, 6, 4
src, trg = np.random.randint(3, V, [B, 5]), np.random.randint(3, V, [B, 6])
src_len, trg_len = np.array([5, 3, 4, 2]), np.array([6, 2, 4, 3])
X = tf.placeholder(tf.int32, [None, None])
XL = tf.placeholder(tf.int32, [None])
Y = tf.placeholder(tf.int32, [None, None])
YL = tf.placeholder(tf.int32, [None])
embedded = tf.contrib.layers.embed_sequence(X, V, E)
codes, state = tf.nn.dynamic_rnn(
    tf.nn.rnn_cell.LSTMCell(H), embedded, sequence_length=XL, dtype=tf.float32, scope='enc')
table = tf.Variable(tf.random_uniform([V, E]))
cell = tf.nn.rnn_cell.LSTMCell(H)
projection = Dense(V)
inputs = tf.nn.embedding_lookup(table, tf.concat([tf.fill([B, 1], 1), Y[:, :-1]], 1))
"""
ATTENTION = """\
attention = tf.contrib.seq2seq.BahdanauAttention(5, codes, memory_sequence_length=XL, normalize=True)
cell = tf.contrib.seq2seq.AttentionWrapper(cell, attention, attention_layer_size=5)
state = cell.zero_state(tf.shape(X)[0], tf.float32).clone(cell_state=state)
"""
PRODUCTS = """\
attention = tf.contrib.seq2seq.LuongAttention(H, codes, scale=True)
attending = tf.contrib.seq2seq.AttentionWrapper(cell, attention, output_attention=False, initial_cell_state=state)
state = attending.zero_state(B, tf.float32)
cell = attending
"""
DECODERS = """\
with tf.variable_scope('decode'):
    helper = tf.contrib.seq2seq.TrainingHelper(inputs, YL)
    decoder = tf.contrib.seq2seq.BasicDecoder(cell, helper, state, projection)
    outputs, last, lengths = tf.contrib.seq2seq.dynamic_decode(
        decoder, impute_finished=True, maximum_iterations=tf.reduce_max(YL))
with tf.variable_scope('decode', reuse=True):
    greedy = tf.contrib.seq2seq.GreedyEmbeddingHelper(table, tf.fill([B], 1), 2)
    said, _, steps = tf.contrib.seq2seq.dynamic_decode(
        tf.contrib.seq2seq.BasicDecoder(cell, greedy, state, projection), maximum_iterations=8)
"""
DYNAMIC = """\
attention = tf.contrib.seq2seq.BahdanauAttention(5, codes, memory_sequence_length=XL)
cell = tf.contrib.seq2seq.AttentionWrapper(cell, attention, attention_layer_size=5)
outputs, last = tf.nn.dynamic_rnn(cell, inputs, YL, dtype=tf.float32)
logits = projection(outputs)
loss = tf.contrib.seq2seq.sequence_loss(logits, Y, tf.sequence_mask(YL, 6, dtype=tf.float32))
train = tf.train.AdamOptimizer(0.01).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        print(sess.run([train, loss, last.attention], {X: src, XL: src_len, Y: trg, YL: trg_len})[1:])
"""
HELPERS = """\
def trained(state, cell, lengths, layer):
    helper = tf.contrib.seq2seq.TrainingHelper(inputs, lengths)
    decoder = tf.contrib.seq2seq.BasicDecoder(cell, helper, state, layer)
    return tf.contrib.seq2seq.dynamic_decode(decoder, impute_finished=True, maximum_iterations=6)[0]


def spoken(state, cell, layer):
    greedy = tf.contrib.seq2seq.GreedyEmbeddingHelper(table, tf.fill([B], 1), 2)
    decoder = tf.contrib.seq2seq.BasicDecoder(cell, greedy, state, layer)
    said, _, steps = tf.contrib.seq2seq.dynamic_decode(decoder, maximum_iterations=8)
    return said, steps


def both(state, lengths, size):
    stack = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(size) for _ in range(2)])
    start = tuple(state for _ in range(2))
    with tf.variable_scope('decode'):
        outputs = trained(start, stack, lengths, projection)
    with tf.variable_scope('decode', reuse=True):
        said, steps = spoken(start, stack, projection)
    return outputs, said, steps


outputs, said, steps = both(state, YL, H)
lengths = tf.identity(YL)
"""
RUN = """\
weights = tf.sequence_mask(YL, tf.reduce_max(YL), dtype=tf.float32)
loss = tf.contrib.seq2seq.sequence_loss(outputs.rnn_output, Y, weights)
train = tf.train.AdamOptimizer(0.01).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        print(sess.run([train, loss], {X: src, XL: src_len, Y: trg, YL: trg_len})[1])
    print(sess.run([said.sample_id, said[0], steps], {X: src, XL: src_len}))
    print(sess.run([lengths, outputs[1], outputs[0]], {X: src, XL: src_len, Y: trg, YL: trg_len}))
"""


def test_the_statements_of_the_program_stay() -> None:
    text = migrated(START + DECODERS + RUN)
    assert "    decoder = BasicDecoder(cell, helper, state, output_layer=projection)\n" in text
    assert "projection = keras.layers.Dense(V)\n" in text and "tf.contrib" not in text.replace('"""tf.contrib', "")
    for name in ("TrainingHelper", "GreedyEmbeddingHelper", "BasicDecoder", "LSTMCell"):
        assert text.count(f"class {name}") == 1 + (name == "BasicDecoder")


def test_what_attends_is_made_once() -> None:
    text = migrated(START + ATTENTION + DECODERS + RUN)
    assert text.count("BahdanauAttention(5, normalize=True)\n") == 1
    assert "._replace(cell_state=state)" in text


def test_in_functions(tmp_path: Path) -> None:
    text = START + HELPERS + RUN
    assert "    decoder = BasicDecoder(cell, greedy, state, output_layer=layer)\n" in migrated(text)
    prove(text, tmp_path)


@pytest.mark.parametrize("attention", ["", ATTENTION, PRODUCTS])
def test_they_are_equal(attention: str, tmp_path: Path) -> None:
    prove(START + attention + DECODERS + RUN, tmp_path)


def test_a_loop_over_a_cell_with_attention(tmp_path: Path) -> None:
    prove(START + DYNAMIC, tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("GreedyEmbeddingHelper(table, tf.fill([B], 1), 2)", "SampleEmbeddingHelper(table, tf.fill([B], 1), 2)"),
        ("BasicDecoder(cell, greedy, state, projection)", "BeamSearchDecoder(cell, table, [1] * B, 2, state, 3)"),
        ("embed_sequence(X, V, E)", "embed_sequence(X, V, E, unique=True)"),
        ("EmbeddingHelper(table,", "EmbeddingHelper(lambda ids: tf.layers.dense(tf.one_hot(ids, 3), E),"),
        ("memory_sequence_length=XL", "memory_sequence_length=XL, probability_fn=tf.identity"),
        ("attention_layer_size=5", "alignment_history=True"),
        ("impute_finished=True", "impute_finished=len(src) > 2"),
        ("with tf.variable_scope('decode'):", "with tf.variable_scope('decode', reuse=True):"),
        ("clone(cell_state=state)", "clone(attention=state)"),
        ("sess.run([lengths,", "sess.run([lengths, last,"),
    ],
)
def test_what_is_not_carried_over(old: str, new: str) -> None:
    text = START + ATTENTION + DECODERS + RUN
    assert old in text
    assert refusal(text.replace(old, new)).line > 12
