"""Forms of checkpoints and of outputs, --dry-run, --partial, --map, the graph beside a checkpoint."""

from __future__ import annotations

import shutil

import legacy_programs
import numpy as np
import pytest
from conftest import READ, migrated_text, run_program, variables_of

from migrate.checkpoint import CheckpointError, convert, convert_back, load_program, load_weights, look
from migrate.checkpoint.legacy import read_checkpoint, write_tf1


def restored(program_path, line=READ):
    """The names of the program with the weights read, before its first step."""
    before, begin, _ = program_path.read_text().partition("losses = []\n")
    return run_program(before + begin + line, program_path.parent)


def predicted(names):
    return names["compute_outputs"](names["data_x"]).numpy()


def test_the_dry_run_prints_the_table_and_writes_nothing(command, goldens, program, tmp_path):
    path = program("lstm")
    before = sorted(tmp_path.rglob("*"))
    status, table, _ = command(goldens.checkpoint("lstm"), "--program", path, "--dry-run")
    assert status == 0
    assert sorted(tmp_path.rglob("*")) == before
    rows = [line.split() for line in table.splitlines()]
    done = "split, gates i,j,f,o -> i,f,c,o, forget bias 0.5 added"
    assert f"rnn/lstm_cell/kernel [8, 20] -> lstm.kernel [3, 20] {done}".split() in rows
    assert "rnn/lstm_cell/bias [20] -> lstm.recurrent_kernel [5, 20]".split() in rows
    assert "-> lstm.bias [20]".split() in rows
    assert "dense/kernel/Adam_1 [5, 2] -> optimizer.velocities of dense [5, 2] copied".split() in rows
    assert "beta1_power [] -> optimizer.iterations [] = 5 steps".split() in rows


def test_the_dry_run_tells_what_is_left_over(command, goldens, program):
    status, table, stderr = command(
        goldens.checkpoint("gru"), "--program", program("basic_lstm"), "--dry-run"
    )
    assert status == 1
    assert "left over in the checkpoint:\n    rnn/gru_cell/candidate/bias [5]" in table
    assert "left over in the program:\n    lstm (LSTM [3, 20], [5, 20], [20])" in table
    assert "another program" in stderr


def test_quiet(command, goldens, program):
    arguments = (goldens.checkpoint("gru"), "--program", program("gru"), "--out", "m.weights.h5", "--quiet")
    assert command(*arguments)[:2] == (0, "")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Programs for several checkpoints."""
    folder, programs = tmp_path_factory.mktemp("programs"), {}
    for name in ("basic_lstm", "gru"):
        (folder / f"{name}.py").write_text(migrated_text(legacy_programs.ALL[name]))
        programs[name] = load_program(folder / f"{name}.py")
    return programs


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("basic_lstm", "basic_lstm"),  # the latest of the folder
        ("basic_lstm", "basic_lstm/model.ckpt-1.index"),
        ("basic_lstm", "basic_lstm/checkpoint"),
        ("basic_lstm", "format_v1/model.ckpt-1"),
        ("gru", "saved_model/exported"),
        ("gru", "saved_model/exported/variables/variables"),
    ],
)
def test_forms_of_checkpoints(name, place, goldens, loaded):
    convert(goldens.folder / place, loaded[name])
    wanted = goldens.values(place.partition("/")[0], 1)["predicted"]
    np.testing.assert_allclose(predicted(loaded[name].namespaces[0]), wanted, rtol=0, atol=1e-5)


def test_a_folder_that_was_moved(goldens, tmp_path):
    shutil.copytree(goldens.folder / "gru", tmp_path / "moved")
    state = tmp_path / "moved" / "checkpoint"
    state.write_text('model_checkpoint_path: "/home/someone/old/model.ckpt-1"\n')
    assert read_checkpoint(tmp_path / "moved").prefix == str(tmp_path / "moved" / "model.ckpt-1")


def test_the_checkpoint_that_the_programs_saver_reads(command, goldens, program, tmp_path):
    path = program("stack")
    status, stdout, _ = command(goldens.checkpoint("stack"), "--program", path, "--out", "save/model.ckpt-5")
    assert status == 0
    assert stdout.endswith("read it with: saver.restore('save/model.ckpt-5')\n")
    names = restored(path, "saver.restore(tf.train.latest_checkpoint('save'))\n")
    np.testing.assert_allclose(predicted(names), goldens.values("stack")["predicted"], rtol=0, atol=1e-5)
    assert int(names["optimizer"].iterations) == 5


MODEL = """\
import keras
import numpy as np

