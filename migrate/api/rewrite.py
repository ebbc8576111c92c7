"""Apply one row of the table to one call or one bare name of a TF1 program."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import libcst as cst

from migrate.api.row import Problem, Rewritten, Row

ATOMS = (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.Integer, cst.Float, cst.SimpleString,
         cst.List, cst.Dict, cst.ListComp, cst.DictComp, cst.Set, cst.SetComp,
         cst.ConcatenatedString, cst.FormattedString)
PLACEHOLDER = re.compile(r"\{(\w+)\}")
MARK = "placeholder_of_"


def rewrite_call(
    row: Row, call: cst.Call, tf: str = "tf", data: Collection[str] = ()
) -> Rewritten | Problem:
    """What the call becomes; the argument nodes and the formatting of the call are kept wherever possible.

    `tf` is the name under which the migrated file knows tensorflow; `data` are texts of arguments that depend
    on no variable, so that stopping their gradient would be idle.
    """
    if row.gone:
        return Problem("no-counterpart", f"tf.{row.tf1}: {row.gone}")
    if any(arg.star for arg in call.args):
        if row.same_arguments():
            return finished(row, call.with_changes(func=dotted(row.target, tf)), call)
        return Problem("star-arguments", f"tf.{row.tf1} is called with * or **, and its arguments change")
    if row.variadic:
        return finished(row, call.with_changes(func=dotted(row.target, tf)), call)
    given = bind(row, call.args)
    if isinstance(given, Problem):
        return given
    for name, why in row.refuse.items():
        if name in given and not is_default(row, name, given[name]):
            return Problem("argument", f"tf.{row.tf1}({name}=...): {why}")
    template, consumed = template_for(row, given)
    if isinstance(template, Problem):
        return template
    if template:
        filled = fill(row, template, given, Filler(tf, data), consumed)
        return filled if isinstance(filled, Problem) else finished(row, filled, call)
    args = arguments(row, call.args)
    return finished(row, call.with_changes(func=dotted(row.target, tf), args=args), call)


def rewrite_name(row: Row, tf: str = "tf") -> Rewritten | Problem:
    """What a bare reference (`tf.float32`, `activation=tf.nn.relu`) becomes."""
    if row.gone:
        return Problem("no-counterpart", f"tf.{row.tf1}: {row.gone}")
    if row.template or row.choose or row.variants or row.defaults:
        return Problem("function-as-value", f"tf.{row.tf1} is passed on as a value, and calls of it change")
    return finished(row, dotted(row.target, tf), None)


def bind(row: Row, args: Sequence[cst.Arg]) -> dict[str, cst.BaseExpression] | Problem:
    """TF1 parameter -> the expression given for it."""
    names = list(row.parameters)
    given: dict[str, cst.BaseExpression] = {}
    for index, arg in enumerate(args):
        if arg.keyword is None and index >= len(names):
            return Problem("arguments", f"tf.{row.tf1} takes {len(names)} arguments, more are given")
        name = names[index] if arg.keyword is None else arg.keyword.value
        if name not in row.parameters:
            return Problem("arguments", f"tf.{row.tf1} has no parameter {name!r} in TensorFlow 1.15")
        if name in given:
            return Problem("arguments", f"tf.{row.tf1} is given {name!r} twice")
        given[name] = arg.value
    missing = [name for name, default in row.parameters.items() if default is None and name not in given]
    if missing:
        return Problem("arguments", f"tf.{row.tf1} is called without {missing[0]!r}")
    return given


def is_default(row: Row, name: str, value: cst.BaseExpression) -> bool:
    default = row.parameters[name]
    return default is not None and code(value) == code(cst.parse_expression(default))


def arguments(row: Row, args: Sequence[cst.Arg]) -> list[cst.Arg]:
    """The arguments of the TF2 call: positional as long as the places agree, keywords after that."""
    names = list(row.parameters)
    kept: list[cst.Arg] = []
    given: set[str] = set()
    shifted = False
    for index, arg in enumerate(args):
        name = names[index] if arg.keyword is None else arg.keyword.value
        if name in row.drop or name in row.refuse:
            shifted = True
            continue
        target = row.renames.get(name, name)
        given.add(target)
        shifted = shifted or index >= row.positional
        if arg.keyword is None and shifted:
            arg = as_keyword(arg, target)
        elif arg.keyword is not None and target != name:
            arg = arg.with_changes(keyword=arg.keyword.with_changes(value=target))
        kept.append(arg)
    for name, text in row.defaults.items():
        if name not in given:
            kept = [*closed(kept), as_keyword(cst.Arg(cst.parse_expression(text)), name)]
    if args and kept and kept[-1] is not args[-1] and isinstance(kept[-1].comma, cst.Comma):
        kept[-1] = kept[-1].with_changes(comma=args[-1].comma)
    return kept


def closed(args: Sequence[cst.Arg]) -> list[cst.Arg]:
    """The arguments with a comma that another argument can follow."""
    return [*args[:-1], args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)] if args else []


def as_keyword(arg: cst.Arg, name: str) -> cst.Arg:
    nothing = cst.SimpleWhitespace("")
    equal = cst.AssignEqual(whitespace_before=nothing, whitespace_after=nothing)
    return arg.with_changes(keyword=cst.Name(name), equal=equal)


def template_for(row: Row, given: Mapping[str, cst.BaseExpression]) -> tuple[str | Problem, str]:
    """The template for these arguments, and the parameter whose value decided it, if one did."""
    for condition, template in row.variants.items():
        name, _, literal = condition.partition("=")
        if not literal and name in given:
            return template, ""
        if literal and (code(given[name]) if name in given else row.parameters[name]) == literal:
            return template, name
    if row.choose is not None:
        return row.choose(given), ""
    return row.template, ""


def fill(
    row: Row, template: str, given: Mapping[str, cst.BaseExpression], filler: Filler, consumed: str
) -> cst.BaseExpression | Problem:
    """The template with the given arguments, TF1's defaults for the others it names."""
    named = PLACEHOLDER.findall(template)
    for name in named:
        default = row.parameters[name]
        value = given.get(name) or cst.parse_expression(default or "None")
        if named.count(name) > 1 and not is_simple(value):
            return Problem("repeated-argument", f"tf.{row.tf1}: {name!r} is needed twice; name it first")
        filler.values[MARK + name] = value
    tree = cst.parse_expression(PLACEHOLDER.sub(lambda match: MARK + match.group(1), template))
    filled: cst.BaseExpression = tree.visit(filler)  # type: ignore[assignment]
    left_out = {*named, *row.drop, *row.refuse, consumed}
    rest = [name for name in given if name not in left_out]
    if template.startswith("tf.identity("):
        rest = []
    if not rest:
        return filled
    if not isinstance(filled, cst.Call):
        return Problem("argument", f"tf.{row.tf1}({rest[0]}=...) has no counterpart in {template!r}")
    extra = [as_keyword(cst.Arg(given[name]), row.renames.get(name, name)) for name in rest]
    return filled.with_changes(args=[*closed(filled.args), *extra])


