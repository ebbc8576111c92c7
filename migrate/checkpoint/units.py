"""Keras objects as units: what each one holds, and in which forms TensorFlow 1 kept the same.

Works on whatever looks like a Keras object, so that nothing here imports TensorFlow or Keras.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from migrate.weights import cells, cudnn

Arrays = Sequence[np.ndarray]
Shape = tuple[int, ...]

# How the releases of TensorFlow 1 called the parameters of a linear map, the last one first.
_LINEAR_KERNEL = ("kernel", "weights", "Matrix", "Linear/Matrix", "linear/kernel", "linear/weights")
_LINEAR_BIAS = ("bias", "biases", "Bias", "Linear/Bias", "linear/bias", "linear/biases")


@dataclass(frozen=True)
class Piece:
    """One TF1 variable: the ends that its name may have behind the scope, and its shape."""

    ends: tuple[str, ...]
    shape: Shape


@dataclass(frozen=True)
class Form:
    """One way in which TF1 kept a unit. `offset` is what is added to the forget gate: 0 for slots."""

    pieces: tuple[Piece, ...]
    to_keras: Callable[[Arrays, float], Arrays]
    to_tf1: Callable[[Arrays, float], Arrays]
    done: str  # what the conversion does, for the table
    copies: bool = False  # variable by variable, so that each can be looked at alone
    keeps_slots: bool = True  # False: TF1 and Keras train other parameters, slots mean nothing on the other side


@dataclass(frozen=True)
class Unit:
    """One layer, cell or variable that holds what a group of TF1 variables held.

    label: where the program keeps it. position: steps of the structure that TF1's names show too (fw, bw, cell_1).
    names: names that TF1 may have given its variable, for raw variables. forget_bias: what the object says.
    created: when the object was made, and when the first of its variables was.
    """

    label: str
    kind: str
    target: Any
    variables: tuple[Any, ...]
    forms: tuple[Form, ...]
    position: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    forget_bias: float = 0.0
    trainable: bool = True
    extras: tuple[str, ...] = field(default=())  # names of the Keras weights, for the table
    created: tuple[int, int] = (0, 0)

    @property
    def is_raw(self) -> bool:
        """One variable of any name, not a layer's group."""
        return self.kind == "variable"

    def values(self) -> list[np.ndarray]:
        """The present values."""
        return [np.array(as_array(variable)) for variable in self.variables]


def as_array(variable: Any) -> np.ndarray:
    """The value of a tf.Variable or a Keras variable."""
    return np.asarray(variable.numpy())


def shape_of(variable: Any) -> Shape:
    """The shape as numbers."""
    return tuple(int(size) for size in variable.shape)


def _same(values: Arrays, offset: float) -> Arrays:
    return values


def copied(pieces: Sequence[Piece], done: str = "copied") -> Form:
    """A form whose variables equal the Keras weights one by one."""
    return Form(tuple(pieces), _same, _same, done, copies=True)


def lstm_forms(kernel: Any, recurrent: Any, bias: Any) -> tuple[Form, ...]:
    """BasicLSTM, LSTM, LSTMBlock, CudnnLSTM (canonical): one kernel, one bias."""
    inputs, units = shape_of(kernel)[0], shape_of(recurrent)[0]
    return (
        Form(
            (Piece(_LINEAR_KERNEL, (inputs + units, 4 * units)), Piece(_LINEAR_BIAS, (4 * units,))),
            lambda values, offset: cells.lstm_to_keras(values[0], values[1], offset),
            lambda values, offset: cells.keras_to_lstm(values[0], values[1], values[2], offset),
            "split, gates i,j,f,o -> i,f,c,o",
        ),
        _opaque("lstm", inputs, units),
    )


def _opaque(kind: str, inputs: int, units: int) -> Form:
    """The buffer of one layer in one direction; of several: `opaque_forms`."""
    return Form(
        (Piece(("opaque_kernel",), (cudnn.opaque_size(kind, 1, units, inputs),)),),
        lambda values, offset: cudnn.split_opaque(values[0], kind, 1, units, inputs)[0],
        lambda values, offset: [cudnn.join_opaque([values], kind)],
        "opaque buffer taken apart",
        keeps_slots=kind != "lstm",
    )


