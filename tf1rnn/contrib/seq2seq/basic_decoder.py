"""BasicDecoder: a cell, a helper that feeds it, and perhaps a layer on its outputs."""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.seq2seq.decoder import Decoder
from tf1rnn.contrib.seq2seq.helpers import Helper
from tf1rnn.rnn.cell import assert_is_cell

nest = v1.nest


class BasicDecoderOutput(NamedTuple):
    """Outputs of a step: the (projected) outputs of the cell, and the samples."""

    rnn_output: Any
    sample_id: Any


class BasicDecoder(Decoder):
    """A decoder that samples.

    Args:
        cell: an RNNCell.
        helper: a Helper.
        initial_state: state of the cell.
        output_layer: layer on the outputs of the cell, before sampling; None: none.

    Raises TypeError if one of them is not what it should be.
    """

    def __init__(self, cell: Any, helper: Any, initial_state: Any, output_layer: Any = None) -> None:
        assert_is_cell("cell", cell)
        if not isinstance(helper, Helper):
            raise TypeError(f"helper must be a Helper, received: {type(helper)}")
        assert_is_layer("output_layer", output_layer)
        self._cell = cell
        self._helper = helper
        self._initial_state = initial_state
        self._output_layer = output_layer

    @property
    def batch_size(self) -> Any:
        """That of the helper."""
        return self._helper.batch_size

    @property
    def output_size(self) -> BasicDecoderOutput:
        """Sizes of outputs and samples without batch."""
        return BasicDecoderOutput(output_size_of(self._cell, self._output_layer), self._helper.sample_ids_shape)

    @property
    def output_dtype(self) -> BasicDecoderOutput:
        """dtypes of outputs (that of the state) and samples."""
        dtype = nest.flatten(self._initial_state)[0].dtype
        outputs = nest.map_structure(lambda _: dtype, output_size_of(self._cell, self._output_layer))
        return BasicDecoderOutput(outputs, self._helper.sample_ids_dtype)

    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """(finished, first inputs, the initial state)."""
        finished, inputs = self._helper.initialize()
        return finished, inputs, self._initial_state

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> tuple[Any, Any, Any, Any]:
        """(BasicDecoderOutput, next state, next inputs, finished)."""
        with v1.name_scope(name or "BasicDecoderStep"):
            outputs, cell_state = self._cell(inputs, state)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            samples = self._helper.sample(time=time, outputs=outputs, state=cell_state)
            finished, next_inputs, next_state = self._helper.next_inputs(
                time=time, outputs=outputs, state=cell_state, sample_ids=samples
            )
        return BasicDecoderOutput(outputs, samples), next_state, next_inputs, finished


def assert_is_layer(argument: str, layer: Any) -> None:
    """Raises TypeError unless the object is None or a layer, of tf.layers or of Keras."""
    if layer is not None and not (callable(layer) and hasattr(layer, "compute_output_shape")):
        raise TypeError(f"{argument} must be a Layer, received: {type(layer)}")


def output_size_of(cell: Any, layer: Any) -> Any:
    """Sizes of the outputs of a cell with a layer on them, without batch."""
    if layer is None:
        return cell.output_size

    def one(size: Any) -> Any:
        shape = v1.TensorShape([None]).concatenate(v1.TensorShape(size))
        return v1.TensorShape(layer.compute_output_shape(shape))[1:]

    return nest.map_structure(one, cell.output_size)
