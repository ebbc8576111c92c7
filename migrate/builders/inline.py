"""Functions that build a graph with its placeholders or its update, in the place where they are called.

    def build(n):                          x = tf.placeholder(tf.float32, [None, 3])
        x = tf.placeholder(...)            loss = ...
        ...                        ->      train_op = tf.train.AdamOptimizer().minimize(loss)
        return x, loss, train_op
    x, loss, train_op = build(3)

Such a function is no helper that computes tensors from tensors: what it makes are the inputs and the steps of the
program. One that is called once becomes a part of its caller; what is called more than once stays a function.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import libcst as cst

from migrate.analysis.compounds import assigned_names, times_assigned
from migrate.analysis.finders import names_read
from migrate.analysis.scope import assign, dotted, names_in, parse
from migrate.builders.substitution import Replaced, bound_arguments, split
from migrate.classes.positions import Placed, Positions
from migrate.classes.survey import count, locals_of, runs

_MADE = {
    *("placeholder", "placeholder_with_default", "sparse_placeholder"),
    *("minimize", "apply_gradients", "optimize_loss"),
}
_SIMPLE = (cst.Name, cst.Integer, cst.Float, cst.SimpleString)
Statements = list[cst.BaseStatement]


def builders_inlined(
    module: cst.Module, tensorflow: set[str], positions: Positions, written_out: Collection[str] = ()
) -> cst.Module:
    """The module with each such function in the place of its call; the same module if there is none.

    written_out: names of other functions that are called once, and are to be treated in the same way.
    """
    while True:
        functions = [
            item
            for item in module.body
            if isinstance(item, cst.FunctionDef) and (item.name.value in written_out or _makes(item, tensorflow))
        ]
        found = next((function for function in functions if called_once(function, module, tensorflow)), None)
        if found is None:
            return module
        inliner = _Inliner(found, module, positions)
        changed = module.visit(inliner)
        assert isinstance(changed, cst.Module)
        if not inliner.done:
            return module  # no way to go on without it
        module = changed


def _makes(function: cst.FunctionDef, tensorflow: set[str]) -> bool:
    makes = _Makes(tensorflow)
    function.body.visit(makes)
    return makes.made


def called_once(function: cst.FunctionDef, module: cst.Module, tensorflow: set[str]) -> bool:
    """Whether a function that runs nothing is called once, as all that a statement does."""
    name = function.name.value
    if function.decorators or function.asynchronous or runs(function, tensorflow) or count(module, name) != 2:
        return False
    makes = _Makes(tensorflow)
    function.body.visit(makes)
    body, _ = split(function)
    if makes.globals or body is None:
        return False
    calls = _Calls(name)
    module.visit(calls)
    return calls.statements == 1 and calls.all == 1 and not calls.own


class _Makes(cst.CSTVisitor):
    """Whether code makes a placeholder or an update; code that declares globals is left alone."""

    def __init__(self, tensorflow: set[str]) -> None:
        super().__init__()
        self.tensorflow, self.made, self.globals = tensorflow, False, False

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Attribute) and node.func.attr.value in _MADE:
            self.made = True
        if isinstance(node.func, cst.Name) and node.func.value in _MADE & self.tensorflow:
            self.made = True

    def visit_Global(self, node: cst.Global) -> None:
        self.globals = True

    def visit_Nonlocal(self, node: cst.Nonlocal) -> None:
        self.globals = True


class _Calls(cst.CSTVisitor):
    """How a function is called."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.statements, self.all, self.own = name, 0, 0, False
        self.inside = 0
        self.repeated = 0

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.inside += node.name.value == self.name

    def leave_FunctionDef(self, original: cst.FunctionDef) -> None:
        self.inside -= original.name.value == self.name

    def visit_For(self, node: cst.For) -> None:
        self.repeated += 1

    def leave_For(self, original: cst.For) -> None:
        self.repeated -= 1

    def visit_While(self, node: cst.While) -> None:
        self.repeated += 1

    def leave_While(self, original: cst.While) -> None:
        self.repeated -= 1

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        self.statements += called(node, self.name) is not None and not self.repeated

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Name) and node.func.value == self.name:
            self.all += 1
            self.own = self.own or self.inside > 0


def called(node: cst.SimpleStatementLine, name: str) -> cst.Call | None:
    """The call of the function that is all a statement does."""
    small = node.body[0]
    if len(node.body) != 1 or not isinstance(small, (cst.Expr, cst.Assign, cst.Return)):
        return None
    value = small.value
    is_call = isinstance(value, cst.Call) and isinstance(value.func, cst.Name) and value.func.value == name
    return value if is_call else None  # type: ignore[return-value]


