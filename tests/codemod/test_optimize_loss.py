"""tf.contrib.layers.optimize_loss: the optimizer, its rate, clipping, and the loss that a run of it gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import LSTM, migrated, program, prove, refusal

STEP = "step = tf.Variable(0, trainable=False, name='step')\n"
RUNS = """\
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        cost, count = sess.run([train, step], feed_dict={X: xs, Y: ys})
        print(cost, count)
        print(sess.run([pred, train], feed_dict={X: xs, Y: ys}))
        print(sess.run(train, feed_dict={X: xs, Y: ys}))
    print(sess.run([loss, step], feed_dict={X: xs, Y: ys}))
"""
DECAY = """\


def decay(rate, step):
    return tf.train.inverse_time_decay(rate, step, 2, 0.5)


"""


def optimized(arguments: str, before: str = STEP) -> str:
    return program(LSTM, f"{before}train = tf.contrib.layers.optimize_loss({arguments})\n", run=RUNS)


@pytest.mark.parametrize("arguments", [
    "loss, step, 0.1, 'SGD', learning_rate_decay_fn=lambda rate, n: tf.train.exponential_decay(rate, n, 2, 0.5)",
    "loss, global_step=step, learning_rate=0.1, optimizer='Momentum', clip_gradients=0.3, summaries=[]",
    "loss, step, tf.train.exponential_decay(0.1, step, 2, 0.9), optimizer='Adam', clip_gradients=0.5",
    "loss, step, None, tf.train.RMSPropOptimizer(0.01), variables=[W, b]",
    "loss, step, 0.1, lambda rate: tf.train.MomentumOptimizer(rate, 0.8), clip_gradients=0.5, name='train'",
    "loss, step, tf.placeholder_with_default(0.05, []), tf.train.AdagradOptimizer, increment_global_step=True",
])  # fmt: skip
def test_forms(arguments: str, tmp_path: Path):
    if "placeholder" in arguments:
        text = optimized(arguments.replace("tf.placeholder_with_default(0.05, [])", "rate"),
                         STEP + "rate = tf.placeholder_with_default(0.05, [])\n")
    else:
        text = optimized(arguments)
    prove(text, tmp_path)


def test_a_function_that_decays_the_rate_leaves_nothing_behind(tmp_path: Path):
    text = optimized("loss, step, 0.1, 'Adagrad', learning_rate_decay_fn=decay", STEP + DECAY)
    assert "def decay" not in migrated(text)
    prove(text, tmp_path)


def test_the_graph_has_a_step_of_its_own(tmp_path: Path):
    prove(optimized("loss, None, 0.1, 'Adam'", "step = tf.train.get_or_create_global_step()\n"), tmp_path)


def test_a_run_of_it_gives_the_loss():
    text = migrated(optimized("loss, step, 0.1, 'SGD'"))
    assert "cost, count = (value.numpy() for value in train_step(xs, ys))" in text
    assert "return loss, optimizer.iterations\n" in text


@pytest.mark.parametrize("arguments, code", [
    ("loss, step, 0.1, 'Adam', gradient_noise_scale=0.1", "optimizer-option"),
    ("loss, step, 0.1, 'Adam', gradient_multipliers={W: 2.0}", "optimizer-option"),
    ("loss, step, 0.1, 'Adam', clip_gradients=lambda pairs: pairs", "optimizer-option"),
    ("loss, step, 0.1, 'Adam', clip_gradients=5", "optimizer-option"),
    ("loss, step, 0.1, 'Adam', increment_global_step=False", "global-step"),
    ("loss, step, 0.1, 'Yogi'", "optimizer-option"),
    ("loss, step, None, 'Adam'", "learning-rate"),
    ("loss, step, 0.1, 'Ftrl'", "forget-bias-shrunk"),
])  # fmt: skip
def test_what_is_refused(arguments: str, code: str):
    assert refusal(optimized(arguments)).code == code


def test_a_step_that_is_found_by_its_name_is_refused():
    before = STEP.replace("name='step'", "name='global_step'")
    assert refusal(optimized("loss, None, 0.1, 'Adam'", before)).code == "global-step"


def test_its_own_summaries_are_not_merged():
    train = STEP + "train = tf.contrib.layers.optimize_loss(loss, step, 0.1, 'Adam'{})\n"
    merged = "tf.summary.scalar('loss', loss)\nmerged = tf.summary.merge_all()\n"
    run = RUNS.replace("[loss, step]", "merged")
    assert refusal(program(LSTM, train.format("") + merged, run=run)).code == "summary"
    assert "write_summaries" not in migrated(program(LSTM, train.format(", summaries=[]") + merged, run=run))
