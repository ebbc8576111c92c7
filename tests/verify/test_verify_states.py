"""Programs whose values depend on the order of updates: faults in it are found."""

from __future__ import annotations

import textwrap

import pytest
from hand_plan import verify

from migrate.migration import migrate_source
from migrate.plan import Migrated, Owner
from migrate.verify import format_verification, verify_program

MEAN = """
    import numpy as np
    import tensorflow as tf

    x = tf.placeholder(tf.float32, [None, 3])
    mean = tf.Variable(tf.zeros([3]), trainable=False)
    count = tf.Variable(0.0, trainable=False)
    update = tf.assign(mean, 0.9 * mean + 0.1 * tf.reduce_mean(x, 0))
    with tf.control_dependencies([update, tf.assign_add(count, 1.0)]):
        shown = 2 * tf.identity(mean.read_value())
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(6):
            print(sess.run(shown, {x: np.full((2, 3), i + 1.0)}))
    """

MEAN_MIGRATED = """
    import numpy as np
    import tensorflow as tf

    mean = tf.Variable(tf.zeros([3]), trainable=False)
    count = tf.Variable(0.0, trainable=False)
    last = tf.Variable(tf.zeros([3]), trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None, 3])])
    def step(x):
        before = tf.identity(mean)
        mean.assign(0.9 * mean + 0.1 * tf.reduce_mean(x, 0))
        count.assign_add(1.0)
        return 2 * mean

    for i in range(6):
        print(step(np.full((2, 3), i + 1.0)))
    """


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("return 2 * mean", "return 2 * mean", "equal"),
        ("        mean.assign(0.9 * mean + 0.1 * tf.reduce_mean(x, 0))\n", "", "different"),  # no dependency
        ("        count.assign_add(1.0)\n", "", "different"),  # nothing that is fetched shows it
        ("count.assign_add(1.0)", "count.assign_add(1.0); count.assign_add(1.0)", "different"),
        ("return 2 * mean", "return 2 * before", "different"),
        ("return 2 * mean", "shown = tf.identity(last); last.assign(2 * mean); return shown", "different"),
        ("tf.reduce_mean(x, 0)", "tf.reduce_mean(x, 1)[0]", "equal"),  # the same for these data
    ],
)
def test_updates_before_what_is_returned(tmp_path, old, new, status):
    migrated = textwrap.dedent(MEAN_MIGRATED)
    assert textwrap.dedent(old) in migrated or old in MEAN_MIGRATED
    migrated = MEAN_MIGRATED.replace(old, new)
    site = ("sess.run(shown, {x: np.full((2, 3), i + 1.0)})", "step(np.full((2, 3), i + 1.0))", "step", {"x": "x"})
    owners = [Owner("mean", "variable", trainable=False), Owner("count", "variable", trainable=False)]
    result = verify(tmp_path, MEAN, migrated, [site], owners)
    print(format_verification(result))
    assert result.status == status


DECAY = """
    import numpy as np
    import tensorflow as tf

    x = tf.placeholder(tf.float32, [None, 3])
    w = tf.Variable(np.ones((3, 1)), dtype=tf.float32)
    global_step = tf.Variable(0, trainable=False)
    rate = tf.train.exponential_decay(0.1, global_step, 4, 0.5, staircase=True)
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - 2))
    train = tf.train.GradientDescentOptimizer(rate).minimize(loss, global_step=global_step)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(12):
            l, _ = sess.run([loss, train], {x: np.full((2, 3), 0.1 * i + 0.1)})
            print(l)
    """


@pytest.mark.parametrize(("steps", "status"), [(0, "equal"), (1, "different")])
def test_a_schedule_that_is_a_step_ahead(tmp_path, steps, status):
    path = tmp_path / "decay.py"
    path.write_text(textwrap.dedent(DECAY))
    plan = migrate_source(path.read_text())
    assert isinstance(plan, Migrated)
    create = "optimizer = keras.optimizers.SGD(rate)\n"
    assert create in plan.source
    ahead = f"{create}optimizer.iterations.assign({steps})\n"
    result = verify_program(path, plan.source.replace(create, ahead), plan)
    print(format_verification(result))
    assert result.status == status