class Filler(cst.CSTTransformer):
    """Puts the arguments in place of the placeholders, in parentheses where an operator needs them."""

    def __init__(self, tf: str, data: Collection[str]) -> None:
        super().__init__()
        self.values: dict[str, cst.BaseExpression] = {}
        self.tf = tf
        self.data = data
        self.enclosed: set[int] = set()  # placeholders that are a whole argument or element
        self.attributes: set[int] = set()

    def visit_Arg(self, node: cst.Arg) -> None:
        self.enclosed.add(id(node.value))
        if node.keyword is not None:
            self.attributes.add(id(node.keyword))

    def visit_Element(self, node: cst.Element) -> None:
        self.enclosed.add(id(node.value))

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.attributes.add(id(node.attr))

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if code(original_node.func) != "tf.stop_gradient":
            return updated_node
        value = updated_node.args[0].value
        inner = value
        while isinstance(inner, cst.Call) and code(inner.func) == f"{self.tf}.cast":
            inner = inner.args[0].value
        one_hot = isinstance(inner, cst.Call) and code(inner.func) == f"{self.tf}.one_hot"
        return value if one_hot or code(inner) in self.data else updated_node

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        if id(original_node) in self.attributes:
            return updated_node
        if updated_node.value == "tf":
            return updated_node.with_changes(value=self.tf)
        value = self.values.get(updated_node.value)
        if value is None:
            return updated_node
        bare_tuple = isinstance(value, cst.Tuple) and not value.lpar
        if isinstance(value, ATOMS) or value.lpar or (id(original_node) in self.enclosed and not bare_tuple):
            return value
        return parenthesized(value)


def parenthesized(value: cst.BaseExpression) -> cst.BaseExpression:
    return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def is_simple(value: cst.BaseExpression) -> bool:
    """Whether evaluating it twice costs nothing and changes nothing."""
    if isinstance(value, cst.Attribute):
        return is_simple(value.value)
    if isinstance(value, cst.UnaryOperation):
        return is_simple(value.expression)
    return isinstance(value, (cst.Name, cst.Integer, cst.Float, cst.SimpleString))


def finished(row: Row, expression: cst.BaseExpression, call: cst.Call | None) -> Rewritten:
    if call is not None and expression is not call and call.lpar and not expression.lpar:
        expression = expression.with_changes(lpar=call.lpar, rpar=call.rpar)
    if not isinstance(expression, ATOMS) and not expression.lpar:
        expression = parenthesized(expression)
    reader = Roots()
    expression.visit(reader)
    names = reader.found
    support = (row.support,) if row.support in names else ()
    imports = row.imports + (("keras",) if "keras" in names else ())
    return Rewritten(expression, support, imports, row.note)


class Roots(cst.CSTVisitor):
    """The names an expression reads, without attributes and keywords."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def visit_Name(self, node: cst.Name) -> None:
        self.found.add(node.value)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False


def dotted(name: str, tf: str) -> cst.BaseExpression:
    """The name as an expression; its parts may be calls: "tf.get_logger().info"."""
    head, dot, rest = name.partition(".")
    return cst.parse_expression((tf if head == "tf" else head) + dot + rest)


def code(node: cst.CSTNode) -> str:
    return cst.Module(body=()).code_for_node(node)
