"""The fast way of the loops gives what the loop over a cell gives: names, values, gradients, gradients of gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorflow1 import tf

BATCH, DEPTH = 3, 4

CELLS: dict[str, Callable[[Any], Any]] = {
    "rnn": lambda n: n.BasicRNNCell(5),
    "rnn_sigmoid": lambda n: n.BasicRNNCell(5, activation=tf.sigmoid),
    "basic_lstm": lambda n: n.BasicLSTMCell(5, forget_bias=0.3),
    "packed": lambda n: n.BasicLSTMCell(5, state_is_tuple=False),
    "gru": lambda n: n.GRUCell(5),
    "lstm": lambda n: n.LSTMCell(5),
    "lstm_all": lambda n: n.LSTMCell(5, use_peepholes=True, cell_clip=0.3, num_proj=3, proj_clip=0.2),
    "lstm_clipped": lambda n: n.LSTMCell(5, cell_clip=0.2),
    "lstm_shards": lambda n: n.LSTMCell(6, num_unit_shards=2, num_proj=4, num_proj_shards=2),
    "stack": lambda n: n.MultiRNNCell([n.BasicLSTMCell(5), n.GRUCell(4), n.ResidualWrapper(n.GRUCell(4))]),
    "packed_stack": lambda n: n.MultiRNNCell([n.BasicRNNCell(5), n.GRUCell(4)], state_is_tuple=False),
    "shared": lambda n: n.MultiRNNCell([n.GRUCell(4)] * 2),
    "kept": lambda n: n.DropoutWrapper(n.DeviceWrapper(n.GRUCell(4), "/cpu:0"), output_keep_prob=1.0),
}
UNBOUNDED = {"relu": lambda n: n.LSTMCell(5, activation=tf.nn.relu)}


def _session_of(fused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF1RNN_FUSED", "1" if fused else "0")


def _is_fused() -> bool:
    return any(op.type == "IdentityN" for op in tf.get_default_graph().get_operations())


def _values(
    make: Callable[[Any], Any],
    steps: int,
    loop: str = "dynamic",
    lengths: Any = None,
    initial: bool = False,
    unknown_steps: bool = False,
    dtype: Any = None,
    seed: int = 0,
) -> tuple[bool, list[str], list[np.ndarray]]:
    """Whether it went the fast way; names of the variables; outputs, states and gradients."""
    dtype = dtype or tf.float64
    random = np.random.RandomState(seed)
    with tf.Graph().as_default(), tf.Session() as session:
        shape = [None, None if unknown_steps else steps, DEPTH]
        x = tf.placeholder(dtype, shape)
        feed = {x: random.normal(size=[BATCH, steps, DEPTH])}
        cell = make(tf.nn.rnn_cell)
        sizes = tf.nest.flatten(cell.state_size)
        starts = [tf.placeholder(dtype, [None, size]) for size in sizes]
        feed.update({start: random.normal(size=[BATCH, size]) for start, size in zip(starts, sizes, strict=True)})
        state = tf.nest.pack_sequence_as(cell.state_size, starts)
        options = {"initial_state": state} if initial else {"dtype": dtype}
        if loop == "static":
            outputs, final = tf.nn.static_rnn(cell, tf.unstack(x, axis=1), sequence_length=lengths, **options)
            outputs = tf.stack(outputs, 1)
        elif loop == "time_major":
            turned = tf.transpose(x, [1, 0, 2])
            outputs, final = tf.nn.dynamic_rnn(cell, turned, lengths, time_major=True, **options)
            outputs = tf.transpose(outputs, [1, 0, 2])
        else:
            outputs, final = tf.nn.dynamic_rnn(cell, x, lengths, **options)
        fused = _is_fused()
        finals = tf.nest.flatten(final)
        weighing = random.normal(size=[BATCH, steps, 1])
        everything = tf.reduce_sum(tf.sin(outputs) * weighing) + tf.add_n([tf.reduce_sum(tf.cos(f)) for f in finals])
        variables = tf.trainable_variables()
        sources = [*variables, x, *(starts if initial else [])]
        fetched = [outputs, *finals]
        for loss in (everything, tf.reduce_sum(outputs[:, -1]), tf.reduce_sum(finals[0])):
            fetched += [g for g in tf.gradients(loss, sources) if g is not None]
        session.run(tf.global_variables_initializer())
        for variable in variables:
            variable.load(random.normal(size=variable.shape.as_list()) * 0.5, session)
        names = [v.name for v in variables]
        return fused, names, [np.asarray(v) for v in session.run(fetched, feed)]


def _assert_same(found: list[np.ndarray], expected: list[np.ndarray], rtol: float = 1e-9) -> None:
    assert len(found) == len(expected)
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.dtype == theirs.dtype and ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol * 1e-2)


def _both(monkeypatch: pytest.MonkeyPatch, make: Callable[[Any], Any], *args: Any, **options: Any) -> tuple[Any, Any]:
    results = []
    for fused in (True, False):
        _session_of(fused, monkeypatch)
        results.append(_values(make, *args, **options))
    assert not results[1][0]
    assert results[0][1] == results[1][1]
    return results[0], results[1]


@pytest.mark.parametrize("initial", [False, True])
@pytest.mark.parametrize("lengths", [None, [4, 0, 7]])
@pytest.mark.parametrize("name", CELLS)
def test_cells_without_a_loop(
    name: str, lengths: Any, initial: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, expected = _both(monkeypatch, CELLS[name], 7, lengths=lengths, initial=initial)
    assert found[0]
    _assert_same(found[2], expected[2])


@pytest.mark.parametrize("loop", ["dynamic", "time_major", "static"])
@pytest.mark.parametrize("name", ["rnn", "basic_lstm", "gru", "lstm_all", "stack"])
def test_blocks_and_a_rest(name: str, loop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found, expected = _both(monkeypatch, CELLS[name], 19, loop=loop, lengths=[19, 0, 9], initial=True)
    assert found[0]
    _assert_same(found[2], expected[2])


@pytest.mark.parametrize("steps", [7, 19])
@pytest.mark.parametrize("name", ["basic_lstm", "lstm_all", "gru", "stack"])
def test_a_product_for_each_gate(name: str, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tf1rnn.rnn.fused.layer.APART", 1)
    found, expected = _both(monkeypatch, CELLS[name], steps, lengths=[steps, 0, 3], initial=True)
    assert found[0]
    _assert_same(found[2], expected[2])


@pytest.mark.parametrize("lengths", [None, [0, 0, 0], [25, 3, 30]])
@pytest.mark.parametrize("steps", [1, 8, 27])
@pytest.mark.parametrize("name", ["rnn", "lstm", "gru", "stack"])
def test_unknown_number_of_steps(name: str, steps: int, lengths: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found, expected = _both(monkeypatch, CELLS[name], steps, lengths=lengths, unknown_steps=True)
    assert found[0]
    _assert_same(found[2], expected[2])


@pytest.mark.parametrize("name", ["rnn", "basic_lstm", "gru"])
def test_single_precision(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found, expected = _both(monkeypatch, CELLS[name], 20, dtype=tf.float32)
    assert found[0]
    for ours, theirs in zip(found[2], expected[2], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-5)


def test_activations_that_may_overflow_past_the_end_take_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    found, expected = _both(monkeypatch, UNBOUNDED["relu"], 7)
    assert found[0]
    _assert_same(found[2], expected[2])
    found, _ = _both(monkeypatch, UNBOUNDED["relu"], 7, lengths=[1, 2, 7])
    assert not found[0]


@settings(max_examples=15, deadline=None)
@given(
    name=st.sampled_from(["rnn", "basic_lstm", "lstm_all", "gru", "packed_stack"]),
    steps=st.integers(1, 30),
    unknown_steps=st.booleans(),
    initial=st.booleans(),
    data=st.data(),
)
def test_random_programs(name: str, steps: int, unknown_steps: bool, initial: bool, data: Any) -> None:
    lengths = data.draw(st.none() | st.lists(st.integers(-1, steps + 1), min_size=BATCH, max_size=BATCH))
    loop = "dynamic" if unknown_steps else data.draw(st.sampled_from(["dynamic", "time_major", "static"]))
    with pytest.MonkeyPatch.context() as patch:
        found, expected = _both(patch, CELLS[name], steps, loop, lengths, initial, unknown_steps)
    assert found[0]
    _assert_same(found[2], expected[2])


@pytest.mark.parametrize("apart", [1, 1000])
@pytest.mark.parametrize("steps", [3, 16])
@pytest.mark.parametrize("name", ["rnn", "basic_lstm", "lstm_all", "gru"])
def test_gradients_of_gradients(name: str, steps: int, apart: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against differences of the first gradients."""
    _session_of(True, monkeypatch)
    monkeypatch.setattr("tf1rnn.rnn.fused.layer.APART", apart)
    random = np.random.RandomState(1)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float64, [2, steps, 3])
        outputs, final = tf.nn.dynamic_rnn(CELLS[name](tf.nn.rnn_cell), x, dtype=tf.float64)
        assert _is_fused()
        loss = tf.reduce_sum(tf.sin(outputs)) + tf.add_n([tf.reduce_sum(f * f) for f in tf.nest.flatten(final)])
        variables = tf.trainable_variables()
        first = tf.gradients(loss, [x, *variables])
        directions = [random.normal(size=g.shape.as_list()) for g in first]
        along = tf.add_n([tf.reduce_sum(g * d) for g, d in zip(first, directions, strict=True)])
        second = tf.gradients(along, [x, *variables])
        session.run(tf.global_variables_initializer())
        at = random.normal(size=[2, steps, 3])
        weights = [random.normal(size=v.shape.as_list()) * 0.4 for v in variables]

        def run(fetched: Any, shift: float) -> Any:
            for variable, weight, way in zip(variables, weights, directions[1:], strict=True):
                variable.load(weight + shift * way, session)
            return session.run(fetched, {x: at + shift * directions[0]})

        # The second derivative is symmetric: the gradient of (g . d) is the derivative of g along d.
        found = run(second, 0.0)
        step = 1e-5
        for ours, up, down in zip(found, run(first, step), run(first, -step), strict=True):
            np.testing.assert_allclose(ours, (up - down) / (2 * step), rtol=1e-4, atol=1e-5)
