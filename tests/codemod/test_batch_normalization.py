"""Batch normalization, in training and not; moving averages change only in the runs in which TF1 changed them."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import GRU, migrated, program, prove, refusal

PHASE = "phase = tf.placeholder(tf.bool)\n"
# Two versions of one name, a mask, an image, inputs that have no name, a layer that is never in training.
LAYERS = PHASE + """\
h = tf.layers.conv2d(tf.expand_dims(X, -1), 4, [2, 2], use_bias=False)
h = tf.layers.batch_normalization(h, training=phase)
h = tf.contrib.layers.batch_norm(tf.nn.relu(h), is_training=phase, decay=0.9, activation_fn=tf.nn.relu)
h = tf.reshape(h, [-1, 4, 8])
lengths = tf.constant([1, 4, 3, 2, 2, 4, 4, 1])
outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), h, lengths, dtype=tf.float32)
normal = tf.layers.batch_normalization(outputs, training=phase, momentum=0.8, epsilon=1e-5, name='normal')
part = tf.contrib.layers.batch_norm(tf.layers.dense(normal[:, -1], 4, use_bias=False), is_training=phase)
last = tf.layers.batch_normalization(tf.nn.relu(part))
"""
PENALTY = "loss += 0.01 * tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables()])\n"
WAITS = """\
updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
with tf.control_dependencies(updates):
    train = tf.train.AdamOptimizer(0.01).minimize(loss)
"""
GROUPED = """\
train = tf.train.AdamOptimizer(0.01).minimize(loss)
train = tf.group(train, *tf.get_collection(tf.GraphKeys.UPDATE_OPS))
"""
CLIPPED = """\
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    optimizer = tf.train.AdamOptimizer(0.01)
    gradients, variables = zip(*optimizer.compute_gradients(loss))
    gradients, _ = tf.clip_by_global_norm(gradients, 0.5)
    train = optimizer.apply_gradients(zip(gradients, variables))
"""
OPTIMIZED = "train = tf.contrib.layers.optimize_loss(loss, None, 0.01, 'Adam')\n"
FORGOTTEN = "train = tf.train.AdamOptimizer(0.01).minimize(loss)\n"
RUNS = """\
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(3):
    _, cost = sess.run([train, loss], {X: xs, Y: ys, phase: True})
    print(cost, sess.run(loss, {X: xs, Y: ys, phase: False}))
    print(sess.run([loss, pred], {X: xs, Y: ys, phase: True}))
    sess.run(train, {X: xs, Y: ys, phase: False})
print(sess.run(pred, {X: xs, phase: False}))
"""
NORMAL = PHASE + GRU + "last = tf.layers.batch_normalization(last, training=phase, momentum=0.7)\n"


def test_layers_of_all_ranks(tmp_path: Path):
    prove(program(LAYERS, PENALTY + WAITS, run=RUNS), tmp_path)


@pytest.mark.parametrize("train", [WAITS, GROUPED, CLIPPED, OPTIMIZED, FORGOTTEN])
def test_runs_that_change_the_averages(train: str, tmp_path: Path):
    text = program(NORMAL, train, run=RUNS)
    assert migrated(text).count(".update(last_before, phase)") == (0 if train == FORGOTTEN else 2)
    prove(text, tmp_path)


def test_updates_that_are_run_by_themselves(tmp_path: Path):
    run = RUNS.replace("sess.run(train, {X: xs, Y: ys, phase: False})", "sess.run(updates, {X: xs, phase: True})")
    prove(program(NORMAL, FORGOTTEN + "updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)\n", run=run), tmp_path)


def test_what_waits_for_the_averages_changes_them_wherever_it_is_run(tmp_path: Path):
    model = GRU + """\
with tf.variable_scope('net'):
    last = tf.layers.batch_normalization(last, training=True, name='bn')
    logits = tf.layers.dense(last, 2, name='out')
with tf.variable_scope('net', reuse=True):
    test = tf.layers.dense(tf.layers.batch_normalization(outputs[:, 0], training=False, name='bn'), 2, name='out')
"""
    train = """\
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    loss = tf.identity(loss) + tf.reduce_mean(tf.square(logits))
    twice = 2.0 * loss
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
"""
    run = """\
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(3):
    for fetch in range(2):
        print(sess.run([train, loss], {X: xs, Y: ys}), sess.run(test, {X: xs}))
    print(sess.run(twice, {X: xs, Y: ys}), sess.run(test, {X: xs}))
    print(sess.run(pred, {X: xs}), sess.run(test, {X: xs}))
"""
    prove(program(model, train, run=run), tmp_path)


def test_never_in_training_is_the_layer_of_keras():
    source = migrated(program(GRU + "last = tf.layers.batch_normalization(last)\n"))
    assert "keras.layers.BatchNormalization()" in source
    assert "(last, training=False)" in source


@pytest.mark.parametrize("call, code", [
    ("tf.layers.batch_normalization(last, training=phase, axis=1)", "layer-option"),
    ("tf.layers.batch_normalization(last, training=phase, renorm=True)", "layer-option"),
    ("tf.layers.batch_normalization(last, training=tf.logical_not(phase))", "layer-option"),
    ("tf.contrib.layers.batch_norm(last, scale=True)", "layer-option"),
    ("tf.contrib.layers.batch_norm(last, updates_collections=None)", "layer-option"),
    ("tf.contrib.layers.batch_norm(last, zero_debias_moving_mean=True)", "layer-option"),
    ("tf.layers.batch_normalization(tf.cast(last, tf.float64), training=phase)", "dtype"),
])  # fmt: skip
def test_what_is_refused(call: str, code: str):
    assert refusal(program(PHASE + GRU + f"last = {call}\n")).code == code


def test_updates_in_a_list_of_fetches():
    run = RUNS.replace("[train, loss]", "[train, loss] + updates").replace("_, cost", "_, cost, *_")
    assert refusal(program(NORMAL, FORGOTTEN + WAITS.splitlines(keepends=True)[0], run=run)).code == "fetch-form"
