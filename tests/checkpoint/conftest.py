"""Goldens of TensorFlow 1.15.5, migrated programs, and runs of them in this process."""

from __future__ import annotations

import contextlib
import functools
import os
import zipfile
from pathlib import Path

import legacy_programs
import numpy as np
import pytest

from migrate.checkpoint.command import main
from migrate.migration import migrate_source
from migrate.plan import Migrated

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

READ = "from migrate.checkpoint import load_weights; load_weights('model.weights.h5')\n"


@functools.cache
def migrated_text(source):
    outcome = migrate_source(source, "program.py")
    assert isinstance(outcome, Migrated), outcome
    return outcome.source


class Goldens:
    """Where the recorded files lie. values[0] and checkpoint 0: after 5 steps; 1: after 10."""

    def __init__(self, folder):
        self.folder = folder

    def checkpoint(self, name, part=0):
        return self.folder / name / f"model.ckpt-{part}"

    def values(self, name, part=0):
        return np.load(self.folder / name / f"values{part}.npz")


@pytest.fixture(scope="session")
def goldens(tmp_path_factory):
    folder = tmp_path_factory.mktemp("goldens")
    with zipfile.ZipFile(Path(__file__).parent / "goldens.zip") as archive:
        archive.extractall(folder)
    return Goldens(folder)


@pytest.fixture
def program(tmp_path):
    """Writes a migrated program: of a name of legacy_programs, or the text of a legacy one."""

    def write(name_or_source, file="program.py"):
        path = tmp_path / file
        path.write_text(migrated_text(legacy_programs.ALL.get(name_or_source, name_or_source)))
        return path

    return write


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Runs `tf1rnn-migrate checkpoint` in the temporary folder; (exit status, stdout, stderr)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        capsys.readouterr()
        status = main([str(one) for one in arguments])
        return status, *capsys.readouterr()

    return run


def run_program(text, folder, name="resumed.py"):
    """Run the text as a script in a folder; its names."""
    path = Path(folder) / name
    path.write_text(text)
    names = {"__name__": "__main__", "__file__": str(path)}
    with changed_to(folder):
        exec(compile(text, str(path), "exec"), names)
    return names


@contextlib.contextmanager
def changed_to(folder):
    """contextlib.chdir of Python 3.11."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def variables_of(prefix):
    """Every variable of a checkpoint by name."""
    import tensorflow as tf

    reader = tf.train.load_checkpoint(str(prefix))
    return {name: np.asarray(reader.get_tensor(name)) for name in reader.get_variable_to_shape_map()}


def assert_same_bits(prefix, other):
    """Two checkpoints have the same variables, bit for bit."""
    one, two = variables_of(prefix), variables_of(other)
    assert one.keys() == two.keys()
    for name, value in one.items():
        assert (value.dtype, value.shape) == (two[name].dtype, two[name].shape), name
        assert value.tobytes() == two[name].tobytes(), name
