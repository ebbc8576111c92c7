"""Small graphs whose variables, values and gradients TensorFlow 1.15.5 was asked for.

Written for every Python from 3.7 on: `record_goldens.py` builds them with the real TensorFlow, the tests
with ours. A case is a function of `tf` that returns (feeds, fetches, loss); misuse is a function that must
raise.
"""

from __future__ import annotations

import zlib
from typing import Any, Callable  # noqa: UP035 (Python 3.7)

import numpy as np

BATCH, TIME, DEPTH, UNITS = 3, 5, 4, 6
LENGTHS = np.array([5, 0, 3], np.int32)

Case = Callable[[Any], Any]

CASES: dict[str, Case] = {}
MISUSE: dict[str, Callable[[Any], Any]] = {}


def value(name: str, shape: Any, dtype: Any = np.float32) -> np.ndarray:
    """Values in [-0.6, 0.6) that depend on the name and the shape only."""
    rng = np.random.RandomState(zlib.crc32(name.encode()) & 0x7FFFFFFF)
    return rng.uniform(-0.6, 0.6, size=shape).astype(dtype)


def flat(structure: Any, label: str, found: dict[str, Any]) -> dict[str, Any]:
    """The tensors of a structure by place."""
    if isinstance(structure, dict):
        for key in sorted(structure):
            flat(structure[key], f"{label}.{key}", found)
    elif isinstance(structure, (list, tuple)):
        for i, item in enumerate(structure):
            flat(item, f"{label}.{i}", found)
    elif structure is not None:
        found[label] = structure
    return found


def squares(tf: Any, structure: Any) -> Any:
    """A loss that every part of a structure contributes to."""
    return tf.add_n([tf.reduce_sum(tf.square(t)) for t in flat(structure, "", {}).values()])


def run(tf: Any, case: Case) -> dict[str, np.ndarray]:
    """Builds a case in a fresh graph and returns its values, gradients, static shapes and variable names."""
    graph = tf.Graph()
    with graph.as_default():
        tf.set_random_seed(5)
        feeds, fetches, loss = case(tf)
        tensors = flat(fetches, "out", {})
        variables = tf.trainable_variables()
        result: dict[str, Any] = {
            "shapes": [f"{k}:{_shape(t)}" for k, t in sorted(tensors.items())],
            "variables": [
                f"{v.name}:{v.get_shape().as_list()}:{v.dtype.base_dtype.name}" for v in tf.global_variables()
            ],
            "trainable": [v.name for v in variables],
        }
        if loss is not None:
            for variable, gradient in zip(variables, tf.gradients(loss, variables)):  # noqa: B905 (Python 3.7)
                if gradient is not None:
                    tensors["gradient." + variable.name] = tf.convert_to_tensor(gradient)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            for v in variables:
                shape = [int(n) for n in v.get_shape().as_list()]
                v.load(value(v.name, shape, v.dtype.base_dtype.as_numpy_dtype), session)
            result.update(session.run(tensors, feeds))
    return {key: np.asarray(v) for key, v in result.items()}


def _shape(tensor: Any) -> Any:
    shape = tensor.get_shape()
    return None if shape.ndims is None else shape.as_list()


def raised(tf: Any, misuse: Callable[[Any], Any]) -> str:
    """The name of the class of what a misuse raises."""
    with tf.Graph().as_default():
        try:
            misuse(tf)
        except Exception as error:
            return type(error).__name__
    return ""


def inputs(tf: Any, shape: Any = (BATCH, TIME, DEPTH), dtype: Any = np.float32, free: bool = True) -> Any:
    """(placeholder with a free first size, feeds for it)."""
    placeholder = tf.placeholder(tf.as_dtype(dtype), [None if free else shape[0]] + list(shape[1:]), name="x")
    return placeholder, {placeholder: value("x", shape, dtype)}


def lengths(tf: Any, feeds: dict[Any, Any]) -> Any:
    placeholder = tf.placeholder(tf.int32, [None], name="lengths")
    feeds[placeholder] = LENGTHS
    return placeholder


# ---- cells, through dynamic_rnn and static_rnn


