"""More cases of `graph_cases.py`: tf.contrib.seq2seq, and legacy_seq2seq with attention."""

from __future__ import annotations

from typing import Any, Callable  # noqa: UP035 (Python 3.7)

import numpy as np
from graph_cases import CASES, MISUSE, Case, squares, value

BATCH, TIME, SYMBOLS, UNITS = 3, 4, 5, 6
LENGTHS = np.array([4, 1, 3], np.int32)


def _memory(tf: Any) -> Any:
    return tf.constant(value("memory", (BATCH, 7, UNITS)))


def _decode(decoder: Callable[[Any, Any], Any], **options: Any) -> Case:
    def case(tf: Any) -> Any:
        s = tf.contrib.seq2seq
        outputs, state, found_lengths = s.dynamic_decode(decoder(tf, s), **options)
        found = {"outputs": outputs, "state": state, "lengths": found_lengths}
        return {}, found, squares(tf, outputs.rnn_output)

    return case


def _training(tf: Any, s: Any, cell: Any = None, state: Any = None, layer: bool = True) -> Any:
    cell = cell or tf.nn.rnn_cell.GRUCell(UNITS)
    state = cell.zero_state(BATCH, tf.float32) if state is None else state
    helper = s.TrainingHelper(tf.constant(value("given", (BATCH, TIME, 2))), tf.constant(LENGTHS))
    return s.BasicDecoder(cell, helper, state, tf.layers.Dense(SYMBOLS, name="out") if layer else None)


def _greedy(tf: Any, s: Any) -> Any:
    cell = tf.nn.rnn_cell.LSTMCell(UNITS)
    helper = s.GreedyEmbeddingHelper(tf.get_variable("embedding", [SYMBOLS, 2]), tf.constant([1, 2, 3]), 4)
    return s.BasicDecoder(cell, helper, cell.zero_state(BATCH, tf.float32), tf.layers.Dense(SYMBOLS))


def _inference(tf: Any, s: Any) -> Any:
    cell = tf.nn.rnn_cell.GRUCell(2)
    helper = s.InferenceHelper(
        sample_fn=lambda outputs: outputs * 2.0,
        sample_shape=[2],
        sample_dtype=tf.float32,
        start_inputs=tf.constant(value("start", (BATCH, 2))),
        end_fn=lambda sample: sample[:, 0] > 0.2,
    )
    return s.BasicDecoder(cell, helper, cell.zero_state(BATCH, tf.float32))


def _custom(tf: Any, s: Any) -> Any:
    cell = tf.nn.rnn_cell.GRUCell(2)
    helper = s.CustomHelper(
        initialize_fn=lambda: (tf.fill([BATCH], False), tf.ones([BATCH, 2])),
        sample_fn=lambda time, outputs, state: tf.cast(outputs[:, 0] * 10.0, tf.int32),
        next_inputs_fn=lambda time, outputs, state, sample_ids: (tf.fill([BATCH], time > 1), outputs, state),
    )
    return s.BasicDecoder(cell, helper, cell.zero_state(BATCH, tf.float32))


def _always_own_output(tf: Any, s: Any) -> Any:
    """Scheduled sampling with probability 1: nothing random is left."""
    cell = tf.nn.rnn_cell.GRUCell(2)
    helper = s.ScheduledOutputTrainingHelper(
        tf.constant(value("given", (BATCH, TIME, 2))),
        tf.placeholder_with_default(LENGTHS, [None]),
        1.0,
        next_inputs_fn=lambda o: o * 0.5,
    )
    return s.BasicDecoder(cell, helper, cell.zero_state(BATCH, tf.float32))


def _never_own_symbol(tf: Any, s: Any) -> Any:
    cell = tf.nn.rnn_cell.GRUCell(UNITS)
    embedding = tf.get_variable("embedding", [UNITS, 2])
    helper = s.ScheduledEmbeddingTrainingHelper(
        tf.constant(value("given", (BATCH, TIME, 2))), tf.placeholder_with_default(LENGTHS, [None]), embedding, 0.0
    )
    return s.BasicDecoder(cell, helper, cell.zero_state(BATCH, tf.float32))


CASES["seq2seq:training"] = _decode(_training)
CASES["seq2seq:training_imputed"] = _decode(_training, impute_finished=True, output_time_major=True)
CASES["seq2seq:training_limited"] = _decode(_training, maximum_iterations=2, scope="mine")
CASES["seq2seq:greedy"] = _decode(_greedy, maximum_iterations=6)
CASES["seq2seq:inference"] = _decode(_inference, maximum_iterations=5)
CASES["seq2seq:custom"] = _decode(_custom)
CASES["seq2seq:scheduled_output"] = _decode(_always_own_output)
CASES["seq2seq:scheduled_embedding"] = _decode(_never_own_symbol)


