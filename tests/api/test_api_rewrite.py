"""What rewriting does to the text of a call: what is kept, what changes, what is refused and why."""

from __future__ import annotations

import libcst as cst
import pytest
from api_rewriting import dotted, rewritten

from migrate import api


def result(text: str, tf: str = "tf") -> api.Rewritten | api.Problem:
    call = cst.ensure_type(cst.parse_expression(text), cst.Call)
    row = api.find(dotted(call.func) or "")
    assert row is not None
    return api.rewrite_call(row, call, tf)


@pytest.mark.parametrize("text, expected", [
    ("tf.matmul(a, b)", "tf.matmul(a, b)"),
    ("tf.log( x ,  name = 'l' )", "tf.math.log( x ,  name = 'l' )"),
    ("tf.reduce_sum(\n    x,  # all of it\n    reduction_indices=[1],\n)",
     "tf.reduce_sum(\n    x,  # all of it\n    axis=[1],\n)"),
    ("tf.gather(p, i, None, 'n', 1)", "tf.gather(p, i, name='n', axis=1)"),
    ("tf.gather(p, i, None)", "tf.gather(p, i)"),
    ("tf.argmax(x, 1, 'n')", "tf.argmax(x, 1, name='n')"),
    ("tf.to_float(a > b)", "tf.cast(a > b, tf.float32)"),
    ("tf.to_int32(x, name='n')", "tf.cast(x, tf.int32, name='n')"),
    ("tf.nn.dropout(x, a + b)", "tf.nn.dropout(x, rate=1 - (a + b))"),
    ("tf.nn.dropout(x, keep_prob=0.5, seed=1)", "tf.nn.dropout(x, rate=1 - 0.5, seed=1)"),
    ("tf.nn.dropout(x, rate=r)", "tf.nn.dropout(x, rate=r)"),
    ("tf.nn.dropout(x, 0.5 if training else 1.0)", "tf.nn.dropout(x, rate=1 - (0.5 if training else 1.0))"),
    ("tf.layers.dropout(x, 0.5)", "tf.identity(x)"),
    ("tf.layers.dropout(x, 0.5, training=t)", "tf.nn.dropout(x, rate=tf.where(t, 0.5, 0.0))"),
    ("tf.contrib.layers.dropout(x, 0.8)", "tf.nn.dropout(x, rate=1 - 0.8)"),
    ("tf.contrib.slim.dropout(x, 0.8, is_training=False)", "tf.identity(x)"),
    ("tf.random_normal_initializer(stddev=0.1)", "keras.initializers.RandomNormal(stddev=0.1)"),
    ("tf.random_normal_initializer(dtype=tf.float32)", "keras.initializers.RandomNormal(stddev=1.0)"),
    ("tf.random_uniform_initializer(-s, s)", "keras.initializers.RandomUniform(-s, s)"),
    ("tf.contrib.layers.xavier_initializer(seed=1)", "keras.initializers.GlorotUniform(seed=1)"),
    ("tf.contrib.layers.xavier_initializer(False)", "keras.initializers.GlorotNormal()"),
    ("tf.constant_initializer(0.1)", "keras.initializers.Constant(0.1)"),
    ("tf.contrib.layers.l2_regularizer(a + b)", "keras.regularizers.L2((a + b) / 2)"),
    ("tf.contrib.layers.apply_regularization(weight, [w1])", "tf.add_n([weight(w) for w in [w1]])"),
    ("tf.where(x > 0, x, y)", "tf.where(x > 0, x, y)"),
    ("tf.where(tf.logical_not(tf.equal(x, 0)), x, y)", "tf.where(tf.logical_not(tf.equal(x, 0)), x, y)"),
    ("tf.where(done, x, y)", "select(done, x, y)"),
    ("tf.where(done)", "tf.where(done)"),
    ("tf.div(a, b)", "div(a, b)"),
    ("tf.div(a, 2.0)", "tf.divide(a, 2.0)"),
    ("tf.nn.softmax_cross_entropy_with_logits(logits=z, labels=y)",
     "tf.nn.softmax_cross_entropy_with_logits(labels=tf.stop_gradient(y), logits=z)"),
    ("tf.nn.in_top_k(z, y, 1)", "tf.nn.in_top_k(predictions=z, targets=y, k=1)"),
    ("tf.concat(values=[a, b], axis=0)", "tf.concat(values=[a, b], axis=0)"),
    ("tf.compat.v1.log(x)", "tf.math.log(x)"),
    ("tf.group(*ops, name='g')", "tf.group(*ops, name='g')"),
    ("tf.add(*pair)", "tf.add(*pair)"),
    ("(tf.log)(x)", "tf.math.log(x)"),
])
def test_rewritten_text(text: str, expected: str):
    if text.startswith("("):
        text = text.replace("(tf.log)", "tf.log")
    assert rewritten(text)[0] == expected


