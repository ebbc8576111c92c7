"""Summaries: a run gives the summarised values by name, and they are written where TF1 wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest
from codemod_programs import GRAPH, HEAD, SESSION, functions, has_line, migrated, program, refused_at

from migrate.migration import migrate_source
from migrate.plan import Migrated
from migrate.verify import assert_same_outputs

SUMMARIES = """\
tf.summary.scalar('loss', loss)
tf.summary.histogram('weights', W)
tf.summary.histogram('pred', pred)
with tf.name_scope('more'):
    error = tf.summary.scalar('mean error', tf.reduce_mean(tf.abs(pred - y)))
merged = tf.summary.merge_all()
"""
WRITER = "writer = tf.summary.FileWriter('logs', sess.graph)\n"
RUN = """\
for i in range(3):
    summary, value, _ = sess.run([merged, loss, train], {x: xs, y: ys})
    writer.add_summary(summary, i)
    print(value)
    writer.add_summary(sess.run(error, {x: xs, y: ys}), global_step=i)
writer.close()
"""


def summarised(*parts: str) -> str:
    return program(HEAD, GRAPH, SUMMARIES, SESSION, WRITER, *parts)


def test_a_run_returns_the_values_and_they_are_written_with_the_step() -> None:
    text = migrated(summarised(RUN))
    kept = '"loss": loss, "weights": W, "pred": pred, "more/mean_error": tf.reduce_mean(tf.abs(pred - y))'
    assert f"merged = {{{kept}}}" in text
    assert "writer = tf.summary.create_file_writer('logs')" in text
    assert "writer, summary, i, {" in " ".join(text.split()) and '"pred": tf.summary.histogram' in text
    assert has_line(text, "write_summaries(writer, compute_error(xs, ys), i)")
    assert has_line(text, "return merged, loss")


def test_what_is_never_run_leaves_nothing() -> None:
    text = migrated(summarised("sess.run(train, {x: xs, y: ys})\n"))
    assert "summary" not in text and "merged" not in text and "writer" not in text


def test_two_sets_of_summaries() -> None:
    sets = """\
    one = tf.summary.scalar('loss', loss)
    two = tf.summary.scalar('size', tf.reduce_max(pred))
    both = tf.summary.merge([one, two])
    """
    run = """\
    writer.add_summary(sess.run(one, {x: xs, y: ys}), 0)
    writer.add_summary(sess.run(both, {x: xs, y: ys}))
    sess.run(train, {x: xs, y: ys})
    """
    text = migrated(program(HEAD, GRAPH, sets, SESSION, WRITER, run))
    assert {"compute_one", "compute_both"} <= functions(text)
    assert 'both = {"loss": loss, "size": tf.reduce_max(pred)}' in text or '{"loss": loss, "size": ' in text
    assert has_line(text, "write_summaries(writer, compute_both(xs, ys), 0)")


def test_summaries_of_plain_numbers() -> None:
    run = """\
    value = sess.run([loss, train], {x: xs, y: ys})[0]
    writer.add_summary(tf.Summary(value=[tf.Summary.Value(tag='loss', simple_value=value)]), 3)
    later = tf.Summary()
    later.value.add(tag='twice', simple_value=2 * value)
    writer.add_summary(later, 4)
    writer.flush()
    """
    text = migrated(program(HEAD, GRAPH, SESSION, WRITER, run))
    assert has_line(text, "write_summaries(writer, {'loss': value}, 3)")
    assert has_line(text, "later = {}") and has_line(text, "later.update({'twice': 2 * value})")
    assert has_line(text, "writer.flush()")


def test_names_before_tensorflow_1() -> None:
    old = """\
    tf.scalar_summary('loss', loss)
    merged = tf.merge_all_summaries()
    """
    writer = "writer = tf.train.SummaryWriter('logs', sess.graph)\n"
    run = "s, _ = sess.run([merged, train], {x: xs, y: ys})\nwriter.add_summary(s, 1)\n"
    text = migrated(program(HEAD, GRAPH, old, SESSION, writer, run))
    assert has_line(text, "s = train_step(xs, ys)") and has_line(text, "write_summaries(writer, s, 1)")


def test_the_graph_is_missed_in_a_note() -> None:
    outcome = migrate_source(summarised(RUN))
    assert isinstance(outcome, Migrated)
    assert any("graph is not written" in note.text for note in outcome.notes)


def test_the_values_are_proven(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(summarised(RUN))
    assert_same_outputs(tmp_path / "program.py")


def test_a_wrong_value_is_found(tmp_path: Path) -> None:
    from dataclasses import replace

    from migrate.verify import verify_program

    path = tmp_path / "program.py"
    path.write_text(summarised(RUN))
    outcome = migrate_source(path.read_text())
    assert isinstance(outcome, Migrated)
    wrong = replace(outcome, source=outcome.source.replace('"pred": pred', '"pred": 2.0 * pred'))
    assert verify_program(path, None, wrong).status == "different"


@pytest.mark.parametrize(
    "line",
    [
        "tf.summary.scalar('loss', loss, collections=['mine'])",
        "tf.summary.scalar('loss' + str(len(xs)), loss)",
        "tf.summary.merge_all('mine')",
        "tf.summary.audio('sound', pred, 16000)",
        "tf.summary.FileWriter('logs').get_logdir()",
    ],
)
def test_what_is_not_carried_over(line: str) -> None:
    refused_at(program(HEAD, GRAPH, line + "\n", SESSION, "sess.run(train, {x: xs, y: ys})\n"), line, "summary")


def test_a_tensor_that_gets_another_value_after_it_is_summarised() -> None:
    again = SUMMARIES.replace("merged =", "loss = loss + tf.reduce_sum(tf.square(W))\nmerged =")
    source = program(HEAD, GRAPH, again, SESSION, WRITER, RUN)
    refused_at(source, "merged = tf.summary.merge_all()", "name-versions")


HELPER = """\
def variable_summaries(var):
    \"\"\"Attach a lot of summaries to a tensor.\"\"\"
    with tf.name_scope('summaries'):
        mean = tf.reduce_mean(var)
        tf.summary.scalar('mean', mean)
        with tf.name_scope('stddev'):
            stddev = tf.sqrt(tf.reduce_mean(tf.square(var - mean)))
        tf.summary.scalar('stddev', stddev)
        tf.summary.histogram('histogram', var)