class _Inliner(Placed):
    """Puts one function in the place of its call."""

    def __init__(self, function: cst.FunctionDef, module: cst.Module, positions: Positions) -> None:
        super().__init__(positions)
        self.function, self.module, self.done = function, module, False
        self.around: list[cst.FunctionDef] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        self.around.append(node)
        return node is not self.function

    def leave_FunctionDef(
        self, original: cst.FunctionDef, updated: cst.FunctionDef
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        self.around.pop()
        return cst.RemoveFromParent() if original is self.function else updated

    def leave_SimpleStatementLine(
        self, original: cst.SimpleStatementLine, updated: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        call = called(original, self.function.name.value)
        if call is None:
            return updated
        statements = self._statements(updated, original)
        if statements is None:
            return updated
        self.done = True
        for statement in statements:
            if original in self.positions:
                self.positions.setdefault(statement, self.positions[original])
        return cst.FlattenSentinel(statements)

    def _statements(self, node: cst.SimpleStatementLine, original: cst.SimpleStatementLine) -> Statements | None:
        small = node.body[0]
        assert isinstance(small, (cst.Expr, cst.Assign, cst.Return)) and isinstance(small.value, cst.Call)
        bound = bound_arguments(small.value, self.function)
        body, returned = split(self.function)
        if bound is None or body is None or (returned is None and not isinstance(small, cst.Expr)):
            return None
        if isinstance(small, cst.Assign) and len(small.targets) > 1:
            return None
        stored = set(assigned_names(self.function.body))
        replaced = {n: code for n, code in bound.items() if n not in stored and _stays(code, self.function)}
        names = self._result_names(small, returned, stored, set(replaced))
        caller: cst.CSTNode = self.around[-1] if self.around else self.module
        taken = names_read(caller) - ({self.function.name.value} if not self.around else set())
        own = locals_of(self.function)
        if not self.around:
            taken -= own - self._mentioned_elsewhere()
        renamed = dict(names)
        for name in sorted(own - set(replaced) - set(names) - {"_"}):
            if name in taken or name in names.values():
                renamed[name] = self._free(name, taken | own | set(names.values()))
        substitution = Replaced({**{a: parse(b) for a, b in renamed.items() if a != b}, **replaced}, self.positions)
        given = [
            assign(renamed.get(name, name), code) for name, code in bound.items() if name not in replaced
        ]
        inner = body.visit(substitution)
        assert isinstance(inner, cst.IndentedBlock)
        result: Statements = [*given, *inner.body]  # type: ignore[list-item]
        if returned is not None:
            value = returned.visit(substitution)
            assert isinstance(value, cst.BaseExpression)
            result += self._results(small, value)
        if isinstance(small, cst.Return) and returned is None:
            result.append(node.with_changes(body=[small.with_changes(value=None)]))
        comments = [line for line in self.function.leading_lines if line.comment is not None]
        lines = [*node.leading_lines, *comments]
        if result and hasattr(result[0], "leading_lines"):
            first = result[0].with_changes(leading_lines=[*lines, *result[0].leading_lines])
            if result[0] in self.positions:
                self.positions.setdefault(first, self.positions[result[0]])
            result[0] = first
        return result

    def _mentioned_elsewhere(self) -> set[str]:
        """Names of the module mentioned outside the function."""
        names: set[str] = set()
        for statement in self.module.body:
            if statement is not self.function:
                names |= names_read(statement)
        return names

    def _free(self, name: str, taken: set[str]) -> str:
        base = f"{self.function.name.value.strip('_')}_{name}"
        number, free = 2, base
        while free in taken:
            free, number = f"{base}_{number}", number + 1
        return free

    def _result_names(
        self, small: cst.BaseSmallStatement, returned: cst.BaseExpression | None, stored: set[str], replaced: set[str]
    ) -> dict[str, str]:
        """Local names that can have the name that the caller gives to them."""
        if not isinstance(small, cst.Assign) or returned is None:
            return {}
        mentioned, inner = names_read(self.function), _of_functions_inside(self.function)
        times = times_assigned(self.function.body)
        result: dict[str, str] = {}
        for target, value in _pairs(small.targets[0].target, returned):
            if not isinstance(value, cst.Name) or value.value not in stored or value.value in replaced | set(result):
                continue
            text = dotted(target)
            if text is None or text in result.values():
                continue
            if not isinstance(target, cst.Name):
                if value.value not in inner and times[value.value] == 1:
                    result[value.value] = text
            elif text == value.value or text not in mentioned:
                result[value.value] = text
        return result

    def _results(self, small: cst.BaseSmallStatement, value: cst.BaseExpression) -> Statements:
        """What the caller does with what the function gives."""
        if isinstance(small, cst.Return):
            return [cst.SimpleStatementLine([small.with_changes(value=value)])]
        if not isinstance(small, cst.Assign):
            return []
        target = small.targets[0].target
        pairs = _pairs(target, value)
        left = [(t, v) for t, v in pairs if not (isinstance(t, (cst.Name, cst.Attribute)) and t.deep_equals(v))]
        if len(left) == len(pairs) and len(pairs) > 1:
            return [assign(target, value)]
        return [assign(t, v) for t, v in left]


def _stays(code: cst.BaseExpression, function: cst.FunctionDef) -> bool:
    """Whether an argument can stand for its parameter: a name, a number, an attribute that nothing sets meanwhile."""
    if isinstance(code, cst.Attribute):
        return isinstance(code.value, cst.Name) and not _sets_attributes(function)
    return isinstance(code, _SIMPLE)


def _sets_attributes(function: cst.FunctionDef) -> bool:
    finder = _Sets()
    function.body.visit(finder)
    return finder.found


class _Sets(cst.CSTVisitor):
    """Whether code assigns to an attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self.found = self.found or isinstance(node.target, cst.Attribute)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self.found = self.found or isinstance(node.target, cst.Attribute)


def _of_functions_inside(function: cst.FunctionDef) -> set[str]:
    """The names that functions inside a function mention: they are not attributes there."""
    finder = _Inside()
    function.body.visit(finder)
    return finder.names


class _Inside(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.names |= names_read(node)


def _pairs(
    target: cst.BaseExpression, value: cst.BaseExpression
) -> Sequence[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """a, b = x, y taken apart."""
    if isinstance(target, (cst.Tuple, cst.List)) and isinstance(value, (cst.Tuple, cst.List)):
        if len(target.elements) == len(value.elements) and not any(
            isinstance(e, cst.StarredElement) for e in [*target.elements, *value.elements]
        ):
            read = [names_read(e.value) for e in value.elements]
            bound = [set(names_in(e.value)) for e in target.elements]
            crossed = any(bound[i] & read[j] for i in range(len(bound)) for j in range(i + 1, len(read)))
            if not crossed:
                return [(t.value, v.value) for t, v in zip(target.elements, value.elements, strict=True)]
    return [(target, value)]
