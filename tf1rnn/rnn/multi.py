"""MultiRNNCell: cells in a stack, each fed with the outputs of the one below. Scopes: cell_0, cell_1, …"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf2
import tensorflow.compat.v1 as v1

from tf1rnn.layers.tracking import Tracked
from tf1rnn.rnn import state as states
from tf1rnn.rnn.cell import RNNCell, assert_is_cell


class MultiRNNCell(RNNCell):
    """A stack of cells.

    Args:
        cells: the cells, the lowest first.
        state_is_tuple: the state is a tuple of the cells' states; False: these are concatenated along the
            columns.

    Raises:
        ValueError: no cells, or a cell with a tuple state under state_is_tuple=False.
        TypeError: `cells` is not a list or tuple, or holds what is not a cell.
    """

    def __init__(self, cells: Sequence[Any], state_is_tuple: bool = True) -> None:
        super().__init__()
        if not cells:
            raise ValueError("Must specify at least one cell for MultiRNNCell.")
        if not states.is_nested(cells):
            raise TypeError(f"cells must be a list or tuple, but saw: {cells}.")
        for number, cell in enumerate(cells):
            assert_is_cell(f"cells[{number}]", cell)
        if len({id(cell) for cell in cells}) < len(cells):
            v1.logging.warning(
                "At least two cells provided to MultiRNNCell are the same object and will share weights."
            )
        self._cells = cells
        for number, cell in enumerate(cells):
            if isinstance(cell, tf2.Module):
                self._track_trackable(cell, f"cell-{number}")
        self._state_is_tuple = state_is_tuple
        if not state_is_tuple and any(states.is_nested(cell.state_size) for cell in cells):
            raise ValueError(
                "Some cells return tuples of states, but the flag state_is_tuple is not set.  "
                f"State sizes are: {[cell.state_size for cell in cells]}"
            )

    @property
    def state_size(self) -> Any:
        """The tuple of the cells' state sizes, or their sum."""
        if self._state_is_tuple:
            return tuple(cell.state_size for cell in self._cells)
        return sum(cell.state_size for cell in self._cells)

    @property
    def output_size(self) -> Any:
        """The output size of the last cell."""
        return self._cells[-1].output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The tuple of the cells' zero states, or one tensor [batch_size, sum of sizes]."""
        with v1.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            if self._state_is_tuple:
                return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)
            return super().zero_state(batch_size, dtype)

    @property
    def trainable_weights(self) -> list[Any]:
        """The cells' trainable variables, in order."""
        if not self.trainable:
            return []
        return [v for cell in self._cells if isinstance(cell, Tracked) for v in cell.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[Any]:
        """The cells' other variables; all of them if the stack is not trainable."""
        layers = [cell for cell in self._cells if isinstance(cell, Tracked)]
        others = [v for cell in layers for v in cell.non_trainable_weights]
        if self.trainable:
            return others
        return [v for cell in layers for v in cell.trainable_weights] + others

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], states of the cells -> (outputs of the last cell, new states)."""
        position = 0
        current: Any = inputs
        new_states = []
        for i, cell in enumerate(self._cells):
            with v1.variable_scope(f"cell_{i}"):
                if self._state_is_tuple:
                    if not states.is_nested(state):
                        raise ValueError(
                            f"Expected state to be a tuple of length {len(self.state_size)}, but received: {state}"
                        )
                    own = state[i]
                else:
                    own = v1.slice(state, [0, position], [-1, cell.state_size])
                    position += cell.state_size
                current, new_state = cell(current, own)
                new_states.append(new_state)
        return current, tuple(new_states) if self._state_is_tuple else v1.concat(new_states, 1)
