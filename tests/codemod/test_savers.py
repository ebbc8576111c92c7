"""tf.train.Saver becomes tf.train.Checkpoint: what is written can be restored, with what the optimizer remembers."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from codemod_programs import GRAPH, HEAD, SESSION, migrated, program, refused_at

from migrate.migration import migrate_source
from migrate.plan import Migrated
from migrate.verify import assert_same_outputs, verify_program

SAVER = "saver = tf.train.Saver(max_to_keep=3)\n"
STEP = "step = tf.Variable(0, trainable=False)\n"
STEPPED = STEP + GRAPH.replace("minimize(loss)", "minimize(loss, global_step=step)")
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
    objects = "tf.train.Checkpoint(lstm=lstm, W=W, b=b, optimizer=optimizer)"
    assert objects in text
    assert "saver = Saver(" in text and "max_to_keep=3" in text
    assert "path = saver.save(os.path.join(folder, 'model'), i)" in text
    assert "saver.restore(path)" in text


def test_the_optimizer_is_left_out_where_only_trained_variables_are_saved() -> None:
    text = migrated(
        program(HEAD, GRAPH, "saver = tf.train.Saver(tf.trainable_variables())\n", SESSION, "saver.save(sess, 'm')\n")
        + "sess.run(train, {x: xs, y: ys})\n"
    )
    assert "tf.train.Checkpoint(lstm=lstm, W=W, b=b)" in text


def test_a_saver_between_an_optimizer_and_its_updates() -> None:
    between = "optimizer = tf.train.AdamOptimizer(0.01)\nsaver = tf.train.Saver()\ntrain = optimizer.minimize(loss)\n"
    graph = GRAPH.replace("train = tf.train.AdamOptimizer(0.01).minimize(loss)\n", between)
    refused_at(program(HEAD, graph, SESSION, "sess.run(train, {x: xs, y: ys})\n"), "saver =", "checkpoint")


def test_a_saver_before_the_optimizer() -> None:
    graph = GRAPH.replace("train =", "saver = tf.train.Saver()\ntrain =")
    text = migrated(program(HEAD, graph, SESSION, "sess.run(train, {x: xs, y: ys})\nsaver.save(sess, 'm')\n"))
    assert "tf.train.Checkpoint(lstm=lstm, W=W, b=b)" in text


def test_cells_in_a_list_are_named() -> None:
    cells = "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(4) for _ in range(2)])"
    graph = GRAPH.replace("tf.nn.rnn_cell.BasicLSTMCell(4)", cells)
    text = migrated(program(HEAD, graph, SAVER, SESSION, "sess.run(train, {x: xs, y: ys})\nsaver.save(sess, 'm')\n"))
    assert "lstm_cells=list(lstm.cell.cells)" in text


def test_the_step_is_the_optimizers_count() -> None:
    text = migrated(
        program(HEAD, STEPPED, SAVER, SESSION, "saver.save(sess, 'logs/m', global_step=step)\n")
        + "sess.run(train, {x: xs, y: ys})\n"
    )
    assert "saver.save('logs/m', optimizer.iterations.numpy())" in text


def test_the_saver_is_made_after_the_functions() -> None:
    late = "error = tf.reduce_max(tf.abs(pred - y))\n"
    text = migrated(
        program(HEAD, GRAPH, SAVER, late, SESSION, "saver.save(sess, 'm')\nprint(sess.run(error, {x: xs, y: ys}))\n")
        + "sess.run(train, {x: xs, y: ys})\n"
    )
    assert text.index("def compute_error") < text.index("saver = Saver(")


AGAIN = """\
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    found = tf.train.get_checkpoint_state('logs')
    if found and found.model_checkpoint_path:
        saver.restore(sess, found.model_checkpoint_path)
    for i in range(3):
        print(sess.run([loss, train], {x: xs, y: ys})[0])
    saver.save(sess, 'logs/model', global_step=step)
    print(tf.train.latest_checkpoint('logs'), saver.last_checkpoints)