def _cells() -> dict[str, Callable[[Any], Any]]:
    return {
        "basic_rnn": lambda n: n.BasicRNNCell(UNITS),
        "basic_rnn_relu": lambda n: n.BasicRNNCell(UNITS, activation="relu", name="mine"),
        "basic_lstm": lambda n: n.BasicLSTMCell(UNITS),
        "basic_lstm_forget0": lambda n: n.BasicLSTMCell(UNITS, forget_bias=0.0),
        "basic_lstm_concat": lambda n: n.BasicLSTMCell(UNITS, state_is_tuple=False),
        "lstm": lambda n: n.LSTMCell(UNITS),
        "lstm_concat": lambda n: n.LSTMCell(UNITS, num_proj=3, state_is_tuple=False),
        "lstm_peepholes": lambda n: n.LSTMCell(UNITS, use_peepholes=True, forget_bias=0.3),
        "lstm_projection": lambda n: n.LSTMCell(UNITS, num_proj=3),
        "lstm_clips": lambda n: n.LSTMCell(UNITS, cell_clip=0.2, num_proj=3, proj_clip=0.1),
        "lstm_everything": lambda n: n.LSTMCell(
            UNITS, use_peepholes=True, cell_clip=0.3, num_proj=2, proj_clip=0.2, activation="sigmoid"
        ),
        "lstm_shards": lambda n: n.LSTMCell(UNITS, num_unit_shards=2, num_proj=4, num_proj_shards=2),
        "gru": lambda n: n.GRUCell(UNITS),
        "gru_relu": lambda n: n.GRUCell(UNITS, activation="relu"),
        "multi": lambda n: n.MultiRNNCell([n.LSTMCell(UNITS), n.GRUCell(3), n.BasicRNNCell(2)]),
        "multi_concat": lambda n: n.MultiRNNCell([n.GRUCell(3), n.GRUCell(2)], state_is_tuple=False),
        "multi_of_multi": lambda n: n.MultiRNNCell([n.MultiRNNCell([n.GRUCell(3)] * 1), n.BasicLSTMCell(2)]),
        "residual": lambda n: n.ResidualWrapper(n.GRUCell(DEPTH)),
        "residual_fn": lambda n: n.ResidualWrapper(n.GRUCell(DEPTH), residual_fn=lambda i, o: i * o),
        "device": lambda n: n.DeviceWrapper(n.BasicLSTMCell(UNITS), "/cpu:0"),
    }


def _through_dynamic(cell: Any, options: dict[str, Any]) -> Case:
    def case(tf: Any) -> Any:
        dtype = options.get("dtype", np.float32)
        time_major = options.get("time_major", False)
        shape = (TIME, BATCH, DEPTH) if time_major else (BATCH, TIME, DEPTH)
        x, feeds = inputs(tf, shape, dtype, free=options.get("free", True))
        made = cell(tf.nn.rnn_cell)
        keywords: dict[str, Any] = {"dtype": tf.as_dtype(dtype), "time_major": time_major}
        if options.get("lengths"):
            keywords["sequence_length"] = lengths(tf, feeds)
        if options.get("initial"):
            zero = made.zero_state(BATCH, tf.as_dtype(dtype))
            shapes = [t.get_shape().as_list() for t in tf.nest.flatten(zero)]
            parts = [tf.constant(value(f"state{i}", shape, dtype)) for i, shape in enumerate(shapes)]
            keywords["initial_state"] = tf.nest.pack_sequence_as(zero, parts)
        if options.get("scope"):
            keywords["scope"] = options["scope"]
        outputs, state = tf.nn.dynamic_rnn(made, x, **keywords)
        return feeds, {"outputs": outputs, "state": state}, squares(tf, [outputs, state])

    return case


def _through_static(cell: Any, with_lengths: bool) -> Case:
    def case(tf: Any) -> Any:
        x, feeds = inputs(tf, free=False)
        given = lengths(tf, feeds) if with_lengths else None
        outputs, state = tf.nn.static_rnn(
            cell(tf.nn.rnn_cell), tf.unstack(x, TIME, 1), dtype=tf.float32, sequence_length=given
        )
        return feeds, {"outputs": list(outputs), "state": state}, squares(tf, [list(outputs), state])

    return case


for _name, _cell in _cells().items():
    CASES["dynamic:" + _name] = _through_dynamic(_cell, {})
    CASES["dynamic_lengths:" + _name] = _through_dynamic(_cell, {"lengths": True, "free": False})
    CASES["static:" + _name] = _through_static(_cell, False)
    if _name in ("basic_rnn", "basic_lstm", "lstm_everything", "gru", "multi", "basic_lstm_concat"):
        CASES["static_lengths:" + _name] = _through_static(_cell, True)
        CASES["initial:" + _name] = _through_dynamic(_cell, {"initial": True, "lengths": True})
        CASES["float64:" + _name] = _through_dynamic(_cell, {"dtype": np.float64, "lengths": True})
        CASES["time_major:" + _name] = _through_dynamic(
            _cell, {"time_major": True, "scope": "mine", "free": False, "initial": True}
        )


# ---- other loops


def case(function: Case) -> Case:
    """Registers a case under its function's name."""
    CASES[function.__name__] = function
    return function


@case
def bidirectional(tf: Any) -> Any:
    x, feeds = inputs(tf)
    n = tf.nn.rnn_cell
    out = tf.nn.bidirectional_dynamic_rnn(
        n.LSTMCell(UNITS), n.GRUCell(2), x, sequence_length=lengths(tf, feeds), dtype=tf.float32
    )
    return feeds, {"all": out}, squares(tf, out)


@case
def bidirectional_time_major_no_lengths(tf: Any) -> Any:
    x, feeds = inputs(tf, (TIME, BATCH, DEPTH), free=False)
    n = tf.nn.rnn_cell
    forward, backward = n.BasicRNNCell(2), n.BasicRNNCell(3)
    out = tf.nn.bidirectional_dynamic_rnn(
        forward,
        backward,
        x,
        initial_state_fw=forward.zero_state(BATCH, tf.float32),
        initial_state_bw=tf.constant(value("bw", [BATCH, 3])),
        time_major=True,
        scope="both",
    )
    return feeds, {"all": out}, squares(tf, out)


