"""What a conditional expression chooses: x if condition else y.

Most values of the graph have a text in the new program, which then chooses as the old one did. Some leave none: the
class of a cell, an initialiser, a training operation are known while the program is read and gone when it is written.
To take one of the two for both would be wrong, silently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.names import is_symbolic
from migrate.analysis.scope import Refuse, Scope
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.blocks import Walker

_PARTS = "a condition chooses between parts of the graph"
_ADVICE = "Choose one, or build each in its own branch by hand."
_ACTIVATIONS = {"relu", "relu6", "elu", "selu", "tanh", "sigmoid", "softmax", "softplus", "softsign", "leaky_relu"}


def chosen(node: cst.IfExp, value: Value) -> Value:
    """A value as one of two that differ.

    Raises Refuse where it leaves no text in the new program.
    """
    from migrate.analysis.assignments import GONE
    from migrate.analysis.variables import Placeholder

    if activation(value):
        return values.Python()  # a function like any other
    if isinstance(value, values.Operation) or trains(value):
        raise Refuse(node, "fetch-form", "a condition chooses what is run", "Write a run for each case.")
    parts = value.items if isinstance(value, values.Sequence) else (value,)
    if any(isinstance(part, (*GONE, Placeholder, values.Symbol)) for part in parts):
        raise Refuse(node, "conditional-creation", _PARTS, _ADVICE)
    return value


def chosen_name(walker: Walker, node: cst.CSTNode, name: str, value: Value, scope: Scope) -> Value:
    """The value of a name: what it stands for if the program binds it in several places, under conditions.

    Raises Refuse where it leaves no text in the new program, and is not what the name stands for anyway.
    """
    if walker.program.bindings[name] < 2:
        return value
    if activation(value):
        return values.Python()
    found = scope.find(name)
    if not walker.depth or found is None or found[0].value == value:
        return value
    if trains(value) or trains(found[0].value):
        raise Refuse(node, "fetch-form", "a condition chooses what is run", "Write a run for each case.")
    if leaves_nothing(value):
        raise Refuse(node, "conditional-creation", _PARTS, _ADVICE)
    return value


def one_of(node: cst.CSTNode, items: tuple[Value, ...]) -> Value:
    """What a loop over several values gives its target: a value that stands for each of them.

    Raises Refuse where they leave no text in the new program and differ.
    """
    inner = [part for item in items for part in (item.items if isinstance(item, values.Sequence) else (item,))]
    differ = any(item != items[0] for item in items)
    if differ and any(trains(part) or (leaves_nothing(part) and not activation(part)) for part in inner):
        raise Refuse(node, "tensor-in-python", "a loop runs over parts of the graph that differ", "Write it out.")
    if differ and any(activation(item) for item in items):
        return values.Python()
    return next((item for item in items if is_symbolic(item)), items[0])


def activation(value: Value) -> bool:
    """Whether it is one of the functions that programs choose as an activation: TF2 has them under the same names."""
    return isinstance(value, values.Symbol) and value.name.rsplit(".", 1)[-1] in _ACTIVATIONS


def leaves_nothing(value: Value) -> bool:
    """Whether it is known while the program is read, and gone when it is written."""
    from migrate.analysis.variables import Initializer

    return isinstance(value, (Initializer, values.Symbol, values.Cell, values.Stack, values.CellList, values.ZeroState))


def trains(value: Value) -> bool:
    """Whether it is a training operation, or a list, tuple or dict that holds one."""
    items: tuple[Value, ...] = ()
    if isinstance(value, values.Sequence):
        items = value.items
    elif isinstance(value, values.Mapping):
        items = tuple(item for _, item in value.items)
    return isinstance(value, values.TrainOp) or any(trains(item) for item in items)
