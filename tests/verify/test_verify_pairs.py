"""Pairs of hand-written programs: the proof says equal where they are, and different where one is wrong."""

from __future__ import annotations

import sys
import textwrap
import types

import pytest
from hand_plan import plan, verify

from migrate.plan import Owner, Refusal, Refused, Unchanged
from migrate.verify import assert_same_outputs, format_verification

LEGACY = """
    import numpy as np
    import tensorflow as tf

    rng = np.random.RandomState(0)
    data = rng.normal(size=(6, 4, 3))
    wanted = rng.normal(size=(6, 2))

    x = tf.placeholder(tf.float32, [None, 4, 3])
    y = tf.placeholder(tf.float32, [None, 2])
    cell = tf.nn.rnn_cell.BasicLSTMCell(5)
    outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    w = tf.Variable(tf.random_normal([5, 2]))
    b = tf.Variable(tf.zeros([2]))
    prediction = tf.matmul(outputs[:, -1], w) + b
    loss = tf.reduce_mean(tf.square(prediction - y))
    train = tf.train.AdamOptimizer(0.05).minimize(loss)

    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(4):
            grüße, _ = "é", sess.run([loss, train], feed_dict={x: data, y: wanted})
        print(sess.run(prediction, {x: data}))
    """

MIGRATED = """
    import keras
    import numpy as np
    import tensorflow as tf

    rng = np.random.RandomState(0)
    data = rng.normal(size=(6, 4, 3))
    wanted = rng.normal(size=(6, 2))

    cell = keras.layers.LSTM(5, return_sequences=True)
    w = tf.Variable(tf.random.normal([5, 2]))
    b = tf.Variable(tf.zeros([2]))
    optimizer = keras.optimizers.Adam(0.05, epsilon=1e-8)

    def forward(x):
        return tf.matmul(cell(x)[:, -1], w) + b

    @tf.function(input_signature=[tf.TensorSpec([None, 4, 3]), tf.TensorSpec([None, 2])])
    def train_step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(forward(x) - y))
        variables = tape.watched_variables()
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    @tf.function(input_signature=[tf.TensorSpec([None, 4, 3])])
    def predict(x):
        return forward(x)

    for i in range(4):
        grüße, loss = "é", train_step(data, wanted).numpy()
    print(predict(data).numpy())
    """

SITES = [
    (
        "sess.run([loss, train], feed_dict={x: data, y: wanted})",
        "train_step(data, wanted).numpy()",
        "train_step",
        {"x": "x", "y": "y"},
    ),
    ("sess.run(prediction, {x: data})", "predict(data)", "predict", {"x": "x"}),
]
OWNERS = [Owner("cell", "lstm", forget_bias=1.0), Owner("w", "variable"), Owner("b", "variable")]


def pair(folder, migrated=MIGRATED, owners=OWNERS, legacy=LEGACY, sites=SITES, **options):
    result = verify(folder, legacy, migrated, sites, owners, **options)
    print(format_verification(result))
    return result


def test_an_equal_pair(tmp_path):
    result = pair(tmp_path)
    assert result.status == "equal"
    assert [row.calls for row in result.rows] == [4, 1]
    assert all(row.equal and row.max_abs < 1e-5 for row in result.rows)
    assert result.parameters is not None and result.parameters.count == 4 and result.parameters.equal
    assert result.notes == () and result.error == ""
    assert [path.name for path in tmp_path.iterdir()] == ["legacy.py"]


def test_a_wrong_optimizer_is_different(tmp_path):
    result = pair(tmp_path, MIGRATED.replace("epsilon=1e-8", "epsilon=1e-2"))
    assert result.status == "different"
    assert "call 2" in result.rows[0].reason, "the first loss comes before the first update"
    assert result.parameters is not None and not result.parameters.equal


def test_a_missing_forget_bias_is_different(tmp_path):
    result = pair(tmp_path, owners=[Owner("cell", "lstm", forget_bias=0.0), *OWNERS[1:]])
    assert result.status == "different"
    assert not result.rows[0].equal and "call 1" in result.rows[0].reason


def test_swapped_gates_are_different(tmp_path):
    """A GRU that takes TF1's u for r: z is the first block of Keras's weights."""
    swapped = """
    class Swapped(keras.layers.GRUCell):
        def call(self, inputs, states, training=False):
            z, r, h = tf.split(self.kernel, 3, 1)
            uz, ur, uh = tf.split(self.recurrent_kernel, 3, 1)
            bz, br, bh = tf.split(self.bias, 3)
            state = states[0]
            update = tf.sigmoid(inputs @ r + state @ ur + br)
            reset = tf.sigmoid(inputs @ z + state @ uz + bz)
            new = tf.tanh(inputs @ h + (reset * state) @ uh + bh)
            state = update * state + (1 - update) * new
            return state, [state]

    cell = keras.layers.RNN(Swapped(5, reset_after=False), return_sequences=True)"""
    legacy = LEGACY.replace("BasicLSTMCell", "GRUCell")
    owners = [Owner("cell", "gru"), *OWNERS[1:]]
    line = "cell = keras.layers.LSTM(5, return_sequences=True)"
    result = pair(tmp_path, MIGRATED.replace(line, swapped.strip()), owners, legacy)
    assert result.status == "different" and "call 1" in result.rows[0].reason


def test_a_variable_nobody_holds(tmp_path):
    result = pair(tmp_path, owners=OWNERS[:2])
    assert result.status == "different"
    assert "'Variable_1'" in result.error


