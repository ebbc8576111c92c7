"""What the fast way of the loops meets in programs, and what it leaves to the loop over the cell."""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tensorflow1 import tf

X = np.random.RandomState(3).normal(size=[2, 14, 3])


def _is_fused() -> bool:
    return any(op.type == "IdentityN" for op in tf.get_default_graph().get_operations())


def _with_weights(session: Any, fetched: Any, feed: Any) -> list[np.ndarray]:
    """The values, from the same weights whatever drew them."""
    random = np.random.RandomState(5)
    session.run(tf.global_variables_initializer())
    for variable in tf.trainable_variables():
        session.run(variable.assign(random.normal(size=variable.shape.as_list()) * 0.5))
    return [np.asarray(v.values if hasattr(v, "values") else v) for v in session.run(fetched, feed)]


def _same_both_ways(
    build: Callable[[Any], list[Any]], patch: pytest.MonkeyPatch, fused: bool = True, x: np.ndarray = X
) -> None:
    """`build` makes tensors from a placeholder [batch, time, 3]."""
    results = []
    for setting in ("1", "0"):
        patch.setenv("TF1RNN_FUSED", setting)
        with tf.Graph().as_default(), tf.Session() as session:
            fed = tf.placeholder(tf.float64, [None, x.shape[1], 3])
            fetched = build(fed)
            assert _is_fused() == (fused and setting == "1")
            results.append(_with_weights(session, fetched, {fed: x}))
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)


def _lstm(x: Any, **options: Any) -> tuple[Any, Any]:
    return tf.nn.dynamic_rnn(tf.nn.rnn_cell.LSTMCell(4), x, dtype=tf.float64, **options)


def _with_gradients(outputs: Any) -> list[Any]:
    return [outputs, *tf.gradients(tf.reduce_sum(tf.square(outputs)), tf.trainable_variables())]


