"""Imports of TensorFlow in all their forms, and which of them stay."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from migrate.analysis import values
from migrate.analysis.program import Program
from migrate.analysis.scope import Binding, Refuse, Scope, code_of, dotted

PURE = {"numpy", "math", "itertools", "operator", "functools"}


@dataclass(frozen=True)
class Kept:
    """What stays of an import, and the names it binds."""

    node: cst.Import | cst.ImportFrom | None
    names: tuple[str, ...] = ()


def _inside(module: str) -> str | None:
    """The TF1 name of a module: "" for tensorflow itself, "contrib.rnn" for tensorflow.contrib.rnn."""
    if module in ("tensorflow", "tensorflow.compat.v1", "tensorflow.python"):
        return ""
    for prefix in ("tensorflow.compat.v1.", "tensorflow."):
        if module.startswith(prefix):
            return module[len(prefix) :]
    return None


def bind_import(program: Program, node: cst.Import | cst.ImportFrom, scope: Scope) -> Kept:
    """Bind the names an import makes; what is left of it in the new program."""
    if isinstance(node, cst.Import):
        return _plain(program, node, scope)
    module = dotted(node.module) if node.module is not None else None
    inside = _inside(module) if module and not node.relative else None
    if inside is None:
        if isinstance(node.names, cst.ImportStar):
            return Kept(node)
        for alias in node.names:
            name = alias.asname.name.value if alias.asname else alias.name.value  # type: ignore[union-attr]
            scope.bind(str(name), Binding(values.Python()))
            if module in PURE:
                program.pure_modules.add(str(name))
        return Kept(node, tuple(_names(node)))
    if isinstance(node.names, cst.ImportStar):
        raise Refuse(
            node,
            "star-import",
            f"from {module} import * hides where names come from",
            "Import the names that are used.",
        )
    keras = []
    for alias in node.names:
        original = dotted(alias.name)
        name = str(alias.asname.name.value) if alias.asname else str(original)  # type: ignore[union-attr]
        path = f"{inside}.{original}" if inside else str(original)
        if path.split(".")[0] == "keras":
            scope.bind(name, Binding(values.KerasSymbol(path)))
            keras.append(alias)
        else:
            scope.bind(name, Binding(values.Symbol(path)))
    if keras and len(keras) == len(node.names):
        return Kept(node, tuple(_names(node)))
    if keras:
        raise Refuse(node, "mixed-import", "one import brings names of Keras and of TensorFlow 1", "Write two imports.")
    for name in _names(node):
        program.next.removed.add(name)
    return Kept(None)


def _names(node: cst.ImportFrom) -> list[str]:
    if isinstance(node.names, cst.ImportStar):
        return []
    return [
        str(alias.asname.name.value if alias.asname else alias.name.value)  # type: ignore[union-attr]
        for alias in node.names
    ]


def _plain(program: Program, node: cst.Import, scope: Scope) -> Kept:
    kept = []
    for alias in node.names:
        module = dotted(alias.name) or ""
        inside = _inside(module)
        name = str(alias.asname.name.value) if alias.asname else module.split(".")[0]  # type: ignore[union-attr]
        if inside is None:
            scope.bind(name, Binding(values.Python()))
            if module.split(".")[0] in PURE:
                program.pure_modules.add(name)
            kept.append(alias)
        elif alias.asname is None:
            scope.bind(name, Binding(values.Symbol("")))
            program.tensorflow_imported = True
            kept.append(cst.ImportAlias(cst.Name("tensorflow"), cst.AsName(cst.Name("tf"))))
        elif inside == "":
            scope.bind(name, Binding(values.Symbol("")))
            program.tensorflow_imported = True
            kept.append(cst.ImportAlias(cst.Name("tensorflow"), cst.AsName(cst.Name("tf"))))
        elif inside.split(".")[0] == "keras":
            scope.bind(name, Binding(values.KerasSymbol(inside)))
            kept.append(alias)
        else:
            scope.bind(name, Binding(values.Symbol(inside)))
            program.next.removed.add(name)
    if not kept:
        return Kept(None)
    kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    names = tuple(code_of(a.asname.name) if a.asname else (dotted(a.name) or "").split(".")[0] for a in kept)
    return Kept(node.with_changes(names=kept), names)
