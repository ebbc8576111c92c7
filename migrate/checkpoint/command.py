"""tf1rnn-migrate checkpoint: arguments, what is printed, exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from migrate.checkpoint.errors import CheckpointError

_DESCRIPTION = "Convert a TensorFlow 1 checkpoint to the weights of a migrated program, or back."
_EPILOG = """\
The program is run up to its first step, so that its layers exist; its arguments stand behind --.

exit status:
  0  done
  1  not converted, nothing was written; with --verify: not proven equal
  2  wrong usage
"""


def main(arguments: Sequence[str]) -> int:
    """Run the subcommand; returns the exit status."""
    parser = _parser()
    own, argv = _split(list(arguments))
    given = parser.parse_args(own)
    problem = _wrong(given)
    if problem:
        print(f"{parser.prog}: error: {problem}", file=sys.stderr)
        return 2
    try:
        return _run(given, argv)
    except CheckpointError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    place = arguments.index("--")
    return arguments[:place], arguments[place + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tf1rnn-migrate checkpoint",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("checkpoint", metavar="CKPT", help="prefix or folder of a TF1 checkpoint, or folder of a SavedModel")
    add("--program", type=Path, required=True, metavar="MIGRATED.py", help="the migrated program")
    add("--out", type=Path, metavar="FILE", help="*.weights.h5, *.keras, or the prefix of a checkpoint")
    add("--dry-run", action="store_true", help="print the table, write nothing")
    add("--to-tf1", type=Path, metavar="WEIGHTS", help="convert WEIGHTS back, with the names of CKPT")
    add("--map", type=Path, metavar="FILE", help="says what goes where: lines `name = variable, variable`")
    add("--partial", action="store_true", help="leave out what has no counterpart")
    add("--verify", action="store_true", help="run both programs from the checkpoint and compare (your code!)")
    add("--legacy", type=Path, metavar="LEGACY.py", help="--verify: the program that wrote the checkpoint")
    add("--quiet", action="store_true", help="print only what needs attention")
    return parser


def _wrong(given: argparse.Namespace) -> str:
    if given.out is None and not given.dry_run:
        return "--out says where to write, --dry-run writes nothing: give one"
    if given.dry_run and given.verify:
        return "--verify checks what is written: it does not go with --dry-run"
    if given.verify and given.legacy is None:
        return "--verify needs the program that wrote the checkpoint: --legacy LEGACY.py"
    if given.verify and given.to_tf1 is not None:
        return "--verify proves a conversion to Keras, not the way back"
    if given.verify and given.partial:
        return "--verify proves whole checkpoints, --partial converts a part"
    if given.legacy is not None and not given.verify:
        return "--legacy belongs to --verify"
    if given.to_tf1 is not None and given.dry_run:
        return "--to-tf1 writes a checkpoint, --dry-run does not"
    return ""


def _run(given: argparse.Namespace, argv: Sequence[str]) -> int:
    from migrate.checkpoint import conversion, plan

    options = {"argv": argv, "map_file": given.map, "partial": given.partial}
    if given.dry_run:
        report = conversion.look(given.checkpoint, given.program, **options)
        print(report.table)
        _warn(report.warnings)
        plan.check(report.plan, given.partial)
        return 0
    if given.to_tf1 is not None:
        report = conversion.convert_back(given.checkpoint, given.program, given.to_tf1, given.out, **options)
    else:
        report = conversion.convert(
            given.checkpoint, given.program, given.out, **options, legacy_program=given.legacy
        )
    _warn(report.warnings)
    if not given.quiet:
        print(report.table)
        if report.proof:
            print(f"\nlegacy and migrated program compared, from the checkpoint\n{report.proof}")
        print(f"\nwritten: {report.written}\nread it with: {report.how_to_read}")
    return 0


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        print(f"tf1rnn-migrate checkpoint: warning: {warning}", file=sys.stderr)
