"""tf.train.Saver becomes tf.train.Checkpoint: what is written can be restored, with what the optimizer remembers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from codemod_programs import GRAPH, HEAD, SESSION, migrated, program, refused_at

from migrate.migration import migrate_source
from migrate.plan import Migrated
from migrate.verify import assert_same_outputs, verify_program

SAVER = "saver = tf.train.Saver(max_to_keep=3)\n"
SAVED = """\
import os, tempfile
folder = tempfile.mkdtemp()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(4):
        sess.run(train, {x: xs, y: ys})
        if i == 1:
            path = saver.save(sess, os.path.join(folder, 'model'), global_step=i)
    print(os.path.basename(path), sess.run(loss, {x: xs, y: ys}))
with tf.Session() as sess:
    saver.restore(sess, path)
    for i in range(3):
        print(sess.run([loss, train], {x: xs, y: ys})[0])
    print(sess.run(pred, {x: xs}))
"""


def test_the_same_objects_are_saved() -> None:
    text = migrated(program(HEAD, GRAPH, SAVER, SAVED))
    assert "saver = tf.train.Checkpoint(lstm=lstm, W=W, b=b, optimizer=optimizer)" in text
    assert "path = saver.write(os.path.join(folder, 'model') + '-' + str(i))" in text
    assert "restore(saver, path, [" in text


def test_a_literal_path_takes_the_step_as_a_field() -> None:
    text = migrated(
        program(HEAD, GRAPH, SAVER, SESSION, "saver.save(sess, 'logs/model', 7)\nsess.run(train, {x: xs, y: ys})\n")
    )
    assert "saver.write(f'logs/model-{7}')" in text


def test_training_goes_on_from_a_checkpoint_as_it_did(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(program(HEAD, GRAPH, SAVER, SAVED))
    assert_same_outputs(tmp_path / "program.py")


def test_a_program_that_forgets_to_restore_is_different(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(program(HEAD, GRAPH, SAVER, SAVED))
    outcome = migrate_source(path.read_text())
    assert isinstance(outcome, Migrated)
    source = outcome.source.replace("restore(saver, path, [", "print(saver, path, [")
    assert source != outcome.source
    assert verify_program(path, None, replace(outcome, source=source)).status == "different"


@pytest.mark.parametrize(
    "line",
    [
        "saver = tf.train.Saver([W])",
        "saver = tf.train.Saver({'weights': W})",
        "saver = tf.train.Saver(sharded=True)",
        "found = tf.train.latest_checkpoint('logs')",
        "tf.train.Saver().recover_last_checkpoints(['a'])",
    ],
)
def test_what_is_not_carried_over(line: str) -> None:
    refused_at(program(HEAD, GRAPH, SESSION, line + "\n"), line, "checkpoint")
