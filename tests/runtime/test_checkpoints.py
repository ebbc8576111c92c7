"""Checkpoints, meta graphs and SavedModels that TensorFlow 1.15.5 wrote (checkpoints.zip, by record_checkpoints.py)."""

from __future__ import annotations

import pathlib
import zipfile
from typing import Any

import all_cases
import checkpoint_cases
import numpy as np
import pytest
from checkpoint_cases import LENGTHS, NAMED_FEEDS, NAMED_FETCHES, X
from tensorflow1 import tf

TOLERANCE = {"rtol": 1e-5, "atol": 2e-6}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The folder that TensorFlow 1.15.5 wrote."""
    folder = tmp_path_factory.mktemp("recorded")
    with zipfile.ZipFile(pathlib.Path(__file__).parent / "checkpoints.zip") as archive:
        archive.extractall(folder)
    return folder


def same(found: dict[str, Any], expected: Any, prefix: str = "") -> None:
    for key, value in found.items():
        np.testing.assert_allclose(value, expected[prefix + key], err_msg=key, **TOLERANCE)


def test_every_cell_and_wrapper_restores(recorded: pathlib.Path) -> None:
    expected = np.load(recorded / "cells.npz")
    path = str(recorded / "cells")
    with tf.Graph().as_default(), tf.Session() as session:
        feeds, tensors = checkpoint_cases.every_cell(tf)
        in_file = tf.train.NewCheckpointReader(path).get_variable_to_shape_map()
        # the shards of a variable are one in the file
        assert {v.op.name.partition("/part_")[0] for v in tf.global_variables()} == set(in_file)
        tf.train.Saver().restore(session, path)
        assert set(tensors) == set(expected.files) and len(tensors) > 100
        same(session.run(tensors, feeds), expected)


def test_the_old_format_restores(recorded: pathlib.Path) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("dynamic_multi"):
            all_cases.CASES["dynamic:multi"](tf)
        some = tf.global_variables("dynamic_multi/")
        tf.train.Saver(some).restore(session, str(recorded / "v1"))
        assert len(some) >= 6
        for variable, value in zip(some, session.run(some), strict=True):
            assert (value == checkpoint_cases.rounded(variable)).all(), variable.name


def test_training_goes_on_from_a_checkpoint(recorded: pathlib.Path) -> None:
    expected = np.load(recorded / "program.npz")
    with tf.Graph().as_default(), tf.Session() as session:
        feeds, fetches, train = checkpoint_cases.program(tf)
        latest = tf.train.latest_checkpoint(str(recorded / "program"))
        assert latest == str(recorded / "program" / "model.ckpt-2")
        tf.train.Saver().restore(session, latest)
        same(session.run(fetches, feeds), expected)
        session.run(train, feeds)
        same(session.run(fetches, feeds), expected, "next_")


def test_a_meta_graph_runs_and_trains(recorded: pathlib.Path) -> None:
    expected = np.load(recorded / "program.npz")
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.import_meta_graph(str(recorded / "program" / "model.ckpt-1.meta"))
        saver.restore(session, str(recorded / "program" / "model.ckpt-2"))
        same(session.run(NAMED_FETCHES, NAMED_FEEDS), expected)
        session.run("train", NAMED_FEEDS)
        same(session.run(NAMED_FETCHES, NAMED_FEEDS), expected, "next_")
        assert {v.op.name for v in tf.trainable_variables()} >= {"rnn/multi_rnn_cell/cell_0/lstm_cell/w_f_diag"}


def test_a_saved_model_loads(recorded: pathlib.Path) -> None:
    expected = np.load(recorded / "program.npz")
    with tf.Graph().as_default(), tf.Session() as session:
        tf.saved_model.loader.load(session, [tf.saved_model.tag_constants.SERVING], str(recorded / "exported"))
        same({"top": session.run("top/BiasAdd:0", {"x:0": X, "lengths:0": LENGTHS})}, expected)
    predict = tf.contrib.predictor.from_saved_model if hasattr(tf.contrib, "predictor") else None
    if predict is not None:
        same({"top": predict(str(recorded / "exported"))({"x": X, "lengths": LENGTHS})["top"]}, expected)


def test_a_saved_model_of_ours_loads(tmp_path: pathlib.Path) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        feeds, fetches, _ = checkpoint_cases.program(tf)
        session.run(tf.global_variables_initializer())
        expected = session.run(fetches, feeds)
        named = {t.op.name: t for t in feeds}
        tf.saved_model.simple_save(session, str(tmp_path / "m"), {k: named[k] for k in ("x", "lengths")}, fetches)
    with tf.Graph().as_default(), tf.Session() as session:
        tf.saved_model.loader.load(session, ["serve"], str(tmp_path / "m"))
        same({"top": session.run("top/BiasAdd:0", {"x:0": X, "lengths:0": LENGTHS})}, expected)


def test_parts_of_a_checkpoint(recorded: pathlib.Path) -> None:
    path = str(recorded / "program" / "model.ckpt-2")
    names = dict(tf.train.list_variables(path))
    kernel = "rnn/multi_rnn_cell/cell_1/gru_cell/gates/kernel"
    assert names[kernel] == [8, 6] and names[f"{kernel}/Adam_1"] == [8, 6] and names["global_step"] == []
    value = tf.train.load_variable(path, kernel)
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.variable_scope("mine"):
            variable = tf.get_variable("gates", [8, 6])
        tf.train.init_from_checkpoint(path, {kernel: variable})
        other = tf.get_variable("other", [8, 6])
        session.run(tf.global_variables_initializer())
        assert (session.run(variable) == value).all()
        tf.train.Saver({kernel: other}).restore(session, path)
        assert (session.run(other) == value).all()
        with pytest.raises(tf.errors.NotFoundError, match="other"):
            tf.train.Saver([other]).restore(session, path)


def test_saver_keeps_and_counts(tmp_path: pathlib.Path) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        checkpoint_cases.program(tf)
        session.run(tf.global_variables_initializer())
        saver = tf.train.Saver(max_to_keep=2)
        for step in range(4):
            saver.save(session, str(tmp_path / "m"), global_step=step, latest_filename="last")
        state = tf.train.get_checkpoint_state(str(tmp_path), latest_filename="last")
        assert [pathlib.Path(p).name for p in state.all_model_checkpoint_paths] == ["m-2", "m-3"]
        assert sorted(p.name for p in tmp_path.glob("*.meta")) == ["m-2.meta", "m-3.meta"]
        assert tf.train.checkpoint_exists(str(tmp_path / "m-3"))
    with tf.Graph().as_default(), tf.Session() as session:
        tf.train.import_meta_graph(str(tmp_path / "m-3.meta"), clear_devices=True).restore(
            session, str(tmp_path / "m-3")
        )
        assert session.run("global_step:0") == 0
