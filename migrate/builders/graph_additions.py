"""Which statements outside a class add to the graph of one of its objects; see outside_graphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import libcst as cst

from migrate.analysis.compounds import assigned_names, times_assigned
from migrate.analysis.finders import names_read
from migrate.analysis.scope import code_of, names_in
from migrate.classes.survey import RUNS

Statements = list[cst.BaseStatement]
Home = cst.Module | cst.FunctionDef  # where an object is made
_TRAINS = {"minimize", "apply_gradients", "optimize_loss"}
_MAKES = {*_TRAINS, "Variable", "get_variable", "get_or_create_global_step", "create_global_step"}
_ASKS = {"Saver", "global_variables", "trainable_variables", "all_variables"}
# what a program does with a graph that is there, and what belongs to its session
_OUTSIDE = {
    *RUNS, "restore", "save", "Saver", "Session", "InteractiveSession", "ConfigProto", "FileWriter", "SummaryWriter",
    "Graph", "global_variables_initializer", "local_variables_initializer", "initialize_all_variables",
    "variables_initializer", "tables_initializer", "Coordinator", "start_queue_runners", "latest_checkpoint",
    "get_checkpoint_state", "import_meta_graph", "set_random_seed", "reset_default_graph", "add_summary", "placeholder",
    "global_step", "assign", "VocabularyProcessor", "read_data_sets",
}  # fmt: skip


@dataclass
class Made:
    """model = Model(...): the only time that the name is bound where it is."""

    name: str
    of: str  # the class
    block: Sequence[cst.BaseStatement]
    place: int


@dataclass
class Additions:
    """What is added to the graph of one object."""

    object: str
    statements: Statements
    place: cst.BaseStatement  # the one where they are added now
    exported: list[str]  # names that others read
    parameters: list[tuple[str, cst.BaseExpression]]
    trains: bool


def made_objects(home: Home, classes: Collection[str]) -> Iterator[Made]:
    """The objects of the classes that a function, or the module outside functions, makes."""
    times = times_assigned(home if isinstance(home, cst.Module) else home.body)
    body = home.body if isinstance(home, cst.Module) else home.body.body
    yield from _made_in(list(body), set(classes), times)  # type: ignore[arg-type]


def _made_in(block: Statements, classes: set[str], times: Counter[str]) -> Iterator[Made]:
    for place, statement in enumerate(block):
        small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
        if isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.value, cst.Call):
            target, function = small.targets[0].target, small.value.func
            if isinstance(target, cst.Name) and isinstance(function, cst.Name) and function.value in classes:
                if times[target.value] == 1:
                    yield Made(target.value, function.value, block, place)
        if isinstance(statement, (cst.With, cst.If, cst.Try)) and isinstance(statement.body, cst.IndentedBlock):
            yield from _made_in(list(statement.body.body), classes, times)


def additions(
    module: cst.Module, home: Home, made: Made, tensorflow: set[str]
) -> Additions | None:
    """What is added to the graph of the object in the block where it is made; None if nothing is, or in other ways."""
    block = list(made.block)
    times = times_assigned(home if isinstance(home, cst.Module) else home.body)
    chosen = _chosen(block, made, tensorflow)
    if not chosen:
        return None
    statements = [statement for i, statement in enumerate(block) if i in chosen]
    passing = _loop_targets(statements)
    own = [name for statement in statements for name in assigned_names(statement)]
    inner = Counter(name for statement in statements for name in times_assigned(statement).elements())
    simple = {name for s in statements if isinstance(s, cst.SimpleStatementLine) for name in assigned_names(s)}
    if any(times[name] > 1 for name in simple) or any(times[n] != inner[n] for n in set(own) - passing):
        return None
    rest = [statement for i, statement in enumerate(block) if i not in chosen and i > min(chosen)]
    parameters = _parameters(module, statements, {*own, made.name, *tensorflow})
    if parameters is None:
        return None
    given = {name for _, code in parameters for name in names_read(code)}
    between = [statement for i, statement in enumerate(block) if min(chosen) < i < max(chosen) and i not in chosen]
    changed = {name for statement in between for name in assigned_names(statement)}
    place = min(chosen)
    if given & changed:
        place = max(chosen)
        if any(names_read(statement) & set(own) for statement in between):
            return None
    if _variables_asked_for(block, chosen):
        return None
    inside = _mentioned(module, home, statements)
    exported = [name for name in dict.fromkeys(own) if name in inside and name not in passing]
    if not exported or not rest:
        return None
    trains = any(_calls(statement) & _TRAINS for statement in statements)
    return Additions(made.name, statements, block[place], exported, parameters, trains)


def _chosen(block: Statements, made: Made, tensorflow: set[str]) -> set[int]:
    """The places of the statements that add to the graph: what computes with it, and what that needs."""
    chosen: set[int] = set()
    own: set[str] = set()
    roots = set(tensorflow)  # names of TensorFlow and of what it makes: an optimizer, a step
    for statement in block[made.place + 1 :]:
        if _may_move(statement, made.name) and _computes(statement, roots, set()):
            roots |= set(assigned_names(statement))
    while True:
        before = len(chosen)
        for place, statement in enumerate(block):
            if place in chosen or place <= made.place or not _may_move(statement, made.name):
                continue
            of_object = _reads_attribute(statement, made.name) or bool(names_read(statement) & own)
            if of_object and _computes(statement, roots, own):
                chosen.add(place)
                own |= set(assigned_names(statement))
        needed = {name for place in chosen for name in names_read(block[place])} - own
        for place, statement in enumerate(block):
            bound = set(assigned_names(statement))
            if place in chosen or place <= made.place or not bound & needed or not _may_move(statement, made.name):
                continue
            if _computes(statement, roots, own) or _is_alias(statement, made.name) or _is_empty_list(statement):
                chosen.add(place)
                own |= bound
        if len(chosen) == before:
            return chosen


def _loop_targets(statements: Statements) -> set[str]:
    return {name for s in statements if isinstance(s, cst.For) for name in names_in(s.target)}


def _may_move(statement: cst.BaseStatement, name: str) -> bool:
    """Whether a statement only adds to a graph."""
    if isinstance(statement, cst.SimpleStatementLine):
        small = statement.body[0]
        if len(statement.body) != 1 or not isinstance(small, (cst.Assign, cst.Expr)):
            return False
        if isinstance(small, cst.Assign) and not all(names_in(target.target) for target in small.targets):
            return False
        if isinstance(small, cst.Expr) and not isinstance(small.value, cst.Call):
            return False
    elif not isinstance(statement, (cst.If, cst.For)):
        return False
    finder = _Uses(name)
    statement.visit(finder)
    return not finder.called & _OUTSIDE and not finder.own_methods and not finder.whole and not finder.scopes


class _Uses(cst.CSTVisitor):
    """What a statement calls and how it uses the object."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.called: set[str] = set()
        self.own_methods = self.whole = self.scopes = False

    def visit_Call(self, node: cst.Call) -> None:
        function = node.func
        if isinstance(function, cst.Attribute):
            self.called.add(function.attr.value)
            self.own_methods |= isinstance(function.value, cst.Name) and function.value.value == self.name
        elif isinstance(function, cst.Name):
            self.called.add(function.value)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        if not isinstance(node.value, cst.Name):
            node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.whole = self.whole or node.value == self.name

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self.scopes = True

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.scopes = True

    def visit_With(self, node: cst.With) -> None:
        self.scopes = True


