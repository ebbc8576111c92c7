"""Parts of a cell's `get_config`: activations by name, initializers as {class_name, config}, functions as code.

The format is that of Keras 2, as TensorFlow 1.15's cells used it.
"""

from __future__ import annotations

import codecs
import marshal
import sys
import types
from typing import Any

from tf1rnn.layers.activation import activation_named


def activation_name(activation: Any) -> Any:
    """The name of an activation function; None for None."""
    for name in ("linear", "hard_sigmoid", "exponential"):  # those whose functions have other names of their own
        if activation is activation_named(name):
            return name
    return getattr(activation, "__name__", activation)


def initializer_config(initializer: Any) -> Any:
    """{class_name, config} of an initializer object; a function's name; None for None."""
    if initializer is None:
        return None
    if hasattr(initializer, "get_config"):
        return {"class_name": type(initializer).__name__, "config": initializer.get_config()}
    if hasattr(initializer, "__name__"):
        return initializer.__name__
    raise ValueError(f"Cannot serialize {initializer!r}")


def function_config(name: str, function: Any) -> dict[str, Any]:
    """A Python function under three keys: its code, kind and module. ValueError for what is no function."""
    if not isinstance(function, types.FunctionType):
        if not callable(function) or not hasattr(function, "__name__"):
            raise ValueError(f"Unrecognized function type for input: {type(function)}")
        code: Any = function.__name__
    else:
        text = codecs.encode(marshal.dumps(function.__code__), "base64").decode("ascii")
        closure = tuple(cell.cell_contents for cell in function.__closure__) if function.__closure__ else None
        code = (text, function.__defaults__, closure)
    kind = "lambda" if isinstance(function, types.FunctionType) else "function"
    return {name: code, f"{name}_type": kind, _module_key(name): function.__module__}


def function_from(name: str, config: dict[str, Any]) -> Any:
    """Takes a function's three keys out of a config and returns the function, or None if there is none."""
    if f"{name}_type" not in config:
        return None
    code, kind, module = config.pop(name), config.pop(f"{name}_type"), config.pop(_module_key(name), None)
    space = vars(sys.modules[module]) if module in sys.modules else globals()
    if kind == "function":
        if code not in space:
            raise ValueError(f"Unknown function in wrapper: {code}")
        return space[code]
    text, defaults, closure = code
    cells = tuple(types.CellType(content) for content in closure) if closure else None
    body = marshal.loads(codecs.decode(text.encode("ascii"), "base64"))
    return types.FunctionType(body, space, None, tuple(defaults) if defaults else None, cells)


def _module_key(name: str) -> str:
    return "residule_fn_module" if name == "residual_fn" else f"{name}_module"  # the first as it was spelled
