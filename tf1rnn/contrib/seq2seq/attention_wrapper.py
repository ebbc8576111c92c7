"""AttentionWrapper: a cell whose inputs and outputs carry what it attends to in a memory.

y, s'  = cell([x, attention], s)
alignments' = mechanism(y);   context = sum_k alignments'_k * memory_k
attention'  = [y, context] . attention_layer/kernel          (without a layer: context)
output = attention', or y
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.contrib.seq2seq.attention import AttentionMechanism
from tf1rnn.layers.core import Dense
from tf1rnn.rnn import state as states
from tf1rnn.rnn.cell import RNNCell, assert_is_cell

nest = v1.nest


class _Fields(NamedTuple):
    cell_state: Any
    attention: Any
    time: Any
    alignments: Any
    alignment_history: Any
    attention_state: Any


class AttentionWrapperState(_Fields):
    """State of an AttentionWrapper."""

    def clone(self, **kwargs: Any) -> AttentionWrapperState:
        """The state with some fields replaced; ValueError if a tensor's shape does not fit the one it replaces."""

        def checked(old: Any, new: Any) -> Any:
            if not (isinstance(old, v1.Tensor) and isinstance(new, v1.Tensor)):
                return new
            if not old.shape.is_compatible_with(new.shape):
                raise ValueError(
                    "The shape of the AttentionWrapperState is expected to be same as the one to clone. "
                    f"self.shape: {old.shape}, input.shape: {new.shape}"
                )
            # Static sizes known of the old one hold for the new one.
            new = v1.identity(new)
            new.set_shape(old.shape)
            return new

        return nest.map_structure(checked, self, self._replace(**kwargs))  # type: ignore[no-any-return]


def _attend(mechanism: Any, cell_output: Any, attention_state: Any, layer: Any) -> tuple[Any, Any, Any]:
    """(attention [batch, size], alignments, next state of the mechanism)."""
    alignments, next_state = mechanism(cell_output, state=attention_state)
    context = v1.squeeze(v1.matmul(v1.expand_dims(alignments, 1), mechanism.values), [1])
    attention = layer(v1.concat([cell_output, context], 1)) if layer is not None else context
    return attention, alignments, next_state


