"""Assigning what a loop returns: Keras's order of outputs and states back into TF1's names.

Keras gives (outputs, h, c); TF1 gave (outputs, (c, h)). Where a program uses the state as a whole it stays the
tuple (c, h), so that what is indexed, fetched or fed back later means the same.
"""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from migrate.analysis import values
from migrate.analysis.loops import RnnCall, _cells, _one
from migrate.analysis.scope import Refuse, code_of, names_in, parse
from migrate.analysis.values import Value

Bind = Callable[[cst.BaseExpression, Value], None]


def statement(text: str) -> cst.BaseStatement:
    return cst.parse_statement(text)


def assign_result(call: RnnCall, target: cst.BaseExpression, bind: Bind) -> list[cst.BaseStatement]:
    """The statements for `target = tf.nn.dynamic_rnn(...)`; binds the target's names."""
    parts = list(target.elements) if isinstance(target, (cst.Tuple, cst.List)) else []
    if call.backward is not None and call.static:
        if len(parts) != 3:
            raise Refuse(call.node, "loop-result", "the three results of the loop are not assigned to three names")
        return _bidirectional_static(call, [part.value for part in parts], bind)
    if len(parts) != 2:
        raise Refuse(
            call.node, "loop-result", "the result of the loop is not assigned to a pair", "Write: outputs, state = ..."
        )
    outputs, state = parts[0].value, parts[1].value
    if call.backward is not None:
        return _bidirectional(call, outputs, state, bind)
    if isinstance(call.cell, values.Stack):
        return _stack(call, outputs, state, bind)
    return _single(call, outputs, state, bind)


def _outputs_value(call: RnnCall) -> Value:
    if call.static:
        return values.Tensors(outputs_of=call.place, only_last=call.only_last)
    masked = call.mask is not None and not _dropped(call) and not call.transposed
    cells = call.cell.cells if isinstance(call.cell, values.Stack) and call.cell.cells else (_one(call.cell),)
    sizes = (None, None, cells[-1].spec.units)
    return values.Tensor(masked=masked, outputs_of=call.place, only_last=call.only_last, sizes=sizes)


def _listed(call: RnnCall) -> bool:
    """Whether the outputs are a list of steps."""
    return call.static and not call.only_last


def _dropped(call: RnnCall) -> bool:
    return any(cell.output_keep is not None for cell in (call.cell, *_cells(call.cell)))


def _bind_outputs(call: RnnCall, target: cst.BaseExpression, bind: Bind) -> str:
    if not isinstance(target, cst.Name):
        raise Refuse(call.node, "loop-result", "the outputs of the loop are taken apart where they are assigned")
    bind(target, _outputs_value(call))
    return target.value if call.outputs_needed else "_"


def _after(call: RnnCall, outputs: str) -> list[cst.BaseStatement]:
    """Dropout on the outputs, their order in time, and the list that a static loop gives."""
    if outputs == "_":
        return []
    lines = []
    keep = call.cell.output_keep
    if keep is not None:
        lines.append(f"{outputs} = {dropout(outputs, keep)}")
    if call.transposed:
        lines.append(f"{outputs} = tf.transpose({outputs}, [1, 0, 2])")
    if _listed(call):
        lines.append(f"{outputs} = tf.unstack({outputs}, axis=1)")
    return [statement(line) for line in lines]


def dropout(text: str, keep: cst.BaseExpression) -> str:
    code = code_of(keep)
    if isinstance(keep, (cst.Float, cst.Integer)):
        return f"tf.nn.dropout({text}, rate={round(1 - keep.evaluated_value, 12)})"
    return f"tf.nn.dropout({text}, rate=1 - {code if _atomic(keep) else f'({code})'})"


def _atomic(node: cst.BaseExpression) -> bool:
    return isinstance(node, (cst.Name, cst.Attribute, cst.Call, cst.Subscript))


def _dropped_source(cell: values.Cell | values.Stack, text: str) -> str:
    return text if cell.input_keep is None else dropout(text, cell.input_keep)


def _lstm_state(call: RnnCall, state: cst.BaseExpression, bind: Bind) -> tuple[str, str, list[cst.BaseStatement]]:
    """Names for h and c, and the statement that makes the pair where it is used as a whole."""
    value = values.State(call.cell, call.place)
    if isinstance(state, cst.Tuple):
        names = names_in(state)
        if len(names) != 2:
            raise Refuse(call.node, "loop-result", "the state of an LSTM is the pair (c, h)")
        for element in state.elements:
            bind(element.value, values.Tensor())
        return names[1], names[0], []
    name = names_in(state)[0]
    bind(state, value)
    h, c = (
        call.ev.program.fresh(f"{name.strip('_') or 'state'}_h"),
        call.ev.program.fresh(f"{name.strip('_') or 'state'}_c"),
    )
    return h, c, [statement(f"{name} = ({c}, {h})")]


