"""`tf1rnn run` and `run_script`: a script cannot tell them from plain python, except that TensorFlow is
1.15.
"""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import textwrap

import pytest
from tensorflow1 import cli, launcher, tf

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUIET = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "PYTHONPATH": str(ROOT)}


def write(folder: pathlib.Path, **files: str) -> pathlib.Path:
    """Writes NAME.py files and returns the path of main.py."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return folder / "main.py"


def command(*arguments: str, cwd: pathlib.Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=cwd, env=QUIET, capture_output=True, text=True, timeout=120)


def own_lines(stderr: str) -> list[str]:
    """stderr without what TensorFlow's C++ side and its deprecation warnings write."""
    return [line for line in stderr.splitlines() if line.startswith(("tf1rnn:", "Traceback", "  ", "Value", "Syn"))]


# ---- in this process


def test_a_script_sees_its_surroundings(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = write(
        tmp_path,
        main="""
            import sys, os
            import tensorflow as tf
            print(__name__, os.path.basename(__file__), sys.argv[1:], tf.__version__)
            print(sys.path[0] == os.path.dirname(os.path.realpath(__file__)), sys.modules['__main__'].tf is
            tf)
            """,
    )
    assert launcher.run_script  # imported from here on
    before = sys.modules["__main__"], list(sys.argv), list(sys.path), list(sys.meta_path)
    launcher.run_script(str(script), ["--flag", "value"])
    assert capsys.readouterr().out.splitlines() == [
        "__main__ main.py ['--flag', 'value'] 1.15.5",
        "True True",
    ]
    assert (sys.modules["__main__"], sys.argv, sys.path, sys.meta_path) == before


IMPORTS = """
    import tensorflow as tf
    import tensorflow, os
    from tensorflow.contrib import rnn
    import tensorflow.contrib.seq2seq as s2s
    import tensorflow.contrib.layers
    from tensorflow.python.ops import rnn as old_rnn, rnn_cell
    from tensorflow.python.ops.rnn_cell import GRUCell, LSTMStateTuple as Pair
    from tensorflow.models.rnn import rnn as older_rnn, rnn_cell as older_cell
    from tensorflow.contrib.rnn.python.ops import core_rnn_cell
    from tensorflow.examples.tutorials.mnist import input_data
    import tensorflow.examples.tutorials.mnist.input_data as same_input_data
    import tensorflow.compat.v1 as v1
    from tensorflow.compat import v1 as also_v1
    from tensorflow import nn, layers
    from tensorflow.python.framework import ops
    from tensorflow.contrib.rnn import *

    assert tensorflow is tf and v1 is tf and also_v1 is tf and tf.compat.v1 is tf
    assert rnn is tf.contrib.rnn and s2s is tf.contrib.seq2seq and core_rnn_cell is rnn
    assert old_rnn is nn is tf.nn is older_rnn and rnn_cell is older_cell is tf.nn.rnn_cell
    assert GRUCell is rnn.GRUCell and Pair is tf.nn.rnn_cell.LSTMStateTuple
    assert BasicRNNCell is rnn.BasicRNNCell and layers.dense is tf.layers.dense
    assert input_data is same_input_data is tf.examples.tutorials.mnist.input_data
    import tensorflow.python.framework.ops as real_ops
    assert ops is real_ops and ops.Graph is tf.Graph
    tf.compat.v1.disable_v2_behavior()

    def inside():
        import tensorflow.contrib.rnn as again
        return again
    assert inside() is rnn
    """


def test_all_forms_of_import(tmp_path: pathlib.Path) -> None:
    launcher.run_script(str(write(tmp_path, main=IMPORTS)), [])


def test_own_modules_are_redirected_and_libraries_are_not(tmp_path: pathlib.Path) -> None:
    library = tmp_path / "site-packages"
    script = write(
        tmp_path / "program",
        main="""
            import os, sys
            import tensorflow as tf
            import model, package.deep
            from package import part
            sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'beside'))
            import beside_module
            import some_library
            assert model.tf is tf and package.deep.tf is tf and part.tf is tf and beside_module.tf is tf
            assert some_library.tf.__version__.startswith('2.') and not hasattr(some_library.tf, 'contrib')
            """,
        model="import tensorflow as tf",
        package____init__="",
        package__deep="import tensorflow as tf",
        package__part="from . import deep\ntf = deep.tf",
    )
    write(tmp_path / "beside", beside_module="import tensorflow as tf")
    write(library, some_library="import tensorflow as tf")
    sys.path.append(str(library))
    try:
        launcher.run_script(str(script), [])
    finally:
        sys.path.remove(str(library))
        for name in ("model", "package", "package.deep", "package.part", "beside_module", "some_library"):
            sys.modules.pop(name, None)
    import tensorflow

    assert tensorflow.__version__.startswith("2.")
    assert not list(tmp_path.rglob("program/**/*.pyc"))


def test_a_user_module_named_like_a_part_of_ours_wins(tmp_path: pathlib.Path) -> None:
    script = write(
        tmp_path,
        main="import migrate, layers\nassert migrate.mine and layers.mine",
        migrate="mine = True",
        layers="mine = True",
    )
    saved = {name: sys.modules.pop(name) for name in [m for m in sys.modules if m.split(".")[0] == "migrate"]}
    try:
        launcher.run_script(str(script), [])
    finally:
        for name in ("migrate", "layers"):
            sys.modules.pop(name, None)
        sys.modules.update(saved)


@pytest.mark.parametrize(
    "line, named",
    [
        ("import tensorflow.contrib.no_such_module", "tf.contrib.no_such_module"),
        ("from tensorflow.contrib import no_such_module", "tf.contrib.no_such_module"),
        ("from tensorflow.contrib.rnn import NoSuchCell", "tf.contrib.rnn.NoSuchCell"),
        ("from tensorflow import no_such_name", "tf.no_such_name"),
        ("from tensorflow.python.no_such_module import x", "tensorflow.python.no_such_module"),
        ("import tensorflow.contrib.rnn.python.ops.no_such_module", "tf.contrib.rnn.python.ops.no_such_module"),
        ("from tensorflow.contrib.rnn.python.ops import no_such_name", "tf.contrib.rnn.no_such_name"),
        ("from tensorflow.contrib.rnn.python.ops.no_such import GRUCell", "tf.contrib.rnn.python.ops.no_such"),
        ("from tensorflow.contrib.no_such.python.ops import x", "tf.contrib.no_such"),
        ("from tensorflow.python.layers import no_such_name", "tf.layers.no_such_name"),
    ],
)
def test_an_unsupported_import_names_what_is_missing(tmp_path: pathlib.Path, line: str, named: str) -> None:
    with pytest.raises(ImportError, match=named.replace(".", r"\.")) as caught:
        launcher.run_script(str(write(tmp_path, main=line)), [])
    assert "support" in str(caught.value) or "does not have" in str(caught.value)


REFUSED_IMPORT = """
    import tensorflow as tf
    from tensorflow.contrib.learn.python.learn import learn_runner
    from tensorflow.contrib.learn import DNNClassifier
    assert tf.constant(1).shape == ()
    """


def test_what_is_refused_is_refused_where_it_is_used(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    launcher.run_script(str(write(tmp_path, main=REFUSED_IMPORT)), [])
    assert "DNNClassifier" in capfd.readouterr().err
    for use in (
        "learn_runner(1)",
        "learn_runner.fit",
        "isinstance(1, DNNClassifier)",
        "class Mine(DNNClassifier): pass",
        "learn_runner == 1",
        "bool(learn_runner)",
    ):
        with pytest.raises(AttributeError, match="does not support: TensorFlow 2 removed it"):
            launcher.run_script(str(write(tmp_path, main=textwrap.dedent(REFUSED_IMPORT) + use)), [])
    with pytest.raises(ImportError, match="no_such_name"):
        launcher.run_script(str(write(tmp_path, main="from tensorflow.contrib.learn import no_such_name")), [])


def test_keras_of_contrib(tmp_path: pathlib.Path) -> None:
    text = """
        import tensorflow as tf
        import tensorflow.contrib.keras as kr
        from tensorflow.contrib.keras.api.keras.layers import Dense
        from tensorflow.python.estimator.estimator import Estimator
        assert kr is tf.keras and Dense is kr.layers.Dense and Estimator is tf.estimator.Estimator
        assert kr.preprocessing.sequence.pad_sequences([[1], [2, 3]], 3).tolist() == [[0, 0, 1], [0, 2, 3]]
        """
    launcher.run_script(str(write(tmp_path, main=text)), [])


def test_private_names_of_1_15(tmp_path: pathlib.Path) -> None:
    text = """
        import numpy as np
        import tensorflow as tf
        from tensorflow.contrib.rnn.python.ops.core_rnn_cell import _Linear, _linear
        from tensorflow.contrib.seq2seq.python.ops.attention_wrapper import _bahdanau_score, _luong_score
        from tensorflow.contrib.seq2seq.python.ops.attention_wrapper import _compute_attention
        from tensorflow.python import pywrap_tensorflow
        from tensorflow.python.ops import rnn, rnn_cell_impl
        from tensorflow.python.ops.rnn_cell_impl import _concat, _zero_state_tensors, LayerRNNCell
        from tensorflow.python.pywrap_tensorflow import NewCheckpointReader

        assert pywrap_tensorflow.NewCheckpointReader is NewCheckpointReader is tf.train.NewCheckpointReader
        assert issubclass(tf.nn.rnn_cell.GRUCell, rnn_cell_impl.LayerRNNCell) and _compute_attention
        a, b = tf.ones([2, 3]), tf.ones([2, 1])
        with tf.variable_scope("s", initializer=tf.ones_initializer()):
            layer = _Linear([a, b], 5, True)
            both = [layer([a, b])]
        with tf.variable_scope("t", initializer=tf.ones_initializer()):
            both.append(_linear(a, 5, True, bias_initializer=tf.ones_initializer()))
        names = [v.name for v in tf.global_variables()]
        assert names == ["s/kernel:0", "s/bias:0", "t/kernel:0", "t/bias:0"], names
        unknown = tf.placeholder(tf.int32, [])
        sizes = [_concat(2, [3]), _concat(unknown, 4)]
        from tensorflow.python.ops.rnn import _maybe_tensor_shape_from_tensor
        assert _maybe_tensor_shape_from_tensor(tf.constant([2, 3])).as_list() == [2, 3]
        assert _maybe_tensor_shape_from_tensor(tf.stack([unknown, 3])).ndims is None
        assert rnn_cell_impl._like_rnncell(tf.nn.rnn_cell.GRUCell(3)) and not rnn_cell_impl._like_rnncell(tf)
        assert _concat(2, 3, static=True) == [2, 3] and _concat(unknown, 3, static=True) == [None, 3]
        keys, query = tf.ones([2, 4, 3]), tf.ones([2, 3])
        scores = [_luong_score(query, keys, None), _luong_score(query, keys, 2.0), _bahdanau_score(query, keys, a[0])]
        state = _zero_state_tensors(rnn_cell_impl.LSTMStateTuple(3, 4), 2, tf.float32)
        swapped = rnn._transpose_batch_time(keys)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            values = session.run(both)
            assert (values[0] == 4).all() and (values[1] == 4).all()
            assert [v.tolist() for v in session.run(sizes, {unknown: 7})] == [[2, 3], [7, 4]]
            one, two, three = session.run(scores)
            assert (one == 3).all() and (two == 6).all() and np.allclose(three, 3 * np.tanh(2))
            assert session.run(state).h.shape == (2, 4) and session.run(swapped).shape == (4, 2, 3)
        """
    launcher.run_script(str(write(tmp_path, main=text)), [])


def test_old_numpy_and_python_names_work_in_the_script_only(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    script = write(
        tmp_path,
        main="""
            import collections, inspect, time
            import numpy as np
            from collections import Mapping, OrderedDict
            assert np.zeros([2], np.float).dtype == np.float64 and np.int is int and np.bool is bool
            assert np.object is object and np.Inf == np.inf and np.product([2, 3]) == 6
            assert int(np.array([[3]])) == 3 and float(np.ones([1])) == 1.0 and int('7') == 7
            assert isinstance(OrderedDict(), Mapping) and collections.Sequence
            assert inspect.getargspec(lambda a, b=1: 0).args == ['a', 'b'] and time.clock() >= 0
            np.random.seed(1)
            assert isinstance(np.zeros(1), np.ndarray)
            """,
    )
    launcher.run_script(str(script), [])
    import numpy as np

    assert not hasattr(np, "product") and not hasattr(np, "float")
    said = [line for line in capfd.readouterr().err.splitlines() if line.startswith("tf1rnn:")]
    assert len(said) == len(set(said)) and any("numpy.float " in line for line in said)


# ---- as commands


def test_command_line_runs_a_script_in_its_place(tmp_path: pathlib.Path) -> None:
    write(
        tmp_path / "deep",
        main="""
            import sys, tensorflow as tf, helper_of_mine
            print(sys.argv, tf.VERSION, helper_of_mine.value)
            sys.exit(3)
            """,
        helper_of_mine="value = 5",
    )
    for arguments in (["-m", "tf1rnn"], ["-m", "tf1rnn", "run"]):
        done = command(*arguments, "deep/main.py", "-x", "run", cwd=tmp_path)
        assert done.returncode == 3, done.stderr
        assert done.stdout == "['deep/main.py', '-x', 'run'] 1.15.5 5\n"


def test_traceback_shows_the_users_lines_only(tmp_path: pathlib.Path) -> None:
    script = write(
        tmp_path,
        main="""
            import broken
            broken.fail()
            """,
        broken="""
            def fail():
                raise ValueError('on purpose')
            """,
    )
    ours, plain = command("-m", "tf1rnn", str(script)), command(str(script))
    assert ours.returncode == plain.returncode == 1
    start = "Traceback (most recent call last)"
    assert ours.stderr[ours.stderr.index(start) :] == plain.stderr[plain.stderr.index(start) :]


def test_a_syntax_error_is_reported_as_python_does(tmp_path: pathlib.Path) -> None:
    script = write(tmp_path, main="import os\nx = = 2\n")
    ours, plain = command("-m", "tf1rnn", str(script)), command(str(script))
    assert ours.returncode == plain.returncode == 1
    assert ours.stderr[ours.stderr.index("  File") :] == plain.stderr[plain.stderr.index("  File") :]
    assert "Traceback" not in ours.stderr


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["run", "no_such_script.py"], "tf1rnn: no_such_script.py: no such file"),
        (["no_such_script.py"], "tf1rnn: no_such_script.py: no such file"),
        (["run", "."], "tf1rnn: .: is a directory, not a script"),
        (["run"], "tf1rnn: run: which script?"),
        (["run", "--no-such-option"], "tf1rnn: run: no option '--no-such-option'"),
        ([], "tf1rnn: no command"),
    ],
)
def test_wrong_usage_is_one_message_and_exit_2(
    arguments: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["tf1rnn", *arguments])
    with pytest.raises(SystemExit) as stop:
        cli.main_of_module()
    captured = capsys.readouterr()
    assert stop.value.code == 2 and captured.out == ""
    assert captured.err.splitlines()[0].startswith(said)


