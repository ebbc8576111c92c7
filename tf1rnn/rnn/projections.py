"""Cells around a cell that change its inputs or outputs (`tf.contrib.rnn`).

    OutputProjectionWrapper: outputs . kernel + bias        (scope output_projection_wrapper)
    InputProjectionWrapper:  cell(inputs . kernel + bias)   (scope input_projection_wrapper)
    EmbeddingWrapper:        cell(embedding[symbols])       (scope embedding_wrapper)

The wrapped cell's variables lie inside the wrapper's scope.
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.affine import affine
from tf1rnn.rnn.cell import RNNCell, assert_is_cell


class _Around(RNNCell):
    def __init__(self, cell: Any, reuse: Any) -> None:
        super().__init__(_reuse=reuse)
        assert_is_cell("cell", cell)
        self._cell = cell

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


class OutputProjectionWrapper(_Around):
    """Projects the outputs of a cell to another size.

    Args:
        cell: the cell.
        output_size: new size, at least 1.
        activation: function of the result.
        reuse: whether to take the variables that exist in the scope.

    Raises ValueError for an output_size below 1.
    """

    def __init__(self, cell: Any, output_size: int, activation: Any = None, reuse: Any = None) -> None:
        super().__init__(cell, reuse)
        if output_size < 1:
            raise ValueError(f"Parameter output_size must be > 0: {output_size}.")
        self._output_size = output_size
        self._activation = activation

    @property
    def output_size(self) -> int:
        """The new size."""
        return self._output_size

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """(inputs, state) -> (outputs [batch, output_size], new state)."""
        outputs, new_state = self._cell(inputs, state)
        projected = affine(outputs, self._output_size)
        return self._activation(projected) if self._activation else projected, new_state


class InputProjectionWrapper(_Around):
    """Projects the inputs of a cell to another size.

    Args:
        cell: the cell.
        num_proj: new size.
        activation: function of the projected inputs.
        input_size: not used; kept for old callers.
        reuse: whether to take the variables that exist in the scope.
    """

    def __init__(
        self, cell: Any, num_proj: int, activation: Any = None, input_size: Any = None, reuse: Any = None
    ) -> None:
        super().__init__(cell, reuse)
        self._num_proj = num_proj
        self._activation = activation

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """(inputs [batch, depth], state) -> what the cell gives for the projected inputs."""
        projected = affine(inputs, self._num_proj)
        return self._cell(self._activation(projected) if self._activation else projected, state)


class EmbeddingWrapper(_Around):
    """Feeds a cell the embeddings of symbols.

    Args:
        cell: the cell.
        embedding_classes, embedding_size: shape of the variable `embedding`, both at least 1.
        initializer: of the embedding; by default that of the scope, else uniform in [-sqrt(3), sqrt(3)).
        reuse: whether to take the variables that exist in the scope.

    Raises ValueError for sizes below 1.
    """

    def __init__(
        self, cell: Any, embedding_classes: int, embedding_size: int, initializer: Any = None, reuse: Any = None
    ) -> None:
        super().__init__(cell, reuse)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                f"Both embedding_classes and embedding_size must be > 0: {embedding_classes}, {embedding_size}."
            )
        self._embedding_classes = embedding_classes
        self._embedding_size = embedding_size
        self._initializer = initializer

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """(symbols int [batch] or [batch, 1], state) -> what the cell gives for their embeddings."""
        initializer = self._initializer or v1.get_variable_scope().initializer
        if initializer is None:
            limit = 3.0**0.5  # variance 1
            initializer = v1.random_uniform_initializer(-limit, limit)
        first = state[0] if isinstance(state, tuple) else state
        with v1.device("/cpu:0"):
            embedding = v1.get_variable(
                "embedding",
                [self._embedding_classes, self._embedding_size],
                initializer=initializer,
                dtype=first.dtype,
            )
            embedded = v1.nn.embedding_lookup(embedding, v1.reshape(inputs, [-1]))
        return self._cell(embedded, state)