"""


def test_a_second_process_goes_on_where_the_first_one_ended(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "whole").mkdir()
    text = migrated(program(HEAD, STEPPED, SAVER, AGAIN))
    text = text.replace("tf.random.set_seed(1)", "keras.utils.set_random_seed(1)")
    one, two = _run(tmp_path, text), _run(tmp_path, text)
    assert one[-1] == "logs/model-3 ['logs/model-3']" and two[-1] == "logs/model-6 ['logs/model-6']"
    whole = _run(tmp_path, text.replace("range(3)", "range(6)").replace("'logs", "'whole"))
    np.testing.assert_allclose([float(v) for v in one[:3] + two[:3]], [float(v) for v in whole[:6]], rtol=1e-5)
    faster = text.replace("Adam(0.01", "Adam(0.5") + "print(optimizer.learning_rate.numpy())\n"
    assert _run(tmp_path, faster)[-1] == "0.5"  # no checkpoint brings another rate back: TF1 saved none


def _run(folder: Path, text: str) -> list[str]:
    (folder / "program.py").write_text(text)
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "program.py"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=environment, check=True
    ).stdout.splitlines()


def test_training_goes_on_from_a_checkpoint_as_it_did(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(program(HEAD, GRAPH, SAVER, SAVED))
    assert_same_outputs(tmp_path / "program.py")


def test_a_program_that_forgets_to_restore_is_different(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(program(HEAD, GRAPH, SAVER, SAVED))
    outcome = migrate_source(path.read_text())
    assert isinstance(outcome, Migrated)
    source = outcome.source.replace("saver.restore(path)", "print(path)")
    assert source != outcome.source
    assert verify_program(path, None, replace(outcome, source=source)).status == "different"


@pytest.mark.parametrize(
    "line",
    [
        "saver = tf.train.Saver([W])",
        "saver = tf.train.Saver({'weights': W})",
        "saver = tf.train.Saver(sharded=True)",
        "saver = tf.train.Saver(); print(os.path.exists('model.meta'))",
        "reader = tf.train.NewCheckpointReader('logs/model')",
        "tf.train.Saver().recover_last_checkpoints(['a'])",
    ],
)
def test_what_is_not_carried_over(line: str) -> None:
    refused_at(program(HEAD, GRAPH, SESSION, line + "\n"), line, "checkpoint")


CLASS = """\
class Model(object):
    def __init__(self, units):
        self.size = units + 1
        self.x = tf.placeholder(tf.float32, [None, self.size, 3])
        self.y = tf.placeholder(tf.float32, [None, 2])
        self.step = tf.Variable(0, trainable=False)
        outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(units), self.x, dtype=tf.float32)
        self.loss = tf.reduce_mean(tf.square(tf.layers.dense(outputs[:, -1], 2) - self.y))
        self.train = tf.train.AdamOptimizer(0.01).minimize(self.loss, global_step=self.step)
        self.saver = tf.train.Saver()


model = Model(4)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(model.train, {model.x: xs, model.y: ys})
    model.saver.save(sess, 'logs/model', global_step=model.step)
"""


def test_a_saver_in_a_class_is_made_after_its_functions() -> None:
    text = migrated(program(HEAD, CLASS))
    assert "tf.train.Checkpoint(lstm=self.lstm, dense=self.dense, optimizer=self.optimizer)" in text
    assert text.index("self.training_step = tf.function(") < text.index("self.saver = Saver(")
    assert "[self.training_step]" in text
    assert "model.saver.save('logs/model', model.optimizer.iterations.numpy())" in text


def test_a_saver_of_an_object() -> None:
    outside = CLASS.replace("        self.saver = tf.train.Saver()\n", "").replace("model.saver", "saver")
    made = "model = Model(4)\n"
    text = migrated(program(HEAD, outside.replace(made, made + "saver = tf.train.Saver()\n")))
    assert "tf.train.Checkpoint(lstm=model.lstm, dense=model.dense, optimizer=model.optimizer)" in text
    assert "[model.training_step]" in text