def _mechanisms() -> dict[str, Callable[[Any, Any, Any], Any]]:
    return {
        "luong": lambda s, m, n: s.LuongAttention(UNITS, m),
        "luong_scaled": lambda s, m, n: s.LuongAttention(UNITS, m, n, scale=True, score_mask_value=-50.0),
        "bahdanau": lambda s, m, n: s.BahdanauAttention(4, m, n),
        "bahdanau_normalized": lambda s, m, n: s.BahdanauAttention(4, m, normalize=True, probability_fn=s.hardmax),
        "luong_monotonic": lambda s, m, n: s.LuongMonotonicAttention(UNITS, m, n, scale=True, mode="recursive"),
        "bahdanau_monotonic": lambda s, m, n: s.BahdanauMonotonicAttention(
            4, m, n, normalize=True, score_bias_init=0.3, mode="parallel"
        ),
        "hard_monotonic": lambda s, m, n: s.BahdanauMonotonicAttention(4, m, n, mode="hard"),
    }


def _attention(mechanism: Callable[[Any, Any, Any], Any], options: dict[str, Any]) -> Case:
    def case(tf: Any) -> Any:
        s = tf.contrib.seq2seq
        attention = mechanism(s, _memory(tf), tf.constant([7, 2, 5]))
        cell = s.AttentionWrapper(tf.nn.rnn_cell.LSTMCell(UNITS), attention, **options)
        first = cell.zero_state(BATCH, tf.float32)
        outputs, state, _ = s.dynamic_decode(_training(tf, s, cell, first))
        found = {"outputs": outputs, "attention": state.attention, "alignments": state.alignments}
        if options.get("alignment_history"):
            found["history"] = state.alignment_history.stack()
        return {}, found, squares(tf, [outputs.rnn_output, state.attention])

    return case


for _i, (_name, _mechanism) in enumerate(sorted(_mechanisms().items())):
    _options: dict[str, Any] = {"alignment_history": _i % 2 == 0, "output_attention": _i % 3 != 0}
    if _i % 4:
        _options["attention_layer_size"] = 3
    CASES["attention:" + _name] = _attention(_mechanism, _options)


def _two_mechanisms(tf: Any) -> Any:
    s = tf.contrib.seq2seq
    both = [s.LuongAttention(UNITS, _memory(tf)), s.BahdanauAttention(3, tf.constant(value("b", (BATCH, 2, 4))))]
    start = tf.nn.rnn_cell.GRUCell(UNITS)
    cell = s.AttentionWrapper(
        start, both, attention_layer_size=[3, 2], initial_cell_state=tf.constant(value("h", (BATCH, UNITS)))
    )
    outputs, state = tf.nn.dynamic_rnn(
        cell,
        tf.constant(value("x", (BATCH, TIME, 2))),
        initial_state=cell.zero_state(BATCH, tf.float32),
        dtype=tf.float32,
    )
    found = {"outputs": outputs, "alignments": state.alignments, "time": state.time}
    return {}, found, squares(tf, outputs)


CASES["attention:two_mechanisms"] = _two_mechanisms


def _beam(width: int, options: dict[str, Any], attend: bool, layer: bool = True, free: bool = False) -> Case:
    def case(tf: Any) -> Any:
        s = tf.contrib.seq2seq
        tokens, states = tf.constant([1, 2, 3]), _memory(tf)
        if free:
            tokens = tf.placeholder_with_default(tokens, [None])
            states = tf.placeholder_with_default(states, [None, None, UNITS])
        cell = tf.nn.rnn_cell.LSTMCell(UNITS if layer else SYMBOLS)
        if attend:
            memory = s.tile_batch(states, multiplier=width)
            cell = s.AttentionWrapper(cell, s.LuongAttention(UNITS, memory), 4, alignment_history=True)
        decoder = s.BeamSearchDecoder(
            cell,
            tf.get_variable("embedding", [SYMBOLS, 2]),
            tokens,
            0,
            cell.zero_state((tf.size(tokens) if free else BATCH) * width, tf.float32),
            width,
            output_layer=tf.layers.Dense(SYMBOLS, kernel_initializer=tf.ones_initializer()) if layer else None,
            **options,
        )
        outputs, state, found_lengths = s.dynamic_decode(decoder, maximum_iterations=6)
        found = {
            "ids": outputs.predicted_ids,
            "steps": outputs.beam_search_decoder_output,
            "log_probs": state.log_probs,
            "finished": state.finished,
            "own_lengths": state.lengths,
            "lengths": found_lengths,
        }
        if attend:
            found["history"] = state.cell_state.alignment_history
            if not isinstance(found["history"], tf.Tensor):
                found["history"] = found["history"].stack()
        return {}, found, None

    return case


CASES["beam:plain"] = _beam(3, {}, attend=False)
CASES["beam:penalty"] = _beam(2, {"length_penalty_weight": 0.7}, attend=False, layer=False)
CASES["beam:attention"] = _beam(3, {"length_penalty_weight": 0.4}, attend=True)
CASES["beam:free_batch"] = _beam(3, {"length_penalty_weight": 0.4}, attend=True, free=True)
CASES["beam:coverage"] = _beam(2, {"coverage_penalty_weight": 0.3}, attend=True)


