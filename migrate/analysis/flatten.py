"""Scopes and sessions in line: with statements that leave no trace, branches that are decided, one statement a line."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from migrate.analysis import control, values
from migrate.analysis.appended import comprehension, empty_list, filling_loop
from migrate.analysis.cells import initializer
from migrate.analysis.finders import CellFinder, GraphFinder, header_comment, names_read
from migrate.analysis.region import Block, Statements
from migrate.analysis.scope import Binding, Refuse, Scope, Slot, arguments, assign_target, code_of, is_none, names_in
from migrate.analysis.sharing import ADVICE, UNNAMED
from migrate.analysis.values import Value

_FLAT_SCOPES = {
    "variable_scope",
    "name_scope",
    "Session",
    "InteractiveSession",
    "variable_op_scope",
    "op_scope",
    "control_dependencies",
    "get_default_graph",
    "Graph",
    "container",
}


_NAMED = ("name_scope", "variable_scope")


class Flattening(Block):
    """The statements of a block with the bodies of scopes and sessions in line."""

    def _flat(self, statements: Statements, scope: Scope) -> Iterable[cst.BaseStatement]:
        """The statements, with the bodies of scopes and sessions in line."""
        loops: dict[cst.BaseStatement, cst.SimpleStatementLine] = {}
        for position, statement in enumerate(statements):
            found = self._filled_later(statement, statements[position + 1 :], scope)
            if found is not None:
                loops[found[0]] = found[1]
                self._comments(getattr(statement, "leading_lines", []))
                continue
            statement = loops.get(statement, statement)
            kind = self._scope_kind(statement, scope) if isinstance(statement, cst.With) else None
            if kind is not None and isinstance(statement, cst.With) and len(statement.items) > 1:
                yield from self._flat([_nested(statement)], scope)
                continue
            if isinstance(statement, cst.If):
                known = self._known_branch(statement, scope)
                if known is not None:
                    yield from self._flat(self._branch(statement, known), scope)
                    continue
            if kind is None or not isinstance(statement, cst.With):
                yield from self._split(statement)
                continue
            self._comments(statement.leading_lines)
            if isinstance(statement.body, cst.IndentedBlock):
                self._comments(header_comment(statement.body))
            initializer = self._enter(statement, kind, scope)
            yield from self._flat(list(statement.body.body), scope)  # type: ignore[arg-type]
            self._leave(kind, initializer)
            if isinstance(statement.body, cst.IndentedBlock):
                self._comments([line for line in statement.body.footer if line.comment])

    def _filled_later(
        self, statement: cst.BaseStatement, following: Statements, scope: Scope
    ) -> tuple[cst.BaseStatement, cst.SimpleStatementLine] | None:
        """For `cells = []`: the loop that appends the cells, and the comprehension in its place."""
        name = empty_list(statement)
        found = filling_loop(name, following) if name is not None else None
        if name is None or found is None:
            return None
        loop = found[1]
        finder = CellFinder(self.ev, scope)
        loop.visit(finder)
        line = comprehension(name, loop) if finder.found else None
        return None if line is None else (loop, line.with_changes(leading_lines=loop.leading_lines))

    def _branch(self, statement: cst.If, known: bool) -> Statements:
        if known:
            return list(statement.body.body)  # type: ignore[arg-type]
        orelse = statement.orelse
        if orelse is None:
            return []
        if isinstance(orelse, cst.Else):
            return list(orelse.body.body)  # type: ignore[arg-type]
        return [orelse]

    def _scope_kind(self, node: cst.With, scope: Scope) -> str | None:
        """What kind of scope a with statement opens; None for one that stays."""
        kinds = []
        for item in node.items:
            kind = None
            if isinstance(item.item, cst.Call):
                func = item.item.func
                name = self.ev.symbol_of(func, scope)
                if name is not None:
                    short = self.program.canonical(name)
                    kind = "device" if short == "device" else short if short in _FLAT_SCOPES else None
                elif isinstance(func, cst.Attribute) and func.attr.value == "as_default":
                    value = self.ev.look(func.value, scope)
                    kind = "Graph" if isinstance(value, (values.Graph, values.Session, values.Operation)) else None
            elif isinstance(item.item, cst.Name):
                found = scope.find(item.item.value)
                kind = "Session" if found and isinstance(found[0].value, values.Session) else None
            kinds.append(kind)
        return kinds[0] if kinds and all(kinds) else None

    def _known_branch(self, statement: cst.If, scope: Scope) -> bool | None:
        """Which branch runs: told by TensorFlow's version, or by a setting of the file that chooses a cell."""
        known = self.ev.settled_test(statement.test, scope)
        if known is not None:
            return known
        setting = self.ev.constant(statement.test, scope)
        if setting is values.UNKNOWN:
            return None
        finder = CellFinder(self.ev, scope)
        statement.visit(finder)
        if not finder.found:
            return None
        self.program.note(statement, f"Only the branch for {code_of(statement.test)} being {bool(setting)} is kept.")
        return bool(setting)

    def _enter(self, node: cst.With, kind: str, scope: Scope) -> bool:
        given = False
        first = node.items[0].item
        named = self.ev.constant(first.args[0].value, scope) if isinstance(first, cst.Call) and first.args else ""
        self.program.enter_scope(named if isinstance(named, str) and kind in _NAMED else "")
        if kind == "control_dependencies":
            control.enter(self.ev, node, scope)
            return False
        if kind in ("variable_scope", "variable_op_scope"):
            self.ev.regularizers.append(self.ev.regularizers[-1])
            self.owners_before.append(len(self.program.owners))
        for item in node.items:
            if kind == "device" and isinstance(item.item, cst.Call):
                self.program.devices.append(self.program.device)  # the inner one counts
                self.program.device = self.ev.creation(item.item.args[0].value, scope, Slot())
                continue
            value: Value = values.Operation("scope")
            held = scope.find(item.item.value) if isinstance(item.item, cst.Name) else None
            if held is not None and isinstance(held[0].value, values.Session):
                value = held[0].value
            if isinstance(item.item, cst.Call):
                value = self._open(item.item, kind, scope)
                if isinstance(value, values.Python):
                    given = True
            if item.asname is not None:
                for name in names_in(item.asname.name):
                    self._remove(name)
                    opened = value if not isinstance(value, values.Python) else values.Operation("scope")
                    if kind in ("variable_scope", "variable_op_scope"):
                        opened = values.VariableScope(self.program.sharing.scopes)
                    scope.bind(name, Binding(opened))
        if kind in ("variable_scope", "variable_op_scope") and not given:
            self.ev.initializers.append(self.ev.initializers[-1])
        return given

    def _open(self, call: cst.Call, kind: str, scope: Scope) -> Value:
        if kind in ("variable_scope", "variable_op_scope"):
            return self._variable_scope(call, scope)
        if kind in ("Session", "InteractiveSession", "Graph") and self.ev.symbol_of(call.func, scope):
            value, _ = self.ev.evaluate(call, scope, Slot())
            return value
        if isinstance(call.func, cst.Attribute) and call.func.attr.value == "as_default":
            return self.ev.evaluate(call.func.value, scope, Slot())[0]
        return values.Graph() if kind == "Graph" else values.Operation("scope")

    def _variable_scope(self, call: cst.Call, scope: Scope) -> Value:
        names = (
            "name_or_scope",
            "default_name",
            "values",
            "initializer",
            "regularizer",
            "caching_device",
            "partitioner",
            "custom_getter",
            "reuse",
            "dtype",
        )
        bound = arguments(call, names, "tf.variable_scope")
        for option in ("partitioner", "custom_getter"):
            if not is_none(bound.get(option)):
                raise Refuse(call, "variable-option", f"tf.variable_scope({option}=...) is not carried over")
        if "dtype" in bound and self.ev.symbol_of(bound["dtype"], scope) != "float32":
            raise Refuse(call, "dtype", "a variable scope gives its variables another dtype")
        given_regularizer = bound.get("regularizer")
        if given_regularizer is not None and not is_none(given_regularizer):
            self.ev.regularizers[-1] = given_regularizer, scope
        reuse: object = False
        if "reuse" in bound:
            auto = self.ev.symbol_of(bound["reuse"], scope) == "AUTO_REUSE"
            reuse = "auto" if auto else self.ev.constant(bound["reuse"], scope) or False
            if reuse is values.UNKNOWN:
                raise Refuse(call, "reuse", "the source does not show whether the scope shares variables", ADVICE)
        given = bound.get("name_or_scope")
        held = None if given is None or isinstance(given, cst.SimpleString) else self.ev.look(given, scope)
        name = held if isinstance(held, values.VariableScope) else self._scope_name(given, scope)
        self.program.sharing.enter(name, reuse)  # type: ignore[arg-type]
        if not is_none(bound.get("initializer")):
            self.ev.initializers.append(initializer(self.ev, bound["initializer"], scope, Slot()))
            return values.Python()
        return values.Operation("scope")

    def _scope_name(self, given: cst.BaseExpression | None, scope: Scope) -> str:
        """What tells a variable scope from others; UNNAMED where the source does not show that it is always one."""
        if given is None or is_none(given):
            return UNNAMED
        text = self.ev.constant(given, scope)
        if isinstance(text, str):
            return text
        for name in names_read(given):
            found = scope.find(name)
            if found is not None and (found[0].local or found[0].parameter or self.program.bindings[name] != 1):
                return UNNAMED
        return code_of(given)

    def _leave(self, kind: str, given: bool) -> None:
        self.program.scopes.pop()
        if kind == "control_dependencies":
            self.program.controlled.pop()
            self.program.averaged.pop()
        if kind == "device":
            self.program.device = self.program.devices.pop()
        if kind in ("variable_scope", "variable_op_scope"):
            around = self.ev.regularizers.pop()
            inside = self.program.owners[self.owners_before.pop() :]
            made = [record for record in inside if record.kind != "variable" and not record.parts]
            if around is not None and made:
                raise Refuse(
                    around[0],
                    "variable-option",
                    f"tf.variable_scope(regularizer=...) also holds for the cell or layer of line {made[0].line}",
                    "Add the penalty of its weights by hand.",
                )
            self.ev.initializers.pop()
            self.program.sharing.leave()

    def _split(self, statement: cst.BaseStatement) -> Iterable[cst.BaseStatement]:
        """One statement a line, where a line with several holds anything but plain Python; a, b = x, y likewise."""
        if not isinstance(statement, cst.SimpleStatementLine):
            yield statement
            return
        parts: list[cst.BaseSmallStatement] = []
        for small in statement.body:
            parts += self._split_pairs(small)
        if len(parts) == 1 or not any(self._touches_graph(part) or _imports(part) for part in parts):
            yield statement
            return
        for position, part in enumerate(parts):
            part = part.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
            yield cst.SimpleStatementLine(
                [part],
                leading_lines=statement.leading_lines if position == 0 else [],
                trailing_whitespace=statement.trailing_whitespace
                if position + 1 == len(parts)
                else cst.TrailingWhitespace(),
            )

    def _split_pairs(self, small: cst.BaseSmallStatement) -> list[cst.BaseSmallStatement]:
        if isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.value, cst.Tuple):
            target = small.targets[0].target
            if (
                isinstance(target, cst.Tuple)
                and len(target.elements) == len(small.value.elements)
                and self._touches_graph(small)
                and not _crossed(target, small.value)
            ):
                return [
                    cst.Assign([assign_target(a.value)], b.value)
                    for a, b in zip(target.elements, small.value.elements, strict=True)
                ]
        return [small]

    def _touches_graph(self, node: cst.CSTNode) -> bool:
        finder = GraphFinder(self.ev, self.region.scope)
        node.visit(finder)
        return finder.found


def _nested(statement: cst.With) -> cst.With:
    """with a, b: as with a: with b:"""
    first, *rest = statement.items
    inner = statement.with_changes(items=rest, leading_lines=[])
    return statement.with_changes(
        items=[first.with_changes(comma=cst.MaybeSentinel.DEFAULT)], body=cst.IndentedBlock([inner])
    )


def _imports(small: cst.BaseSmallStatement) -> bool:
    return isinstance(small, (cst.Import, cst.ImportFrom)) and "tensorflow" in code_of(small)


def _crossed(targets: cst.Tuple, made: cst.Tuple) -> bool:
    """Whether a value reads what an earlier target of the same assignment binds: a, b = b, a."""
    bound: set[str] = set()
    for target, value in zip(targets.elements, made.elements, strict=True):
        if bound & names_read(value.value):
            return True
        bound.update(names_in(target.value))
    return False
