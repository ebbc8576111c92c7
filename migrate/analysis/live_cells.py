"""Cells as objects of the new program, where it chooses them when it runs, lists them, or steps them by hand.

Elsewhere a cell leaves no trace: the loop that runs it becomes one of Keras's own layers. Here each cell of TensorFlow
is a small Keras cell that is written out into the file, with TensorFlow's weights and its state (c, h), and the
program's own statements about cells stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.cells import PARAMETERS, activation, initializer, says_scope
from migrate.analysis.decoder_values import AttendingCell
from migrate.analysis.keep_probabilities import in_place, keep_probability, set_probabilities
from migrate.analysis.loops import PARAMETERS as LOOPS
from migrate.analysis.program import OwnerRecord
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, assign, call, code_of, is_none, keyword, parse
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]

# What only cells as objects can carry over: refused otherwise, then tried once more this way.
CODES = {
    "manual-loop",
    "conditional-creation",
    "creation-in-loop",
    "unknown-cell",
    "shared-cell",
    "cell-option",
    "cell-list",
    "decoder",
    "helper-returns",
    "unsupported-cell",
    "state-not-tuple",
    "reuse",
    "star-arguments",
}
# TF1 name -> (support class, its parameters, kind of state)
CLASSES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "nn.rnn_cell.BasicRNNCell": ("BasicRNNCell", PARAMETERS["BasicRNNCell"], "one"),
    "nn.rnn_cell.RNNCell": ("BasicRNNCell", PARAMETERS["BasicRNNCell"], "one"),
    "nn.rnn_cell.BasicLSTMCell": ("BasicLSTMCell", PARAMETERS["BasicLSTMCell"], "lstm"),
    "nn.rnn_cell.LSTMCell": ("LSTMCell", PARAMETERS["LSTMCell"], "lstm"),
    "nn.rnn_cell.GRUCell": ("GRUCell", PARAMETERS["GRUCell"], "one"),
    "contrib.rnn.GRUBlockCellV2": ("GRUCell", ("num_units", "cell_size", "reuse", "name"), "one"),
    "contrib.rnn.LSTMBlockCell": ("LSTMCell", PARAMETERS["LSTMBlockCell"], "lstm"),
    "contrib.rnn.NASCell": ("NASCell", ("num_units", "num_proj", "use_bias", "reuse"), "lstm"),
}
_DROPPED = {"reuse", "name", "dtype", "state_is_tuple", "input_size", "num_unit_shards", "num_proj_shards"}
_RENAMED = {"num_units": "units", "kernel_initializer": "initializer", "use_peephole": "use_peepholes"}
_ADVICE = "Keep this program on the runtime (tf1rnn run), or write the cell as a Keras cell by hand."


def class_of(ev: Evaluator, name: str) -> Result:
    """A cell class without a call: cell_fn = tf.nn.rnn_cell.GRUCell."""
    support, _, kind = CLASSES[name]
    ev.program.support.add(support)
    return values.LiveClass(kind), cst.Name(ev.program.support_name(support))


def create(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """A cell of TensorFlow: a cell of the same name in the new program."""
    if name == "nn.rnn_cell.RNNCell":
        raise Refuse(node, "unknown-cell", "tf.nn.rnn_cell.RNNCell is abstract", _ADVICE)
    support, parameters, kind = CLASSES[name]
    bound = arguments(node, parameters, "tf." + name)
    _check(ev, node, bound, scope)
    args: list[cst.BaseExpression] = []
    options: list[tuple[str, cst.BaseExpression]] = []
    for parameter, given in bound.items():
        if parameter in _DROPPED:
            continue
        if parameter == "activation":
            made = activation(ev, given, scope, slot, "tanh")
            if made is not None and isinstance(made, cst.SimpleString):
                made = parse("keras.activations." + str(made.evaluated_value))
            if made is not None:
                options.append(("activation", made))
        elif parameter in ("initializer", "kernel_initializer", "bias_initializer"):
            kernel = initializer(ev, given, scope, slot)
            if kernel is not None:
                options.append((_RENAMED.get(parameter, parameter), kernel))
        elif parameter in ("num_units", "cell_size"):
            args.append(in_place(ev, given, scope, slot))
        else:
            options.append((_RENAMED.get(parameter, parameter), in_place(ev, given, scope, slot)))
    if ev.initializers[-1] is not None and "initializer" not in dict(options):
        options.append(("initializer", ev.initializers[-1]))
    ev.program.support.add(support)
    ev.program.imports.add("keras")
    made = call(ev.program.support_name(support), args, options)
    return _packed(ev, node, bound, scope, values.LiveCell(kind), made)


def _check(ev: Evaluator, node: cst.Call, bound: dict[str, cst.BaseExpression], scope: Scope) -> None:
    if "reuse" in bound and not is_none(bound["reuse"]):
        reuse = ev.constant(bound["reuse"], scope)
        if reuse is not False and (not says_scope(ev, bound["reuse"], scope) or ev.program.sharing.reuse[-1]):
            raise Refuse(node, "reuse", "the cell reuses the variables of another one", "Create one cell.")
    if "dtype" in bound and ev.symbol_of(bound["dtype"], scope) not in (None, "float32"):
        raise Refuse(node, "dtype", "only float32 cells are migrated")


def _packed(
    ev: Evaluator,
    node: cst.Call,
    bound: Mapping[str, cst.BaseExpression],
    scope: Scope,
    cell: values.LiveCell,
    code: cst.BaseExpression,
) -> Result:
    """The cell, with the parts of its state in one tensor for state_is_tuple=False."""
    if "state_is_tuple" not in bound:
        return cell, code
    tuples = ev.constant(bound["state_is_tuple"], scope)
    if tuples not in (True, False):
        raise Refuse(
            node,
            "state-not-tuple",
            "whether the state is a tuple is decided when the program runs",
            "Write state_is_tuple=True or leave it out.",
        )
    if tuples:
        return cell, code
    ev.program.support.add("PackedState")
    return values.LiveCell("one"), call(ev.program.support_name("PackedState"), [code])


def made_by_class(ev: Evaluator, node: cst.Call, value: values.LiveClass, scope: Scope, slot: Slot) -> Result:
    """cell_fn(size): a cell of a class that is chosen when the program runs."""
    args, given = [], dict[str, cst.BaseExpression]()
    for arg in node.args:
        name = arg.keyword.value if arg.keyword is not None else ""
        if arg.star:
            raise Refuse(node, "star-arguments", "a cell is made with star arguments", "Write the arguments out.")
        if name == "state_is_tuple":
            given[name] = arg.value
        if name in _DROPPED:
            continue
        code = in_place(ev, arg.value, scope, slot)
        new = cst.Name(_RENAMED.get(name, name)) if name else None
        args.append(arg.with_changes(value=code, keyword=new))
    if ev.initializers[-1] is not None:
        args.append(keyword("initializer", ev.initializers[-1]))
    args = [arg.with_changes(comma=cst.MaybeSentinel.DEFAULT) for arg in args]
    if not isinstance(node.func, cst.Name):
        raise Refuse(node, "unknown-cell", "the class of a cell is an expression", "Give the class a name first.")
    slot.captures.add(node.func.value)
    kind = value.kind if ev.program.bindings[node.func.value] == 1 else ""
    return _packed(ev, node, given, scope, values.LiveCell(kind), node.with_changes(args=args))


def dropout_wrapper(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """DropoutWrapper(cell, keep)."""
    names = ("cell", "input_keep_prob", "output_keep_prob", "state_keep_prob", "variational_recurrent")
    bound = arguments(node, (*names, "input_size", "dtype", "seed", "dropout_state_filter_visitor"), "tf." + name)
    value, code = ev.evaluate(bound["cell"], scope, slot)
    if not isinstance(value, values.LiveCell):
        raise Refuse(node, "unknown-cell", "DropoutWrapper wraps something that is not a known cell", _ADVICE)
    for parameter in names[3:]:
        if parameter in bound and ev.constant(bound[parameter], scope) not in (1.0, 1, False, None):
            raise Refuse(node, "cell-option", f"DropoutWrapper({parameter}=...) has no counterpart in a Keras layer")
    if ev.program.model in ev.program.facts.sharing_models:
        ev.program.sharing.own_dropout.add(ev.program.model)
        ev.program.support.add("with_weights_of")
    options = [(p, keep_probability(ev, bound[p], scope, slot)) for p in names[1:3] if p in bound]
    ev.program.support.add("DropoutWrapper")
    return value, call(ev.program.support_name("DropoutWrapper"), [code], options)


def multi(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """MultiRNNCell(cells). Keras's StackedRNNCells gives a state of another structure where there is one cell."""
    bound = arguments(node, ("cells", "state_is_tuple"), "tf." + name)
    code = ev.creation(bound["cells"], scope, slot)
    ev.program.support.add("MultiRNNCell")
    made = call(ev.program.support_name("MultiRNNCell"), [code])
    return _packed(ev, node, bound, scope, values.LiveCell("stack"), made)


