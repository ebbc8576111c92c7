"""--verify: the legacy program from the checkpoint and the migrated one from the converted file, call by call.

The machinery is that of `migrate.verify`. Before the first run site the legacy program, which runs under `tf1rnn`, is
given every variable of the checkpoint, slots of optimizers too; the migrated one everything that the file holds, and
zeros where it holds nothing. Then each value that a run site returns is compared, and the parameters after training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from migrate.checkpoint.errors import CheckpointError
from migrate.files import UnreadableInput, decode, read_bytes
from migrate.plan import Migrated, Refused
from migrate.program import local_imports, program_of, together
from migrate.result import Judgement


def prove(
    checkpoint: str, legacy: str | Path, migrated: str | Path, weights: str | Path, argv: Sequence[str] = ()
) -> str:
    """Run both programs, each in a copy of the legacy one's folder. Returns the table.

    checkpoint: prefix of a TF1 checkpoint. weights: what it was converted to. Raises `CheckpointError` with the table
    when values differ or cannot be compared. This executes the user's programs.
    """
    from migrate.verify import EQUAL, format_verification, verify_program

    legacy, migrated = Path(legacy).resolve(), Path(migrated).resolve()
    plan = _with_files_beside(migrated, legacy, _plan_of(legacy))
    try:
        verification = verify_program(legacy, migrated, plan, argv=argv, checkpoint=checkpoint, weights=weights)
    except ValueError as error:
        raise CheckpointError(f"{migrated} cannot be compared with {legacy}: {error}") from error
    shown = format_verification(verification)
    if verification.status != EQUAL:
        raise CheckpointError("the two programs could not be proven equal", shown.splitlines())
    return shown


def _plan_of(legacy: Path) -> Migrated:
    """What the codemod says of the program that wrote the checkpoint."""
    texts = {path: text for path in sorted(legacy.parent.glob("**/*.py")) if (text := _text(path)) is not None}
    if legacy not in texts:
        raise CheckpointError(f"{legacy} cannot be read")
    outcome = _judged(legacy, texts)
    if isinstance(outcome, Refused):  # perhaps for a script beside it, which has no part in this
        own = program_of(legacy, local_imports(texts))
        outcome = _judged(legacy, {path: text for path, text in texts.items() if path in own})
    if isinstance(outcome, Refused):
        reasons = [f"line {one.line}: {one.reason} [{one.code}]" for one in outcome.reasons]
        raise CheckpointError(f"{legacy} is refused by the migration, so that its run sites are not known", reasons)
    if not isinstance(outcome, Migrated):
        raise CheckpointError(f"{legacy} is no program of TensorFlow 1")
    return outcome


def _judged(legacy: Path, texts: dict[Path, str]) -> Judgement:
    from migrate.judge import judge, judge_program

    group = next((one for one in together(texts, texts) if legacy in one), None)
    if group is None:
        return judge(texts[legacy], str(legacy))
    return dict(zip(group, judge_program({path: texts[path] for path in group}), strict=True))[legacy]


def _text(path: Path) -> str | None:
    try:
        return decode(read_bytes(path)).text
    except (UnreadableInput, OSError):
        return None


def _with_files_beside(migrated: Path, legacy: Path, plan: Migrated) -> Migrated:
    """The plan with the other files of the program as they stand beside the migrated script."""
    others = []
    for path, text in plan.others:
        beside = migrated.parent / Path(path).relative_to(legacy.parent) if _is_below(path, legacy) else None
        present = _text(beside) if beside is not None and beside.is_file() else None
        if present is not None and present != text and any(site.file == path for site in plan.sites):
            reason = "it has run sites and is not what the migration of the legacy file gives"
            raise CheckpointError(f"{beside} cannot be compared: {reason}")
        others.append((path, text if present is None else present))
    return replace(plan, others=tuple(others))


def _is_below(path: str, legacy: Path) -> bool:
    return Path(path).is_relative_to(legacy.parent)