@case
def static_bidirectional(tf: Any) -> Any:
    x, feeds = inputs(tf, free=False)
    n = tf.nn.rnn_cell
    outputs, forward, backward = tf.nn.static_bidirectional_rnn(
        n.LSTMCell(UNITS),
        n.GRUCell(2),
        tf.unstack(x, TIME, 1),
        dtype=tf.float32,
        sequence_length=lengths(tf, feeds),
    )
    found = {"outputs": list(outputs), "fw": forward, "bw": backward}
    return feeds, found, squares(tf, [list(outputs), forward, backward])


@case
def static_bidirectional_no_lengths(tf: Any) -> Any:
    x, feeds = inputs(tf, free=False)
    n = tf.contrib.rnn
    outputs, forward, backward = n.static_bidirectional_rnn(
        n.BasicLSTMCell(2), n.BasicLSTMCell(2), tf.unstack(x, TIME, 1), dtype=tf.float32
    )
    return (
        feeds,
        {"outputs": list(outputs), "fw": forward, "bw": backward},
        squares(tf, [list(outputs), backward]),
    )


@case
def nested_inputs(tf: Any) -> Any:
    class Both(tf.nn.rnn_cell.RNNCell):
        state_size = output_size = 4

        def call(self, pair: Any, state: Any) -> Any:
            w = tf.get_variable("w", [DEPTH, 4])
            new = tf.tanh(tf.matmul(pair[0], w) + tf.reduce_sum(pair[1], [1, 2], keepdims=False)[:, None] + state)
            return new, new

    x, feeds = inputs(tf)
    y = tf.placeholder(tf.float32, [None, TIME, 2, 3])
    feeds[y] = value("y", [BATCH, TIME, 2, 3])
    out = tf.nn.dynamic_rnn(Both(), (x, y), dtype=tf.float32, sequence_length=lengths(tf, feeds))
    return feeds, {"all": out}, squares(tf, out)


@case
def raw_loop_with_emit_and_state(tf: Any) -> Any:
    x, feeds = inputs(tf, (TIME, BATCH, DEPTH), free=False)
    cell = tf.nn.rnn_cell.LSTMCell(UNITS)
    array = tf.TensorArray(tf.float32, size=TIME).unstack(x)
    ends = tf.constant([4, 1, 2])

    def loop(time: Any, output: Any, state: Any, loop_state: Any) -> Any:
        if output is None:
            return (
                tf.zeros([BATCH], tf.bool),
                array.read(0),
                cell.zero_state(BATCH, tf.float32),
                (tf.zeros([UNITS]), tf.zeros([2], tf.int32)),
                tf.constant(0.0),
            )
        emit = output * 2.0, tf.fill([BATCH, 2], time)
        following = array.read(tf.minimum(time, TIME - 1))
        return time >= ends, following, state, emit, loop_state + tf.reduce_sum(output)

    emitted, state, total = tf.nn.raw_rnn(cell, loop)
    found = {"float": emitted[0].stack(), "int": emitted[1].stack(), "state": state, "total": total}
    return feeds, found, squares(tf, [found["float"], state]) + total


@case
def state_saving(tf: Any) -> Any:
    class Saver:
        def __init__(self) -> None:
            self.saved: list[Any] = []

        def state(self, name: str) -> Any:
            return tf.constant(value(name, [BATCH, UNITS]))

        def save_state(self, name: str, tensor: Any) -> Any:
            self.saved.append(tensor * 3.0)
            return self.saved[-1]

    x, feeds = inputs(tf, free=False)
    saver = Saver()
    outputs, state = tf.nn.static_state_saving_rnn(
        tf.nn.rnn_cell.BasicLSTMCell(UNITS),
        tf.unstack(x, TIME, 1),
        saver,
        ("c", "h"),
        sequence_length=lengths(tf, feeds),
    )
    return (
        feeds,
        {"outputs": list(outputs), "state": state, "saved": saver.saved},
        squares(tf, [list(outputs), state]),
    )


# ---- users' own cells, scopes, reuse


@case
def own_cell_old_style(tf: Any) -> Any:
    class Own(tf.nn.rnn_cell.RNNCell):
        def __init__(self, units: int) -> None:
            self._units = units

        state_size = property(lambda self: self._units)
        output_size = property(lambda self: self._units)

        def __call__(self, x: Any, state: Any, scope: Any = None) -> Any:
            with tf.variable_scope(scope or type(self).__name__):
                w = tf.get_variable("W", [DEPTH, self._units])
                u = tf.get_variable("U", [self._units, self._units])
                new = tf.tanh(tf.matmul(x, w) + tf.matmul(state, u))
                return new, new

    x, feeds = inputs(tf)
    out = tf.nn.dynamic_rnn(Own(UNITS), x, dtype=tf.float32)
    return feeds, {"all": out}, squares(tf, out)


