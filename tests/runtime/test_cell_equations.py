"""Each cell against its equations in plain NumPy, over random sizes, options, lengths and states."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorflow1 import tf

FLOAT = np.float64


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


class NumpyLSTM:
    """i, j, f, o in this order; everything optional as in LSTMCell."""

    def __init__(self, weights: dict[str, np.ndarray], options: dict[str, Any]) -> None:
        self.w = weights
        self.options = options

    def __call__(self, x: np.ndarray, state: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
        c, h = state
        i, j, f, o = np.split(np.concatenate([x, h], 1) @ self.w["kernel"] + self.w["bias"], 4, 1)
        peep = {k: self.w.get(f"w_{k}_diag", 0.0) for k in "ifo"}
        f = f + self.options["forget_bias"]
        new_c = sigmoid(f + peep["f"] * c) * c + sigmoid(i + peep["i"] * c) * np.tanh(j)
        if self.options["cell_clip"] is not None:
            new_c = np.clip(new_c, -self.options["cell_clip"], self.options["cell_clip"])
        new_h = sigmoid(o + peep["o"] * new_c) * np.tanh(new_c)
        if self.options["num_proj"] is not None:
            new_h = new_h @ self.w["projection/kernel"]
            if self.options["proj_clip"] is not None:
                new_h = np.clip(new_h, -self.options["proj_clip"], self.options["proj_clip"])
        return new_h, [new_c, new_h]


class NumpyGRU:
    """r, u in this order."""

    def __init__(self, weights: dict[str, np.ndarray], options: dict[str, Any]) -> None:
        self.w = weights

    def __call__(self, x: np.ndarray, state: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
        (h,) = state
        gates = sigmoid(np.concatenate([x, h], 1) @ self.w["gates/kernel"] + self.w["gates/bias"])
        r, u = np.split(gates, 2, 1)
        c = np.tanh(np.concatenate([x, r * h], 1) @ self.w["candidate/kernel"] + self.w["candidate/bias"])
        new = u * h + (1 - u) * c
        return new, [new]


class NumpyRNN:
    def __init__(self, weights: dict[str, np.ndarray], options: dict[str, Any]) -> None:
        self.w = weights

    def __call__(self, x: np.ndarray, state: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
        new = np.tanh(np.concatenate([x, state[0]], 1) @ self.w["kernel"] + self.w["bias"])
        return new, [new]


def numpy_loop(cell: Any, x: np.ndarray, state: list[np.ndarray], lengths: np.ndarray | None) -> Any:
    """[batch, time, depth] -> (outputs [batch, time, size], state): zeros and a fixed state past the end."""
    outputs = []
    for t in range(x.shape[1]):
        output, new = cell(x[:, t], state)
        if lengths is not None:
            alive = (t < lengths)[:, None]
            output = np.where(alive, output, 0.0)
            new = [np.where(alive, n, s) for n, s in zip(new, state, strict=True)]
        state = new
        outputs.append(output)
    return np.stack(outputs, 1), state


@st.composite
def programs(draw: Any) -> dict[str, Any]:
    sizes = st.integers(1, 4)
    kind = draw(st.sampled_from(["lstm", "basic_lstm", "gru", "rnn"]))
    clip = st.none() | st.floats(0.05, 1.0)
    num_proj = draw(st.none() | sizes) if kind == "lstm" else None
    time = draw(st.integers(1, 5))
    batch = draw(sizes)
    return {
        "kind": kind,
        "batch": batch,
        "time": time,
        "depth": draw(sizes),
        "units": draw(sizes),
        "peepholes": kind == "lstm" and draw(st.booleans()),
        "cell_clip": draw(clip) if kind == "lstm" else None,
        "num_proj": num_proj,
        "proj_clip": draw(clip) if num_proj else None,
        "forget_bias": draw(st.floats(-1, 2)),
        "lengths": draw(st.none() | st.lists(st.integers(0, time), min_size=batch, max_size=batch)),
        "loop": draw(st.sampled_from(["dynamic", "static", "time_major"])),
        "initial": draw(st.booleans()),
        "seed": draw(st.integers(0, 2**31 - 1)),
    }


def made_cell(p: dict[str, Any]) -> tuple[Any, Any]:
    n = tf.nn.rnn_cell
    if p["kind"] == "lstm":
        cell = n.LSTMCell(
            p["units"],
            use_peepholes=p["peepholes"],
            cell_clip=p["cell_clip"],
            num_proj=p["num_proj"],
            proj_clip=p["proj_clip"],
            forget_bias=p["forget_bias"],
        )
        return cell, NumpyLSTM
    if p["kind"] == "basic_lstm":
        return n.BasicLSTMCell(p["units"], forget_bias=p["forget_bias"]), NumpyLSTM
    return (n.GRUCell(p["units"]), NumpyGRU) if p["kind"] == "gru" else (n.BasicRNNCell(p["units"]), NumpyRNN)


@settings(max_examples=40, deadline=None)
@given(programs())
def test_loops_follow_the_equations(p: dict[str, Any]) -> None:
    rng = np.random.RandomState(p["seed"])
    x = rng.normal(size=(p["batch"], p["time"], p["depth"])).astype(FLOAT)
    lengths = None if p["lengths"] is None else np.array(p["lengths"], np.int32)
    with tf.Graph().as_default(), tf.Session() as session:
        cell, model = made_cell(p)
        zero = tf.nest.flatten(cell.zero_state(p["batch"], tf.float64))
        start = [rng.normal(size=t.shape.as_list()) if p["initial"] else np.zeros(t.shape.as_list()) for t in zero]
        state = tf.nest.pack_sequence_as(cell.state_size, [tf.constant(s) for s in start])
        given_state = {"initial_state": state} if p["initial"] else {"dtype": tf.float64}
        fed = tf.constant(x)
        if p["loop"] == "static":
            outputs, final = tf.nn.static_rnn(cell, tf.unstack(fed, axis=1), sequence_length=lengths, **given_state)
            outputs = tf.stack(outputs, 1)
        elif p["loop"] == "time_major":
            outputs, final = tf.nn.dynamic_rnn(
                cell, tf.transpose(fed, [1, 0, 2]), lengths, time_major=True, **given_state
            )
            outputs = tf.transpose(outputs, [1, 0, 2])
        else:
            outputs, final = tf.nn.dynamic_rnn(cell, fed, lengths, **given_state)
        session.run(tf.global_variables_initializer())
        weights = {}
        for variable in cell.variables:
            weight = rng.normal(size=variable.shape.as_list()).astype(FLOAT)
            variable.load(weight, session)
            weights[variable.op.name.split("_cell/", 1)[1]] = weight
        found, found_state = session.run([outputs, tf.nest.flatten(final)])
    expected, expected_state = numpy_loop(model(weights, p), x, start, lengths)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    for ours, theirs in zip(found_state, expected_state, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