def _single(
    call: RnnCall, outputs: cst.BaseExpression, state: cst.BaseExpression, bind: Bind
) -> list[cst.BaseStatement]:
    cell = _one(call.cell)
    target = _bind_outputs(call, outputs, bind)
    code = call.keras_call(call.layer, _dropped_source(cell, code_of(call.source)))
    if isinstance(state, cst.Tuple):
        call.ev.program.next.uses[call.place, "state"] += 1
    if cell.spec.kind == "lstm":
        if not call.state_needed:
            _bind_unused(call, state, bind)
            return [statement(f"{target} = {code}"), *_after(call, target)]
        h, c, pair = _lstm_state(call, state, bind)
        return [statement(f"{target}, {h}, {c} = {code}"), *pair, *_after(call, target)]
    if not isinstance(state, cst.Name):
        raise Refuse(call.node, "loop-result", "the state of this cell is one tensor, not a pair")
    bind(state, values.State(call.cell, call.place))
    if not call.state_needed:
        return [statement(f"{target} = {code}"), *_after(call, target)]
    if not call._returns_state(cell):
        return [statement(f"{state.value} = {code}")]
    return [statement(f"{target}, {state.value} = {code}"), *_after(call, target)]


def _bind_unused(call: RnnCall, state: cst.BaseExpression, bind: Bind) -> None:
    if isinstance(state, cst.Tuple):
        for element in state.elements:
            bind(element.value, values.Tensor())
    else:
        bind(state, values.State(call.cell, call.place))


def _stack(
    call: RnnCall, outputs: cst.BaseExpression, state: cst.BaseExpression, bind: Bind
) -> list[cst.BaseStatement]:
    stack = call.cell
    assert isinstance(stack, values.Stack)
    target = _bind_outputs(call, outputs, bind)
    name = "state"
    unpack: list[cst.BaseStatement] = []
    if isinstance(state, cst.Name):
        bind(state, values.State(stack, call.place))
        name = state.value
    elif isinstance(state, cst.Tuple) and stack.cells and len(state.elements) == len(stack.cells):
        call.ev.program.next.uses[call.place, "state"] += 1
        for element, cell in zip(state.elements, stack.cells, strict=True):
            bind(element.value, values.State(cell, call.place) if cell.spec.kind == "lstm" else values.Tensor())
        name = call.ev.program.fresh("states")
        unpack = [statement(f"{code_of(state).strip('()')} = {name}")]
    else:
        raise Refuse(call.node, "loop-result", "the state of a stack is taken apart where it is assigned")
    if not call.dropout:
        source = _dropped_source(stack, code_of(call.source))
        if not call.state_needed:
            return [statement(f"{target} = {call.keras_call(call.layer, source)}"), *_after(call, target)]
        lines = [statement(f"{target}, *{name} = {call.keras_call(call.layer, source)}")]
        kinds = {cell.spec.kind == "lstm" for cell in _cells(stack)}
        if kinds == {True}:
            lines.append(statement(f"{name} = tuple((c, h) for h, c in {name})"))
        elif kinds == {False}:
            lines.append(statement(f"{name} = tuple(tf.nest.flatten({name}))"))  # Keras: a list of one for each cell
        else:
            raise Refuse(call.node, "mixed-stack", "the state of a stack of different cells is used")
        return [*lines, *unpack, *_after(call, target)]
    if call.state_needed or call.initial:
        return [*_stack_states(call, target, name), *unpack, *_after(call, target)]
    return [*_stack_outputs(call, target), *_after(call, target)]


def _stack_outputs(call: RnnCall, target: str) -> list[cst.BaseStatement]:
    """A stack with dropout between its layers, one statement a layer."""
    stack = call.cell
    assert isinstance(stack, values.Stack)
    current, result = _dropped_source(stack, code_of(call.source)), target if target != "_" else "outputs"
    lines = []
    if stack.repeated is not None:
        cell = stack.repeated
        if current != result:
            lines.append(f"{result} = {current}")
        body = f"    {result} = {call.keras_call('layer', _dropped_source(cell, result))}\n"
        if cell.output_keep is not None:
            body += f"    {result} = {dropout(result, cell.output_keep)}\n"
        lines.append(f"for layer in {call.layer}:\n{body}")
    else:
        for layer, cell in zip(call.layer.split(","), stack.cells, strict=True):
            lines.append(f"{result} = {call.keras_call(layer, _dropped_source(cell, current))}")
            if cell.output_keep is not None:
                lines.append(f"{result} = {dropout(result, cell.output_keep)}")
            current = result
    if stack.repeated is not None and call.only_last:
        lines.append(f"{result} = {result}[:, -1]")
    return [statement(line) for line in lines]


