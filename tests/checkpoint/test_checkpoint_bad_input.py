"""What is wrong with a checkpoint is said, with exit status 1, and nothing is written."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from conftest import READ, run_program, variables_of

from migrate.checkpoint.legacy import write_tf1

KERNEL = "rnn/basic_rnn_cell/kernel"


@pytest.fixture
def fails(command, program, tmp_path):
    """Converting fails with these words, and leaves the folder as it was."""

    def check(checkpoint, *words, options=(), out="out/model.weights.h5"):
        path = program("basic_rnn")
        before = sorted(tmp_path.rglob("*"))
        status, stdout, stderr = command(checkpoint, "--program", path, "--out", out, *options)
        assert status == 1
        assert not stdout
        for word in words:
            assert word in stderr, stderr
        assert "Traceback" not in stderr
        assert sorted(tmp_path.rglob("*")) == before
        return stderr

    return check


@pytest.fixture
def copy(goldens, tmp_path):
    """A checkpoint of the program `basic_rnn` to be broken."""
    for file in (goldens.folder / "basic_rnn").iterdir():
        shutil.copy(file, tmp_path)
    return tmp_path / "model.ckpt-0"


@pytest.fixture
def changed(goldens, tmp_path):
    """The checkpoint with other variables."""

    def write(change):
        values = variables_of(goldens.checkpoint("basic_rnn"))
        change(values)
        write_tf1(tmp_path / "changed", values)
        return tmp_path / "changed"

    return write


def test_no_such_checkpoint(fails, copy):
    error = fails(copy.with_name("model.ckpt-7"), "there is no checkpoint", "model.ckpt-7", "model.ckpt-0")
    assert "model.ckpt-1" in error
    fails(copy.parent / "nowhere" / "model.ckpt", "There is no folder", "nowhere")


def test_missing_files(fails, copy):
    index, data = f"{copy}.index", f"{copy}.data-00000-of-00001"
    shutil.move(data, f"{copy}.kept")
    fails(copy, "model.ckpt-0.data-")
    shutil.move(f"{copy}.kept", data)
    shutil.move(index, f"{copy}.kept")
    fails(copy, "model.ckpt-0.index is missing")


def test_a_folder_without_the_checkpoint_it_names(fails, copy):
    (copy.parent / "checkpoint").write_text('model_checkpoint_path: "model.ckpt-9"\n')
    fails(copy.parent, "model.ckpt-9", "not there")
    (copy.parent / "checkpoint").unlink()
    fails(copy.parent, "neither a file checkpoint nor a SavedModel", "model.ckpt-0")


@pytest.mark.parametrize("suffix", [".index", ".data-00000-of-00001"])
@pytest.mark.parametrize("kept", [0.0, 0.3, 0.8])
def test_truncated_files(fails, copy, suffix, kept):
    with open(f"{copy}{suffix}", "r+b") as file:
        file.truncate(int(kept * len(file.read())))
    fails(copy, "model.ckpt-0")


def test_changed_bytes(fails, copy):
    with open(f"{copy}.data-00000-of-00001", "r+b") as file:
        file.seek(40)
        file.write(b"\x55\xaa\x55\xaa")
    fails(copy, "damaged")


def test_a_damaged_graph_is_a_warning(command, goldens, program, tmp_path):
    for file in goldens.folder.glob("basic_lstm/model.ckpt-0.*"):
        shutil.copy(file, tmp_path)
    graph = tmp_path / "model.ckpt-0.meta"
    graph.write_bytes(graph.read_bytes()[:5000])
    status, _, stderr = command("model.ckpt-0", "--program", program("basic_lstm"), "--out", "m.weights.h5")
    assert status == 0
    assert "warning: model.ckpt-0.meta is damaged" in stderr


def test_no_checkpoint_at_all(fails, tmp_path):
    (tmp_path / "weights").write_bytes(b"no checkpoint" * 20)
    fails(tmp_path / "weights", "cannot be read as a checkpoint")


def test_a_checkpoint_of_tensorflow_2(fails, tmp_path):
    import tensorflow as tf

    path = tf.train.Checkpoint(v=tf.Variable(1.0)).write(str(tmp_path / "new"))
    fails(path, "written by TensorFlow 2")


def test_other_shape(fails, changed):
    def narrow(values):
        values[KERNEL] = values[KERNEL][:-1]

    fails(changed(narrow), "shape", KERNEL, "[7, 5]", "[8, 5]")


def test_other_shape_by_the_map(fails, goldens, tmp_path):
    (tmp_path / "map").write_text("dense = rnn/basic_rnn_cell/kernel, rnn/basic_rnn_cell/bias\n")
    fails(goldens.checkpoint("basic_rnn"), "[8, 5]", "[5, 2]", options=["--map", tmp_path / "map"])


def test_missing_variables(fails, changed):
    error = fails(changed(lambda values: values.pop("dense/bias")), "only in the program", "dense", "dense/kernel")
    assert "--partial" in error
    fails(changed(lambda values: values.pop("dense/kernel/Adam_1")), "optimizer", "slots", "dense")


def test_left_over_variables(fails, changed):
    def add(values):
        values["more/kernel"] = np.ones([4, 4], np.float32)

    fails(changed(add), "only in the checkpoint: more/kernel [4, 4]", "--partial")


def test_other_dtype(fails, changed):
    def widen(values):
        values["dense/kernel"] = values["dense/kernel"].astype(np.float64)

    fails(changed(widen), "dense/kernel is float64", "float32")


def test_a_checkpoint_of_another_program(fails, goldens):
    fails(goldens.checkpoint("nas"), "another program")
    fails(goldens.checkpoint("raw_variables"), "another program")


def test_other_betas(fails, goldens, changed):
    def other(values):
        values["beta1_power"] = np.float32(0.7)

    fails(changed(other), "no power of 0.9", "betas")


def test_nan_is_a_warning(command, changed, program, tmp_path):
    def spoil(values):
        values["dense/bias"][0] = np.nan
        values[KERNEL][0, 0] = np.inf

    path = program("basic_rnn")
    arguments = (changed(spoil), "--program", path, "--out", "model.weights.h5")
    status, _, stderr = command(*arguments)
    assert status == 0
    assert f"warning: NaN or infinity in dense/bias, {KERNEL}" in stderr
    before, begin, _ = path.read_text().partition("losses = []\n")
    names = run_program(before + begin + READ, tmp_path)
    assert np.isnan(names["dense"].bias.numpy()[0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import keras\ndef f(:\n", ["does not parse", "line 2"]),
        ("import keras\nraise ValueError('no data')\n", ["failed before its first step", "line 2", "no data"]),
        ("import keras\nimport sys\nsys.exit('usage: -d')\n", ["exit status", "before its first step", "--"]),
        ("import keras\n", ["no weights"]),
    ],
)
def test_programs_that_do_not_come_to_their_first_step(command, goldens, tmp_path, text, words):
    (tmp_path / "other.py").write_text(text)
    status, _, stderr = command(
        goldens.checkpoint("basic_rnn"), "--program", "other.py", "--out", "model.weights.h5"
    )
    assert status == 1
    assert all(word in stderr for word in words), stderr
    assert not (tmp_path / "model.weights.h5").exists()


def test_a_program_that_is_not_there(command, goldens):
    status, _, stderr = command(goldens.checkpoint("basic_rnn"), "--program", "no.py", "--out", "m.weights.h5")
    assert status == 1
    assert "no.py" in stderr


def test_places_that_cannot_be_written(fails, goldens, tmp_path):
    checkpoint = goldens.checkpoint("basic_rnn")
    (tmp_path / "file").write_text("")
    fails(checkpoint, "file", out="file/model.weights.h5")
    fails(checkpoint, ".weights.h5", out="model.h5")
    fails(checkpoint, "not one keras.Model", out="model.keras")
    (tmp_path / "taken.weights.h5").mkdir()
    fails(checkpoint, "is a folder", out="taken.weights.h5")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("dense", ["line 1", "not of the form"]),
        ("dense = dense\ndense = other", ["line 2", "twice"]),
        ("encoder = rnn", ["encoder, which the program has not", "It has: "]),
        ("dense = no/such", ["no/such", "which the checkpoint has not"]),
        ("dense.forget_bias = much", ["line 1", "no number"]),
        ("rnn = dense/kernel, dense/bias", ["[5, 2]", "[8, 5]"]),
    ],
)
def test_maps(fails, goldens, tmp_path, line, words):
    (tmp_path / "map").write_text(line + "\n")
    fails(goldens.checkpoint("basic_rnn"), *words, options=["--map", tmp_path / "map"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["ckpt", "--program", "p.py"],
        ["ckpt", "--out", "m.weights.h5"],
        ["ckpt", "--program", "p.py", "--dry-run", "--verify"],
        ["ckpt", "--program", "p.py", "--out", "m.weights.h5", "--verify"],
        ["ckpt", "--program", "p.py", "--out", "m", "--legacy", "l.py"],
        ["ckpt", "--program", "p.py", "--out", "m", "--to-tf1", "w", "--verify", "--legacy", "l.py"],
        ["ckpt", "--program", "p.py", "--dry-run", "--to-tf1", "w"],
        ["ckpt", "--program", "p.py", "--out", "m", "--partial", "--verify", "--legacy", "l.py"],
    ],
)
def test_wrong_usage(command, arguments, capsys):
    try:
        status, *_ = command(*arguments)
    except SystemExit as stop:  # argparse
        status = stop.code
    assert status == 2
