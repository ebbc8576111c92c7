"""Tables, optimizers, data, training loops around a model give what TensorFlow 1.15.5 gave."""

from __future__ import annotations

import inspect
import json
import pathlib
import pickle

import golden_file
import numpy as np
import pytest
import surroundings_cases as cases
from tensorflow1 import LateModule, tf

HERE = pathlib.Path(__file__).parent
GOLDENS = golden_file.load(str(HERE / "surroundings.npz"))
SIGNATURES = json.loads((HERE / "surroundings_signatures.json").read_text())
namespace = LateModule("tf1rnn.namespace")
tables = LateModule("tf1rnn.tables")


@pytest.mark.parametrize("name", cases.PROGRAMS)
def test_same_as_tensorflow_1_15(name: str, tmp_path: pathlib.Path) -> None:
    expected = {key.partition("|")[2]: value for key, value in GOLDENS.items() if key.partition("|")[0] == name}
    found = cases.run(tf, name, str(tmp_path))
    assert sorted(found) == sorted(expected)
    for key, value in expected.items():
        assert found[key].dtype.kind == value.dtype.kind, key
        if value.dtype.kind == "f":
            np.testing.assert_allclose(found[key], value, err_msg=key, rtol=2e-5, atol=2e-6)
        else:
            assert found[key].tolist() == value.tolist(), key


@pytest.mark.parametrize("name", cases.WRONG)
def test_same_class_of_error(name: str) -> None:
    expected = str(GOLDENS[f"wrong|{name}"])
    assert expected, "TensorFlow 1.15.5 did not raise"
    assert cases.raised(tf, name) == expected


def test_same_parameters() -> None:
    different = {}
    for name, expected in SIGNATURES.items():
        home = tables.home(name)
        if home is None or not home[0].startswith("tf1rnn."):
            continue
        thing = namespace.resolve(name)
        try:
            found = list(inspect.signature(thing.__init__ if inspect.isclass(thing) else thing).parameters.values())
        except ValueError:  # a class of messages
            continue
        named = [p.name for p in found if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY) and p.name != "self"]
        # What a later TensorFlow added stands at the end.
        if named[: len(expected)] != expected and expected:
            different[name] = (named, expected)
    assert not different


def test_weights_decay_after_the_gradient_has_read_them() -> None:
    start = np.linspace(-1, 1, 12).reshape(4, 3)
    with tf.Graph().as_default():
        w = tf.get_variable("w", initializer=start, dtype=tf.float64)
        loss = tf.reduce_sum(tf.square(w - 0.3))
        step = tf.contrib.opt.MomentumWOptimizer(0.01, 0.1, 0.9).minimize(loss)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            for _ in range(3):
                sess.run(step)
            found = sess.run(w)
    expected, momentum = start, np.zeros_like(start)
    for _ in range(3):
        momentum = 0.9 * momentum + 2 * (expected - 0.3)
        expected = expected - 0.01 * expected - 0.1 * momentum
    np.testing.assert_allclose(found, expected, rtol=1e-7)


def test_tables_of_one_shared_name_are_one_table() -> None:
    lookup = tf.contrib.lookup
    with tf.Graph().as_default():
        one, two = (
            lookup.HashTable(lookup.KeyValueTensorInitializer(["a"], [1.5]), -1.0, shared_name="mine") for _ in range(2)
        )
        with tf.Session() as sess:
            sess.run(one.init)
            assert sess.run(two.lookup(tf.constant(["a", "b"]))).tolist() == [1.5, -1.0]


def test_a_vocabulary_that_tensorflow_1_pickled(tmp_path: pathlib.Path) -> None:
    text = tf.contrib.learn.preprocessing
    processor = text.VocabularyProcessor(3)
    list(processor.fit_transform(["one two"]))
    path = tmp_path / "vocabulary"
    processor.save(str(path))
    written = path.read_bytes()
    # The same pickle by the names of TensorFlow 1.15, text protocol: lengths of names need no care.
    plain = pickle.dumps(pickle.loads(written), protocol=0).decode("ascii")
    home = "tensorflow.contrib.learn.python.learn.preprocessing."
    plain = plain.replace("tf1rnn.contrib.learn.text", home + "text")
    plain = plain.replace("tf1rnn.contrib.learn.vocabulary", home + "categorical_vocabulary")
    assert plain.count(home) >= 3
    path.write_text(plain)
    assert list(text.VocabularyProcessor.restore(str(path)).transform(["two x"]))[0].tolist() == [2, 0, 0]


def test_a_signature_that_is_not_there(tmp_path: pathlib.Path) -> None:
    path = str(tmp_path / "model")
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32)
        tf.saved_model.simple_save(sess, path, {"x": x}, {"y": x + 1.0})
    with pytest.raises(ValueError, match="'none'.*serving_default"):
        tf.contrib.predictor.from_saved_model(path, "none")
