"""Put a region together again: what stays in place, and the functions its graph became."""

from __future__ import annotations

import libcst as cst

from migrate.analysis import checkpoints
from migrate.analysis.blocks import Walker
from migrate.analysis.compounds import assigned_names
from migrate.analysis.live_sessions import check_sessions
from migrate.analysis.program import Program
from migrate.analysis.region import Region
from migrate.analysis.scope import Definition, Refuse, Scope, names_in
from migrate.classes.naming import shown_text
from migrate.emit.calls import CallWriter, Loads
from migrate.emit.functions import FunctionWriter
from migrate.emit.slices import Step, attach_traces, signatures, steps_of

Statements = list[cst.BaseStatement]


def assemble(walker: Walker) -> Statements:
    """The statements of a finished region."""
    return assembled(walker)[0]


def assembled(walker: Walker) -> tuple[Statements, CallWriter]:
    """The statements of a finished region, and what writes calls of its functions."""
    program, region = walker.program, walker.region
    sites = region_sites(program, region)
    steps = steps_of(program, sites)
    attach_traces(region.definitions, steps)
    definitions = sorted({*region.definitions, *(d for step in steps for d in step.definitions)}, key=lambda d: d.index)
    groups = signatures(steps, definitions)
    _check_captures(program, region, steps)
    check_sessions(program, sites)
    _check_dead(program, region, steps)
    writer = FunctionWriter(program, walker, definitions, steps, groups)
    functions = writer.write()
    for _, function in functions:
        check_order(function, region, program.complete)
    calls = CallWriter(program, sites, steps, loads=_loads(walker, definitions))
    placed: list[tuple[float, int, Statements]] = []
    for number, item in enumerate(region.items):
        placed.append((item.top, number, calls.rewrite(item.statements)))
    number = len(region.items)
    for top, function in functions:
        number += 1
        placed.append((top, number, [function]))
    placed.sort(key=lambda entry: (entry[0], entry[1]))
    result = [statement for _, _, statements in placed for statement in statements]
    methods = [function.name.value for _, function in functions if function.decorators]
    if checkpoints.SUPPORT in program.support:
        covering = _covering(program, [step for step in steps if step.name in methods])
        tracing = [name for name in methods if name in covering]
        if region.model:
            program.methods[region.model] = tracing
        result = checkpoints.completed(program, result, methods, tracing)
    return spaced(result), calls


def _covering(program: Program, steps: list[Step]) -> set[str]:
    """Functions that make all weights of layers and all slots when they are traced: few, the ones with most first."""
    makes: dict[str, set[object]] = {}
    for step in steps:
        layers = {v for d in step.definitions for v in d.variables if program.owners[v].kind != "variable"}
        slots = set() if step.update is None else {f"optimizer {program.updates[step.update].optimizer}"}
        makes[step.name] = layers | slots
    chosen: set[str] = set()
    missing = {made for all_ in makes.values() for made in all_}
    while missing:
        best = max(makes, key=lambda name: len(makes[name] & missing))
        chosen.add(best)
        missing -= makes[best]
    return chosen


def region_sites(program: Program, region: Region) -> list:  # type: ignore[type-arg]
    sites = [site for site in program.sites if site.model == region.model]
    return sites if region.model else [site for site in sites if site.index not in program.emitted_sites]


def check_order(function: cst.FunctionDef, region: Region, complete: bool) -> None:
    """No name is read before the function itself assigns it: that would be an error at run time, not TF1's value."""
    assigned: set[str] = {param.name.value for param in function.params.params}
    later = set(assigned_names(function.body))
    if not complete:
        return
    early = _read_early(list(function.body.body), assigned, later)  # type: ignore[arg-type]
    if early:
        node = next((d.node for d in region.definitions if early in d.names), None)
        raise Refuse(
            node, "name-versions", f"{early} stands for two things in one part of the graph", "Give the two two names."
        )


def _read_early(body: Statements, assigned: set[str], later: set[str]) -> str | None:
    for statement in body:
        if isinstance(statement, cst.With) and isinstance(statement.body, cst.IndentedBlock):
            for item in statement.items:
                if item.asname is not None:
                    assigned.update(names_in(item.asname.name))  # type: ignore[arg-type]
            found = _read_early(list(statement.body.body), assigned, later)  # type: ignore[arg-type]
            if found:
                return found
            continue
        finder = Loads()
        statement.visit(finder)
        own = (
            {name for name in assigned_names(statement)}
            if not isinstance(statement, cst.SimpleStatementLine)
            else set()
        )
        early = (finder.names & later) - assigned - own
        if early:
            return sorted(early)[0]
        assigned.update(assigned_names(statement))
    return None


