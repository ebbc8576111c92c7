"""Helpers that create something and are called more than once: what each call creates is handed in.

l1 = add_layer(xs, 1, 10)           l1_weights = tf.Variable(...)      # before the call
out = add_layer(l1, 10, 1)          l1 = add_layer(xs, weights=l1_weights)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

from migrate.analysis.compounds import assigned_names
from migrate.analysis.finders import names_read
from migrate.analysis.program import Program
from migrate.analysis.scope import Refuse, Scope
from migrate.classes.marks import plain

Statements = list[cst.BaseStatement]
Node = TypeVar("Node", bound=cst.CSTNode)


def handed_over(
    program: Program, creations: Statements, target: str, owners: int, known: tuple[str, ...] | None
) -> tuple[Statements, dict[str, str], tuple[str, ...]]:
    """What one call creates, under names that say which call it is.

    target: the name the call's result is assigned to. owners: how many there were before the call. known: the
    parameters that an earlier call has given the helper, in the order of what it created.
    Returns the creations, the parameter for each name that the call created, and the arguments by parameter.
    """
    created = [name for creation in creations for name in assigned_names(creation)]
    parameters = dict(zip(created, created if known is None else known, strict=False))
    stem = plain(target).strip("_")
    renamed = {}
    for name, parameter in parameters.items():
        if known is not None:
            program.generated.discard(name)
        base = parameter if not stem or parameter.startswith(f"{stem}_") else f"{stem}_{parameter}"
        renamed[name] = name if known is None and base == name else program.fresh(base)
    for record in program.owners[owners:]:
        record.expression = _in_text(record.expression, renamed)
    program.sharing.renamed(renamed)
    for optimizer in program.optimizers:
        optimizer.name = renamed.get(optimizer.name, optimizer.name)
    return [rename(creation, renamed) for creation in creations], parameters, tuple(renamed.values())


def asked_names(names: Sequence[tuple[str, str]]) -> dict[tuple[str, int], str]:
    """Fresh names by what was asked for, and which one of that it is."""
    counts: Counter[str] = Counter()
    asked = {}
    for base, name in names:
        counts[base] += 1
        asked[base, counts[base]] = name
    return asked


def hoisted(node: cst.Call, creations: Statements, scope: Scope) -> Statements:
    """What a helper creates for several functions: made before the helper, if no function's own names are in it.

    Raises Refuse otherwise.
    """
    for creation in creations:
        own = sorted(names_read(creation) & set(scope.names) - set(assigned_names(creation)))
        if own:
            raise Refuse(
                node,
                "local-creation",
                f"layers that several functions share depend on {own[0]}, which belongs to one of them",
                "Make it a name of the module.",
            )
    return creations


def _in_text(expression: str, renamed: dict[str, str]) -> str:
    head = re.match(r"\w*", expression)
    name = head.group() if head else ""
    return renamed.get(name, name) + expression[len(name) :]


def rename(node: Node, names: dict[str, str]) -> Node:
    """The node with plain names replaced; attributes and keywords stay."""
    changed = node.visit(_Names(names)) if names else node
    assert isinstance(changed, type(node))
    return changed


class _Names(cst.CSTTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        super().__init__()
        self.names = names

    def leave_Name(self, original: cst.Name, updated: cst.Name) -> cst.Name:
        return updated.with_changes(value=self.names.get(updated.value, updated.value))

    def leave_Attribute(self, original: cst.Attribute, updated: cst.Attribute) -> cst.Attribute:
        return updated.with_changes(attr=original.attr)

    def leave_Arg(self, original: cst.Arg, updated: cst.Arg) -> cst.Arg:
        return updated.with_changes(keyword=original.keyword)
