"""Grid cells of one, two and three dimensions (`tf.contrib.grid_rnn`).

Inputs enter in dimension 0, whose output is returned; where there are more dimensions it has priority, and is the one
that `non_recurrent_fn` makes non-recurrent (its activation).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tf1rnn.contrib.grid_rnn.grid import GridRNNCell
from tf1rnn.rnn.basic import BasicRNNCell
from tf1rnn.rnn.gru import GRUCell
from tf1rnn.rnn.lstm import BasicLSTMCell, LSTMCell


def _several(
    num_dims: int,
    tied: bool,
    non_recurrent_fn: Callable[[Any], Any] | None,
    state_is_tuple: bool,
    output_is_tuple: bool,
) -> dict[str, Any]:
    return {
        "num_dims": num_dims,
        "input_dims": 0,
        "output_dims": 0,
        "priority_dims": 0,
        "non_recurrent_dims": None if non_recurrent_fn is None else 0,
        "tied": tied,
        "non_recurrent_fn": non_recurrent_fn,
        "state_is_tuple": state_is_tuple,
        "output_is_tuple": output_is_tuple,
    }


def _one(state_is_tuple: bool, output_is_tuple: bool) -> dict[str, Any]:
    return _several(1, False, None, state_is_tuple, output_is_tuple)


class Grid1BasicRNNCell(GridRNNCell):
    """One dimension with a BasicRNNCell. See `GridRNNCell`."""

    def __init__(self, num_units: int, state_is_tuple: bool = True, output_is_tuple: bool = True) -> None:
        super().__init__(num_units, cell_fn=BasicRNNCell, **_one(state_is_tuple, output_is_tuple))


class Grid2BasicRNNCell(GridRNNCell):
    """Two dimensions with BasicRNNCells. See `GridRNNCell`."""

    def __init__(
        self,
        num_units: int,
        tied: bool = False,
        non_recurrent_fn: Callable[[Any], Any] | None = None,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        options = _several(2, tied, non_recurrent_fn, state_is_tuple, output_is_tuple)
        super().__init__(num_units, cell_fn=BasicRNNCell, **options)


class Grid1BasicLSTMCell(GridRNNCell):
    """One dimension with a BasicLSTMCell. See `GridRNNCell`."""

    def __init__(
        self, num_units: int, forget_bias: float = 1, state_is_tuple: bool = True, output_is_tuple: bool = True
    ) -> None:
        def cell(units: int) -> Any:
            return BasicLSTMCell(units, forget_bias=forget_bias, state_is_tuple=state_is_tuple)

        super().__init__(num_units, cell_fn=cell, **_one(state_is_tuple, output_is_tuple))


class Grid2BasicLSTMCell(GridRNNCell):
    """Two dimensions with BasicLSTMCells. See `GridRNNCell`."""

    def __init__(
        self,
        num_units: int,
        tied: bool = False,
        non_recurrent_fn: Callable[[Any], Any] | None = None,
        forget_bias: float = 1,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        def cell(units: int) -> Any:
            return BasicLSTMCell(units, forget_bias=forget_bias, state_is_tuple=state_is_tuple)

        options = _several(2, tied, non_recurrent_fn, state_is_tuple, output_is_tuple)
        super().__init__(num_units, cell_fn=cell, **options)


class Grid1LSTMCell(GridRNNCell):
    """One dimension with an LSTMCell. See `GridRNNCell`."""

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        cell = _lstm(use_peepholes, forget_bias, state_is_tuple)
        super().__init__(num_units, cell_fn=cell, **_one(state_is_tuple, output_is_tuple))


class Grid2LSTMCell(GridRNNCell):
    """Two dimensions with LSTMCells. See `GridRNNCell`."""

    def __init__(
        self,
        num_units: int,
        tied: bool = False,
        non_recurrent_fn: Callable[[Any], Any] | None = None,
        use_peepholes: bool = False,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        options = _several(2, tied, non_recurrent_fn, state_is_tuple, output_is_tuple)
        super().__init__(num_units, cell_fn=_lstm(use_peepholes, forget_bias, state_is_tuple), **options)


class Grid3LSTMCell(GridRNNCell):
    """Three dimensions with LSTMCells. See `GridRNNCell`."""

    def __init__(
        self,
        num_units: int,
        tied: bool = False,
        non_recurrent_fn: Callable[[Any], Any] | None = None,
        use_peepholes: bool = False,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        options = _several(3, tied, non_recurrent_fn, state_is_tuple, output_is_tuple)
        super().__init__(num_units, cell_fn=_lstm(use_peepholes, forget_bias, state_is_tuple), **options)


class Grid2GRUCell(GridRNNCell):
    """Two dimensions with GRUCells. See `GridRNNCell`."""

    def __init__(
        self,
        num_units: int,
        tied: bool = False,
        non_recurrent_fn: Callable[[Any], Any] | None = None,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        options = _several(2, tied, non_recurrent_fn, state_is_tuple, output_is_tuple)
        super().__init__(num_units, cell_fn=GRUCell, **options)


def _lstm(use_peepholes: bool, forget_bias: float, state_is_tuple: bool) -> Callable[[int], Any]:
    def cell(units: int) -> Any:
        return LSTMCell(units, use_peepholes=use_peepholes, forget_bias=forget_bias, state_is_tuple=state_is_tuple)

    return cell