def zero_state(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """cell.zero_state(batch_size, dtype)."""
    assert isinstance(value, values.LiveCell)
    bound = arguments(node, ("batch_size", "dtype"), "zero_state")
    _, batch = ev.evaluate(bound["batch_size"], scope, slot)
    text = f"{code_of(code)}.get_initial_state(batch_size={code_of(batch)})"
    text += "[0]" if value.kind == "one" else ""
    slot.graph = True
    place = ev.program.place(node)
    return values.State(value, zero=place), parse(text)


def own(ev: Evaluator, node: cst.CSTNode, code: cst.BaseExpression, slot: Slot) -> None:
    """The weights of a cell or layer: TF1 makes them when it is first called."""
    text = code_of(code)
    program = ev.program
    known = program.live_owners.get(text)
    if known is None:
        record = OwnerRecord(text, "layer", line=program.line(node), used=True)
        known = program.live_owners[text] = program.own(record)
    slot.variables.add(known)


def step(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """output, state = cell(inputs, state)."""
    assert isinstance(value, values.LiveCell)
    bound = arguments(node, ("inputs", "state", "scope"), "a cell")
    if "inputs" not in bound or "state" not in bound:
        raise Refuse(node, "unknown-argument", "a cell is called without inputs and state")
    args = [ev.evaluate(bound[name], scope, slot)[1] for name in ("inputs", "state")]
    slot.graph = True
    set_probabilities(ev, slot)
    own(ev, node, code, slot)
    made = cst.Call(code, [cst.Arg(args[0], comma=_COMMA), cst.Arg(args[1])])
    return values.Sequence((values.Tensor(), values.State(value)), ()), made


_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def loop(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """dynamic_rnn and static_rnn: keras.layers.RNN around the cell."""
    program = ev.program
    bound = arguments(node, LOOPS[name], "tf." + name)
    value, cell = ev.evaluate(bound["cell"], scope, slot)
    if isinstance(value, AttendingCell) and name == "nn.dynamic_rnn":
        from migrate.analysis.decoders import attending_loop

        return attending_loop(ev, node, bound, value, cell, scope, slot)
    if not isinstance(value, values.LiveCell):
        raise Refuse(node, "unknown-cell", "the loop runs something that is not a known cell", _ADVICE)
    program.sharing.refuse_layers(node, f"tf.{name}")
    if not is_none(bound.get("time_major")) and ev.constant(bound["time_major"], scope) is not False:
        raise Refuse(node, "loop-inputs", "a loop over cells of this kind is time_major", "Transpose before and after.")
    held, source = ev.evaluate(bound["inputs"], scope, slot)
    slot.graph = True
    set_probabilities(ev, slot)
    static = "static" in name
    if static != isinstance(held, (values.Tensors, values.Sequence)):
        raise Refuse(node, "loop-inputs", f"the inputs of tf.{name} are not what the analysis can see")
    if static:
        source = parse(f"tf.stack({code_of(source)}, axis=1)")
    elif isinstance(held, values.Tensor) and held.masked:
        source = parse(f"tf.identity({code_of(source)})")  # Keras would hand the mask on, TF1 did not
    options = []
    lengths = bound.get("sequence_length")
    if not is_none(lengths):
        assert lengths is not None
        if not isinstance(source, cst.Name):
            ahead = program.fresh("sequence")
            slot.prelude.append(assign(ahead, source))
            source = cst.Name(ahead)
        text = code_of(ev.evaluate(lengths, scope, slot)[1])
        options.append(("mask", parse(f"tf.sequence_mask({text}, tf.shape({code_of(source)})[1])")))
    state = bound.get("initial_state")
    if not is_none(state):
        assert state is not None
        options.append(("initial_state", ev.evaluate(state, scope, slot)[1]))
    layer = program.fresh("rnn")
    masked = [("zero_output_for_mask", cst.Name("True"))] if not is_none(lengths) else []
    made = call(
        "keras.layers.RNN",
        [ev.creation(bound["cell"], scope, slot)],
        [("return_sequences", cst.Name("True")), ("return_state", cst.Name("True")), *masked],
    )
    program.imports.add("keras")
    slot.creations.append(assign(layer, made))
    own(ev, node, cst.Name(layer), slot)
    result = values.LiveResult(call(layer, [source], options), value, static, masked=not is_none(lengths))
    del cell
    return result, node


def rnn_decoder(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.contrib.legacy_seq2seq.rnn_decoder: the cell over a list of inputs, or over what its outputs lead to."""
    bound = arguments(node, ("decoder_inputs", "initial_state", "cell", "loop_function", "scope"), "tf." + name)
    value, cell = ev.evaluate(bound["cell"], scope, slot)
    if not isinstance(value, values.LiveCell):
        raise Refuse(node, "unknown-cell", "the decoder runs something that is not a known cell", _ADVICE)
    args = [ev.evaluate(bound[p], scope, slot)[1] for p in ("decoder_inputs", "initial_state")]
    options = []
    function = bound.get("loop_function")
    if not is_none(function):
        assert function is not None
        options.append(("loop_function", ev.evaluate(function, scope, slot)[1]))
    slot.graph = True
    set_probabilities(ev, slot)
    own(ev, node, cell, slot)
    ev.program.support.add("rnn_decoder")
    code = call(ev.program.support_name("rnn_decoder"), [*args, cell], options)
    return values.Sequence((values.Tensors(), values.State(value)), ()), code


def assigned(
    ev: Evaluator, node: cst.CSTNode, result: values.LiveResult, target: cst.BaseExpression
) -> tuple[list[cst.BaseStatement], list[tuple[cst.BaseExpression, Value]]]:
    """The statements for `outputs, state = loop`, and what its names are bound to."""
    elements = target.elements if isinstance(target, cst.Tuple) else []
    if len(elements) != 2 or not all(isinstance(element.value, cst.Name) for element in elements):
        raise Refuse(node, "loop-result", "the result of the loop is not assigned to a pair", "Write: outputs, state =")
    outputs, state = elements[0].value, elements[1].value
    text, name = code_of(outputs), code_of(state)
    lines = [f"{text}, {'' if result.cell.kind == 'one' else '*'}{name} = {code_of(result.code)}\n"]
    if result.static:
        lines.append(f"{text} = tf.unstack({text}, axis=1)\n")
    bound: list[tuple[cst.BaseExpression, Value]] = [
        (outputs, values.Tensors() if result.static else values.Tensor(masked=result.masked)),
        (state, values.Tensor() if result.cell.kind == "one" else values.State(result.cell)),
    ]
    return [cst.parse_statement(line) for line in lines], bound