def test_a_missing_script_as_a_command(tmp_path: pathlib.Path) -> None:
    done = command("-m", "tf1rnn", "run", "no_such_script.py", cwd=tmp_path)
    assert done.returncode == 2
    assert own_lines(done.stderr) == ["tf1rnn: no_such_script.py: no such file"]


def test_a_gpu_that_is_not_there_becomes_the_cpu(tmp_path: pathlib.Path) -> None:
    script = write(
        tmp_path,
        main="""
            import tensorflow as tf
            for device in ('/GPU:0', '/device:GPU:1', '/gpu:0'):
                with tf.device(device):
                    x = tf.layers.dense(tf.ones([1, 2]), 1, kernel_initializer=tf.ones_initializer())
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
                print(session.run(x))
            """,
    )
    done = command("-m", "tf1rnn", str(script))
    assert done.stdout == "[[2.]]\n", done.stderr
    assert len([line for line in own_lines(done.stderr) if "GPU" in line]) == 1


def test_keras_in_tf2_style(tmp_path: pathlib.Path) -> None:
    script = write(
        tmp_path,
        main="""
            import tensorflow as tf
            x = tf.random.uniform([1, 10, 256])
            layer = tf.keras.layers.RNN(tf.keras.layers.SimpleRNNCell(units=128))
            print(layer(x))
            """,
    )
    done = command("-m", "tf1rnn", str(script))
    assert "shape=(1, 128), dtype=float32)" in done.stdout, done.stderr


