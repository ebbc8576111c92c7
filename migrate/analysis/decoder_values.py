"""What a name can stand for in programs with the decoders of tf.contrib.seq2seq."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from migrate.analysis import values


@dataclass(frozen=True)
class Helper(values.GraphObject):
    """What says the inputs of a decoder: TrainingHelper, GreedyEmbeddingHelper."""


@dataclass(frozen=True)
class Decoder(values.GraphObject):
    """BasicDecoder; `cell` has the text `code`, `layer` is the owner of its last layer."""

    cell: values.LiveCell | AttendingCell
    code: cst.BaseExpression
    layer: int | None = None


@dataclass(frozen=True)
class Attention(values.GraphObject):
    """An attention mechanism and its memory: `layer` is what holds its weights, `scored` whether scores have some."""

    layer: str
    scored: bool


@dataclass(frozen=True)
class AttendingCell(values.GraphObject):
    """AttentionWrapper: `parts` are the texts of what holds its weights, in the order in which TF1 makes them."""

    cell: values.LiveCell
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class AttentionState(values.GraphObject):
    """The state of such a cell."""

    cell: AttendingCell


@dataclass(frozen=True)
class DecoderOutput(values.Sequence):
    """BasicDecoderOutput: (rnn_output, sample_id)."""
