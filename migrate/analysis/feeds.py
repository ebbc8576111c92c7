"""What is fed: dicts whose keys are placeholders become dicts whose keys are the names of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Definition, Refuse, Scope, Slot, call, code_of
from migrate.analysis.values import Value
from migrate.classes.marks import base_of, is_attribute, of_object

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator
    from migrate.analysis.sessions import Site

Result = tuple[Value, cst.BaseExpression]
_ADVICE = "Build the dict in the same function, with its keys written out."


def feeds_of(ev: Evaluator, site: Site, feed: cst.BaseExpression, scope: Scope, slot: Slot) -> None:
    """Note what a run is fed: the items of a literal dict, or a dict in a name or from a function."""
    feed = zipped(ev, feed, scope) or feed
    spread = isinstance(feed, cst.Dict) and any(isinstance(e, cst.StarredDictElement) for e in feed.elements)
    if isinstance(feed, cst.Dict) and not spread:
        for element in feed.elements:
            assert isinstance(element, cst.DictElement)
            definition = key_of(ev, element.key, scope)
            if definition in site.fed:
                raise Refuse(element.key, "feed-form", "one placeholder is fed twice")
            site.fed[definition] = _fed(ev, definition, ev.evaluate(element.value, scope, slot)[1])
            site.keys[definition] = code_of(element.key)
        return
    value, code = ev.evaluate(feed, scope, slot)
    if not isinstance(value, values.Feed):
        raise Refuse(feed, "feed-form", "the analysis cannot see the keys of the feed dict", _ADVICE)
    if not isinstance(code, (cst.Name, cst.Call, cst.Dict)):
        raise Refuse(feed, "feed-form", "the feed dict is an expression", "Give it a name first.")
    site.feed_dict, site.feed_code = value, code


def _fed(ev: Evaluator, definition: Definition, code: cst.BaseExpression) -> cst.BaseExpression:
    """What a function is given for a placeholder."""
    if not definition.sparse_dtype:
        return code
    ev.program.support.add("sparse_tensor")
    return call(ev.program.support_name("sparse_tensor"), [code, cst.parse_expression(definition.sparse_dtype)])


def key_of(ev: Evaluator, key: cst.BaseExpression, scope: Scope) -> Definition:
    """The placeholder that a feed key stands for."""
    if isinstance(key, cst.Name):
        found = scope.find(key.value)
        if found is not None:
            binding = found[0]
            if binding.alias is not None:
                return binding.alias
            if binding.definition is not None and binding.definition.kind == "placeholder":
                return binding.definition
            if isinstance(binding.value, values.ZeroState):
                ev.program.next.fed.add(binding.place)
                if not ev.program.complete:
                    return ev.program.placeholder_stub(binding)
            if isinstance(binding.value, values.State) and binding.value.zero is not None:
                ev.program.next.fed.add(binding.value.zero)
                if not ev.program.complete:
                    return ev.program.placeholder_stub(binding)
            name = _fed_elsewhere(ev, binding.value, key.value)
            if name and not ev.program.complete:
                ev.program.next.fed_constants.add(name)
                return ev.program.placeholder_stub(binding)
    raise Refuse(
        key,
        "fed-tensor",
        f"{code_of(key)} is fed but is not a placeholder with a name of its own",
        "Make it a tf.placeholder, or a tf.placeholder_with_default.",
    )


def _fed_elsewhere(ev: Evaluator, held: Value, name: str) -> str:
    """The name of a constant or a variable for which a run is fed something else; "" for other values."""
    if isinstance(held, values.Variable) and not held.trainable:
        record = ev.program.owners[held.owner]
        return "" if record.global_step else record.expression
    return name if isinstance(held, values.Tensor) and held.eager else ""


def zipped(ev: Evaluator, node: cst.BaseExpression, scope: Scope) -> cst.Dict | None:
    """The literal dict for dict(zip([x, y], [a, b])); None for anything else."""
    made = node.args[0].value if isinstance(node, cst.Call) and len(node.args) == 1 else None
    if not isinstance(node, cst.Call) or not isinstance(made, cst.Call) or len(made.args) != 2:
        return None
    names = [part.func.value if isinstance(part.func, cst.Name) else "" for part in (node, made)]
    sides = [arg.value for arg in made.args if isinstance(arg.value, (cst.List, cst.Tuple))]
    if names != ["dict", "zip"] or any(scope.find(name) for name in names) or len(sides) != 2:
        return None
    keys, values_ = ([element.value for element in side.elements] for side in sides)
    if len(keys) != len(values_) or any(isinstance(e, cst.StarredElement) for s in sides for e in s.elements):
        return None
    pairs = [cst.DictElement(key, value) for key, value in zip(keys, values_, strict=True)]
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return cst.Dict([*(pair.with_changes(comma=comma) for pair in pairs[:-1]), *pairs[-1:]])


def feed_literal(ev: Evaluator, node: cst.Dict, scope: Scope, slot: Slot) -> Result | None:
    """A dict whose keys are placeholders, kept in a name: its keys become the parameters' names."""
    symbolic = False
    for element in node.elements:
        if isinstance(element, cst.DictElement) and isinstance(element.key, cst.Name):
            found = scope.find(element.key.value)
            if found and (found[0].definition is not None or isinstance(found[0].value, values.ZeroState)):
                symbolic = True
        elif isinstance(element, cst.StarredDictElement):
            symbolic = symbolic or isinstance(ev.look(element.value, scope), values.Feed)
    if not symbolic:
        return None
    feed = values.Feed()
    elements: list[cst.BaseDictElement] = []
    for element in node.elements:
        if not isinstance(element, cst.DictElement):
            spread, text = ev.evaluate(element.value, scope, slot)
            if not isinstance(spread, values.Feed):
                raise Refuse(node, "feed-form", "the source does not show the keys of a dict in the feed", _ADVICE)
            feed.maybe |= spread.maybe - set(feed.keys)
            feed.keys.update(spread.keys)
            elements.append(element.with_changes(value=text))
            continue
        definition = key_of(ev, element.key, scope)
        feed.keys[definition.name] = definition
        feed.maybe.discard(definition.name)
        code = _fed(ev, definition, ev.evaluate(element.value, scope, slot)[1])
        key = cst.SimpleString(f'"{definition.name}"')
        elements.append(element.with_changes(key=key, value=code))
    keys = [element.key for element in node.elements if isinstance(element, cst.DictElement)]
    objects = {base_of(key.value) for key in keys if isinstance(key, cst.Name) and is_attribute(key.value)}
    known = ev.program.facts.feed_keys.get(ev.program.target, {})
    for name in known:  # one dict in two forms: what is not fed in this one has its default
        current = ev.program.placeholders.get(name)
        if name not in feed.keys and current is not None and current.default is not None:
            feed.keys[name] = current
            last = elements[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
            default = of_object(current.default, *objects) if len(objects) == 1 else current.default
            pair = cst.DictElement(cst.SimpleString(f'"{name}"'), cst.parse_expression(default))
            elements = [*elements[:-1], last, pair]
    ev.program.next.feed_keys.setdefault(ev.program.target, {}).update(feed.keys)
    return feed, node.with_changes(elements=elements)


def starts_feed(ev: Evaluator, name: str, made: cst.BaseExpression) -> bool:
    """Whether `name = {}` or `name = dict()` begins a dict that placeholders are put into."""
    empty = isinstance(made, cst.Dict) and not made.elements
    if isinstance(made, cst.Call) and isinstance(made.func, cst.Name):
        empty = made.func.value == "dict" and not made.args
    if not empty:
        return False
    finder = _Stores(name)
    ev.program.module.visit(finder)
    return any(key in ev.program.placeholders for key in finder.keys)


def store(
    ev: Evaluator, target: cst.Subscript, held: values.Feed, base: cst.BaseExpression, scope: Scope
) -> cst.Subscript:
    """The target of feed[x] = ...: the key becomes the parameter's name."""
    index = target.slice[0].slice
    if len(target.slice) != 1 or not isinstance(index, cst.Index):
        raise Refuse(target, "feed-form", "the analysis cannot see which placeholder is fed", _ADVICE)
    definition = key_of(ev, index.value, scope)
    if definition.sparse_dtype:
        raise Refuse(target, "feed-form", "a sparse placeholder is put into a feed dict later", _ADVICE)
    if definition.name not in held.keys:
        held.maybe.add(definition.name)
    held.keys[definition.name] = definition
    return _item(target.with_changes(value=base), definition)


def loaded(ev: Evaluator, node: cst.Subscript, code: cst.BaseExpression, scope: Scope) -> cst.Subscript:
    """feed[x] as a value."""
    index = node.slice[0].slice
    if not isinstance(index, cst.Index):
        raise Refuse(node, "feed-form", "a feed dict is sliced")
    return _item(node.with_changes(value=code), key_of(ev, index.value, scope))


def _item(node: cst.Subscript, definition: Definition) -> cst.Subscript:
    key = cst.Index(cst.SimpleString(f'"{definition.name}"'))
    return node.with_changes(slice=[cst.SubscriptElement(key)])


def update(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """feed.update({...})."""
    assert isinstance(value, values.Feed) and isinstance(node.func, cst.Attribute)
    more, text = ev.evaluate(node.args[0].value, scope, slot) if len(node.args) == 1 else (values.Python(), code)
    if not isinstance(more, values.Feed) or node.args[0].keyword or node.args[0].star:
        raise Refuse(node, "feed-form", "the analysis cannot see the keys of the feed dict", _ADVICE)
    value.maybe |= set(more.keys) - set(value.keys)
    value.keys.update(more.keys)
    return values.Python(), node.with_changes(
        func=node.func.with_changes(value=code), args=[node.args[0].with_changes(value=text)]
    )


def copied(ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot) -> Result:
    """feed.copy()."""
    assert isinstance(value, values.Feed) and isinstance(node.func, cst.Attribute)
    return _copy(value), node.with_changes(func=node.func.with_changes(value=code))


def dict_of(ev: Evaluator, node: cst.Call, scope: Scope, slot: Slot) -> Result | None:
    """dict(feed), dict(zip([x, y], [a, b])); None for any other call."""
    if not (isinstance(node.func, cst.Name) and node.func.value == "dict" and len(node.args) == 1):
        return None
    arg = node.args[0]
    if arg.keyword or arg.star or scope.find("dict") is not None:
        return None
    written = zipped(ev, node, scope)
    if written is not None:
        return feed_literal(ev, written, scope, slot)
    value, code = ev.evaluate(arg.value, scope, slot)
    if not isinstance(value, values.Feed):
        return None
    return _copy(value), node.with_changes(args=[arg.with_changes(value=code)])


def _copy(feed: values.Feed) -> values.Feed:
    return values.Feed(dict(feed.keys), set(feed.maybe))


def refuse_use(node: cst.CSTNode, what: str) -> None:
    """Uses of a feed dict that would see its keys, which are names now.

    Raises Refuse, always.
    """
    raise Refuse(node, "feed-form", f"a feed dict is {what}, and its keys are names in the new program", _ADVICE)


def returned_feed(ev: Evaluator, definition: cst.FunctionDef, home: Scope) -> Value | None:
    """What a function gives that returns a dict of placeholders, alone or at one place of a tuple."""
    returns = _Returns()
    definition.body.visit(returns)
    widths = {len(made.elements) if isinstance(made, cst.Tuple) else 0 for made in returns.values}
    if len(widths) != 1:
        return None
    width = widths.pop()
    if not width:
        return _returned_keys(definition, returns.values, home)
    columns = [[made.elements[place].value for made in returns.values] for place in range(width)]  # type: ignore[attr-defined]
    fed = [_returned_keys(definition, column, home) for column in columns]
    return values.Sequence(tuple(feed or values.Python() for feed in fed)) if any(fed) else None


def _returned_keys(
    definition: cst.FunctionDef, returned: Sequence[cst.BaseExpression], home: Scope
) -> values.Feed | None:
    """What is fed with any of the dicts that a function returns; None if one of them is no dict of placeholders."""
    feed = values.Feed()
    for made in returned:
        stores = _Stores(made.value if isinstance(made, cst.Name) else "")
        definition.body.visit(stores)
        keys = [*stores.keys, *(_keys(made) if isinstance(made, cst.Dict) else [])]
        if not keys:
            return None
        for key in keys:
            found = home.find(key)
            if key in stores.bound or found is None or found[0].definition is None:
                return None
            if found[0].definition.kind != "placeholder":
                return None
            feed.keys[found[0].definition.name] = found[0].definition
            if isinstance(made, cst.Name):
                feed.maybe.add(found[0].definition.name)
    return feed if feed.keys else None


def _keys(node: cst.Dict) -> list[str]:
    keys = [element.key if isinstance(element, cst.DictElement) else None for element in node.elements]
    return [key.value if isinstance(key, cst.Name) else "" for key in keys]


class _Stores(cst.CSTVisitor):
    """The names that are keys of a dict in a name: from literals, stores and updates."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.keys: list[str] = []
        self.bound: set[str] = set()

    def _is(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Name) and node.value == self.name

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            if isinstance(target.target, cst.Name):
                self.bound.add(target.target.value)
            if isinstance(target.target, cst.Subscript) and self._is(target.target.value):
                for part in target.target.slice:
                    if isinstance(part.slice, cst.Index) and isinstance(part.slice.value, cst.Name):
                        self.keys.append(part.slice.value.value)
            if self._is(target.target) and isinstance(node.value, cst.Dict):
                self.keys += _keys(node.value)

    def visit_Call(self, node: cst.Call) -> None:
        function = node.func
        if isinstance(function, cst.Attribute) and function.attr.value == "update" and self._is(function.value):
            for arg in node.args:
                if isinstance(arg.value, cst.Dict):
                    self.keys += _keys(arg.value)


class _Returns(cst.CSTVisitor):
    """What a function returns, functions inside it left out."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[cst.BaseExpression] = []

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None:
            self.values.append(node.value)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        return False
