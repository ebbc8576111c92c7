"""Idioms of NumPy 1 and of older Pythons under `tf1rnn run`, each announced once; `--strict` has none of them."""

from __future__ import annotations

import pathlib
import sys
import textwrap
from collections.abc import Iterator

import numpy as np
import pytest
from tensorflow1 import LateModule, cli, launcher

older_library = LateModule("tf1rnn.older_library")
notices = LateModule("tf1rnn.notices")


@pytest.fixture(autouse=True)
def nothing_said_yet() -> Iterator[None]:
    """Each test sees the lines of its own run."""
    said = set(notices._given)
    notices._given.clear()
    yield
    notices._given.clear()
    notices._given.update(said)


def run(folder: pathlib.Path, text: str, strict: bool = False) -> None:
    (folder / "main.py").write_text(textwrap.dedent(text), encoding="utf-8")
    launcher.run_script(str(folder / "main.py"), [str(folder)], strict=strict)


IDIOMS = {
    "numpy.asscalar": "import numpy as np\nassert np.asscalar(np.array([[5]])) == 5",
    "numpy.float": "import numpy as np\nassert np.zeros(2, np.float).dtype == np.float64",
    "numpy.in1d": "import numpy\nassert numpy.in1d([[1, 2]], [2]).tolist() == [False, True]",
    "numpy.cast": "import numpy as np\nassert np.cast[np.int32]([1.5]).dtype == np.int32",
    "lists of unequal length": "import numpy as np\na = np.array([[1, 2], [3]])\n"
    "assert a.dtype == object and a.shape == (2,) and a[0] == [1, 2] and np.asarray([[1], []]).shape == (2,)",
    "numpy.array of a": "import numpy as np\nassert np.array(map(abs, [-1, 2])).tolist() == [1, 2]\n"
    "assert np.asarray([map(abs, [-1, 2]), map(abs, [3, -4])]).tolist() == [[1, 2], [3, 4]]\n"
    "assert np.array({3: 5}.values(), np.float32).tolist() == [5.0] and np.array(zip([1], [2])).shape == (1, 2)\n"
    "assert np.array([(zip([1], [2]), [(3, 4)])]).shape == (1, 2, 1, 2)",
    "copy=False": "import numpy as np\nassert np.array([1, 2], copy=False).shape == (2,)",
    "numpy.fromstring": "import numpy as np\na = np.fromstring(b'\\x01\\x02', dtype=np.uint8)\na[0] = 7\n"
    "assert a.tolist() == [7, 2] and np.fromstring('1 2', sep=' ').tolist() == [1, 2]",
    "numpy.load": "import numpy as np, sys\np = sys.argv[1] + '/a.npy'\nnp.save(p, np.array([{'a': 1}]))\n"
    "assert np.load(p)[0] == {'a': 1}\nnp.savez(sys.argv[1] + '/b.npz', o=np.array([{1}]), n=[1])\n"
    "b = np.load(sys.argv[1] + '/b.npz')\nassert b['n'].tolist() == [1] and b['o'][0] == {1}",
    "int() or float() of an array": "import numpy as np\nassert int(np.array([3])) == 3",
    "inspect.getargspec": "import inspect\nassert inspect.getargspec(lambda a, *b: 0).varargs == 'b'",
    "collections.Mapping": "from collections import Mapping\nassert isinstance({}, Mapping)",
    "time.clock": "import time\nassert time.clock() <= time.clock()",
    "fractions.gcd": "from fractions import gcd\nassert gcd(4, 6) == 2",
    "json: the argument encoding": "import json\nassert json.loads('[1]', encoding='utf-8') == [1]",
    "random.sample of a set": "import random\nassert random.sample({1}, 1) == [1]",
    ".isAlive()": "import threading\nassert not threading.Thread().isAlive()",
    "with U in its mode": "open(__file__, 'rU').read()\nopen(__file__, mode='U').close()",
}


@pytest.mark.parametrize("what", IDIOMS)
def test_idiom(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], what: str) -> None:
    run(tmp_path, IDIOMS[what])
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("tf1rnn:")]
    assert len(said) == 1 and what in said[0]


@pytest.mark.parametrize("what", ["numpy.asscalar", "lists of unequal length", "inspect.getargspec", "time.clock"])
def test_strict_has_no_bridges(tmp_path: pathlib.Path, what: str) -> None:
    with pytest.raises((AttributeError, ValueError)):
        run(tmp_path, IDIOMS[what], strict=True)
    with pytest.raises(SyntaxError):
        run(tmp_path, "print 'Python 2'", strict=True)


def test_modules_that_moved(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(older_library.MOVED, "xml.former", "xml.etree.ElementTree")
    monkeypatch.setitem(older_library.MOVED, "xml.etree.former", "xml.etree.ElementTree")
    (tmp_path / "joblib.py").write_text("mine = True")
    run(
        tmp_path,
        """
        from xml.etree import former as first, ElementTree
        from xml.former import fromstring
        import xml.former as second, xml.etree.cElementTree as ET
        from distutils.version import LooseVersion
        import imp
        module = imp.load_source('loaded_by_imp', __file__.replace('main', 'joblib'))
        assert first is second is ElementTree and fromstring('<a/>').tag == ET.fromstring('<a/>').tag
        assert LooseVersion('1.10') > LooseVersion('1.9') and module.mine
        """,
    )
    sys.modules.pop("loaded_by_imp", None)
    said = capsys.readouterr().err
    assert "the module xml.former is gone: taken as xml.etree.ElementTree" in said


def test_errors_stay_errors(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="inhomogeneous|sequence"):
        run(tmp_path, "import numpy as np\nnp.array([[1, 2], [3]], dtype=np.float32)")
    with pytest.raises(AttributeError, match="no_such"):
        run(tmp_path, "import numpy as np\nnp.no_such")
    with pytest.raises(AttributeError, match="isAlive"):
        run(tmp_path, "[].isAlive()")


def test_what_a_script_sets_on_a_module_is_set_there(tmp_path: pathlib.Path) -> None:
    original = np.get_printoptions
    try:
        run(tmp_path, "import numpy as np\nnp.get_printoptions = 5\nassert np.get_printoptions == 5")
        assert np.get_printoptions == 5
    finally:
        np.get_printoptions = original


def test_options_of_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for options, said in ((["--python2", "--python3"], "exclude each other"), (["--strict"], "which script?")):
        with pytest.raises(SystemExit) as stop:
            cli.main(["run", *options, *(["x.py"] if len(options) > 1 else [])])
        assert stop.value.code == 2 and said in capsys.readouterr().err


def test_the_user_says_which_python(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.py").write_text("print(7 / 2)")
    launcher.run_script(str(tmp_path / "main.py"), [], language="2")
    assert capsys.readouterr().out == "3\n"
    (tmp_path / "main.py").write_text("def f():\n    return xrange(3)\nprint(7 / 2)\nif 0: f()")
    launcher.run_script(str(tmp_path / "main.py"), [], language="3")
    assert capsys.readouterr().out == "3.5\n"
    launcher.run_script(str(tmp_path / "main.py"), [])
    assert capsys.readouterr().out == "3\n"
