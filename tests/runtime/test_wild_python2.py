"""Python 2 source under `tf1rnn run`: what it prints is what CPython 2.7 prints; Python 3 is never converted."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import textwrap

import pytest
from tensorflow1 import LateModule, launcher

program = LateModule("tf1rnn.python2.program")
DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "python2"


def run(folder: pathlib.Path, capsys: pytest.CaptureFixture[str], **files: str) -> tuple[str, list[str]]:
    """Runs main of some files; what it printed, and our lines on stderr."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    before = set(sys.modules)
    try:
        launcher.run_script(str(folder / "main.py"), [])
    finally:
        for name in set(sys.modules) - before:
            if (folder / name.partition(".")[0]).exists() or (folder / f"{name}.py").exists():
                del sys.modules[name]
        captured = capsys.readouterr()
    return captured.out, [line for line in captured.err.splitlines() if line.startswith("tf1rnn:")]


def language(text: str) -> str:
    return program.Program()._judged("/nowhere/main.py", textwrap.dedent(text).encode()).verdict.language


def test_everything_prints_what_python_2_printed(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    launcher.run_script(str(DATA / "everything.py"), [str(tmp_path)])
    sys.modules.pop("helper", None)
    captured = capsys.readouterr()
    assert captured.out == (DATA / "everything.txt").read_text()
    said = [line for line in captured.err.splitlines() if "Python 2" in line]
    assert len(said) == 2 and "everything.py is Python 2 (line " in said[0] and "helper.py" in said[1]


def test_division_in_numpy_and_tensorflow(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    main = """
        import numpy as np
        import tensorflow as tf
        n = tf.constant([7, -7])
        x = tf.placeholder(tf.float32, [None, 9])
        a, b = np.array([7, -7]), np.array([7, 9])
        b /= 2
        with tf.Session() as session:
            print session.run(n / 2), session.run(7 / n), session.run(tf.constant([7.]) / 2), session.run(2 / (n * 1.0 if 0 else tf.constant([8.])))
        print a / 2, b, a / 2.0, np.int64(7) / 2, np.float32(7) / 2, x.get_shape()[1] / 2, [4, 9] / np.array([2, 2])
        """  # noqa: E501
    out, _ = run(tmp_path, capsys, main=main)
    assert out == "[ 3 -4] [ 1 -1] [3.5] [0.25]\n[ 3 -4] [3 4] [ 3.5 -3.5] 3 3.5 4 [2 4]\n"


def test_true_division_where_the_file_asks_for_it(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    main = """
        from __future__ import division, print_function
        import old
        for i in xrange(1):
            print(3 / 2, old.half, end='!')
        """
    out, _ = run(tmp_path, capsys, main=main, old="half = 3 / 2")
    assert out == "1.5 1!"


def test_packages_find_what_is_beside_them(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, said = run(
        tmp_path,
        capsys,
        main="from wild_package import first\nprint first.second.value, first.third",
        wild_package____init__="",
        wild_package__first="import second\nfrom second import value as third\nprint 'first'",
        wild_package__second="value = 9 / 2",
    )
    assert out == "first\n4 4\n" and len(said) == 3


@pytest.mark.parametrize(
    "text",
    [
        "for i in range(3): print(i / 2)",
        "try:\n    xrange\nexcept NameError:\n    xrange = range\nprint(xrange(3))",
        "from six.moves import xrange\nxrange(3)",
        "try:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle",
        "import sys\nif sys.version_info[0] == 2:\n    import urllib2\nelse:\n    import urllib.request",
        "import six\nfor k, v in six.iteritems({}): pass",
        "import pandas as pd\npd.DataFrame().iteritems()",
        "from pylab import *\ntext = unicode('a')",
        "reduce = lambda f, l: l\nreduce(1, 2)",
        "def f(file, long, cmp): return file, long, cmp",
        "import Queue_of_mine",
    ],
)
def test_what_runs_on_either_is_not_python_2(text: str) -> None:
    assert language(text) == "either"


@pytest.mark.parametrize(
    "text",
    [
        "print 'a'",
        "for i in xrange(3): pass",
        "import cPickle",
        "from StringIO import StringIO",
        "{}.iteritems()",
        "{}.has_key(1)",
        "import string\nstring.letters",
        "from itertools import izip",
        "raise ValueError, 'x'",
        "n = 0777",
        "exec 'a = 1'",
        "if True:\n\ta = 1\n        b = 2",
        "def f((a, b)): return a",
    ],
)
def test_what_only_python_2_has(text: str) -> None:
    assert language(text) == "2"


@pytest.mark.parametrize(
    "text",
    [
        "print(f'{1}')",
        "def f(*, a): xrange(a)",
        "print('a', end='')\nxrange",
        "import urllib.request\nunicode",
        "x: int = 1",
    ],
)
def test_what_only_python_3_has(text: str) -> None:
    assert language(text) == "3"


def test_python_3_keeps_its_division(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    main = """
        def dead():
            return xrange(3)
        print(7 / 2, {}.keys(), range(2))
        """
    assert run(tmp_path, capsys, main=main) == ("3.5 dict_keys([]) range(0, 2)\n", [])
    # and what runs on either is Python 3 in a program of Python 3
    mixed = {"main": "import other\nprint(f'{7 / 2}', other.n)", "other": "n = 7 / 2"}
    assert run(tmp_path, capsys, **mixed) == ("3.5 3.5\n", [])


def test_errors_carry_the_lines_of_the_source(tmp_path: pathlib.Path) -> None:
    (tmp_path / "main.py").write_text(
        "import sys\n\n\ndef f((a, b),\n      c):\n    print 'in f'\n    return a / c\n\n\n"
        "try:\n    f((1, 2), 0)\nexcept ZeroDivisionError, e:\n    line = sys.exc_info()[2].tb_next.tb_lineno\n"
        "assert line == 7, line\n"
    )
    launcher.run_script(str(tmp_path / "main.py"), [])


def test_what_is_no_python_at_all_is_reported_as_python_does(tmp_path: pathlib.Path) -> None:
    (tmp_path / "main.py").write_text("import os\nprint('a'\nx = = 2\n")
    with pytest.raises(SyntaxError) as caught:
        launcher.run_script(str(tmp_path / "main.py"), [])
    with pytest.raises(SyntaxError) as plain:
        compile((tmp_path / "main.py").read_text(), "main.py", "exec")
    assert (caught.value.msg, caught.value.lineno) == (plain.value.msg, plain.value.lineno)


def test_what_cannot_be_converted_is_refused_with_its_line(tmp_path: pathlib.Path) -> None:
    (tmp_path / "main.py").write_text("print 'a'\n\nasync = 5\n")
    with pytest.raises(SyntaxError, match="Python 2 source that could not be converted") as caught:
        launcher.run_script(str(tmp_path / "main.py"), [])
    assert caught.value.filename == str(tmp_path / "main.py") and caught.value.lineno == 3
    done = subprocess.run(
        [sys.executable, "-m", "tf1rnn", str(tmp_path / "main.py")],
        cwd=pathlib.Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1 and "async = 5\nSyntaxError: Python 2 source" in done.stderr, done.stderr
