"""Rewrites the tree of a Python 2 file so that it means in Python 3 what it meant.

a / b          divides whole numbers by the floor, unless the file has `from __future__ import division`
print          writes as the statement did, unless the file has `from __future__ import print_function`
d.keys()       lists; d.iteritems(), d.has_key(), file.next() exist
[x for x in …] leaves x behind
import cPickle gives the module it was
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable
from typing import Any

from tf1rnn.python2 import evidence, modules
from tf1rnn.python2.operations import METHODS
from tf1rnn.python2.parameters import unpacked

# Special methods by their old name -> the new one, set beside it.
RENAMED = {"__nonzero__": "__bool__", "next": "__next__"}
COMPARISONS = {"__lt__": ast.Lt, "__le__": ast.LtE, "__gt__": ast.Gt, "__ge__": ast.GtE, "__eq__": ast.Eq}


def kept(tree: ast.Module, filename: str, package: str = "", future: Iterable[str] = ()) -> ast.Module:
    """The tree with Python 2's meaning. `package` is the package the file is a module of, "" for none; `future` are
    features of `__future__` that hold besides those that the tree imports.
    """
    features = {*future} | evidence.features(tree)
    folder = os.path.dirname(filename) if package else ""
    new = _Keep(features, folder).visit(tree)
    return ast.fix_missing_locations(new)


class _Keep(ast.NodeTransformer):
    def __init__(self, future: set[str], package_folder: str) -> None:
        self.future = future
        self.package_folder = package_folder
        self.made = 0

    # ---- operators

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        if isinstance(node.op, ast.Div) and "division" not in self.future:
            return _at(node, _call("divide", node.left, node.right))
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            return _at(node, _call("format", node.left, node.right))
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div) or "division" in self.future:
            return node
        target = node.target
        if isinstance(target, ast.Name):
            old = ast.Name(target.id, ast.Load())
            return _at(node, ast.Assign([target], _call("idivide", old, node.value)))
        if isinstance(target, ast.Attribute):
            call = _call("idivide_attribute", target.value, ast.Constant(target.attr), node.value)
        else:
            call = _call("idivide_item", target.value, _index(target.slice), node.value)
        return _at(node, ast.Expr(call))

    # ---- calls

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Name):
            if function.id == "print" and "print_function" not in self.future:
                function.id = "__tf1rnn_py2_print__"
            elif function.id == "str" and len(node.args) == 1 and not node.keywords:
                return _at(node, _call("str", function, node.args[0]))
        elif isinstance(function, ast.Attribute):
            if function.attr in METHODS and not _is_super(function.value):
                node.func = _at(function, _call("method", function.value, ast.Constant(function.attr)))
            elif function.attr == "format" and isinstance(function.value, ast.Constant):
                plain = [a for a in node.args if not isinstance(a, ast.Starred)]
                if len(plain) == len(node.args):
                    node.args = [_at(a, _call("short", a)) for a in plain]
        return node

    # ---- what names are left with

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> Any:
        self.generic_visit(node)
        if node.name:
            kept_name, node.name = node.name, self._new_name()
            assign = ast.Assign([ast.Name(kept_name, ast.Store())], ast.Name(node.name, ast.Load()))
            node.body.insert(0, _at(node, assign))
        return node

    def visit_Module(self, node: ast.Module) -> Any:
        self._leave_behind(node)
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        self._leave_behind(node)
        unpacked(node)
        self.generic_visit(node)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        unpacked(node)
        self.generic_visit(node)
        return node

    def _leave_behind(self, scope: ast.Module | ast.FunctionDef) -> None:
        """Lets list comprehensions bind their variables in the scope, where it reads such a name elsewhere."""
        comprehensions: list[ast.ListComp] = []
        inside: set[int] = set()
        lazy: set[int] = set()
        for node in _of_scope(scope):
            if isinstance(node, (ast.GeneratorExp, ast.DictComp, ast.SetComp)):
                lazy.update(id(n) for n in ast.walk(node))  # these have names of their own in Python 2 too
            if isinstance(node, ast.ListComp) and id(node) not in lazy:
                comprehensions.append(node)
                inside.update(id(n) for n in ast.walk(node))
        read = {
            n.id
            for n in _of_scope(scope)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and id(n) not in inside
        }
        for comprehension in comprehensions:
            nested = [n for n in ast.walk(comprehension) if isinstance(n, ast.comprehension)]
            iterables = [n for g in nested for n in ast.walk(g.iter)]
            if any(isinstance(n, (ast.ListComp, ast.NamedExpr)) for n in iterables):
                continue  # Python does not allow an assignment within what is iterated over
            for generator in comprehension.generators:
                if read & {n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name)}:
                    self._bind_in_scope(generator)

    def _bind_in_scope(self, generator: ast.comprehension) -> None:
        bindings: list[ast.expr] = []
        for name in [n for n in ast.walk(generator.target) if isinstance(n, ast.Name)]:
            own = self._new_name()
            bindings.append(ast.NamedExpr(ast.Name(name.id, ast.Store()), ast.Name(own, ast.Load())))
            name.id = own
        condition = _at(generator.target, ast.List(bindings, ast.Load()))
        generator.ifs.insert(0, condition)

    def _new_name(self) -> str:
        self.made += 1
        return f"__tf1rnn_py2_{self.made}"

    # ---- classes

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        self.generic_visit(node)
        own = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
        added: list[str] = [f"{new} = {old}" for old, new in RENAMED.items() if old in own and new not in own]
        if "__cmp__" in own:
            for name, operator in COMPARISONS.items():
                if name not in own:
                    sign = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=="}[operator]
                    added.append(f"{name} = lambda self, other: self.__cmp__(other) {sign} 0")
        if own & {"__cmp__", "__eq__"} and "__hash__" not in own:
            added.append("__hash__ = object.__hash__")
        for text in added:
            node.body.extend(_at(node, statement, deep=True) for statement in ast.parse(text).body)
        return node

    # ---- imports

    def visit_Import(self, node: ast.Import) -> Any:
        statements: list[ast.stmt] = []
        for alias in node.names:
            top = alias.name.partition(".")[0]
            if self._is_beside(top):
                if alias.asname and "." in alias.name:
                    parent, _, leaf = alias.name.rpartition(".")
                    statements.append(ast.ImportFrom(parent, [ast.alias(leaf, alias.asname)], 1))
                else:
                    statements.append(ast.ImportFrom(None, [ast.alias(top, alias.asname)], 1))
                    if top != alias.name:
                        parent, _, leaf = alias.name.rpartition(".")
                        statements.append(ast.ImportFrom(parent, [ast.alias(leaf, self._new_name())], 1))
            elif modules.has(alias.name):
                value = _call("import", ast.Constant(alias.name))
                statements.append(ast.Assign([ast.Name(alias.asname or alias.name, ast.Store())], value))
            else:
                statements.append(ast.Import([alias]))
        return [_at(node, statement, deep=True) for statement in statements]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        if node.level or not node.module:
            return node
        if self._is_beside(node.module.partition(".")[0]):
            node.level = 1
            return node
        if not modules.has(node.module) or any(alias.name == "*" for alias in node.names):
            return node
        statements = []
        for alias in node.names:
            value = _call("import_from", ast.Constant(node.module), ast.Constant(alias.name))
            statements.append(ast.Assign([ast.Name(alias.asname or alias.name, ast.Store())], value))
        return [_at(node, statement, deep=True) for statement in statements]

    def _is_beside(self, name: str) -> bool:
        """Whether Python 2 found this module in the package of the file first."""
        if not self.package_folder:
            return False
        path = os.path.join(self.package_folder, name)
        return os.path.isfile(path + ".py") or os.path.isfile(os.path.join(path, "__init__.py"))


def _call(operation: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(f"__tf1rnn_py2_{operation}__", ast.Load()), list(arguments), [])


def _index(index: ast.expr) -> ast.expr:
    """The object that `holder[index]` passes."""
    if isinstance(index, ast.Slice):
        parts = [part or ast.Constant(None) for part in (index.lower, index.upper, index.step)]
        return ast.Call(ast.Name("slice", ast.Load()), parts, [])
    if isinstance(index, ast.Tuple):
        return ast.Tuple([_index(part) for part in index.elts], ast.Load())
    return index


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _at(place: ast.AST, node: Any, deep: bool = False) -> Any:
    """The node on the line of another."""
    for part in ast.walk(node) if deep else [node]:
        if "lineno" in part._attributes:
            ast.copy_location(part, place)
    return node


def _of_scope(scope: ast.AST) -> Any:
    """The nodes of a scope without those of functions and classes within it."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            yield from _of_scope(child)