def _stack_states(call: RnnCall, target: str, name: str) -> list[cst.BaseStatement]:
    """The same, keeping every layer's state in TF1's form."""
    stack = call.cell
    assert isinstance(stack, values.Stack)
    current, result = _dropped_source(stack, code_of(call.source)), target if target != "_" else "outputs"
    lines = []
    given = call.initial
    lstm = _one(stack).spec.kind == "lstm"
    if len({cell.spec.kind == "lstm" for cell in _cells(stack)}) > 1:
        raise Refuse(call.node, "mixed-stack", "the state of a stack of different cells is used")
    if stack.repeated is not None:
        cell = stack.repeated
        head = (
            f"for layer, initial_state in zip({call.layer}, {given}):\n" if given else f"for layer in {call.layer}:\n"
        )
        code = call.keras_call("layer", _dropped_source(cell, result), "initial_state" if given else "")
        if not call.state_needed:
            body = f"    {result} = {code}\n"
        elif lstm:
            body = f"    {result}, h, c = {code}\n    {name} += ((c, h),)\n"
        else:
            body = f"    {result}, state = {code}\n    {name} += (state,)\n"
        if cell.output_keep is not None:
            body += f"    {result} = {dropout(result, cell.output_keep)}\n"
        if current != result:
            lines.append(f"{result} = {current}")
        if call.state_needed:
            lines.append(f"{name} = ()")
        lines.append(head + body)
        if call.only_last:
            lines.append(f"{result} = {result}[:, -1]")
        return [statement(line) for line in lines]
    parts = []
    initial_names: list[str] = []
    if given:
        initial_names = [call.ev.program.fresh(f"initial_{i + 1}") for i in range(len(stack.cells))]
        lines.append(f"{', '.join(initial_names)} = {given}")
    for i, (layer, cell) in enumerate(zip(call.layer.split(","), stack.cells, strict=True)):
        code = call.keras_call(layer, _dropped_source(cell, current), initial_names[i] if given else "")
        if not call.state_needed:
            lines.append(f"{result} = {code}")
        elif lstm:
            lines.append(f"{result}, {layer}_h, {layer}_c = {code}")
            parts.append(f"({layer}_c, {layer}_h)")
        else:
            lines.append(f"{result}, {layer}_state = {code}")
            parts.append(f"{layer}_state")
        if cell.output_keep is not None:
            lines.append(f"{result} = {dropout(result, cell.output_keep)}")
        current = result
    if call.state_needed:
        lines.append(f"{name} = ({', '.join(parts)})")
    return [statement(line) for line in lines]


def _bidirectional(
    call: RnnCall, outputs: cst.BaseExpression, state: cst.BaseExpression, bind: Bind
) -> list[cst.BaseStatement]:
    code = call.keras_call(call.layer, code_of(call.source))
    masked = values.Tensor(masked=call.mask is not None and not call.transposed)
    after: list[str] = []
    if isinstance(outputs, cst.Tuple):
        names = names_in(outputs)
        for element in outputs.elements:
            bind(element.value, masked)
        left = ", ".join(names)
        sides = names
    else:
        assert isinstance(outputs, cst.Name)
        bind(outputs, values.Sequence((masked, masked)))
        left, sides = (f"*{outputs.value}" if call.state_needed else outputs.value), []
    assert call.backward is not None
    for position, cell in enumerate((call.cell, call.backward)):
        keep = _cells(cell)[-1].output_keep
        for form in (
            lambda text, keep=keep: dropout(text, keep) if keep is not None else None,
            lambda text: f"tf.transpose({text}, [1, 0, 2])" if call.transposed else None,
        ):
            name = sides[position] if sides else None
            if name and (changed := form(name)):
                after.append(f"{name} = {changed}")
            elif not name and position == 0 and (changed := form("output")):
                after.append(f"{code_of(outputs)} = [{changed} for output in {code_of(outputs)}]")
    tail = [statement(line) for line in after]
    if isinstance(state, cst.Tuple):
        call.ev.program.next.uses[call.place, "state"] += 1
    forward = values.State(call.cell, call.place)
    backward = values.State(call.backward, call.place)
    if isinstance(state, cst.Name):
        bind(state, values.Sequence((forward, backward)))
    elif isinstance(state, cst.Tuple) and len(state.elements) == 2:
        for element, value in zip(state.elements, (forward, backward), strict=True):
            if isinstance(element.value, cst.Tuple):
                for inner in element.value.elements:
                    bind(inner.value, values.Tensor())
            else:
                bind(element.value, value)
    if not call.state_needed:
        return [statement(f"{left} = {code}"), *tail]
    if isinstance(call.cell, values.Stack) and call.ev.program.complete:
        raise Refuse(call.node, "mixed-stack", "the states of a bidirectional stack are used")
    return [*_both_states(call, left, state, code), *tail]


