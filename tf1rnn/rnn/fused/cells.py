"""What the fast way knows of the cells: for each a node that can run it over a whole sequence.

Only the classes themselves are known, not what is derived from them, and only as long as nobody has replaced their
methods.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import tensorflow.compat.v1 as v1

from tf1rnn import devices, op_numbers
from tf1rnn.rnn import cell_numbers, loop_numbers
from tf1rnn.rnn import dropout as droppers
from tf1rnn.rnn.basic import BasicRNNCell
from tf1rnn.rnn.fused import layer as layers
from tf1rnn.rnn.fused import masks
from tf1rnn.rnn.fused.activations import ACTIVATIONS, name_of
from tf1rnn.rnn.fused.specification import Layer
from tf1rnn.rnn.gru import GRUCell
from tf1rnn.rnn.lstm import BasicLSTMCell, LSTMCell, LSTMStateTuple
from tf1rnn.rnn.multi import MultiRNNCell
from tf1rnn.rnn.wrappers import DeviceWrapper, ResidualWrapper

_PLAIN = (BasicRNNCell, BasicLSTMCell, LSTMCell, GRUCell)
_METHODS = {
    kind: [(name, getattr(kind, name)) for name in ("__call__", "build", "call", "_around") if hasattr(kind, name)]
    for kind in (
        *(*_PLAIN, MultiRNNCell),
        *(droppers.DropoutWrapper, ResidualWrapper, DeviceWrapper),
    )
}


class Setting(NamedTuple):
    """The sequence that nodes run over: sizes as far as they are known, the batch size, lengths or None."""

    steps: int | None
    batch: int | None
    count: Any  # of steps: an int or a scalar tensor
    batch_size: Any
    lengths: Any
    place: loop_numbers.Place


class Node:
    """A cell. While `stand_in` holds, calling the cell makes its variables and nothing else of it."""

    def __init__(self, cell: Any) -> None:
        self.cell = cell

    @contextlib.contextmanager
    def stand_in(self, setting: Setting) -> Iterator[None]:
        """Replaces the computation of the cell."""
        yield

    def run(self, x: Any, state: Any, setting: Setting, last: bool) -> tuple[Any, Any]:
        """x [steps, batch, depth] -> (outputs [steps, batch, size], final state). `last`: outputs are zero past the
        ends of the examples.
        """
        raise NotImplementedError


class Leaf(Node):
    """A cell with variables."""

    def __init__(self, cell: Any, layer: Layer, weights: Callable[[], list[Any]]) -> None:
        super().__init__(cell)
        self.layer = layer
        self._weights = weights
        self._packed = layer.kind == "lstm" and not cell._state_is_tuple

    @contextlib.contextmanager
    def stand_in(self, setting: Setting) -> Iterator[None]:
        def call(inputs: Any, state: Any) -> tuple[Any, Any]:
            start = op_numbers.number()
            output = self._parts(state)[-1]
            op_numbers.set_number(start)
            setting.place.made(cell_numbers.of_call(self.cell, setting.place.entered))
            return output, state

        with _replaced(self.cell, "call", call):
            yield

    def _parts(self, state: Any) -> list[Any]:
        if self._packed:
            return v1.split(state, self.layer.state_sizes, axis=1)
        return list(state) if self.layer.kind == "lstm" else [state]

    def run(self, x: Any, state: Any, setting: Setting, last: bool) -> tuple[Any, Any]:
        weights = [v1.convert_to_tensor(w) for w in self._weights()]
        outputs, final = layers.run(
            self.layer,
            x,
            weights,
            self._parts(state),
            setting.steps,
            setting.batch,
            setting.lengths,
            zero_past_end=last,
        )
        if self.layer.kind != "lstm":
            return outputs, final[0]
        return outputs, v1.concat(final, 1) if self._packed else LSTMStateTuple(*final)


class Stack(Node):
    """MultiRNNCell."""

    def __init__(self, cell: Any, nodes: list[Node]) -> None:
        super().__init__(cell)
        self.nodes = nodes

    @contextlib.contextmanager
    def stand_in(self, setting: Setting) -> Iterator[None]:
        with contextlib.ExitStack() as stack:
            for node in self.nodes:
                stack.enter_context(node.stand_in(setting))
            yield

    def run(self, x: Any, state: Any, setting: Setting, last: bool) -> tuple[Any, Any]:
        packed = not self.cell._state_is_tuple
        states = v1.split(state, [cell.state_size for cell in self.cell._cells], axis=1) if packed else state
        new = []
        for number, (node, own) in enumerate(zip(self.nodes, states, strict=True)):
            with v1.name_scope(f"cell_{number}"):
                x, final = node.run(x, own, setting, last and number == len(self.nodes) - 1)
            new.append(final)
        return x, v1.concat(new, 1) if packed else tuple(new)


class Around(Node):
    """A wrapper around a cell: this one does nothing more."""

    def __init__(self, cell: Any, inner: Node) -> None:
        super().__init__(cell)
        self.inner = inner

    @contextlib.contextmanager
    def stand_in(self, setting: Setting) -> Iterator[None]:
        with self.inner.stand_in(setting), _replaced(self.cell, "_around", self._around(setting)):
            yield

    def _around(self, setting: Setting) -> Callable[..., Any]:
        return self.cell._run

    def run(self, x: Any, state: Any, setting: Setting, last: bool) -> tuple[Any, Any]:
        return self.inner.run(x, state, setting, last)


class Residual(Around):
    """ResidualWrapper without a function of its own."""

    def _around(self, setting: Setting) -> Callable[..., Any]:
        def around(*args: Any, **kwargs: Any) -> Any:
            result = self.cell._run(*args, **kwargs)
            setting.place.made(1)
            return result

        return around

    def run(self, x: Any, state: Any, setting: Setting, last: bool) -> tuple[Any, Any]:
        outputs, final = self.inner.run(x, state, setting, False)
        x.shape.assert_is_compatible_with(outputs.shape)
        return masks.zero_past_end(x + outputs, setting.lengths if last else None), final


class OnDevice(Around):
    """DeviceWrapper."""

    def _around(self, setting: Setting) -> Callable[..., Any]:
        def around(*args: Any, **kwargs: Any) -> Any:
            with devices.device(self.cell._device):
                return self.cell._run(*args, **kwargs)

        return around

    def run(self, x: Any, state: Any, setting: Setting, last: bool) -> tuple[Any, Any]:
        with devices.device(self.cell._device):
            return self.inner.run(x, state, setting, last)


class Dropout(Around):
    """DropoutWrapper without dropout of states, with new masks at every step, and without a seed.

    The masks of all steps are drawn at once, where the cell would be called, so that the random operations of a graph
    keep their order. Under a seed, of the cell or of the graph, the numbers are those that the loop draws step by step:
    only the loop has them.
    """

    _inputs_mask: Any = None
    _outputs_mask: Any = None

    def _around(self, setting: Setting) -> Callable[..., Any]:
        def around(inputs: Any, state: Any, scope: Any, **kwargs: Any) -> Any:
            cell = self.cell
            if droppers._drops(cell._input_keep_prob):
                size = inputs.shape.as_list()[-1]
                self._inputs_mask = self._drawn("input", cell._input_keep_prob, size, inputs.dtype, setting)
            result = cell._run(inputs, state, scope, **kwargs)
            if droppers._drops(cell._output_keep_prob):
                size = cell.output_size
                self._outputs_mask = self._drawn("output", cell._output_keep_prob, size, inputs.dtype, setting)
            return result

        return around

    def _drawn(self, salt: str, keep_prob: Any, size: int, dtype: Any, setting: Setting) -> Any:
        start = op_numbers.number()
        mask = masks.drawn(self.cell, salt, keep_prob, size, dtype, setting)
        op_numbers.set_number(start)
        setting.place.made(cell_numbers.DROPOUT + (1 if isinstance(keep_prob, v1.Tensor) else 0))
        if isinstance(keep_prob, v1.Tensor):
            setting.place.enter(keep_prob)
        return mask

    def run(self, x: Any, state: Any, setting: Setting, last: bool) -> tuple[Any, Any]:
        if self._inputs_mask is not None:
            x = masks.masked(x, self._inputs_mask)
        outputs, final = self.inner.run(x, state, setting, last)
        if self._outputs_mask is not None:
            outputs = masks.masked(outputs, self._outputs_mask)
        return outputs, final


def node_of(cell: Any, bounded: bool) -> Node | None:
    """The node of a cell, or None if it is not known. `bounded`: only with activations that cannot overflow."""
    kind = type(cell)
    methods = _METHODS.get(kind)
    if methods is None or cell._keras_style or cell.activity_regularizer is not None:
        return None
    if any(getattr(kind, name) is not method or name in cell.__dict__ for name, method in methods):
        return None
    if kind is MultiRNNCell:
        if any(cell._cells.count(part) > 1 for part in cell._cells if not isinstance(part, _PLAIN)):
            return None  # masks are drawn for each place
        nodes = [node_of(part, bounded) for part in cell._cells]
        known = [node for node in nodes if node is not None]
        return Stack(cell, known) if len(known) == len(nodes) else None
    if isinstance(cell, (droppers.DropoutWrapper, ResidualWrapper, DeviceWrapper)):
        inner = node_of(cell.cell, bounded)
        return _wrapper(cell, inner) if inner is not None else None
    return _leaf(cell, bounded)


def _wrapper(cell: Any, inner: Node) -> Node | None:
    if isinstance(cell, DeviceWrapper):
        return OnDevice(cell, inner)
    if isinstance(cell, ResidualWrapper):
        return Residual(cell, inner) if cell._residual_fn is None else None
    if droppers._drops(cell._state_keep_prob):
        return None
    drops = droppers._drops(cell._input_keep_prob) or droppers._drops(cell._output_keep_prob)
    if not drops:
        return Around(cell, inner)
    seeded = cell._seed is not None or v1.get_default_graph().seed is not None
    known = not seeded and not cell._variational_recurrent and isinstance(cell.output_size, int)
    return Dropout(cell, inner) if known else None


def _leaf(cell: Any, bounded: bool) -> Node | None:
    activation = name_of(cell._activation)
    units = cell._num_units
    if activation is None or not isinstance(units, int) or (bounded and not ACTIVATIONS[activation].bounded):
        return None
    if isinstance(cell, BasicRNNCell):
        return Leaf(cell, Layer("basic", units, activation), lambda: [cell._kernel, cell._bias])
    if isinstance(cell, GRUCell):
        names = ("_gate_kernel", "_gate_bias", "_candidate_kernel", "_candidate_bias")
        return Leaf(cell, Layer("gru", units, activation), lambda: [getattr(cell, name) for name in names])
    if not isinstance(cell._forget_bias, (int, float)):
        return None
    forget = float(cell._forget_bias)
    if isinstance(cell, BasicLSTMCell):
        return Leaf(cell, Layer("lstm", units, activation, forget), lambda: [cell._kernel, cell._bias])
    options = (cell._cell_clip, cell._proj_clip, cell._num_proj)
    if any(not (option is None or isinstance(option, (int, float))) for option in options) or cell._num_proj == 0:
        return None
    layer = Layer(
        "lstm",
        units,
        activation,
        forget,
        peepholes=bool(cell._use_peepholes),
        cell_clip=cell._cell_clip,
        num_proj=cell._num_proj,
        proj_clip=cell._proj_clip if cell._num_proj else None,
    )
    attributes = ["_kernel", "_bias"]
    if layer.peepholes:
        attributes += ["_w_f_diag", "_w_i_diag", "_w_o_diag"]
    if layer.num_proj:
        attributes.append("_proj_kernel")
    return Leaf(cell, layer, lambda: [getattr(cell, name) for name in attributes])


@contextlib.contextmanager
def _replaced(cell: Any, name: str, function: Callable[..., Any]) -> Iterator[None]:
    """Another method for one object. The same cell may stand in a stack twice: the first replacement stays."""
    if name in cell.__dict__:
        yield
        return
    cell.__dict__[name] = function
    try:
        yield
    finally:
        del cell.__dict__[name]
