"""More cases of `graph_cases.py`: grid cells, LSTMs over time and frequency, configurations of cells, HParams."""

from __future__ import annotations

import json
from typing import Any, Callable  # noqa: UP035 (Python 3.7)

import numpy as np
from graph_cases import BATCH, CASES, DEPTH, MISUSE, UNITS, Case, inputs, lengths, squares


def _grids() -> dict[str, Callable[[Any], Any]]:
    return {
        "1_rnn": lambda tf, g: g.Grid1BasicRNNCell(UNITS),
        "1_lstm": lambda tf, g: g.Grid1LSTMCell(UNITS, use_peepholes=True),
        "1_basic_lstm": lambda tf, g: g.Grid1BasicLSTMCell(UNITS, forget_bias=0.3),
        "2_rnn_tied": lambda tf, g: g.Grid2BasicRNNCell(UNITS, tied=True),
        "2_basic_lstm": lambda tf, g: g.Grid2BasicLSTMCell(UNITS, output_is_tuple=False),
        "2_basic_lstm_relu": lambda tf, g: g.Grid2BasicLSTMCell(UNITS, non_recurrent_fn=tf.nn.relu),
        "2_lstm_one_tensor": lambda tf, g: g.Grid2LSTMCell(UNITS, state_is_tuple=False, output_is_tuple=False),
        "2_gru": lambda tf, g: g.Grid2GRUCell(UNITS),
        "3_lstm": lambda tf, g: g.Grid3LSTMCell(UNITS, forget_bias=0.2),
        "3_lstm_tied": lambda tf, g: g.Grid3LSTMCell(UNITS, tied=True, use_peepholes=True),
        "own": lambda tf, g: g.GridRNNCell(
            UNITS, 3, input_dims=[1, 0], output_dims=[2, 0], priority_dims=1, cell_fn=tf.nn.rnn_cell.GRUCell
        ),
        "own_non_recurrent": lambda tf, g: g.GridRNNCell(
            UNITS, 3, [0, 1], [1, 2], priority_dims=[2], non_recurrent_dims=[1], non_recurrent_fn=tf.nn.tanh
        ),
        "own_priorities": lambda tf, g: g.GridRNNCell(UNITS, 2, input_dims=0, output_dims=[0, 1], priority_dims=[0, 1]),
    }


def _through_dynamic(build: Callable[..., Any], with_lengths: bool) -> Case:
    def case(tf: Any) -> Any:
        x, feeds = inputs(tf, free=False)
        with tf.variable_scope("net", initializer=tf.glorot_uniform_initializer()):
            cell = build(tf, tf.contrib.grid_rnn)
            given = lengths(tf, feeds) if with_lengths else None
            outputs, state = tf.nn.dynamic_rnn(cell, x, given, dtype=tf.float32)
        return feeds, {"outputs": outputs, "state": state}, squares(tf, [outputs, state])

    return case


for _name, _build in _grids().items():
    CASES["grid:" + _name] = _through_dynamic(_build, with_lengths=len(_name) % 2 == 0)


def _frequency(build: Callable[[Any], Any], parts: int) -> Case:
    """A cell over time and frequency called twice; `parts` sizes the state of those that do not say it."""

    def case(tf: Any) -> Any:
        cell = build(tf.contrib.rnn)
        x, feeds = inputs(tf, (BATCH, 8), free=False)
        state = cell.zero_state(BATCH, tf.float32) if not parts else tf.zeros([BATCH, parts * cell.state_size])
        with tf.variable_scope("steps") as scope:
            first, state = cell(x, state)
            scope.reuse_variables()
            second, state = cell(x * 0.5, state)
        return feeds, {"first": first, "second": second, "state": state}, squares(tf, [first, second, state])

    return case


CASES["frequency:time"] = _frequency(
    lambda r: r.TimeFreqLSTMCell(UNITS, use_peepholes=True, cell_clip=0.2, feature_size=4, frequency_skip=2), 3
)
CASES["frequency:time_shards"] = _frequency(
    lambda r: r.TimeFreqLSTMCell(UNITS, num_unit_shards=3, forget_bias=0.3, feature_size=3), 6
)
_GRID = {
    "plain": dict(feature_size=4, frequency_skip=4, num_frequency_blocks=[2], num_unit_shards=2),
    "peepholes": dict(feature_size=4, frequency_skip=2, num_frequency_blocks=[3], use_peepholes=True, forget_bias=0.2),
    "shared": dict(
        feature_size=2,
        frequency_skip=3,
        num_frequency_blocks=[3],
        use_peepholes=True,
        share_time_frequency_weights=True,
        couple_input_forget_gates=True,
        cell_clip=0.3,
    ),
    "blocks": dict(
        feature_size=2,
        frequency_skip=1,
        num_frequency_blocks=[2, 3],
        start_freqindex_list=[0, 4],
        end_freqindex_list=[3, 8],
        couple_input_forget_gates=True,
        use_peepholes=True,
    ),
}
for _name, _options in _GRID.items():
    CASES["frequency:grid_" + _name] = _frequency(lambda r, o=_options: r.GridLSTMCell(UNITS, **o), 0)
    CASES["frequency:both_" + _name] = _frequency(
        lambda r, o=_options: r.BidirectionalGridLSTMCell(UNITS, backward_slice_offset=len(o) % 2, **o), 0
    )
