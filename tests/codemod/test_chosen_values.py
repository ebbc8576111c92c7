"""What a condition chooses: it is chosen in the new program too, or the program is refused."""

from __future__ import annotations

import pytest
from codemod_programs import HEAD, SESSION, line_of, migrated, program, refusal, trained

INPUT = "x = tf.placeholder(tf.float32, [None, 3])\ndeep = len(xs) > 3\n"
USE = "out = tf.matmul(tf.layers.dense(x, 4, activation=act), tf.ones([4, 1]))\n"
RUN = SESSION + "print(sess.run(out, {x: xs[:, 0]}))\n"
LOOP = "x = tf.placeholder(tf.float32, [None, 5, 3])\nunits = len(xs)\n"
ROLLED = "out, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\n" + SESSION + "print(sess.run(out, {x: xs}))\n"


@pytest.mark.parametrize(
    "choice",
    [
        "act = tf.nn.relu if deep else tf.nn.tanh\n",
        "if deep:\n    act = tf.nn.relu\nelse:\n    act = tf.nn.tanh\n",
        "act = None\nif deep:\n    act = tf.nn.sigmoid\n",
    ],
)
def test_an_activation_is_chosen_where_it_was(choice: str) -> None:
    text = migrated(program(HEAD, INPUT, choice, USE, RUN))
    assert choice in text and "activation=act)" in text


@pytest.mark.parametrize(
    "choice",
    [
        "init = tf.ones_initializer() if deep else tf.zeros_initializer()\n",
        "if deep:\n    init = tf.ones_initializer()\nelse:\n    init = tf.zeros_initializer()\n",
    ],
)
def test_an_initializer_that_a_condition_chooses(choice: str) -> None:
    use = "w = tf.get_variable('w', [3, 2], initializer=init)\nout = tf.matmul(x, w)\n"
    source = program(HEAD, INPUT, choice, use, RUN)
    assert refusal(source)[1] == "conditional-creation"


@pytest.mark.parametrize(
    "choice",
    [
        "cell = (tf.nn.rnn_cell.GRUCell if units > 3 else tf.nn.rnn_cell.BasicRNNCell)(units)\n",
        "fn = tf.nn.rnn_cell.GRUCell if units > 3 else tf.nn.rnn_cell.BasicRNNCell\ncell = fn(units)\n",
        "if units > 3:\n    fn = tf.nn.rnn_cell.GRUCell\nelse:\n    fn = tf.nn.rnn_cell.BasicRNNCell\n"
        "cell = fn(units)\n",
    ],
)
def test_the_class_of_a_cell(choice: str) -> None:
    from migrate.migration import migrate_source
    from migrate.plan import Migrated

    outcome = migrate_source(program(HEAD, LOOP, choice, ROLLED))
    assert not isinstance(outcome, Migrated) or "if units > 3" in outcome.source, outcome


def test_a_name_that_changes_between_a_cell_and_its_loop() -> None:
    cell = "units = 3\ncell = tf.nn.rnn_cell.GRUCell(units)\nunits = 9\n"
    source = program(HEAD, LOOP, cell, ROLLED)
    assert refusal(source) == (line_of(source, "dynamic_rnn"), "rebound-name")
    assert "GRU(\n    units" in migrated(program(HEAD, LOOP, cell.replace("units = 9\n", ""), ROLLED))


@pytest.mark.parametrize(
    "choice",
    [
        "    op = train if i % 2 else tf.no_op()\n    print(sess.run([op, loss], {x: xs, y: ys}))\n",
        "    if i % 2:\n        op = train\n    else:\n        op = tf.no_op()\n"
        "    print(sess.run([op, loss], {x: xs, y: ys}))\n",
        "    ops = [loss]\n    if i % 2:\n        ops.append(train)\n    print(sess.run(ops, {x: xs, y: ys})[0])\n",
        "    ops = [loss, train] if i % 2 else [loss]\n    print(sess.run(ops, {x: xs, y: ys})[0])\n",
    ],
)
def test_a_training_operation_that_a_condition_chooses(choice: str) -> None:
    assert refusal(trained("for i in range(3):\n" + choice))[1] == "fetch-form"


@pytest.mark.parametrize("change", ["ops.extend([train])\n", "ops.insert(0, train)\n", "ops.append(train)\n"])
def test_a_training_operation_put_into_a_list_later(change: str) -> None:
    source = trained("ops = [loss, pred]\n", change, "print(sess.run(ops, {x: xs, y: ys}))\n")
    assert refusal(source) == (line_of(source, change.strip()), "fetch-form")


def test_a_loop_over_functions_of_tensorflow() -> None:
    loop = "out = x\nfor act in (tf.nn.relu, tf.nn.tanh):\n    out = act(out - 1)\n"
    assert refusal(program(HEAD, INPUT, loop, RUN))[1] == "python-in-graph"


def test_a_loss_that_changes_after_its_training_operation() -> None:
    source = trained("step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)\nloss = loss * 10\n")
    source += "print(sess.run([step, loss], {x: xs, y: ys}))\n"
    assert refusal(source) == (line_of(source, "loss = loss * 10"), "name-versions")
    assert "return loss" in migrated(source.replace("[step, loss]", "[train, loss]").replace("loss = loss * 10", ""))


def test_counters_of_metrics_that_begin_again() -> None:
    metric = "p = tf.placeholder(tf.int32, [None])\nacc, up = tf.metrics.accuracy([0, 1], p)\n"
    runs = "sess = tf.Session()\nsess.run(tf.local_variables_initializer())\nsess.run(up, {p: [0, 0]})\n"
    again = "sess.run(tf.local_variables_initializer())\nprint(sess.run(up, {p: [0, 1]}), sess.run(acc))\n"
    assert refusal(program(HEAD, metric, runs, again))[1] == "initialised-again"
