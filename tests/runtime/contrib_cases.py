"""More cases of `graph_cases.py`: the cells of tf.contrib.rnn, fused cells, contrib.crf."""

from __future__ import annotations

from typing import Any, Callable  # noqa: UP035 (Python 3.7)

import numpy as np
from graph_cases import BATCH, CASES, DEPTH, LENGTHS, MISUSE, TIME, UNITS, Case, inputs, lengths, squares, value


def _cells() -> dict[str, Callable[[Any], Any]]:
    return {
        "layer_norm": lambda tf, r: r.LayerNormBasicLSTMCell(UNITS, norm_gain=0.5, norm_shift=0.1),
        "layer_norm_off": lambda tf, r: r.LayerNormBasicLSTMCell(UNITS, forget_bias=0.2, layer_norm=False),
        "lstm_block": lambda tf, r: r.LSTMBlockCell(UNITS, forget_bias=0.4, cell_clip=0.2, use_peephole=True),
        "gru_block": lambda tf, r: r.GRUBlockCell(UNITS),
        "gru_block_v2": lambda tf, r: r.GRUBlockCellV2(UNITS, name="mine"),
        "ugrnn": lambda tf, r: r.UGRNNCell(UNITS, forget_bias=0.3, activation=tf.nn.relu),
        "intersection": lambda tf, r: r.IntersectionRNNCell(UNITS, num_in_proj=UNITS),
        "intersection_plain": lambda tf, r: r.IntersectionRNNCell(DEPTH, forget_bias=0.5, y_activation=tf.tanh),
        "sru": lambda tf, r: r.SRUCell(UNITS),
        "nas": lambda tf, r: r.NASCell(UNITS),
        "nas_everything": lambda tf, r: r.NASCell(UNITS, num_proj=3, use_bias=True),
        "coupled": lambda tf, r: r.CoupledInputForgetGateLSTMCell(UNITS, use_peepholes=True, layer_norm=True),
        "coupled_shards": lambda tf, r: r.CoupledInputForgetGateLSTMCell(
            UNITS, num_proj=4, proj_clip=0.05, num_unit_shards=3, num_proj_shards=2, forget_bias=0.1
        ),
        "coupled_concat": lambda tf, r: r.CoupledInputForgetGateLSTMCell(UNITS, num_proj=2, state_is_tuple=False),
        "glstm": lambda tf, r: r.GLSTMCell(UNITS, number_of_groups=2, num_proj=2, forget_bias=0.4),
        "indrnn": lambda tf, r: r.IndRNNCell(UNITS, activation=tf.nn.relu),
        "indy_gru": lambda tf, r: r.IndyGRUCell(UNITS),
        "indy_lstm": lambda tf, r: r.IndyLSTMCell(UNITS, forget_bias=0.3),
        "highway": lambda tf, r: r.HighwayWrapper(r.GRUCell(DEPTH)),
        "highway_free": lambda tf, r: r.HighwayWrapper(r.LSTMCell(DEPTH), False, 0.4),
        "attention": lambda tf, r: r.AttentionCellWrapper(r.LSTMCell(UNITS), 3),
        "attention_sizes": lambda tf, r: r.AttentionCellWrapper(
            r.GRUCell(UNITS), 2, attn_size=3, attn_vec_size=5, input_size=7, state_is_tuple=False
        ),
        "cudnn_lstm": lambda tf, r: tf.contrib.cudnn_rnn.CudnnCompatibleLSTMCell(UNITS),
        "cudnn_gru": lambda tf, r: tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell(UNITS),
    }


def _through_dynamic(cell: Callable[..., Any], with_lengths: bool) -> Case:
    def case(tf: Any) -> Any:
        x, feeds = inputs(tf)
        given = lengths(tf, feeds) if with_lengths else None
        outputs, state = tf.nn.dynamic_rnn(cell(tf, tf.contrib.rnn), x, given, dtype=tf.float32)
        return feeds, {"outputs": outputs, "state": state}, squares(tf, [outputs, state])

    return case


for _name, _cell in _cells().items():
    CASES["contrib:" + _name] = _through_dynamic(_cell, with_lengths=len(_name) % 2 == 0)


def _once(build: Callable[[Any, Any], Any]) -> Case:
    """A cell called twice in the same scope."""

    def case(tf: Any) -> Any:
        cell, x, feeds = build(tf, tf.contrib.rnn)
        state = cell.zero_state(BATCH, tf.float32)
        with tf.variable_scope("steps") as scope:
            first, state = cell(x, state)
            scope.reuse_variables()
            second, state = cell(x, state)
        return feeds, {"first": first, "second": second, "state": state}, squares(tf, [first, second, state])

    return case


def _image(tf: Any, shape: Any) -> Any:
    return inputs(tf, (BATCH, *shape))


@_once
def _conv_1d(tf: Any, r: Any) -> Any:
    return (r.Conv1DLSTMCell(input_shape=[5, 2], output_channels=3, kernel_shape=[2]), *_image(tf, (5, 2)))


@_once
def _conv_2d(tf: Any, r: Any) -> Any:
    cell = r.Conv2DLSTMCell(
        input_shape=[4, 3, 2], output_channels=2, kernel_shape=[3, 2], use_bias=False, forget_bias=0.2
    )
    return (cell, *_image(tf, (4, 3, 2)))


@_once
def _conv_3d(tf: Any, r: Any) -> Any:
    return (r.ConvLSTMCell(3, [3, 2, 2, 1], 2, [2, 2, 1]), *_image(tf, (3, 2, 2, 1)))