draw = np.random.RandomState(3)
data_x = draw.uniform(-1, 1, [6, 4, 3]).astype(np.float32)
data_y = draw.uniform(-1, 1, [6, 2]).astype(np.float32)
model = keras.Sequential([
    keras.layers.Input([4, 3]),
    keras.layers.GRU(5, reset_after=False),
    keras.layers.Dense(2),
])
model.compile(keras.optimizers.Adam(0.05, epsilon=1e-8), "mse")
model.fit(data_x, data_y, batch_size=6)
"""


@pytest.mark.parametrize("out", ["model.keras", "model.weights.h5"])
def test_a_program_that_is_one_keras_model(out, goldens, tmp_path):
    import keras

    (tmp_path / "program.py").write_text(MODEL)
    report = convert(goldens.checkpoint("gru"), tmp_path / "program.py", tmp_path / out)
    before = MODEL.partition("model.fit")[0]
    line = report.how_to_read.replace("'model.keras'", repr(str(tmp_path / out)))
    names = run_program(before + line + "\n", tmp_path)
    model = names["model"]
    x, y = names["data_x"], names["data_y"]
    np.testing.assert_allclose(
        model.predict(x, verbose=0), goldens.values("gru")["predicted"], rtol=0, atol=1e-5
    )
    losses = [model.train_on_batch(x, y) for _ in range(5)]
    assert all(np.isfinite(losses))
    np.testing.assert_allclose(
        model.predict(x, verbose=0), goldens.values("gru", 1)["predicted"], rtol=0, atol=1e-5
    )
    assert isinstance(model, keras.Sequential)


def test_partial_leaves_out_what_has_no_counterpart(command, goldens, program, tmp_path):
    wider = legacy_programs.CELLS["gru"].replace("dense(sequence[:, -1], 2)", "dense(tf.layers.dense(state, 3), 2)")
    path = program(wider)
    arguments = (goldens.checkpoint("gru"), "--program", path, "--out", "model.weights.h5")
    assert command(*arguments)[0] == 1
    assert not (tmp_path / "model.weights.h5").exists()
    status, table, _ = command(*arguments, "--partial")
    assert status == 0
    assert "left over in the program" in table
    values = variables_of(goldens.checkpoint("gru"))
    bias = restored(path)["gru"].cell.bias.numpy()
    np.testing.assert_array_equal(bias[10:], values["rnn/gru_cell/candidate/bias"])
    np.testing.assert_array_equal(bias[:5], values["rnn/gru_cell/gates/bias"][5:])


def test_partial_takes_the_weights_without_the_state_of_another_optimizer(goldens, program, tmp_path):
    path = program(legacy_programs.TRAINING["rmsprop"])
    with pytest.raises(CheckpointError, match="no slots"):
        convert(goldens.checkpoint("adam"), path, tmp_path / "model.weights.h5")
    report = convert(goldens.checkpoint("adam"), path, tmp_path / "model.weights.h5", partial=True)
    assert any("Adam" in one for one in report.plan.left_tf1)
    np.testing.assert_allclose(
        predicted(restored(path)), goldens.values("adam")["predicted"], rtol=0, atol=1e-5
    )


TWINS = """\
import keras
import tensorflow as tf

one = keras.layers.Dense(3)
two = keras.layers.Dense(3)


@tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
def compute(x):
    return one(two(x))


