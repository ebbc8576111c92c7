"""tf.contrib.layers, where a golden value cannot tell: names of operations, equations, gradient factors."""

from __future__ import annotations

import numpy as np
import pytest
from tensorflow1 import tf


def test_dropout_has_the_operations_of_1_15() -> None:
    with tf.Graph().as_default():
        x = tf.ones([40, 50])
        outputs = tf.contrib.layers.dropout(x, 0.25, seed=1)
        assert outputs.op.name == "Dropout/dropout_1/mul_1"
        with tf.Session() as session:
            values = session.run(outputs)
    assert set(np.unique(values)) == {0.0, 4.0}
    assert abs(values.mean() - 1.0) < 0.1


@pytest.mark.parametrize("axis", [1, 0, [0, 1]])
def test_poincare_normalize_shortens_what_is_too_long(axis: int | list[int]) -> None:
    x = np.array([[0.3, 0.4, 0.0], [3.0, -4.0, 0.1]], np.float32)
    norm = np.sqrt(np.sum(x.astype(float) ** 2, axis=tuple(np.atleast_1d(axis)), keepdims=True))
    expected = np.where(norm > 0.9, x * 0.9 / np.maximum(norm, 1e-9), x)
    with tf.Graph().as_default(), tf.Session() as session:
        found = session.run(tf.contrib.layers.poincare_normalize(x, axis, 0.1))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["int32", "int64", "float64"])
def test_factors_of_gradients_may_be_tensors_of_another_dtype(dtype: str) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        w = tf.get_variable("w", [], initializer=tf.constant_initializer(1.0))
        step = tf.train.get_or_create_global_step()
        factor = tf.placeholder(dtype, [])
        train = tf.contrib.layers.optimize_loss(w * 2.0, step, 0.1, "SGD", gradient_multipliers={w: factor})
        session.run(tf.global_variables_initializer())
        session.run(train, {factor: 3})
        assert session.run(w) == pytest.approx(1.0 - 0.1 * 2.0 * 3.0)


def test_gradients_of_reversible_layers_are_those_of_layers_that_keep_their_inputs() -> None:
    """With side inputs of both functions, which 1.15.5 cannot differentiate."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant(np.linspace(-1.0, 1.0, 24).reshape(2, 4, 3).astype(np.float32))
        first, second, side, other = tf.unstack(x, axis=1)

        def f(x: object, sides: list[object]) -> object:
            return tf.contrib.layers.fully_connected(x, 3, tf.tanh, scope="in") * sides[0]

        def g(x: object, sides: list[object]) -> object:
            return tf.contrib.layers.fully_connected(x, 3, tf.sin, scope="in") + sides[1] * sides[0]

        found = []
        for scope, training in (("reversed", True), ("kept", False)):
            with tf.variable_scope(scope):
                outputs = tf.contrib.layers.rev_block(
                    first, second, f, g, 2, f_side_input=[side], g_side_input=[side, other], is_training=training
                )
            loss = tf.add_n([tf.reduce_sum(y**3) for y in outputs])
            variables = tf.trainable_variables(scope)
            assert len(variables) == 8
            found.append([*outputs, *tf.gradients(loss, [x, *variables])])
        session.run(tf.global_variables_initializer())
        for i, (one, same) in enumerate(
            zip(tf.trainable_variables("reversed"), tf.trainable_variables("kept"), strict=True)
        ):
            start = np.cos(np.arange(np.prod(one.shape.as_list())) + i).reshape(one.shape.as_list()).astype(np.float32)
            one.load(start, session)
            same.load(start, session)
        again, kept = session.run(found)
    for one, same in zip(again, kept, strict=True):
        np.testing.assert_allclose(one, same, rtol=1e-4, atol=1e-5)
