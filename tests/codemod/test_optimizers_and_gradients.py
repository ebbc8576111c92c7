"""Optimizers, gradients, clipping and learning rates; embeddings of which only some rows are looked up."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import ADAM, EMBEDDING, GRU, LSTM, RUN, line_of, migrated, program, prove, refusal

ROWS = """\
optimizers = tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True)
first = tf.Variable(tf.random_normal([7, 3]))
second = tf.get_variable('second', [7, 3])
third = tf.get_variable('third', [7, 3])


def loss_of(table):
    logits = tf.reduce_sum(tf.nn.embedding_lookup(ids=X, params=table), 1)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=Y, logits=logits))


one, two, three = loss_of(first), loss_of(second), loss_of(third)
train_one = optimizers.minimize(one, var_list=[first])
train_two = tf.train.RMSPropOptimizer(0.01, momentum=0.9, centered=True).minimize(two, var_list=[second])
train_three = tf.train.AdamOptimizer(0.05).minimize(three, var_list=[third])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(4):
        print(sess.run([train_one, one], {X: ids, Y: labels})[1])
        ids = (ids + 1) % 6
        print(sess.run([train_two, two], {X: ids, Y: labels})[1])
        print(sess.run([train_three, three], {X: ids, Y: labels})[1])
"""
SINGLE = """\
step = tf.train.get_or_create_global_step()
rate = tf.train.piecewise_constant(step, [1, 2], [0.1, 0.05, 0.01])
gain = tf.get_variable('gain', [2], dtype=tf.float64, initializer=tf.random_normal_initializer())
pred = pred * tf.cast(gain, tf.float32)
loss = tf.reduce_mean(tf.square(pred - Y))
slope = tf.gradients(loss, W)[0]
of_b, of_gain = tf.gradients(loss, [b, gain])
optimizer = tf.train.AdagradOptimizer(rate)
train = optimizer.apply_gradients([(slope, W), (of_b, b), (tf.clip_by_norm(of_gain, 0.1), gain)], global_step=step)
"""
LOOKED_UP = """\
table = tf.get_variable('table', [7, 4]{})
_, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), {}, dtype=tf.float32)
logits = tf.layers.dense(state, 3)
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=Y, logits=logits))
train = tf.train.{}.minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run([train, loss], {{X: ids, Y: labels}})[1])
"""
LOOK = "tf.nn.embedding_lookup(table, X)"


def test_rows_that_were_looked_up(tmp_path: Path):
    prove(EMBEDDING + ROWS, tmp_path)


def test_single_gradients_typed_variables_and_a_named_step(tmp_path: Path):
    prove(program(LSTM, SINGLE), tmp_path)


def test_variables_have_the_dtype_they_are_given():
    text = "gain = tf.get_variable('gain', [2], dtype=tf.float64, initializer=tf.random_normal_initializer())\n"
    text += "shift = tf.get_variable('shift', [2], tf.int32, tf.ones_initializer, trainable=False)\n"
    text += "none = tf.get_variable('none', [2], tf.int32, trainable=False)\n"
    text += "loss = loss * tf.reduce_sum(tf.cast(gain, tf.float32) + tf.cast(shift + none, tf.float32))\n"
    source = migrated(program(LSTM, text + ADAM))
    assert "gain = tf.Variable(keras.initializers.RandomNormal(stddev=1.0)([2], dtype=tf.float64), name=" in source
    assert "shift = tf.Variable(tf.ones([2], dtype=tf.int32), trainable=False, name='shift')" in source
    assert "none = tf.Variable(tf.zeros([2], tf.int32), trainable=False, name='none')" in source


def test_a_tape_asked_twice_keeps_what_it_has_seen():
    assert migrated(program(LSTM, SINGLE)).count("tf.GradientTape(persistent=True)") == 1
    assert "persistent" not in migrated(program())


@pytest.mark.parametrize("optimizer, by_rows, dense", [
    ("GradientDescentOptimizer(0.1)", False, False),
    ("AdamOptimizer(0.1)", False, True),
    ("AdagradOptimizer(0.1)", False, True),
    ("MomentumOptimizer(0.1, 0.9)", True, False),
    ("RMSPropOptimizer(0.1)", True, False),
    ("AdadeltaOptimizer(0.1)", True, False),
    ("FtrlOptimizer(0.1)", True, False),
])
def test_sparse_gradients(optimizer: str, by_rows: bool, dense: bool):
    for look in (LOOK, "tf.nn.embedding_lookup(ids=X, params=table)", "tf.gather(table, X)"):
        source = migrated(EMBEDDING + LOOKED_UP.format("", look, optimizer))
        assert ("optimizer = by_rows(" in source, "tf.convert_to_tensor(gradient) for" in source) == (by_rows, dense)


@pytest.mark.parametrize("extra, look", [(", trainable=False", LOOK), ("", "tf.gather(2.0 * table, X)")])
def test_gradients_that_are_not_sparse(extra: str, look: str):
    source = migrated(EMBEDDING + LOOKED_UP.format(extra, look, "RMSPropOptimizer(0.1)"))
    assert "by_rows" not in source and "convert_to_tensor(gradient)" not in source


def test_a_choice_between_optimizers_that_want_different_gradients():
    text = EMBEDDING + LOOKED_UP.format("", LOOK, "AdamOptimizer(0.1)").replace(
        "train = tf.train.AdamOptimizer(0.1)",
        "def make(kind):\n    if kind:\n        return tf.train.MomentumOptimizer(0.1, 0.9)\n"
        "    return tf.train.AdamOptimizer(0.1)\n\n\ntrain = make(0)")
    source = migrated(text)
    assert "return by_rows(Momentum)(" in source or "by_rows(keras.optimizers.SGD)(" in source
    assert "return summed_rows(keras.optimizers.Adam)(" in source and "convert_to_tensor(gradient) for" not in source


@pytest.mark.parametrize("train, at, code", [
    # the norm of Keras's two kernels is not that of TF1's one
    ("gvs = opt.compute_gradients(loss)\ntrain = opt.apply_gradients([(tf.clip_by_norm(g, 1.0), v) for g, v in gvs])\n",
     "train =", "weight-layout"),
    ("def clip(gradient):\n    return 2.0 * tf.clip_by_norm(gradient * 0.5, 1.0)\n\n\n"
     "train = opt.apply_gradients([(clip(g), v) for g, v in opt.compute_gradients(loss)])\n",
     "return 2.0", "weight-layout"),
    ("gvs = opt.compute_gradients(loss)\n"
     "train = opt.apply_gradients(list(map(lambda gv: (tf.clip_by_norm(gv[0], 1.0), gv[1]), gvs)))\n",
     "train =", "weight-layout"),
    ("def clip(gv):\n    return tf.clip_by_norm(gv[0], 1.0), gv[1]\n\n\n"
     "train = opt.apply_gradients(map(clip, opt.compute_gradients(loss)))\n", "train =", "weight-layout"),
    ("weights = tf.trainable_variables()\nslopes = tf.gradients(loss, weights)\nsize = tf.norm(slopes[0])\n"
     "train = opt.apply_gradients(zip(slopes, weights))\n", "size =", "variable-order"),
    ("chosen = [v for v in tf.trainable_variables() if 'rnn' in v.name]\ntrain = opt.minimize(loss, var_list=chosen)\n",
     "chosen =", "variable-name"),
    ("weights = tf.trainable_variables()\nlate = tf.Variable(1.0)\nloss = loss * late\n"
     "train = opt.apply_gradients(zip(tf.gradients(loss, weights), weights))\n", "train =", "variable-list"),
    ("first = opt.minimize(loss, var_list=[W])\ntrain = opt.minimize(loss)\n", "train =", "optimizer-shared"),
    ("train = tf.train.FtrlOptimizer(0.1).minimize(loss)\n", "train =", "forget-bias-shrunk"),
])
def test_what_another_layout_of_weights_would_change(train: str, at: str, code: str):
    text = program(LSTM, "opt = tf.train.AdamOptimizer(0.1)\n" + train)
    found = refusal(text)
    assert (found.code, found.line) == (code, line_of(text, at))


def test_what_it_would_not_change():
    text = """\