variable_summaries(pred)
variable_summaries(outputs)
"""


def test_a_helper_that_only_makes_summaries() -> None:
    text = migrated(program(HEAD, GRAPH, HELPER, SUMMARIES, SESSION, WRITER, RUN))
    assert "variable_summaries" not in text
    mean = "tf.reduce_mean(outputs)"
    stddev = f"tf.sqrt(tf.reduce_mean(tf.square(outputs - {mean})))"
    flat = " ".join(text.split())
    assert f'"summaries_1/mean": {mean}, "summaries_1/stddev": {stddev}, "summaries_1/histogram": outputs' in flat


def test_a_helpers_name_that_is_bound_again() -> None:
    helper = HELPER.replace("        tf.summary.histogram(", "        mean = mean * 2\n        tf.summary.histogram(")
    shown = helper.replace("'histogram', var", "'histogram', mean")
    source = program(HEAD, GRAPH, shown, SUMMARIES, SESSION, WRITER, RUN)
    refused_at(source, "        tf.summary.histogram(", "summary")


def test_a_writer_that_a_nested_function_is_given(tmp_path: Path) -> None:
    run = """\
    def work():
        def evaluate(step, log=None):
            summary, value = sess.run([merged, loss], {x: xs, y: ys})
            print(value)
            if log:
                log.add_summary(summary, step)

        for i in range(2):
            sess.run(train, {x: xs, y: ys})
            evaluate(i, log=writer)

    work()
    """
    text = migrated(summarised(run))
    assert "add_summary" not in text and "write_summaries(" in text.split("def evaluate(")[1]
    script = tmp_path / "program.py"
    script.write_text(summarised(run))
    assert_same_outputs(script)


def test_a_writer_that_the_analysis_does_not_see() -> None:
    run = """\
    def log(held, summary, step):
        held.add_summary(summary, step)

    for i in range(2):
        log(writer, sess.run(merged, {x: xs, y: ys}), i)
    """
    refused_at(summarised(run), "held.add_summary", "summary")
