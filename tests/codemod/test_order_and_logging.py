"""Order of operations, no-ops, streaming means, penalties of scopes, logging and files."""

from __future__ import annotations

from pathlib import Path

import pytest
from codemod_programs import GRAPH, HEAD, SESSION, has_line, migrated, program, refused_at

from migrate.verify import assert_same_outputs

RUN = "sess.run(train_op, {x: xs, y: ys})\n"


@pytest.mark.parametrize("operation", ["tf.no_op(name='train')", "tf.group()", "tf.group(train)"])
def test_what_only_waits_for_the_training_operation_is_it(operation: str) -> None:
    waits = f"with tf.control_dependencies([train]):\n    train_op = {operation}\n"
    text = migrated(program(HEAD, GRAPH, waits, SESSION, RUN))
    assert has_line(text, "train_step(xs, ys)") and "control" not in text


def test_update_operations_of_a_graph_without_any() -> None:
    updates = "updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)\n"
    updates += "with tf.control_dependencies(updates):\n    train ="
    text = migrated(program(HEAD, GRAPH.replace("train =", updates), SESSION, RUN.replace("train_op", "train")))
    assert has_line(text, "train_step(xs, ys)") and "updates" not in text


@pytest.mark.parametrize("after", ["after = tf.identity(loss)", "after = tf.assign(b, tf.zeros([2]))"])
def test_more_than_waiting_is_refused(after: str) -> None:
    waits = f"with tf.control_dependencies([train]):\n    {after}\n"
    refused_at(program(HEAD, GRAPH, waits, SESSION, "sess.run(after, {x: xs, y: ys})\n"), after, "control-dependency")


def test_an_assignment_first_is_refused() -> None:
    waits = "with tf.control_dependencies([tf.assign(b, tf.zeros([2]))]):\n    train_op = tf.no_op()\n"
    refused_at(program(HEAD, GRAPH, waits, SESSION, RUN), "with tf.control", "control-dependency")


def test_a_no_op_beside_other_fetches() -> None:
    run = "value, _ = sess.run([loss, nothing], {x: xs, y: ys})\nsess.run(train, {x: xs, y: ys})\nsess.run(nothing)\n"
    text = migrated(program(HEAD, GRAPH, "nothing = tf.no_op()\n", SESSION, run))
    assert has_line(text, "value = compute_loss(xs, ys).numpy()") and "nothing" not in text


def test_a_streaming_mean() -> None:
    metric = "mean, update = tf.metrics.mean(loss)\n"
    run = "sess.run([train], {x: xs, y: ys})\nsess.run(update, {x: xs, y: ys})\nprint(sess.run(mean))\n"
    local = "sess.run(tf.local_variables_initializer())\n"
    text = migrated(program(HEAD, GRAPH, metric, SESSION, local, run))
    assert "mean_metric = keras.metrics.Mean()" in text and "mean_metric(loss)" in text


def test_logging_and_files() -> None:
    lines = """\
    tf.logging.log(tf.logging.INFO, 'step %d', 1)
    tf.logging.warn('late')
    with tf.gfile.FastGFile('notes', 'w') as notes:
        notes.write('x')
    """
    text = migrated(program(HEAD, GRAPH, SESSION, lines, RUN.replace("train_op", "train")))
    assert has_line(text, "tf.get_logger().log(logging.INFO, 'step %d', 1)")
    assert has_line(text, "with tf.io.gfile.GFile('notes', 'w') as notes:")


def test_modules_by_their_old_paths() -> None:
    head = HEAD + "from tensorflow.python.platform import gfile\n"
    text = migrated(program(head, GRAPH, SESSION, "print(gfile.Exists('logs'))\n", RUN.replace("train_op", "train")))
    assert has_line(text, "print(tf.io.gfile.exists('logs'))")


SCOPED = GRAPH.replace(
    "W = tf.Variable(tf.random_normal([4, 2]))\nb = tf.Variable(tf.zeros([2]))\n",
    "with tf.variable_scope('out', regularizer=tf.contrib.layers.l2_regularizer(0.1)):\n"
    "    W = tf.get_variable('W', [4, 2])\n"
    "    b = tf.get_variable('b', [2], regularizer=tf.contrib.layers.l1_regularizer(0.2))\n",
).replace("(pred - y))", "(pred - y)) + tf.losses.get_regularization_loss()")


def test_the_regularizer_of_a_scope() -> None:
    text = migrated(program(HEAD, SCOPED, SESSION, "sess.run(train, {x: xs, y: ys})\n"))
    assert "keras.regularizers.L2(0.1 / 2)(W), keras.regularizers.L1(0.2)(b)" in text


def test_a_cell_in_a_scope_with_a_regularizer() -> None:
    scope = "with tf.variable_scope('all', regularizer=tf.contrib.layers.l2_regularizer(0.1)):\n"
    inside = GRAPH.replace("outputs, state =", scope + "    outputs, state =")
    source = program(HEAD, inside, SESSION, "sess.run(train, {x: xs, y: ys})\n")
    refused_at(source, "with tf.variable_scope('all'", "variable-option")


TOGETHER = """\
tf.flags.DEFINE_float('rate', 0.05, 'of learning')
FLAGS = tf.flags.FLAGS


def main(_):
    x = tf.placeholder(tf.float32, [None, 5, 3])
    y = tf.placeholder(tf.float32, [None, 2])
    outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), x, dtype=tf.float32)
    with tf.variable_scope('out', regularizer=tf.contrib.layers.l2_regularizer(0.1)):
        W = tf.get_variable('W', [4, 3])
        pred = tf.layers.dense(tf.matmul(outputs[:, -1], W), 2)
    loss = tf.reduce_mean(tf.square(pred - y)) + tf.losses.get_regularization_loss()
    mean, update = tf.metrics.mean(tf.square(pred - y))
    train = tf.train.AdamOptimizer(FLAGS.rate).minimize(loss)
    with tf.control_dependencies([train]):
        train_op = tf.group()
    with tf.Session() as sess:
        sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        feed = {x: xs}
        for i in range(4):
            value, _ = sess.run([loss, train_op], {**feed, y: ys})
            sess.run(update, dict(zip([x, y], [xs, ys])))
            tf.logging.info('%d %g', i, value)
        print(sess.run(mean))


if __name__ == '__main__':
    tf.app.run()
"""


def test_all_of_it_is_proven(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(program(HEAD, TOGETHER))
    assert_same_outputs(tmp_path / "program.py")
