"""The table of README.md, and the refusals behind it."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest
from tensorflow1 import LateModule, tf

README = pathlib.Path(__file__).parents[2] / "README.md"
support = LateModule("tf1rnn.support")


def test_the_table_of_the_readme_is_that_of_the_code() -> None:
    text = README.read_text(encoding="utf-8")
    expected = support.replaced(text, support.table(support.modules()))
    assert text == expected, "out of date: run `python -m tf1rnn.support --write README.md`"


def test_a_name_counts_as_there_only_if_a_program_gets_it() -> None:
    found = {m.path: m for m in support.modules()}
    assert "dynamic_rnn" in found["nn"].ours
    assert "relu" in found["nn"].tensorflow
    assert "DNNClassifier" in found["estimator"].missing
    assert found["contrib.rnn"].missing == found["layers"].missing == []
    assert all(hasattr(tf.contrib.rnn, name) for name in found["contrib.rnn"].ours)


def test_marks_that_are_not_there_are_an_error() -> None:
    with pytest.raises(ValueError, match="are not there"):
        support.replaced("no marks", "")


@pytest.mark.parametrize(
    "name, said",
    [
        ("estimator.DNNClassifier", "give tf.estimator.Estimator a model function"),
        ("contrib.tpu", "TPUs only"),
        ("mul", "write tf.multiply"),
        ("train", None),
        ("no_such_thing", "does not support yet"),
    ],
)
def test_a_refusal_says_what_to_do(name: str, said: str | None) -> None:
    holder = tf
    *parents, leaf = name.split(".")
    for parent in parents:
        holder = getattr(holder, parent)
    if said is None:
        assert getattr(holder, leaf)
        return
    with pytest.raises(AttributeError, match=said):
        getattr(holder, leaf)


def test_the_command(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "page.md"
    file.write_text(f"before\n{support.BEGIN}\nold\n{support.END}\nafter\n")
    command = [sys.executable, "-m", "tf1rnn.support", "--write", str(file)]
    subprocess.run(command, check=True, cwd=README.parent, capture_output=True)
    written = file.read_text()
    assert written.startswith("before\n") and written.endswith("after\n") and "\nold\n" not in written
    assert "| `tf.contrib.rnn` | 50 | 50 |" in written