def _loads(walker: Walker, definitions: list[Definition]) -> set[str]:
    finder = Loads()
    for item in walker.region.items:
        for statement in item.statements:
            statement.visit(finder)
    return finder.names


def _check_captures(program: Program, region: Region, steps: list[Step]) -> None:
    """A Python name that a graph statement reads must not change afterwards: functions read it when they run."""
    if not program.complete:
        return
    for step in steps:
        for definition in step.definitions:
            if definition.kind == "placeholder":
                continue
            line = program.line(definition.node)
            for name in sorted(definition.captures):
                later = [top for top in region.assigned.get(name, []) if top > definition.top]
                if later or (line and program.changes.later(name, line)):
                    raise Refuse(
                        definition.node,
                        "rebound-name",
                        f"{name} is used while the graph is built and changed afterwards",
                        "Use another name for the later value.",
                    )
        for site in step.sites:
            for name in sorted({name for leaf in site.fetch.leaves() for name in leaf.captures}):
                if program.changes.later(name, site.span.line):
                    raise Refuse(
                        site.node,
                        "rebound-name",
                        f"what is fetched depends on {name}, which changes from run to run",
                        "Feed the value through a placeholder.",
                    )


def _check_dead(program: Program, region: Region, steps: list[Step]) -> None:
    """Weights that no run uses: a Keras layer that is never called has none, so they would be lost."""
    if not program.complete:  # what is put into lists is not followed yet
        return
    sites = program.sites if not region.model else region_sites(program, region)
    unused = None if sites or region.local and not region.model else _computed(region)
    if unused is not None:
        what = f"the graph of {shown_text(region.model)}" if region.model else "this graph"
        reason = f"nothing in the program runs {what}: its runs say which functions the new program has"
        raise Refuse(unused.node, "never-run", reason, "Migrate it together with the files that run it.")
    live = {owner for step in steps for d in step.definitions for owner in d.variables}
    for definition in region.definitions:
        if any(definition in step.definitions for step in steps):
            continue
        for owner in definition.variables - live:
            record = program.owners[owner]
            if record.kind != "variable":
                raise Refuse(definition.node, "dead-layer", "a layer is built whose output no run uses", "Remove it.")


def _computed(region: Region) -> Definition | None:
    """The first statement of a region that computes a tensor."""
    found = (d for d in region.definitions if d.kind in ("compute", "update") and d.node is not None)
    return next(found, None)


def spaced(statements: Statements) -> Statements:
    """Two blank lines around functions, and one before what follows creations."""
    result: Statements = []
    for position, statement in enumerate(statements):
        lines = list(getattr(statement, "leading_lines", []))
        after_function = position > 0 and isinstance(statements[position - 1], cst.FunctionDef)
        if (isinstance(statement, cst.FunctionDef) or after_function) and position > 0:
            while lines and lines[0].comment is None:
                lines.pop(0)
            lines = [cst.EmptyLine(indent=False), cst.EmptyLine(indent=False), *lines]
            statement = statement.with_changes(leading_lines=lines)
        result.append(statement)
    return result


def region_function(walker: Walker, node: cst.FunctionDef, scope: Scope) -> cst.FunctionDef:
    """A function that builds and runs a graph of its own: the same, one level down."""
    program = walker.program
    inner = Walker(walker.ev, Region(scope, local=True))
    before = set(program.emitted_sites)
    program.emitted_sites |= {site.index for site in program.sites}
    saved = program.loop_depth, program.trained, program.device
    program.loop_depth, program.trained, program.device = 0, False, None
    assert isinstance(node.body, cst.IndentedBlock)
    inner.walk(list(node.body.body))
    statements = assemble(inner)
    program.loop_depth, program.trained, program.device = saved
    inside = {site.index for site in program.sites} - program.emitted_sites
    program.emitted_sites = before | inside
    walker.ev.walker = walker
    footer = [*inner.pending, *node.body.footer] if inner.pending else node.body.footer
    return node.with_changes(body=node.body.with_changes(body=one_blank(statements), footer=footer))


def one_blank(statements: Statements) -> Statements:
    """Inside a function one blank line does where a module has two."""
    result: Statements = []
    for statement in statements:
        lines = list(getattr(statement, "leading_lines", []))
        while len(lines) > 1 and lines[0].comment is None and lines[1].comment is None:
            lines.pop(0)
        result.append(statement.with_changes(leading_lines=lines) if hasattr(statement, "leading_lines") else statement)
    return result
