"""One run of tf1rnn-migrate, step by step: find, read, judge, prove, write. Every file fails on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from migrate.batch import judge_all
from migrate.destination import check_collisions, check_out, link_target
from migrate.discovery import Found, Tree, discover, surroundings
from migrate.files import NotWritten, SourceFile, UnreadableInput, read_bytes, read_source
from migrate.notebook import judge_notebook
from migrate.plan import Migrated, Refused, Unchanged
from migrate.program import local_imports, refuse_split_programs, together, uses_tensorflow
from migrate.result import FileResult, Judgement, Unreadable
from migrate.writing import Write, carry_out

Report = Callable[[str, int, int], None]  # what is being done, how many are done, of how many


@dataclass(frozen=True)
class Options:
    """The command line, checked."""

    paths: tuple[str, ...]
    out: Path | None = None
    writing: bool = True  # False under --check and --diff
    allow_dirty: bool = False
    verify: bool = False
    calls: int | None = None
    timeout: float | None = None
    jobs: int | None = None


@dataclass
class _Item:
    """A file on its way through the run."""

    found: Found
    result: FileResult
    source: SourceFile | None = None
    program: Sequence[_Item] = ()  # the files that are migrated together with it, itself among them
    imported: bool = False  # by another file of its program: no script

    @property
    def changes(self) -> bool:
        return self.result.would_change and self.result.blocked is None


def run(options: Options, report: Report) -> list[FileResult]:
    """Do what the options ask for; the results are sorted by path.

    Raises:
        UsageError: nothing was done.
    """
    if options.out is not None:
        check_out(options.out, options.paths)
    tree = discover(options.paths, options.out)
    if options.out is not None:
        check_collisions(tree.files)
    items = _read(tree)
    _judge(items, options, report)
    if options.verify:
        _prove(items, options, report)
    results = [item.result for item in items]
    results += [FileResult(path, Unreadable(reason)) for path, reason in tree.missing]
    if options.writing:
        results += _write(items, tree, options, report)
    return sorted(results, key=lambda result: Path(result.path).parts)


def _read(tree: Tree) -> list[_Item]:
    items = []
    for found in tree.files:
        result = FileResult(found.path.as_posix(), Unchanged("no TensorFlow"))
        item = _Item(found, result)
        try:
            if found.kind == "python":
                item.source = read_source(found.path)
                result.before = item.source.data
            elif found.kind == "notebook":
                result.judgement = judge_notebook(read_bytes(found.path))
                if isinstance(result.judgement, Unchanged):
                    continue  # data like any other
            else:
                continue
        except UnreadableInput as error:
            result.judgement = Unreadable(error.refusal)
        items.append(item)
    return items


def _judge(items: Sequence[_Item], options: Options, report: Report) -> None:
    texts = [item for item in items if item.source is not None]
    sources = {item.found.real: item.source.text for item in texts if item.source is not None}
    around = surroundings(sources, options.paths) if any(map(uses_tensorflow, sources.values())) else {}
    graph = local_imports({**around, **sources})
    programs = together({**around, **sources}, set(sources))
    first = {program[0]: program for program in programs}
    members = {path for program in programs for path in program}
    by_path = {item.found.real: item for item in texts}
    tasks: list[list[_Item]] = []
    for item in texts:
        real = item.found.real
        if real in first:
            tasks.append([by_path[path] for path in first[real]])
        elif real not in members:
            tasks.append([item])
    answers = _answers(tasks, options, lambda done: report("migrating", done, len(texts)))
    if options.out is not None:
        tasks, answers = _with_the_rest(tasks, answers, graph, options)
    for task, judgements in zip(tasks, answers, strict=True):
        for item, answer in zip(task, judgements, strict=True):
            item.result.judgement = answer
            if isinstance(answer, Migrated):
                assert item.source is not None
                try:
                    item.result.after = item.source.encode(answer.source)
                except NotWritten as error:
                    item.result.judgement = Refused((replace(error.refusal, line=1),))
        if len(task) > 1:
            imported = {target for one in task for target in graph.get(one.found.real, {})}
            for item in task:
                item.program, item.imported = task, item.found.real in imported
        if len(task) > 1 and any(isinstance(item.result.judgement, Refused) for item in task):
            for item in task:  # a program is written whole or not at all
                item.result.after = None
    _refuse_split_programs([item for item in texts if item.found.real not in members], sources, around)


def _answers(
    tasks: Sequence[Sequence[_Item]], options: Options, progress: Callable[[int], None]
) -> list[list[Judgement]]:
    named = []
    for task in tasks:
        files = [(item.source.text, item) for item in task if item.source is not None]
        paths = [item.found.real if len(task) > 1 else item.result.path for item in task]
        named.append(tuple((text, str(path)) for (text, _), path in zip(files, paths, strict=True)))
    return judge_all(named, options.jobs, progress)


def _with_the_rest(
    tasks: Sequence[list[_Item]],
    answers: Sequence[list[Judgement]],
    graph: Mapping[Path, Mapping[Path, int]],
    options: Options,
) -> tuple[list[list[_Item]], list[list[Judgement]]]:
    """Scripts that are refused, apart from the other files of their program, if those migrate without them.

    For --out only: in place, the script would be left with modules that are not what it knows.
    """
    apart: list[tuple[list[_Item], list[Judgement]]] = []
    for task, judgements in zip(tasks, answers, strict=True):
        apart += _divided(task, judgements, graph, options) or [(task, judgements)]
    return [task for task, _ in apart], [judgements for _, judgements in apart]


def _divided(
    task: list[_Item], judgements: list[Judgement], graph: Mapping[Path, Mapping[Path, int]], options: Options
) -> list[tuple[list[_Item], list[Judgement]]] | None:
    refused: list[tuple[list[_Item], list[Judgement]]] = []
    while True:
        imported = {target for item in task for target in graph.get(item.found.real, {})}
        scripts = [
            (item, judgement)
            for item, judgement in zip(task, judgements, strict=True)
            if isinstance(judgement, Refused)
            and judgement.reasons[0].code != "multi-file"
            and item.found.real not in imported
        ]
        if not scripts or len(task) < 3:  # what is left is a script and what it imports
            return None
        for item, judgement in scripts:
            refused.append(([item], [judgement]))
        gone = [item for item, _ in scripts]
        task = [item for item in task if item not in gone]
        judgements = _answers([task], options, lambda done: None)[0]
        if not any(isinstance(judgement, Refused) for judgement in judgements):
            return [*refused, (task, judgements)]


def _refuse_split_programs(
    items: Sequence[_Item], sources: Mapping[Path, str], around: Mapping[Path, str]
) -> None:
    outcomes = {
        item.found.real: item.result.judgement
        for item in items
        if not isinstance(item.result.judgement, Unreadable)
    }
    if not any(isinstance(outcome, Migrated | Refused) for outcome in outcomes.values()):
        return
    refusals = refuse_split_programs({**around, **sources}, outcomes)
    for item in items:
        refusal = refusals.get(item.found.real)
        if refusal is not None:
            others = item.result.judgement.reasons if isinstance(item.result.judgement, Refused) else ()
            item.result.judgement = Refused((refusal, *others))
            item.result.after = None


def _prove(items: Sequence[_Item], options: Options, report: Report) -> None:
    """Prove what is about to be written; what is not proven equal is not written."""
    from migrate.proving import prove

    scripts = [item for item in items if item.changes and not item.imported]
    for done, item in enumerate(scripts):
        report("verifying", done, len(scripts))
        judgement = item.result.judgement
        if isinstance(judgement, Migrated):
            item.result.proof = prove(item.found.path, judgement, options.calls, options.timeout)
            item.result.blocked = item.result.proof.block()
    for item in items:
        if item.program and item.result.would_change:
            _agree(item)
    report("verifying", len(scripts), len(scripts))


def _agree(item: _Item) -> None:
    """What the proofs of its scripts say of a file of a program: one script proven equal, and none that differs."""
    proofs = [other.result.proof for other in item.program if other.result.proof is not None]
    blocks = [block for proof in proofs if (block := proof.block()) is not None]
    differing = [block for block in blocks if block.code == "not-equal"]
    if differing or not any(proof.equal for proof in proofs):
        item.result.blocked = next(iter(differing or blocks), None)
    else:
        item.result.blocked = None  # a script that could not run is told by its own table


def _write(items: Sequence[_Item], tree: Tree, options: Options, report: Report) -> list[FileResult]:
    if options.out is None:
        plan = [
            Write(item.found.path, item.result, data=item.result.after, expected=item.result.before)
            for item in items
            if item.changes
        ]
        return carry_out(plan, options.allow_dirty, lambda done: report("writing", done, len(plan)))
    by_path = {item.found.path: item for item in items}
    plan = []
    left_out: set[Path] = set()  # below --out
    for found in sorted(tree.files, key=lambda found: found.kind == "link"):  # links after what they point to
        target = options.out / found.relative
        item = by_path.get(found.path)
        if found.points_to is not None:
            if found.points_to not in left_out:
                plan.append(Write(target, points_to=link_target(found.points_to, options.out, target)))
        elif item is None or isinstance(item.result.judgement, Unchanged):
            plan.append(Write(target, item.result if item else None, copy_of=found.path))
        elif item.changes:
            plan.append(Write(target, item.result, data=item.result.after, mode_of=found.path))
        else:  # a file that was refused is not written: a tree with it would look whole
            left_out.add(found.relative)
    return carry_out(plan, options.allow_dirty, lambda done: report("writing", done, len(plan)))
