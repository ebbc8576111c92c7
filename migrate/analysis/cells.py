"""RNN cells: constructors, wrappers, stacks, and what each becomes as a Keras layer.

Building a cell leaves no statement in the new program; the loop that runs it creates one Keras layer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, code_of, is_none, parse
from migrate.analysis.sharing import ADVICE
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]
Wrapped = TypeVar("Wrapped", values.Cell, values.Stack)

_TAIL = ("reuse", "name", "dtype")
PARAMETERS = {
    "BasicRNNCell": ("num_units", "activation", *_TAIL),
    "BasicLSTMCell": ("num_units", "forget_bias", "state_is_tuple", "activation", *_TAIL, "input_size"),
    "LSTMCell": (
        "num_units",
        "use_peepholes",
        "cell_clip",
        "initializer",
        "num_proj",
        "proj_clip",
        "num_unit_shards",
        "num_proj_shards",
        "forget_bias",
        "state_is_tuple",
        "activation",
        *_TAIL,
    ),
    "GRUCell": ("num_units", "activation", "reuse", "kernel_initializer", "bias_initializer", "name", "dtype"),
    # the same equations in one kernel
    "GRUBlockCellV2": ("num_units", "cell_size", "reuse", "name"),
    "LSTMBlockCell": ("num_units", "forget_bias", "cell_clip", "use_peephole", "dtype", "reuse", "name"),
}
KINDS = {
    "BasicRNNCell": "simple_rnn",
    "BasicLSTMCell": "lstm",
    "LSTMCell": "lstm",
    "GRUCell": "gru",
    "GRUBlockCellV2": "gru",
    "LSTMBlockCell": "lstm",
}
LAYERS = {"simple_rnn": "SimpleRNN", "lstm": "LSTM", "gru": "GRU"}
_ACTIVATIONS = {
    "nn.relu": "relu",
    "tanh": "tanh",
    "nn.tanh": "tanh",
    "math.tanh": "tanh",
    "sigmoid": "sigmoid",
    "nn.sigmoid": "sigmoid",
    "math.sigmoid": "sigmoid",
    "nn.elu": "elu",
    "nn.softplus": "softplus",
    "nn.softsign": "softsign",
    "nn.softmax": "softmax",
    "nn.selu": "selu",
    "identity": "linear",
}
TWO_KERNELS = (
    "TF1 draws one kernel for inputs and state, Keras two; "
    "where the range follows from the shape, as by default, the first weights have another range."
)
_NO_COUNTERPART = {
    "use_peepholes": "peephole connections",
    "use_peephole": "peephole connections",
    "num_proj": "a projection of the state",
    "cell_clip": "clipping of the state",
    "proj_clip": "clipping of the projection",
}


def activation(
    ev: Evaluator, node: cst.BaseExpression | None, scope: Scope, slot: Slot, default: str | None
) -> cst.BaseExpression | None:
    """The Keras form of an activation argument; None where it is Keras's default."""
    if node is None:
        return None
    if is_none(node):
        return None
    name = ev.symbol_of(node, scope)
    short = _ACTIVATIONS.get(name) if name is not None else None
    if short is not None:
        return None if short == default else parse(f'"{short}"')
    return ev.creation(node, scope, slot)


def initializer(ev: Evaluator, node: cst.BaseExpression | None, scope: Scope, slot: Slot) -> cst.BaseExpression | None:
    """The Keras form of an initializer argument; None for TF1's default (Glorot uniform)."""
    if node is None or is_none(node):
        return ev.initializers[-1]
    name = ev.symbol_of(node, scope)
    if name is not None:  # a class or factory given without a call: tf.zeros_initializer
        node = cst.Call(func=node)
    from migrate.analysis.variables import Initializer

    value = ev.look(node, scope)
    if isinstance(value, Initializer):
        return value.code
    if not isinstance(value, (values.Symbol, values.KerasSymbol)):
        raise Refuse(node, "initializer", "this initializer is not one the table knows")
    return ev.creation(node, scope, slot)


def _by_shape(kernel: cst.BaseExpression) -> bool:
    """Whether what the initializer draws depends on the shape of the kernel."""
    text = code_of(kernel)
    return not any(f".{name}(" in text for name in ("RandomUniform", "RandomNormal", "TruncatedNormal", "Constant"))