def _pieces(tf: Any) -> Any:
    s = tf.contrib.seq2seq
    ids = tf.constant([[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9]], [[2, 9, 9]]])
    parents = tf.constant([[[0, 0, 0]], [[0, 1, 1]], [[2, 1, 2]], [[1, 0, 2]]])
    p = tf.constant(value("p", (BATCH, TIME)) * 0.8 + 0.5)
    before = tf.constant(np.eye(TIME, dtype=np.float32)[[0, 2, 1]])
    found = {
        "tree": s.gather_tree(ids, parents, tf.constant([4]), 9),
        "short_tree": s.gather_tree(ids, parents, tf.constant([2]), 9),
        "tiled": s.tile_batch((tf.constant([1, 2]), tf.constant(value("t", (2, 3)))), multiplier=2),
        "hardmax": s.hardmax(p),
        "recursive": s.monotonic_attention(p, before, "recursive"),
        "parallel": s.monotonic_attention(p, before, "parallel"),
        "hard": s.monotonic_attention(tf.round(p), before, "hard"),
        "cumprod": s.safe_cumprod(p, axis=1, exclusive=True),
    }
    return {}, found, None


CASES["seq2seq:pieces"] = _pieces


def _legacy(build: Callable[..., Any]) -> Case:
    def case(tf: Any) -> Any:
        ids = [tf.constant([(3 * i) % 5, (2 * i + 1) % 5, i % 5]) for i in range(6)]
        found = build(tf, tf.contrib.legacy_seq2seq, tf.nn.rnn_cell, ids[:3], ids[3:])
        return {}, found, squares(tf, found)

    return case


CASES["legacy:attention"] = _legacy(
    lambda tf, s, n, e, d: s.embedding_attention_seq2seq(e, d, n.GRUCell(3), 5, 5, 4, num_heads=2)
)
CASES["legacy:attention_fed_back"] = _legacy(
    lambda tf, s, n, e, d: s.embedding_attention_seq2seq(
        e, d, n.BasicLSTMCell(3), 5, 5, 4, feed_previous=True, initial_state_attention=True
    )
)
CASES["legacy:attention_maybe"] = _legacy(
    lambda tf, s, n, e, d: s.embedding_attention_seq2seq(
        e, d, n.GRUCell(3), 5, 5, 4, feed_previous=tf.placeholder_with_default(False, [])
    )
)
CASES["legacy:one_to_many"] = _legacy(
    lambda tf, s, n, e, d: s.one2many_rnn_seq2seq(
        e, {"a": d, "b": d[:2]}, n.GRUCell(3), {"a": n.GRUCell(3), "b": n.GRUCell(3)}, 5, {"a": 5, "b": 6}, 2
    )
)
CASES["legacy:buckets"] = _legacy(
    lambda tf, s, n, e, d: s.model_with_buckets(
        e,
        d,
        d,
        [tf.constant([1.0, 0.5, 0.0])] * 3,
        [(1, 2), (3, 3)],
        lambda x, y: s.embedding_rnn_seq2seq(x, y, n.GRUCell(3), 5, 5, 4),
    )
)


def _wrongly(build: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    return lambda tf: build(tf, tf.contrib.seq2seq)


MISUSE["seq2seq:not_a_decoder"] = _wrongly(lambda tf, s: s.dynamic_decode("no decoder"))
MISUSE["seq2seq:not_a_helper"] = _wrongly(lambda tf, s: s.BasicDecoder(tf.nn.rnn_cell.GRUCell(2), "no", None))
MISUSE["seq2seq:lengths"] = _wrongly(lambda tf, s: s.TrainingHelper(tf.zeros([2, 3, 4]), 3))
MISUSE["seq2seq:tokens"] = _wrongly(lambda tf, s: s.GreedyEmbeddingHelper(tf.zeros([2, 3]), 1, 0))
MISUSE["seq2seq:end_token"] = _wrongly(lambda tf, s: s.GreedyEmbeddingHelper(tf.zeros([2, 3]), [1], [0]))
MISUSE["seq2seq:mode"] = _wrongly(lambda tf, s: s.monotonic_attention([[0.5]], [[1.0]], "no such mode"))
MISUSE["seq2seq:mechanism"] = _wrongly(lambda tf, s: s.AttentionWrapper(tf.nn.rnn_cell.GRUCell(2), "none"))
MISUSE["seq2seq:layer_sizes"] = _wrongly(
    lambda tf, s: s.AttentionWrapper(tf.nn.rnn_cell.GRUCell(2), s.LuongAttention(2, tf.zeros([1, 2, 2])), [1, 2])
)
MISUSE["seq2seq:memory_shape"] = _wrongly(lambda tf, s: s.LuongAttention(2, tf.placeholder(tf.float32, [1, 2, None])))
