"""`tf.contrib.framework`: checks of tensors, conditions known in advance, names and graphs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.structures import flatten_up_to


def assert_scalar_int(tensor: Any, name: str | None = None) -> Any:
    """The tensor; ValueError unless it is an int32 or int64 scalar."""
    with v1.name_scope(name, "assert_scalar_int", [tensor]):
        tensor = v1.convert_to_tensor(tensor)
        if tensor.dtype.base_dtype not in (v1.int32, v1.int64):
            raise ValueError(f"Expected int32 or int64 for {tensor.name}, got: {tensor.dtype}.")
        return v1.debugging.assert_scalar(tensor)


def with_shape(expected_shape: Any, tensor: Any) -> Any:
    """The tensor, known or checked in the session to have a shape.

    Raises ValueError if it cannot have it, or for a shape that is no vector of ints.
    """
    if isinstance(tensor, v1.SparseTensor):
        raise ValueError("SparseTensor not supported.")
    tensor = v1.convert_to_tensor(tensor)
    known = v1.get_static_value(expected_shape) if isinstance(expected_shape, v1.Tensor) else expected_shape
    if known is not None:
        shape = v1.TensorShape([int(n) for n in known])
        if not shape.is_compatible_with(tensor.shape):
            raise ValueError(f"Invalid shape for tensor {tensor.name}, expected {shape.as_list()}, got {tensor.shape}.")
        if tensor.shape.is_fully_defined():
            return tensor
        expected_shape = shape.as_list()
    elif expected_shape.dtype.base_dtype not in (v1.int32, v1.int64):
        raise ValueError(f"Invalid dtype {expected_shape.dtype} for shape {expected_shape.name}")
    wrong = [f"Wrong shape for {tensor.name} [expected] [actual].", expected_shape, v1.shape(tensor)]
    right = v1.cond(
        v1.equal(v1.size(expected_shape), v1.rank(tensor)),
        lambda: v1.reduce_all(v1.equal(v1.cast(expected_shape, v1.int32), v1.shape(tensor))),
        lambda: v1.constant(False),
    )
    with v1.control_dependencies([v1.Assert(right, wrong)]):
        result = v1.identity(tensor)
    if known is not None:
        result.set_shape(expected_shape)
    return result


def with_same_shape(expected_tensor: Any, tensor: Any) -> Any:
    """The tensor, known or checked in the session to have the shape of another one."""
    with v1.name_scope(None, f"{tensor.op.name}/", [expected_tensor, tensor]):
        shape = expected_tensor.shape
        return with_shape(shape.as_list() if shape.is_fully_defined() else v1.shape(expected_tensor), tensor)


def smart_constant_value(pred: Any) -> bool | None:
    """The truth of a bool or a tensor that is constant now; None if only the session knows it.

    Raises TypeError for anything else.
    """
    if isinstance(pred, v1.Tensor):
        known = v1.get_static_value(pred)
        return None if known is None else bool(known)
    if isinstance(pred, bool) or pred in (0, 1):
        return bool(pred)
    raise TypeError(f"`pred` must be a Tensor, or a Python bool, or 1 or 0. Found instead: {type(pred)}")


def smart_cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """true_fn() or false_fn(), chosen now if the predicate is known, else by the session.

    Raises TypeError unless both can be called.
    """
    for label, function in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(function):
            raise TypeError(f"`{label}` must be callable.")
    if isinstance(pred, v1.Variable):
        return v1.cond(pred, true_fn, false_fn, name=name)
    known = smart_constant_value(pred)
    if known is None:
        return v1.cond(pred, true_fn, false_fn, name=name)
    return true_fn() if known else false_fn()  # type: ignore[misc]


def smart_case(
    pred_fn_pairs: Any, default: Callable[[], Any] | None = None, exclusive: bool = False, name: str = "smart_case"
) -> Any:
    """The result of the first function whose predicate is true, else of the default; chosen now if known.

    Raises TypeError for pairs that are none.
    """
    if not isinstance(pred_fn_pairs, (list, tuple, dict)):
        raise TypeError("pred_fn_pairs must be a list, tuple, or dict")
    open_pairs = []
    for pair in list(pred_fn_pairs.items()) if isinstance(pred_fn_pairs, dict) else pred_fn_pairs:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError("Each entry in pred_fn_pairs must be a 2-tuple")
        if not callable(pair[1]):
            raise TypeError(f"fn for pred {pair[0]} must be callable.")
        known = smart_constant_value(pair[0])
        if known:
            default = pair[1]
            break
        if known is None:
            open_pairs.append(pair)
    if open_pairs:
        return v1.case(open_pairs, default=default, exclusive=exclusive, name=name)
    if default is None:
        raise ValueError("None of the conditions is true, and there is no default.")
    return default()


def get_name_scope() -> str:
    """The name scope of the default graph."""
    return v1.get_default_graph().get_name_scope()


def strip_name_scope(name: str, export_scope: str | None) -> str:
    """The name without a scope in front; also of control inputs ("^...") and colocations ("loc:@...")."""
    for mark in ("^", "loc:@", ""):
        start = f"{mark}{export_scope}/"
        if export_scope and name.startswith(start):
            return mark + name[len(start) :]
    return name


def prepend_name_scope(name: str, import_scope: str | None) -> str:
    """The name with a scope in front; also of control inputs ("^...") and colocations ("loc:@...")."""
    if not import_scope:
        return name
    mark = next(m for m in ("^", "loc:@", "") if name.startswith(m))
    return f"{mark}{import_scope.rstrip('/')}/{name[len(mark) :]}"


def get_placeholders(graph: Any) -> list[Any]:
    """The outputs of all placeholders of a graph that have no default; TypeError for what is no graph."""
    if not isinstance(graph, v1.Graph):
        raise TypeError(f"Input graph needs to be a Graph: {graph}")
    return [op.outputs[0] for op in graph.get_operations() if op.type == "Placeholder"]


def get_graph_from_inputs(op_input_list: Any, graph: Any = None) -> Any:
    """The graph of the tensors and operations in a list: `graph`, the first one's, or the default graph.

    Raises TypeError for arguments of other types, ValueError if two are of different graphs.
    """
    if not isinstance(op_input_list, (list, tuple)):
        raise TypeError("The op_input_list must be a list or tuple")
    if graph is not None and not isinstance(graph, v1.Graph):
        raise TypeError("Input graph needs to be a Graph")
    for item in op_input_list:
        found = getattr(item, "graph", None)
        if found is None:
            continue
        if graph is None:
            graph = found
        elif found is not graph:
            raise ValueError(f"{item} must be from the same graph as the others.")
    return graph or v1.get_default_graph()


def reduce_sum_n(tensors: Any, name: str | None = None) -> Any:
    """The sum of all elements of several tensors; ValueError for none."""
    if not tensors:
        raise ValueError("No tensors provided.")
    with v1.name_scope(name, "reduce_sum_n", tensors) as scope:
        sums = [v1.reduce_sum(t, name=f"{t.op.name}/sum") for t in tensors]
        return sums[0] if len(sums) == 1 else v1.add_n(sums, name=scope)


def remove_squeezable_dimensions(predictions: Any, labels: Any, name: str | None = None) -> tuple[Any, Any]:
    """Both without the last axis of the one that has one axis more, if it is of size 1."""
    with v1.name_scope(name, "remove_squeezable_dimensions", [predictions, labels]):
        predictions, labels = v1.convert_to_tensor(predictions), v1.convert_to_tensor(labels)
        p, n = predictions.shape.ndims, labels.shape.ndims
        if p is not None and n is not None:
            if p - n == 1:
                predictions = v1.squeeze(predictions, [-1])
            elif n - p == 1:
                labels = v1.squeeze(labels, [-1])
            return predictions, labels
        more = v1.rank(predictions) - v1.rank(labels)
        found = predictions, labels
        if p is None or predictions.shape.dims[-1].is_compatible_with(1):
            predictions = v1.cond(v1.equal(more, 1), lambda: v1.squeeze(found[0], [-1]), lambda: found[0])
        if n is None or labels.shape.dims[-1].is_compatible_with(1):
            labels = v1.cond(v1.equal(more, -1), lambda: v1.squeeze(found[1], [-1]), lambda: found[1])
        return predictions, labels


def py_func(
    func: Callable[..., Any],
    args: Any = (),
    kwargs: dict[str, Any] | None = None,
    output_types: Any = None,
    output_shapes: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """A Python function of NumPy arrays as an operation.

    Args:
        func: called as func(*args, **kwargs) with arrays in place of the tensors.
        args, kwargs: lists and dicts of tensors, which may be nested.
        output_types: dtypes in the structure of what `func` returns; None if it returns nothing.
        output_shapes: shapes in that structure, or one for all.
        stateful, name: see tf.py_func.

    Returns: tensors in the structure of output_types.

    Raises TypeError unless args is a list or tuple and kwargs a dict.
    """
    if not isinstance(args, (list, tuple)):
        raise TypeError(f"args must be list and not {type(args).__name__}")
    if not isinstance(kwargs or {}, dict):
        raise TypeError(f"kwargs must be dict and not {type(kwargs).__name__}")
    given = [list(args), dict(kwargs or {})]
    types = v1.nest.flatten(output_types) if output_types is not None else []

    def called(*values: Any) -> Any:
        positional, named = v1.nest.pack_sequence_as(given, list(values))
        result = func(*positional, **named)
        return v1.nest.flatten(result) if types else []

    outputs = v1.py_func(called, v1.nest.flatten(given), types, stateful=stateful, name=name)
    if not types:
        return outputs
    if output_shapes is not None:
        if isinstance(output_shapes, v1.TensorShape) or all(n is None or isinstance(n, int) for n in output_shapes):
            shapes = [output_shapes] * len(types)
        else:
            shapes = flatten_up_to(output_types, output_shapes, check_types=False)
        for tensor, shape in zip(outputs, shapes, strict=True):
            tensor.set_shape(shape)
    return v1.nest.pack_sequence_as(output_types, outputs)