def _calls(statement: cst.CSTNode) -> set[str]:
    finder = _Uses("")
    statement.visit(finder)
    return finder.called


def _reads_attribute(statement: cst.BaseStatement, name: str) -> bool:
    finder = _Reads(name)
    statement.visit(finder)
    return finder.found


class _Reads(cst.CSTVisitor):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.found = name, False

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.found = self.found or (isinstance(node.value, cst.Name) and node.value.value == self.name)


def _computes(statement: cst.BaseStatement, tensorflow: set[str], own: set[str]) -> bool:
    """Whether something of TensorFlow is called, or a method of what was made with it."""
    finder = _Computes(tensorflow | own)
    statement.visit(finder)
    return finder.found


class _Computes(cst.CSTVisitor):
    def __init__(self, roots: set[str]) -> None:
        super().__init__()
        self.roots, self.found = roots, False

    def visit_Call(self, node: cst.Call) -> None:
        inner = node.func
        while isinstance(inner, (cst.Attribute, cst.Call)):
            inner = inner.func if isinstance(inner, cst.Call) else inner.value
        self.found = self.found or (isinstance(inner, cst.Name) and inner.value in self.roots)


def _is_alias(statement: cst.BaseStatement, name: str) -> bool:
    """loss = model.loss"""
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    value = small.value if isinstance(small, cst.Assign) else None
    return isinstance(value, cst.Attribute) and isinstance(value.value, cst.Name) and value.value.value == name


