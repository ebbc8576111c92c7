"""The last check of a migrated text before anything is written: it is what a TF2 program has to be.

It parses; every name it reads is bound somewhere; every name of TensorFlow and Keras it uses exists in TF2
and Keras 3, so nothing of TF1 is left; it imports nothing of this project. The gate knows nothing of how the
text came about, and imports neither TensorFlow nor Keras.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from migrate.api.names import exists
from migrate.gate_attributes import unassigned
from migrate.gate_versions import PYTHON_2, for_one_version
from migrate.scopes import BUILTINS, Reader, Scope

OWN = {"tf1rnn", "migrate"}
ROOTS = {"tensorflow": "tf", "keras": "keras"}


@dataclass(frozen=True)
class Finding:
    """What is wrong in one line of the migrated text, and which rule says so."""

    line: int
    rule: str
    reason: str


def check(source: str) -> list[Finding]:
    """What is wrong with a migrated text, by line of that text; nothing if it may be written."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return [Finding(line, "gate-syntax", f"the result does not parse: {error}")]
    reader = Reader(tree)
    found = [*imports(reader), *names(reader, for_one_version(tree)), *order(tree), *strings(tree, reader)]
    for line, name in unassigned(tree):
        found.append(Finding(line, "gate-attribute", f"the attribute {name!r} is read but never assigned"))
    return sorted(set(found), key=lambda finding: (finding.line, finding.reason))


def imports(reader: Reader) -> list[Finding]:
    found = []
    for item in reader.imports:
        top = item.path.split(".")[0]
        full = public(item.path)
        if top in OWN:
            found.append(Finding(item.line, "gate-own-import", f"the result imports {top}"))
        elif item.path.endswith(".*"):
            reason = f"import * from {item.path[:-2]} hides which names are bound"
            found.append(Finding(item.line, "gate-star-import", reason))
        elif full and not exists(full):
            found.append(missing(full, item.line))
    return found


def names(reader: Reader, versions: Collection[int] = ()) -> list[Finding]:
    """Names that nothing binds, and names of TensorFlow and Keras that do not exist.

    versions: lines that are for one version of Python; what Python 2 had is no finding there.
    """
    found = []
    for read in reader.reads:
        bound = read.scope.find(read.name)
        if bound is None:
            old = read.name in PYTHON_2 and read.line in versions
            if read.name not in BUILTINS and not old:
                reason = f"{read.name!r} is read but never bound"
                found.append(Finding(read.line, "gate-unbound-name", reason))
            continue
        paths = [symbol(path, read.scope) if path else None for path in bound]
        if not paths or None in paths:
            continue
        full = [".".join((path, *read.attributes)) for path in paths if path]
        if not any(exists(name) for name in full):
            found.append(missing(full[0], read.line))
    return found


def order(tree: ast.Module) -> list[Finding]:
    """Names that the top level reads before it binds them. Bodies of functions run later and are left out."""
    found = []
    bound = set(BUILTINS)
    later = {name for statement in tree.body for name in bound_by(statement)}
    for statement in tree.body:
        own = bound_by(statement)
        for node in run_at_once(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in later - bound - own:
                found.append(Finding(node.lineno, "gate-order", f"{node.id!r} is read before it is bound"))
        bound |= own
    return found


def bound_by(statement: ast.stmt) -> set[str]:
    """The names of the module that a statement binds."""
    names = set()
    for node in run_at_once(statement):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.Global):
            names.update(node.names)
    return names


def run_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """A node and its parts, without the bodies of functions and lambdas."""
    yield node
    parts: list[ast.AST] = list(ast.iter_child_nodes(node))
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        parts = [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
    elif isinstance(node, ast.Lambda):
        parts = [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
    for part in parts:
        yield from run_at_once(part)


def strings(tree: ast.Module, reader: Reader) -> list[Finding]:
    """getattr(tf, "placeholder") is a use of tf.placeholder."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            target, name = [*node.args, None, None][:2]
            if isinstance(target, ast.Name) and isinstance(name, ast.Constant):
                attribute = str(name.value)
                for path in reader.scope.find(target.id) or []:
                    full = symbol(path, reader.scope) if path else None
                    if full and not exists(f"{full}.{attribute}"):
                        found.append(missing(f"{full}.{attribute}", node.lineno))
    return found


def public(path: str) -> str | None:
    """The public name ("tf.nn.relu") of an import path ("tensorflow.nn.relu"); None for others."""
    top, _, rest = path.partition(".")
    if top not in ROOTS:
        return None
    return f"{ROOTS[top]}.{rest}" if rest else ROOTS[top]


def symbol(path: str, scope: Scope, depth: int = 0) -> str | None:
    """The public name that a binding stands for, through aliases (`layers = keras.layers`), or None."""
    direct = public(path)
    if direct or depth > 4:
        return direct
    name, *attributes = path.split(".")
    inner = scope.find(name) or []
    if len(inner) != 1 or inner[0] is None:
        return None
    base = symbol(inner[0], scope, depth + 1)
    return ".".join((base, *attributes)) if base else None


def missing(name: str, line: int) -> Finding:
    if name.startswith("tf."):
        where = "the TF1 part of TensorFlow" if ".compat.v1" in name else "not a name of TensorFlow 2"
        return Finding(line, "gate-tf1-name", f"{name} is left: {where}")
    return Finding(line, "gate-unknown-name", f"{name} does not exist in Keras 3")

