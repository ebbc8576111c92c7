"""What the codemod says of one file: migrated, unchanged or refused, and the facts the proof needs.

Everything here is plain data: no TensorFlow, no libcst, no file access.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Span:
    """A piece of source text: lines from 1, columns (in characters) from 0, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Refusal:
    """Why a file stays untouched."""

    line: int
    code: str  # short-kebab-case, documented in migrate/report/refusals.py
    reason: str  # one sentence: what stands in the way
    advice: str = ""  # one sentence: what to change so that it would migrate


@dataclass(frozen=True)
class Note:
    """Something a reviewer of a migrated file should know; the file is migrated all the same."""

    line: int  # of the legacy file
    text: str


@dataclass(frozen=True)
class Parameter:
    """One parameter of a generated function and the legacy feed it stands for."""

    name: str  # in the migrated file
    legacy: str  # the legacy expression that is the feed key, "x" or "model.x"; evaluated in the frame of the run call


@dataclass(frozen=True)
class RunSite:
    """One `Session.run` (or `.eval`, `.run`) of the legacy file and what it became.

    `results` says how the values correspond. Flatten what the legacy call returned (tuples, lists, dicts in
    nesting order, leaves in order) and drop the leaves fetched from operations (they are None): what is left
    equals, in order, the flattened result of the migrated expression at `migrated`.
    """

    index: int
    legacy: Span  # the whole legacy call expression
    migrated: Span  # the migrated expression that gives the values, a call of `function` or any expression
    function: str | None  # the generated function called there, None for a plain expression
    parameters: tuple[Parameter, ...] = ()
    object: str = ""  # the object whose method is called there, if it is one: "self", "model"
    file: str = ""  # the file that it stands in, where that is another file of the program
    summaries: tuple[tuple[str, str], ...] = ()  # (name, kind) of values that TF1 gave as a serialized tf.Summary


@dataclass(frozen=True)
class Owner:
    """One object of the migrated file that holds what legacy variables held.

    Owners stand in the order in which the legacy program created the variables. `expression` is evaluated in the
    frame of a migrated run site, and may give a list or tuple of objects of the kind; there "self" is the object
    whose method the site calls.

    Kinds and the legacy variables each stands for, in creation order:
      variable       the tf.Variable itself: 1
      dense          keras.layers.Dense: kernel[, bias]
      conv           keras.layers.Conv1D, Conv2D, Conv3D: kernel[, bias]
      normalization  keras.layers.BatchNormalization: those that it has of gamma, beta, moving mean, moving variance
      simple_rnn     keras.layers.SimpleRNN: kernel [input + units, units], bias
      lstm           keras.layers.LSTM: kernel [input + units, 4 units], bias; forget_bias is added to Keras's bias
      gru            keras.layers.GRU(reset_after=False): gates/kernel, gates/bias, candidate/kernel, candidate/bias
      embedding      keras.layers.Embedding: 1
      layer          any other Keras layer whose weights equal the legacy variables one by one
    """

    expression: str
    kind: str
    forget_bias: float = 0.0  # lstm only: what TF1 adds to the forget gate at run time
    trainable: bool = True
    line: int = 0  # of the legacy statement that created it


@dataclass(frozen=True)
class Migrated:
    """The file came out as TF2/Keras 3 code."""

    source: str
    sites: tuple[RunSite, ...] = ()
    owners: tuple[Owner, ...] = ()
    notes: tuple[Note, ...] = ()
    others: tuple[tuple[str, str], ...] = ()  # the program's other files: path, new text


@dataclass(frozen=True)
class Unchanged:
    """Nothing to do."""

    why: str  # "already TF2" or "no TensorFlow"


@dataclass(frozen=True)
class Refused:
    """The file stays as it is; at least one reason."""

    reasons: tuple[Refusal, ...] = field(default=())


Outcome = Migrated | Unchanged | Refused