@case
def own_cell_with_call_and_layers(tf: Any) -> Any:
    class WithLayers(tf.nn.rnn_cell.RNNCell):
        state_size = output_size = UNITS

        def call(self, x: Any, state: Any) -> Any:
            new = tf.layers.dense(tf.concat([x, state], 1), UNITS, activation=tf.tanh)
            bias = tf.get_variable("own_bias", [UNITS])
            return new + bias, new

    x, feeds = inputs(tf)
    out = tf.nn.dynamic_rnn(tf.nn.rnn_cell.MultiRNNCell([WithLayers(), WithLayers()]), x, dtype=tf.float32)
    return feeds, {"all": out}, squares(tf, out)


@case
def manual_steps_with_reuse(tf: Any) -> Any:
    x, feeds = inputs(tf, free=False)
    cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(3) for _ in range(2)])
    state = cell.zero_state(BATCH, tf.float32)
    outputs = []
    with tf.variable_scope("RNN"):
        for t in range(TIME):
            if t > 0:
                tf.get_variable_scope().reuse_variables()
            output, state = cell(x[:, t], state)
            outputs.append(output)
    return feeds, {"outputs": outputs, "state": state}, squares(tf, [outputs, state])


@case
def same_scope_for_two_inputs(tf: Any) -> Any:
    x, feeds = inputs(tf)

    def net(x: Any, reuse: Any) -> Any:
        with tf.variable_scope("shared", reuse=reuse):
            outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32)
            return tf.layers.dense(outputs[:, -1], 2, name="top")

    a, b = net(x, False), net(-x, True)
    c = net(x * 2.0, tf.AUTO_REUSE)
    return feeds, {"a": a, "b": b, "c": c}, squares(tf, [a, b, c])


@case
def names_of_many(tf: Any) -> Any:
    x, feeds = inputs(tf)
    n = tf.nn.rnn_cell
    found = {}
    for scope in (None, "first", "second"):
        for cell in (n.GRUCell(2), n.GRUCell(2)):
            if scope is None:
                with tf.variable_scope(None, default_name="fresh"):
                    found[str(len(found))] = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)[0]
            else:
                reuse = tf.AUTO_REUSE
                with tf.variable_scope(scope, reuse=reuse):
                    found[str(len(found))] = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)[0]
        found[f"d{len(found)}"] = tf.layers.dense(found["0"], 2)
    return feeds, found, squares(tf, found)


@case
def scope_with_initializer_and_regularizer(tf: Any) -> Any:
    x, feeds = inputs(tf)
    l2 = tf.contrib.layers.l2_regularizer(0.5)
    with tf.variable_scope("m", initializer=tf.constant_initializer(0.1), regularizer=l2):
        outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(2), x, dtype=tf.float32)
        top = tf.layers.dense(outputs, 2, kernel_regularizer=tf.contrib.layers.l1_regularizer(0.1))
    penalty = tf.losses.get_regularization_loss()
    count = tf.constant(len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)))
    return feeds, {"top": top, "penalty": penalty, "count": count}, squares(tf, [top]) + penalty


# ---- dropout: the masks themselves, from fixed seeds


def _dropped(**options: Any) -> Case:
    def case(tf: Any) -> Any:
        x, feeds = inputs(tf, free=False)
        keywords = dict(options)
        if keywords.get("variational_recurrent"):
            keywords.update(dtype=tf.float32, input_size=tf.TensorShape([DEPTH]))
        if keywords.pop("filter", None):
            keywords["dropout_state_filter_visitor"] = lambda s: True
        cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.LSTMCell(UNITS), seed=11, **keywords)
        outputs, state = tf.nn.static_rnn(cell, tf.unstack(x, TIME, 1), dtype=tf.float32)
        return feeds, {"outputs": outputs, "state": state}, squares(tf, [list(outputs), state])

    return case


CASES["dropout:input"] = _dropped(input_keep_prob=0.7)
CASES["dropout:output"] = _dropped(output_keep_prob=0.4)
CASES["dropout:state"] = _dropped(state_keep_prob=0.5)
CASES["dropout:state_filter"] = _dropped(state_keep_prob=0.5, filter=True)
CASES["dropout:all"] = _dropped(input_keep_prob=0.6, output_keep_prob=0.5, state_keep_prob=0.7)
CASES["dropout:variational"] = _dropped(
    input_keep_prob=0.6, output_keep_prob=0.5, state_keep_prob=0.7, variational_recurrent=True
)
CASES["dropout:none"] = _dropped()


@case
def dropout_functions(tf: Any) -> Any:
    x, feeds = inputs(tf)
    found = {
        "nn": tf.nn.dropout(x, 0.5, seed=3),
        "nn_rate": tf.nn.dropout(x, rate=0.25, seed=4, noise_shape=[BATCH, 1, DEPTH]),
        "layers": tf.layers.dropout(x, 0.3, seed=5, training=True),
        "layers_noise": tf.layers.dropout(x, 0.5, noise_shape=[None, 1, DEPTH], seed=5, training=tf.constant(True)),
        "layers_off": tf.layers.dropout(x, 0.3),
        "contrib": tf.contrib.layers.dropout(x, 0.6, seed=6),
        "contrib_off": tf.contrib.layers.dropout(x, 0.6, is_training=False),
    }
    return feeds, found, None


