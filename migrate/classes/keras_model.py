"""A graph class of the new program as a keras.Model: its weights are the model's, raw variables by `add_weight`.

A class stays a plain one if keras.Model would get in its way: it uses one of Keras's names, has special methods, makes
variables of other kinds, or changes lists and dicts that others may hold (a keras.Model keeps its own copies of them).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import libcst as cst
import libcst.matchers as m

from migrate.analysis.compounds import assigned_names
from migrate.analysis.scope import code_of, parse
from migrate.classes.closure import INIT, is_docstring
from migrate.classes.keras_model_names import NAMES, OTHERWISE
from migrate.classes.marks import SELF

_SPECIAL = (INIT, "__str__", "__repr__")
_OF_VARIABLES = ("assign", "assign_add", "assign_sub", "numpy", "shape", "dtype")
_CHANGES = (
    "append extend insert remove pop clear sort reverse update setdefault popitem add discard appendleft popleft"
).split()
_OTHER_CONTAINERS = ("Counter", "defaultdict", "OrderedDict", "deque")
_DISTRIBUTIONS = {
    "tf.random.normal": ("RandomNormal", ("mean", "stddev"), ("0.0", "1.0")),
    "tf.random.truncated_normal": ("TruncatedNormal", ("mean", "stddev"), ("0.0", "1.0")),
    "tf.random.uniform": ("RandomUniform", ("minval", "maxval"), ("0.0", "1.0")),
}


def method_name(base: str, methods: Collection[str] = ()) -> str:
    """The name of a method that does what `base` says; keras.Model may have that name already.

    methods: those the class has. If one of them has a name of Keras's, it stays a plain class.
    """
    return OTHERWISE.get(base, f"{base}_step") if base in NAMES and not NAMES & set(methods) else base


def as_keras_model(node: cst.ClassDef) -> cst.ClassDef | None:
    """The class as a subclass of keras.Model, or None if it cannot be one."""
    if not _free(node):
        return None
    converter = _Weights()
    changed = node.visit(converter)
    assert isinstance(changed, cst.ClassDef)
    if converter.left or not _reads_allowed(node, converter.attributes):
        return None
    body = []
    for item in changed.body.body:
        if isinstance(item, cst.FunctionDef) and item.name.value == INIT:
            item = _calling_super(item)
        body.append(item)
    nothing = cst.MaybeSentinel.DEFAULT
    return changed.with_changes(
        bases=[cst.Arg(parse("keras.Model"))],
        lpar=cst.LeftParen(),
        rpar=cst.RightParen(),
        whitespace_after_name=cst.SimpleWhitespace(""),
        body=changed.body.with_changes(body=body),
        type_parameters=nothing if not hasattr(changed, "type_parameters") else changed.type_parameters,
    )


def _free(node: cst.ClassDef) -> bool:
    """Whether nothing in the class stands against another base class."""
    if node.keywords or node.decorators or any(code_of(base.value) != "object" for base in node.bases):
        return False
    methods = [item for item in node.body.body if isinstance(item, cst.FunctionDef)]
    own = {method.name.value for method in methods}
    if INIT not in own or any(name.startswith("__") and name not in _SPECIAL for name in own):
        return False
    for item in node.body.body:
        if not isinstance(item, cst.FunctionDef):
            own |= set(assigned_names(item)) if isinstance(item, cst.SimpleStatementLine) else {"call"}
    stores = _Stores()
    node.visit(stores)
    if (own | set(stores.values)) & NAMES:
        return False
    return not stores.kept_by_others()


class _Stores(cst.CSTVisitor):
    """What is stored in attributes, and what is changed in place."""

    def __init__(self) -> None:
        self.values: dict[str, list[cst.BaseExpression | None]] = {}
        self.changed: set[str] = set()  # "name" or "self.name"

    def _store(self, target: cst.BaseExpression, value: cst.BaseExpression | None) -> None:
        if m.matches(target, m.Attribute(value=m.Name(SELF))):
            assert isinstance(target, cst.Attribute)
            self.values.setdefault(target.attr.value, []).append(value)
        elif isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self._store(element.value, None)
        elif isinstance(target, cst.Subscript):
            self.changed.add(code_of(target.value))

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self._store(target.target, node.value)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self._store(node.target, None)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self._store(node.target, node.value)

    def visit_For(self, node: cst.For) -> None:
        self._store(node.target, None)

    def visit_WithItem(self, node: cst.WithItem) -> None:
        if node.asname is not None:
            self._store(node.asname.name, None)

    def visit_Del(self, node: cst.Del) -> None:
        targets = node.target.elements if isinstance(node.target, cst.Tuple) else [cst.Element(node.target)]
        for element in targets:
            self._store(element.value, None)

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in _CHANGES:
            self.changed.add(code_of(node.func.value))

    def kept_by_others(self) -> bool:
        """Whether a list or dict that others may hold is changed here, or is of a kind that Keras would change."""
        for name, values in self.values.items():
            mine = f"{SELF}.{name}"
            for value in values:
                if value is None:
                    continue
                text = code_of(value)
                if text in self.changed:
                    return True
                fresh = isinstance(value, (cst.List, cst.Dict, cst.ListComp, cst.DictComp, cst.Set))
                if mine in self.changed and not fresh:
                    return True
                if isinstance(value, cst.Call) and code_of(value.func).split(".")[-1] in _OTHER_CONTAINERS:
                    return True
        return False


class _Weights(cst.CSTTransformer):
    """tf.Variable(...) -> self.add_weight(...); `left` counts those that cannot be."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        self.attributes: set[str] = set()
        self.inner = 0

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.inner += 1

    def leave_FunctionDef(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.FunctionDef:
        self.inner -= 1
        return updated

    def visit_Assign(self, node: cst.Assign) -> None:
        if m.findall(node.value, m.Call(func=m.Attribute(m.Name("tf"), m.Name("Variable")))):
            target = node.targets[0].target
            if m.matches(target, m.Attribute(value=m.Name(SELF))):
                self.attributes.add(target.attr.value)  # type: ignore[attr-defined]
            else:
                self.left += 1

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        if code_of(updated.func) != "tf.Variable":
            return updated
        made = _weight(updated) if self.inner == 1 else None
        if made is None:
            self.left += 1
            return updated
        return made


_A_NUMBER = re.compile(r"(^|_)(n|num|size|count|units|hidden|dim|dimension|classes|labels|tags|len|length)s?(_|$)")


def _shape(text: str) -> str | None:
    """A shape as a list: TF1 took a number too. None where the source does not show which of the two it is."""
    if text[0] in "[(" or re.split(r"\W", text)[-1].endswith("shape"):
        return text
    tail = re.split(r"\W", text)[-1].lower()
    return f"[{text}]" if text.isdigit() or _A_NUMBER.search(tail) else None


def _weight(call: cst.Call) -> cst.BaseExpression | None:
    """self.add_weight(...) for tf.Variable(...)."""
    bound: dict[str, cst.BaseExpression] = {}
    for place, arg in enumerate(call.args):
        keyword = arg.keyword.value if arg.keyword else "initial_value" if place == 0 else ""
        if arg.star or keyword not in ("initial_value", "name", "trainable", "dtype"):
            return None
        bound[keyword] = arg.value
    start = _start(bound.get("initial_value"))
    if start is None:
        return None
    shape, initializer, dtype = start
    shape = _shape(shape) or ""
    if not shape:
        return None
    given = code_of(bound["dtype"]).removeprefix("tf.") if "dtype" in bound else dtype
    texts = [f"shape={shape}", f"initializer={initializer}"]
    if given != "float32":
        if not given.isidentifier():
            return None
        texts.append(f'dtype="{given}"')
    if "trainable" in bound:
        texts.append(f"trainable={code_of(bound['trainable'])}")
    if "name" in bound:
        name = bound["name"]
        if not isinstance(name, cst.SimpleString) or "/" in str(name.evaluated_value):
            return None
        texts.append(f"name={code_of(name)}")
    return parse(f"self.add_weight({', '.join(texts)})")


def _start(value: cst.BaseExpression | None) -> tuple[str, str, str] | None:
    """(shape, initializer, dtype) of an initial value; None for one that add_weight cannot express."""
    if isinstance(value, cst.Float):
        return "()", f"keras.initializers.Constant({value.value})" if float(value.value) else '"zeros"', "float32"
    if isinstance(value, cst.Integer):
        return "()", f"keras.initializers.Constant({value.value})" if int(value.value, 0) else '"zeros"', "int32"
    if not isinstance(value, cst.Call):
        return None
    name = code_of(value.func)
    bound = _arguments(value.args)
    if bound is None:
        return None
    if isinstance(value.func, cst.Call):  # keras.initializers.Zeros()(shape), start.clone()(shape)
        return _drawn(value.func, bound)
    if name in ("tf.zeros", "tf.ones") and set(bound) <= {0, 1, "shape", "dtype"}:
        dtype = bound.get("dtype", bound.get(1, "tf.float32"))
        shape = bound.get("shape", bound.get(0))
        return (shape, f'"{name.removeprefix("tf.")}"', dtype.removeprefix("tf.")) if shape else None
    if name in _DISTRIBUTIONS:
        kind, parameters, defaults = _DISTRIBUTIONS[name]
        shape = bound.pop("shape", "") or bound.pop(0, "")
        values = {}
        for place, (parameter, default) in enumerate(zip(parameters, defaults, strict=True), 1):
            values[parameter] = bound.pop(parameter, "") or bound.pop(place, "") or default
        if not shape or bound:
            return None
        settings = ", ".join(f"{parameter}={text}" for parameter, text in values.items())
        return shape, f"keras.initializers.{kind}({settings})", "float32"
    return None


def _drawn(initializer: cst.Call, bound: dict[str | int, str]) -> tuple[str, str, str] | None:
    shape = bound.get("shape", bound.get(0))
    dtype = bound.get("dtype", bound.get(1, "tf.float32"))
    text = code_of(initializer)
    known = text.startswith("keras.initializers.") or text.endswith(".clone()")
    if shape is None or not known or set(bound) - {0, 1, "shape", "dtype"} or "\n" in text:
        return None
    short = {"keras.initializers.Zeros()": '"zeros"', "keras.initializers.Ones()": '"ones"'}
    return shape, short.get(text, text), dtype.removeprefix("tf.").strip("\"'")


def _arguments(args: Sequence[cst.Arg]) -> dict[str | int, str] | None:
    """The text of each argument, by position or keyword."""
    if any(arg.star for arg in args):
        return None
    return {arg.keyword.value if arg.keyword else place: code_of(arg.value) for place, arg in enumerate(args)}


def _reads_allowed(node: cst.ClassDef, attributes: set[str]) -> bool:
    """Whether the variables are used as Keras's can be used."""
    for found in m.findall(node, m.Attribute(value=m.Attribute(value=m.Name(SELF)))):
        assert isinstance(found, cst.Attribute) and isinstance(found.value, cst.Attribute)
        if found.value.attr.value in attributes and found.attr.value not in _OF_VARIABLES:
            return False
    return True


def _calling_super(method: cst.FunctionDef) -> cst.FunctionDef:
    body = method.body
    assert isinstance(body, cst.IndentedBlock)
    lines = list(body.body)
    place = 1 if lines and is_docstring(lines[0]) else 0
    lines.insert(place, cst.SimpleStatementLine([cst.Expr(parse("super().__init__()"))]))
    return method.with_changes(body=body.with_changes(body=lines))
