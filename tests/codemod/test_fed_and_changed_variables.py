"""Variables that are not trained: fed, counted up beside the training, assigned before each round."""

from __future__ import annotations

from pathlib import Path

from numeric_programs import ADAM, GRU, LOSS, START

from migrate.migration import migrate_source
from migrate.plan import Migrated, Refused
from migrate.verify import assert_same_outputs

VARIABLES = """\
speed = tf.Variable(0.5, trainable=False)
rate = tf.Variable(0.0, trainable=False)
done = tf.Variable(0, trainable=False)
count = tf.assign(done, done + 1)
shown = speed * 2.0
"""
RUN = """\
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        # the rate of this round
        change = rate.assign(0.01 * 0.5 ** i)
        sess.run(change)
        l, s, _, _ = sess.run([loss, shown, train, count], feed_dict={X: xs, Y: ys, speed: i})
        print(l, s, done.eval())
    print(sess.run(shown), sess.run(rate))
"""
PROGRAM = START + GRU + LOSS + VARIABLES + ADAM.replace("0.01", "rate") + RUN


def migrated(source: str) -> str:
    outcome = migrate_source(source)
    assert isinstance(outcome, Migrated), outcome
    return outcome.source


def test_a_fed_variable_is_a_parameter() -> None:
    text = migrated(PROGRAM)
    assert "speed_spec = tf.TensorSpec(speed.shape, speed.dtype)\n" in text
    assert "(xs, ys, i)" in text and "(speed)" in text


def test_an_operation_made_in_a_loop_for_the_next_run() -> None:
    text = migrated(PROGRAM)
    assert "    # the rate of this round\n    rate.assign(0.01 * 0.5 ** i)\n" in text and "change" not in text


def test_they_are_equal(tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    assert_same_outputs(script)


def test_a_fed_variable_that_is_trained_is_refused() -> None:
    outcome = migrate_source(PROGRAM.replace("tf.Variable(0.5, trainable=False)", "tf.Variable(0.5)"))
    assert isinstance(outcome, Refused) and outcome.reasons[0].code == "fed-tensor"


def test_what_the_training_reads_is_not_changed_beside_it() -> None:
    outcome = migrate_source(PROGRAM.replace("done + 1)", "done + 1)\nloss = loss * tf.to_float(done)"))
    assert isinstance(outcome, Refused) and outcome.reasons[0].code == "racy-fetch"