def _reseeded(kernel: cst.BaseExpression) -> cst.BaseExpression:
    """The initializer without its seed: with it the recurrent kernel would start equal to the kernel."""
    if not isinstance(kernel, cst.Call):
        return kernel
    kept = [arg for arg in kernel.args if arg.keyword is None or arg.keyword.value != "seed"]
    if kept:
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return kernel.with_changes(args=kept)


def create(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """BasicRNNCell, BasicLSTMCell, LSTMCell, GRUCell."""
    short = name.rsplit(".", 1)[-1]
    kind = KINDS[short]
    bound = arguments(node, PARAMETERS[short], "tf." + name)
    if "num_units" not in bound:
        raise Refuse(node, "unknown-argument", f"tf.{name} is called without num_units")
    for parameter, meaning in _NO_COUNTERPART.items():
        if parameter in bound and not is_none(bound[parameter]) and ev.constant(bound[parameter], scope) is not False:
            raise Refuse(
                node,
                "cell-option",
                f"Keras's {LAYERS[kind]} has no {meaning} ({parameter})",
                "Keep this program on the runtime, or write the cell as a Keras cell by hand.",
            )
    if "state_is_tuple" in bound and ev.constant(bound["state_is_tuple"], scope) is not True:
        raise Refuse(
            node,
            "state-not-tuple",
            "state_is_tuple=False packs c and h into one tensor",
            "Use state_is_tuple=True and the pair (c, h).",
        )
    reuse = ev.constant(bound["reuse"], scope) if "reuse" in bound else None
    if reuse not in (None, False, True) and not says_scope(ev, bound["reuse"], scope):
        raise Refuse(node, "reuse", "the source does not show whether the cell shares its variables", ADVICE)
    if "dtype" in bound and ev.symbol_of(bound["dtype"], scope) not in (None, "float32"):
        raise Refuse(node, "dtype", "only float32 cells are migrated")
    units = ev.creation(bound["num_units"], scope, slot)
    extra: list[tuple[str, cst.BaseExpression]] = []
    function = activation(ev, bound.get("activation"), scope, slot, "tanh")
    if function is not None:
        extra.append(("activation", function))
    forget = 0.0
    support: tuple[str, ...] = ()
    kernel = initializer(ev, bound.get("initializer") or bound.get("kernel_initializer"), scope, slot)
    if (kernel is None or _by_shape(kernel)) and all(note.text != TWO_KERNELS for note in ev.program.notes):
        ev.program.note(node, TWO_KERNELS)
    if kernel is None:
        kernel_arguments = [("recurrent_initializer", parse('"glorot_uniform"'))]
    else:
        kernel_arguments = [("kernel_initializer", kernel), ("recurrent_initializer", _reseeded(kernel))]
    extra += kernel_arguments
    if kind == "lstm":
        forget = 1.0 if "forget_bias" not in bound else ev.constant(bound["forget_bias"], scope)
        if not isinstance(forget, (int, float)):
            raise Refuse(node, "forget-bias", "the source does not show the value of forget_bias", "Write the number.")
        if forget == 0:
            extra.append(("unit_forget_bias", cst.Name("False")))
        elif forget != 1:
            text = repr(float(forget))
            extra += [
                ("unit_forget_bias", cst.Name("False")),
                ("bias_initializer", parse(f"{ev.program.support_name('ForgetBias')}({text})")),
            ]
            support = ("ForgetBias",)
    if kind == "gru":
        given = (
            initializer(ev, bound["bias_initializer"], scope, slot)
            if not is_none(bound.get("bias_initializer"))
            else None
        )
        name = ev.program.support_name("OpenGates")
        extra.append(("bias_initializer", given if given is not None else parse(f"{name}()")))
        support = () if given is not None else ("OpenGates",)
        extra.append(("reset_after", cst.Name("False")))
    named = ev.constant(bound["name"], scope) if not is_none(bound.get("name")) else short
    spec = values.CellSpec(
        kind,
        units,
        tuple(extra),
        float(forget),
        support,
        ("keras",),
        ev.program.line(node),
        named if isinstance(named, str) else f"{short} of line {ev.program.line(node)}",
        reuse is True,
    )
    return values.Cell(spec, origin=ev.program.place(node)), node


def says_scope(ev: Evaluator, given: cst.BaseExpression, scope: Scope) -> bool:
    """reuse=tf.get_variable_scope().reuse: what the scope around says anyway."""
    return (
        isinstance(given, cst.Attribute)
        and given.attr.value == "reuse"
        and isinstance(ev.look(given.value, scope), values.VariableScope)
    )


def dropout_wrapper(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """DropoutWrapper: dropout on the inputs and outputs of a cell, a new mask at every step."""
    bound = arguments(
        node,
        (
            "cell",
            "input_keep_prob",
            "output_keep_prob",
            "state_keep_prob",
            "variational_recurrent",
            "input_size",
            "dtype",
            "seed",
            "dropout_state_filter_visitor",
        ),
        "tf." + name,
    )
    value, _ = ev.evaluate(bound["cell"], scope, slot)
    for parameter in ("state_keep_prob", "variational_recurrent", "dropout_state_filter_visitor"):
        if parameter in bound and ev.constant(bound[parameter], scope) not in (1.0, 1, False, None):
            raise Refuse(node, "cell-option", f"DropoutWrapper({parameter}=...) has no counterpart in a Keras layer")
    keeps: list[cst.BaseExpression | None] = []
    quiet = Slot()
    for parameter in ("input_keep_prob", "output_keep_prob"):
        given = bound.get(parameter)
        if given is None or ev.constant(given, scope) == 1:
            keeps.append(None)
        else:
            keeps.append(ev.evaluate(given, scope, quiet)[1])
    if isinstance(value, values.CellList):
        raise Refuse(node, "cell-list", "DropoutWrapper is given a list")
    if isinstance(value, values.Stack):
        cells = value.cells
        if value.repeated is not None:
            return _wrap(node, replace(value, repeated=_touching(value.repeated, quiet)), keeps[0], keeps[1]), node
        first = _wrap(node, _touching(cells[0], quiet), keeps[0], None)
        cells = (first, *cells[1:])
        cells = (*cells[:-1], _wrap(node, cells[-1], None, keeps[1]))
        return replace(value, cells=cells), node
    if not isinstance(value, values.Cell):
        raise Refuse(node, "unknown-cell", "DropoutWrapper wraps something that is not a known cell")
    return _wrap(node, _touching(value, quiet), keeps[0], keeps[1]), node


def _touching(cell: values.Cell, touched: Slot) -> values.Cell:
    """The cell, with what the expressions around it need."""
    needs, captures = frozenset(touched.needs), frozenset(touched.captures)
    return replace(cell, needs=cell.needs | needs, captures=cell.captures | captures)


def _wrap(
    node: cst.Call, cell: Wrapped, inputs: cst.BaseExpression | None, outputs: cst.BaseExpression | None
) -> Wrapped:
    if (inputs is not None and cell.input_keep is not None) or (outputs is not None and cell.output_keep is not None):
        raise Refuse(node, "cell-wrapper", "two DropoutWrappers around one cell drop the same side")
    return replace(
        cell,
        input_keep=inputs if inputs is not None else cell.input_keep,
        output_keep=outputs if outputs is not None else cell.output_keep,
    )


def multi(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """MultiRNNCell."""
    bound = arguments(node, ("cells", "state_is_tuple"), "tf." + name)
    if "state_is_tuple" in bound and ev.constant(bound["state_is_tuple"], scope) is not True:
        raise Refuse(
            node, "state-not-tuple", "state_is_tuple=False packs the states into one tensor", "Use state_is_tuple=True."
        )
    value, _ = ev.evaluate(bound["cells"], scope, slot)
    place = ev.program.place(node)
    if isinstance(value, values.CellList):
        return values.Stack(repeated=value.repeated, repeat=value.repeat, count=value.count, origin=place), node
    if isinstance(value, values.Sequence) and value.items and all(isinstance(c, values.Cell) for c in value.items):
        cells = tuple(c for c in value.items if isinstance(c, values.Cell))
        if len({cell.origin for cell in cells}) != len(cells):
            raise Refuse(
                node,
                "shared-cell",
                "one cell stands twice in the stack and shares its weights",
                "Create one cell for each layer.",
            )
        return values.Stack(cells=cells, origin=place), node
    raise Refuse(node, "unknown-cell", "MultiRNNCell is given something that is not a list of known cells")


def multiplied(
    ev: Evaluator,
    node: cst.BinaryOperation,
    cells: values.Sequence,
    count: cst.BaseExpression,
    changed: cst.BaseExpression,
) -> Result:
    """[cell] * n: in TF1 one cell object n times, sharing its weights (which only runs where the sizes agree)."""
    if any(isinstance(item, values.Cell) for item in cells.items):
        raise Refuse(
            node,
            "shared-cell",
            "[cell] * n is one cell n times, with shared weights",
            "Create one cell for each layer: [make_cell() for _ in range(n)].",
        )
    return values.Tensors(), changed


def added(ev: Evaluator, node: cst.BinaryOperation, left: Value, right: Value) -> Result:
    """Lists of cells put together."""
    if isinstance(left, values.Sequence) and isinstance(right, values.Sequence):
        return values.Sequence(left.items + right.items, is_list=True), node
    raise Refuse(
        node, "cell-list", "lists of cells are put together in a way the source does not show", "Write one list."
    )


def wrapper_refused(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    raise Refuse(
        node,
        "unsupported-cell",
        f"tf.{name} has no counterpart among Keras's layers yet",
        "Keep this program on the runtime, or replace the cell.",
    )


def zero_state(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """cell.zero_state(batch_size, dtype)."""
    bound = arguments(node, ("batch_size", "dtype"), "zero_state")
    inner = Slot()
    from migrate.analysis.names import is_symbolic

    batch_size, _ = ev.evaluate(bound["batch_size"], scope, inner)
    assert isinstance(value, (values.Cell, values.Stack))
    if "dtype" in bound and ev.symbol_of(bound["dtype"], scope) not in ("float32", None):
        raise Refuse(node, "dtype", "only float32 states are migrated")
    dynamic = bool(inner.needs) or is_symbolic(batch_size)
    batch = bound["batch_size"] if dynamic else ev.creation(bound["batch_size"], scope, slot)
    return values.ZeroState(value, batch, dynamic), node


def step(ev: Evaluator, node: cst.Call, value: Value, scope: Scope, slot: Slot) -> Result:
    raise Refuse(
        node,
        "manual-loop",
        "a cell is called step by step in a loop of the program's own",
        "Use tf.nn.dynamic_rnn or tf.nn.static_rnn.",
    )


def state_tuple(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """LSTMStateTuple(c, h): the plain tuple (c, h)."""
    bound = arguments(node, ("c", "h"), "tf." + name)
    pairs = [ev.evaluate(bound[part], scope, slot) for part in ("c", "h")]
    codes = tuple(code for _, code in pairs)
    text = f"({code_of(codes[0])}, {code_of(codes[1])})"
    return values.Sequence(tuple(value for value, _ in pairs), codes), parse(text)


def layer_code(cell: values.Cell, sequences: bool, state: bool, masked: bool) -> cst.Call:
    """The Keras layer for one cell."""
    spec = cell.spec
    items = [("return_sequences", "True")] if sequences else []
    items += [("return_state", "True")] if state else []
    items += [("zero_output_for_mask", "True")] if masked and sequences else []
    args = [code_of(spec.units)] + [f"{name}={code_of(code)}" for name, code in spec.arguments]
    args += [f"{name}={value}" for name, value in items]
    node = parse(f"keras.layers.{LAYERS[spec.kind]}({', '.join(args)})")
    assert isinstance(node, cst.Call)
    return node


def cell_code(cell: values.Cell) -> str:
    """The Keras cell for one cell of a stack."""
    spec = cell.spec
    args = [code_of(spec.units)] + [f"{name}={code_of(code)}" for name, code in spec.arguments]
    return f"keras.layers.{LAYERS[spec.kind]}Cell({', '.join(args)})"