# ---- layers


@case
def dense_layers(tf: Any) -> Any:
    x, feeds = inputs(tf)
    layer = tf.layers.Dense(3, activation=tf.nn.relu)
    found = {
        "plain": tf.layers.dense(x, 2),
        "plain_again": tf.layers.dense(x, 2),
        "no_bias": tf.layers.dense(x[:, 0], 2, use_bias=False, name="named"),
        "reused": tf.layers.dense(x[:, 1], 2, use_bias=False, name="named", reuse=True),
        "object": layer(x),
        "object_again": layer(x * 2.0),
        "flat": tf.layers.dense(tf.layers.flatten(tf.reshape(x, [-1, TIME, DEPTH])), 2, activation="tanh"),
    }
    return feeds, found, squares(tf, found)


@case
def contrib_layers(tf: Any) -> Any:
    x, feeds = inputs(tf)
    c = tf.contrib.layers
    ids = tf.constant([[1, 2], [0, 3]])
    with tf.contrib.framework.arg_scope([c.fully_connected], activation_fn=tf.tanh):
        scoped = c.fully_connected(x, 2)
    found = {
        "scoped": scoped,
        "relu": c.fully_connected(x[:, 0], 3),
        "linear": c.linear(x, 2, scope="lin", weights_regularizer=c.l2_regularizer(0.1)),
        "reused": c.linear(-x, 2, scope="lin", reuse=True),
        "no_bias": c.fully_connected(x, 2, activation_fn=None, biases_initializer=None),
        "stack": c.stack(c.flatten(x), c.fully_connected, [3, 2], scope="st"),
        "embedded": c.embed_sequence(ids, 5, 3),
        "one_hot": c.one_hot_encoding(ids, 4),
        "softmax": c.softmax(x),
        "penalty": tf.losses.get_regularization_loss(),
        "models": tf.constant(len(tf.contrib.framework.get_model_variables())),
    }
    return feeds, found, squares(tf, {k: v for k, v in found.items() if k != "models"})


@case
def regularizers(tf: Any) -> Any:
    c = tf.contrib.layers
    w, b = tf.get_variable("w", [3, 2]), tf.get_variable("b", [2])
    found = {
        "l1": c.l1_regularizer(0.3)(w),
        "l2": c.l2_regularizer(0.3)(w),
        "both": c.l1_l2_regularizer(0.1, 0.2)(w),
        "sum": c.sum_regularizer([c.l1_regularizer(0.3), c.l2_regularizer(0.3)])(b),
        "applied": c.apply_regularization(c.l2_regularizer(scale=0.1), weights_list=[w, b]),
    }
    return {}, found, squares(tf, found)


@case
def sequence_losses(tf: Any) -> Any:
    logits = tf.constant(value("logits", [BATCH, TIME, 4]))
    targets = tf.constant(np.arange(BATCH * TIME).reshape(BATCH, TIME) % 4)
    weights = tf.cast(tf.sequence_mask(LENGTHS, TIME), tf.float32)
    loss = tf.contrib.seq2seq.sequence_loss
    found = {}
    for i, (at, ab, st, sb) in enumerate(
        [(1, 1, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 0), (0, 0, 1, 1), (0, 0, 1, 0), (0, 0, 0, 1)]
    ):
        found[str(i)] = loss(logits, targets, weights, bool(at), bool(ab), bool(st), bool(sb))
    return {}, found, None


# ---- misuse: the class of the error


def misuse(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    MISUSE[function.__name__] = function
    return function


@misuse
def not_a_cell(tf: Any) -> Any:
    tf.nn.dynamic_rnn(object(), tf.zeros([2, 3, 4]), dtype=tf.float32)


@misuse
def no_state_no_dtype(tf: Any) -> Any:
    tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(2), tf.zeros([2, 3, 4]))


@misuse
def no_state_no_dtype_static(tf: Any) -> Any:
    tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(2), [tf.zeros([2, 4])])


@misuse
def unknown_depth(tf: Any) -> Any:
    tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(2), tf.placeholder(tf.float32, [2, 3, None]), dtype=tf.float32)


@misuse
def lengths_of_rank_two(tf: Any) -> Any:
    tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(2), tf.zeros([2, 3, 4]), [[1], [2]], dtype=tf.float32)


@misuse
def static_without_inputs(tf: Any) -> Any:
    tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(2), [], dtype=tf.float32)


@misuse
def static_with_a_tensor(tf: Any) -> Any:
    tf.nn.static_rnn(tf.nn.rnn_cell.GRUCell(2), tf.zeros([2, 3, 4]), dtype=tf.float32)


@misuse
def second_cell_in_one_scope(tf: Any) -> Any:
    for _ in range(2):
        tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(2), tf.zeros([2, 3, 4]), dtype=tf.float32)


@misuse
def reuse_of_nothing(tf: Any) -> Any:
    with tf.variable_scope("s", reuse=True):
        tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(2), tf.zeros([2, 3, 4]), dtype=tf.float32)


