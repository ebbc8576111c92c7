"""Variable scopes as objects: tf.get_variable_scope(), `with tf.variable_scope(...) as scope`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Refuse, Scope, Slot
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]


def current(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """tf.get_variable_scope(): of use for its reuse, and to open it again."""
    return values.VariableScope(ev.program.sharing.scopes), node


def reuse_variables(
    ev: Evaluator, node: cst.Call, value: Value, code: cst.BaseExpression, scope: Scope, slot: Slot
) -> Result:
    """scope.reuse_variables(): from here on variables and layers exist."""
    assert isinstance(value, values.VariableScope)
    sharing = ev.program.sharing
    if value.path != sharing.scopes:
        raise Refuse(node, "reuse", "reuse_variables() is called of a scope that is not the innermost open one")
    sharing.reuse[-1] = True
    return values.Operation("nothing"), node
