"""How many operations TensorFlow 1.15.5 makes in the parts of its loops, without those of the cell (see op_numbers)."""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow.compat.v1 as v1

from tf1rnn import op_numbers

nest = v1.nest

TRANSPOSE = 8  # rank, range (3), the rest of the axes, concat (2), transpose
LENGTHS_CHECK = 12
_SLICE = 5  # a size out of a shape
_UNSTACK = 9
_STACK = 5


class WhileLoop(NamedTuple):
    """`dynamic_rnn`: numbers of flat inputs, outputs and states, and what is known of the batch size."""

    inputs: int
    outputs: int
    states: int
    batch_is_known: bool
    has_lengths: bool
    time_major: bool

    @property
    def _loop_variables(self) -> int:
        return 2 + self.outputs + self.states  # a counter of its own, and time

    def before_cell(self) -> int:
        """From the first state to the call of the cell."""
        sizes = _SLICE + (0 if self.batch_is_known else _SLICE)
        zero_outputs = (6 if self.batch_is_known else 7) * self.outputs
        shortest_and_longest = 4 if self.has_lengths else 0
        arrays = self.outputs + self.inputs + _UNSTACK * self.inputs
        bounds = 1 + 3 + 1  # time, the number of steps, the counter
        heads = 4 * self._loop_variables + 6  # Enter, Merge, Switch, Identity; the condition
        reads = 2 + 3 * self.inputs + (2 if self.has_lengths else 0)
        return sizes + zero_outputs + shortest_and_longest + arrays + bounds + heads + reads

    def after_cell(self) -> int:
        """From there to the end."""
        kept = 2 * self.outputs + self.states if self.has_lengths else 0
        ends = 2 * self.outputs + 2 + 2 * self._loop_variables
        stacks = (_STACK + (2 if self.batch_is_known else 1)) * self.outputs
        return kept + ends + stacks + (0 if self.time_major else TRANSPOSE * self.outputs)


class Place:
    """The call of the cell within a loop: the number of operations is set before it and after the loop.

    Args:
        before: operations from now to the call.
        after: operations from its end to that of the loop.
        calls: how often the loop calls the cell in the graph; the first call makes the variables.
        entered: whether variables enter a while loop.
    """

    def __init__(self, before: int, after: int, calls: int = 1, entered: bool = True) -> None:
        self.entered = entered
        self._before = op_numbers.number() + before
        self._after = after
        self._later_calls = calls - 1
        self._in_a_call = 0
        self._known: set[str] = set()
        self._end = self._before

    def begin(self) -> None:
        """The cell is about to be called."""
        op_numbers.set_number(self._before)

    def made(self, count: int) -> None:
        """Instead of what was made, each call of the cell makes `count` operations here."""
        op_numbers.ahead(count)
        self._in_a_call += count

    def enter(self, tensor: Any) -> None:
        """A tensor from outside is used in each call."""
        if self.entered and tensor.name not in self._known:
            self._known.add(tensor.name)
            self.made(1)

    def end(self) -> None:
        """The cell has been called."""
        self._end = op_numbers.number() + self._later_calls * self._in_a_call

    def finish(self) -> None:
        """The loop is made."""
        op_numbers.set_number(self._end + self._after)


def in_while_loop(cell: Any, flat_inputs: list[Any], state: Any, lengths: Any, time_major: bool) -> Place:
    """The place in `dynamic_rnn` over time-major inputs, as seen when the first state is made."""
    known = any(x.shape.ndims is not None and x.shape.as_list()[1:2] not in ([], [None]) for x in flat_inputs)
    sizes = len(nest.flatten(cell.output_size)), len(nest.flatten(state))
    loop = WhileLoop(len(flat_inputs), *sizes, known, lengths is not None, time_major)
    return Place(loop.before_cell(), loop.after_cell())


def in_static_loop(steps: int) -> Place:
    """The place in `static_rnn` without lengths."""
    return Place(0, 0, steps, entered=False)
