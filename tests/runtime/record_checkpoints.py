"""Records checkpoints that TensorFlow 1.15.5 writes, and lets it read ours.

    PYTHON37 tests/runtime/record_checkpoints.py record         writes checkpoints.zip  (a Python 3.7 with tensorflow==1.15.5)
    PYTHON   tests/runtime/record_checkpoints.py ours FOLDER    tf1rnn writes a checkpoint and what its graph gives
    PYTHON37 tests/runtime/record_checkpoints.py read FOLDER    TensorFlow 1.15.5 restores it and compares

The last two are no test, for the real TensorFlow is not at hand there; last run: 448 variables of ours restored by
1.15.5, the 313 tensors of their graph equal to 3.6e-7, training goes on from a checkpoint of ours to 1.2e-7. Graphs (meta graphs, SavedModels) that
TensorFlow 2 writes hold attributes that 1.15.5 does not know, and it refuses them; checkpoints have no graph in them.
"""  # noqa: E501

from __future__ import annotations

import importlib
import os
import shutil
import sys
import tempfile
import zipfile
from typing import Any

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import checkpoint_cases  # noqa: E402

PATH = os.path.join(HERE, "checkpoints.zip")


def load_rounded(tf: Any, session: Any) -> None:
    """Gives every trainable variable the value of its name."""
    session.run(tf.global_variables_initializer())
    variables = tf.trainable_variables()
    values = {v.initializer.inputs[1]: checkpoint_cases.rounded(v) for v in variables}
    session.run([v.initializer for v in variables], values)


def write_cells(tf: Any, folder: str) -> None:
    """cells.* and v1 (of one scope), cells.npz."""
    with tf.Graph().as_default(), tf.Session() as session:
        feeds, tensors = checkpoint_cases.every_cell(tf)
        load_rounded(tf, session)
        tf.train.Saver().save(session, os.path.join(folder, "cells"), write_meta_graph=False, write_state=False)
        some = tf.global_variables("dynamic_multi/")
        saver = tf.train.Saver(some, write_version=tf.train.SaverDef.V1)
        saver.save(session, os.path.join(folder, "v1"), write_meta_graph=False, write_state=False)
        np.savez(os.path.join(folder, "cells.npz"), **session.run(tensors, feeds))


def write_program(tf: Any, folder: str) -> None:
    """program/ with two checkpoints, the meta graph and what follows; exported/, a SavedModel."""
    with tf.Graph().as_default(), tf.Session() as session:
        feeds, fetches, train = checkpoint_cases.program(tf)
        load_rounded(tf, session)
        saver = tf.train.Saver(save_relative_paths=True)
        session.run(train, feeds)
        saver.save(session, os.path.join(folder, "program", "model.ckpt"), global_step=1)
        session.run(train, feeds)
        saver.save(session, os.path.join(folder, "program", "model.ckpt"), global_step=2, write_meta_graph=False)
        values = session.run(fetches, feeds)
        graph = session.graph
        tf.saved_model.simple_save(
            session,
            os.path.join(folder, "exported"),
            inputs={"x": graph.get_tensor_by_name("x:0"), "lengths": graph.get_tensor_by_name("lengths:0")},
            outputs={"top": fetches["top"]},
        )
        session.run(train, feeds)
        following = {"next_" + key: v for key, v in session.run(fetches, feeds).items()}
        np.savez(os.path.join(folder, "program.npz"), **dict(values, **following))


def record(folder: str) -> None:
    tf = importlib.import_module("tensorflow")
    assert tf.__version__ == "1.15.5", tf.__version__
    os.makedirs(os.path.join(folder, "program"))
    write_cells(tf, folder)
    write_program(tf, folder)
    if os.path.exists(PATH):
        os.remove(PATH)
    with zipfile.ZipFile(PATH, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, _, files in sorted(os.walk(folder)):
            for name in sorted(files):
                full = os.path.join(at, name)
                archive.write(full, os.path.relpath(full, folder))
    print("recorded", os.path.getsize(PATH), "bytes")


def read(folder: str) -> None:
    tf = importlib.import_module("tensorflow")
    assert tf.__version__ == "1.15.5", tf.__version__
    with tf.Graph().as_default(), tf.Session() as session:
        feeds, tensors = checkpoint_cases.every_cell(tf)
        tf.train.Saver().restore(session, os.path.join(folder, "cells"))
        found, expected = session.run(tensors, feeds), np.load(os.path.join(folder, "cells.npz"))
        worst = max(float(np.max(np.abs(found[k] - expected[k]))) if found[k].size else 0.0 for k in found)
        print(len(tf.global_variables()), "variables,", len(found), "tensors, largest difference", worst)
    with tf.Graph().as_default(), tf.Session() as session:
        feeds, fetches, train = checkpoint_cases.program(tf)
        tf.train.Saver().restore(session, tf.train.latest_checkpoint(os.path.join(folder, "program")))
        found = session.run(fetches, feeds)
        session.run(train, feeds)
        found.update({"next_" + key: v for key, v in session.run(fetches, feeds).items()})
        expected = np.load(os.path.join(folder, "program.npz"))
        print("program:", {k: float(np.max(np.abs(found[k] - expected[k]))) for k in found})


def main(arguments: list[str]) -> None:
    if arguments == ["record"]:
        folder = tempfile.mkdtemp()
        record(folder)
        shutil.rmtree(folder)
    elif len(arguments) == 2 and arguments[0] == "ours":
        tf = importlib.import_module("tf1rnn")
        os.makedirs(os.path.join(arguments[1], "program"))
        write_cells(tf, arguments[1])
        write_program(tf, arguments[1])
    elif len(arguments) == 2 and arguments[0] == "read":
        read(arguments[1])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
