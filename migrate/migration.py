"""Migrate one program, from source to outcome: pure, no files, no TensorFlow."""

from __future__ import annotations

from collections import Counter

import libcst as cst

from migrate import gate
from migrate.analysis.scope import names_in
from migrate.classes.marks import of_object, plain
from migrate.plan import Migrated, Outcome, Owner, Parameter, Refusal, Refused, RunSite, Unchanged

PASSES = 3  # the first gathers facts, the second uses them, the third knows the names the second has chosen


def migrate_source(source: str, filename: str = "<string>") -> Outcome:
    """Migrate the text of one Python file.

    Never raises for any text: what cannot be migrated is a `Refused` with a line number.
    """
    from migrate.analysis.detect import kind_of

    try:
        kind = kind_of(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return Refused((Refusal(line, "syntax-error", f"the file does not parse: {error}"),))
    if kind == "none":
        return Unchanged("no TensorFlow")
    if kind == "tf2":
        return Unchanged("already TF2")
    try:
        module = cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        return Refused((Refusal(error.raw_line, "syntax-error", "the file does not parse"),))
    return _migrate(module)


def _migrate(module: cst.Module) -> Outcome:
    from libcst.metadata import MetadataWrapper, PositionProvider

    from migrate.analysis.program import Facts, Program
    from migrate.analysis.scope import Refuse
    from migrate.classes.naming import shown_text
    from migrate.classes.normal import normal

    wrapper = MetadataWrapper(module, unsafe_skip_copy=False)
    positions = dict(wrapper.resolve(PositionProvider))
    text = wrapper.module.code
    taken = normal(wrapper.module, positions)
    module = taken.module
    names = _Identifiers()
    module.visit(names)
    facts = Facts()
    program = Program(module, positions, facts, names.names, names.bindings)  # type: ignore[arg-type]
    try:
        for _ in range(PASSES):
            program = Program(module, positions, facts, names.names, names.bindings)
            program.text = text
            program.classes, program.stays, program.objects = taken.classes, taken.stays, taken.instances
            outcome = _one_pass(program)
            facts = program.next
            facts.imports = program.imports
            facts.complete = True
    except Refuse as refuse:
        line = program.line(refuse.node) or _nearest(program, refuse.node)
        return Refused((Refusal(line, refuse.code, shown_text(refuse.reason), shown_text(refuse.advice)),))
    problems = gate.check(outcome.source)
    if problems:
        return Refused(tuple(_stopped(problem, text, outcome.source) for problem in problems[:3]))
    return outcome


def _stopped(problem: gate.Finding, before: str, after: str) -> Refusal:
    """A finding of the gate, at the line of the program that the line of the migrated text comes from."""
    text = after.splitlines()[problem.line - 1].strip() if problem.line <= after.count("\n") else ""
    lines = [line.strip() for line in before.splitlines()]
    same = lines.index(text) + 1 if text in lines else 1
    reason = f"the migrated text did not pass the last check: {problem.reason} (there, line {problem.line}: {text})"
    return Refusal(same, "gate", reason)


def _nearest(program: object, node: cst.CSTNode | None) -> int:
    """A line for a node that the analysis has made itself: the first original node inside it."""
    from migrate.analysis.program import Program

    assert isinstance(program, Program)
    if node is None:
        return 1
    for child in node.children:
        line = program.line(child) or _nearest(program, child)
        if line > 1:
            return line
    return program.line(node) or 1


def _one_pass(program: object) -> Migrated:
    from migrate.analysis import flags
    from migrate.analysis.blocks import Walker
    from migrate.analysis.expressions import Evaluator
    from migrate.analysis.leftovers import check_modules, check_state_parts
    from migrate.analysis.program import Program
    from migrate.analysis.region import Region
    from migrate.analysis.scope import Scope
    from migrate.emit.layout import wrap_module
    from migrate.emit.models import put_models, shown_outside
    from migrate.emit.module import finish, unmark
    from migrate.emit.region import assemble

    assert isinstance(program, Program)
    walker = Walker(Evaluator(program), Region(Scope()))
    body = list(program.module.body)
    walker.walk(body)  # type: ignore[arg-type]
    writers = put_models(walker)
    statements = assemble(walker)
    for writer in writers:
        statements = writer.rewrite(statements)
    if writers:
        statements = [shown_outside(statement) for statement in statements]
    check_state_parts(program, statements)
    check_modules(program, statements)
    statements = flags.parsed(program, statements)
    imports = [line for line in program.imports if line.startswith("from ")]
    finished = finish(program.module, statements, program.support, program.support_names, walker.pending, imports)
    source, spans = unmark(wrap_module(finished, program.text).code)
    return Migrated(source, _sites(program, spans), _owners(program), tuple(program.notes))


def _sites(program: object, spans: dict) -> tuple[RunSite, ...]:  # type: ignore[type-arg]
    from migrate.analysis import summaries
    from migrate.analysis.program import Program
    from migrate.classes.naming import shown_text

    assert isinstance(program, Program)
    result = []
    for site in program.sites:
        if site.index not in spans:
            continue
        keys = dict(site.keys)
        if site.feed_dict is not None:
            keys = {definition: definition.name for definition in site.feed_dict.keys.values()}
        parameters = tuple(
            Parameter(plain(definition.name), shown_text(of_object(text, site.object)))
            for definition, text in keys.items()
        )
        shown = tuple(entry for leaf in site.fetch.leaves() for entry in summaries.compared(leaf.value))
        where = site.span, spans[site.index]
        result.append(RunSite(site.index, *where, site.function, parameters, site.object, summaries=shown))
    return tuple(result)


def _owners(program: object) -> tuple[Owner, ...]:
    from migrate.analysis.program import Program
    from migrate.analysis.scope import Refuse

    assert isinstance(program, Program)
    for record in program.owners:
        if not record.expression and not record.global_step:
            raise Refuse(
                None,
                "anonymous-variable",
                f"the variable made in line {record.line} is not kept in a name",
                "Assign it to a name of its own.",
            )
    return tuple(
        Owner(r.expression, r.kind, r.forget_bias, r.trainable, r.line)
        for r in sorted(program.owners, key=lambda record: record.order)
        if not r.global_step
    )


class _Identifiers(cst.CSTVisitor):
    """Every name the program binds or reads."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.bindings: Counter[str] = Counter()

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self.bindings.update(names_in(node.target))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self.bindings.update(2 * names_in(node.target))

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self.bindings.update(names_in(node.target))

    def visit_For(self, node: cst.For) -> None:
        self.bindings.update(2 * names_in(node.target))

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self.bindings.update(2 * names_in(node.target))

    def visit_Param(self, node: cst.Param) -> None:
        self.bindings.update([node.name.value])

    def visit_Global(self, node: cst.Global) -> None:
        self.bindings.update(2 * [item.name.value for item in node.names])

    def visit_AsName(self, node: cst.AsName) -> None:
        if isinstance(node.name, cst.BaseExpression):
            self.bindings.update(names_in(node.name))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.bindings.update([node.name.value])

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self.names.add(node.value)
