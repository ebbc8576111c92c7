"""What a name of a TF1 program can stand for: the abstract values of the analysis.

One value says what kind of thing an expression gives while the graph is built, as far as the source tells.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import libcst as cst


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Any = _Unknown()


class Value:
    """Base of all abstract values."""


@dataclass(frozen=True)
class Python(Value):
    """A value of plain Python (numbers, NumPy arrays, data), its constant where the source shows it."""

    constant: Any = UNKNOWN


@dataclass(frozen=True)
class Symbol(Value):
    """A name of TensorFlow: a module, a function, a dtype; `name` without the leading "tf."."""

    name: str


@dataclass(frozen=True)
class KerasSymbol(Value):
    """A name of the tf.keras namespace: already TF2 style, left as it is."""

    name: str


@dataclass(frozen=True)
class Tensor(Value):
    """A tensor of the graph.

    `masked`: it comes straight out of a Keras layer that was given a mask, which Keras would hand on implicitly.
    """

    masked: bool = False
    outputs_of: tuple[int, int] | None = None  # the outputs of the RNN call at this place, all steps
    only_last: bool = False  # the new program keeps the last step only
    eager: bool = False  # a constant: the same at every run, it stays where it is
    sizes: tuple[cst.BaseExpression | None, ...] = ()  # of the static shape, as far as the source shows them
    one_weight: bool = False  # one of the graph's weights, or its gradient: Keras cuts some of them in other pieces


@dataclass(frozen=True)
class SparseTensor(Tensor):
    """A tf.SparseTensor of the graph."""


@dataclass(frozen=True)
class Tensors(Value):
    """A Python list of tensors, one a time step or slice, of a length the analysis need not know.

    `batch_major`: source text of the tensor [batch, time, ...] of which the list is the unstacking along axis 1.
    """

    batch_major: cst.BaseExpression | None = None
    place: tuple[int, int] | None = None  # of the call that made the list
    outputs_of: tuple[int, int] | None = None
    only_last: bool = False
    weights: bool = False  # tf.trainable_variables()
    sparse: bool = False  # tf.SparseTensors
    made: int = 0  # so many owners of weights there were when it was called


@dataclass(frozen=True)
class Sequence(Value):
    """A tuple or list of values the analysis knows one by one."""

    items: tuple[Value, ...]
    codes: tuple[cst.BaseExpression | None, ...] = ()
    is_list: bool = False


@dataclass(frozen=True)
class Mapping(Value):
    """A dict with keys the analysis knows, as source text."""

    items: tuple[tuple[str, Value], ...]

    def get(self, key: str) -> Value | None:
        return dict(self.items).get(key)


@dataclass(frozen=True)
class Variable(Value):
    """A tf.Variable: created once, stays a tf.Variable."""

    owner: int  # index into Analysis.owners
    trainable: bool = True


@dataclass(frozen=True)
class Layer(Value):
    """A Keras layer object, made from tf.layers.Dense(...) and the like."""

    owner: int
    tensors: bool = True


@dataclass(frozen=True)
class CellSpec:
    """One RNN cell, as far as Keras needs to know it."""

    kind: str  # "simple_rnn" | "lstm" | "gru"
    units: cst.BaseExpression
    arguments: tuple[tuple[str, cst.BaseExpression], ...] = ()  # further keyword arguments of the Keras layer
    forget_bias: float = 0.0
    support: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    line: int = 0
    scope: str = ""  # which name TF1 gives its variables
    reuse: bool = False  # of the cell itself: its variables exist


@dataclass(frozen=True)
class Cell(Value):
    """A cell, possibly wrapped; keep probabilities as code, None where no dropout is asked for."""

    spec: CellSpec
    input_keep: cst.BaseExpression | None = None
    output_keep: cst.BaseExpression | None = None
    variational: bool = False
    needs: frozenset[Any] = frozenset()
    captures: frozenset[str] = frozenset()
    name: str | None = None
    origin: Any = None  # the identity of the cell object: one cell used twice shares its weights


@dataclass(frozen=True)
class Stack(Value):
    """MultiRNNCell: known cells, or one cell repeated by a comprehension or a multiplied list."""

    cells: tuple[Cell, ...] = ()
    repeated: Cell | None = None
    repeat: cst.BaseComp | None = None  # the comprehension whose element is the repeated cell
    count: cst.BaseExpression | None = None
    name: str | None = None
    origin: Any = None
    input_keep: cst.BaseExpression | None = None  # of a wrapper around the whole stack
    output_keep: cst.BaseExpression | None = None

    @property
    def one(self) -> Cell:
        return self.repeated if self.repeated is not None else self.cells[0]


@dataclass(frozen=True)
class CellList(Value):
    """A Python list of cells that MultiRNNCell takes: made by a comprehension or by appending in a loop."""

    repeated: Cell
    repeat: cst.BaseComp | None = None
    count: cst.BaseExpression | None = None


@dataclass(frozen=True)
class ZeroState(Value):
    """cell.zero_state(batch, dtype): all zeros, unless something else is fed for it."""

    cell: Cell | Stack
    batch: cst.BaseExpression
    dynamic: bool = False  # the batch size is itself a tensor


@dataclass(frozen=True)
class Shape(Value):
    """The static shape of a tensor, with the sizes that the source shows."""

    sizes: tuple[cst.BaseExpression | None, ...] = ()


@dataclass(frozen=True)
class Dimension(Value):
    """One size of a static shape: a Dimension in TF1, a number or None in TF2."""


@dataclass(frozen=True)
class State(Value):
    """The state of a cell as TF1 gives it: an LSTM's is the pair (c, h)."""

    cell: Cell | Stack | LiveCell
    call: tuple[int, int] | None = None  # the RNN call that gave it
    zero: tuple[int, int] | None = None  # where it is made, if it is a zero state


