"""dynamic_rnn, static_rnn and their bidirectional forms: one Keras layer, created once, and a call of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import cells as cell_forms
from migrate.analysis import values
from migrate.analysis.finders import names_read
from migrate.analysis.program import OwnerRecord, Place
from migrate.analysis.scope import Refuse, Scope, Slot, arguments, assign, code_of, is_none, parse
from migrate.analysis.sharing import SharedLayer
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

PARAMETERS = {
    "nn.dynamic_rnn": (
        "cell",
        "inputs",
        "sequence_length",
        "initial_state",
        "dtype",
        "parallel_iterations",
        "swap_memory",
        "time_major",
        "scope",
    ),
    "nn.static_rnn": ("cell", "inputs", "initial_state", "dtype", "sequence_length", "scope"),
    "nn.bidirectional_dynamic_rnn": (
        "cell_fw",
        "cell_bw",
        "inputs",
        "sequence_length",
        "initial_state_fw",
        "initial_state_bw",
        "dtype",
        "parallel_iterations",
        "swap_memory",
        "time_major",
        "scope",
    ),
    "nn.static_bidirectional_rnn": (
        "cell_fw",
        "cell_bw",
        "inputs",
        "initial_state_fw",
        "initial_state_bw",
        "dtype",
        "sequence_length",
        "scope",
    ),
}
_SHORT = {"simple_rnn": "rnn", "lstm": "lstm", "gru": "gru"}


def layer_name(cell: values.Cell | values.Stack, kind: str) -> str:
    """What a person would call the layer made of this cell: lstm_cell -> lstm, enc_cell -> enc_lstm."""
    short = _SHORT[kind]
    parts = [part for part in (cell.name or "").split("_") if part]
    bare = [part for part in parts if not part.lower().startswith("cell")]
    numbers = [part[4:] for part in parts if part.lower().startswith("cell") and part[4:].isdigit()]
    if any(part.lower().startswith(("lstm", "gru", "rnn")) for part in bare):
        name = "_".join(bare)
    else:
        name = "_".join([*bare, short]) if bare and len(bare[0]) > 1 else short
    return name + "".join(numbers)


@dataclass
class RnnCall:
    """One loop call, ready to be assigned: `code` gives outputs, or outputs and states in Keras's order."""

    ev: Evaluator
    node: cst.Call
    name: str  # the TF1 function
    place: Place
    cell: values.Cell | values.Stack
    backward: values.Cell | values.Stack | None
    source: cst.BaseExpression  # the inputs [batch, time, features]
    mask: str | None
    initial: str | None
    static: bool
    layer: str = ""
    outputs_needed: bool = True
    state_needed: bool = True
    only_last: bool = False
    alone: bool = False  # the stack has one cell, or the source does not show how many
    transposed: bool = False  # the program wants its outputs [time, batch, units]
    scope: str = "rnn"  # the variable scope that TF1 opens for the loop

    @property
    def kind(self) -> str:
        return _one(self.cell).spec.kind

    @property
    def dropout(self) -> bool:
        """Whether a stack becomes a list of layers: with dropout between them, or where there may be only one.

        Keras's stack of one cell gives its state in another structure, and none of it with a mask.
        """
        if any(c.input_keep is not None or c.output_keep is not None for c in _cells(self.cell)):
            return True
        uneasy = self.mask is not None or self.state_needed or self.initial is not None
        return self.alone and uneasy and self.backward is None

    def decide(self) -> None:
        """What of the result is used, as the pass before this one has seen it."""
        program = self.ev.program
        if program.complete:
            outputs, last = program.used(self.place, "outputs"), program.used(self.place, "last")
            self.outputs_needed = outputs > 0 or self.backward is not None
            self.state_needed = program.used(self.place, "state") > 0
            self.only_last = 0 < outputs == last and self.mask is None and not self.transposed

    # ---- creation

    def create(self, slot: Slot, scope: str) -> None:
        """Create the Keras layer, or the list of layers of a stack with dropout between them; scope: TF1's name."""
        self.scope = scope
        self.decide()
        program = self.ev.program
        program.imports.add("keras")
        for cell in _cells(self.cell) + (_cells(self.backward) if self.backward else []):
            program.support.update(cell.spec.support)
        if self.backward is not None:
            self._create_bidirectional(slot)
            return
        if isinstance(self.cell, values.Cell):
            base, code = layer_name(self.cell, self.kind), code_of(self._single(self.cell))
            self.layer = self._add(slot, base, code, [(self.cell, "")])
            return
        if not self.dropout:
            owners = [(inner, f".cell.cells[{i}]") for i, inner in enumerate(self.cell.cells)] or [
                (_one(self.cell), ".cell.cells")
            ]
            self.layer = self._add(slot, layer_name(self.cell, self.kind), self._stacked(self.cell), owners)
        elif self.cell.repeated is not None:
            short = layer_name(values.Cell(self.cell.repeated.spec), self.kind)
            element = code_of(self._single(self.cell.repeated, sequences=True))
            owners = [(self.cell.repeated, "")]
            self.layer = self._add(slot, f"{short}_layers", _repeat(self.cell, element), owners)
        else:
            names = []
            for position, inner in enumerate(self.cell.cells):
                sequences = None if position + 1 == len(self.cell.cells) else True
                code = code_of(self._single(inner, sequences=sequences))
                names.append(self._add(slot, layer_name(inner, inner.spec.kind), code, [(inner, "")], f"/{position}"))
            self.layer = ",".join(names)

    def _add(
        self, slot: Slot, base: str, code: str, owners: list[tuple[values.Cell, str]], part: str = ""
    ) -> str:
        """Make a layer, or find the one whose variables the scope shares; its name.

        owners: the cells whose weights it holds, and what leads from the layer to each.
        """
        program = self.ev.program
        cells = "+".join(cell.spec.scope for cell, _ in owners)
        key = program.sharing.layer_key("rnn", f"{self.scope}/{cells}{part}")
        shared = program.sharing.shared_layer(self.node, key, code, any(cell.spec.reuse for cell, _ in owners))
        if shared is not None:
            slot.variables.update(shared.owners)
            slot.captures.add(shared.name)
            return shared.name
        line = program.line(self.node)
        for cell, _ in owners:
            for read in sorted(names_read(parse(cell_forms.cell_code(cell)))):
                if program.changes.between(read, cell.spec.line, line):
                    reason = f"{read} is used by a cell and changed before the loop that runs the cell"
                    raise Refuse(self.node, "rebound-name", reason, "Use another name for the later value.")
        name = program.fresh(base, f"{base}_layer")
        slot.creations.append(assign(name, parse(code)))
        made = []
        for cell, path in owners:
            record = OwnerRecord(
                name + path,
                cell.spec.kind,
                cell.spec.forget_bias,
                line=program.line(self.node),
                used=True,
                many=code.startswith("[") or path.endswith(".cells"),
            )
            made.append(program.own(record))
        slot.variables.update(made)
        program.sharing.layers[key] = SharedLayer(name, code, tuple(made))
        return name

    @property
    def _sequences(self) -> bool:
        return self.outputs_needed and not (self.only_last and self.backward is None)

    def _returns_state(self, cell: values.Cell) -> bool:
        if not self.state_needed:
            return False
        # the last output of these cells is their state
        short = cell.spec.kind in ("simple_rnn", "gru") and not self.outputs_needed and not self.initial
        return not (short and isinstance(self.cell, values.Cell) and self.backward is None)

    def _single(self, cell: values.Cell, sequences: bool | None = None) -> cst.Call:
        return cell_forms.layer_code(
            cell, self._sequences if sequences is None else sequences, self._returns_state(cell), self.mask is not None
        )

    def _stacked(self, stack: values.Stack) -> str:
        inner = (
            _repeat(stack, cell_forms.cell_code(_one(stack)))
            if stack.repeated is not None
            else ("[" + ", ".join(cell_forms.cell_code(c) for c in stack.cells) + "]")
        )
        options = ", return_sequences=True" if self._sequences else ""
        options += ", return_state=True" if self.state_needed else ""
        options += ", zero_output_for_mask=True" if self.mask is not None and self._sequences else ""
        return f"keras.layers.RNN({inner}{options})"

    def _create_bidirectional(self, slot: Slot) -> None:
        assert self.backward is not None
        sides_wrapped = [side for side in (self.cell, self.backward) if isinstance(side, values.Stack)]
        if any(side.input_keep is not None or side.output_keep is not None for side in sides_wrapped):
            raise Refuse(self.node, "cell-option", "a bidirectional stack has dropout around it")
        if self.dropout or any(c.input_keep is not None or c.output_keep is not None for c in _cells(self.backward)):
            if any(c.input_keep is not None for c in _cells(self.cell) + _cells(self.backward)):
                raise Refuse(self.node, "cell-option", "both directions drop their inputs with masks of their own")
            if isinstance(self.cell, values.Stack) or isinstance(self.backward, values.Stack):
                raise Refuse(self.node, "cell-option", "a bidirectional stack has dropout between its layers")
        if self.kind != _one(self.backward).spec.kind:
            raise Refuse(self.node, "cell-list", "the two directions have cells of different kinds")
        forward = self._layer_text(self.cell)
        backward = self._layer_text(self.backward)
        merge = '"concat"' if self.static else "None"
        other = "" if forward == backward else f", backward_layer={backward[:-1]}, go_backwards=True)"
        owners = []
        for side, cell in (("forward_layer", self.cell), ("backward_layer", self.backward)):
            if isinstance(cell, values.Cell):
                owners.append((cell, f".{side}"))
            elif cell.repeated is not None:
                owners.append((cell.repeated, f".{side}.cell.cells"))
            else:
                owners += [(c, f".{side}.cell.cells[{i}]") for i, c in enumerate(cell.cells)]
        made = f"keras.layers.Bidirectional({forward}{other}, merge_mode={merge})"
        self.layer = self._add(slot, "bi" + _SHORT[self.kind], made, owners)

    def _layer_text(self, cell: values.Cell | values.Stack) -> str:
        return code_of(self._single(cell)) if isinstance(cell, values.Cell) else self._stacked(cell)

    # ---- the call

    def keras_call(self, layer: str, source: str, initial: str | None = None) -> str:
        text = f"{layer}({source}"
        text += f", mask={self.mask}" if self.mask else ""
        initial = initial if initial is not None else self.initial
        return text + (f", initial_state={initial})" if initial else ")")