@pytest.mark.parametrize("resource", [True, False])
def test_inputs_behind_variables(resource: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(x: Any) -> list[Any]:
        with tf.variable_scope("all", use_resource=resource):
            table = tf.get_variable("table", [7, 3], tf.float64)
            embedded = tf.nn.embedding_lookup(table, tf.cast(tf.abs(x[:, :, 0]) * 3, tf.int32) % 7)
            outputs, _ = _lstm(embedded + x)
            return _with_gradients(tf.layers.dense(outputs, 2))

    _same_both_ways(build, monkeypatch)


def test_both_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(x: Any) -> list[Any]:
        cells = [tf.nn.rnn_cell.GRUCell(4) for _ in range(2)]
        outputs, states = tf.nn.bidirectional_dynamic_rnn(*cells, x, [9, 14], dtype=tf.float64)
        return [*states, *_with_gradients(tf.concat(outputs, 2))]

    _same_both_ways(build, monkeypatch)


def test_both_directions_unrolled(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(x: Any) -> list[Any]:
        cells = [tf.nn.rnn_cell.GRUCell(4) for _ in range(2)]
        outputs, fw, bw = tf.nn.static_bidirectional_rnn(*cells, tf.unstack(x, axis=1), dtype=tf.float64)
        return [fw, bw, *_with_gradients(tf.stack(outputs))]

    _same_both_ways(build, monkeypatch)


def test_same_cell_and_scope_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(x: Any) -> list[Any]:
        cell = tf.nn.rnn_cell.BasicLSTMCell(3)
        first, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float64, scope="encoder")
        with tf.variable_scope("encoder", reuse=True):
            again, _ = tf.nn.dynamic_rnn(cell, first, initial_state=state)
        return _with_gradients(again)

    _same_both_ways(build, monkeypatch)


def test_partitioned_variables_and_regularizers(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(x: Any) -> list[Any]:
        options = {"partitioner": tf.fixed_size_partitioner(2), "regularizer": tf.contrib.layers.l2_regularizer(0.1)}
        with tf.variable_scope("parts", **options):
            outputs, _ = _lstm(x)
        losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
        assert losses
        return [tf.add_n(losses), *_with_gradients(outputs)]

    _same_both_ways(build, monkeypatch)


def test_gradients_taken_inside_a_condition(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(x: Any) -> list[Any]:
        outputs, _ = _lstm(x)
        kernel = tf.trainable_variables()[0]

        def gradient() -> Any:
            return tf.gradients(tf.reduce_sum(outputs), kernel)[0]

        return [tf.cond(tf.reduce_sum(x) < 1e9, gradient, lambda: tf.zeros_like(kernel))]

    _same_both_ways(build, monkeypatch)


def test_gradients_with_rows_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(x: Any) -> list[Any]:
        outputs, _ = tf.nn.dynamic_rnn(
            tf.nn.rnn_cell.GRUCell(4), tf.transpose(x, [1, 0, 2]), dtype=tf.float64, time_major=True
        )
        return _with_gradients(tf.gather(outputs, [2, 5, 5]))

    _same_both_ways(build, monkeypatch)


def test_empty_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    _same_both_ways(lambda x: _with_gradients(_lstm(x)[0]), monkeypatch, x=X[:0])


@pytest.mark.parametrize("lengths", [None, [0, 0]])
def test_no_steps(lengths: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in ("1", "0"):
        monkeypatch.setenv("TF1RNN_FUSED", setting)
        with tf.Graph().as_default(), tf.Session() as session:
            x = tf.placeholder(tf.float64, [2, None, 3])
            start = tf.placeholder(tf.float64, [2, 4])
            cell = tf.nn.rnn_cell.GRUCell(4)
            outputs, final = tf.nn.dynamic_rnn(cell, x, lengths, initial_state=start)
            session.run(tf.global_variables_initializer())
            found, state = session.run([outputs, final], {x: X[:, :0], start: np.ones([2, 4])})
            assert found.shape == (2, 0, 4)
            np.testing.assert_array_equal(state, np.ones([2, 4]))


def test_state_that_is_a_reference_variable_takes_the_loop() -> None:
    for resource in (False, True):
        with tf.Graph().as_default():
            held = tf.get_variable("held", [2, 4], tf.float64, trainable=False, use_resource=resource)
            tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), tf.constant(X), initial_state=tf.identity(held))
            assert _is_fused() == resource


def test_what_takes_the_loop() -> None:
    cells = tf.nn.rnn_cell

    class Own(cells.GRUCell):
        def call(self, inputs: Any, state: Any) -> Any:
            return super().call(inputs * 2.0, state)

    def replaced() -> Any:
        cell = cells.GRUCell(4)
        cell.call = lambda inputs, state: (state, state)
        return cell

    def getter(getter: Any, *args: Any, **kwargs: Any) -> Any:
        return getter(*args, **kwargs)

    def loop(cell: Any, x: Any = X, **options: Any) -> None:
        tf.nn.dynamic_rnn(cell, tf.constant(x), **{"dtype": tf.float64, **options})

    def scoped() -> None:
        with tf.variable_scope("own", custom_getter=getter):
            loop(cells.GRUCell(4))

    def conditional() -> None:
        cell = cells.GRUCell(4)
        nothing = tf.zeros([2, 4], tf.float64)
        run = functools.partial(tf.nn.dynamic_rnn, cell, tf.constant(X), dtype=tf.float64)
        tf.cond(tf.constant(True), lambda: run()[1], lambda: nothing)

    def apart() -> None:
        steps = [tf.placeholder(tf.float64, [None, 3]) for _ in range(3)]
        outputs, _ = tf.nn.static_rnn(cells.GRUCell(4), steps, dtype=tf.float64)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            session.run(outputs[0], {steps[0]: X[:, 0]})  # the others need not be fed

    def seeded() -> None:
        tf.set_random_seed(1)
        loop(cells.DropoutWrapper(cells.GRUCell(4), 0.5))

    ways: list[Callable[[], Any]] = [
        lambda: loop(Own(4)),
        lambda: loop(replaced()),
        lambda: loop(cells.GRUCell(4, activation=tf.nn.elu)),
        lambda: loop(cells.DropoutWrapper(cells.GRUCell(4), state_keep_prob=0.5)),
        lambda: loop(cells.DropoutWrapper(cells.GRUCell(4), 0.5, seed=1)),
        lambda: loop(cells.ResidualWrapper(cells.GRUCell(3), lambda i, o: i + 2 * o)),
        lambda: loop(cells.MultiRNNCell([cells.GRUCell(4), Own(4)])),
        lambda: loop(cells.GRUCell(4), X.astype(np.float16), dtype=tf.float16),
        scoped,
        conditional,
        apart,
        seeded,
    ]
    for way in ways:
        with tf.Graph().as_default():
            way()
            assert not _is_fused(), way


def test_masks_of_dropout() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        keep = tf.placeholder(tf.float64, [])
        cell = tf.nn.rnn_cell.BasicRNNCell(4)
        cell = tf.nn.rnn_cell.DropoutWrapper(cell, output_keep_prob=keep)
        outputs, _ = tf.nn.dynamic_rnn(cell, tf.constant(np.tile(X, [50, 1, 1])), dtype=tf.float64)
        assert _is_fused()
        session.run(tf.global_variables_initializer())
        whole = session.run(outputs, {keep: 1.0})
        dropped, again = session.run(outputs, {keep: 0.25}), session.run(outputs, {keep: 0.25})
        mask = dropped / whole
        assert set(np.unique(mask.round(9))) == {0.0, 4.0}
        assert abs(np.mean(mask > 0) - 0.25) < 0.02
        assert np.any(mask[:, 0] != mask[:, 1])
        assert np.any(dropped != again)


def test_gradient_of_dropout(monkeypatch: pytest.MonkeyPatch) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant(X)
        cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(4), input_keep_prob=0.5, output_keep_prob=0.5)
        outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float64)
        gradient = tf.gradients(tf.reduce_sum(outputs), x)[0]
        session.run(tf.global_variables_initializer())
        found = session.run(gradient)
        assert 0.3 < np.mean(found == 0.0) < 0.7


