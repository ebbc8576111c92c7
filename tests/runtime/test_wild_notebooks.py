"""`tf1rnn run NOTEBOOK.ipynb`."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest
from tensorflow1 import LateModule

notebook = LateModule("tf1rnn.notebook")
ROOT = pathlib.Path(__file__).resolve().parents[2]
QUIET = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "PYTHONPATH": str(ROOT)}


def write(folder: pathlib.Path, *cells: str, **metadata: Any) -> pathlib.Path:
    """Writes a notebook; a text cell stands between its code cells."""
    listed: list[dict[str, Any]] = [{"cell_type": "markdown", "source": ["# Title\n", "print('no')"]}]
    for cell in cells:
        listed.append({"cell_type": "code", "source": cell.splitlines(keepends=True), "outputs": []})
    path = folder / "book.ipynb"
    path.write_text(json.dumps({"cells": listed, "metadata": metadata, "nbformat": 4}), encoding="utf-8")
    return path


def run(path: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tf1rnn", "run", str(path), *arguments]
    return subprocess.run(command, cwd=ROOT, env=QUIET, capture_output=True, text=True, timeout=120)


def ours(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stderr.splitlines() if line.startswith("tf1rnn:")]


def test_cells_run_in_order_with_their_magics(tmp_path: pathlib.Path) -> None:
    path = write(
        tmp_path,
        "%matplotlib inline\n%tensorflow_version 1.x\n!pip install \\\n  tensorflow==1.15\nimport tensorflow as tf",
        "%%writefile cells.py\nimport tensorflow as tf\nsize = 3",
        "import cells, sys, os\ntext = '''\n%not a magic\n'''\nn = (7\n  % 4)",
        "x = tf.placeholder(tf.float32, [None, 2, 1])\n"
        "if True:\n    !mkdir somewhere\n    cell = tf.nn.rnn_cell.GRUCell(cells.size)\n"
        "out, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)",
        "%time session = tf.Session(); session.run(tf.global_variables_initializer())\n"
        "session.run(out, {x: [[[1.], [2.]]]}).shape",
        "text, n;",
        "print(text.strip(), n, __name__, sys.argv[1:], os.path.basename(os.getcwd()))\n"
        "get_ipython().run_line_magic('matplotlib', 'inline')\nsum([1, 2])",
        kernelspec={"name": "python3", "language": "python"},
    )
    done = run(path, "--flag")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"(1, 2, 3)\n%not a magic 3 __main__ ['--flag'] {tmp_path.name}\n3\n"
    assert ours(done) == ["tf1rnn: left out: !pip install  tensorflow==1.15", "tf1rnn: left out: !mkdir somewhere"]


def test_a_traceback_names_cell_and_line(tmp_path: pathlib.Path) -> None:
    path = write(tmp_path, "def fail():\n    raise KeyError('on purpose')", "a = 1\nfail()")
    done = run(path)
    assert done.returncode == 1
    lines = done.stderr[done.stderr.index("Traceback") :].splitlines()
    assert lines[1:3] == [f'  File "{path}, cell 2", line 2, in <module>', "    fail()"]
    assert lines[3:5] == [f'  File "{path}, cell 1", line 2, in fail', "    raise KeyError('on purpose')"]
    assert lines[5:] == ["KeyError: 'on purpose'"]


def test_a_python_2_notebook(tmp_path: pathlib.Path) -> None:
    path = write(tmp_path, "a = 7 / 2", "print a, 9 / 2", kernelspec={"name": "python2"})
    done = run(path)
    assert (done.returncode, done.stdout) == (0, "3 4\n"), done.stderr


def test_what_cannot_be_left_out_raises(tmp_path: pathlib.Path) -> None:
    done = run(write(tmp_path, "files = !ls\nprint(files)"))
    assert done.returncode == 1 and "UnsupportedMagic: the output of !ls is needed" in done.stderr


@pytest.mark.parametrize(
    "content, said",
    [("{", "not a Jupyter notebook"), ("[]", "not a Jupyter notebook")],
)
def test_what_is_no_notebook(tmp_path: pathlib.Path, content: str, said: str) -> None:
    path = tmp_path / "book.ipynb"
    path.write_text(content)
    with pytest.raises(SystemExit, match=said):
        notebook.read(str(path))


def test_a_notebook_of_another_language(tmp_path: pathlib.Path) -> None:
    path = write(tmp_path, "x <- 1", language_info={"name": "R"})
    with pytest.raises(SystemExit, match="language r, not of Python"):
        notebook.read(str(path))


@pytest.mark.parametrize(
    "cell, line",
    [
        ("%cd x", "get_ipython().magic('cd x')"),
        ("    !ls", "    get_ipython().system('ls')"),
        ("%timeit -n 3 f(x)", "f(x)"),
        ("tf.nn?", "get_ipython().magic('pinfo tf.nn')"),
        ("a = %pwd", "a = get_ipython().magic('pwd')"),
        ("a = 5 % 3", "a = 5 % 3"),
        ("'why?'", "'why?'"),
        ("# is it?", "# is it?"),
    ],
)
def test_lines_for_ipython(cell: str, line: str) -> None:
    assert notebook.python_of(cell) == line
