"""Put graph classes together again, when all runs of their graphs are known."""

from __future__ import annotations

import re

import libcst as cst

from migrate.analysis import checkpoints
from migrate.analysis.blocks import Walker
from migrate.analysis.finders import names_read
from migrate.analysis.program import Program
from migrate.analysis.sessions import MARK, Site
from migrate.classes.keras_model import as_keras_model
from migrate.classes.naming import Outside, Shown
from migrate.classes.restored import restored
from migrate.classes.shared_parts import SUPPORT, SharedParts
from migrate.emit.calls import CallWriter
from migrate.emit.region import assembled, one_blank

Statements = list[cst.BaseStatement]


def put_models(walker: Walker) -> list[CallWriter]:
    """Put each class in the place of its closure; what writes the calls of its methods elsewhere."""
    program = walker.program
    writers = []
    for inner in program.models:
        name = inner.region.model
        walker.ev.walker = inner
        inner.finish()
        statements, calls = assembled(inner)
        graph = program.classes[name]
        dropped = {parameter for model, parameter in program.facts.session_arguments if model == name}
        added = ["initializer"] if True in program.facts.model_initializers.get(name, ()) else []
        ahead = [leaf for site in _written_later(program, statements) for leaf in site.fetch.leaves()]
        read = {name for leaf in ahead if leaf.code is not None for name in names_read(leaf.code)}
        shared = _shared(program, name)
        made = restored(graph, one_blank(statements), program.generated, dropped, added, shared, read)
        for leaf in ahead:  # what such a run reads stands in a method
            shown = leaf.code.visit(Shown({}, made.attributes)) if leaf.code is not None else None
            assert shown is None or isinstance(shown, cst.BaseExpression)
            leaf.code = shown
        if any(record.model == name for record in program.owners):
            made.node = as_keras_model(made.node) or made.node
        writers.append(calls)
        _tell_owners(program, name, made.attributes)
        program.attributes[name] = made.attributes
        if checkpoints.SUPPORT in program.support:
            made.node = checkpoints.made_last(made.node, program.support_name(checkpoints.SUPPORT))
        for item in walker.region.items:
            item.statements = [
                made.node if isinstance(part, cst.FunctionDef) and part.name.value == name else part
                for part in item.statements
            ]
    walker.ev.walker = walker
    return writers


def _written_later(program: Program, statements: Statements) -> list[Site]:
    """Runs in methods of the class that need none of its functions: they are written with those of the module."""
    finder = _Marks()
    for statement in statements:
        statement.visit(finder)
    return [site for site in program.sites if site.index in finder.indices]


class _Marks(cst.CSTVisitor):
    """The run sites that still stand as marks."""

    def __init__(self) -> None:
        super().__init__()
        self.indices: set[int] = set()

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Name) and node.func.value == MARK:
            index = node.args[0].value
            assert isinstance(index, cst.Integer)
            self.indices.add(int(index.value))


def _shared(program: Program, model: str) -> SharedParts:
    """What objects of a class share."""
    if model not in program.facts.sharing_models:
        return SharedParts()
    records = [record for record in program.owners if record.model == model and record.by_name]
    names = {re.split(r"[.\[]", record.expression)[0] for record in records}
    if model not in program.sharing.own_dropout:
        return SharedParts(names)
    cells = {re.split(r"[.\[]", record.expression)[0] for record in records if record.kind == "layer"}
    return SharedParts(names, cells, program.support_name(SUPPORT))


def _tell_owners(program: Program, model: str, attributes: dict[str, str]) -> None:
    """Weights of a class are attributes of its object."""
    for record in program.owners:
        if record.model != model:
            continue
        head = re.match(r"[\w·]*", record.expression)
        name = head.group() if head else ""
        rest = record.expression[len(name) :]
        short = attributes.get(name, "")
        record.expression = f"self.{short}{rest}" if short else record.expression.replace("·", ".")


def shown_outside(program: Program, statement: cst.BaseStatement) -> cst.BaseStatement:
    """A statement with attributes of objects written out."""
    held = statement.visit(Outside(program.attributes, program.objects))
    assert isinstance(held, cst.BaseStatement)
    changed = held.visit(Shown({}, {}))
    assert isinstance(changed, cst.BaseStatement)
    return changed