@_once
def _phased(tf: Any, r: Any) -> Any:
    x, feeds = inputs(tf, (BATCH, DEPTH))
    time = tf.constant([[0.3], [1.7], [40.0]])
    return r.PhasedLSTMCell(UNITS, use_peepholes=True, period_init_max=5.0), (time, x), feeds


CASES["contrib:conv_1d"] = _conv_1d
CASES["contrib:conv_2d"] = _conv_2d
CASES["contrib:conv_3d"] = _conv_3d
CASES["contrib:phased"] = _phased


def _fused(build: Callable[[Any], Any], with_lengths: bool, as_list: bool = False) -> Case:
    def case(tf: Any) -> Any:
        x = tf.constant(value("x", (TIME, BATCH, DEPTH)))
        given = tf.constant(LENGTHS) if with_lengths else None
        fused = build(tf.contrib.rnn)
        outputs, state = fused(tf.unstack(x) if as_list else x, dtype=tf.float32, sequence_length=given)
        found = {"outputs": outputs, "state": state}
        return {}, found, squares(tf, found)

    return case


CASES["fused:block"] = _fused(lambda r: r.LSTMBlockFusedCell(UNITS, use_peephole=True, cell_clip=0.3), False)
CASES["fused:block_lengths"] = _fused(lambda r: r.LSTMBlockFusedCell(UNITS, forget_bias=0.2), True)
CASES["fused:adaptor"] = _fused(lambda r: r.FusedRNNCellAdaptor(r.GRUCell(UNITS)), True)
CASES["fused:adaptor_dynamic"] = _fused(lambda r: r.FusedRNNCellAdaptor(r.GRUCell(UNITS), True), True, as_list=True)
CASES["fused:reversed"] = _fused(
    lambda r: r.TimeReversedFusedRNN(r.FusedRNNCellAdaptor(r.LSTMCell(UNITS), True)), False
)
CASES["fused:reversed_lengths"] = _fused(lambda r: r.TimeReversedFusedRNN(r.LSTMBlockFusedCell(UNITS)), True)
CASES["fused:reversed_list"] = _fused(
    lambda r: r.TimeReversedFusedRNN(r.FusedRNNCellAdaptor(r.GRUCell(UNITS))), True, as_list=True
)


def _crf(steps: int, free: bool) -> Case:
    def case(tf: Any) -> Any:
        scores = tf.get_variable("scores", [BATCH, steps, 4])
        x = tf.placeholder_with_default(scores, [None, None, 4]) if free else scores
        tags = tf.constant(np.arange(BATCH * steps).reshape(BATCH, steps) * 3 % 4)
        tags = tf.placeholder_with_default(tags, [None, None]) if free else tags
        given = tf.constant(np.minimum(LENGTHS, steps))
        c = tf.contrib.crf
        likelihood, transitions = c.crf_log_likelihood(x, tags, given)
        allowed = tf.constant(np.arange(BATCH * steps * 4).reshape(BATCH, steps, 4) % 3 > 0)
        allowed = tf.placeholder_with_default(allowed, [None, None, 4]) if free else allowed
        decoded, best = c.crf_decode(x, transitions, given)
        found = {
            "likelihood": likelihood,
            "unary": c.crf_unary_score(tags, given, x),
            "binary": c.crf_binary_score(tags, given, transitions),
            "multitag": c.crf_multitag_sequence_score(x, allowed, given, transitions),
            "decoded": decoded,
            "best": best,
        }
        # Static shapes are known in one of the libraries and not in the other.
        found = {key: tf.reshape(t, [BATCH, steps] if key == "decoded" else [BATCH]) for key, t in found.items()}
        return {}, found, tf.reduce_sum(likelihood) + tf.reduce_sum(best) + tf.reduce_sum(found["multitag"][2])

    return case


CASES["crf:five_steps"] = _crf(5, free=False)
CASES["crf:free_shape"] = _crf(5, free=True)
CASES["crf:one_step"] = _crf(1, free=False)


def _wrongly(build: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    return lambda tf: build(tf, tf.contrib.rnn)


def _call(tf: Any, cell: Any, depth: Any = DEPTH) -> Any:
    return cell(tf.placeholder(tf.float32, [BATCH, depth]), cell.zero_state(BATCH, tf.float32))


MISUSE["contrib:groups"] = _wrongly(lambda tf, r: r.GLSTMCell(5, number_of_groups=2))
MISUSE["contrib:group_inputs"] = _wrongly(lambda tf, r: _call(tf, r.GLSTMCell(4, number_of_groups=4), 6))
MISUSE["contrib:intersection_sizes"] = _wrongly(lambda tf, r: _call(tf, r.IntersectionRNNCell(UNITS)))
MISUSE["contrib:attention_length"] = _wrongly(lambda tf, r: r.AttentionCellWrapper(r.GRUCell(3), 0))
MISUSE["contrib:attention_state"] = _wrongly(
    lambda tf, r: r.AttentionCellWrapper(r.LSTMCell(3), 2, state_is_tuple=False)
)
MISUSE["contrib:gru_block_sizes"] = _wrongly(lambda tf, r: r.GRUBlockCell())
MISUSE["contrib:conv_shape"] = _wrongly(lambda tf, r: r.ConvLSTMCell(2, [3, 2], 2, [2, 2]))
MISUSE["contrib:ugrnn_depth"] = _wrongly(lambda tf, r: _call(tf, r.UGRNNCell(3), None))
MISUSE["contrib:fused_state"] = _wrongly(lambda tf, r: r.LSTMBlockFusedCell(3)(tf.zeros([4, 2, 3])))