compute([[1.0, 2.0, 3.0]])
"""


@pytest.fixture
def twins(tmp_path):
    """A program whose layers are not called in the order in which they are made, and two dense layers of TF1."""
    (tmp_path / "program.py").write_text(TWINS)
    draw = np.random.default_rng(4)
    values = {}
    for layer in ("dense", "dense_1"):
        values[f"{layer}/kernel"] = draw.normal(size=[3, 3]).astype(np.float32)
        values[f"{layer}/bias"] = draw.normal(size=[3]).astype(np.float32)
    write_tf1(tmp_path / "old", values)
    return tmp_path / "old", tmp_path / "program.py", values


def test_what_the_structure_leaves_open_is_not_guessed(twins, tmp_path):
    checkpoint, path, _ = twins
    with pytest.raises(CheckpointError, match="one could be each of dense, dense_1: say which with --map"):
        convert(checkpoint, path, tmp_path / "model.weights.h5")


def test_a_map_says_what_goes_where(twins, command, tmp_path):
    checkpoint, path, values = twins
    (tmp_path / "map").write_text("# called the other way round\none = dense_1\ntwo = dense/kernel, dense/bias\n")
    status, table, _ = command(checkpoint, "--program", path, "--map", "map", "--out", "model.weights.h5")
    assert status == 0
    assert "copied (by the map)" in table
    names = run_program(TWINS.replace("compute([[", READ + "given = compute([["), tmp_path)
    inner = np.array([[1, 2, 3]], np.float32) @ values["dense/kernel"] + values["dense/bias"]
    np.testing.assert_allclose(names["given"], inner @ values["dense_1/kernel"] + values["dense_1/bias"], atol=1e-5)
    (tmp_path / "map").write_text("one = dense\n")  # the rest follows
    assert look(checkpoint, path, map_file=tmp_path / "map").plan.matching.matches[1].names[0] == "dense_1/kernel"


def test_a_map_leaves_out_on_purpose(goldens, program, tmp_path):
    path = program("basic_rnn")
    values = variables_of(goldens.checkpoint("basic_rnn")) | {"old/kernel": np.ones([8, 5], np.float32)}
    write_tf1(tmp_path / "old", values)
    with pytest.raises(CheckpointError, match="old/kernel"):
        convert(tmp_path / "old", path)
    (tmp_path / "map").write_text("- = old\n")
    assert not convert(tmp_path / "old", path, map_file=tmp_path / "map").plan.left_tf1


def test_the_forget_bias_is_that_of_the_graph_or_of_the_map(goldens, program, tmp_path):
    """A program that has forget_bias=1 gives the outputs of one that had 0.5: Keras keeps it in the bias."""
    path = program(legacy_programs.CELLS["lstm"].replace(", forget_bias=0.5", ""))
    with_graph = convert(goldens.checkpoint("lstm"), path, tmp_path / "model.weights.h5")
    assert "adds 0.5 to the forget gate" in with_graph.table
    wanted = goldens.values("lstm")["predicted"]
    np.testing.assert_allclose(predicted(restored(path)), wanted, rtol=0, atol=1e-5)

    for file in goldens.folder.glob("lstm/model.ckpt-0.[di]*"):  # without the graph
        shutil.copy(file, tmp_path)
    (tmp_path / "map").write_text("lstm.forget_bias = 0.5\n")
    convert(tmp_path / "model.ckpt-0", path, tmp_path / "model.weights.h5", map_file=tmp_path / "map")
    np.testing.assert_allclose(predicted(restored(path)), wanted, rtol=0, atol=1e-5)


def test_back_with_the_graph_and_a_latest_checkpoint(goldens, program, tmp_path):
    path = program("basic_lstm")
    convert(goldens.checkpoint("basic_lstm"), path, tmp_path / "model.weights.h5")
    back = tmp_path / "back" / "model.ckpt-0"
    report = convert_back(goldens.checkpoint("basic_lstm"), path, tmp_path / "model.weights.h5", back)
    assert (tmp_path / "back" / "model.ckpt-0.meta").read_bytes() == goldens.checkpoint("basic_lstm").with_suffix(
        ".ckpt-0.meta"
    ).read_bytes()
    assert read_checkpoint(tmp_path / "back").prefix == str(back)
    assert report.how_to_read == f"saver.restore(sess, {str(back)!r})"
    with pytest.raises(CheckpointError, match="not of this program, or damaged"):
        (tmp_path / "model.weights.h5").write_bytes(b"no weights")
        convert_back(goldens.checkpoint("basic_lstm"), path, tmp_path / "model.weights.h5", tmp_path / "x" / "m")
    assert not (tmp_path / "x").exists()


def test_loading_keeps_the_programs_learning_rate(goldens, program, tmp_path):
    path = program("basic_rnn")
    convert(goldens.checkpoint("basic_rnn"), path, tmp_path / "model.weights.h5")
    path.write_text(migrated_text(legacy_programs.CELLS["basic_rnn"]).replace("Adam(0.05", "Adam(0.01"))
    names = restored(path)
    assert float(names["optimizer"].learning_rate) == np.float32(0.01)
    with pytest.raises(CheckpointError, match="there is no"):
        load_weights(tmp_path / "other.weights.h5", names)


def test_a_saver_that_does_not_save_everything_gets_no_checkpoint(goldens, program, tmp_path):
    path = program("basic_rnn")
    text = path.read_text()
    path.write_text(text.replace("dense=dense, optimizer=optimizer", ""))
    assert path.read_text() != text
    with pytest.raises(CheckpointError, match="does not hold dense.kernel, dense.bias, optimizer.iterations"):
        convert(goldens.checkpoint("basic_rnn"), path, tmp_path / "save" / "model.ckpt")
    assert not list(tmp_path.glob("save/*"))


UNTRACED = """\
import keras
import tensorflow as tf

