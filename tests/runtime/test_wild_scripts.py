"""Scripts as they are in the wild: what they print and how they end is what TensorFlow 1.15.5 gave (data/scripts/*.txt,
written by `python SCRIPT.py ARGUMENTS > SCRIPT.txt; echo "exit $?" >> SCRIPT.txt` under it; but for flags_old: flags as
they were before TensorFlow 1.5, written by hand).
"""

from __future__ import annotations

import pathlib

import numpy as np
import pytest
from tensorflow1 import launcher, tf

DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "scripts"
ARGUMENTS = {"flags": ["--name=y", "--n", "4", "--fast", "rest"], "flags_old": ["--embedding_dim=7"]}


@pytest.mark.parametrize("name", sorted(path.stem for path in DATA.glob("*.py")))
def test_script(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    if name.startswith("flags"):
        tf.flags.FLAGS.unparse_flags()
    flags = set(tf.flags.FLAGS)
    level = tf.logging.get_verbosity()
    status = 0
    with tf.Graph().as_default(), np.printoptions(legacy="1.25"):
        try:
            launcher.run_script(str(DATA / f"{name}.py"), ARGUMENTS.get(name, []))
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 0
        finally:
            for flag in set(tf.flags.FLAGS) - flags:
                delattr(tf.flags.FLAGS, flag)
            tf.logging.set_verbosity(level)
    assert capsys.readouterr().out + f"exit {status}\n" == (DATA / f"{name}.txt").read_text()


def test_ready_made_estimators_are_refused_with_what_to_do(tmp_path: pathlib.Path) -> None:
    script = tmp_path / "main.py"
    script.write_text("import tensorflow as tf\ntf.estimator.DNNClassifier([3], [])\n")
    with pytest.raises(AttributeError, match=r"tf\.estimator\.DNNClassifier .* removed .* tf\.estimator\.Estimator"):
        launcher.run_script(str(script), [])
    script.write_text("from tensorflow.python.estimator.canned import dnn\n")
    with pytest.raises(ImportError, match=r"estimator\.canned"):
        launcher.run_script(str(script), [])
    script.write_text("from tensorflow.python.estimator import estimator\nassert estimator.Estimator\n")
    launcher.run_script(str(script), [])
