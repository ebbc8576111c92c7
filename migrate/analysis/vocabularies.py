"""tf.contrib.learn.preprocessing.VocabularyProcessor: plain Python, which the new program brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Scope, Slot
from migrate.analysis.values import Value

if TYPE_CHECKING:
    from migrate.analysis.expressions import Evaluator

Result = tuple[Value, cst.BaseExpression]
PROCESSOR = "contrib.learn.preprocessing.VocabularyProcessor"
_SUPPORT = "VocabularyProcessor"


def processor(ev: Evaluator, node: cst.Call, name: str, scope: Scope, slot: Slot) -> Result:
    """VocabularyProcessor(max_document_length, ...) and VocabularyProcessor.restore(path)."""
    ev.program.support.add(_SUPPORT)
    function: cst.BaseExpression = cst.Name(ev.program.support_name(_SUPPORT))
    if name != PROCESSOR:
        function = cst.Attribute(function, cst.Name(name.rsplit(".", 1)[-1]))
    args = [arg.with_changes(value=ev.evaluate(arg.value, scope, slot)[1]) for arg in node.args]
    slot.impure = slot.impure or node
    return values.Python(), node.with_changes(func=function, args=args)
