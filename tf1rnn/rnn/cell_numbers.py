"""How many operations a call of a cell makes in TensorFlow 1.15.5, without its variables (see op_numbers).

They are needed where the cell is not called, because its sequence is computed at once.
"""

from __future__ import annotations

from typing import Any

DROPOUT = 16  # by a number; by a tensor one more
_CLIP = 4


def of_call(cell: Any, entered: bool) -> int:
    """Operations of a call of a cell that tf1rnn.rnn.fused knows, with an activation of one operation.

    Args:
        cell: BasicRNNCell, BasicLSTMCell, LSTMCell or GRUCell.
        entered: whether it is within a while loop, which each variable has to enter.
    """
    kind = type(cell).__name__
    if kind == "BasicRNNCell":
        return 5 + (2 if entered else 0)
    if kind == "GRUCell":
        return 19 + (4 if entered else 0)
    if kind == "BasicLSTMCell":
        return 18 + (2 if entered else 0) + (0 if cell._state_is_tuple else 4)
    return _of_lstm(cell, entered)


def _of_lstm(cell: Any, entered: bool) -> int:
    made, variables = 18, 2
    if cell._use_peepholes:
        made, variables = made + 6, variables + 3
    if cell._num_proj:
        made, variables = made + 1, variables + 1
        made += _CLIP if cell._proj_clip is not None else 0
    made += _CLIP if cell._cell_clip is not None else 0
    made += 0 if cell._state_is_tuple else 8
    return made + (variables if entered else 0)
