"""Programs as the migration writes them: several files, classes, cells chosen at run time, graphs in functions."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import run_program, variables_of

from migrate.checkpoint import convert, convert_back
from migrate.checkpoint.legacy import write_tf1
from migrate.migration import migrate_program
from migrate.plan import Migrated

MODEL = """\
import tensorflow as tf


class Model(object):
    def __init__(self, kind, layers, dropout):
        self.x = tf.placeholder(tf.float32, [None, 4, 3])
        self.y = tf.placeholder(tf.float32, [None, 2])
        if kind == 'lstm':
            make = tf.nn.rnn_cell.BasicLSTMCell
        elif kind == 'gru':
            make = tf.nn.rnn_cell.GRUCell
        elif kind == 'nas':
            make = tf.contrib.rnn.NASCell
        else:
            make = tf.nn.rnn_cell.BasicRNNCell
        with tf.variable_scope('core'):
            cells = []
            for _ in range(layers):
                cell = make(5)
                if dropout:
                    cell = tf.nn.rnn_cell.DropoutWrapper(cell, output_keep_prob=1.0)
                cells.append(cell)
            cell = tf.nn.rnn_cell.MultiRNNCell(cells)
            sequence, state = tf.nn.dynamic_rnn(cell, self.x, dtype=tf.float32)
        self.W = tf.get_variable('W', [5, 5])
        self.W2 = tf.Variable(tf.random_normal([5, 5]))
        self.outputs = tf.layers.dense(tf.matmul(tf.matmul(sequence[:, -1], self.W), self.W2), 2)
        self.loss = tf.reduce_mean(tf.square(self.outputs - self.y))
        self.train_op = tf.train.AdamOptimizer(0.05).minimize(self.loss)
"""

TRAIN = """\
import sys

import numpy as np
import tensorflow as tf
from model import Model


def train(kind, layers, dropout):
    model = Model(kind, layers, dropout)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for step in range(5):
            sess.run(model.train_op, feed_dict={model.x: np.ones([2, 4, 3]), model.y: np.ones([2, 2])})
        return sess.run(model.outputs, feed_dict={model.x: np.ones([2, 4, 3])})


if __name__ == '__main__':
    predicted = train(sys.argv[1], int(sys.argv[2]), len(sys.argv) > 3)
"""

CELLS = {
    "lstm": ("basic_lstm_cell", {"kernel": 20, "bias": 20}),
    "gru": ("gru_cell", {"gates/kernel": 10, "gates/bias": 10, "candidate/kernel": 5, "candidate/bias": 5}),
    "nas": ("nas_rnn", {"kernel": 40, "recurrent_kernel": 40}),
    "rnn": ("basic_rnn_cell", {"kernel": 5, "bias": 5}),
}


def drawn(kind, layers):
    """The variables of such a program in TF1, with slots, after 7 steps."""
    draw = np.random.default_rng(5)
    shapes = {"W": [5, 5], "Variable": [5, 5], "dense/kernel": [5, 2], "dense/bias": [2]}
    scope, parts = CELLS[kind]
    for layer in range(layers):
        inputs = 3 if layer == 0 else 5
        for part, columns in parts.items():
            name = f"core/rnn/multi_rnn_cell/cell_{layer}/{scope}/{part}"
            if "bias" in part:
                shapes[name] = [columns]
            elif kind == "nas":
                shapes[name] = [5 if part == "recurrent_kernel" else inputs, columns]
            else:
                shapes[name] = [inputs + 5, columns]
    values = {}
    for name, shape in shapes.items():
        for end in ("", "/Adam", "/Adam_1"):
            values[name + end] = np.abs(draw.normal(size=shape)).astype(np.float32) * 0.3
    powers = np.float32(0.9), np.float32(0.999)
    values["beta1_power"], values["beta2_power"] = powers
    for _ in range(7):
        values["beta1_power"] *= powers[0]
        values["beta2_power"] *= powers[1]
    return values


@pytest.fixture
def several_files(tmp_path):
    """The migrated program, in two files."""
    texts = {tmp_path / "model.py": MODEL, tmp_path / "train.py": TRAIN}
    for path, outcome in migrate_program(texts, list(texts)).items():
        assert isinstance(outcome, Migrated), outcome
        path.write_text(outcome.source)
    return tmp_path / "train.py"


@pytest.mark.parametrize(("kind", "layers", "dropout"), [("lstm", 2, True), ("gru", 1, False), ("nas", 2, False)])
def test_a_class_in_another_file_with_cells_chosen_at_run_time(kind, layers, dropout, several_files, tmp_path):
    values = drawn(kind, layers)
    write_tf1(tmp_path / "old", values)
    argv = [kind, str(layers), *(["dropout"] if dropout else [])]
    report = convert(tmp_path / "old", several_files, tmp_path / "model.weights.h5", argv=argv)
    by_label = {one.unit.label: one.names for one in report.plan.matching.matches}
    assert by_label["model.W"] == ("W",)
    assert by_label["model.W2"] == ("Variable",)
    scope = CELLS[kind][0]
    for layer in range(layers):
        cell = next(names for label, names in by_label.items() if f"[{layer}]" in label)
        assert set(cell) == {f"core/rnn/multi_rnn_cell/cell_{layer}/{scope}/{part}" for part in CELLS[kind][1]}
    assert [one.steps for one in report.plan.counters] == [7]

    convert_back(tmp_path / "old", several_files, tmp_path / "model.weights.h5", tmp_path / "back" / "m", argv=argv)
    for name, value in variables_of(tmp_path / "back" / "m").items():
        np.testing.assert_array_equal(value, values[name], err_msg=name)


IN_A_FUNCTION = """\
import numpy as np
import tensorflow as tf


