"""Sessions that functions keep in a name of the module, or methods in an attribute: self.session = tf.Session().

Other functions read the name, whichever of them runs first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.running import global_names
from migrate.analysis.scope import Binding, Scope, names_in

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

_MAKERS = {"Session", "InteractiveSession"}


def bind_late_sessions(ev: Evaluator, node: cst.Module | cst.FunctionDef, scope: Scope) -> None:
    """Bind the names that functions inside declare global and that only ever hold a session, or None."""
    finder = _Assigned(ev, scope)
    node.body.visit(finder) if isinstance(node, cst.FunctionDef) else node.visit(finder)
    for name in sorted((finder.sessions & finder.declared) - finder.others - set(scope.names)):
        scope.bind(name, Binding(values.Session(), name=name))


class _Assigned(cst.CSTVisitor):
    def __init__(self, ev: Evaluator, scope: Scope) -> None:
        super().__init__()
        self.ev, self.scope = ev, scope
        self.declared: set[str] = set()
        self.sessions: set[str] = set()
        self.others: set[str] = set()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.declared |= global_names(node)

    def visit_Assign(self, node: cst.Assign) -> None:
        names = {name for target in node.targets for name in names_in(target.target)}
        symbol = self.ev.symbol_of(node.value.func, self.scope) if isinstance(node.value, cst.Call) else None
        if symbol is not None and self.ev.program.canonical(symbol) in _MAKERS:
            self.sessions |= names
        elif not (isinstance(node.value, cst.Name) and node.value.value == "None"):
            self.others |= names
