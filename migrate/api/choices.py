"""Rows whose TF2 form depends on the arguments: each function takes the given arguments and picks a template.

A template "" means the ordinary way: the name and the keywords change, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import libcst as cst

from migrate.api.row import Problem

Given = Mapping[str, cst.BaseExpression]
Choice = Callable[[Given], str | Problem]
COMPARING = {
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "is_nan", "is_inf", "is_finite",
}
LOGICAL = {"logical_and", "logical_or", "logical_xor", "logical_not"}


def text(node: cst.CSTNode) -> str:
    return cst.Module(body=()).code_for_node(node)


def called(node: cst.BaseExpression) -> str:
    """The last part of the called name, "" if the expression is no call."""
    return text(node.func).rpartition(".")[2] if isinstance(node, cst.Call) else ""


def division(given: Given) -> str:
    """tf.div divides integers as Python 2 did; with a float in sight it is a plain division."""

    def is_float(node: cst.BaseExpression) -> bool:
        return isinstance(node, cst.Float) or (called(node) == "cast" and "float" in text(node)) or (
            called(node) in ("reduce_mean", "exp", "log", "sqrt"))

    return "tf.divide({x}, {y})" if any(is_float(node) for node in given.values()) else "div({x}, {y})"


def selection(given: Given) -> str:
    """tf.where(condition, x, y): TF1 lets a vector condition select rows, TF2 broadcasts it.

    A condition computed elementwise from x or y has their shape: then both mean the same.
    """
    if "x" not in given:
        return ""
    branches = {text(given["x"]), text(given["y"])} if "y" in given else {text(given["x"])}
    return "" if branches & operands(given["condition"]) else "select({condition}, {x}, {y})"


def operands(condition: cst.BaseExpression) -> set[str]:
    """The expressions whose shape an elementwise condition has."""
    if isinstance(condition, cst.Comparison):
        return {text(condition.left), *(text(part.comparator) for part in condition.comparisons)}
    if isinstance(condition, cst.Call):
        inner = [arg.value for arg in condition.args]
        if called(condition) in COMPARING:
            return {text(node) for node in inner}
        if called(condition) in LOGICAL:
            return set().union(*(operands(node) for node in inner))
    return set()


def tf0_order(first: str) -> Choice:
    """Refuse tf.concat(0, values) and tf.split(0, n, value): the axis came first before TensorFlow 1.0."""

    def choose(given: Given) -> str | Problem:
        if isinstance(given[first], (cst.Integer, cst.UnaryOperation)):
            return Problem("tf0-name", "the axis is the first argument: that is the order of TensorFlow 0.x")
        return ""

    return choose


def needs(name: str) -> Choice:
    """The ordinary way, for a parameter that TF1 leaves optional and TF2 requires."""

    def choose(given: Given) -> str | Problem:
        return "" if name in given else Problem("arguments", f"{name!r} is not given")

    return choose


def given(name: str, template: str) -> Choice:
    """The template, where a parameter that TF1 leaves optional is given."""

    def choose(arguments: Given) -> str | Problem:
        return template if name in arguments else Problem("arguments", f"{name!r} is not given")

    return choose


def literal(name: str) -> Choice:
    """No template left: the parameter decides between two forms and is not written as a literal."""

    def choose(given: Given) -> str | Problem:
        return Problem("argument", f"{name!r} must be written as a literal to be rewritten")

    return choose


def one_table(name: str) -> Choice:
    """Refuse a list of partitions: TF1 deals rows out to them in turn by default, TF2 in blocks."""

    def choose(given: Given) -> str | Problem:
        value = given[name]
        if isinstance(value, (cst.List, cst.Tuple)) and len(value.elements) > 1:
            return Problem("argument", f"{name!r} is a list of partitions; TF2 deals rows out in another way")
        return ""

    return choose


def loss(inner: str) -> Choice:
    """A tf.losses function: the mean of `inner`, or with weights a weighted mean."""

    def choose(given: Given) -> str:
        if "weights" in given and text(given["weights"]) not in ("1.0", "1"):
            return f"weighted_mean({inner}, {{weights}})"
        return f"tf.reduce_mean({inner})"

    return choose


def regularization(given: Given) -> str | Problem:
    """apply_regularization: the sum over the weights of the list."""
    if "weights_list" not in given:
        return Problem("collection", "without weights_list the weights come from a collection")
    used = " ".join(text(node) for node in given.values())
    candidates = ("weight", "w", "kernel", "variable_")
    item = next(name for name in candidates if not re.search(rf"\b{name}\b", used))
    return f"tf.add_n([{{regularizer}}({item}) for {item} in {{weights_list}}])"


def variance_scaling(given: Given) -> str | Problem:
    mode = text(given["mode"]).strip("'\"") if "mode" in given else "FAN_IN"
    uniform = text(given["uniform"]) if "uniform" in given else "False"
    if mode not in ("FAN_IN", "FAN_OUT", "FAN_AVG") or uniform not in ("True", "False"):
        return Problem("argument", "'mode' and 'uniform' must be written as literals to be rewritten")
    distribution = "uniform" if uniform == "True" else "truncated_normal"
    return (f'keras.initializers.VarianceScaling(scale={{factor}}, mode="{mode.lower()}", '
            f'distribution="{distribution}")')


def loop(given: Given) -> str | Problem:
    """tf.while_loop: with one loop variable TF1 returns it bare, TF2 in a list."""
    value = given["loop_vars"]
    if isinstance(value, (cst.List, cst.Tuple)) and len(value.elements) > 1:
        return ""
    return Problem("argument", "loop_vars must be written as a list of two or more variables to be rewritten")


def ctc_loss(given: Given) -> str:
    logits = "{logits}" if "logits" in given else "{inputs}"
    return (f"tf.nn.ctc_loss({{labels}}, {logits}, label_length=None, logit_length={{sequence_length}}, "
            "logits_time_major={time_major}, blank_index=-1)")


def beam_search(given: Given) -> str | Problem:
    """TF2 never merges repeated labels, TF1 does by default."""
    if "merge_repeated" in given and text(given["merge_repeated"]) == "False":
        return ""
    return Problem("argument", "merge_repeated=True (the default of TF1) does not exist in TF2")


def pooling(target: str, size: str = "pool_size", strides: str = "strides", default: str = "valid") -> Choice:
    def choose(given: Given) -> str | Problem:
        padding = text(given["padding"]).strip("'\"") if "padding" in given else default
        if padding.upper() not in ("SAME", "VALID") or "data_format" in given:
            return Problem("argument", "padding must be a literal, data_format the default, to be rewritten")
        return f'{target}({{inputs}}, {{{size}}}, {{{strides}}}, padding="{padding.upper()}")'

    return choose


def flattened(given: Given) -> str:
    """Flatten all but the first axis; the static size of the rest is kept."""
    if isinstance(given["inputs"], cst.Name):
        return "tf.reshape({inputs}, [-1, {inputs}.shape[1:].num_elements()])"
    return "keras.layers.Flatten()({inputs})"
