"""Every sample call, rewritten by the table and run on TF2, gives what TensorFlow 1.15.5 gave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from api_calls import CALLS
from api_drawn_calls import ARGUMENTS, GRADIENTS, RANDOM
from api_rewriting import rewritten

from migrate.emit import support_code

GOLDENS = dict(np.load(Path(__file__).with_name("goldens.npz")))


def evaluate(text: str, **names: Any) -> Any:
    """The value of a TF1 expression, rewritten, in TF2."""
    code, support = rewritten(text)
    assert "compat.v1" not in code
    space: dict[str, Any] = {"tf": tf, "keras": keras}
    for name in support_code.order(support):
        exec(support_code.load(name), space)
    space.update({name: tf.constant(value) for name, value in ARGUMENTS.items()}, **names)
    return eval(code, space)


def recorded(kind: str, number: int) -> list[np.ndarray]:
    parts = [key for key in GOLDENS if key.startswith(f"{kind}.{number:03d}.")]
    return [GOLDENS[key] for key in sorted(parts, key=lambda key: int(key.rpartition(".")[2]))]


def parts(value: Any) -> list[np.ndarray]:
    tensors = [tf.convert_to_tensor(part) for part in tf.nest.flatten(value, expand_composites=True)]
    return [plain(tensor) for tensor in tensors]


def plain(tensor: tf.Tensor) -> np.ndarray:
    if tensor.dtype == tf.string:
        array = tensor.numpy()
        texts = [item.decode() for item in np.ravel(array).tolist()]
        return np.array(texts, dtype=str).reshape(np.shape(array))
    return tf.cast(tensor, tf.float32).numpy() if tensor.dtype == tf.bfloat16 else tensor.numpy()


def assert_same(found: np.ndarray, expected: np.ndarray) -> None:
    assert found.shape == expected.shape
    if expected.dtype.kind in "fc":
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=2e-5, atol=2e-6)
    else:
        assert found.dtype.kind == expected.dtype.kind
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("kind, calls", [("value", CALLS), ("gradient", GRADIENTS), ("random", RANDOM)])
def test_goldens_are_of_these_calls(kind: str, calls: list[str]):
    assert GOLDENS[f"{kind}.calls"].tolist() == calls


@pytest.mark.parametrize("text", CALLS)
def test_value(text: str):
    found, expected = parts(evaluate(text)), recorded("value", CALLS.index(text))
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert_same(one, other)


@pytest.mark.parametrize("text", GRADIENTS)
def test_gradient(text: str):
    x = tf.constant(ARGUMENTS["x"])
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = evaluate(text, x=x)
    expected = recorded("gradient", GRADIENTS.index(text))
    assert_same(tf.reduce_sum(value).numpy(), expected[0])
    assert_same(tf.convert_to_tensor(tape.gradient(value, x)).numpy(), expected[1])


@pytest.mark.parametrize("text", RANDOM)
def test_random_draw(text: str):
    tf.random.set_seed(1)
    keras.utils.set_random_seed(1)
    draw = evaluate(text)
    shape, mean, deviation, dtype = recorded("random", RANDOM.index(text))
    values = tf.cast(draw, tf.float64).numpy()
    assert list(values.shape) == shape.tolist()
    assert draw.numpy().dtype == dtype.dtype
    spread = max(float(deviation), 1e-9)
    assert abs(values.mean() - mean) < 5 * spread / np.sqrt(values.size / 2)
    np.testing.assert_allclose(values.std(), deviation, rtol=0.03)


ASSERTIONS = [
    ("tf.assert_equal(k, k, data=[k], message='m')", "tf.assert_equal(k, k + 1, [k], 3, 'm')"),
    ("tf.assert_greater(k + 1, k)", "tf.assert_greater(k, k)"),
    ("tf.assert_less_equal(k, k)", "tf.assert_less_equal(k + 1, k)"),
    ("tf.assert_near(x, x, 1e-3, 1e-3, [x])", "tf.assert_near(x, x + 1.0)"),
    ("tf.assert_positive(p, [p], name='n')", "tf.assert_positive(x)"),
    ("tf.assert_rank(x, 2, [x], 3, 'm')", "tf.assert_rank(x, 1)"),
    ("tf.assert_rank_at_least(x, 1)", "tf.assert_rank_at_least(x, 3, data=[x])"),
    ("tf.assert_rank_in(x, (1, 2))", "tf.assert_rank_in(x, (0, 3))"),
    ("tf.assert_scalar(x[0, 0], 'n')", "tf.assert_scalar(x)"),
    ("tf.assert_type(x, tf.float32, 'm')", "tf.assert_type(x, tf.int32)"),
    ("tf.Assert(tf.reduce_any(b), [b])", "tf.Assert(tf.reduce_all(b), [b])"),
]


@pytest.mark.parametrize("holds, fails", ASSERTIONS)
def test_assertion(holds: str, fails: str):
    evaluate(holds)
    with pytest.raises((tf.errors.InvalidArgumentError, ValueError, TypeError)):
        evaluate(fails)


def test_files(tmp_path: Path):
    folder, name = str(tmp_path / "new"), str(tmp_path / "new" / "a.txt")
    evaluate("tf.gfile.MakeDirs(folder)", folder=folder)
    with evaluate("tf.gfile.GFile(name, 'w')", name=name) as stream:
        stream.write("abc")
    assert evaluate("tf.gfile.Exists(filename=name)", name=name)
    assert evaluate("tf.gfile.IsDirectory(folder)", folder=folder)
    assert evaluate("tf.gfile.ListDirectory(dirname=folder)", folder=folder) == ["a.txt"]
    assert evaluate("tf.gfile.Glob(folder + '/*')", folder=folder) == [name]
    assert evaluate("tf.read_file(name)", name=name).numpy() == b"abc"
    evaluate("tf.gfile.Copy(oldpath=name, newpath=name + '2')", name=name)
    evaluate("tf.gfile.Rename(name + '2', name + '3', overwrite=True)", name=name)
    evaluate("tf.gfile.Remove(name + '3')", name=name)
    evaluate("tf.gfile.DeleteRecursively(folder)", folder=folder)
    assert not Path(folder).exists()
