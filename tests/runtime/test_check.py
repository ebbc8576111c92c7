"""`tf1rnn check`: names that are not offered are found without running the program."""

from __future__ import annotations

import pathlib

import pytest
from tensorflow1 import LateModule, cli

check = LateModule("tf1rnn.check")


def found(path: pathlib.Path) -> list[tuple[str, int, str]]:
    return [(pathlib.Path(m.file).name, m.line, m.name) for m in check.check(str(path))]


def test_names_in_all_spellings(tmp_path: pathlib.Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import tensorflow as tf\n"
        "from tensorflow.contrib import rnn\n"
        "from tensorflow.contrib.rnn.python.ops import core_rnn_cell\n"
        "from tensorflow.python.ops import rnn_cell, seq2seq\n"
        "from tensorflow.contrib.nosuch import thing\n"
        "import tensorflow.contrib.seq2seq as s2s\n"
        "cell = rnn.BasicLSTMCell(3), rnn_cell.GRUCell(3), core_rnn_cell.BasicRNNCell(3)\n"
        "other = rnn.NoSuchCell(3)\n"
        "x = tf.placeholder(tf.float32).shape.anything\n"
        "y = tf.nn.no_such_op(x)\n"
        "tf.model = y\n"
        "tf.model.fit()\n"
        "flags = tf.app.flags\n"
        "raise SystemExit('it must not be run')\n"
    )
    assert found(script) == [
        ("script.py", 5, "tf.contrib.nosuch.thing"),
        ("script.py", 8, "tf.contrib.rnn.NoSuchCell"),
        ("script.py", 10, "tf.nn.no_such_op"),
    ]


def test_names_given_to_variables_are_followed(tmp_path: pathlib.Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import tensorflow as tf\n"
        "nets = tf.contrib.nosuch\n"
        "cells = tf.contrib.rnn\n"
        "cell = cells.NoSuchCell(3)\n"
        "twice = tf.contrib.rnn\n"
        "twice = 3\n"
        "twice.NoSuchCell\n"
        "def f(cells):\n"
        "    return cells.other\n"
    )
    assert found(script) == [("script.py", 2, "tf.contrib.nosuch")]
    script.write_text("import tensorflow as tf\ncells = tf.contrib.rnn\ncell = cells.NoSuchCell(3)\n")
    assert found(script) == [("script.py", 3, "tf.contrib.rnn.NoSuchCell")]


def test_modules_of_the_same_folder_are_checked_too(tmp_path: pathlib.Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "__init__.py").write_text("from .layers import build\n")
    (tmp_path / "model" / "layers.py").write_text("import tensorflow as tf\nbuild = tf.no_such_layer\n")
    (tmp_path / "train.py").write_text("import os\nfrom model.layers import build\nimport train\n")
    assert found(tmp_path / "train.py") == [("layers.py", 2, "tf.no_such_layer")]


@pytest.mark.parametrize(
    "source, status, said",
    [
        ("import tensorflow as tf\ntf.placeholder(tf.float32)\n", 0, ""),
        ("import tensorflow as tf\ntf.no_such\n", 1, "script.py:2: tf.no_such is a TensorFlow 1 name"),
    ],
)
def test_exit_status(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], source: str, status: int, said: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(source)
    with pytest.raises(SystemExit) as ended:
        cli.main(["check", str(script)])
    assert ended.value.code == status
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    "source, said",
    [("x = = 2\n", "script.py:1: does not parse"), (None, "script.py: no such file")],
)
def test_bad_input(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], source: str | None, said: str) -> None:
    script = tmp_path / "script.py"
    if source is not None:
        script.write_text(source)
    with pytest.raises(SystemExit) as ended:
        cli.main(["check", str(script)])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
