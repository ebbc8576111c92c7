"""Migrate one program, from source to outcome: pure, no files, no TensorFlow."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst

from migrate import gate
from migrate.analysis.scope import names_in
from migrate.classes.marks import of_object, plain
from migrate.classes.naming import shown_text
from migrate.modules import merge
from migrate.modules.marks import place_of, without_tags
from migrate.modules.merge import Merged, alone
from migrate.plan import Migrated, Note, Outcome, Owner, Parameter, Refusal, Refused, RunSite, Span, Unchanged

if TYPE_CHECKING:
    from migrate.analysis.program import Program
    from migrate.classes.normal import Rewriting

Stop = tuple[tuple[int, int], tuple[Refusal, ...]]  # number of a file and line, and the reasons
PASSES = 3  # the first gathers facts, the second uses them, the third knows the names the second has chosen
WRITTEN_OUT_NOTE = "The loop is written out, for as many rounds as the source shows."
WRITTEN_OUT = 6  # functions that stand in the way are written out, up to so many


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
    return _migrate(alone(module, source))[0]


def migrate_program(texts: Mapping[Path, str], order: Sequence[Path]) -> dict[Path, Outcome]:
    """Migrate the files of one program: all that use TensorFlow 1, or none.

    order: the files, what is imported first. Each file's `Migrated` knows the run sites of the whole program and the
    new texts of the other files. Never raises for any text.
    """
    alone = {path: _by_itself(texts[path]) for path in order}
    broken = {path: outcome for path, outcome in alone.items() if isinstance(outcome, Refused)}
    if not broken:
        merged = merge.merged(texts, order)
        numbered = _migrate(merged)
        outcomes = {file.path: numbered[file.number] for file in merged.files}
        broken = {path: outcome for path, outcome in outcomes.items() if isinstance(outcome, Refused)}
        if not broken:
            return {path: alone[path] if _same(texts[path], found) else found for path, found in outcomes.items()}
    path, refused = next(iter(broken.items()))
    first = refused.reasons[0]
    return {
        other: _with_the_others(other, alone[other], broken.get(other), path, first) for other in order
    }


def _by_itself(text: str) -> Outcome:
    """What a file is without its program: Unchanged where it has no TensorFlow 1, Refused where it does not parse."""
    from migrate.analysis.detect import kind_of

    try:
        kind = kind_of(text)
        cst.parse_module(text)
    except (SyntaxError, ValueError, cst.ParserSyntaxError) as error:
        line = getattr(error, "lineno", None) or getattr(error, "raw_line", None) or 1
        return Refused((Refusal(line, "syntax-error", "the file does not parse"),))
    return Unchanged("already TF2" if kind == "tf2" else "no TensorFlow" if kind == "none" else "")


def _same(text: str, outcome: Outcome) -> bool:
    return isinstance(outcome, Migrated) and outcome.source == text


def _with_the_others(path: Path, alone: Outcome, own: Refused | None, first: Path, reason: Refusal) -> Outcome:
    """A file of a program that is not migrated."""
    if own is not None:
        return own
    if isinstance(alone, Unchanged) and alone.why:
        return alone
    where = Path(os.path.relpath(first, path.parent)).as_posix()
    told = f"the program has another file that is not migrated: {where}, line {reason.line}: {reason.reason}"
    return Refused((Refusal(1, "multi-file", told, reason.advice),))


def _migrate(merged: Merged) -> dict[int, Outcome]:
    """Outcome by the number of the file: as the program is, else written in another way where that is in the way.

    Where it is refused even then, for a reason that has nothing to do with that, this is the reason.
    """
    from migrate.builders.in_the_way import CODES, in_the_way
    from migrate.classes.normal import Rewriting

    rewriting = Rewriting()
    outcomes, stops = _either_way(merged, rewriting)
    first = outcomes
    while stops:
        codes = {reason.code for _, reasons in stops for reason in reasons}
        loop = _loop_at(merged, rewriting, stops)
        if "several-graphs" in codes and not rewriting.gathered:
            rewriting = replace(rewriting, gathered=True)
        elif loop is not None:
            rewriting = replace(rewriting, unrolled=rewriting.unrolled | {loop})
        elif codes & CODES:
            places = [place for place, reasons in stops if CODES & {reason.code for reason in reasons}]
            names = [in_the_way(merged.module, merged.positions, place, rewriting.written_out) for place in places]
            name = next((name for name in names if name is not None), None)
            if name is None or len(rewriting.written_out) == WRITTEN_OUT:
                return first
            rewriting = replace(rewriting, written_out=rewriting.written_out | {name})
        else:
            break
        outcomes, stops = _either_way(merged, rewriting)
    of_rewriting = any(reason.code in ("gate", "name-versions") for _, reasons in stops for reason in reasons)
    return first if of_rewriting else outcomes


def _loop_at(merged: Merged, rewriting: Rewriting, stops: list[Stop]) -> int | None:
    """The line of a loop that stands in the way and can be written out."""
    from migrate.builders.unrolled import CODES, loop_in_the_way

    places = [place for place, reasons in stops if CODES & {reason.code for reason in reasons}]
    found = (loop_in_the_way(merged.module, merged.positions, place, rewriting.unrolled) for place in places)
    return next((line for line in found if line is not None), None)


def _either_way(merged: Merged, rewriting: Rewriting) -> tuple[dict[int, Outcome], list[Stop]]:
    """Outcome by the number of the file: with Keras's own layers for cells, else with cells as objects.

    Where both are refused, the reason is that of the way that came further in the program. Also where each of the
    ways has stopped.
    """
    from migrate.analysis.live_cells import CODES

    outcomes = _migrate_with(merged, rewriting, live=False)
    stopped = _stopped_at(outcomes)
    if stopped is None:
        return outcomes, []
    if not any(reason.code in CODES for reason in stopped[1]):
        return outcomes, [stopped]
    again = _migrate_with(merged, rewriting, live=True)
    other = _stopped_at(again)
    if other is None:
        return again, []
    same = other[0] == stopped[0] and other[1][0].code != "unknown-cell"
    objects = stopped[1][0].code == "decoder" or other[1][0].code == "gate"  # decoders run cells that are objects
    return again if objects or other[0] > stopped[0] or same else outcomes, [other, stopped]


def _stopped_at(outcomes: Mapping[int, Outcome]) -> Stop | None:
    """Number of the file and line of the first refusal, and the reasons of all of them."""
    refused = [(number, outcome) for number, outcome in outcomes.items() if isinstance(outcome, Refused)]
    if not refused:
        return None
    number, first = min(refused, key=lambda pair: pair[0])
    return (number, first.reasons[0].line), tuple(reason for _, outcome in refused for reason in outcome.reasons)


def _migrate_with(merged: Merged, rewriting: Rewriting, live: bool) -> dict[int, Outcome]:
    from migrate.analysis.program import Facts, Program
    from migrate.analysis.scope import Refuse
    from migrate.classes.normal import normal

    text = "".join(file.text for file in merged.files)
    taken = normal(merged.module, merged.positions, rewriting)
    module = taken.module
    names = _Identifiers()
    module.visit(names)
    facts = Facts()
    program = Program(module, merged.positions, facts, set(names.names), names.bindings)
    try:
        for _ in range(PASSES):
            program = Program(module, merged.positions, facts, set(names.names), names.bindings)
            program.text, program.live, program.mentions = text, live, names.names
            program.notes += [Note(line, WRITTEN_OUT_NOTE) for line in sorted(rewriting.unrolled)]
            program.classes, program.stays, program.objects = taken.classes, taken.stays, taken.instances
            statements, footer = _one_pass(program)
            facts = program.next
            facts.imports = program.imports
            facts.complete = True
        outcomes = _written(program, merged, statements, footer)
    except Refuse as refuse:
        number, line = place_of(program.line(refuse.node) or _nearest(program, refuse.node))
        reason = Refusal(line or 1, refuse.code, shown_text(refuse.reason), shown_text(refuse.advice))
        return {one.number: Refused((reason,)) if one.number == number else Unchanged("") for one in merged.files}
    stopped: dict[int, Outcome] = {}
    for file in merged.files:
        problems = gate.check(outcomes[file.number].source)
        if problems:
            found = [_stopped(problem, file.text, outcomes[file.number].source) for problem in problems[:3]]
            stopped[file.number] = Refused(tuple(found))
    return {**outcomes, **stopped}


def _stopped(problem: gate.Finding, before: str, after: str) -> Refusal:
    """A finding of the gate, at the line of the program that the line of the migrated text comes from."""
    text = after.splitlines()[problem.line - 1].strip() if problem.line <= after.count("\n") else ""
    lines = [line.strip() for line in before.splitlines()]
    same = lines.index(text) + 1 if text in lines else 1
    reason = f"the migrated text did not pass the last check: {problem.reason} (there, line {problem.line}: {text})"
    return Refusal(same, "gate", reason)


def _nearest(program: Program, node: cst.CSTNode | None) -> int:
    """A line for a node that the analysis has made itself: the first original node inside it."""
    if node is None:
        return 1
    for child in node.children:
        line = program.line(child) or _nearest(program, child)
        if line > 1:
            return line
    return program.line(node) or 1


def _one_pass(program: Program) -> tuple[list[cst.BaseStatement], list[cst.EmptyLine]]:
    """The new statements of the whole program, and the comments at its end."""
    from migrate.analysis.blocks import Walker
    from migrate.analysis.expressions import Evaluator
    from migrate.analysis.region import Region
    from migrate.analysis.scope import Scope
    from migrate.emit.models import put_models, shown_outside
    from migrate.emit.region import assemble

    walker = Walker(Evaluator(program), Region(Scope()))
    walker.walk(list(program.module.body))  # type: ignore[arg-type]
    writers = put_models(walker)
    statements = assemble(walker)
    for writer in writers:
        statements = writer.rewrite(statements)
    if writers:
        statements = [shown_outside(program, statement) for statement in statements]
    return statements, walker.pending


def _written(
    program: Program, merged: Merged, statements: list[cst.BaseStatement], footer: list[cst.EmptyLine]
) -> dict[int, Migrated]:
    """The texts of the files."""
    from migrate.analysis.leftovers import check_modules, check_state_parts, check_writers
    from migrate.analysis.random_streams import note_shared_stream
    from migrate.modules.parts import parted

    check_state_parts(program, statements)
    check_modules(program, statements)
    check_writers(program, statements)
    texts: dict[int, tuple[str, dict[int, Span]]] = {}
    for number, body in parted(merged, statements).items():
        last = number == merged.files[-1].number
        texts[number] = _finished(program, merged, number, body, footer if last else [])
    note_shared_stream(program, [text for text, _ in texts.values()])
    return _outcomes(program, merged, texts)


def _finished(
    program: Program, merged: Merged, number: int, body: list[cst.BaseStatement], footer: list[cst.EmptyLine]
) -> tuple[str, dict[int, Span]]:
    """The text of one file, and where its run sites are."""
    from migrate.analysis import flags
    from migrate.emit.layout import wrap_module
    from migrate.emit.module import finish, unmark, used_support

    file = merged.files[number]
    body = flags.parsed(program, body, len(merged.files) > 1)
    imports = [line for line in program.imports if line.startswith("from ")]
    support = used_support(body, program.support, program.support_names)
    finished = finish(file.module, body, support, program.support_names, footer, imports)
    return unmark(wrap_module(finished, file.text).code)


def _outcomes(
    program: Program, merged: Merged, texts: Mapping[int, tuple[str, Mapping[int, Span]]]
) -> dict[int, Migrated]:
    """What is said of each file: all of them know the whole program."""
    owners = _owners(program)
    paths = {file.number: str(file.path) for file in merged.files}
    result = {}
    for number, (source, _) in texts.items():
        sites = [site for other, (_, spans) in texts.items() for site in _sites(program, spans, number, paths[other])]
        placed = [(*place_of(note.line), shown_text(note.text)) for note in program.notes]
        notes = [Note(line, text) for file, line, text in placed if file == number]
        others = tuple((paths[other], text) for other, (text, _) in texts.items() if other != number)
        result[number] = Migrated(source, tuple(sites), owners, tuple(notes), others)
    return result


def _sites(program: Program, spans: Mapping[int, Span], number: int, path: str) -> list[RunSite]:
    """The run sites of the file at `path`, as they read from file `number`."""
    from migrate.analysis.summaries import compared

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
        file, line = place_of(site.span.line)
        legacy = Span(line, site.span.column, place_of(site.span.end_line)[1], site.span.end_column)
        names = without_tags(site.function) if site.function else site.function, parameters, without_tags(site.object)
        shown = tuple(entry for leaf in site.fetch.leaves() for entry in compared(leaf.value))
        found = RunSite(site.index, legacy, spans[site.index], *names, "" if file == number else path)
        result.append(replace(found, summaries=shown))
    return result


def _owners(program: Program) -> tuple[Owner, ...]:
    from migrate.analysis.scope import Refuse

    for record in program.owners:
        if not record.expression and not record.global_step:
            raise Refuse(
                None,
                "anonymous-variable",
                f"the variable made in line {place_of(record.line)[1]} is not kept in a name",
                "Assign it to a name of its own.",
            )
    return tuple(
        Owner(without_tags(r.expression), r.kind, r.forget_bias, r.trainable, place_of(r.line)[1])
        for r in sorted(program.owners, key=lambda record: record.order)
        if not (r.global_step or r.pending)  # a layer that is never called has no variables
    )


class _Identifiers(cst.CSTVisitor):
    """Every name the program binds or reads."""

    def __init__(self) -> None:
        super().__init__()
        self.names: Counter[str] = Counter()
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
        self.names[node.value] += 1
