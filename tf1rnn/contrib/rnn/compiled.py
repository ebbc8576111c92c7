"""CompiledWrapper: a cell whose operations are marked for XLA."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.cell import RNNCell, assert_is_cell


class CompiledWrapper(RNNCell):
    """Runs the wrapped cell with its operations marked for just-in-time compilation.

    Args:
        cell: the cell.
        compile_stateful: whether operations with a state are marked too.
    """

    def __init__(self, cell: Any, compile_stateful: bool = False) -> None:
        assert_is_cell("cell", cell)
        super().__init__()
        self._cell = cell
        self._compile_stateful = compile_stateful

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

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """inputs, state -> (outputs, new state) of the wrapped cell."""
        marked: Any = True
        if not self._compile_stateful:
            known = v1.get_default_graph()

            def marked(node: Any) -> bool:
                return not known.op_def_for_type(node.op).is_stateful

        with v1.xla.experimental.jit_scope(compile_ops=marked):
            return self._cell(inputs, state, scope=scope)