opt = tf.train.AdamOptimizer(0.1)
gvs = opt.compute_gradients(loss)
train = opt.apply_gradients([(tf.clip_by_value(0.5 * g, -1.0, 1.0), v) for g, v in gvs])
"""
    assert "tf.clip_by_value(0.5 * g, -1.0, 1.0)" in migrated(program(LSTM, text))
    slopes = "slopes = tf.gradients(loss, [W, b])\nsize = tf.norm(slopes[0])\n"
    text = slopes + "train = tf.train.AdamOptimizer(0.1).apply_gradients(zip(slopes, [W, b]))\n"
    assert "tf.norm(slopes[0])" in migrated(program(LSTM, text, run=RUN.replace("[train, loss]", "[train, size]")))
    assert "keras.optimizers.Ftrl(0.1)" in migrated(
        program(GRU, "train = tf.train.FtrlOptimizer(0.1).minimize(loss)\n"))


def test_gradients_computed_where_they_are_applied():
    source = migrated(program(GRU, """\
opt = tf.train.AdamOptimizer(0.1)
train = opt.apply_gradients(opt.compute_gradients(loss))
"""))
    assert "variables = tape.watched_variables()\n    opt.apply_gradients(list(zip(tape.gradient(" in source


def test_the_norm_of_gradients_in_a_run_that_does_not_train(tmp_path: Path) -> None:
    train = """\
weights = tf.trainable_variables()
gradients, norm = tf.clip_by_global_norm(tf.gradients(loss, weights), 0.5)
train = tf.train.GradientDescentOptimizer(0.1).apply_gradients(zip(gradients, weights))
"""
    run = """\
sess = tf.Session()
sess.run(tf.global_variables_initializer())
for _ in range(2):
    print(sess.run([norm, loss], {X: xs, Y: ys}), sess.run([train, norm], {X: xs, Y: ys})[1])
"""
    prove(program(train=train, run=run), tmp_path)