def _one(cell: values.Cell | values.Stack) -> values.Cell:
    return cell if isinstance(cell, values.Cell) else cell.one


def _cells(cell: values.Cell | values.Stack) -> list[values.Cell]:
    if isinstance(cell, values.Cell):
        return [cell]
    return list(cell.cells) if cell.cells else [cell.one]


def _repeat(stack: values.Stack, element: str) -> str:
    """[element for _ in ...] as the program repeats its cells."""
    if stack.repeat is not None:
        clause = code_of(stack.repeat.for_in).strip()  # type: ignore[attr-defined]
        return f"[{element} {clause}]"
    assert stack.count is not None
    return f"[{element} for _ in range({code_of(stack.count)})]"


def loop(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> tuple[Value, cst.BaseExpression]:
    """Handler of the four loop functions."""
    program = ev.program
    bound = arguments(node, PARAMETERS[name], "tf." + name)
    both = "bidirectional" in name
    within = "bidirectional_rnn" if both else "rnn"
    if not is_none(bound.get("scope")):
        within = ev.constant(bound["scope"], scope)
    static = "static" in name
    if "dtype" in bound and ev.symbol_of(bound["dtype"], scope) not in (None, "float32"):
        if ev.constant(bound["dtype"], scope) not in ("float32", "float", None):
            raise Refuse(node, "dtype", "only float32 loops are migrated")
    found = []
    for parameter in ("cell_fw", "cell_bw") if both else ("cell",):
        if parameter not in bound:
            raise Refuse(node, "unknown-argument", f"tf.{name} is called without {parameter}")
        value, _ = ev.evaluate(bound[parameter], scope, slot)
        if not isinstance(value, (values.Cell, values.Stack)):
            raise Refuse(
                node,
                "unknown-cell",
                "the loop runs something that is not a known cell",
                "Build the cell in the same file from the cells of TensorFlow.",
            )
        for inner in _cells(value):
            slot.needs |= inner.needs
            slot.captures |= inner.captures
        found.append(value)
        _once(ev, node, value)
    cell, backward = found[0], found[1] if both else None
    value, source = ev.evaluate(bound["inputs"], scope, slot)
    slot.graph = True
    if isinstance(value, (values.Tensors, values.Sequence)) and not isinstance(value, values.Tensor):
        if not static:
            raise Refuse(node, "loop-inputs", f"tf.{name} is given a list")
        unstacked = None
        if isinstance(value, values.Tensors) and value.place:
            program.next.uses[value.place, "loop"] += 1
            if program.used(value.place, "loop") == program.used(value.place, "list"):
                unstacked = value.batch_major
        source = unstacked if unstacked is not None else parse(f"tf.stack({code_of(source)}, axis=1)")
    elif static:
        raise Refuse(node, "loop-inputs", f"the inputs of tf.{name} are not a list the analysis can see")
    time_major = not is_none(bound.get("time_major")) and ev.constant(bound["time_major"], scope)
    if time_major not in (True, False):
        raise Refuse(node, "unknown-argument", "the source does not show whether the loop is time_major")
    lengths = bound.get("sequence_length")
    mask = None
    if not is_none(lengths):
        assert lengths is not None
        text = code_of(ev.evaluate(lengths, scope, slot)[1])
        if not isinstance(source, cst.Name) or time_major:
            ahead = program.fresh("sequence")
            slot.prelude.append(assign(ahead, parse(_transposed(source, bool(time_major)))))
            source = cst.Name(ahead)
        mask = f"tf.sequence_mask({text}, tf.shape({code_of(source)})[1])"
    elif time_major:
        source = parse(_transposed(source, True))
    elif isinstance(value, values.Tensor) and value.masked:
        source = parse(f"tf.identity({code_of(source)})")  # Keras would hand the mask on, TF1 did not
    call = RnnCall(
        ev, node, name, program.place(node), cell, backward, source, mask, None, static, transposed=bool(time_major)
    )
    states = [bound.get(p) for p in (("initial_state_fw", "initial_state_bw") if both else ("initial_state",))]
    for given in states:
        if given is None or is_none(given):
            continue
        state, code = ev.evaluate(given, scope, slot)
        if isinstance(state, values.ZeroState):
            continue
        if both:
            raise Refuse(node, "initial-state", "a bidirectional loop starts from given states")
        call.initial = initial_state(ev, node, cell, state, code)
    call.alone = isinstance(cell, values.Stack) and not _several(ev, cell, scope)
    if not isinstance(within, str):
        program.sharing.refuse_layers(node, f"tf.{name}")
    call.create(slot, str(within))
    return values.RnnResult(call), node


def _several(ev: Evaluator, stack: values.Stack, scope: Scope) -> bool:
    """Whether a stack is known to have more than one cell."""
    if stack.repeated is None:
        return len(stack.cells) > 1
    count = stack.count
    if stack.repeat is not None:
        source = stack.repeat.for_in.iter  # type: ignore[attr-defined]
        if isinstance(source, (cst.List, cst.Tuple)):
            return len(source.elements) > 1
        count = None
        if isinstance(source, cst.Call) and code_of(source.func) == "range" and len(source.args) == 1:
            count = source.args[0].value
    known = ev.constant(count, scope) if count is not None else None
    return isinstance(known, int) and known > 1


def _transposed(source: cst.BaseExpression, time_major: bool) -> str:
    text = code_of(source)
    return f"tf.transpose({text}, [1, 0, 2])" if time_major else text


def _once(ev: Evaluator, node: cst.Call, cell: values.Cell | values.Stack) -> None:
    """One cell object run by two loops shares its weights: not carried over yet."""
    used = ev.program.cells_used
    for inner in _cells(cell):
        if inner.origin is None:
            continue
        if inner.origin in used and used[inner.origin] != ev.program.place(node):
            raise Refuse(
                node,
                "shared-cell",
                "one cell is run by two loops and shares its weights",
                "Create one cell for each loop, if that is what is meant.",
            )
        if inner.origin in used and inner is not _one(cell):
            raise Refuse(node, "shared-cell", "one cell is run by two loops and shares its weights")
        used[inner.origin] = ev.program.place(node)


def initial_state(
    ev: Evaluator, node: cst.Call, cell: values.Cell | values.Stack, state: Value, code: cst.BaseExpression
) -> str:
    """The text of Keras's initial_state: for an LSTM [h, c], where TF1 has (c, h)."""
    text = code_of(code)
    lstm = _one(cell).spec.kind == "lstm"
    if isinstance(cell, values.Cell):
        if not lstm:
            return text
        if isinstance(state, values.Sequence) and len(state.items) == 2:
            if len(state.codes) == 2 and not isinstance(code, cst.Name):
                first, second = state.codes
                assert first is not None and second is not None
                return f"[{code_of(second)}, {code_of(first)}]"
            return f"[{text}[1], {text}[0]]"
        if isinstance(state, values.State) and isinstance(state.cell, values.Cell):
            return f"[{text}[1], {text}[0]]"
        raise Refuse(node, "initial-state", "the analysis cannot see the parts (c, h) of the initial state")
    if not isinstance(state, (values.State, values.Sequence, values.Tensors)):
        raise Refuse(node, "initial-state", "the analysis cannot see the parts of the initial state")
    if len({c.spec.kind == "lstm" for c in _cells(cell)}) > 1:
        raise Refuse(node, "initial-state", "a stack of different cells starts from a given state")
    return f"[[h, c] for c, h in {text}]" if lstm else f"list({text})"
