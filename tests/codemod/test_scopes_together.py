"""Several scopes in one with statement, device scopes inside each other, variables trained or not as a flag says."""

from __future__ import annotations

from migrate.migration import migrate_source
from migrate.plan import Migrated, Refused


def migrated(body: str) -> str:
    outcome = migrate_source("import tensorflow as tf\n" + body)
    assert isinstance(outcome, Migrated), outcome
    return outcome.source


RUN = "print(tf.Session().run(y, {x: [[1.0, 2.0]]}))\n"


def test_the_second_scope_of_a_with_counts() -> None:
    text = migrated(
        "x = tf.placeholder(tf.float32, [1, 2])\n"
        "with tf.name_scope('n'), tf.variable_scope('v', initializer=tf.constant_initializer(0.5)):\n"
        "    w = tf.get_variable('w', [2, 2])\n"
        "y = tf.matmul(x, w)\n" + RUN
    )
    assert "w = tf.Variable(keras.initializers.Constant(0.5)([2, 2]), name='w')" in text


def test_the_inner_device_counts() -> None:
    text = migrated(
        "x = tf.placeholder(tf.float32, [1, 2])\n"
        "with tf.device('/gpu:0'), tf.name_scope('n'):\n"
        "    a = x + 1.0\n"
        "    with tf.device('/cpu:0'):\n"
        "        b = a * 2.0\n"
        "    y = b - a\n" + RUN
    )
    inner = text.split("with tf.device('/cpu:0'):\n")[1].splitlines()
    assert inner[0].strip() == "b = a * 2.0"
    assert text.count("with tf.device('/gpu:0'):") == 2


def test_a_flag_says_whether_a_variable_is_trained() -> None:
    text = migrated(
        "import sys\nflag = len(sys.argv) > 1\n"
        "x = tf.placeholder(tf.float32, [1, 2])\n"
        "w = tf.Variable(tf.ones([2, 2]), trainable=flag)\n"
        "y = tf.reduce_sum(tf.matmul(x, w))\n"
        "train = tf.train.GradientDescentOptimizer(0.1).minimize(y)\n"
        "print(tf.Session().run([y, train], {x: [[1.0, 2.0]]})[0])\n"
    )
    assert "w = tf.Variable(tf.ones([2, 2]), trainable=flag)" in text


def test_a_penalty_over_variables_that_perhaps_are_trained() -> None:
    outcome = migrate_source(
        "import sys\nimport tensorflow as tf\nflag = len(sys.argv) > 1\n"
        "x = tf.placeholder(tf.float32, [1, 2])\n"
        "w = tf.Variable(tf.ones([2, 2]), trainable=flag)\n"
        "y = tf.reduce_sum(tf.matmul(x, w)) + tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables()])\n" + RUN
    )
    assert isinstance(outcome, Refused) and outcome.reasons[0].code == "variable-list"
