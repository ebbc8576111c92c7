"""The support functions as a migrated file gets them, against TensorFlow 1.15.5."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from support_cases import MNIST, OPTIMIZERS, RATES, SCALES, WEIGHTS, digits, drawn, tagged

from migrate import gate
from migrate.emit import support_code

GOLDENS = dict(np.load(Path(__file__).with_name("support_goldens.npz")))


def loaded(name: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(text_of([name]), space)
    return space


def text_of(names: list[str]) -> str:
    ordered = support_code.order(names)
    imports = sorted({line for name in ordered for line in support_code.imports(name)})
    return "\n".join([*imports, *(support_code.load(name) for name in ordered)])


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_optimizer_steps(case: str):
    _, _, name, arguments = OPTIMIZERS[case]
    optimizer = loaded(name)[name](RATES[0], **arguments)
    weights, found = tf.Variable(WEIGHTS), []
    for rate in RATES:
        optimizer.learning_rate = rate
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(weights) * SCALES)
        optimizer.apply_gradients([(tape.gradient(loss, weights), weights)])
        found.append(weights.numpy())
    np.testing.assert_allclose(found, GOLDENS[f"optimizer.{case}"], rtol=1e-6, atol=5e-7)


@pytest.mark.parametrize("name", ["RMSprop", "Momentum"])
def test_optimizer_in_a_function_and_with_a_schedule(name: str):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    optimizer, weights = loaded(name)[name](schedule, momentum=0.5), tf.Variable([1.0, 2.0])

    @tf.function
    def step() -> None:
        optimizer.apply_gradients([(2.0 * weights, weights)])

    for _ in range(3):
        step()
    assert optimizer.iterations.numpy() == 3
    assert np.all(weights.numpy() < [1.0, 2.0])


@pytest.mark.parametrize("case", MNIST)
def test_mnist_batches(case: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keras.datasets.mnist, "load_data", digits)
    found = drawn(loaded("mnist")["read_mnist"](**MNIST[case]))
    expected = [GOLDENS[key] for key in sorted(GOLDENS) if key.startswith(f"mnist.{case}.")]
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


def test_mnist_unpacks_into_splits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keras.datasets.mnist, "load_data", digits)
    train, validation, test = loaded("mnist")["read_mnist"](validation_size=4)
    assert (train.num_examples, validation.num_examples, test.num_examples) == (8, 4, 6)


def test_select_works_on_unknown_sizes():
    select = loaded("select")["select"]

    @tf.function(input_signature=[tf.TensorSpec([None], tf.bool), tf.TensorSpec([None, 2], tf.float32)])
    def chosen(rows: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
        return select(rows, x, -x)

    np.testing.assert_array_equal(chosen([True, False], [[1.0, 2.0], [3.0, 4.0]]), [[1.0, 2.0], [-3.0, -4.0]])


@pytest.mark.parametrize("name", support_code.names())
def test_every_snippet_passes_the_gate(name: str):
    assert gate.check(text_of([name])) == []
    assert name in support_code.defines(name) or name == "mnist"


@pytest.mark.parametrize("name", support_code.names())
def test_loaded_text_is_only_definitions(name: str):
    body = ast.parse(support_code.load(name)).body
    assert all(isinstance(node, (ast.FunctionDef, ast.ClassDef)) for node in body)
    assert support_code.load(name).endswith("\n") and not support_code.load(name).endswith("\n\n")


def test_order_puts_what_is_called_first():
    wanted = ["legacy_sequence_loss", "div"]
    assert support_code.order(wanted) == ["div", "sequence_loss_by_example", "legacy_sequence_loss"]


def test_unknown_snippet_is_an_error():
    with pytest.raises(FileNotFoundError):
        support_code.load("no_such_snippet")


@pytest.mark.parametrize("in_function", [False, True])
@pytest.mark.parametrize("steps", [1, 4])
def test_conditional_random_fields(steps: int, in_function: bool):
    names = ["crf_log_likelihood", "crf_decode", "viterbi_decode"]
    space: dict[str, Any] = {}
    exec(text_of(names), space)

    def computed(scores, tags, lengths, transitions):
        with tf.GradientTape() as tape:
            tape.watch([scores, transitions])
            likelihood = space["crf_log_likelihood"](scores, tags, lengths, transitions)
        gradients = tape.gradient(likelihood, [scores, transitions], unconnected_gradients="zero")
        return [likelihood, *gradients, *space["crf_decode"](scores, transitions, tf.maximum(lengths, 1))]

    values = [tf.constant(value) for value in tagged(steps)]
    signature = [tf.TensorSpec([None, None, 3]), tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([None], tf.int32)]
    function = tf.function(computed, input_signature=[*signature, tf.TensorSpec([3, 3])]) if in_function else computed
    tags, score = space["viterbi_decode"](tagged(steps)[0][0], tagged(steps)[3])
    for number, value in enumerate([*function(*values), np.array(tags), np.array(score)]):
        golden = GOLDENS[f"crf.{steps}.{number}"]
        np.testing.assert_allclose(np.array(value), golden, rtol=1e-5, atol=1e-6, err_msg=str(number))
