"""The import redirection: the user's own files get our `tensorflow`, all other code gets the real one.

A file of the user is compiled from a changed syntax tree (same lines and columns, the file itself is never
written): `import tensorflow as tf` becomes an assignment from a lookup here. Nothing global is replaced, so
TensorFlow's and libraries' own imports are what they always were.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.abc
import importlib.machinery
import os
import sys
import sysconfig
import types
from collections.abc import Sequence
from typing import Any

from tf1rnn import bridges
from tf1rnn.bridged_calls import bridged_call
from tf1rnn.namespace import namespace
from tf1rnn.notices import once
from tf1rnn.private_modules import PARENTS, home_of
from tf1rnn.private_names import extended
from tf1rnn.python2 import program
from tf1rnn.refusals import Refused, UnsupportedModule, UnsupportedName, explain
from tf1rnn.refused import reason
from tf1rnn.support import public_names

# The names by which changed code reaches this module; put into builtins, where no script trips over them.
LOOK_UP, LOOK_UP_FROM, LOOK_UP_ALL = "__tf1rnn_import__", "__tf1rnn_import_from__", "__tf1rnn_import_all__"


def look_up(name: str) -> Any:
    """The module for `import name` in a user's file.

    Raises UnsupportedModule (an ImportError) if TensorFlow 1.15's module is not offered.
    """
    if bridges.has(name):
        return bridges.module(name)
    path = name.partition(".")[2]
    if path == "compat.v2" or path.startswith("compat.v2."):
        return importlib.import_module("tensorflow" + path[len("compat.v2") :])
    home = home_of(path)
    if home is not None:
        path = home
    elif path == "python" or path.startswith(("python.", "core.")):
        return _real(name)
    module: Any = namespace("")
    for part in path.split(".") if path else []:
        try:
            module = getattr(module, part)
        except AttributeError:
            raise UnsupportedModule(explain(path, reason(path)), name=name) from None
    if not isinstance(module, types.ModuleType):
        raise UnsupportedModule(f"No module named {name!r}; tf.{path} is not a module", name=name)
    return module


def look_up_from(name: str, attribute: str) -> Any:
    """The object for `from name import attribute` in a user's file.

    Raises UnsupportedModule if there is none.
    """
    if attribute in PARENTS.get(name, ()):
        return _parent(f"{name}.{attribute}")
    module = None
    if home_of(name.partition(".")[2]) is not None:
        # TensorFlow's own file of that name may not exist here, but what it held does.
        module = look_up(name)
        try:
            return getattr(module, attribute)
        except AttributeError:
            pass
    if name.startswith("tensorflow.python") or not bridges.has(name):
        try:
            return look_up(f"{name}.{attribute}")
        except (UnsupportedModule, ModuleNotFoundError):
            pass  # not a module; other errors are real ones
    module = module or look_up(name)
    try:
        return getattr(module, attribute)
    except UnsupportedName as missing:
        raise UnsupportedModule(str(missing), name=name) from None
    except AttributeError:
        if module.__name__.partition(".")[0] in ("tf1rnn", "tensorflow"):
            message = explain(f"{name}.{attribute}".partition(".")[2])
        else:
            message = f"cannot import name {attribute!r} from {name!r}"
        raise UnsupportedModule(message, name=name) from None


def import_from(name: str, attribute: str) -> Any:
    """`from name import attribute` as a user's file runs it: what is refused for a reason, and TensorFlow 1.15 had, is
    refused where it is used. Raises UnsupportedModule for other names that are missing.
    """
    try:
        return look_up_from(name, attribute)
    except UnsupportedModule as missing:
        path = f"{name}.{attribute}".partition(".")[2]
        if reason(path) is None or not _had(path):
            raise
        once(path, f"imported, and refused where it is used: {missing}")
        return Refused(str(missing))


def _had(path: str) -> bool:
    """Whether TensorFlow 1.15 had a name, as far as can be told (not for its private modules)."""
    module, _, name = path.rpartition(".")
    return ".python." in path or name in public_names().get(module, ()) or path in public_names()


def look_up_all(name: str) -> dict[str, Any]:
    """The names for `from name import *` in a user's file."""
    module = look_up(name)
    names = getattr(module, "__all__", None) or [n for n in dir(module) if not n.startswith("_")]
    found = {}
    for each in names:
        try:
            found[each] = getattr(module, each)
        except (AttributeError, ImportError):  # announced by dir() but not loadable here
            continue
    return found


def _parent(name: str) -> Any:
    if name in PARENTS:
        holder = types.ModuleType(name)
        for child in PARENTS[name]:
            setattr(holder, child, _parent(f"{name}.{child}"))
        return holder
    return look_up(name)


def _real(name: str) -> Any:
    try:
        return extended(importlib.import_module(name), name.partition(".")[2])
    except ModuleNotFoundError as missing:
        if not f"{name}.".startswith(f"{missing.name}."):
            raise
        raise UnsupportedModule(
            f"{name} is a private module of TensorFlow 1.15 that TensorFlow 2 does not have. "
            + explain(name.partition(".")[2]).partition(". ")[2],
            name=name,
        ) from None


