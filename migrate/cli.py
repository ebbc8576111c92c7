"""tf1rnn-migrate: arguments, progress, exit status; the work is in pipeline.py."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO, TypeVar

from migrate.discovery import UsageError
from migrate.pipeline import Options, run
from migrate.report.progress import Progress
from migrate.report.terminal import file_lines, proof_totals_line, totals_line
from migrate.result import FileResult, exit_status

_Number = TypeVar("_Number", int, float)

_DESCRIPTION = "Rewrite TensorFlow 1 RNN programs as TensorFlow 2 and Keras 3 programs."
_EPILOG = """\
exit status:
  0  everything migrated, or nothing to do
  1  something was refused or not written; with --verify: something is not proven equal;
     with --check: something would change
  2  wrong usage, or input that cannot be read as Python

A file is migrated whole or left as it is. Existing files with uncommitted changes in git are
not overwritten unless --allow-dirty is given.

tf1rnn-migrate checkpoint --help: old checkpoints for migrated programs.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] == "checkpoint":
        from migrate.checkpoint.command import main as convert_checkpoint

        return convert_checkpoint(arguments[1:])
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        _check(given)
        with _sigterm_as_exception():
            return _run(given)
    except UsageError as error:
        print(f"{parser.prog}: error: {error}", file=sys.stderr)
        return 2
    except (
        BrokenPipeError
    ):  # `| head` has seen enough; everything was written before the first line was printed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted; no file is half-written.", file=sys.stderr)
        return 130


def _run(given: argparse.Namespace) -> int:
    options = Options(
        paths=tuple(given.paths),
        out=given.out,
        writing=not (given.check or given.diff),
        allow_dirty=given.allow_dirty,
        verify=given.verify,
        calls=given.calls,
        timeout=given.timeout,
        jobs=given.jobs,
    )
    with Progress(sys.stderr) as progress:
        results = run(options, progress.show)
    status = exit_status(results, check=given.check)
    # What another program reads from stdout must not be mixed with words for people.
    to_stdout = not (given.diff or given.json == "-")
    _print_summary(results, options, given.quiet, sys.stdout if to_stdout else sys.stderr)
    if given.diff:
        _print_diff(results)
    if given.json:
        _write_json(results, status, given.json)
    return status


def _print_summary(results: list[FileResult], options: Options, quiet: bool, stream: TextIO) -> None:
    lines: list[str] = []
    for result in results:
        lines += file_lines(result, options.writing, quiet)
    for result in results:
        if result.proof is not None and not (quiet and result.proof.block() is None):
            lines += ["", f"{result.path}: legacy and migrated program compared", result.proof.table]
    if not quiet:
        proofs = proof_totals_line(results)
        lines += ([""] if proofs else []) + [
            line for line in (proofs, totals_line(results, options.writing)) if line
        ]
    for line in lines:
        print(_printable(line, stream), file=stream)
    stream.flush()


def _printable(text: str, stream: TextIO) -> str:
    """File names may hold anything; a terminal that cannot show it must not end the run."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, errors="backslashreplace").decode(encoding)


def _print_diff(results: list[FileResult]) -> None:
    from migrate.report.diff import unified_diff

    sys.stdout.flush()
    for result in results:
        if result.would_change and result.blocked is None and result.after is not None:
            sys.stdout.buffer.write(unified_diff(result.path, result.before, result.after))
    sys.stdout.buffer.flush()


def _write_json(results: list[FileResult], status: int, destination: str) -> None:
    import json

    from migrate.report.structured import as_document

    text = json.dumps(as_document(results, status), indent=2) + "\n"
    if destination == "-":
        sys.stdout.write(text)
        return
    try:
        Path(destination).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--json {destination}: {error.strerror}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tf1rnn-migrate",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="a Python file, or a folder to search for *.py files")
    add("--out", type=Path, metavar="DIR", help="write the migrated tree to DIR, leave PATH as it is")
    add("--diff", action="store_true", help="print the changes as a unified diff, write nothing")
    add("--check", action="store_true", help="write nothing, exit with 1 if something would change")
    add("--allow-dirty", action="store_true", help="overwrite files with uncommitted changes too")
    add(
        "--verify",
        action="store_true",
        help="run both versions (your code!) and compare every value; write only what is equal",
    )
    add(
        "--calls",
        type=_positive(int),
        metavar="N",
        help="--verify: stop a program after N calls of Session.run",
    )
    add(
        "--timeout", type=_positive(float), metavar="SECONDS", help="--verify: stop a program after that time"
    )
    add("--jobs", type=_positive(int), metavar="N", help="number of processes (default: one per core)")
    add("--json", metavar="FILE", help="write the report as JSON too; - is standard output")
    add("--quiet", action="store_true", help="print only what needs attention")
    add("--explain", action=_Explain)
    add("--version", action=_Version)
    return parser


def _check(given: argparse.Namespace) -> None:
    if given.out is not None and (given.diff or given.check):
        raise UsageError("--out writes files, --diff and --check do not: choose one")
    if given.diff and given.json == "-":
        raise UsageError("--diff and --json - both want standard output")
    if not given.verify and (given.calls is not None or given.timeout is not None):
        raise UsageError("--calls and --timeout belong to --verify")


def _positive(kind: type[_Number]) -> Callable[[str], _Number]:
    def convert(text: str) -> _Number:
        value = kind(text)
        if not value > 0:
            raise ValueError(text)
        return value

    convert.__name__ = f"positive {kind.__name__}"  # argparse: "invalid positive int value: '0'"
    return convert


class _Version(argparse.Action):
    """Looks the version up only when asked: importlib.metadata takes long to import."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib import metadata

        try:
            version = metadata.version("tf1rnn")
        except metadata.PackageNotFoundError:
            version = "(not installed)"
        print(f"{parser.prog} {version}")
        parser.exit()


class _Explain(argparse.Action):
    """Prints what a refusal code means and what to do about it."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(
            option_strings, dest, metavar="CODE", help="say what a refusal [code] means, and exit"
        )

    def __call__(self, parser: argparse.ArgumentParser, _: object, code: object, *__: object) -> None:
        from migrate.report.refusals import as_text, describe

        try:
            print(as_text(describe(str(code).strip("[]"))))
        except KeyError:
            parser.error(f"there is no refusal code {code}; the codes stand in [brackets] behind the reasons")
        parser.exit()


class _sigterm_as_exception:
    """Within the block SIGTERM unwinds the stack like Ctrl-C, so that temporary files go away."""

    def __enter__(self) -> None:
        try:
            self._before = signal.signal(signal.SIGTERM, _raise_exit)
        except ValueError:  # not in the main thread: signals are somebody else's
            self._before = None

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGTERM, self._before)


def _raise_exit(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