@pytest.mark.parametrize("text, code", [
    ("tf.pack([a])", "no-counterpart"),
    ("tf.image.resize_images(x, [2, 2])", "no-counterpart"),
    ("tf.concat(0, [a, b])", "tf0-name"),
    ("tf.split(1, 2, x)", "tf0-name"),
    ("tf.nn.softmax_cross_entropy_with_logits(z, y)", "argument"),
    ("tf.nn.sparse_softmax_cross_entropy_with_logits(z, y)", "argument"),
    ("tf.reduce_sum(x, axes=1)", "arguments"),
    ("tf.reduce_sum()", "arguments"),
    ("tf.abs(x, 'n', 3)", "arguments"),
    ("tf.abs(x, x=y)", "arguments"),
    ("tf.reduce_sum(*args)", "star-arguments"),
    ("tf.nn.dropout(x, **options)", "star-arguments"),
    ("tf.nn.dropout(x)", "arguments"),
    ("tf.map_fn(f, x, back_prop=False)", "argument"),
    ("tf.while_loop(c, b, [i])", "argument"),
    ("tf.while_loop(c, b, variables)", "argument"),
    ("tf.nn.embedding_lookup([a, b], ids)", "argument"),
    ("tf.losses.mean_squared_error(y, z, reduction=r)", "argument"),
    ("tf.losses.log_loss(y, tf.sigmoid(z))", "repeated-argument"),
    ("tf.contrib.layers.apply_regularization(r)", "collection"),
    ("tf.contrib.layers.xavier_initializer(uniform=flag)", "argument"),
    ("tf.matrix_diag(x, k=1)", "argument"),
    ("tf.nn.ctc_beam_search_decoder(z, n)", "argument"),
])
def test_refused(text: str, code: str):
    found = result(text)
    assert isinstance(found, api.Problem) and found.code == code and found.reason


def test_another_name_for_tensorflow():
    found = result("tf.to_float(tf.log(x))", tf="tensorflow")
    assert isinstance(found, api.Rewritten)
    text = cst.Module(body=()).code_for_node(found.expression)
    assert text == "tensorflow.cast(tf.log(x), tensorflow.float32)"


def test_labels_that_are_data_need_no_stop_gradient():
    text = "tf.losses.softmax_cross_entropy(y, z)"
    call = cst.ensure_type(cst.parse_expression(text), cst.Call)
    row = api.find("losses.softmax_cross_entropy")
    assert row is not None
    found = api.rewrite_call(row, call, data={"y"})
    assert isinstance(found, api.Rewritten)
    assert "stop_gradient" not in cst.Module(body=()).code_for_node(found.expression)
    assert "stop_gradient" in rewritten(text)[0]
    through_weights = cst.ensure_type(cst.parse_expression(text.replace("(y", "(dense(y)")), cst.Call)
    kept = api.rewrite_call(row, through_weights, data={"y"})
    assert isinstance(kept, api.Rewritten)
    assert "stop_gradient" in cst.Module(body=()).code_for_node(kept.expression)
    assert "stop_gradient" not in rewritten("tf.losses.softmax_cross_entropy(tf.one_hot(y, 3), z)")[0]


def test_what_the_file_needs():
    keras = result("tf.zeros_initializer()")
    assert isinstance(keras, api.Rewritten) and keras.imports == ("keras",) and keras.support == ()
    weighted = result("tf.losses.mean_squared_error(y, z, weights=w)")
    assert isinstance(weighted, api.Rewritten) and weighted.support == ("weighted_mean",)
    plain = result("tf.losses.mean_squared_error(y, z)")
    assert isinstance(plain, api.Rewritten) and plain.support == ()


@pytest.mark.parametrize("name, expected", [
    ("float32", "tf.float32"), ("nn.relu", "tf.nn.relu"), ("log", "tf.math.log"), ("mod", "tf.math.floormod"),
    ("math.reduce_sum", "tf.math.reduce_sum"), ("nn.tanh", "tf.nn.tanh"),
    ("zeros_initializer", "keras.initializers.Zeros"), ("contrib.layers.softmax", None), ("to_float", None),
    ("nn.dropout", None), ("random_normal_initializer", None), ("reduce_sum", "tf.reduce_sum"), ("mul", None),
])
def test_bare_name(name: str, expected: str | None):
    row = api.find(name)
    assert row is not None
    found = api.rewrite_name(row)
    if expected is None:
        assert isinstance(found, api.Problem)
    else:
        assert isinstance(found, api.Rewritten)
        assert cst.Module(body=()).code_for_node(found.expression) == expected


@pytest.mark.parametrize("name, only", [
    ("placeholder", True), ("Session", True), ("contrib.rnn.GRUCell", True), ("compat.v1.placeholder", True),
    ("compat.v1", True), ("layers.dense", True), ("log", True), ("train.AdamOptimizer", True),
    ("nn.rnn_cell", True), ("math.log", False), ("nn.relu", False), ("float32", False),
    ("keras.layers.LSTM", False), ("data.Dataset", False),
    ("compat.as_bytes", False), ("__version__", False),
])
def test_names_of_tf1_only(name: str, only: bool):
    assert api.is_tf1_only(name) == only


def test_unknown_name_has_no_row():
    assert api.find("no_such_symbol") is None and api.find("placeholder") is None
