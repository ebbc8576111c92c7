"""Little TF1 programs put together at random: they migrate or are refused, and nothing else."""

from __future__ import annotations

import itertools

import pytest
from codemod_programs import HEAD, migrated
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrate.migration import migrate_source
from migrate.plan import Migrated, Refused
from migrate.verify import assert_same_outputs

CELLS = [
    "tf.nn.rnn_cell.BasicRNNCell(4)",
    "tf.nn.rnn_cell.BasicLSTMCell(4, forget_bias=0.5)",
    "tf.contrib.rnn.GRUCell(num_units=4)",
    "tf.contrib.rnn.LSTMCell(4, use_peepholes=True)",
    "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(4) for _ in range(2)])",
    "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(4), output_keep_prob=1.0)",
]
LOOPS = [
    "outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\nlast = outputs[:, -1]\n",
    "outputs, _ = tf.nn.dynamic_rnn(cell, x, sequence_length=[5, 4, 3, 5], dtype=tf.float32)\n"
    "last = tf.reduce_mean(outputs, 1)\n",
    "outputs, state = tf.nn.static_rnn(cell, tf.unstack(x, 5, 1), dtype=tf.float32)\nlast = outputs[-1]\n",
    "outputs, state = tf.nn.dynamic_rnn(cell, tf.transpose(x, [1, 0, 2]), time_major=True, dtype=tf.float32)\n"
    "last = outputs[-1]\n",
    "def run_rnn(inputs):\n    result, _ = tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)\n"
    "    return result[:, -1]\n\n\n"
    "last = run_rnn(x)\n",
]
HEADS = [
    "W = tf.Variable(tf.random_normal([4, 2]))\npred = tf.matmul(last, W)\n",
    "pred = tf.layers.dense(last, 2)\n",
    "pred = tf.contrib.layers.fully_connected(last, 2, activation_fn=None)\n",
    "with tf.variable_scope('out'):\n    w = {'o': tf.Variable(tf.ones([4, 2]))}\n    pred = tf.matmul(last, w['o'])\n",
]
LOSSES = [
    "tf.reduce_mean(tf.square(pred - y))",
    "tf.losses.mean_squared_error(y, pred)",
    "tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=pred, labels=tf.nn.softmax(y)))",
    "sum([tf.reduce_sum((pred - y) ** 2), 0.5])",
]
OPTIMIZERS = [
    "train = tf.train.AdamOptimizer(0.01).minimize(loss)\n",
    "opt = tf.train.GradientDescentOptimizer(learning_rate=0.1)\ntrain = opt.minimize(loss)\n",
    "step = tf.Variable(0, trainable=False)\nrate = tf.train.exponential_decay(0.1, step, 2, 0.9, staircase=True)\n"
    "train = tf.train.RMSPropOptimizer(rate).minimize(loss, global_step=step)\n",
    "tvars = tf.trainable_variables()\ngrads, _ = tf.clip_by_global_norm(tf.gradients(loss, tvars), 1.0)\n"
    "train = tf.train.AdagradOptimizer(0.1).apply_gradients(zip(grads, tvars))\n",
    "opt = tf.train.MomentumOptimizer(0.1, 0.9)\n"
    "train = opt.apply_gradients([(tf.clip_by_value(g, -1., 1.), v) for g, v in opt.compute_gradients(loss)])\n",
]
SESSIONS = [
    "sess = tf.Session()\nsess.run(tf.global_variables_initializer())\n{body}",
    "with tf.Session() as sess:\n    tf.global_variables_initializer().run()\n{indented}",
    "sess = tf.InteractiveSession()\nsess.run(tf.initialize_all_variables())\n{body}sess.close()\n",
    "def run(sess):\n{indented}\n\nsess = tf.Session()\nsess.run(tf.global_variables_initializer())\nrun(sess)\n",
]
FEEDS = [
    "{x: xs, y: ys}",
    "feed_dict={x: xs, y: ys}",
    "feed",
    "make()",
    "dict(zip([x, y], [xs, ys]))",
]
RUNS = [
    "for i in range(2):\n    _, value = sess.run([train, loss], FEED)\n    print(i, value)\n",
    "values = [sess.run([loss, train], FEED)[0] for _ in range(2)]\nprint(values)\n",
    "sess.run(train, FEED)\nout = sess.run({'loss': loss, 'pred': pred}, FEED)\nprint(out['loss'], out['pred'])\n",
    "while True:\n    sess.run(train, FEED)\n    if sess.run(loss, FEED) > 0:\n        break\n",
    "print(f'{sess.run(loss, FEED):.3f}', sess.run(tf.argmax(pred, 1), FEED))\n",
]
PARTS = [CELLS, LOOPS, HEADS, LOSSES, OPTIMIZERS, SESSIONS, FEEDS, RUNS]


def build(choice: tuple[int, ...]) -> str:
    cell, loop, head, loss, optimizer, session, feed, run = (
        part[index] for part, index in zip(PARTS, choice, strict=True)
    )
    given = "feed = {x: xs}\nfeed[y] = ys\n" if feed == "feed" else ""
    given += "def make():\n    return {x: xs, y: ys}\n\n\n" if feed == "make()" else ""
    body = run.replace("FEED", feed)
    indented = "".join(f"    {line}\n" for line in body.splitlines())
    return (
        f"{HEAD}x = tf.placeholder(tf.float32, [None, 5, 3])\ny = tf.placeholder(tf.float32, [None, 2])\n"
        f"cell = {cell}\n{loop}{head}loss = {loss}\n{optimizer}{given}"
        + session.replace("{body}", body).replace("{indented}", indented)
    )


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.tuples(*(st.integers(0, len(part) - 1) for part in PARTS)))
def test_programs_migrate_or_are_refused(choice):
    source = build(choice)
    compile(source, "legacy", "exec")
    outcome = migrate_source(source)
    if isinstance(outcome, Migrated):
        migrated(source)
        return
    assert isinstance(outcome, Refused)
    reason = outcome.reasons[0]
    assert 1 < reason.line <= source.count("\n"), reason
    assert reason.code not in ("gate", "internal-error", "syntax-error"), reason


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from(["line", "character", "half"]))
def test_damaged_programs_never_raise(place, damage):
    source = build((1, 4, 3, 1, 2, 1, 2, 0))
    lines = source.splitlines(keepends=True)
    if damage == "line":
        text = "".join(line for number, line in enumerate(lines) if number != place % len(lines))
    elif damage == "character":
        cut = place % len(source)
        text = source[:cut] + source[cut + 1 :]
    else:
        text = source[: place % len(source)]
    migrate_source(text)


@pytest.mark.parametrize("choice", [(1, 0, 0, 0, 0, 1, 2, 0), (2, 2, 1, 3, 3, 3, 3, 2), (4, 4, 3, 1, 2, 0, 0, 4)])
def test_samples_are_proven(choice, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(build(choice))
    assert_same_outputs(path)


def test_every_part_migrates_in_some_program():
    base = (1, 0, 0, 0, 0, 0, 0, 0)
    for position, index in itertools.chain(*([(p, i) for i in range(len(part))] for p, part in enumerate(PARTS))):
        choice = (*base[:position], index, *base[position + 1 :])
        assert isinstance(migrate_source(build(choice)), Migrated), PARTS[position][index]
