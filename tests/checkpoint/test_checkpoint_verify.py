"""--verify: both programs from the checkpoint, the legacy one under tf1rnn; each test starts processes."""

from __future__ import annotations

import legacy_programs
import numpy as np
import pytest
from conftest import variables_of

from migrate.checkpoint import CheckpointError, conversion, convert, proof
from migrate.checkpoint.legacy import write_tf1


@pytest.fixture
def legacy(tmp_path):
    path = tmp_path / "old" / "program.py"
    path.parent.mkdir()
    path.write_text(legacy_programs.ALL["rmsprop_momentum"])
    return path


def test_equal_from_the_checkpoint_on(command, legacy, goldens, program, tmp_path):
    path = program("rmsprop_momentum")
    status, stdout, _ = command(
        goldens.checkpoint("rmsprop_momentum"), "--program", path, "--out", "model.weights.h5", "--verify",
        "--legacy", legacy,
    )  # fmt: skip
    assert status == 0
    assert "proof: equal values in 12 calls of 2 of 2 run sites" in stdout
    assert "final parameters" in stdout
    assert (tmp_path / "model.weights.h5").is_file()
    assert sorted(one.name for one in legacy.parent.iterdir()) == ["program.py"]


def test_slots_that_are_not_the_checkpoints_show(legacy, goldens, program, tmp_path):
    """The weights are right, what the optimizer remembers is not: the first step shows it."""
    path = program("rmsprop_momentum")
    values = variables_of(goldens.checkpoint("rmsprop_momentum"))
    for name, value in values.items():
        if "/RMSProp" in name:
            values[name] = np.ones_like(value)
    write_tf1(tmp_path / "other", values)
    convert(tmp_path / "other", path, tmp_path / "model.weights.h5")
    checkpoint = str(goldens.checkpoint("rmsprop_momentum"))
    with pytest.raises(CheckpointError, match="could not be proven equal(.|\n)*DIFFERENT"):
        proof.prove(checkpoint, legacy, path, tmp_path / "model.weights.h5")


def test_nothing_is_written_that_is_not_proven(command, legacy, goldens, program, tmp_path, monkeypatch):
    def differs(*_):
        raise CheckpointError("the two programs could not be proven equal", ["line 22: off by 1"])

    monkeypatch.setattr(conversion, "prove", differs)
    path = program("rmsprop_momentum")
    status, stdout, stderr = command(
        goldens.checkpoint("rmsprop_momentum"), "--program", path, "--out", "model.weights.h5", "--verify",
        "--legacy", legacy,
    )  # fmt: skip
    assert (status, stdout) == (1, "")
    assert "could not be proven equal\n    line 22: off by 1" in stderr
    assert not (tmp_path / "model.weights.h5").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import tensorflow as tf\nW = tf.load_op_library('x.so')\nsess = tf.Session()\nsess.run(W)\n", "is refused"),
        ("print('hello')\n", "is no program of TensorFlow 1"),
        (None, "cannot be read"),
    ],
)
def test_programs_that_cannot_be_compared(text, words, goldens, program, tmp_path):
    path = program("basic_rnn")
    if text is not None:
        (tmp_path / "legacy.py").write_text(text)
    with pytest.raises(CheckpointError, match=words):
        convert(
            goldens.checkpoint("basic_rnn"), path, tmp_path / "m.weights.h5", legacy_program=tmp_path / "legacy.py"
        )
    assert not (tmp_path / "m.weights.h5").exists()
