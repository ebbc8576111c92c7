"""Runs that fetch what a parameter holds, and the same runs under a flag; see passed_operations."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.analysis.scope import code_of
from migrate.builders.substitution import Replaced
from migrate.classes.positions import Placed, Positions
from migrate.classes.survey import RUNS, count

_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


class Runs(cst.CSTVisitor):
    """Whether a parameter is fetched, fed or evaluated in a function."""

    def __init__(self, parameter: str, positions: Positions) -> None:
        super().__init__()
        self.parameter, self.positions, self.found = parameter, positions, False
        self.stores: list[tuple[str, cst.DictElement]] = []  # fetches["key"] = parameter

    def visit_Call(self, node: cst.Call) -> None:
        if not isinstance(node.func, cst.Attribute) or node.func.attr.value not in RUNS:
            return
        base = node.func.value
        if isinstance(base, cst.Name) and base.value == self.parameter and node.func.attr.value == "eval":
            self.found = True
        if any(isinstance(leaf, cst.Name) and leaf.value == self.parameter for leaf in _leaves(_fetches(node))):
            self.found = True

    def visit_Dict(self, node: cst.Dict) -> None:
        for element in node.elements:
            if isinstance(element, cst.DictElement) and isinstance(element.key, cst.Name):
                self.found = self.found or element.key.value == self.parameter

    def visit_Assign(self, node: cst.Assign) -> None:
        store = _store(node, self.parameter)
        if store is not None:
            self.stores.append(store)
            self.found = True

    def chosen(
        self, function: cst.FunctionDef, flag: str, operation: cst.BaseExpression, none: bool
    ) -> cst.BaseSuite | None:
        """The body with a flag for the parameter; None where it is more than fetched and compared with None.

        none: where it is no operation, it is None.
        """
        dicts: dict[str, tuple[cst.Dict, cst.DictElement]] = {}
        for name, element in self.stores:
            literal = _only_literal(function, name)
            if not none or literal is None or name in dicts or code_of(function).count(code_of(element.key)) != 1:
                return None
            dicts[name] = literal, element
        writer = _Chosen(self.parameter, flag, operation, none, dicts, self.positions)
        body = function.body.visit(writer)
        assert isinstance(body, cst.BaseSuite)
        if writer.failed or count(body, self.parameter):
            return None
        return body


def _fetches(node: cst.Call) -> cst.BaseExpression | None:
    for position, arg in enumerate(node.args):
        if arg.keyword.value == "fetches" if arg.keyword else position == 0:
            return arg.value
    return None


def _leaves(node: cst.BaseExpression | None) -> list[cst.BaseExpression]:
    if isinstance(node, (cst.List, cst.Tuple)):
        return [leaf for element in node.elements for leaf in _leaves(element.value)]
    if isinstance(node, cst.Dict):
        return [leaf for element in node.elements for leaf in _leaves(element.value)]
    return [] if node is None else [node]


def _store(node: cst.Assign, parameter: str) -> tuple[str, cst.DictElement] | None:
    """Name and element of `fetches["key"] = parameter`."""
    target = node.targets[0].target
    if len(node.targets) != 1 or not isinstance(target, cst.Subscript) or not isinstance(target.value, cst.Name):
        return None
    index = target.slice[0].slice
    if len(target.slice) != 1 or not isinstance(index, cst.Index) or not isinstance(index.value, cst.SimpleString):
        return None
    if not isinstance(node.value, cst.Name) or node.value.value != parameter:
        return None
    return target.value.value, cst.DictElement(index.value, node.value)


def _only_literal(function: cst.FunctionDef, name: str) -> cst.Dict | None:
    """The dict that a name is assigned, if nothing else is."""
    finder = _Literals(name)
    function.body.visit(finder)
    return finder.found[0] if len(finder.found) == 1 and assigned_names(function.body).count(name) == 1 else None


class _Literals(cst.CSTVisitor):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.found: list[cst.Dict] = []

    def visit_Assign(self, node: cst.Assign) -> None:
        target = node.targets[0].target
        if isinstance(target, cst.Name) and target.value == self.name and isinstance(node.value, cst.Dict):
            self.found.append(node.value)


class _Chosen(Placed):
    """Statements that run the operation become a condition."""

    def __init__(
        self,
        parameter: str,
        flag: str,
        operation: cst.BaseExpression,
        none: bool,
        dicts: dict[str, tuple[cst.Dict, cst.DictElement]],
        positions: Positions,
    ) -> None:
        super().__init__(positions)
        self.parameter, self.flag, self.operation, self.none = parameter, flag, operation, none
        self.dicts, self.failed = dicts, False

    def leave_If(self, original: cst.If, updated: cst.If) -> cst.BaseStatement | cst.RemovalSentinel:
        tested = self._tested(updated.test)
        if tested is None:
            return updated
        body = original.body.body
        small = body[0].body[0] if len(body) == 1 and isinstance(body[0], cst.SimpleStatementLine) else None
        if isinstance(small, cst.Assign) and _store(small, self.parameter) is not None and original.orelse is None:
            return cst.RemoveFromParent()
        return updated.with_changes(test=tested)

    def _tested(self, test: cst.BaseExpression) -> cst.BaseExpression | None:
        """The flag for a comparison with None."""
        text = code_of(test)
        if not self.none or not text.startswith(self.parameter):
            return None
        flag = cst.Name(self.flag)
        if text in (self.parameter, f"{self.parameter} is not None", f"{self.parameter} != None"):
            return flag
        return cst.UnaryOperation(cst.Not(), flag) if text == f"{self.parameter} is None" else None

    def leave_SimpleStatementLine(
        self, original: cst.SimpleStatementLine, updated: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        small = original.body[0]
        if len(original.body) != 1 or not isinstance(small, (cst.Assign, cst.Expr, cst.Return)):
            return updated
        if isinstance(small, cst.Assign) and len(small.targets) == 1:
            named = small.targets[0].target
            if isinstance(named, cst.Name) and named.value in self.dicts and isinstance(small.value, cst.Dict):
                return cst.RemoveFromParent()
        run = small.value
        if not isinstance(run, cst.Call) or not isinstance(run.func, cst.Attribute) or run.func.attr.value != "run":
            return updated
        fetched = _fetches(run)
        if isinstance(fetched, cst.Name) and fetched.value in self.dicts:
            literal, element = self.dicts[fetched.value]
            without: cst.BaseExpression = literal
            last = [literal.elements[-1].with_changes(comma=_COMMA)] if literal.elements else []
            with_it: cst.BaseExpression = literal.with_changes(elements=[*literal.elements[:-1], *last, element])
            target: cst.BaseExpression | None = None
        elif isinstance(fetched, (cst.List, cst.Tuple)) and _named(fetched, self.parameter) is not None:
            place = _named(fetched, self.parameter)
            assert place is not None
            target = small.targets[0].target if isinstance(small, cst.Assign) and len(small.targets) == 1 else None
            if isinstance(small, cst.Return) or (isinstance(small, cst.Assign) and target is None):
                self.failed = True
                return updated
            if target is not None:
                target = _without(target, place, len(fetched.elements))
                if target is None:
                    self.failed = True
                    return updated
            with_it, without = fetched, _left(fetched, place)
        else:
            return updated
        trained = self._line(updated, run, with_it, None)
        plain = self._line(updated, run, without, target)
        for line in (trained, plain):
            self._place(original, line)
        nothing = isinstance(without, (cst.List, cst.Tuple)) and not without.elements
        orelse = None if nothing else cst.Else(cst.IndentedBlock([plain]))
        return cst.If(
            cst.Name(self.flag), cst.IndentedBlock([trained]), orelse, leading_lines=updated.leading_lines
        )

    def _line(
        self,
        line: cst.SimpleStatementLine,
        run: cst.Call,
        fetched: cst.BaseExpression,
        target: cst.BaseExpression | None,
    ) -> cst.SimpleStatementLine:
        """The statement with other fetches, and another target if one is given."""
        small = line.body[0]
        args = [arg.with_changes(value=fetched) if arg.value is _fetches(run) else arg for arg in run.args]
        changed = run.with_changes(args=args)
        small = small.with_changes(value=changed)
        if target is not None and isinstance(small, cst.Assign):
            small = small.with_changes(targets=[small.targets[0].with_changes(target=target)])
        clone = cst.SimpleStatementLine([small]).deep_clone()
        _copy_places(cst.SimpleStatementLine([small]), clone, self.positions)
        new = [n for n in [clone.body[0].value] if isinstance(n, cst.Call)]  # type: ignore[attr-defined]
        if run in self.positions and new:
            self.positions.setdefault(new[0], self.positions[run])
        done = clone.visit(Replaced({self.parameter: self.operation}, self.positions))
        assert isinstance(done, cst.SimpleStatementLine)
        return done

    def _place(self, original: cst.CSTNode, line: cst.CSTNode) -> None:
        if original in self.positions:
            self.positions.setdefault(line, self.positions[original])


def _copy_places(node: cst.CSTNode, clone: cst.CSTNode, positions: Positions) -> None:
    """The parts of a copy stand where the parts stand that they are copies of."""
    if node in positions:
        positions.setdefault(clone, positions[node])
    for one, other in zip(node.children, clone.children, strict=True):
        _copy_places(one, other, positions)


def _named(fetched: cst.List | cst.Tuple, parameter: str) -> int | None:
    """The only place of a list of fetches that has the parameter."""
    places = [
        i for i, e in enumerate(fetched.elements) if isinstance(e.value, cst.Name) and e.value.value == parameter
    ]
    return places[0] if len(places) == 1 and count(fetched, parameter) == 1 else None


def _without(target: cst.BaseExpression, place: int, width: int) -> cst.BaseExpression | None:
    """The targets of an assignment but for one that nobody can read."""
    if not isinstance(target, (cst.Tuple, cst.List)) or len(target.elements) != width:
        return None
    if any(isinstance(e, cst.StarredElement) for e in target.elements):
        return None
    kept = _kept(target.elements, place)
    return kept[0].value if len(kept) == 1 else target.with_changes(elements=kept)


def _left(fetched: cst.List | cst.Tuple, place: int) -> cst.BaseExpression:
    kept = _kept(fetched.elements, place)
    return kept[0].value if len(kept) == 1 else fetched.with_changes(elements=kept)


def _kept(elements: Sequence[cst.BaseElement], place: int) -> list[cst.BaseElement]:
    kept = [element for i, element in enumerate(elements) if i != place]
    if kept:
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return kept