@misuse
def inputs_of_another_depth(tf: Any) -> Any:
    cell = tf.nn.rnn_cell.GRUCell(2)
    cell(tf.zeros([1, 3]), tf.zeros([1, 2]))
    cell(tf.zeros([1, 4]), tf.zeros([1, 2]))


@misuse
def inputs_of_another_rank(tf: Any) -> Any:
    tf.nn.rnn_cell.GRUCell(2)(tf.zeros([1, 3, 4]), tf.zeros([1, 2]))


@misuse
def empty_stack(tf: Any) -> Any:
    tf.nn.rnn_cell.MultiRNNCell([])


@misuse
def stack_of_one_cell_without_list(tf: Any) -> Any:
    tf.nn.rnn_cell.MultiRNNCell(tf.nn.rnn_cell.GRUCell(2))


@misuse
def stack_of_tuples_concatenated(tf: Any) -> Any:
    tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.LSTMCell(2)], state_is_tuple=False)


@misuse
def probability_above_one(tf: Any) -> Any:
    tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(2), input_keep_prob=1.5)


@misuse
def variational_without_dtype(tf: Any) -> Any:
    tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(2), variational_recurrent=True)


@misuse
def variational_without_input_size(tf: Any) -> Any:
    tf.nn.rnn_cell.DropoutWrapper(
        tf.nn.rnn_cell.GRUCell(2), input_keep_prob=0.5, variational_recurrent=True, dtype=tf.float32
    )


@misuse
def unknown_argument(tf: Any) -> Any:
    tf.nn.rnn_cell.GRUCell(2, no_such_argument=1)


@misuse
def unknown_activation(tf: Any) -> Any:
    tf.nn.rnn_cell.GRUCell(2, activation="no_such_activation")


@misuse
def residual_of_another_shape(tf: Any) -> Any:
    tf.nn.rnn_cell.ResidualWrapper(tf.nn.rnn_cell.GRUCell(2))(tf.zeros([1, 3]), tf.zeros([1, 2]))


@misuse
def abstract_sizes(tf: Any) -> Any:
    tf.nn.rnn_cell.RNNCell().zero_state(1, tf.float32)


@misuse
def dense_of_unknown_depth(tf: Any) -> Any:
    tf.layers.dense(tf.placeholder(tf.float32, [2, None]), 3)


@misuse
def dense_of_a_vector(tf: Any) -> Any:
    tf.layers.dense(tf.zeros([3]), 3)


@misuse
def integer_scale(tf: Any) -> Any:
    tf.contrib.layers.l2_regularizer(1)


@misuse
def no_weights_to_regularize(tf: Any) -> Any:
    tf.contrib.layers.apply_regularization(tf.contrib.layers.l2_regularizer(0.1))


@misuse
def loop_function_not_callable(tf: Any) -> Any:
    tf.nn.raw_rnn(tf.nn.rnn_cell.GRUCell(2), 3)


@misuse
def scope_name_before_the_first_call(tf: Any) -> Any:
    tf.layers.Dense(3).scope_name  # noqa: B018


@misuse
def parameters_before_the_first_call(tf: Any) -> Any:
    tf.layers.Dense(3).count_params()


@misuse
def sequence_loss_of_flat_logits(tf: Any) -> Any:
    tf.contrib.seq2seq.sequence_loss(tf.zeros([2, 3]), tf.zeros([2, 3], tf.int32), tf.ones([2, 3]))


# ---- convolutions, pooling, batch normalization


@case
def convolutions(tf: Any) -> Any:
    x, feeds = inputs(tf, (2, 6, 5, 3))
    y = tf.reshape(x, [-1, 30, 3])
    found = {
        "valid": tf.layers.conv2d(x, 2, 3),
        "same": tf.layers.conv2d(x, 2, (3, 2), strides=2, padding="same", activation=tf.nn.relu),
        "dilated": tf.layers.conv2d(x, 2, 2, dilation_rate=2, use_bias=False, name="mine"),
        "reused": tf.layers.conv2d(-x, 2, 2, dilation_rate=2, use_bias=False, name="mine", reuse=True),
        "one": tf.layers.conv1d(y, 4, 5, strides=3, padding="SAME"),
        "three": tf.layers.conv3d(tf.expand_dims(x, 1), 2, [1, 2, 2]),
        "transposed": tf.layers.conv2d_transpose(x, 2, 3, strides=(2, 1)),
        "transposed_same": tf.layers.conv2d_transpose(x, 2, 3, strides=2, padding="same"),
        "max": tf.layers.max_pooling2d(x, 2, 2),
        "max_same": tf.layers.max_pooling2d(x, [3, 2], 1, padding="same"),
        "mean": tf.layers.average_pooling2d(x, 2, 2, padding="same"),
        "max1": tf.layers.max_pooling1d(y, 3, 2),
        "mean1": tf.layers.average_pooling1d(y, 3, 2, padding="same"),
    }
    return feeds, found, squares(tf, found)


