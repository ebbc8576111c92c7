"""HighwayWrapper: a gate carries the inputs past a cell (Srivastava et al. 2015, arXiv:1505.00387).

carry = sigmoid(x . carry_w + carry_b)
y'    = x * carry + y * transform
transform = 1 - carry, or sigmoid(x . transform_w + transform_b) if the gates are not coupled
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.cell import RNNCell, assert_is_cell

nest = v1.nest


class HighwayWrapper(RNNCell):
    """A cell whose outputs have the shape of its inputs, with a highway around it.

    Variables, in the scope it is called in: carry_w [depth, depth], carry_b [depth]; not coupled: transform_w,
    transform_b.

    Args:
        cell: the cell.
        couple_carry_transform_gates: whether transform is 1 - carry.
        carry_bias_init: what carry_b starts at; transform_b starts at its negative.
    """

    def __init__(self, cell: Any, couple_carry_transform_gates: bool = True, carry_bias_init: float = 1.0) -> None:
        super().__init__()
        assert_is_cell("cell", cell)
        self._cell = cell
        self._couple_carry_transform_gates = couple_carry_transform_gates
        self._carry_bias_init = carry_bias_init

    @property
    def state_size(self) -> Any:
        """That of the wrapped cell."""
        return self._cell.state_size

    @property
    def output_size(self) -> Any:
        """That of the wrapped cell."""
        return self._cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """That of the wrapped cell."""
        with v1.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            return self._cell.zero_state(batch_size, dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:  # type: ignore[override]
        """(inputs, state) -> (outputs, new state). TypeError or ValueError if inputs and outputs differ in shape."""
        outputs, new_state = self._cell(inputs, state, scope=scope)
        nest.assert_same_structure(inputs, outputs)
        for before, after in zip(nest.flatten(inputs), nest.flatten(outputs), strict=True):
            before.shape.assert_is_compatible_with(after.shape)
        return nest.map_structure(self._highway, inputs, outputs), new_state

    def _gate(self, name: str, inputs: Any, start: float) -> Any:
        size = inputs.shape.as_list()[-1]
        kernel = v1.get_variable(f"{name}_w", [size, size], dtype=inputs.dtype)
        bias = v1.get_variable(
            f"{name}_b", [size], dtype=inputs.dtype, initializer=v1.constant_initializer(start, dtype=inputs.dtype)
        )
        return v1.sigmoid(v1.nn.xw_plus_b(inputs, kernel, bias))

    def _highway(self, inputs: Any, outputs: Any) -> Any:
        carry = self._gate("carry", inputs, self._carry_bias_init)
        if self._couple_carry_transform_gates:
            transform = 1 - carry
        else:
            transform = self._gate("transform", inputs, -self._carry_bias_init)
        return inputs * carry + outputs * transform