# ---- the namespace


@pytest.mark.parametrize("name", ["sigmoid", "softmax", "sparse_softmax"])
def test_cross_entropies_take_no_arguments_without_names(name: str) -> None:
    function = getattr(tf.nn, f"{name}_cross_entropy_with_logits")
    with tf.Graph().as_default(), tf.Session() as session:
        logits = tf.constant([[1.0, 2.0]])
        labels = tf.constant([1]) if name == "sparse_softmax" else tf.constant([[0.0, 1.0]])
        with pytest.raises(ValueError, match="named arguments"):
            function(logits, labels)
        with pytest.raises(ValueError, match="must be provided"):
            function(labels=labels)
        assert (session.run(function(labels=labels, logits=logits)) > 0).all()
        if name == "softmax":
            assert session.run(function(labels=labels, logits=logits, dim=0)).shape == (2,)
            with pytest.raises(ValueError, match="both"):
                function(labels=labels, logits=logits, axis=0)


def test_all_namespaces_can_be_listed() -> None:
    assert "GRUCell" in dir(tf.nn.rnn_cell) and "LSTMCell" in dir(tf.contrib.rnn)


def test_missing_names_say_so() -> None:
    assert not hasattr(tf.contrib, "no_such_module") and getattr(tf, "no_such_name", 5) == 5
    with pytest.raises(AttributeError, match=r"tf\.contrib\.rnn\.NoSuchCell.*not support yet.*report"):
        tf.contrib.rnn.NoSuchCell  # noqa: B018
    with pytest.raises(AttributeError, match=r"tf\.estimator\.DNNClassifier.*removed the ready-made estimators"):
        tf.estimator.DNNClassifier  # noqa: B018


def test_what_is_set_on_the_namespace_is_seen_by_scripts(tmp_path: pathlib.Path) -> None:
    original = tf.layers.dropout
    tf.layers.dropout = "patched"
    try:
        script = write(tmp_path, main="import tensorflow as tf\nassert tf.layers.dropout == 'patched'")
        launcher.run_script(str(script), [])
    finally:
        tf.layers.dropout = original


def test_no_module_of_ours_hides_a_name_of_tensorflow() -> None:
    import tensorflow.compat.v1 as v1

    from tf1rnn import tables

    package = pathlib.Path(tf.__file__).parent
    own = {p.stem for p in package.glob("*.py")} | {p.name for p in package.iterdir() if p.is_dir()}
    for name in own - set(tables.PACKAGES) - {"__pycache__", "__init__", "__main__"}:
        assert not hasattr(v1, name), name


def test_every_name_of_the_table_can_be_loaded() -> None:
    from tf1rnn import tables

    for path, modules in tables.OURS.items():
        for names in modules.values():
            for name in names.split():
                value = tf
                given = name.partition("=")[0]
                for part in [*path.split("."), given] if path else [given]:
                    value = getattr(value, part)
                assert value is not None
