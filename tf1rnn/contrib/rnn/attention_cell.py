"""AttentionCellWrapper: a cell that attends to its own last outputs (Bahdanau et al. 2014, arXiv:1409.0473).

    y, s'  = cell([x, a] . kernel + bias, s)
    score_k = attn_v . tanh(past_k . attn_w + s' . attention/kernel + attention/bias)      k = 1 … attn_length
    a'     = sum_k softmax(score)_k * past_k
    y'     = [y, a'] . attn_output_projection/kernel + bias;   past' = the oldest leaves, y' joins

The state is (s, a [batch, attn_size], past [batch, attn_size * attn_length]).
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.rnn import state as states
from tf1rnn.rnn.affine import affine
from tf1rnn.rnn.cell import RNNCell, assert_is_cell

nest = v1.nest


class AttentionCellWrapper(RNNCell):
    """A cell with attention over its last outputs.

    Args:
        cell: the cell.
        attn_length: number of outputs it sees, at least 1.
        attn_size: size of the outputs and of what is attended to; by default the cell's output size.
        attn_vec_size: size of the hidden layer of the scores; by default attn_size.
        input_size: size of what the cell is fed; by default the depth of the inputs.
        state_is_tuple: the state is a tuple; False: its parts are concatenated along the columns.
        reuse: whether to take the variables that exist in the scope.

    Raises:
        TypeError: not a cell.
        ValueError: attn_length below 1; a cell with tuple state under state_is_tuple=False.
    """

    def __init__(
        self,
        cell: Any,
        attn_length: int,
        attn_size: int | None = None,
        attn_vec_size: int | None = None,
        input_size: int | None = None,
        state_is_tuple: bool = True,
        reuse: Any = None,
    ) -> None:
        super().__init__(_reuse=reuse)
        assert_is_cell("cell", cell)
        if states.is_nested(cell.state_size) and not state_is_tuple:
            raise ValueError(
                f"Cell returns tuple of states, but the flag state_is_tuple is not set. State size is: "
                f"{cell.state_size}"
            )
        if attn_length <= 0:
            raise ValueError(f"attn_length should be greater than zero, got {attn_length}")
        if not state_is_tuple:
            v1.logging.warning(f"{self}: Using a concatenated state is slower. Use state_is_tuple=True.")
        self._cell = cell
        self._attn_length = attn_length
        self._attn_size: int = attn_size if attn_size is not None else cell.output_size
        self._attn_vec_size: int = attn_vec_size if attn_vec_size is not None else self._attn_size
        self._input_size = input_size
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Any:
        """(state of the cell, attn_size, attn_size * attn_length), or the sum of these."""
        size = (self._cell.state_size, self._attn_size, self._attn_size * self._attn_length)
        return size if self._state_is_tuple else sum(size)

    @property
    def output_size(self) -> int:
        """attn_size."""
        return self._attn_size

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state -> (outputs [batch, attn_size], new state)."""
        length, size = self._attn_length, self._attn_size
        if self._state_is_tuple:
            inner, attended, past = state
        else:
            inner, attended, past = numbered_ops.split(state, [self._cell.state_size, size, size * length], axis=1)
        past = v1.reshape(past, [-1, length, size])
        input_size = self._input_size if self._input_size is not None else inputs.shape.as_list()[1]
        output, new_inner = self._cell(affine([inputs, attended], input_size), inner)
        query = v1.concat(nest.flatten(new_inner), 1) if self._state_is_tuple else new_inner
        attended = self._attend(query, past)
        with v1.variable_scope("attn_output_projection"):
            output = affine([output, attended], size)
        past = v1.concat([past[:, 1:], v1.expand_dims(output, 1)], 1)
        new_state = (new_inner, attended, v1.reshape(past, [-1, length * size]))
        return output, new_state if self._state_is_tuple else v1.concat(list(new_state), 1)

    def _attend(self, query: Any, past: Any) -> Any:
        """The weighted mean [batch, attn_size] of past outputs [batch, attn_length, attn_size]."""
        size, hidden = self._attn_size, self._attn_vec_size
        with v1.variable_scope("attention"):
            # A 1x1 convolution in TensorFlow 1.15, hence the shape of its variable.
            kernel = v1.get_variable("attn_w", [1, 1, size, hidden], dtype=past.dtype)
            vector = v1.get_variable("attn_v", [hidden], dtype=past.dtype)
            keys = v1.tensordot(past, v1.reshape(kernel, [size, hidden]), axes=1)
            asked = v1.expand_dims(affine(query, hidden), 1)
            weights = v1.nn.softmax(v1.reduce_sum(vector * v1.tanh(keys + asked), 2))
            return v1.reduce_sum(v1.expand_dims(weights, 2) * past, 1)
