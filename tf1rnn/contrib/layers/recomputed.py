"""`tf.contrib.layers`: functions whose values are computed again for the gradients instead of being kept.

rev_block (Gomez et al. 2017), whose inputs are computed from its outputs:

    y1 = x1 + f(x2)        y2 = x2 + g(y1)        x2 = y2 - g(y1)        x1 = y1 - f(x2)
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import arg_scope, current_arg_scope

Function = Callable[..., Any]


def _check_closed(function: Function, decorator: str) -> None:
    """Raises ValueError if the function holds tensors or variables, which would get no gradients."""
    if not (inspect.isfunction(function) or inspect.ismethod(function)):
        return
    for name, value in inspect.getclosurevars(function).nonlocals.items():
        held = value if isinstance(value, (list, tuple)) else [value]
        for each in held:
            if isinstance(each, (v1.Tensor, v1.Variable)):
                raise ValueError(
                    f"fn decorated with {decorator} closes over {each.name} (local variable name: {name}). Make it an "
                    "input to fn, else no gradients are computed for it."
                )


def recompute_grad(fn: Function, use_data_dep: Any = None, tupleize_grads: bool = False) -> Function:
    """The function, whose values are computed a second time when gradients are.

    Args:
        fn: function of tensors that returns a tensor or a tuple of them; its variables have to be resource
            variables. It is told `is_recomputing` if it has this argument.
        use_data_dep, tupleize_grads: how TensorFlow 1.15 orders the second computation; of no effect on values.

    Raises ValueError if `fn` holds tensors or variables, TypeError if a variable is no resource variable.
    """
    del use_data_dep, tupleize_grads
    told = "is_recomputing" in inspect.signature(fn).parameters

    @functools.wraps(fn)
    def wrapped(*args: Any) -> Any:
        _check_closed(fn, "@recompute_grad")
        variables_scope, arguments = v1.get_variable_scope(), current_arg_scope()

        def computed(inputs: Any, again: bool) -> Any:
            return fn(*inputs, is_recomputing=again) if told else fn(*inputs)

        @v1.custom_gradient
        def once(*inputs: Any) -> Any:
            outputs = computed(inputs, False)

            def gradient(*upstream: Any, variables: Any = None) -> Any:
                known = list(variables or [])
                with v1.control_dependencies(list(upstream)):
                    copies = [v1.identity(x) for x in inputs]
                with v1.variable_scope(variables_scope, reuse=True), arg_scope(arguments):
                    outputs_again = computed(copies, True)
                gradients = v1.gradients(outputs_again, [*copies, *known], list(upstream))
                own, others = gradients[: len(copies)], gradients[len(copies) :]
                return (own, others) if variables is not None else own

            return outputs, gradient

        return once(*[v1.convert_to_tensor(x) for x in args])

    return wrapped


def rev_block(
    x1: Any,
    x2: Any,
    f: Any,
    g: Any,
    num_layers: int = 1,
    f_side_input: list[Any] | None = None,
    g_side_input: list[Any] | None = None,
    is_training: bool = True,
) -> tuple[Any, Any]:
    """Reversible residual layers; see the equations above. Scopes revblock/revlayer_<i>/f and .../g.

    Args:
        x1, x2: float tensors of one shape.
        f, g: functions of a tensor (and a list of side inputs) that keep the shape, or a list of one for each
            layer. They must not hold tensors.
        num_layers: number of layers.
        f_side_input, g_side_input: further inputs of f and g.
        is_training: whether inputs are computed back for the gradients, instead of being kept.

    Returns: (y1, y2).

    Raises ValueError if f or g holds tensors, AssertionError (as 1.15) if a list has another length.
    """
    functions = {}
    for name, given in (("f", f), ("g", g)):
        each = list(given) if isinstance(given, (list, tuple)) else [given] * num_layers
        if len(each) != num_layers:
            raise AssertionError(f"{name} must be a function or a list of {num_layers}, got {len(each)}")
        for function in each:
            _check_closed(function, "rev_block")
        functions[name] = each
    f_side, g_side = list(f_side_input or []), list(g_side_input or [])
    has_side = {"f": f_side_input is not None, "g": g_side_input is not None}

    def part(name: str, layer: int, x: Any, side: list[Any]) -> Any:
        with v1.variable_scope(f"revlayer_{layer}"), v1.variable_scope(name):
            return functions[name][layer](x, side) if has_side[name] else functions[name][layer](x)

    def forward(first: Any, second: Any, sides: dict[str, list[Any]]) -> tuple[Any, Any]:
        for layer in range(num_layers):
            first = first + part("f", layer, second, sides["f"])
            second = second + part("g", layer, first, sides["g"])
        return first, second

    with v1.variable_scope(None, "revblock", use_resource=True if is_training else None) as scope:
        if not is_training:
            return forward(x1, x2, {"f": f_side, "g": g_side})

        @v1.custom_gradient
        def block(*inputs: Any) -> Any:
            sides = {"f": list(inputs[2 : 2 + len(f_side)]), "g": list(inputs[2 + len(f_side) :])}
            outputs = forward(inputs[0], inputs[1], sides)

            def gradient(*upstream: Any, variables: Any = None) -> Any:
                known = list(variables or [])
                with v1.variable_scope(scope, reuse=True):
                    found = _backward(part, num_layers, outputs, upstream, sides, known)
                return found if variables is not None else found[0]

            return outputs, gradient

        return block(v1.convert_to_tensor(x1), v1.convert_to_tensor(x2), *f_side, *g_side)


def _backward(
    part: Function, num_layers: int, outputs: Any, upstream: Any, sides: dict[str, list[Any]], variables: list[Any]
) -> tuple[list[Any], list[Any]]:
    """(gradients of x1, x2 and the side inputs, gradients of the variables), from the last layer to the first."""
    totals: dict[str, list[Any]] = {
        "f": [None] * len(sides["f"]),
        "g": [None] * len(sides["g"]),
        "variables": [None] * len(variables),
    }

    def gradient_of(name: str, layer: int, x: Any, change: Any) -> tuple[Any, Any]:
        """(value of f or g, gradient of its input); the others are added to the totals."""
        x = v1.stop_gradient(x)
        value = part(name, layer, x, sides[name])
        own, *others = v1.gradients(value, [x, *sides[name], *variables], change)
        for target, new in (
            (totals[name], others[: len(sides[name])]),
            (totals["variables"], others[len(sides[name]) :]),
        ):
            for i, each in enumerate(new):
                if each is not None:
                    each = v1.convert_to_tensor(each)
                    target[i] = each if target[i] is None else target[i] + each
        return value, v1.zeros_like(x) if own is None else own

    first, second = outputs
    change1, change2 = upstream
    for layer in reversed(range(num_layers)):
        with v1.control_dependencies([change1, change2]):
            first, second = v1.identity(first), v1.identity(second)
        value, more = gradient_of("g", layer, first, change2)
        second, change1 = second - value, change1 + more
        value, more = gradient_of("f", layer, second, change1)
        first, change2 = first - value, change2 + more
    return [change1, change2, *totals["f"], *totals["g"]], totals["variables"]
