"""Rows: control flow, Python functions as ops, assertions."""

from __future__ import annotations

from migrate.api.choices import loop
from migrate.api.row import Row

BACK_PROP = "TF2 has no back_prop; use tf.stop_gradient"
SAME_STRUCTURE = "leave it out"

ROWS = (
    # control flow
    Row("cond", "pred, true_fn=None, false_fn=None, strict=False, name=None, fn1=None, fn2=None",
        renames={"fn1": "true_fn", "fn2": "false_fn"}, drop=("strict",), positional=3),
    Row("case", "pred_fn_pairs, default=None, exclusive=False, strict=False, name='case'"),
    Row("switch_case", "branch_index, branch_fns, default=None, name='switch_case'"),
    Row("while_loop", "cond, body, loop_vars, shape_invariants=None, parallel_iterations=10, "
        "back_prop=True, swap_memory=False, name=None, maximum_iterations=None, "
        "return_same_structure=False", choose=loop,
        refuse={"back_prop": BACK_PROP, "return_same_structure": SAME_STRUCTURE}, positional=5,
        returns="tensors"),
    Row("map_fn", "fn, elems, dtype=None, parallel_iterations=None, back_prop=True, "
        "swap_memory=False, infer_shape=True, name=None",
        renames={"dtype": "fn_output_signature"}, refuse={"back_prop": BACK_PROP}, positional=2),
    Row("scan", "fn, elems, initializer=None, parallel_iterations=10, back_prop=True, "
        "swap_memory=False, infer_shape=True, reverse=False, name=None",
        refuse={"back_prop": BACK_PROP}, positional=4),
    Row("foldl", "fn, elems, initializer=None, parallel_iterations=10, back_prop=True, "
        "swap_memory=False, name=None", refuse={"back_prop": BACK_PROP}, positional=4),
    Row("foldr", "fn, elems, initializer=None, parallel_iterations=10, back_prop=True, "
        "swap_memory=False, name=None", refuse={"back_prop": BACK_PROP}, positional=4),
    Row("vectorized_map", "fn, elems"),
    Row("TensorArray", "dtype, size=None, dynamic_size=None, clear_after_read=None, "
        "tensor_array_name=None, handle=None, flow=None, infer_shape=True, "
        "element_shape=None, colocate_with_first_write_call=True, name=None", returns="python"),
    Row("identity_n", "input, name=None", returns="tensors"),
    Row("tuple", "tensors, name=None, control_inputs=None", positional=1, returns="tensors"),
    Row("group", "*inputs, **kwargs", returns="python"),
    Row("no_op", "name=None", returns="python"),
    Row("py_func", "func, inp, Tout, stateful=True, name=None", tf2="tf.numpy_function", drop=("stateful",)),
    Row("numpy_function", "func, inp, Tout, name=None", positional=3),
    Row("py_function", "func, inp, Tout, name=None"),
    Row("custom_gradient", "f", returns="python"),
    Row("Print", "input_, data, message=None, first_n=None, summarize=None, name=None",
        gone="print with tf.print, which is a statement"),
    Row("print", "*inputs, **kwargs", returns="python"),
    Row("timestamp", "name=None"),
    # assertions and checks
    Row("Assert", "condition, data, summarize=None, name=None", aliases=("debugging.Assert",),
        returns="python"),
    Row("check_numerics", "tensor, message, name=None", tf2="tf.debugging.check_numerics",
        aliases=("debugging.check_numerics",)),
    Row("verify_tensor_all_finite", "t=None, msg=None, name=None, x=None, message=None",
        tf2="tf.debugging.assert_all_finite", aliases=("debugging.assert_all_finite",),
        renames={"t": "x", "msg": "message"}, positional=3),
    Row("assert_equal", "x, y, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_equal", aliases=("debugging.assert_equal",),
        drop=("data",), positional=2, returns="python"),
    Row("assert_greater", "x, y, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_greater", aliases=("debugging.assert_greater",),
        drop=("data",), positional=2, returns="python"),
    Row("assert_greater_equal", "x, y, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_greater_equal", aliases=("debugging.assert_greater_equal",),
        drop=("data",), positional=2, returns="python"),
    Row("assert_less", "x, y, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_less", aliases=("debugging.assert_less",),
        drop=("data",), positional=2, returns="python"),
    Row("assert_less_equal", "x, y, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_less_equal", aliases=("debugging.assert_less_equal",),
        drop=("data",), positional=2, returns="python"),
    Row("assert_none_equal", "x, y, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_none_equal", aliases=("debugging.assert_none_equal",),
        drop=("data",), positional=2, returns="python"),
    Row("assert_near", "x, y, rtol=None, atol=None, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_near", aliases=("debugging.assert_near",),
        drop=("data",), positional=4, returns="python"),
    Row("assert_negative", "x, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_negative", aliases=("debugging.assert_negative",),
        drop=("data",), positional=1, returns="python"),
    Row("assert_non_negative", "x, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_non_negative", aliases=("debugging.assert_non_negative",),
        drop=("data",), positional=1, returns="python"),
    Row("assert_non_positive", "x, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_non_positive", aliases=("debugging.assert_non_positive",),
        drop=("data",), positional=1, returns="python"),
    Row("assert_positive", "x, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_positive", aliases=("debugging.assert_positive",),
        drop=("data",), positional=1, returns="python"),
    Row("assert_rank", "x, rank, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_rank", aliases=("debugging.assert_rank",),
        drop=("data", "summarize"), positional=2, returns="python"),
    Row("assert_rank_at_least", "x, rank, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_rank_at_least", aliases=("debugging.assert_rank_at_least",),
        drop=("data", "summarize"), positional=2, returns="python"),
    Row("assert_rank_in", "x, ranks, data=None, summarize=None, message=None, name=None",
        tf2="tf.debugging.assert_rank_in", aliases=("debugging.assert_rank_in",),
        drop=("data", "summarize"), positional=2, returns="python"),
    Row("assert_scalar", "tensor, name=None, message=None", tf2="tf.debugging.assert_scalar",
        aliases=("debugging.assert_scalar", "contrib.framework.assert_scalar",),
        positional=1, returns="python"),
    Row("assert_type", "tensor, tf_type, message=None, name=None", tf2="tf.debugging.assert_type",
        aliases=("debugging.assert_type",), positional=2, returns="python"),
    Row("assert_same_float_dtype", "tensors=None, dtype=None", tf2="tf.debugging.assert_same_float_dtype",
        aliases=("debugging.assert_same_float_dtype", "contrib.framework.assert_same_float_dtype",),
        returns="python"),
    Row("is_numeric_tensor", "tensor", tf2="tf.debugging.is_numeric_tensor",
        aliases=("debugging.is_numeric_tensor",), returns="python"),
    Row("is_tensor", "x", aliases=("contrib.framework.is_tensor",), returns="python"),
)