def _is_empty_list(statement: cst.BaseStatement) -> bool:
    small = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
    return isinstance(small, cst.Assign) and isinstance(small.value, cst.List) and not small.value.elements


def _parameters(
    module: cst.Module, statements: Statements, known: set[str]
) -> list[tuple[str, cst.BaseExpression]] | None:
    """What of Python the statements read; None where a value cannot be handed in."""
    finder = _Read(known)
    for statement in statements:
        statement.visit(finder)
    bound = {name for item in module.body if isinstance(item, cst.FunctionDef) for name in [item.name.value]}
    bound |= {item.name.value for item in module.body if isinstance(item, cst.ClassDef)} | _imported(module)
    parameters: dict[str, cst.BaseExpression] = {}
    for code in finder.found.values():
        root: cst.BaseExpression = code
        while isinstance(root, cst.Attribute):
            root = root.value
        name = code.attr.value if isinstance(code, cst.Attribute) else code.value  # type: ignore[attr-defined]
        if not isinstance(root, cst.Name) or root.value in bound or name in known:
            return None
        if name in parameters and code_of(parameters[name]) != code_of(code):
            return None
        parameters[name] = code
    return list(parameters.items())


class _Read(cst.CSTVisitor):
    """Names and dotted names of Python's that code reads."""

    def __init__(self, known: set[str]) -> None:
        super().__init__()
        self.known = known
        self.found: dict[str, cst.BaseExpression] = {}
        self.local: set[str] = set()

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self.local |= set(names_in(node.target))

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:
        return self._comprehension(node)

    def _comprehension(self, node: cst.BaseSimpleComp) -> bool:
        node.for_in.visit(self)
        node.elt.visit(self)
        return False

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        inner: cst.BaseExpression = node
        while isinstance(inner, cst.Attribute):
            inner = inner.value
        if not isinstance(inner, cst.Name):
            node.value.visit(self)
        elif self._own(inner.value):
            self.found[code_of(node)] = node
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        if self._own(node.value):
            self.found[node.value] = node

    def _own(self, name: str) -> bool:
        import builtins

        return name not in self.known and name not in self.local and not hasattr(builtins, name)


def _imported(module: cst.Module) -> set[str]:
    finder = _Imports()
    module.visit(finder)
    return finder.names


class _Imports(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
        self.names.add(node.evaluated_alias or node.evaluated_name.split(".")[0])


def _variables_asked_for(block: Statements, chosen: set[int]) -> bool:
    """Whether the program asks for the variables that are there while some are still to come."""
    asked = [i for i, s in enumerate(block) if i not in chosen and i > min(chosen) and _calls(s) & _ASKS]
    return any(_calls(block[i]) & _MAKES for i in chosen if asked and i > asked[0])


def _mentioned(module: cst.Module, home: Home, statements: Statements) -> set[str]:
    """Names that the program reads besides the statements."""
    finder = _Besides(statements)
    home.visit(finder)
    return finder.names


class _Besides(cst.CSTVisitor):
    def __init__(self, statements: Statements) -> None:
        super().__init__()
        self.statements = statements
        self.names: set[str] = set()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if any(node is statement for statement in self.statements):
            return False
        return super().on_visit(node)

    def visit_Name(self, node: cst.Name) -> None:
        self.names.add(node.value)

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False
