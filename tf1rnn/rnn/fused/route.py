"""Whether a loop over a cell can go the fast way, and the way itself."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import tensorflow.compat.v1 as v1

from tf1rnn.rnn import loop_numbers
from tf1rnn.rnn.fused import cells, upstream

nest = v1.nest


def enabled() -> bool:
    """Not if the environment has TF1RNN_FUSED=0."""
    return os.environ.get("TF1RNN_FUSED", "1") != "0"


class Steps(NamedTuple):
    """The steps of a static loop that come out of one operation, as far as their stack is to be known."""

    dtype: Any
    shape: v1.TensorShape
    op: Any


def together(inputs: Any) -> Steps | None:
    """What is known of the inputs of a static loop if they come out of one operation, in whatever order; else None.

    Steps that are computed apart may be fed, and fetched, apart.
    """
    if not all(isinstance(step, v1.Tensor) and step.op is inputs[0].op for step in inputs) or len(inputs) < 2:
        return None
    shape = inputs[0].shape
    for step in inputs:
        if not shape.is_compatible_with(step.shape) or step.dtype != inputs[0].dtype:
            return None
        shape = shape.merge_with(step.shape)
    return Steps(inputs[0].dtype, v1.TensorShape([len(inputs)]).concatenate(shape), inputs[0].op)


def way(cell: Any, x: Any, state: Any, lengths: Any, dtype: Any) -> cells.Node | None:
    """The node that runs the cell over all steps, or None if the cell must be called at each step.

    Args:
        cell: the cell.
        x: inputs [steps, batch, depth], or Steps.
        state: first state.
        lengths: int32 vector [batch], or None.
        dtype: as given to the loop.
    """
    graph = v1.get_default_graph()
    scope = v1.get_variable_scope()
    if not enabled() or v1.control_flow_v2_enabled() or graph.building_function:
        return None
    if graph._get_control_flow_context() is not None or scope.custom_getter is not None:
        return None
    if x.dtype not in (v1.float32, v1.float64) or x.shape.ndims != 3 or (dtype and v1.as_dtype(dtype) != x.dtype):
        return None
    if x.shape.as_list()[2] is None or 0 in x.shape.as_list()[:1] + x.shape.as_list()[2:]:
        return None
    node = cells.node_of(cell, bounded=lengths is not None)
    if node is None or not _fits(cell, x, state) or upstream.may_be_changed(x):
        return None
    return node


def _fits(cell: Any, x: Any, state: Any) -> bool:
    """Whether the state is just what the cell describes."""
    try:
        nest.assert_same_structure(cell.state_size, state)
    except (TypeError, ValueError):
        return False
    batch = x.shape.as_list()[1]
    for size, tensor in zip(nest.flatten(cell.state_size), nest.flatten(state), strict=True):
        if not isinstance(tensor, v1.Tensor) or tensor.dtype != x.dtype or tensor.shape.ndims != 2:
            return False
        rows, columns = tensor.shape.as_list()
        if columns != size or (rows is not None and batch is not None and rows != batch):
            return False
        if upstream.may_be_changed(tensor):
            return False
    return True


def run(
    node: cells.Node, x: Any, state: Any, lengths: Any, place: loop_numbers.Place, bounded: bool
) -> tuple[Any, Any]:
    """Runs a node.

    Args:
        x: inputs [steps, batch, depth].
        state: first state.
        lengths: int32 vector [batch], or None.
        place: of the call of the cell, in the order of operations of TensorFlow 1.15.
        bounded: whether to stop at the longest example.

    Returns:
        (outputs [steps, batch, size], zero past the ends; final state).
    """
    steps, batch = x.shape.as_list()[0], _batch(x, state)
    total: Any = steps if steps is not None else v1.shape(x)[0]
    count, within = total, x
    if lengths is not None and bounded:
        # At least one step, if there is any: as in the loop that calls the cell.
        count = v1.minimum(total, v1.maximum(1, v1.reduce_max(lengths)))
        within = v1.slice(x, [0, 0, 0], v1.stack([count, -1, -1]))
        within.set_shape([None, *x.shape.as_list()[1:]])
    batch_size = batch if batch is not None else v1.shape(x)[1]
    setting = cells.Setting(steps if within is x else None, batch, count, batch_size, lengths, place)
    first = x[0]
    with node.stand_in(setting):
        place.begin()
        node.cell(first, state)
        place.end()
    outputs, final = node.run(within, state, setting, last=True)
    if within is not x:
        outputs = v1.pad(outputs, v1.stack([[0, total - count], [0, 0], [0, 0]]))
        outputs.set_shape([steps, batch, outputs.shape.as_list()[2]])
    return outputs, final


def run_as_loop(node: cells.Node, x: Any, state: Any, lengths: Any, place: loop_numbers.Place) -> tuple[Any, Any]:
    """Runs a node; outputs and final state have the names and static shapes that those of a while loop have.

    Programs look up names: a loop leaves its counter, the time and the outputs' TensorArray before the state. And they
    ask for shapes: a loop knows the batch size of its inputs and its state, not that of the lengths.
    """
    batch = _batch(x, state)
    outputs, final = run(node, x, state, lengths, place, bounded=True)
    outputs = _shown(outputs, 1, batch, "TensorArrayStack/TensorArrayGatherV3")
    with v1.name_scope("while"):
        flat = [_shown(tensor, 0, batch, f"Exit_{3 + place}") for place, tensor in enumerate(nest.flatten(final))]
    return outputs, nest.pack_sequence_as(final, flat)


def _batch(x: Any, state: Any) -> int | None:
    """The batch size, if the inputs or the state show it."""
    sizes = [x.shape.as_list()[1], *(tensor.shape.as_list()[0] for tensor in nest.flatten(state))]
    return next((size for size in sizes if size is not None), None)


def _shown(tensor: Any, axis: int, batch: int | None, name: str) -> Any:
    shape = tensor.shape.as_list()
    if shape[axis] == batch:
        return v1.identity(tensor, name=name)
    shape[axis] = batch
    return v1.placeholder_with_default(tensor, shape, name=name)