def gru_forms(kernel: Any, recurrent: Any, reset_after: bool) -> tuple[Form, ...]:
    """GRU, GRUBlock; with reset_after CudnnGRU."""
    inputs, units = shape_of(kernel)[0], shape_of(recurrent)[0]
    if reset_after:
        pieces = (
            Piece(("gates/kernel",), (inputs + units, 2 * units)),
            Piece(("gates/bias",), (2 * units,)),
            Piece(("candidate/input_projection/kernel",), (inputs, units)),
            Piece(("candidate/input_projection/bias",), (units,)),
            Piece(("candidate/hidden_projection/kernel",), (units, units)),
            Piece(("candidate/hidden_projection/bias",), (units,)),
        )
        return (
            Form(
                pieces,
                lambda values, offset: cudnn.cudnn_gru_to_keras(*values),
                lambda values, offset: cudnn.keras_to_cudnn_gru(*values),
                "split, gates r,u -> z,r, joined with the candidate",
                keeps_slots=False,
            ),
            _opaque("gru", inputs, units),
        )
    shapes = ((inputs + units, 2 * units), (2 * units,), (inputs + units, units), (units,))
    ends = (
        [("gates/" + end for end in _LINEAR_KERNEL), ("gates/" + end for end in _LINEAR_BIAS)]
        + [("candidate/" + end for end in _LINEAR_KERNEL), ("candidate/" + end for end in _LINEAR_BIAS)],
        [("Gates/Linear/Matrix",), ("Gates/Linear/Bias",), ("Candidate/Linear/Matrix",), ("Candidate/Linear/Bias",)],
        [("w_ru",), ("b_ru",), ("w_c",), ("b_c",)],
    )
    return tuple(
        Form(
            tuple(Piece(tuple(end), shape) for end, shape in zip(group, shapes, strict=True)),
            lambda values, offset: cells.gru_to_keras(*values),
            lambda values, offset: cells.keras_to_gru(*values),
            "split, gates r,u -> z,r, joined with the candidate",
        )
        for group in ends
    )


def simple_rnn_forms(kernel: Any, recurrent: Any) -> tuple[Form, ...]:
    """BasicRNN."""
    inputs, units = shape_of(kernel)[0], shape_of(recurrent)[0]
    return (
        Form(
            (Piece(_LINEAR_KERNEL, (inputs + units, units)), Piece(_LINEAR_BIAS, (units,))),
            lambda values, offset: cells.basic_rnn_to_keras(values[0], values[1]),
            lambda values, offset: cells.keras_to_basic_rnn(values[0], values[1], values[2]),
            "split",
        ),
    )


# What the weights of layers and cells are called, in Keras or in migrated programs, and at the end of TF1's names.
_ENDS: dict[str, tuple[str, ...]] = {
    "kernel": _LINEAR_KERNEL,
    "bias": _LINEAR_BIAS,
    "embeddings": ("embeddings", "embedding", "weights"),
    "gate_kernel": ("gates/kernel", "gates/weights"),
    "gate_bias": ("gates/bias", "gates/biases"),
    "candidate_kernel": ("candidate/kernel", "candidate/weights"),
    "candidate_bias": ("candidate/bias", "candidate/biases"),
    "projection": ("projection/kernel", "projection/weights", "projection_weights"),
    "recurrent_kernel": ("recurrent_kernel",),
    "pointwise_kernel": ("pointwise_kernel", "pointwise_weights"),
    "depthwise_kernel": ("depthwise_kernel", "depthwise_weights"),
    "attention_v": ("attention_v",),
    "query_kernel": ("query_layer/kernel",),
    "alpha": ("alpha", "alphas"),
}
_GATE_NORMS = ("input", "transform", "forget", "output", "state")


def ends_of(name: str) -> tuple[str, ...]:
    """The ends of TF1's names that go with the name of a Keras weight."""
    if name in _ENDS:
        return _ENDS[name]
    for gate in _GATE_NORMS:  # layer normalization inside a cell: input_gamma is input/gamma
        for part in ("gamma", "beta"):
            if name == f"{gate}_{part}":
                return (f"{gate}/{part}", name)
    return (name,)


def layer_form(variables: Sequence[Any], names: Sequence[str]) -> Form:
    """A layer whose weights equal TF1's one by one, under the same or the usual names."""
    pieces = [Piece(ends_of(name), shape_of(one)) for name, one in zip(names, variables, strict=True)]
    return copied(pieces)


def raw_form(variable: Any) -> Form:
    """A variable of its own."""
    return copied([Piece((), shape_of(variable))])
