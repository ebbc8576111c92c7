"""`tf1rnn check SCRIPT`: the TF1 names of a program that are not offered, found without running it."""

from __future__ import annotations

import ast
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tf1rnn.python2.program import parsed


@dataclass(frozen=True, order=True)
class Missing:
    """A use of a name that tf1rnn does not offer."""

    file: str
    line: int
    name: str
    reason: str


@dataclass(frozen=True)
class Use:
    """A TF1 name in a file: `path` without "tensorflow.", and how it is reached (import path, from path import)."""

    line: int
    path: str
    module: bool = False
    imported: bool = False


def check(script: str) -> list[Missing]:
    """What the script, and the modules it imports from its own folder, use and do not get; in order of file and line.

    Raises OSError where the script cannot be read, SyntaxError (with file name and line) where it does not parse.
    """
    found: set[Missing] = set()
    for file in _program(script):
        for use in uses(_parsed(file)):
            reason = _refused(use)
            if reason:
                found.add(Missing(file, use.line, f"tf.{use.path}", reason))
    return sorted(found)


def uses(tree: ast.Module) -> list[Use]:
    """The TF1 names that a module mentions: imports, and dotted names that begin with one."""
    bound: dict[str, str] = {}
    found: list[Use] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                path = _inside(alias.name)
                if path is None:
                    continue
                bound[alias.asname or "tensorflow"] = path if alias.asname else ""
                if path:
                    found.append(Use(node.lineno, path, module=True))
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            path = _inside(node.module)
            if path is None:
                continue
            for alias in node.names:
                if alias.name == "*":
                    found.append(Use(node.lineno, path, module=True))
                    continue
                bound[alias.asname or alias.name] = f"{path}.{alias.name}".lstrip(".")
                found.append(Use(node.lineno, bound[alias.asname or alias.name], imported=True))
    _follow(tree, bound)
    own = {_dotted(n, bound) for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner:
            dotted = _dotted(node, bound)
            if dotted and not any(name and f"{dotted}.".startswith(f"{name}.") for name in own):
                found.append(Use(node.lineno, dotted))
    return found


def _follow(tree: ast.Module, bound: dict[str, str]) -> None:
    """Adds names that are bound once, to a module or name of TensorFlow (`slim = tf.contrib.slim`), to `bound`."""
    stored = Counter(n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    parameters = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, path = node.targets[0].id, _dotted(node.value, bound)
            if path is not None and stored[name] == 1 and name not in parameters and name not in bound:
                bound[name] = path


def _inside(module: str) -> str | None:
    """The path of a module of TensorFlow without "tensorflow."; None for other modules."""
    top, _, rest = module.partition(".")
    return rest if top == "tensorflow" else None


def _dotted(node: ast.expr, bound: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return bound.get(node.id)
    if isinstance(node, ast.Attribute):
        base = _dotted(node.value, bound)
        return None if base is None else f"{base}.{node.attr}".lstrip(".")
    return None


def _refused(use: Use) -> str:
    """Why a name is not there; "" if it is. What hangs on an object (a method, a field) is not looked at."""
    from tf1rnn import imports
    from tf1rnn.namespace import Namespace

    parts = use.path.split(".")
    for length in range(len(parts), -1, -1):
        name = ".".join(["tensorflow", *parts[:length]])
        try:
            module = imports.look_up(name)
        except ImportError as missing:
            if length == len(parts) and use.module:
                return str(missing)
            continue
        if length == len(parts):
            return ""
        try:
            imports.look_up_from(name, parts[length])
        except (AttributeError, ImportError) as missing:
            return str(missing) if isinstance(module, Namespace) or use.imported else ""
        return ""
    return ""


def _parsed(file: str) -> ast.Module:
    with open(file, "rb") as source:
        return parsed(source.read(), file)


def _program(script: str) -> Iterator[str]:
    """The script and the modules it imports from its own folder, each once."""
    folder = os.path.dirname(os.path.abspath(script))
    waiting, seen = [script], {os.path.abspath(script)}
    while waiting:
        file = waiting.pop(0)
        yield file
        for node in ast.walk(_parsed(file)):
            for name in _imported(node):
                for local in (
                    name.replace(".", os.sep) + ".py",
                    os.path.join(name.replace(".", os.sep), "__init__.py"),
                ):
                    path = os.path.join(folder, local)
                    if os.path.isfile(path) and os.path.abspath(path) not in seen:
                        seen.add(os.path.abspath(path))
                        waiting.append(os.path.join(os.path.dirname(script), local))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    if isinstance(node, ast.ImportFrom):
        return [alias.name for alias in node.names]
    return []
