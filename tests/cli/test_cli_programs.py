"""Programs of several files: which files belong together, and that they are refused whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_samples import LEGACY, MIGRATED, PLAIN, Run, contents

from migrate.cli import main
from migrate.plan import Migrated, Unchanged
from migrate.program import imported_names, local_imports, program_of, refuse_split_programs, uses_tensorflow

ROOT = Path("/project")


def graph(**sources: str) -> dict[str, set[str]]:
    paths = {
        ROOT / (name.replace("__", "/").replace("INIT", "__init__") + ".py"): text
        for name, text in sources.items()
    }
    return {
        path.relative_to(ROOT).as_posix(): {target.relative_to(ROOT).as_posix() for target in edges}
        for path, edges in local_imports(paths).items()
        if edges
    }


@pytest.mark.parametrize(
    "statement",
    [
        "import model",
        "import os, model as m",
        "from model import Net",
        "from model import *",
        "def f():\n    import model",
        "try:\n    from model import a\nexcept ImportError:\n    pass",
        "from . import model",
        "from .model import Net",
    ],
)
def test_import_forms(statement: str) -> None:
    assert graph(train=statement, model="") == {"train.py": {"model.py"}}


def test_packages() -> None:
    files = {"a__b__c": "", "a__INIT": "", "a__b__INIT": "from .c import x"}
    executed = {"a/__init__.py", "a/b/__init__.py", "a/b/c.py"}
    for statement in ("import a.b.c", "from a.b import c", "from a.b.c import x"):
        assert graph(main=statement, **files)["main.py"] == executed
    assert graph(main="from a import b", **files)["main.py"] == {"a/__init__.py", "a/b/__init__.py"}
    assert graph(**files) == {"a/b/__init__.py": {"a/b/c.py"}}


def test_folder_without_init() -> None:
    assert graph(main="from models.rnn import Net", models__rnn="") == {"main.py": {"models/rnn.py"}}


def test_relative_import_of_a_parent() -> None:
    assert graph(p__q__x="from ..y import z", p__y="", y="") == {"p/q/x.py": {"p/y.py"}}


def test_import_from_the_folder_of_the_script() -> None:
    """models/rnn.py is imported by main.py, whose folder is on sys.path."""
    sources = {"main": "import models.rnn", "models__rnn": "from models.cells import c", "models__cells": ""}
    assert graph(**sources)["models/rnn.py"] == {"models/cells.py"}


def test_the_nearest_module_wins() -> None:
    assert graph(sub__x="import data", sub__data="", data="") == {"sub/x.py": {"sub/data.py"}}


def test_a_file_does_not_import_itself() -> None:
    assert graph(random="import random") == {}


def test_program_of_a_cycle() -> None:
    paths = {
        ROOT / "a.py": "import b",
        ROOT / "b.py": "import c",
        ROOT / "c.py": "import a",
        ROOT / "d.py": "",
    }
    assert program_of(ROOT / "a.py", local_imports(paths)) == set(paths) - {ROOT / "d.py"}


def test_text_that_does_not_parse_imports_nothing() -> None:
    assert imported_names("import a\nprint 'x'\n") == ()


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("import tensorflow as tf", True),
        ("from tensorflow.contrib import rnn", True),
        ("import tensorflow.compat.v1 as tf", True),
        ("# unlike tensorflow\nimport numpy", False),
        ("from .tensorflow import x", False),
        ("print 'tensorflow'", True),
    ],
)
def test_uses_tensorflow(source: str, uses: bool) -> None:
    assert uses_tensorflow(source) is uses


def test_reason_names_the_line_and_the_other_file() -> None:
    sources = {ROOT / "train.py": "import os\nimport helper\n", ROOT / "helper.py": "import sub.model"}
    sources[ROOT / "sub" / "model.py"] = "import tensorflow"
    outcomes = {ROOT / "train.py": Migrated(""), ROOT / "helper.py": Unchanged("no TensorFlow")}
    (refusal,) = refuse_split_programs(sources, outcomes).values()
    assert (refusal.line, refusal.code) == (2, "multi-file")
    assert "(sub/model.py, imported here)" in refusal.reason


MODEL = """import tensorflow as tf


