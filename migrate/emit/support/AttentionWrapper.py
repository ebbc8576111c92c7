# mypy: ignore-errors
"""tf.contrib.seq2seq.AttentionWrapper."""

from typing import Any, NamedTuple

import keras
import tensorflow as tf


class AttentionState(NamedTuple):
    """The state of a cell that attends: the cell's own, its attention [batch, size], the alignments [batch, places]."""

    cell_state: Any
    attention: Any
    alignments: Any


class AttentionWrapper(keras.layers.Layer):
    """A cell that looks into a memory after each step, and sees at the next step what it found.

    y, s' = cell([x, attention], s);  alignments' = attention_mechanism(y);  context = sum_k alignments'_k memory_k
    attention' = [y, context] W, without attention_layer_size the context;  output = attention', or y
    """

    def __init__(
        self, cell, mechanism, attention_layer_size=None, output_attention=True, initializer="glorot_uniform"
    ):
        super().__init__()
        self.cell, self.mechanism, self.output_attention = cell, mechanism, output_attention
        self.attention_layer = None
        if attention_layer_size is not None:
            self.attention_layer = keras.layers.Dense(
                attention_layer_size, use_bias=False, kernel_initializer=initializer
            )

    def over(self, memory, initial_cell_state=None):
        """The cell as it attends to a memory; it may be given the cell state to begin with."""
        return AttendingCell(self, memory, initial_cell_state)

    def step(self, inputs, state, memory):
        output, cell_state = self.cell(tf.concat([inputs, state.attention], -1), state.cell_state)
        alignments = self.mechanism.alignments(output, memory)
        attention = tf.squeeze(tf.matmul(alignments[:, tf.newaxis], memory.values), [1])
        if self.attention_layer is not None:
            attention = self.attention_layer(tf.concat([output, attention], 1))
        return attention if self.output_attention else output, AttentionState(cell_state, attention, alignments)


class AttendingCell:
    """A cell with attention and the memory it attends to, ready to be stepped."""

    def __init__(self, wrapper, memory, initial_cell_state=None):
        self.wrapper, self.memory, self.initial_cell_state = wrapper, memory, initial_cell_state
        layer, cell = wrapper.attention_layer, wrapper.cell
        self.attention_size = memory.values.shape[-1] if layer is None else layer.units
        self.output_size = self.attention_size if wrapper.output_attention else cell.output_size
        self.state_size = AttentionState(cell.state_size, self.attention_size, memory.values.shape[1])
        self.built = False

    def build(self, input_shape):
        """Make the weights, ahead of the loop."""
        cell, scores, layer = self.wrapper.cell, self.wrapper.mechanism.scores, self.wrapper.attention_layer
        sizes = input_shape[-1] + self.attention_size, cell.output_size, cell.output_size + self.memory.values.shape[-1]
        for part, size in zip([cell, scores, layer], sizes, strict=True):
            if part is not None and not part.built:
                part.build((input_shape[0], size))
        self.built = True

    def get_initial_state(self, batch_size):
        cell_state = self.initial_cell_state
        if cell_state is None:
            cell_state = self.wrapper.cell.get_initial_state(batch_size=batch_size)
        sizes = self.attention_size, tf.shape(self.memory.values)[1]
        return AttentionState(cell_state, *(tf.zeros([batch_size, size]) for size in sizes))

    def __call__(self, inputs, state):
        return self.wrapper.step(inputs, state, self.memory)