def test_gradients_in_an_imported_graph(tmp_path: pathlib.Path) -> None:
    path = str(tmp_path / "model")
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float64, [None, 14, 3], name="x")
        outputs, _ = _lstm(x, sequence_length=[14, 6])
        tf.identity(outputs, name="outputs")
        expected = tf.gradients(tf.reduce_sum(outputs), tf.trainable_variables())
        session.run(tf.global_variables_initializer())
        values = session.run([outputs, *expected], {x: X})
        tf.train.Saver().save(session, path)
    with tf.Graph().as_default() as graph, tf.Session() as session:
        saver = tf.train.import_meta_graph(path + ".meta", import_scope="again")
        saver.restore(session, path)
        outputs = graph.get_tensor_by_name("again/outputs:0")
        gradients = tf.gradients(tf.reduce_sum(outputs), tf.trainable_variables())
        found = session.run([outputs, *gradients], {"again/x:0": X})
    for ours, theirs in zip(found, values, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_a_state_kept_in_a_variable_through_training() -> None:
    """The state of one run is the start of the next, and is assigned while the gradients are computed."""
    results = []
    for fused in ("1", "0"):
        with pytest.MonkeyPatch.context() as patch, tf.Graph().as_default(), tf.Session() as session:
            patch.setenv("TF1RNN_FUSED", fused)
            held = tf.get_variable("held", [2, 4], tf.float64, tf.zeros_initializer(), trainable=False)
            outputs, final = tf.nn.dynamic_rnn(
                tf.nn.rnn_cell.GRUCell(4, kernel_initializer=tf.constant_initializer(0.1)),
                tf.constant(X),
                initial_state=held.read_value(),
            )
            loss = tf.reduce_mean(tf.square(outputs - 0.3))
            step = tf.train.AdamOptimizer(0.05).minimize(loss)
            with tf.control_dependencies([outputs]):
                keep = held.assign(final)
            session.run(tf.global_variables_initializer())
            results.append([session.run([loss, step, keep])[0] for _ in range(6)])
    np.testing.assert_allclose(results[0], results[1], rtol=1e-9)