class Model:
    def __init__(self, size):
        self.x = tf.placeholder(tf.float32, [None, size])
        self.y = tf.layers.dense(self.x, 2)
"""
TRAIN = """import numpy as np
import tensorflow as tf

from model import Model

model = Model(3)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(model.y, {model.x: np.ones([4, 3])}))
"""


def test_files_of_a_program_migrate_together(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "train.py").write_text(TRAIN)
    assert main([str(tmp_path), "--allow-dirty"]) == 0
    model, train = (tmp_path / "model.py").read_text(), (tmp_path / "train.py").read_text()
    assert "self.dense = keras.layers.Dense(2)" in model and "def compute_y(self, x):" in model
    assert "from model import Model" in train and "print(model.compute_y(np.ones([4, 3])).numpy())" in train
    assert "tensorflow" not in train and "Session" not in train


def test_one_refused_file_keeps_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "model.py").write_text(MODEL.replace("tf.layers.dense(self.x, 2)", "tf.no_such_thing(self.x)"))
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "alone.py").write_text("import tensorflow as tf\nprint(tf.Session().run(tf.constant(1)))\n")
    before = contents(tmp_path)
    assert main([str(tmp_path), "--allow-dirty"]) == 1
    told = capsys.readouterr().out
    assert "model.py:7: refused: tf.no_such_thing is not in the table" in told
    assert "train.py:1: refused: the program has another file that is not migrated: model.py, line 7" in told
    after = contents(tmp_path)
    assert after["model.py"] == before["model.py"] and after["train.py"] == before["train.py"]
    assert after["alone.py"] != before["alone.py"]


def test_a_refused_script_keeps_the_others_only_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "legacy", tmp_path / "out"
    folder.mkdir()
    (folder / "model.py").write_text(MODEL)
    (folder / "train.py").write_text(TRAIN)
    (folder / "export.py").write_text(TRAIN.replace("print(", "tf.no_such_thing()\n    print("))
    assert main([str(folder), "--out", str(out)]) == 1
    assert "export.py:9: refused: tf.no_such_thing is not in the table" in capsys.readouterr().out
    assert sorted(contents(out)) == ["model.py", "train.py"]
    before = contents(folder)
    assert main([str(folder), "--allow-dirty"]) == 1
    assert contents(folder) == before


@pytest.mark.parametrize("named", ["model.py", "train.py"])
def test_files_beside_a_named_file_count(run: Run, tmp_path: Path, named: str) -> None:
    (tmp_path / "model.py").write_text(LEGACY)
    (tmp_path / "train.py").write_text("import model\n" + LEGACY)
    ran = run(named)
    assert ran.status == 1
    assert f"{named}:1: refused:" in ran.out and "[multi-file]" in ran.out
    assert "1 file: 1 refused." in ran.out


def test_local_modules_without_tensorflow_are_fine(run: Run, tmp_path: Path) -> None:
    (tmp_path / "loader.py").write_text("# feeds tensorflow\n" + PLAIN)
    (tmp_path / "train.py").write_text("import loader\n" + LEGACY)
    assert run("train.py").status == 0
    assert (tmp_path / "train.py").read_text() == "import loader\n" + MIGRATED


def test_tensorflow_2_code_in_an_imported_module(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Functions of tensors mean the same in both: they are read like the rest of the program."""
    losses = "import tensorflow as tf\n\n\ndef error(y, target):\n    return tf.reduce_mean(tf.square(y - target))\n"
    (tmp_path / "losses.py").write_text(losses)
    (tmp_path / "train.py").write_text(
        "import tensorflow as tf\nimport losses\n\nx = tf.placeholder(tf.float32, [2])\nloss = losses.error(x, 1.0)\n"
        "print(tf.Session().run(loss, {x: [1.0, 2.0]}))\n"
    )
    assert main([str(tmp_path), "--allow-dirty"]) == 0
    assert "losses.py: already TF2" in capsys.readouterr().out
    assert "loss = losses.error(x, 1.0)" in (tmp_path / "train.py").read_text() or (
        "return losses.error(x, 1.0)" in (tmp_path / "train.py").read_text()
    )
    assert (tmp_path / "losses.py").read_text() == losses