class _Redirect(ast.NodeTransformer):
    """Replaces imports of tensorflow and of the bridged modules by lookups, in place."""

    def __init__(self, python2: bool) -> None:
        self.python2 = python2

    def visit_Import(self, node: ast.Import) -> Any:
        if not any(_is_ours(alias.name) for alias in node.names):
            return node
        statements: list[ast.stmt] = []
        for alias in node.names:
            if not _is_ours(alias.name) or (bridges.moved(alias.name) and "." in alias.name and not alias.asname):
                statements.append(ast.Import(names=[alias]))
                continue
            top = alias.name.partition(".")[0]
            if alias.asname is None and top != alias.name:
                statements.append(ast.Expr(_call(LOOK_UP, alias.name)))
                if not bridges.has(top):
                    statements.append(_assign(top, _call(LOOK_UP, top)))
            else:
                statements.append(_assign(alias.asname or alias.name, _call(LOOK_UP, alias.name)))
        return [ast.fix_missing_locations(ast.copy_location(s, node)) for s in statements]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        if node.level or not node.module:
            return node
        statements: list[ast.stmt] = []
        if not _is_ours(node.module):
            for alias in [a for a in node.names if bridges.moved(f"{node.module}.{a.name}")]:
                node.names.remove(alias)
                value = _call(LOOK_UP, f"{node.module}.{alias.name}")
                statements.append(_assign(alias.asname or alias.name, value))
            statements += [node] if node.names else []
            return [ast.fix_missing_locations(ast.copy_location(s, node)) for s in statements]
        for alias in node.names:
            if alias.name == "*":
                update = ast.Attribute(_call_plain("globals"), "update", ast.Load())
                statements.append(ast.Expr(ast.Call(update, [_call(LOOK_UP_ALL, node.module)], [])))
            else:
                value = _call(LOOK_UP_FROM, node.module, alias.name)
                statements.append(_assign(alias.asname or alias.name, value))
        return [ast.fix_missing_locations(ast.copy_location(s, node)) for s in statements]

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        return bridged_call(node, self.python2) if bridges.on() else node


def _is_ours(name: str) -> bool:
    return name == "tensorflow" or name.startswith("tensorflow.") or bridges.has(name)


def _call(function: str, *arguments: str) -> ast.Call:
    return ast.Call(ast.Name(function, ast.Load()), [ast.Constant(a) for a in arguments], [])


def _call_plain(function: str) -> ast.Call:
    return ast.Call(ast.Name(function, ast.Load()), [], [])


def _assign(name: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def compile_redirected(source: bytes, filename: str, package: str = "") -> types.CodeType:
    """Compiles a file of the user, a module of a package or not, with its imports redirected. Raises what `compile`
    raises, also for Python 2 source that cannot be converted.
    """
    return compile_tree(program.running.tree(source, filename, package), filename)


def compile_tree(tree: ast.Module, filename: str, interactive: bool = False) -> types.CodeType:
    """Compiles a tree of the user's code with its imports redirected; `interactive` prints the values of
    expressions.
    """
    redirected = _Redirect(filename in program.running.python2).visit(tree)
    if interactive:
        return compile(ast.Interactive(redirected.body), filename, "single", dont_inherit=True)
    return compile(redirected, filename, "exec", dont_inherit=True)


class UserLoader(importlib.machinery.SourceFileLoader):
    """Loads a module of the user; no bytecode is read or written, that belongs to the unchanged source."""

    def __init__(self, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self._ready: dict[str, types.CodeType] = {}  # compiled, and about to be executed

    def get_code(self, fullname: str) -> types.CodeType:
        if fullname in self._ready:
            return self._ready.pop(fullname)
        path = self.get_filename(fullname)
        package = fullname if self.is_package(fullname) else fullname.rpartition(".")[0]
        return compile_redirected(self.get_data(path), path, package)

    def exec_module(self, module: types.ModuleType) -> None:
        name = module.__name__
        self._ready[name] = self.get_code(name)
        program.running.settle(module.__dict__, self.get_filename(name))
        super().exec_module(module)  # keeps its own frames out of tracebacks


class UserFinder(importlib.abc.MetaPathFinder):
    """Finds the modules that belong to the user's program.

    Its folders are: that of the script, entries of sys.path above it, and what the script itself adds to
        sys.path.
    What is installed (site-packages, the standard library, this package) is never the user's.
    """

    def __init__(self, folder: str) -> None:
        self.folder = os.path.realpath(folder)
        before = {os.path.realpath(entry or os.getcwd()) for entry in sys.path}
        above = {e for e in before if self.folder.startswith(e.rstrip(os.sep) + os.sep)}
        self._foreign_entries = before - above - {self.folder}
        installed = {sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")}
        self._installed = [os.path.realpath(p) for p in (*installed, os.path.dirname(__file__))]

    def is_users(self, path: str) -> bool:
        """Whether a file belongs to the program."""
        path = os.path.realpath(path)
        if any(_inside(path, folder) for folder in self._installed):
            return False
        if {"site-packages", "dist-packages"} & set(path.split(os.sep)):
            return False
        if _inside(path, self.folder):
            return True
        entries = {os.path.realpath(entry or os.getcwd()) for entry in sys.path} - self._foreign_entries
        return any(_inside(path, entry) for entry in entries)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        if spec.origin is None or not self.is_users(spec.origin):
            return None
        spec.loader = UserLoader(spec.loader.name, spec.loader.path)
        return spec


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def install(folder: str) -> UserFinder:
    """Redirects imports of the program in `folder` from now on; returns the finder, to be removed from
    sys.meta_path.
    """
    for name, function in (
        (LOOK_UP, look_up),
        (LOOK_UP_FROM, import_from),
        (LOOK_UP_ALL, look_up_all),
        *bridges.CALLED_BY_FILES.items(),
    ):
        setattr(builtins, name, function)
    finder = UserFinder(folder)
    finders = list(sys.meta_path)
    place = finders.index(importlib.machinery.PathFinder) if importlib.machinery.PathFinder in finders else 0
    sys.meta_path.insert(place, finder)
    return finder