def _normalized(rank: int, training: Any, **options: Any) -> Case:
    def case(tf: Any) -> Any:
        shape = (4, 3, 2, 3)[: rank - 1] + (3,)
        x, feeds = inputs(tf, shape, free=False)
        flag = tf.placeholder_with_default(training == "fed", []) if isinstance(training, str) else training
        y = tf.layers.batch_normalization(x, training=flag, **options)
        updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        with tf.control_dependencies(updates):
            moved = tf.identity(tf.reduce_sum(y))
        with tf.control_dependencies([moved]):
            moving = [tf.identity(v.read_value()) for v in tf.global_variables() if "moving" in v.name]
        found = {"y": y, "moved": moved, "moving": moving, "count": tf.constant(len(updates))}
        return feeds, found, tf.reduce_sum(tf.square(y) * value("mask", shape))

    return case


for _rank in (2, 3, 4):
    CASES[f"batch_norm:training{_rank}"] = _normalized(_rank, True, momentum=0.8)
    CASES[f"batch_norm:inference{_rank}"] = _normalized(_rank, False)
    CASES[f"batch_norm:fed_true{_rank}"] = _normalized(_rank, "fed")
    CASES[f"batch_norm:fed_false{_rank}"] = _normalized(_rank, "not")
CASES["batch_norm:no_scale"] = _normalized(2, True, scale=False, epsilon=0.1)
CASES["batch_norm:no_center"] = _normalized(4, True, center=False, scale=False, fused=False)


def _contrib_normalized(rank: int, training: Any, **options: Any) -> Case:
    def case(tf: Any) -> Any:
        shape = (4, 3, 2, 3)[: rank - 1] + (3,)
        x, feeds = inputs(tf, shape, free=False)
        flag = tf.placeholder_with_default(training == "fed", []) if isinstance(training, str) else training
        y = tf.contrib.layers.batch_norm(x, is_training=flag, decay=0.7, **options)
        updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        with tf.control_dependencies(updates):
            moved = tf.identity(tf.reduce_sum(y))
        with tf.control_dependencies([moved]):
            moving = [tf.identity(v.read_value()) for v in tf.global_variables() if "moving" in v.name]
        found = {"y": y, "moving": moving, "count": tf.constant(len(updates))}
        return feeds, found, tf.reduce_sum(tf.square(y) * value("mask", shape))

    return case


for _rank in (2, 3, 4):
    CASES[f"contrib_batch_norm:training{_rank}"] = _contrib_normalized(_rank, True, scale=True)
    CASES[f"contrib_batch_norm:inference{_rank}"] = _contrib_normalized(_rank, False)
    CASES[f"contrib_batch_norm:fed_true{_rank}"] = _contrib_normalized(_rank, "fed")
    CASES[f"contrib_batch_norm:fed_false{_rank}"] = _contrib_normalized(_rank, "not", scale=True)
CASES["contrib_batch_norm:in_place2"] = _contrib_normalized(2, True, scale=True, updates_collections=None)
CASES["contrib_batch_norm:in_place4"] = _contrib_normalized(4, True, scale=True, updates_collections=None)


@case
def contrib_images_and_layer_norm(tf: Any) -> Any:
    x, feeds = inputs(tf, (2, 6, 5, 3))
    c = tf.contrib.layers
    with tf.contrib.framework.arg_scope([c.conv2d], padding="VALID"):
        valid = c.conv2d(x, 2, 3, stride=2)
    found = {
        "valid": valid,
        "normalized": c.conv2d(x, 4, [2, 3], normalizer_fn=c.batch_norm, activation_fn=None, scope="mine"),
        "dilated": c.conv2d(x, 4, [2, 3], rate=2, weights_regularizer=c.l2_regularizer(0.1)),
        "max": c.max_pool2d(x, 2),
        "mean": c.avg_pool2d(x, [3, 2], 1, padding="SAME"),
        "layer_norm": c.layer_norm(x),
        "layer_norm_last": c.layer_norm(x, begin_norm_axis=-1, scale=False, activation_fn=tf.tanh),
    }
    return feeds, found, squares(tf, found)


def _optimized(**options: Any) -> Case:
    def case(tf: Any) -> Any:
        w = tf.get_variable("w", [3, 2], initializer=tf.constant_initializer(0.3))
        b = tf.get_variable("b", [2], initializer=tf.constant_initializer(0.1))
        loss = tf.reduce_sum(tf.square(w - 1.0)) * 3.0 + tf.reduce_sum(tf.square(b + w[0]))
        given = dict(options)
        if given.pop("decay", False):
            given["learning_rate_decay_fn"] = lambda rate, step: tf.train.exponential_decay(rate, step, 1, 0.5)
        step = tf.train.get_or_create_global_step()
        trained = tf.contrib.layers.optimize_loss(loss, step, 0.1, **given)
        with tf.control_dependencies([trained]):
            after = [tf.identity(v.read_value()) for v in (w, b, step)]
        count = tf.constant(len(tf.get_collection(tf.GraphKeys.SUMMARIES)))
        return {}, {"after": after, "summaries": count}, None

    return case


