"""A loop over time in the graph that does several steps an iteration.

An iteration of a while loop costs as much as several small operations. So an iteration takes a block of rows (a slice
along the first axis is no copy) and runs the step on each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.fused.rows import Rows

Step = Callable[[dict[str, Any], list[Any]], tuple[list[Any], dict[str, Any]]]
Shape = tuple[int | None, int]

BLOCK = 5  # steps an iteration: more gain little, and make the graph large
UNROLLED = 10  # so many steps need no loop


class Value(NamedTuple):
    """A value of each step that is kept: its shape, and what stands before that of the first step."""

    shape: Shape
    first: Any = None


class Derived(NamedTuple):
    """A column that is computed block by block: function([count, batch, depth]) -> [count, batch, size]."""

    source: Any
    function: Callable[[Any], Any]


def block_size(steps: int | None) -> int:
    """Steps an iteration for a number of steps, if it is known: one that leaves no rest, if there is one."""
    if steps is None:
        return BLOCK
    fitting = [size for size in range(BLOCK + 1, BLOCK - 2, -1) if steps % size == 0]
    return fitting[0] if fitting else BLOCK


def scan(
    step: Step,
    columns: Mapping[str, Any],
    carry: Sequence[Any],
    steps: Any,
    values: Mapping[str, Value],
    reverse: bool = False,
) -> tuple[list[Any], dict[str, Rows]]:
    """Runs a step for each row of the columns.

    Args:
        step: (row of each column, carry) -> (new carry, values).
        columns: by name tensors [steps, batch, size], Derived from such, or Rows of at least so many steps.
        carry: tensors [batch, size] that go from step to step; their shapes stay.
        steps: number of steps, at least 1 if it is an int; or a scalar int32 tensor, which may be 0.
        values: what to keep, by name.
        reverse: from the last row to the first; values stay in the order of the rows.

    Returns:
        (carry after the last step, the values of each step).
    """
    known = isinstance(steps, int)
    loop = _Loop(step, columns, values, reverse)
    rows = {}
    for name, value in values.items():
        count = steps + (value.first is not None)
        # What goes forward is read by gradients, perhaps by several; what goes backwards is stacked.
        rows[name] = Rows.empty(count, carry[0].dtype, value.shape, known and steps <= UNROLLED, once=reverse)
        if value.first is not None:
            rows[name] = rows[name].write(0, value.first)
    if known and steps <= UNROLLED:
        return loop.block(0, steps, list(carry), rows)
    size = block_size(steps if known else None)
    whole, rest = steps // size, steps % size
    parts = [(lambda i: i * size, whole, size), (lambda i: whole * size + i, rest, 1)]
    if reverse:
        parts = [(lambda i: steps - (i + 1) * size, whole, size), (lambda i: rest - 1 - i, rest, 1)]
    ended = list(carry)
    for start_of, count, length in parts:
        if known and length == 1:
            if rest:
                ended, rows = loop.block(0 if reverse else whole * size, rest, ended, rows)
        else:
            ended, rows = loop.blocks(count, length, start_of, ended, rows)
    return ended, rows


class _Loop:
    def __init__(
        self, step: Step, columns: Mapping[str, Any], values: Mapping[str, Value], reverse: bool
    ) -> None:
        self.step = step
        self.columns = columns
        self.values = values
        self.reverse = reverse

    def block(
        self, start: Any, count: int, carry: list[Any], rows: dict[str, Rows]
    ) -> tuple[list[Any], dict[str, Rows]]:
        """Runs the rows start … start + count - 1."""
        blocks = {
            name: column if isinstance(column, Rows) else _cut(column, start, count)
            for name, column in self.columns.items()
        }
        shapes = [tensor.shape for tensor in carry]
        rows = dict(rows)
        for k in reversed(range(count)) if self.reverse else range(count):
            place = start + k if k else start
            row = {name: b.read(place) if isinstance(b, Rows) else b[k] for name, b in blocks.items()}
            carry, found = self.step(row, carry)
            for tensor, shape in zip(carry, shapes, strict=True):
                tensor.set_shape(shape)
            for name, value in self.values.items():
                rows[name] = rows[name].write(place if value.first is None else place + 1, found[name])
        return carry, rows

    def blocks(
        self, count: Any, size: int, start_of: Callable[[Any], Any], carry: list[Any], rows: dict[str, Rows]
    ) -> tuple[list[Any], dict[str, Rows]]:
        """Runs `count` blocks of a size, in a while loop."""
        names = list(rows)

        def body(i: Any, arrays: Any, carry: Any) -> Any:
            held = {name: rows[name].with_array(array) for name, array in zip(names, arrays, strict=True)}
            new_carry, held = self.block(start_of(i), size, list(carry), held)
            return i + 1, tuple(held[name].array for name in names), tuple(new_carry)

        first = (v1.constant(0, name="iteration"), tuple(rows[name].array for name in names), tuple(carry))
        _, arrays, ended = v1.while_loop(lambda i, *_: i < count, body, first)
        return list(ended), {name: rows[name].with_array(a) for name, a in zip(names, arrays, strict=True)}


def _cut(column: Any, start: Any, count: int) -> list[Any]:
    if isinstance(column, Derived):
        return v1.unstack(column.function(_sliced(column.source, start, count)), num=count)
    return v1.unstack(_sliced(column, start, count), num=count)


def _sliced(stack: Any, start: Any, count: int) -> Any:
    shape = stack.shape.as_list()
    if shape[0] == count:
        return stack
    block = v1.slice(stack, [start, *[0] * (len(shape) - 1)], [count, *[-1] * (len(shape) - 1)])
    block.set_shape([count, *shape[1:]])
    return block