def _both_states(call: RnnCall, left: str, state: cst.BaseExpression, code: str) -> list[cst.BaseStatement]:
    lstm = call.kind == "lstm"
    fresh = call.ev.program.fresh
    pairs: list[tuple[str, str]] = []
    after: list[str] = []
    if isinstance(state, cst.Name):
        base = state.value.strip("_") or "state"
        names = [f"{base}_fw", f"{base}_bw"]
    else:
        assert isinstance(state, cst.Tuple)
        names = [e.value.value if isinstance(e.value, cst.Name) else "" for e in state.elements]
    if not lstm:
        singles = [fresh(name) for name in names] if isinstance(state, cst.Name) else names
        if isinstance(state, cst.Name):
            after.append(f"{state.value} = ({singles[0]}, {singles[1]})")
        return [statement(line) for line in [f"{left}, {', '.join(singles)} = {code}", *after]]
    for position, name in enumerate(names):
        if not name:
            assert isinstance(state, cst.Tuple)
            c, h = names_in(state.elements[position].value)
            pairs.append((h, c))
            continue
        h, c = fresh(f"{name}_h"), fresh(f"{name}_c")
        pairs.append((h, c))
        if not isinstance(state, cst.Name):
            after.append(f"{name} = ({c}, {h})")
    if isinstance(state, cst.Name):
        after.append(f"{state.value} = (({pairs[0][1]}, {pairs[0][0]}), ({pairs[1][1]}, {pairs[1][0]}))")
    flat = ", ".join(f"{h}, {c}" for h, c in pairs)
    return [statement(line) for line in [f"{left}, {flat} = {code}", *after]]


def _bidirectional_static(call: RnnCall, targets: list[cst.BaseExpression], bind: Bind) -> list[cst.BaseStatement]:
    code = call.keras_call(call.layer, code_of(call.source))
    assert call.backward is not None
    name = names_in(targets[0])[0]
    bind(targets[0], values.Tensors(outputs_of=call.place, only_last=call.only_last))
    for target, cell in zip(targets[1:], (call.cell, call.backward), strict=True):
        bind(target, values.State(cell, call.place))
    keeps = [_cells(cell)[-1].output_keep for cell in (call.cell, call.backward)]
    if len({code_of(keep) if keep is not None else "" for keep in keeps}) > 1:
        raise Refuse(call.node, "cell-option", "the outputs of the two directions are dropped differently")

    def tail(text: str) -> str:
        dropped = text if keeps[0] is None else dropout(text, keeps[0])
        return f"{name} = {dropped}[:, -1]" if call.only_last else f"{name} = tf.unstack({dropped}, axis=1)"

    if not call.state_needed:
        return [statement(tail(code))]
    state = cst.Tuple([cst.Element(target) for target in targets[1:]])
    return [*_both_states(call, name, state, code), statement(tail(name))]


def part(call: RnnCall, index: object, mark: Callable[[], None]) -> tuple[Value, cst.BaseExpression]:
    """tf.nn.dynamic_rnn(...)[0] and [1] without a name in between."""
    if index == 0 and call.backward is None and not (isinstance(call.cell, values.Stack) and call.dropout):
        call.ev.program.next.uses[call.place, "outputs"] += 1
        if call.state_needed and call.ev.program.complete:
            raise Refuse(call.node, "loop-result", "the loop's result is used without a name for its parts")
        source = _dropped_source(_cells(call.cell)[0], code_of(call.source))
        text = call.keras_call(call.layer, source)
        keep = _cells(call.cell)[-1].output_keep
        text = text if keep is None else dropout(text, keep)
        text = f"tf.transpose({text}, [1, 0, 2])" if call.transposed else text
        return _outputs_value(call), parse(f"tf.unstack({text}, axis=1)" if _listed(call) else text)
    raise Refuse(
        call.node,
        "loop-result",
        "the loop's result is used without a name for its parts",
        "Write: outputs, state = ...",
    )