CASES["optimize_loss:sgd"] = _optimized(optimizer="SGD")
CASES["optimize_loss:adam_clip"] = _optimized(optimizer="Adam", clip_gradients=0.5, name="mine")
CASES["optimize_loss:multipliers"] = _optimized(
    optimizer="Momentum", gradient_multipliers={"b:0": 0.1, "w": 0.1}, summaries=["gradients", "gradient_norm"]
)
CASES["optimize_loss:decay"] = _optimized(optimizer="Adagrad", decay=True, increment_global_step=False)


# ---- projections, stacks, legacy seq2seq


@case
def projections(tf: Any) -> Any:
    x, feeds = inputs(tf)
    r = tf.contrib.rnn
    ids = tf.constant([[1, 2, 3], [0, 1, 2], [3, 3, 0]])
    found = {
        "out": tf.nn.dynamic_rnn(r.OutputProjectionWrapper(r.LSTMCell(3), 2), x, dtype=tf.float32, scope="a"),
        "in": tf.nn.dynamic_rnn(r.InputProjectionWrapper(r.GRUCell(3), 2, tf.tanh), x, dtype=tf.float32, scope="b"),
        "embedded": tf.nn.static_rnn(
            r.EmbeddingWrapper(r.GRUCell(3), 4, 2), tf.unstack(ids, 3, 1), dtype=tf.float32, scope="c"
        ),
    }
    return feeds, found, squares(tf, found)


@case
def stacks_of_bidirectional_layers(tf: Any) -> Any:
    x, feeds = inputs(tf, free=False)
    r = tf.contrib.rnn
    given = lengths(tf, feeds)
    dynamic = r.stack_bidirectional_dynamic_rnn(
        [r.LSTMCell(3), r.GRUCell(2)], [r.LSTMCell(2), r.GRUCell(2)], x, dtype=tf.float32, sequence_length=given
    )
    with tf.variable_scope("static"):
        static = r.stack_bidirectional_rnn(
            [r.GRUCell(3), r.GRUCell(2)], [r.GRUCell(2), r.GRUCell(2)], tf.unstack(x, TIME, 1), dtype=tf.float32
        )
    return feeds, {"dynamic": dynamic, "static": static}, squares(tf, [dynamic, static])


def _legacy(build: Callable[..., Any]) -> Case:
    def case(tf: Any) -> Any:
        ids = [tf.constant([(3 * i) % 5, (2 * i + 1) % 5, i % 5]) for i in range(6)]
        s = tf.contrib.legacy_seq2seq
        outputs, state = build(tf, s, tf.nn.rnn_cell, ids[:3], ids[3:])
        found = {"outputs": list(outputs), "state": state}
        if outputs[0].get_shape().as_list()[-1] == 5:
            ones = [tf.constant([1.0, 0.5, 0.0])] * 3
            found["loss"] = s.sequence_loss(list(outputs), ids[3:], ones)
            found["sum"] = s.sequence_loss(list(outputs), ids[3:], ones, False, False)
            found["each"] = s.sequence_loss_by_example(list(outputs), ids[3:], ones)
        return {}, found, squares(tf, found)

    return case


CASES["legacy:basic"] = _legacy(
    lambda tf, s, n, e, d: s.basic_rnn_seq2seq(
        [tf.one_hot(i, 5) for i in e], [tf.one_hot(i, 5) for i in d], n.BasicLSTMCell(3)
    )
)
CASES["legacy:tied"] = _legacy(
    lambda tf, s, n, e, d: s.tied_rnn_seq2seq(
        [tf.one_hot(i, 5) for i in e], [tf.one_hot(i, 5) for i in d], n.GRUCell(3)
    )
)
CASES["legacy:embedding"] = _legacy(lambda tf, s, n, e, d: s.embedding_rnn_seq2seq(e, d, n.BasicLSTMCell(3), 5, 5, 4))
CASES["legacy:embedding_fed_back"] = _legacy(
    lambda tf, s, n, e, d: s.embedding_rnn_seq2seq(e, d, n.GRUCell(3), 5, 5, 4, feed_previous=True)
)
CASES["legacy:embedding_maybe_fed_back"] = _legacy(
    lambda tf, s, n, e, d: s.embedding_rnn_seq2seq(
        e, d, n.LSTMCell(3), 5, 5, 4, feed_previous=tf.placeholder_with_default(True, [])
    )
)
CASES["legacy:embedding_tied"] = _legacy(
    lambda tf, s, n, e, d: s.embedding_tied_rnn_seq2seq(e, d, n.GRUCell(3), 5, 4, feed_previous=True)
)
CASES["legacy:embedding_tied_maybe"] = _legacy(
    lambda tf, s, n, e, d: s.embedding_tied_rnn_seq2seq(
        e, d, n.LSTMCell(3), 5, 4, feed_previous=tf.placeholder_with_default(False, [])
    )
)
CASES["legacy:loop"] = _legacy(
    lambda tf, s, n, e, d: s.rnn_decoder(
        [tf.one_hot(i, 3) for i in d], n.GRUCell(3).zero_state(3, tf.float32), n.GRUCell(3), lambda o, i: o * (1.0 + i)
    )
)