@dataclass(frozen=True)
class RnnResult(Value):
    """What a loop returns, before it is assigned: (outputs, state); `call` is a loops.RnnCall."""

    call: Any


@dataclass(frozen=True)
class Optimizer(Value):
    owner: int  # index into Analysis.optimizers


@dataclass(frozen=True)
class Gradients(Value):
    """A list of gradients, or of (gradient, variable) pairs, and where they come from."""

    loss: Any
    optimizer: int | None
    pairs: bool
    listed: bool = False  # the program says of which variables, in which order


@dataclass(frozen=True)
class TrainOp(Value):
    """An operation that updates variables; `steps` are positions in Analysis.updates."""

    updates: tuple[int, ...] = ()
    loss: Any = field(default=None, compare=False)  # what a run of it gives, if not nothing: its text, what it needs
    averages: frozenset[Any] = frozenset()  # what else it does: definitions that change moving averages


@dataclass(frozen=True)
class Operation(Value):
    """An operation without a value that the migrated program does not need (an initialiser, a no-op)."""

    kind: str = "init"


@dataclass(frozen=True)
class Averages(Operation):
    """What changes moving averages, of the collection of updates; `made` are definitions."""

    made: frozenset[Any] = frozenset()


@dataclass(frozen=True)
class Session(Value):
    interactive: bool = False
    line: int = field(default=0, compare=False)  # where it is made, 0 where that is not seen


@dataclass(frozen=True)
class Graph(Value):
    pass


@dataclass(frozen=True)
class Config(Value):
    """tf.ConfigProto and what hangs on it."""


@dataclass(frozen=True)
class Metric(Value):
    """tf.metrics.*: the pair (value, update_op)."""

    name: str
    owner: int
    update: bool


@dataclass(frozen=True)
class Saver(Value):
    """tf.train.Saver: what writes and reads checkpoints."""

    apart: bool = False  # from an optimizer that another function makes


@dataclass(frozen=True)
class Summary(Value):
    """Summary operations of the graph, one or merged; `parts` are summaries.Summarised."""

    parts: tuple[Any, ...]


@dataclass(frozen=True)
class Summarised(Value):
    """What a run of summaries gave, or a tf.Summary: a dict of values by name; (name, kind) where it is no scalar."""

    kinds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SummaryValues(Value):
    """The field `value` of a tf.Summary."""


@dataclass(frozen=True)
class Writer(Value):
    """tf.summary.FileWriter."""


@dataclass(frozen=True)
class NoWriter(Value):
    """A FileWriter that is given the graph only."""


@dataclass(frozen=True)
class Flags(Value):
    """tf.flags.FLAGS: the arguments of the command line."""


@dataclass(frozen=True)
class Regularizer(Value):
    """A function of a weight that gives its penalty: tf.contrib.layers.l2_regularizer(scale)."""


@dataclass(frozen=True)
class Function(Value):
    """A function of the program."""

    node: cst.FunctionDef


@dataclass(frozen=True)
class LiveClass(Value):
    """A class of cells that the new program has too, see live_cells; `kind` of the state of its cells."""

    kind: str


@dataclass(frozen=True)
class LiveCell(Value):
    """A cell that is an object of the new program.

    `kind` of its state: "lstm" the list [c, h], "one" a tensor, "stack" a list of states, "" not known.
    """

    kind: str


@dataclass(frozen=True)
class LiveCells(Value):
    """A list of such cells; `cell` is what holds for each."""

    cell: LiveCell


@dataclass(frozen=True)
class LiveResult(Value):
    """What a loop over such a cell gives, before it is assigned."""

    code: cst.BaseExpression
    cell: LiveCell
    static: bool = False
    masked: bool = False


@dataclass(frozen=True)
class GraphObject(Value):
    """An object of tf.contrib.seq2seq that holds tensors: each function of the new program makes its own."""


@dataclass(frozen=True)
class VariableScope(Value):
    """tf.get_variable_scope(), or `with tf.variable_scope(...) as scope`."""

    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class ModelClass(Value):
    """A class of the program that builds a graph; `scope` has what it binds, attributes as names (self·x)."""

    name: str
    scope: Any


@dataclass(frozen=True)
class Instance(Value):
    """An object of such a class."""

    of: ModelClass


@dataclass
class Feed(Value):
    """A dict whose keys are tensors: what is fed."""

    keys: dict[str, Any] = field(default_factory=dict)
    maybe: set[str] = field(default_factory=set)  # keys put in later, perhaps only sometimes


@dataclass(frozen=True)
class Fetched(Value):
    """What a run gave, with the state structure it had."""

    of: Value