def build(x):
    sequence, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(5), x, dtype=tf.float32)
    return tf.layers.dense(state, 2)


def main():
    x = tf.placeholder(tf.float32, [None, 4, 3])
    outputs = build(x)
    loss = tf.reduce_mean(tf.square(outputs - 0.5))
    train_op = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
    draw = np.random.RandomState(3)
    data_x = draw.uniform(-1, 1, [6, 4, 3]).astype(np.float32)
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    predicted = sess.run(outputs, feed_dict={x: data_x})
    for step in range(3):
        sess.run(train_op, feed_dict={x: data_x})
    return predicted


if __name__ == '__main__':
    predicted = main()
"""


def test_weights_are_read_in_the_function_that_made_the_layers(program, goldens, tmp_path):
    path = program(IN_A_FUNCTION)
    values = {name: value for name, value in variables_of(goldens.checkpoint("gru")).items() if "Adam" not in name}
    values = {name: value for name, value in values.items() if "power" not in name}
    values |= {name + "/Momentum": np.zeros_like(value) for name, value in values.items()}
    write_tf1(tmp_path / "old", values)
    report = convert(tmp_path / "old", path, tmp_path / "model.weights.h5")
    assert "\n".join(report.how_to_read.split("; ")).startswith("from migrate.checkpoint import load_weights")
    text = path.read_text().replace("    predicted = ", f"    {report.how_to_read}\n    predicted = ", 1)
    names = run_program(text, tmp_path)
    np.testing.assert_allclose(names["predicted"], goldens.values("gru")["predicted"], rtol=0, atol=1e-5)


TWO_OPTIMIZERS = """\
import keras
import tensorflow as tf

one, two = keras.layers.Dense(3), keras.layers.Dense(4)
first = keras.optimizers.Adam(0.01, epsilon=1e-8)
second = keras.optimizers.Adam(0.02, epsilon=1e-8)


@tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
def train_{}(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(two(one(x)))
    gradients = tape.gradient(loss, one.trainable_variables)
    {}.apply_gradients(zip(gradients, one.trainable_variables))


@tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
def train_{}(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(two(one(x)))
    gradients = tape.gradient(loss, one.trainable_variables)
    {}.apply_gradients(zip(gradients, one.trainable_variables))


train_first([[1.0, 2.0, 3.0]])
"""


def test_two_optimizers_of_the_same_variables(tmp_path):
    """TF1 numbers their slots in the order in which they came; each has taken its own number of steps."""
    draw = np.random.default_rng(6)
    values = {"dense_1/kernel": np.ones([3, 4], np.float32), "dense_1/bias": np.zeros([4], np.float32)}
    for name, shape in (("kernel", [3, 3]), ("bias", [3])):
        for end in ("", "/Adam", "/Adam_1", "/Adam_2", "/Adam_3"):
            values[f"dense/{name}{end}"] = draw.normal(size=shape).astype(np.float32)
    values |= {"beta1_power": np.float32(0.9) ** 3, "beta2_power": np.float32(0.999) ** 3}
    values |= {"beta1_power_1": np.float32(0.9) ** 9, "beta2_power_1": np.float32(0.999) ** 9}
    write_tf1(tmp_path / "old", values)
    path = tmp_path / "program.py"
    path.write_text(TWO_OPTIMIZERS.format("first", "first", "second", "second"))
    found = convert(tmp_path / "old", path).plan
    assert [(one.label, one.steps) for one in found.counters] == [("first", 2), ("second", 8)]
    slots = {one.what: one.names for one in found.optimizers.slots}
    assert slots["second.velocities"] == ("dense/kernel/Adam_3", "dense/bias/Adam_3")

    # Made in one order and used in the other: which one TF1 had first cannot be told.
    path.write_text(TWO_OPTIMIZERS.format("second", "second", "first", "first"))
    with pytest.raises(Exception, match="does not show"):
        convert(tmp_path / "old", path)


DELETING = """\
import os
import pathlib
import shutil
from os import system

import keras
import tensorflow as tf

for folder in ("save", "logs"):
    if os.path.isdir(folder):
        shutil.rmtree(folder)
    os.makedirs(folder, exist_ok=True)
if tf.io.gfile.exists("save"):
    tf.io.gfile.rmtree("save")
if tf.compat.v1.gfile.Exists("save"):
    tf.compat.v1.gfile.DeleteRecursively("save")
os.remove("save/old.index")
pathlib.Path("save/old.index").unlink()
os.rename("save", "older")
system("rm -r save")

with open("logs/run.txt", "w") as file:
    file.write("run")
dense = keras.layers.Dense(2)


@tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
def compute(x):
    return dense(x)


compute([[1.0, 2.0, 3.0]])
"""


def test_a_program_that_empties_its_folder_as_it_starts_does_not_take_the_checkpoint_along(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "save").mkdir()
    write_tf1("save/old", {"dense/kernel": np.ones([3, 2], np.float32), "dense/bias": np.ones([2], np.float32)})
    (tmp_path / "program.py").write_text(DELETING)
    before = {path: path.read_bytes() for path in (tmp_path / "save").iterdir()}
    report = convert("save/old", "program.py", "model.weights.h5")
    assert {path: path.read_bytes() for path in (tmp_path / "save").iterdir()} == before
    assert (tmp_path / "logs" / "run.txt").read_text() == "run"
    passed_over = [one for one in report.plan.remarks if "passed over" in one]
    assert len(passed_over) == 7 and "line 11 was passed over" in passed_over[0]
    (tmp_path / "logs" / "run.txt").unlink()  # works again
    assert not (tmp_path / "logs" / "run.txt").exists()
