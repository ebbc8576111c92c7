"""Start-up: what a run imports, and above all what it does not. How long it takes: benchmarks/startup.py."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import migrate

ROOT = Path(migrate.__file__).parents[1]
SMALL = """\
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 4, 3])
outputs, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicRNNCell(num_units=5), x, dtype=tf.float32)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(outputs, feed_dict={x: [[[1.0, 2.0, 3.0]] * 4]}))
"""


def _modules(file: Path, *options: str) -> set[str]:
    """The modules that a run of the command imports."""
    program = (
        "import sys; from migrate.cli import main; main(sys.argv[1:]); "
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, str(file), *options]
    return set(subprocess.run(command, env=environment, capture_output=True, text=True).stderr.split())


def test_imports_of_a_run(tmp_path: Path) -> None:
    file = tmp_path / "small.py"
    file.write_text(SMALL)
    modules = _modules(file, "--check")
    assert "migrate.migration" in modules
    assert not modules & {"tensorflow", "keras", "numpy", "tf1rnn", "multiprocessing", "importlib.metadata"}


def test_file_without_tensorflow_does_not_cost_libcst(tmp_path: Path) -> None:
    file = tmp_path / "plain.py"
    file.write_text("print(1)\n")
    assert "libcst" not in _modules(file)
