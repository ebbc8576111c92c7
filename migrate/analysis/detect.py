"""Whether a file uses TensorFlow at all, and whether what it uses is TensorFlow 1."""

from __future__ import annotations

import ast

from migrate import api


def kind_of(source: str) -> str:
    """ "none", "tf2" or "tf1"; the source must parse."""
    tree = ast.parse(source)
    names: dict[str, str] = {}
    imported = False
    tf1 = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "tensorflow":
                    imported = True
                    inside = alias.name[len("tensorflow") :].lstrip(".")
                    if alias.asname:
                        names[alias.asname] = inside
                    else:
                        names["tensorflow"] = ""
                    tf1 = tf1 or _tf1(inside)
        elif (
            isinstance(node, ast.ImportFrom)
            and not node.level
            and node.module
            and (node.module.split(".")[0] == "tensorflow")
        ):
            imported = True
            inside = node.module[len("tensorflow") :].lstrip(".")
            for alias in node.names:
                path = f"{inside}.{alias.name}".lstrip(".")
                names[alias.asname or alias.name] = path
                tf1 = tf1 or _tf1(inside) or _tf1(path)
    if not imported:
        return "none"
    changed = True
    while changed:  # names that stand for parts of TensorFlow: rnn = tf.contrib.rnn
        changed = False
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                found = _path(node.value, names)
                if (
                    found is not None
                    and names.get(node.targets[0].id) is None
                    and isinstance(node.value, ast.Attribute)
                ):
                    names[node.targets[0].id] = found
                    changed = True
    own = {  # tf.model = ...: a name that the program itself hangs onto TensorFlow
        _path(node, names)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            used = _path(node, names)
            if used is not None and _tf1(used) and not any(f"{used}.".startswith(f"{name}.") for name in own if name):
                tf1 = True
    return "tf1" if tf1 else "tf2"


def _path(node: ast.expr, names: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        base = _path(node.value, names)
        return None if base is None else f"{base}.{node.attr}".lstrip(".")
    return None


def _tf1(path: str) -> bool:
    if not path:
        return False
    if path.startswith(("compat.v1", "contrib", "python.", "models.", "examples.")) or path == "python":
        return True
    return api.is_tf1_only(path)