CASES["frequency:grid_one_tensor"] = _frequency(
    lambda r: r.GridLSTMCell(
        UNITS,
        feature_size=2,
        frequency_skip=2,
        num_frequency_blocks=[2, 2],
        start_freqindex_list=[0, 4],
        end_freqindex_list=[4, 8],
        state_is_tuple=False,
    ),
    0,
)


def _text(tf: Any, found: dict[str, Any]) -> Any:
    """A case about plain values: their JSON as bytes."""
    encoded = {key: np.frombuffer(json.dumps(value, sort_keys=True).encode(), np.uint8) for key, value in found.items()}
    return {}, {key: tf.constant(value) for key, value in encoded.items()}, tf.constant(0.0)


def _configurations(tf: Any) -> Any:
    r = tf.nn.rnn_cell
    lstm = r.LSTMCell(2, True, 1.0, tf.zeros_initializer(), num_proj=3, name="mine", dtype=tf.float32)
    cells = {
        "rnn": r.BasicRNNCell(2, "relu"),
        "gru": r.GRUCell(2, kernel_initializer=tf.constant_initializer(0.5)),
        "basic_lstm": r.BasicLSTMCell(2, 0.5, name="named"),
        "lstm": lstm,
        "dropout": r.DropoutWrapper(lstm, 0.5, 1.0, 0.25, seed=3),
        "residual": r.ResidualWrapper(lstm),
        "device": r.DeviceWrapper(lstm, "/cpu:0"),
        "stack": r.MultiRNNCell([lstm]),
    }
    found = {key: cell.get_config() for key, cell in cells.items()}
    found["children"] = [
        [d.name for d in cells[key]._checkpoint_dependencies] for key in ("dropout", "residual", "stack")
    ]
    with tf.variable_scope("called"):
        lstm(tf.zeros([1, 2]), lstm.zero_state(1, tf.float32))
    found["variables"] = [d.name for d in lstm._checkpoint_dependencies]
    return _text(tf, found)


def _hparams(tf: Any) -> Any:
    h = tf.contrib.training.HParams(b=1, a=2.5, c="relu6", d=True, e=[1, 2], f=["x", "y"], g=(1, 2))
    found = {"str": str(h), "repr": repr(h), "json": h.to_json(), "values": h.values()}
    h.parse("b=-3, a=1e3,c= x y ,d=0,e=[7, 8,9],f=[z]")
    h.set_hparam("a", 4)
    found.update(parsed=h.values(), types=[type(v).__name__ for v in h.values().values()])
    found["message"] = sorted(tf.contrib.training.HParams(hparam_def=h.to_proto()).values().items())
    found["bytes"] = len(h.to_proto().SerializeToString())
    parse = tf.contrib.training.parse_values
    found["indexed"] = str(parse("x[1]=2,y=[a b,\nc],x[3]=4,z=5", {"x": int, "y": str}, ignore_unknown=True))
    errors = []
    for text in ("b=1.5", "b=[1]", "e=1", "q=1", "b", "b=1,b=2", "e[0]=1", "c=[x", "d=yes", ",", "e[1]=[2]", "c=x[y]"):
        try:
            h.parse(text)
            errors.append("read")
        except ValueError as error:
            errors.append(str(error))
    for key, default in (("b", 2.0), ("e", 1), ("e", ["s"]), ("c", 1), ("a", 1)):
        try:
            errors.append(h.get(key, default))
        except ValueError as error:
            errors.append(str(error))
    found["errors"] = errors
    return _text(tf, found)


CASES["configurations"] = _configurations
CASES["hparams"] = _hparams
MISUSE["grid_without_dimensions"] = lambda tf: tf.contrib.grid_rnn.GridRNNCell(UNITS, num_dims=0)
MISUSE["grid_dimension_outside"] = lambda tf: tf.contrib.grid_rnn.GridRNNCell(UNITS, num_dims=2, input_dims=2)
MISUSE["grid_lstm_without_blocks"] = lambda tf: tf.contrib.rnn.GridLSTMCell(UNITS, feature_size=2, frequency_skip=2)
MISUSE["integer_cell"] = lambda tf: tf.nn.rnn_cell.GRUCell(2, dtype=tf.int32)(
    tf.zeros([BATCH, DEPTH], tf.int32), tf.zeros([BATCH, 2], tf.int32)
)
MISUSE["hparam_of_another_type"] = lambda tf: tf.contrib.training.HParams(a=1).set_hparam("a", 2.5)
MISUSE["hparam_unknown"] = lambda tf: tf.contrib.training.HParams(a=1).set_hparam("b", 2)
MISUSE["wrapper_from_its_config"] = lambda tf: tf.nn.rnn_cell.ResidualWrapper.from_config(
    tf.nn.rnn_cell.ResidualWrapper(tf.nn.rnn_cell.GRUCell(2)).get_config()
)