dense = keras.layers.Dense(3)
optimizer = keras.optimizers.Adam(0.1, epsilon=1e-8)
dense.build([None, 3])


@tf.function
def train_step(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(dense(x))
    variables = tape.watched_variables()
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


READ
train_step(tf.zeros([1, 3]))
"""


def test_slots_that_do_not_exist_yet_are_missed_when_they_are_read(tmp_path):
    draw = np.random.default_rng(1)
    values = {"beta1_power": np.float32(0.81), "beta2_power": np.float32(0.998001)}
    for name, shape in (("kernel", [3, 3]), ("bias", [3])):
        for slot in ("", "/Adam", "/Adam_1"):
            values[f"dense/{name}{slot}"] = draw.normal(size=shape).astype(np.float32)
    write_tf1(tmp_path / "old", values)
    (tmp_path / "program.py").write_text(UNTRACED.replace("READ\n", ""))
    assert not convert(tmp_path / "old", tmp_path / "program.py", tmp_path / "model.weights.h5").plan.left_tf1
    with pytest.raises(CheckpointError, match="only in the file: optimizer.iterations"):
        run_program(UNTRACED.replace("READ\n", READ), tmp_path)


def test_the_old_checkpoint_is_never_overwritten(goldens, program, tmp_path):
    save = tmp_path / "save"
    shutil.copytree(goldens.folder / "gru", save)
    old = {path: path.read_bytes() for path in save.iterdir()}
    path = program("gru")
    for out in ("model.ckpt-0", "model.ckpt-1", "new"):
        with pytest.raises(CheckpointError, match="old checkpoint"):
            convert(save / "model.ckpt-0", path, save / out)
    convert(save, path, save / "model.weights.h5")
    with pytest.raises(CheckpointError, match="old checkpoint itself"):
        convert_back(save, path, save / "model.weights.h5", save / "model.ckpt-1")
    assert all(path.read_bytes() == data for path, data in old.items())
    convert_back(save, path, save / "model.weights.h5", save / "model.ckpt-2")
    assert (save / "checkpoint").read_text().splitlines() == [
        f'{key}: "model.ckpt-{number}"'
        for key, number in [
            ("model_checkpoint_path", 2),
            ("all_model_checkpoint_paths", 0),
            ("all_model_checkpoint_paths", 1),
            ("all_model_checkpoint_paths", 2),
        ]
    ]


NAMED = """\
import keras
import tensorflow as tf

W = tf.Variable(tf.zeros([3, 3]), name="softmax_w")
dense = keras.layers.Dense(3)


@tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
def compute(x):
    return dense(tf.matmul(x, W))


compute([[1.0, 2.0, 3.0]])
"""


def test_a_shape_alone_is_no_reason_where_names_differ(tmp_path):
    ones = np.ones([3, 3], np.float32)
    values = {"dense/kernel": ones, "dense/bias": ones[0], "proj/other": ones}
    write_tf1(tmp_path / "old", values)
    (tmp_path / "program.py").write_text(NAMED)
    with pytest.raises(CheckpointError, match=r"another program(.|\n)*only in the program: W(.|\n)*proj/other"):
        convert(tmp_path / "old", tmp_path / "program.py")
    (tmp_path / "map").write_text("W = proj/other\n")
    assert convert(tmp_path / "old", tmp_path / "program.py", map_file=tmp_path / "map").plan.matching.matches
    write_tf1(tmp_path / "old", {"dense/kernel": ones, "dense/bias": ones[0], "proj/softmax_w_1": ones})
    assert convert(tmp_path / "old", tmp_path / "program.py").plan.matching.matches[0].names == ("proj/softmax_w_1",)
