"""Ours gives what TensorFlow 1.15.5 gave: names, shapes, values, gradients, classes of errors."""

from __future__ import annotations

import pathlib

import all_cases
import golden_file
import mnist_cases
import numpy as np
import pytest
from tensorflow1 import tf

GOLDENS = golden_file.load()


def golden(case: str) -> dict[str, np.ndarray]:
    start = case + "|"
    return {key[len(start) :]: GOLDENS[key] for key in GOLDENS if key.startswith(start)}


@pytest.mark.parametrize("name", all_cases.CASES)
def test_same_as_tensorflow_1_15(name: str) -> None:
    expected = golden(name)
    found = all_cases.run(tf, all_cases.CASES[name])
    assert found["variables"].tolist() == expected["variables"].tolist()
    assert found["trainable"].tolist() == expected["trainable"].tolist()
    assert found["shapes"].tolist() == expected["shapes"].tolist()
    assert sorted(found) == sorted(expected)
    for key, value in expected.items():
        if value.dtype.kind in "US":
            continue
        assert found[key].dtype == value.dtype, key
        # Rounding errors grow with the largest terms of a sum, not with what remains of it.
        scale = max(1.0, float(np.max(np.abs(value), initial=0.0)))
        rtol, atol = (1e-10, 1e-12) if value.dtype == np.float64 else (2e-5, 2e-6)
        np.testing.assert_allclose(found[key], value, err_msg=key, rtol=rtol, atol=atol * scale)


@pytest.mark.parametrize("name", all_cases.MISUSE)
def test_same_class_of_error(name: str) -> None:
    expected = str(golden("misuse")[name])
    assert expected, "TensorFlow 1.15.5 did not raise"
    assert all_cases.raised(tf, all_cases.MISUSE[name]) == expected


@pytest.mark.parametrize("compressed", [True, False])
def test_mnist_batches_in_the_same_order(compressed: bool) -> None:
    expected = golden("mnist")
    found = mnist_cases.run(tf, compressed)
    assert sorted(found) == sorted(expected)
    for key, value in expected.items():
        assert found[key].dtype == value.dtype, key
        np.testing.assert_array_equal(found[key], value, err_msg=key)


def test_mnist_says_what_is_missing(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    with pytest.raises(FileNotFoundError, match="train-images-idx3-ubyte.gz.*downloads nothing"):
        tf.examples.tutorials.mnist.input_data.read_data_sets(str(tmp_path))


def test_mnist_from_the_cache_of_keras(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    images = np.arange(30 * 6, dtype=np.uint8).reshape(30, 2, 3)
    labels = np.arange(30, dtype=np.uint8) % 10
    np.savez(tmp_path / "datasets" / "mnist.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    sets = tf.examples.tutorials.mnist.input_data.read_data_sets("nowhere", one_hot=True, validation_size=5)
    assert sets.train.images.shape == (25, 6)
    np.testing.assert_array_equal(sets.validation.labels, np.eye(10)[labels[:5]])


def test_mnist_refuses_another_file(tmp_path: pathlib.Path) -> None:
    mnist_cases.write_files(str(tmp_path), compressed=False)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(b"not an idx file at all")
    with pytest.raises(ValueError, match="Invalid magic number"):
        tf.examples.tutorials.mnist.input_data.read_data_sets(str(tmp_path))
