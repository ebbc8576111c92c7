"""For stacks of any depth, kind and option: every TF1 variable finds its place, and comes back bit for bit."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.checkpoint.legacy import LegacyCheckpoint
from migrate.checkpoint.plan import back_values, check, make_plan
from migrate.checkpoint.survey import survey

KINDS = {
    "basic_rnn_cell": lambda units: keras.layers.SimpleRNNCell(units),
    "basic_lstm_cell": lambda units: keras.layers.LSTMCell(units),
    "gru_cell": lambda units: keras.layers.GRUCell(units, reset_after=False),
}


def shapes(kind, inputs, units):
    """TF1's variables of a cell."""
    size = inputs + units
    if kind == "gru_cell":
        gates = {"gates/kernel": (size, 2 * units), "gates/bias": (2 * units,)}
        return gates | {"candidate/kernel": (size, units), "candidate/bias": (units,)}
    columns = units * (4 if kind == "basic_lstm_cell" else 1)
    return {"kernel": (size, columns), "bias": (columns,)}


OPTIONS = st.fixed_dictionaries(
    {
        "kinds": st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3),
        "inputs": st.integers(1, 4),
        "units": st.integers(1, 4),
        "both": st.booleans(),
        "raw": st.booleans(),
        "use_bias": st.booleans(),
    }
)


def program(kinds, inputs, units, both, raw, use_bias):
    """Names of a program with a stack, in one direction or two, and the shapes of its variables in TF1."""
    names, legacy = {}, {}
    for direction in ("fw", "bw") if both else ("",):
        scope = f"bidirectional_rnn/{direction}" if direction else "rnn"
        for layer, kind in enumerate(kinds):
            stack = f"multi_rnn_cell/cell_{layer}/" if len(kinds) > 1 else ""
            for part, shape in shapes(kind, inputs if layer == 0 else units, units).items():
                legacy[f"{scope}/{stack}{kind}/{part}"] = shape

    def layer(**options):
        cells = [KINDS[kind](units) for kind in kinds]
        return keras.layers.RNN(cells if len(cells) > 1 else cells[0], return_sequences=True, **options)

    names["rnn"] = keras.layers.Bidirectional(layer(), backward_layer=layer(go_backwards=True)) if both else layer()
    names["rnn"].build((None, None, inputs))
    names["dense"] = keras.layers.Dense(2, use_bias=use_bias)
    names["dense"].build((None, units))
    legacy["dense/kernel"] = (units, 2)
    if use_bias:
        legacy["dense/bias"] = (2,)
    if raw:
        names["W"] = tf.Variable(tf.zeros([7, 7]), name="projection_matrix")
        legacy["projection_matrix"] = (7, 7)
    return names, legacy


def with_optimizer(names, legacy, kind, draw):
    """The program with an optimizer, the values of all variables and slots."""
    found = survey([names])
    variables = [variable for unit in found.units for variable in unit.variables]
    values = {name: draw.normal(size=shape).astype(np.float32) for name, shape in legacy.items()}
    slots = {"Adam": ("Adam", "Adam_1"), "Momentum": ("Momentum",), "RMSProp": ("RMSProp", "RMSProp_1")}[kind]
    made = {
        "Adam": lambda: keras.optimizers.Adam(0.01),
        "Momentum": lambda: keras.optimizers.SGD(0.25, momentum=0.9),  # a power of 2: no rounding
        "RMSProp": lambda: keras.optimizers.RMSprop(0.01, momentum=0.5),
    }[kind]()
    made.build(variables)
    for name, shape in legacy.items():
        values |= {f"{name}/{slot}": draw.normal(size=shape).astype(np.float32) for slot in slots}
    if kind == "Adam":
        values |= {"beta1_power": np.float32(0.9), "beta2_power": np.float32(0.999)}
    return {**names, "optimizer": made}, values


@settings(max_examples=25, deadline=None)
@given(OPTIONS, st.sampled_from(["Adam", "Momentum", "RMSProp"]), st.integers(0, 2**31 - 1))
def test_there_and_back(options, kind, seed):
    names, values = with_optimizer(*program(**options), kind, np.random.default_rng(seed))
    plan = make_plan(LegacyCheckpoint("old", values), survey([names]))
    check(plan, partial=False)
    plan.apply()
    # Whatever the program has now is converted anew, nothing is remembered:
    nothing = {id(variable): np.full(variable.shape, np.nan) for variable, _ in plan.converted()}
    back = back_values(plan, nothing)
    assert back.keys() == values.keys()
    for name, value in values.items():
        lstm_bias = name.endswith("basic_lstm_cell/bias")  # forget bias added and taken away
        np.testing.assert_allclose(back[name], value, rtol=0, atol=5e-7 if lstm_bias else 0, err_msg=name)
    kept = {id(variable): np.array(variable.numpy()) for variable, _ in plan.converted()}
    for name, value in back_values(plan, kept).items():
        assert np.asarray(value).tobytes() == np.asarray(values[name]).tobytes(), name
