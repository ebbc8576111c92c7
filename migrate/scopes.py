"""Which names a Python module binds and reads, scope by scope: the part of the gate that knows Python."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass, field

MODULE_NAMES = {
    "__file__", "__name__", "__doc__", "__package__", "__spec__", "__loader__", "__path__", "__builtins__",
    "__annotations__", "__cached__", "__dict__", "exit", "quit", "WindowsError",
}
BUILTINS = set(dir(builtins)) | MODULE_NAMES
CLASS_NAMES = {"__module__", "__qualname__", "__class__"}
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass
class Scope:
    """One scope. `bindings` says what a name is bound to: a dotted import or alias, None for any value."""

    kind: str  # module, function, class
    parent: Scope | None = None
    bindings: dict[str, list[str | None]] = field(default_factory=dict)
    module_names: set[str] = field(default_factory=set)  # declared global
    outer_names: set[str] = field(default_factory=set)  # declared nonlocal

    def module(self) -> Scope:
        return self.parent.module() if self.parent else self

    def bind(self, name: str, value: str | None = None) -> None:
        if name in self.module_names:
            self.module().bind(name, value)
        elif name not in self.outer_names:
            self.bindings.setdefault(name, []).append(value)

    def find(self, name: str) -> list[str | None] | None:
        """What the name is bound to where this scope reads it, or None if nothing binds it."""
        if name in self.module_names:
            return self.module().bindings.get(name)
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bindings and (scope is self or scope.kind != "class"):
                return scope.bindings[name]
            scope = scope.parent
        return None


@dataclass(frozen=True)
class Read:
    """A name that is read, with the attributes that follow it: `tf.nn.relu` is ("tf", ("nn", "relu"))."""

    name: str
    attributes: tuple[str, ...]
    line: int
    scope: Scope


@dataclass(frozen=True)
class Import:
    """One imported name: `from a.b import c` is ("a.b.c"), `from a import *` is ("a.*")."""

    path: str
    line: int


class Reader(ast.NodeVisitor):
    """Fills `reads` and `imports` from a module's tree; look names up only after the whole visit."""

    def __init__(self, tree: ast.Module) -> None:
        self.scope = Scope("module")
        self.reads: list[Read] = []
        self.imports: list[Import] = []
        self.visit(tree)

    # ---- reads

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.reads.append(Read(node.id, (), node.lineno, self.scope))
        else:
            self.scope.bind(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        attributes = [node.attr]
        base = node.value
        while isinstance(base, ast.Attribute):
            attributes.append(base.attr)
            base = base.value
        if isinstance(base, ast.Name):
            self.reads.append(Read(base.id, tuple(reversed(attributes)), node.lineno, self.scope))
        else:
            self.visit(base)

    # ---- bindings

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        alias = dotted(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name) and alias and alias != target.id:
                self.scope.bind(target.id, alias)
            else:
                self.visit(target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            self.reads.append(Read(node.target.id, (), node.lineno, self.scope))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        scope = self.scope
        while scope.kind == "comprehension" and scope.parent:
            scope = scope.parent
        scope.bind(node.target.id)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.imports.append(Import(alias.name, node.lineno))
            bound = alias.name if alias.asname else alias.name.split(".")[0]
            self.scope.bind(alias.asname or bound, bound)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            path = f"{'.' * node.level}{node.module or ''}.{alias.name}"
            self.imports.append(Import(path, node.lineno))
            if alias.name != "*":
                self.scope.bind(alias.asname or alias.name, path)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.scope.bind(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self.scope.bind(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self.scope.bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.scope.bind(node.rest)
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self.scope.module_names.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.outer_names.update(node.names)

    # ---- scopes

    def enter(self, kind: str) -> Scope:
        outer = self.scope
        self.scope = Scope(kind, outer)
        return outer

    def enter_type_parameters(self, node: ast.AST) -> None:
        parameters = getattr(node, "type_params", [])
        if parameters:
            self.enter("function")
            for parameter in parameters:
                self.scope.bind(parameter.name)
                self.generic_visit(parameter)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.scope.bind(node.name)
        outer = self.scope
        self.enter_type_parameters(node)
        if node.returns:
            self.visit(node.returns)
        self.function(node)
        self.scope = outer

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.function(node)

    def function(self, node: Function) -> None:
        args = node.args
        given = [*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg))]
        for default in [*args.defaults, *args.kw_defaults]:
            if default is not None:
                self.visit(default)
        for arg in given:
            if arg.annotation is not None:
                self.visit(arg.annotation)
        outer = self.enter("function")
        for arg in given:
            self.scope.bind(arg.arg)
        body = node.body if isinstance(node.body, list) else [node.body]
        declare(self.scope, body)
        for part in body:
            self.visit(part)
        self.scope = outer

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.scope.bind(node.name)
        outer = self.scope
        self.enter_type_parameters(node)
        for part in [*node.bases, *node.keywords]:
            self.visit(part)
        # A method sees __class__ but not the other names of the class: it gets a scope around the body.
        self.enter("function")
        self.scope.bind("__class__")
        self.enter("class")
        for name in CLASS_NAMES:
            self.scope.bind(name)
        declare(self.scope, node.body)
        for part in node.body:
            self.visit(part)
        self.scope = outer

    def visit_TypeAlias(self, node: ast.AST) -> None:
        self.visit(node.name)  # type: ignore[attr-defined]
        outer = self.scope
        self.enter_type_parameters(node)
        self.visit(node.value)  # type: ignore[attr-defined]
        self.scope = outer

    def comprehension(self, node: Comprehension) -> None:
        self.visit(node.generators[0].iter)
        outer = self.enter("comprehension")
        for index, generator in enumerate(node.generators):
            self.visit(generator.target)
            if index:
                self.visit(generator.iter)
            for condition in generator.ifs:
                self.visit(condition)
        for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.visit(part)
        self.scope = outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension


def declare(scope: Scope, body: list[ast.stmt] | list[ast.expr]) -> None:
    """Take the global and nonlocal declarations of a body before its bindings."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Global):
            scope.module_names.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            scope.outer_names.update(node.names)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))


def dotted(node: ast.AST) -> str | None:
    """The dotted name that an expression is, or None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return base and f"{base}.{node.attr}"
    return None