class AttentionWrapper(RNNCell):
    """A cell with attention.

    Args:
        cell: an RNNCell.
        attention_mechanism: an AttentionMechanism or a list of such.
        attention_layer_size: size of the attention (a list for several mechanisms); None: attention is the
            context.
        alignment_history: whether the alignments of all steps are kept, in a TensorArray.
        cell_input_fn: (inputs, attention) -> inputs of the cell; concatenation by default.
        output_attention: whether the output is the attention, or the output of the cell.
        initial_cell_state: what zero_state gives for the cell.
        name: name of the cell.
        attention_layer: layer (or list) instead of the one of attention_layer_size.
        attention_fn: function like (mechanism, cell output, state, layer) -> (attention, alignments, state).
        dtype: of the variables.

    Raises:
        TypeError: an argument is not of its kind.
        ValueError: numbers of layers and mechanisms differ, or both kinds of layer are given.
    """

    def __init__(
        self,
        cell: Any,
        attention_mechanism: Any,
        attention_layer_size: Any = None,
        alignment_history: bool = False,
        cell_input_fn: Callable[[Any, Any], Any] | None = None,
        output_attention: bool = True,
        initial_cell_state: Any = None,
        name: str | None = None,
        attention_layer: Any = None,
        attention_fn: Callable[..., Any] | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        assert_is_cell("cell", cell)
        self._is_multi = isinstance(attention_mechanism, (list, tuple))
        mechanisms = tuple(attention_mechanism) if self._is_multi else (attention_mechanism,)
        for mechanism in mechanisms:
            if not isinstance(mechanism, AttentionMechanism):
                raise TypeError(
                    f"attention_mechanism must be an AttentionMechanism or list of multiple AttentionMechanism "
                    f"instances, saw type: {type(mechanism).__name__}"
                )
        if cell_input_fn is not None and not callable(cell_input_fn):
            raise TypeError(f"cell_input_fn must be callable, saw type: {type(cell_input_fn).__name__}")
        if attention_layer_size is not None and attention_layer is not None:
            raise ValueError("Only one of attention_layer_size and attention_layer should be set")
        self._cell = cell
        self._attention_mechanisms = mechanisms
        self._cell_input_fn = cell_input_fn or (lambda inputs, attention: v1.concat([inputs, attention], -1))
        self._output_attention = output_attention
        self._alignment_history = alignment_history
        self._attention_fn = attention_fn or _attend
        self._set_layers(attention_layer_size, attention_layer, dtype)
        with v1.name_scope(name, "AttentionWrapperInit"):
            self._set_initial_cell_state(initial_cell_state)

    def _set_layers(self, sizes: Any, layers: Any, dtype: Any) -> None:
        count = len(self._attention_mechanisms)
        if sizes is not None:
            sizes = tuple(sizes) if isinstance(sizes, (list, tuple)) else (sizes,)
            if len(sizes) != count:
                raise ValueError(
                    "If provided, attention_layer_size must contain exactly one integer per attention_mechanism, "
                    f"saw: {len(sizes)} vs {count}"
                )
            layers = tuple(Dense(s, name="attention_layer", use_bias=False, dtype=dtype) for s in sizes)
        elif layers is not None:
            layers = tuple(layers) if isinstance(layers, (list, tuple)) else (layers,)
            if len(layers) != count:
                raise ValueError(
                    "If provided, attention_layer must contain exactly one layer per attention_mechanism, "
                    f"saw: {len(layers)} vs {count}"
                )
            sizes = [self._size_of(layer, m) for layer, m in zip(layers, self._attention_mechanisms, strict=True)]
        self._attention_layers = layers
        if sizes is None:
            sizes = [m.values.shape.as_list()[-1] for m in self._attention_mechanisms]
        self._attention_layer_size = sum(sizes)

    def _size_of(self, layer: Any, mechanism: Any) -> int:
        depth = self._cell.output_size + mechanism.values.shape.as_list()[-1]
        return int(v1.TensorShape(layer.compute_output_shape([None, depth])).as_list()[-1])

    def _set_initial_cell_state(self, initial: Any) -> None:
        self._initial_cell_state = initial
        if initial is None:
            return
        last = nest.flatten(initial)[-1]
        batch = v1.dimension_value(last.shape.dims[0]) or v1.shape(last)[0]
        message = (
            f"When constructing AttentionWrapper {self._base_name}: Non-matching batch sizes between the memory "
            "(encoder output) and initial_cell_state.  Are you using the BeamSearchDecoder?  You may need to tile "
            "your initial state via the tf.contrib.seq2seq.tile_batch function with argument multiple=beam_width."
        )
        with v1.control_dependencies(self._batch_checks(batch, message)):
            self._initial_cell_state = nest.map_structure(
                lambda s: v1.identity(s, name="check_initial_cell_state"), initial
            )

    def _batch_checks(self, batch: Any, message: str) -> list[Any]:
        return [numbered_ops.assert_equal(batch, m.batch_size, message=message) for m in self._attention_mechanisms]

    def _one_or_all(self, items: Any) -> Any:
        """A tuple for several mechanisms, the item for one."""
        items = tuple(items)
        return items if self._is_multi else items[0]

    def _as_tuple(self, value: Any) -> tuple[Any, ...]:
        return tuple(value) if self._is_multi else (value,)

    @property
    def output_size(self) -> Any:
        """Size of the attention, or of the cell's output."""
        return self._attention_layer_size if self._output_attention else self._cell.output_size

    @property
    def state_size(self) -> AttentionWrapperState:
        """AttentionWrapperState of sizes."""
        sizes = [m.alignments_size for m in self._attention_mechanisms]
        return AttentionWrapperState(
            cell_state=self._cell.state_size,
            time=v1.TensorShape([]),
            attention=self._attention_layer_size,
            alignments=self._one_or_all(sizes),
            attention_state=self._one_or_all(m.state_size for m in self._attention_mechanisms),
            alignment_history=self._one_or_all(s if self._alignment_history else () for s in sizes),
        )

    def zero_state(self, batch_size: Any, dtype: Any) -> AttentionWrapperState:
        """The first state; the cell's is initial_cell_state if that was given.

        `batch_size` must be that of the memories (checked when the graph runs).
        """
        with v1.name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            if self._initial_cell_state is not None:
                cell_state = self._initial_cell_state
            else:
                cell_state = self._cell.zero_state(batch_size, dtype)
            message = (
                f"When calling zero_state of AttentionWrapper {self._base_name}: Non-matching batch sizes between "
                "the memory (encoder output) and the requested batch size.  Are you using the BeamSearchDecoder?  "
                "If so, make sure your encoder output has been tiled to beam_width via "
                "tf.contrib.seq2seq.tile_batch, and the batch_size= argument passed to zero_state is "
                "batch_size * beam_width."
            )
            with v1.control_dependencies(self._batch_checks(batch_size, message)):
                cell_state = nest.map_structure(lambda s: v1.identity(s, name="checked_cell_state"), cell_state)
            alignments = [m.initial_alignments(batch_size, dtype) for m in self._attention_mechanisms]
            histories = [
                v1.TensorArray(dtype, size=0, dynamic_size=True, element_shape=a.shape)
                if self._alignment_history
                else ()
                for a in alignments
            ]
            return AttentionWrapperState(
                cell_state=cell_state,
                time=v1.zeros([], dtype=v1.int32),
                attention=states.zeros(self._attention_layer_size, batch_size, dtype),
                alignments=self._one_or_all(alignments),
                attention_state=self._one_or_all(
                    m.initial_state(batch_size, dtype) for m in self._attention_mechanisms
                ),
                alignment_history=self._one_or_all(histories),
            )

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], AttentionWrapperState -> (outputs, next state). TypeError for another state."""
        if not isinstance(state, AttentionWrapperState):
            raise TypeError(
                f"Expected state to be instance of AttentionWrapperState. Received type {type(state)} instead."
            )
        cell_output, cell_state = self._cell(self._cell_input_fn(inputs, state.attention), state.cell_state)
        batch = v1.dimension_value(cell_output.shape.dims[0]) or v1.shape(cell_output)[0]
        message = (
            f"When applying AttentionWrapper {self.name}: Non-matching batch sizes between the memory (encoder "
            "output) and the query (decoder output).  Are you using the BeamSearchDecoder?  You may need to tile "
            "your memory input via the tf.contrib.seq2seq.tile_batch function with argument multiple=beam_width."
        )
        with v1.control_dependencies(self._batch_checks(batch, message)):
            cell_output = v1.identity(cell_output, name="checked_cell_output")
        attentions, alignments, attention_states, histories = [], [], [], []
        before = self._as_tuple(state.attention_state)
        past = self._as_tuple(state.alignment_history)
        for i, mechanism in enumerate(self._attention_mechanisms):
            layer = self._attention_layers[i] if self._attention_layers else None
            attention, alignment, next_state = self._attention_fn(mechanism, cell_output, before[i], layer)
            attentions.append(attention)
            alignments.append(alignment)
            attention_states.append(next_state)
            histories.append(past[i].write(state.time, alignment) if self._alignment_history else ())
        attention = v1.concat(attentions, 1)
        next_state = AttentionWrapperState(
            time=state.time + 1,
            cell_state=cell_state,
            attention=attention,
            attention_state=self._one_or_all(attention_states),
            alignments=self._one_or_all(alignments),
            alignment_history=self._one_or_all(histories),
        )
        return attention if self._output_attention else cell_output, next_state
