"""What the analysis knows of the whole program, and the facts one pass hands to the next.

Some decisions need the end of the program before its beginning can be written (whether an RNN's state is used at
all, which initial states are fed). So the analysis runs twice over the same source: the first pass gathers `Facts`,
the second one uses them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import libcst as cst

from migrate import api
from migrate.analysis import values
from migrate.analysis.changes import Changes
from migrate.analysis.graph_collections import Collections
from migrate.analysis.scope import Binding, Definition, Refuse, Slot, parse
from migrate.analysis.sharing import Known, Sharing
from migrate.analysis.values import Value
from migrate.classes.marks import plain
from migrate.classes.positions import Positions
from migrate.emit import support_code
from migrate.plan import Note

if TYPE_CHECKING:
    from migrate.classes.closure import GraphClass, Stays

Place = tuple[int, int]
_CALL = 1_000_000  # columns: more than any line has

# Aliases of modules that TF1 code reaches under several names.
_PREFIXES = (
    ("compat.v1.", ""),
    ("app.flags.", "flags."),
    ("python.platform.tf_logging.", "logging."),
    ("python.platform.gfile.", "gfile."),
    ("python.platform.", ""),
    ("python.framework.ops.", ""),
    ("python.ops.rnn_cell_impl.", "nn.rnn_cell."),
    ("python.ops.rnn_cell.", "nn.rnn_cell."),
    ("python.ops.rnn.", "nn."),
    ("python.ops.array_ops.", ""),
    ("python.ops.math_ops.", ""),
    ("python.ops.nn_ops.", "nn."),
    ("python.ops.variable_scope.", ""),
    ("python.layers.core.", "layers."),
    ("python.layers.layers.", "layers."),
    ("contrib.rnn.python.ops.core_rnn.", "contrib.rnn."),
    ("contrib.rnn.python.ops.core_rnn_cell.", "contrib.rnn."),
    ("contrib.rnn.python.ops.core_rnn_cell.", "contrib.rnn."),
    ("contrib.seq2seq.python.ops.helper.", "contrib.seq2seq."),
    ("contrib.seq2seq.python.ops.basic_decoder.", "contrib.seq2seq."),
    ("contrib.seq2seq.python.ops.decoder.", "contrib.seq2seq."),
    ("contrib.seq2seq.python.ops.attention_wrapper.", "contrib.seq2seq."),
    ("contrib.seq2seq.python.ops.beam_search_decoder.", "contrib.seq2seq."),
    ("contrib.seq2seq.python.ops.loss.", "contrib.seq2seq."),
    ("models.rnn.rnn_cell.", "nn.rnn_cell."),
    ("models.rnn.rnn.", "nn."),
)

Snapshot = tuple[
    int,
    int,
    set[str],
    dict[object, Place],
    Known,
    Collections,
    dict[cst.FunctionDef, Any],
    Counter[cst.FunctionDef],
]


@dataclass
class Facts:
    """What a pass over the program has learned."""

    complete: bool = False  # gathered by a whole pass
    uses: Counter[tuple[Place, str]] = field(default_factory=Counter)
    global_steps: dict[Place, str] = field(default_factory=dict)  # where made -> the optimizer that counts it
    named_step: Place | None = None  # the graph's own global step, where it is first asked for
    fed: set[Place] = field(default_factory=set)  # zero states and defaults that some run feeds
    fed_constants: set[str] = field(default_factory=set)  # names of constant tensors that some run feeds
    initial_values: Counter[str] = field(default_factory=Counter)  # names of tensors that variables start from
    made: Counter[str] = field(default_factory=Counter)  # names of variables, and how many each stood for
    imports: set[str] = field(default_factory=set)  # what generated code imports
    removed: set[str] = field(default_factory=set)  # names that do not survive
    kept: set[str] = field(default_factory=set)
    computed: set[str] = field(default_factory=set)  # names that statements of the graph define
    feed_keys: dict[str, dict[str, Definition]] = field(default_factory=dict)  # name of a feed dict -> its keys
    unnamed_layers: Counter[str] = field(default_factory=Counter)  # by kind: layers without a name of their own
    helper_calls: Counter[cst.FunctionDef] = field(default_factory=Counter)  # of helpers that create something
    shared_helpers: set[cst.FunctionDef] = field(default_factory=set)  # called in several functions for the same layers
    tensor_lists: set[str] = field(default_factory=set)  # lists that begin empty and are filled with tensors
    scalars: set[str] = field(default_factory=set)  # placeholders that are a number, whatever their shape says
    scheduled: set[Place] = field(default_factory=set)  # steps that a learning rate follows
    sharing_models: set[str] = field(default_factory=set)  # classes of which one object shares another's variables
    model_initializers: dict[str, set[bool]] = field(default_factory=dict)  # class -> made in a scope with one?
    session_arguments: set[tuple[str, str]] = field(default_factory=set)  # (class, parameter) that is given a session
    by_rows: set[Place] = field(default_factory=set)  # optimizers that change only the rows looked up
    summed_rows: set[Place] = field(default_factory=set)  # optimizers that sum up repeated rows themselves
    object_parameters: dict[cst.FunctionDef, dict[str, Value]] = field(default_factory=dict)  # given a Saver or writer


@dataclass
class OwnerRecord:
    """One object that holds weights, in the order TF1 created its variables."""

    expression: str
    kind: str
    forget_bias: float = 0.0
    trainable: bool = True
    condition: str = ""  # under which it is made, "" for one that always is
    undecided: bool = False  # only the running program knows whether it is trained
    line: int = 0
    used: bool = False
    place: Place = (0, 0)
    global_step: bool = False
    order: int = 0  # when TF1 made the variables, among all owners
    pending: bool = False  # a layer object that was not called yet
    model: str = ""  # the class of the program that makes it
    by_name: bool = True  # TF1 finds it again by its name, in a scope that reuses
    many: bool = False  # the expression is a list of layers or cells
    parts: tuple[str, ...] = ()  # a layer's weights that are trained, by Keras's names; of an RNN's these are others
    leaf: str = ""  # a variable's own name in TF1, "" if the source does not show it
    leaves: Mapping[str, str] = field(default_factory=dict)  # what TF1 called "kernel" and "bias", where otherwise


@dataclass
class OptimizerRecord:
    """One optimizer of the program."""

    name: str
    keras: str
    model: str = ""  # the class of the program that makes it
    home: Any = None  # the scope of the function that makes it
    rate_needs: set[Definition] = field(default_factory=set)
    rate_variables: set[int] = field(default_factory=set)
    rate_code: cst.BaseExpression | None = None  # a rate that is a tensor: assigned before each step
    node: cst.CSTNode | None = None
    densify: bool = True
    sparse: bool = True
    by_rows: frozenset[Place] = frozenset()  # where it is made, if it must change only the rows that were looked up
    summed_rows: frozenset[Place] = frozenset()  # where it is made, if repeated rows must be summed up for it
    shrinks: bool = False
    mixed: bool = False  # one of several, of which some want sparse gradients and some dense ones
    schedule: Place | None = None


@dataclass
class Update:
    """One training operation: optimizer.minimize(loss) or apply_gradients(pairs)."""

    optimizer: int
    loss_code: cst.BaseExpression | None = None
    pairs: cst.BaseExpression | None = None  # apply_gradients: the (gradient, variable) pairs
    variables: cst.BaseExpression | None = None
    prelude: list[cst.BaseStatement] = field(default_factory=list)  # what stands before
    place: Place = (0, 0)


class Program:
    """The state of one pass."""

    def __init__(
        self,
        module: cst.Module,
        positions: Positions,
        facts: Facts,
        identifiers: set[str],
        bindings: Counter[str],
    ) -> None:
        self.module = module
        self.positions = positions
        self.facts = facts
        self.next = Facts()
        self.identifiers = identifiers
        self.generated: set[str] = set()
        self.owners: list[OwnerRecord] = []
        self.optimizers: list[OptimizerRecord] = []
        self.updates: list[Update] = []
        self.support: set[str] = set()
        self.imports: set[str] = set()
        self.support_names: dict[str, str] = {}
        self.notes: list[Note] = []
        self.pure_modules: set[str] = set()
        self.graph_level = 0
        self.device: cst.BaseExpression | None = None
        self.devices: list[cst.BaseExpression | None] = []  # around the one that counts
        self.sharing = Sharing(self)
        self.collections = Collections()
        self.placeholders: dict[str, Definition] = {}
        self.sites: list[Any] = []
        self.update_definitions: dict[int, Definition] = {}
        self.tensorflow_imported = False
        self.helpers: dict[cst.FunctionDef, Any] = {}
        self.session_parameters: dict[cst.FunctionDef, set[str]] = {}
        self.object_parameters: dict[cst.FunctionDef, dict[str, Value]] = {}  # that are given a Saver or a writer
        self.tensor_parameters: dict[cst.FunctionDef, dict[str, Binding]] = {}
        self.emitted_sites: set[int] = set()  # sites of functions that are already put together
        self.graph_seed: cst.BaseExpression | None = None  # of tf.set_random_seed
        self.session_runs: list[tuple[int, int]] = []  # of sessions that are seen: line, number of the run or next one
        self.loop_depth = 0
        self.controlled: list[tuple[int, ...]] = []  # updates of the tf.control_dependencies around
        self.averaged: list[set[Definition]] = []  # changes of moving averages, likewise
        self.second_names: set[str] = set()  # of lists and dicts of tensors, and the names that were there before
        self.scopes: list[str] = []  # of names around the statement at work, as far as the source shows them
        self.scopes_seen: Counter[tuple[str, ...]] = Counter()
        self.flags_read = False  # somebody asks for a flag of the command line
        self.trained = False  # a run has changed variables
        self.trained_outside = False  # one outside functions
        self.trained_in: set[str] = set()  # functions after which that holds
        self.hoisted: dict[cst.FunctionDef, list[cst.BaseStatement]] = {}  # what is made before a helper
        self.fresh_names: list[tuple[str, str]] = []  # what was asked for, and the name that was given
        self.target = ""  # the name the statement at work assigns to
        self.bindings = bindings
        self.mentions: Counter[str] = Counter()  # how often each name is written, where it is bound too
        self.classes: dict[str, GraphClass] = {}
        self.stays: Mapping[cst.ClassDef, Stays] = {}
        self.objects: Mapping[str, str] = {}  # name -> graph class of what it holds
        self.text = module.code  # as the author wrote it
        self.live = False  # cells are objects of the new program
        self.live_owners: dict[str, int] = {}  # owner of the weights of such a cell, by its text
        self.model = ""  # the class at work
        self.attributes: dict[str, dict[str, str]] = {}  # by class: name while it is analysed -> attribute
        self.methods: dict[str, list[str]] = {}  # by class: what runs its graph
        self.models: list[Any] = []  # the walkers of graph classes
        self.definitions: list[Definition] = []
        self.ticks = 0
        self.complete = facts.complete
        self.cells_used: dict[object, Place] = {}
        self.instance = 0  # which call of a helper is being followed; 0 outside
        self.instances: dict[tuple[int, cst.CSTNode], int] = {}

    @cached_property
    def changes(self) -> Changes:
        """When the program changes its Python data."""
        return Changes(self.module, self.positions)

    def tick(self) -> int:
        """The next position in the order of graph statements."""
        self.ticks += 1
        return self.ticks

    # ---- places and names

    def place(self, node: cst.CSTNode) -> Place:
        """Line and column, the column made different for each call of a helper that the node stands in."""
        position = self.positions.get(node)
        return (position.start.line, position.start.column + _CALL * self.instance) if position else (0, 0)

    @contextmanager
    def call_of(self, node: cst.Call) -> Iterator[None]:
        """Follow one call of a helper."""
        before = self.instance
        self.instance = self.instances.setdefault((before, node), len(self.instances) + 1)
        try:
            yield
        finally:
            self.instance = before

    def line(self, node: cst.CSTNode | None) -> int:
        return self.place(node)[0] if node is not None else 0

    def fresh(self, base: str, *others: str) -> str:
        """A name nobody uses: `base`, one of the others, or base_2 and so on."""
        taken = (self.identifiers - (self.facts.removed - self.facts.kept)) | self.facts.computed | self.generated
        if self.classes:
            taken = {plain(name) for name in taken}
        name, number = next((name for name in (base, *others) if name not in taken), base), 2
        while name in taken:
            name = f"{base}_{number}"
            number += 1
        self.generated.add(name)
        self.fresh_names.append((base, name))
        return name

    # ---- names of TensorFlow

    def canonical(self, name: str) -> str:
        for prefix, replacement in _PREFIXES:
            if name.startswith(prefix):
                return self.canonical(replacement + name[len(prefix) :])
        if name.startswith("contrib.rnn."):
            rest = name[len("contrib.rnn.") :]
            if rest in ("static_rnn", "static_bidirectional_rnn"):
                return "nn." + rest
            if rest in CELL_NAMES:
                return "nn.rnn_cell." + rest
        if name in ("nn.rnn",):
            return "nn.static_rnn"
        return name

    def tf_name(self, name: str) -> cst.BaseExpression:
        return parse("tf." + name)

    def adopt(self, rewritten: api.Rewritten) -> cst.BaseExpression:
        """The rewritten expression; support code it calls gets a name that is free in this program."""
        self.support.update(rewritten.support)
        self.imports.update(rewritten.imports)
        expression = rewritten.expression
        for snippet in rewritten.support:
            for name in support_code.defines(snippet):
                free = self.support_name(name)
                if free != name:
                    changed = expression.visit(_Rename(name, free))
                    assert isinstance(changed, cst.BaseExpression)
                    expression = changed
        return expression

    def support_name(self, name: str) -> str:
        """Under which name support code goes into the file: its own, or NAME_fn where the program uses that."""
        if name not in self.support_names:
            taken = (self.identifiers - (self.facts.removed - self.facts.kept)) | self.facts.computed
            self.support_names[name] = self.fresh(f"{name}_fn") if name in taken else name
        return self.support_names[name]

    def enter_scope(self, name: str) -> None:
        """A scope of names is opened: TF1 gives it a number where there was one of that name."""
        path = (*self.scopes, name)
        self.scopes_seen[path] += 1
        number = self.scopes_seen[path] - 1
        self.scopes.append(f"{name}_{number}" if name and number else name)

    # ---- uses

    def use(self, node: cst.Name, binding: Binding) -> None:
        """Count the uses of RNN outputs and states, for the next pass."""
        self.count(binding.value)

    def count(self, value: values.Value) -> None:
        if isinstance(value, values.Sequence):
            for item in value.items:
                self.count(item)
        elif isinstance(value, (values.Tensor, values.Tensors)) and value.outputs_of:
            self.next.uses[value.outputs_of, "outputs"] += 1
        elif isinstance(value, values.Tensors) and value.place:
            self.next.uses[value.place, "list"] += 1
        elif isinstance(value, values.State) and value.call:
            self.next.uses[value.call, "state"] += 1

    def used(self, place: Place, what: str) -> int:
        return self.facts.uses[place, what]

    def merge(self, slot: Slot, inner: Slot) -> None:
        """Add what an inner expression touched to its statement's slot."""
        slot.needs |= inner.needs
        slot.captures |= inner.captures
        slot.creations += inner.creations
        slot.graph = slot.graph or inner.graph
        slot.random = slot.random or inner.random
        slot.impure = slot.impure or inner.impure
        slot.variables |= inner.variables
        slot.losses |= inner.losses
        slot.tape = slot.tape or inner.tape
        slot.prelude += inner.prelude
        slot.sites += inner.sites
        slot.mutates |= inner.mutates
        slot.stateful = slot.stateful or inner.stateful
        slot.sparse = slot.sparse or inner.sparse
        slot.double = slot.double or inner.double
        slot.update = slot.update if inner.update is None else inner.update

    def snapshot(self) -> Snapshot:
        """What a trial evaluation may add to; see restore."""
        return (
            len(self.owners),
            len(self.optimizers),
            set(self.generated),
            dict(self.cells_used),
            self.sharing.known(),
            self.collections.copy(),
            dict(self.helpers),
            Counter(self.next.helper_calls),
        )

    def restore(self, before: Snapshot) -> None:
        """Forget what was added since the snapshot."""
        owners, optimizers, self.generated, self.cells_used, shared, self.collections, self.helpers, calls = before
        self.sharing.variables, self.sharing.layers, self.sharing.counts = shared
        self.next.helper_calls = calls
        del self.owners[owners:]
        del self.optimizers[optimizers:]

    def placeholder_stub(self, binding: Binding) -> Definition:
        """Stands for a fed zero state in the first pass, before it is known to be a parameter."""
        if binding.stub is None:
            binding.stub = Definition("placeholder", self.tick(), (binding.name,))
        return binding.stub

    # ---- weights

    def own(self, record: OwnerRecord) -> int:
        record.order, record.model = self.tick(), self.model
        self.owners.append(record)
        return len(self.owners) - 1

    def build(self, owner: int) -> None:
        """A layer object is called: its first call makes its variables."""
        record = self.owners[owner]
        if record.pending:
            record.pending, record.order = False, self.tick()

    def note(self, node: cst.CSTNode | None, text: str) -> None:
        note = Note(self.line(node), text)
        if note not in self.notes:
            self.notes.append(note)

    def refuse_if(self, condition: bool, node: cst.CSTNode, code: str, reason: str, advice: str = "") -> None:
        if condition:
            raise Refuse(node, code, reason, advice)


class _Rename(cst.CSTTransformer):
    def __init__(self, old: str, new: str) -> None:
        super().__init__()
        self.old, self.new = old, new

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        if isinstance(updated.func, cst.Name) and updated.func.value == self.old:
            return updated.with_changes(func=updated.func.with_changes(value=self.new))
        return updated


CELL_NAMES = {
    "BasicRNNCell",
    "BasicLSTMCell",
    "LSTMCell",
    "GRUCell",
    "MultiRNNCell",
    "DropoutWrapper",
    "LSTMStateTuple",
    "RNNCell",
    "ResidualWrapper",
    "DeviceWrapper",
}