def test_a_missing_call_and_one_too_many(tmp_path):
    result = pair(tmp_path, MIGRATED.replace("range(4)", "range(3)"))
    assert result.status == "different"
    assert "as call 4 the migrated program evaluates line" in result.error
    result = pair(tmp_path, MIGRATED.replace("    print(predict", "    for _ in range(2): print(predict"))
    assert result.status == "different" and "as call 6, the legacy program ended after 5" in result.error


def test_it_stops_after_enough_calls(tmp_path):
    result = pair(
        tmp_path,
        MIGRATED.replace("range(4)", "range(10**9)"),
        legacy=LEGACY.replace("range(4)", "range(10**9)"),
        calls=3,
        reach=0.5,
    )
    assert result.status == "equal"
    assert [row.calls for row in result.rows] == [3, 0]
    assert result.parameters is not None and result.parameters.count == 4
    assert any("not reached" in note for note in result.notes)


def test_sites_beyond_the_calls_are_compared_once(tmp_path):
    """From the legacy weights of that moment: no drift and no earlier error shows or hides there."""
    legacy, migrated = LEGACY.replace("range(4)", "range(40)"), MIGRATED.replace("range(4)", "range(40)")
    result = pair(tmp_path, migrated, legacy=legacy, calls=3)
    assert result.status == "equal" and [row.calls for row in result.rows] == [3, 1]
    assert any("line 23: call 41 compared from the legacy run's weights" in note for note in result.notes)
    wrong = migrated.replace("    return forward(x)\n\n    for", "    return 1.01 * forward(x)\n\n    for")
    assert wrong != migrated
    result = pair(tmp_path, wrong, legacy=legacy, calls=3)
    assert result.status == "different" and [row.equal for row in result.rows] == [True, False]
    fewer = migrated.replace("range(40)", "range(39)")
    result = pair(tmp_path, fewer, legacy=legacy, calls=3)
    assert result.rows[1].calls == 0
    assert any("as call 40 the migrated program" in note for note in result.notes)


def test_crashes_show_the_users_own_lines(tmp_path):
    result = pair(tmp_path, MIGRATED.replace("return loss", "return tf.matmul(loss, loss)"))
    assert result.status == "failed"
    assert "the migrated program failed" in result.error and "train_step(data, wanted)" in result.error
    result = pair(tmp_path, legacy=LEGACY.replace("rng = np", "missing = undefined_name; rng = np"))
    assert result.status == "failed"
    assert "the legacy program failed" in result.error
    assert f'File "{tmp_path / "legacy.py"}", line 5' in result.error
    assert "NameError: name 'undefined_name' is not defined" in result.error


def test_time_limits(tmp_path):
    endless = LEGACY.replace("    print(sess.run", "    while True: pass\n        print(sess.run")
    result = pair(tmp_path, MIGRATED, legacy=endless, timeout=6)
    assert result.status == "equal" and [row.calls for row in result.rows] == [4, 0]
    assert any("legacy program was stopped by the time limit after 4" in note for note in result.notes)
    result = pair(tmp_path, MIGRATED.replace("for i in", "while True: pass\n    for i in"), timeout=6)
    assert result.status == "failed"
    assert "no run site within the time limit" in result.error


def test_nothing_to_compare(tmp_path):
    legacy = LEGACY.replace("range(4)", "range(0)").replace("print(sess", "if rng is None: print(sess")
    result = pair(tmp_path, legacy=legacy)
    assert result.status == "nothing-to-compare"
    assert pair(tmp_path, sites=[]).status == "nothing-to-compare"


def codemod_says(monkeypatch, outcome):
    codemod = types.ModuleType("migrate.migration")
    codemod.__dict__["migrate_source"] = lambda source, filename: outcome
    monkeypatch.setitem(sys.modules, "migrate.migration", codemod)


def test_the_assertion_for_regression_tests(tmp_path, monkeypatch):
    legacy, migrated = textwrap.dedent(LEGACY), textwrap.dedent(MIGRATED)
    script, new = tmp_path / "legacy.py", tmp_path / "new.py"
    script.write_text(legacy, encoding="utf-8")
    new.write_bytes(migrated.replace("\n", "\r\n").encode())
    codemod_says(monkeypatch, plan(legacy, migrated, SITES, OWNERS))
    assert assert_same_outputs(script, new).status == "equal"
    codemod_says(monkeypatch, plan(legacy, migrated.replace("1e-8", "1e-2"), SITES, OWNERS))
    with pytest.raises(AssertionError, match=r"differ\n.*line(.|\n)*DIFFERENT(.|\n)*proof: different"):
        assert_same_outputs(script)


def test_what_the_assertion_cannot_compare(tmp_path, monkeypatch):
    legacy, migrated = textwrap.dedent(LEGACY), textwrap.dedent(MIGRATED)
    script, edited = tmp_path / "legacy.py", tmp_path / "edited.py"
    script.write_text(legacy, encoding="utf-8")
    edited.write_text(migrated.replace("predict(", "infer("), encoding="utf-8")
    codemod_says(monkeypatch, plan(legacy, migrated, SITES, OWNERS))
    with pytest.raises(ValueError, match="edited or is outdated"):
        assert_same_outputs(script, edited)
    codemod_says(monkeypatch, Unchanged("no TensorFlow"))
    with pytest.raises(ValueError, match="has nothing to migrate: no TensorFlow"):
        assert_same_outputs(script)
    codemod_says(monkeypatch, Refused((Refusal(3, "a-code", "A reason."),)))
    with pytest.raises(ValueError, match=r"refused: .*legacy.py:3: A reason. \[a-code\]"):
        assert_same_outputs(script)
