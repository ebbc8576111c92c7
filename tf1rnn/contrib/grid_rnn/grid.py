"""Grid recurrent cells (Kalchbrenner et al. 2015, arXiv:1507.01526), `tf.contrib.grid_rnn`.

A grid of N dimensions has a cell of its own, with an output m_i and (in LSTMs) a memory c_i, in each of them:

    m_i, c_i  =  x_i . project_m_i, x_i . project_c_i        in input dimensions, if there is input; x_i: part i of x
    m_i', c_i' = cell_i([m_0, …, m_N-2], (c_i, m_N-1))       in recurrent dimensions
    m_i'      = f([m_0, …, m_N-1] . weights + biases)        in the others
    y         = [m_i' of the output dimensions]

All cells see the outputs of all dimensions; that of the last one takes the place of their own. Dimensions with
priority are computed after the others, from what these have given.

Variables, under the name of the class: project_m_0, project_c_0, …; recurrent/cell_0/… (tied: recurrent/…) as the
cell in that dimension has them; non_recurrent/cell_0/fully_connected/weights and biases (tied: non_recurrent/…).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.contrib.layers.dense import fully_connected
from tf1rnn.contrib.layers.initializers import xavier_initializer
from tf1rnn.rnn.cell import RNNCell
from tf1rnn.rnn.lstm import LSTMCell, LSTMStateTuple


class GridRNNCell(RNNCell):
    """A cell for each dimension of a grid.

    Args:
        num_units: size of the output (and memory) of each dimension.
        num_dims: number of dimensions.
        input_dims: dimension or dimensions that the inputs enter, each a part of equal size.
        output_dims: those whose outputs are returned, in ascending order.
        priority_dims: those computed after the others.
        non_recurrent_dims: those with a plain layer instead of a cell, and without a state.
        tied: all dimensions share one cell.
        cell_fn: function (num_units) -> cell; LSTMCell by default.
        non_recurrent_fn: activation of the non-recurrent dimensions; relu by default.
        state_is_tuple: the state is a tuple with the state of each recurrent dimension; False: one tensor.
        output_is_tuple: the outputs are a tuple; False: one tensor, concatenated.

    Raises:
        ValueError: fewer than one dimension, or a dimension outside of them.
        TypeError: `cell_fn` does not make a cell.
    """

    def __init__(
        self,
        num_units: int,
        num_dims: int = 1,
        input_dims: Any = None,
        output_dims: Any = None,
        priority_dims: Any = None,
        non_recurrent_dims: Any = None,
        tied: bool = False,
        cell_fn: Callable[[int], Any] | None = None,
        non_recurrent_fn: Callable[[Any], Any] | None = None,
        state_is_tuple: bool = True,
        output_is_tuple: bool = True,
    ) -> None:
        super().__init__()
        if not state_is_tuple:
            v1.logging.warning(f"{self}: Using a concatenated state is slower. Use state_is_tuple=True.")
        if not output_is_tuple:
            v1.logging.warning(f"{self}: Using a concatenated output is slower. Use output_is_tuple=True.")
        if num_dims < 1:
            raise ValueError(f"dims must be >= 1: {num_dims}")
        self._num_units = num_units
        self._num_dims = num_dims
        self._input_dims = _dimensions(input_dims, num_dims)
        self._output_dims = _dimensions(output_dims, num_dims)
        self._priority_dims = _dimensions(priority_dims, num_dims)
        self._plain_dims = _dimensions(non_recurrent_dims, num_dims)
        self._recurrent_dims = [i for i in range(num_dims) if i not in self._plain_dims]
        self._tied = tied
        self._plain_activation = non_recurrent_fn or v1.nn.relu
        self._state_is_tuple = state_is_tuple
        self._output_is_tuple = output_is_tuple
        make = cell_fn or LSTMCell
        made = [make(num_units)] if tied else [make(num_units) for _ in range(num_dims)]
        if not isinstance(made[0], RNNCell):
            raise TypeError(f"cell_fn is not an RNNCell: {cell_fn!r}")
        self._cells = made * num_dims if tied else made
        size = made[0].state_size
        # The state of one dimension is (memory, output) or the output alone.
        self._pair = isinstance(size, tuple)
        self._width = sum(size) if self._pair else size
        self._has_memory = self._width > num_units

    @property
    def state_size(self) -> Any:
        """A tuple with the state size of each recurrent dimension, or their sum."""
        if self._state_is_tuple:
            return tuple(self._cells[i].state_size for i in self._recurrent_dims)
        return self._width * len(self._recurrent_dims)

    @property
    def output_size(self) -> Any:
        """(num_units, …) for each output dimension, or their sum."""
        if self._output_is_tuple:
            return (self._num_units,) * len(self._output_dims)
        return self._num_units * len(self._output_dims)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """inputs [batch, depth], state -> (outputs, new state)."""
        dtype = inputs.dtype
        with v1.variable_scope(scope or type(self).__name__):
            outputs, memories = self._split(state)
            depth = inputs.shape.with_rank(2).as_list()[1]
            if depth != 0 and self._input_dims:
                self._enter(inputs, depth, outputs, memories)
            new_outputs: list[Any] = list(outputs)
            new_memories: list[Any] = list(memories)
            for dims in (
                [i for i in range(self._num_dims) if i not in self._priority_dims],
                self._priority_dims,
            ):
                seen = list(new_outputs)
                for i in [i for i in dims if i in self._recurrent_dims]:
                    new_outputs[i], new_memories[i] = self._recur(i, seen, memories[i])
                for i in [i for i in dims if i in self._plain_dims]:
                    new_outputs[i] = self._plain(i, seen)
            returned = [new_outputs[i] for i in self._output_dims]
            states = [self._join(new_outputs[i], new_memories[i]) for i in self._recurrent_dims]
            result: Any = tuple(returned)
            if not self._output_is_tuple:
                result = v1.concat(returned, 1) if returned else v1.zeros([0, 0], dtype)
            new_state: Any = tuple(states)
            if not self._state_is_tuple:
                flat = [part for state in states for part in (state if isinstance(state, tuple) else (state,))]
                new_state = v1.concat(flat, 1) if flat else v1.zeros([0, 0], dtype)
            return result, new_state

    def _split(self, state: Any) -> tuple[list[Any], list[Any]]:
        """The state as (outputs, memories) of all dimensions; None where a dimension has none."""
        outputs: list[Any] = [None] * self._num_dims
        memories: list[Any] = [None] * self._num_dims
        for place, i in enumerate(self._recurrent_dims):
            if self._state_is_tuple:
                own = state[place]
            else:
                own = v1.slice(state, [0, place * self._width], [-1, self._width])
            if not self._has_memory:
                outputs[i] = own
            elif isinstance(own, tuple):
                memories[i], outputs[i] = own
            else:
                memories[i], outputs[i] = numbered_ops.split(own, [self._num_units, self._width - self._num_units], 1)
        return outputs, memories

    def _enter(self, inputs: Any, depth: int, outputs: list[Any], memories: list[Any]) -> None:
        """Replaces outputs and memories of the input dimensions by projections of the inputs."""
        count = len(self._input_dims)
        for part, i in zip(numbered_ops.split(inputs, count, axis=1), self._input_dims, strict=True):
            shape = [depth // count, self._num_units]
            outputs[i] = v1.matmul(part, v1.get_variable(f"project_m_{i}", shape, dtype=inputs.dtype))
            if self._has_memory:
                memories[i] = v1.matmul(part, v1.get_variable(f"project_c_{i}", shape, dtype=inputs.dtype))

    def _recur(self, i: int, seen: Sequence[Any], memory: Any) -> tuple[Any, Any]:
        *others, output = seen
        if others:
            inputs = v1.concat(others, 1)
        else:
            inputs = v1.zeros([v1.dimension_value(output.shape[0]) or v1.shape(output)[0], 0], output.dtype)
            inputs.set_shape([output.shape[0], 0])
        own = self._join(output, memory)
        if isinstance(own, tuple) and not self._pair:
            own = v1.concat(own, 1)
        with v1.variable_scope("recurrent"), self._scope_of(i):
            result, new = self._cells[i](inputs, own)
        if not self._has_memory:
            return result, None
        if not self._pair:
            new = numbered_ops.split(new, [self._num_units, self._width - self._num_units], 1)
        return new[1], new[0]

    def _plain(self, i: int, seen: Sequence[Any]) -> Any:
        with v1.variable_scope("non_recurrent"), self._scope_of(i):
            return fully_connected(
                v1.concat(seen, 1),
                num_outputs=self._num_units,
                activation_fn=self._plain_activation,
                weights_initializer=v1.get_variable_scope().initializer or xavier_initializer(),
            )

    @contextlib.contextmanager
    def _scope_of(self, i: int) -> Any:
        if self._tied:
            yield
        else:
            with v1.variable_scope(f"cell_{i}"):
                yield

    def _join(self, output: Any, memory: Any) -> Any:
        return LSTMStateTuple(memory, output) if self._has_memory else output


def _dimensions(given: Any, count: int) -> list[int]:
    """The dimensions of an argument in ascending order; ValueError for one that the grid has not."""
    if given is None:
        return []
    dims = sorted({*given}) if isinstance(given, (list, tuple)) else [given]
    if any(i < 0 or i >= count for i in dims):
        raise ValueError(f"Invalid dims: {dims}. Must be in [0, {count})")
    return dims
