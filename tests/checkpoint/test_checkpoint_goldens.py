"""Checkpoints of TensorFlow 1.15.5 in migrated programs: outputs, training that goes on, the way back."""

from __future__ import annotations

import re

import keras_programs
import legacy_programs
import numpy as np
import pytest
from conftest import READ, assert_same_bits, run_program, variables_of

from migrate.checkpoint import convert, convert_back, load_program

TRAINED_FURTHER = {"gru_block", "peepholes", "embedding"}
HERE = {"lstm", "lstm_no_forget_bias", "gru", "lstm_block", "mixed_stack", "nas"}  # like others: one run will do


def resumed(text):
    """The program with the weights read where its training begins, and its outputs from them."""
    predicted = re.search(r"predicted = (.*)$", text, re.MULTILINE).group(1)
    before, begin, after = text.partition("losses = []\n")
    return f"{before}{begin}{READ}restored = {predicted}\n{after}"


@pytest.mark.parametrize("name", list(legacy_programs.CELLS))
def test_outputs_resumed_training_and_round_trip(name, goldens, program, tmp_path):
    path = program(name)
    loaded = load_program(path)
    report = convert(goldens.checkpoint(name), loaded, tmp_path / "model.weights.h5")
    assert not report.plan.left_tf1 and not report.plan.left_keras and not report.warnings

    if name in HERE:
        names = loaded.namespaces[0]
        restored, now = goes_on(names)
    else:
        names = run_program(resumed(path.read_text()), tmp_path)
        restored, now = names["restored"], np.load(tmp_path / "values0.npz")
    np.testing.assert_allclose(restored, goldens.values(name)["predicted"], rtol=0, atol=1e-5)
    later = goldens.values(name, 1)
    np.testing.assert_allclose(now["losses"], later["losses"][5:], rtol=0, atol=1e-5)
    np.testing.assert_allclose(now["predicted"], later["predicted"], rtol=0, atol=1e-5)

    convert_back(goldens.checkpoint(name), loaded, tmp_path / "model.weights.h5", tmp_path / "back" / "model.ckpt-0")
    assert_same_bits(goldens.checkpoint(name), tmp_path / "back" / "model.ckpt-0")
    if name in TRAINED_FURTHER:  # 5 steps in 1.15.5 and 5 in Keras, whose Saver wrote model.ckpt-0, are 10 in 1.15.5
        convert_back(goldens.checkpoint(name), loaded, tmp_path / "model.ckpt-0", tmp_path / "back" / "model.ckpt-1")
        assert_close(goldens.checkpoint(name, 1), tmp_path / "back" / "model.ckpt-1")


@pytest.mark.parametrize("name", list(legacy_programs.TRAINING))
def test_each_optimizer_goes_on_and_goes_back(name, goldens, program, tmp_path):
    loaded = load_program(program(name))
    convert(goldens.checkpoint(name), loaded, tmp_path / "model.weights.h5")
    convert_back(goldens.checkpoint(name), loaded, tmp_path / "model.weights.h5", tmp_path / "back" / "model.ckpt-0")
    assert_same_bits(goldens.checkpoint(name), tmp_path / "back" / "model.ckpt-0")

    names = loaded.namespaces[0]
    restored, now = goes_on(names)
    np.testing.assert_allclose(restored, goldens.values(name)["predicted"], rtol=0, atol=1e-5)
    later = goldens.values(name, 1)
    np.testing.assert_allclose(now["losses"], later["losses"][5:], rtol=0, atol=1e-5)
    np.testing.assert_allclose(now["predicted"], later["predicted"], rtol=0, atol=1e-5)
    names["saver"].save(str(tmp_path / "model.ckpt"), 10)
    convert_back(goldens.checkpoint(name), loaded, tmp_path / "model.ckpt-10", tmp_path / "back" / "model.ckpt-10")
    # RMSProp without momentum has a slot for it in TF1, the last update, which nothing reads.
    unread = "/RMSProp_1" if name == "rmsprop" else None
    assert_close(goldens.checkpoint(name, 1), tmp_path / "back" / "model.ckpt-10", unread)


def goes_on(names):
    """The outputs of a loaded program; its losses in 5 more steps, and its outputs after them."""
    restored = names["compute_outputs"](names["data_x"]).numpy()
    losses = [names["train_step"](names["data_x"], names["data_y"]).numpy() for _ in range(5)]
    return restored, {"losses": losses, "predicted": names["compute_outputs"](names["data_x"]).numpy()}


def assert_close(prefix, other, unread=None):
    """Two checkpoints have the same variables, slots and counters, but for rounding in a few steps."""
    wanted, found = variables_of(prefix), variables_of(other)
    assert wanted.keys() == found.keys()
    for variable, value in wanted.items():
        if unread is None or not variable.endswith(unread):
            np.testing.assert_allclose(found[variable], value, rtol=1e-5, atol=1e-5, err_msg=variable)


@pytest.mark.parametrize("name", list(legacy_programs.BY_HAND))
def test_programs_that_were_written_anew(name, goldens, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(keras_programs.ALL[name])
    loaded = load_program(path)
    report = convert(goldens.checkpoint(name), loaded, tmp_path / "model.weights.h5")
    assert not report.plan.left_tf1 and not report.plan.left_keras
    text = keras_programs.ALL[name].replace("losses = []\n", f"{READ}restored = compute_outputs(data_x)\nlosses = []\n")
    names = run_program(text, tmp_path)
    np.testing.assert_allclose(names["restored"], goldens.values(name)["predicted"], rtol=0, atol=1e-5)
    if name == "cudnn_gru":  # Keras has two biases where TF1 trained one
        assert any("slots are not used" in one for one in report.plan.remarks)
    else:
        later = goldens.values(name, 1)
        np.testing.assert_allclose(names["losses"], later["losses"][5:], rtol=0, atol=1e-5)
        np.testing.assert_allclose(names["predicted"], later["predicted"], rtol=0, atol=1e-5)
    convert_back(goldens.checkpoint(name), loaded, tmp_path / "model.weights.h5", tmp_path / "back" / "model.ckpt-0")
    assert_same_bits(goldens.checkpoint(name), tmp_path / "back" / "model.ckpt-0")
