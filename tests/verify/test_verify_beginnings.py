"""What the proof takes from the legacy program is right in the migrated one too: its data, its initial weights."""

from __future__ import annotations

import pytest
from hand_plan import verify

from migrate.plan import Owner
from migrate.verify import format_verification

LEGACY = """
    import numpy as np
    import tensorflow as tf

    rng = np.random.RandomState({seed})
    data = rng.normal(size=(40, 8))
    start = np.random.RandomState({seed}).normal(size=(8, 16))
    x = tf.placeholder(tf.float32, [None, 8])
    y = tf.placeholder(tf.float32, [None, 8])
    given = tf.Variable(start, dtype=tf.float32)
    drawn = tf.Variable(tf.random_normal([16, 8], stddev=0.1))
    bias = tf.Variable(tf.zeros([8]) + 0.1)
    out = tf.matmul(tf.matmul(x, given), drawn) + bias
    loss = tf.reduce_mean(tf.square(out - y))
    train = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(4):
            batch = data[10 * i:10 * i + 10]
            sess.run([loss, train], {{x: batch, y: batch + 1}})
    """

MIGRATED = """
    import numpy as np
    import tensorflow as tf

    rng = np.random.RandomState({seed})
    data = rng.normal(size=(40, 8))
    start = np.random.RandomState({seed}).normal(size=(8, 16))
    given = tf.Variable(start, dtype=tf.float32)
    drawn = tf.Variable(tf.random.normal([16, 8], stddev=0.1))
    bias = tf.Variable(tf.zeros([8]) + 0.1)

    @tf.function(input_signature=[tf.TensorSpec([None, 8]), tf.TensorSpec([None, 8])])
    def train_step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(x @ given @ drawn + bias - y))
        for variable, gradient in zip([given, drawn, bias], tape.gradient(loss, [given, drawn, bias])):
            variable.assign_sub(0.01 * gradient)
        return loss

    for i in range(4):
        batch = data[10 * i:10 * i + 10]
        train_step(batch, batch + 1)
    """

SITE = ("sess.run([loss, train], {x: batch, y: batch + 1})", "train_step(batch, batch + 1)")
OWNERS = [Owner("given", "variable"), Owner("drawn", "variable"), Owner("bias", "variable")]


def prove(folder, old="", new="", seed="0"):
    legacy, migrated = LEGACY.format(seed=seed), MIGRATED.format(seed=seed)
    assert old in migrated
    migrated, call = migrated.replace(old, new), SITE[1].replace(old, new)
    site = (SITE[0], call, "train_step", {"x": "x", "y": "y"})
    result = verify(folder, legacy, migrated, [site], OWNERS)
    print(format_verification(result))
    return result


def test_the_right_program(tmp_path):
    result = prove(tmp_path)
    assert result.status == "equal" and not any("fed from the legacy run" in note for note in result.notes)


def test_what_chance_decides_is_taken_from_the_legacy_run(tmp_path):
    result = prove(tmp_path, seed="")
    assert result.status == "equal"
    assert any("x of 4 of 4 calls fed from the legacy run" in note for note in result.notes)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("train_step(batch, batch + 1)", "train_step(batch + 1, batch)"),
        ("data[10 * i:10 * i + 10]", "data[:10]"),
        ("rng.normal", "rng.uniform"),
    ],
)
def test_other_data_are_found(tmp_path, old, new):
    result = prove(tmp_path, old, new)
    assert result.status == "different"
    assert "x is not what the legacy program feeds, the same in every run" in result.rows[0].reason


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("tf.zeros([8]) + 0.1", "tf.zeros([8])", "the initial value of 'Variable_2' is [0. 0."),
        ("tf.Variable(start", "tf.Variable(-start", "the initial value of 'Variable' is"),
        ("stddev=0.1", "stddev=1.0", "the initial value of 'Variable_1' is of magnitude"),
        ("tf.random.normal([16, 8], stddev=0.1)", "tf.zeros([16, 8])", "is of magnitude 0 instead of"),
    ],
)
def test_other_initial_values_are_found(tmp_path, old, new, reason):
    result = prove(tmp_path, old, new)
    assert result.status == "different" and reason in result.error
