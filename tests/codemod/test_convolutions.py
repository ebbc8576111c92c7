"""Convolutions: layers and raw kernels, their options and penalties, masks of what they are given, shared ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import ADAM, GRU, RUN, migrated, program, prove, refusal

# A mask must not go through; the penalties count every kernel once; a window over all of a line.
LAYERS = """\
lengths = tf.constant([1, 5, 3, 2, 5, 4, 5, 1])
outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), X, lengths, dtype=tf.float32)
penalty = tf.contrib.layers.l2_regularizer(0.01)
over = tf.layers.conv1d(outputs, 5, 3, name='over', kernel_regularizer=penalty)
over = tf.layers.conv1d(over, filters=4, kernel_size=[2], strides=2, padding='SAME', activation=tf.nn.relu)
pooled = tf.layers.max_pooling1d(over, 2, 1)
image = tf.expand_dims(X, -1)
wide = tf.layers.conv2d(image, 3, [2, 3], use_bias=False, activation=tf.nn.tanh, padding=PADDING)
wide = tf.contrib.layers.conv2d(wide, 2, [3, 1], stride=2, scope='second', weights_regularizer=penalty)
wide = tf.contrib.layers.conv2d(wide, 2, 1, padding='VALID', activation_fn=None, biases_initializer=None, rate=1)
K = tf.Variable(tf.truncated_normal([3, 3, 1, 2], stddev=0.1), name='K')
raw = tf.nn.max_pool(tf.nn.relu(tf.nn.conv2d(image, K, [1, 1, 1, 1], 'VALID')), [1, 3, 1, 1], [1] * 4, 'VALID')
flat = tf.concat([tf.layers.flatten(pooled), tf.contrib.layers.flatten(wide), tf.reshape(raw, [-1, 2])], 1)
again = tf.layers.Conv1D(2, 2, dilation_rate=2)
last = tf.layers.dense(flat, 4, name='last') + tf.concat([again(X)[:, 0], again(X[:, 1:])[:, 1]], 1)
"""
TRAIN = """\
loss += tf.losses.get_regularization_loss()
loss += 0.01 * tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables() if 'bias' not in v.name])
"""


def test_layers_and_raw_kernels(tmp_path: Path):
    text = program("PADDING = 'VALID'\n" + LAYERS, TRAIN + ADAM)
    source = migrated(text)
    assert 'keras.layers.Conv1D(4, [2], strides=2, padding="same", activation="relu")' in source
    assert "keras.layers.Conv2D(2, 1, use_bias=False)" in source
    prove(text, tmp_path)


def test_a_padding_that_the_program_chooses(tmp_path: Path):
    model = "import sys\nPADDING = 'valid'.upper() if sys.argv else 'SAME'\n" + LAYERS
    text = program(model, TRAIN + ADAM)
    assert "padding=PADDING.lower()" in migrated(text)
    prove(text, tmp_path)


def test_a_layer_that_two_scopes_share(tmp_path: Path):
    model = (
        "with tf.variable_scope('part'):\n    one = tf.layers.conv1d(X, 4, 2, name='conv')[:, 0]\n"
        "with tf.variable_scope('part', reuse=True):\n    two = tf.layers.conv1d(X[:, 1:], 4, 2, name='conv')[:, 0]\n"
        "last = one - two\n"
    )
    text = program(model, ADAM)
    assert migrated(text).count("keras.layers.Conv1D(") == 1
    prove(text, tmp_path)


@pytest.mark.parametrize("model, code", [
    ("last = tf.layers.conv1d(X, 4, 2, data_format='channels_first')[:, 0]", "layer-option"),
    ("last = tf.layers.conv1d(X, 4, 2, padding='causal')[:, 0]", "layer-option"),
    ("last = tf.layers.conv1d(X, 4, 2, trainable=False)[:, 0]", "layer-option"),
    ("last = tf.layers.conv1d(tf.cast(X, tf.float64), 4, 2)[:, 0]", "dtype"),
    ("last = tf.layers.separable_conv1d(X, 4, 2)[:, 0]", "unsupported-layer"),
    ("last = tf.contrib.layers.conv2d(tf.expand_dims(X, 3), 4, 2, normalizer_fn=tf.nn.l2_normalize)[:, 0, 0]",
     "layer-option"),
])  # fmt: skip
def test_what_is_refused(model: str, code: str):
    assert refusal(program(model + "\n", ADAM)).code == code


def test_names_of_convolutions_tell_weights_apart_no_more():
    text = program(GRU + "last += tf.layers.conv1d(X, 4, 2)[:, 0]\n", TRAIN.replace("bias", "conv") + ADAM, run=RUN)
    assert refusal(text).code == "variable-name"


def test_dropout_of_contrib_is_held_off_in_the_proof(tmp_path: Path):
    model = "keep = tf.placeholder_with_default(0.6, [])\n" + GRU + "last = tf.contrib.layers.dropout(last, keep)\n"
    prove(program(model, ADAM), tmp_path)
