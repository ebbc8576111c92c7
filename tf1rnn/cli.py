"""`tf1rnn run SCRIPT [ARGS]` and `tf1rnn check SCRIPT`: arguments and exit codes, nothing else."""

from __future__ import annotations

import os
import sys

USAGE = """usage: tf1rnn run [--strict] [--python2 | --python3] SCRIPT [ARGS ...]
       python -m tf1rnn SCRIPT [ARGS ...]
       tf1rnn check SCRIPT ...

run:    Runs an unmodified TensorFlow 1 script or notebook (.ipynb) on the installed TensorFlow 2: its own
        imports of tensorflow (and those of the modules beside it) give the TensorFlow 1.15 namespace.
        Python 2 source is converted as it is read, and names and habits of NumPy 1 and older Pythons work,
        inside the script only; each says so once on stderr. Exit status: that of the script; 2 for wrong usage.
        --strict    nothing of that: what today's Python and NumPy do not accept raises
        --python2, --python3
                    which Python a program was written for that could be either
check:  Lists, without running anything, the TensorFlow 1 names that the scripts and the modules beside them
        use and that are not supported, with file and line. Exit status: 0 none, 1 some, 2 for wrong usage
        or a file that does not parse.
"""

RUN_OPTIONS = ("--strict", "--python2", "--python3")


def main(argv: list[str] | None = None) -> None:
    """The `tf1rnn` command. Exits with 2 on wrong usage, else as the script does."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments and arguments[0] in ("-h", "--help"):
        print(USAGE, end="")
        sys.exit(0)
    if arguments and arguments[0] in ("-V", "--version"):
        print(f"tf1rnn {_version()}")
        sys.exit(0)
    if not arguments:
        _wrong("no command", usage=True)
    if arguments[0] not in COMMANDS:
        _wrong(f"no command {arguments[0]!r}", usage=True)
    COMMANDS[arguments[0]](arguments[1:])


def main_of_module() -> None:
    """`python -m tf1rnn`: the word `run` may be left out."""
    arguments = sys.argv[1:]
    is_script = (
        bool(arguments)
        and (not arguments[0].startswith("-") or arguments[0] in RUN_OPTIONS)
        and not (arguments[0] in COMMANDS and (len(arguments) > 1 or not os.path.exists(arguments[0])))
    )
    main(["run", *arguments] if is_script else arguments)


def _run(arguments: list[str]) -> None:
    if arguments and arguments[0] in ("-h", "--help"):
        print(USAGE, end="")
        sys.exit(0)
    options = []
    while arguments and arguments[0] in RUN_OPTIONS:
        options.append(arguments[0])
        arguments = arguments[1:]
    if not arguments:
        _wrong("run: which script?", usage=True)
    if arguments[0].startswith("-"):
        _wrong(f"run: no option {arguments[0]!r} (options of the script come after it)", usage=True)
    if {"--python2", "--python3"} <= set(options) or {"--python2", "--strict"} <= set(options):
        _wrong(f"run: {' and '.join(sorted(set(options)))} exclude each other", usage=True)
    script, strict = arguments[0], "--strict" in options
    _readable(script)
    from tf1rnn import launcher

    if sys.path and not getattr(sys.flags, "safe_path", False):
        del sys.path[0]  # the folder of this command or the current one; the script's own takes its place
    language = "2" if "--python2" in options else "3" if "--python3" in options else ""
    launcher.show_users_frames_only(script)
    if not strict:
        launcher.print_as_numpy1()
    if script.endswith(".ipynb"):
        from tf1rnn import notebook

        notebook.run_as_main(script, arguments[1:], strict, language)
    else:
        launcher.run_as_main(script, arguments[1:], strict, language)


def _check(arguments: list[str]) -> None:
    if arguments and arguments[0] in ("-h", "--help"):
        print(USAGE, end="")
        sys.exit(0)
    if not arguments:
        _wrong("check: which script?", usage=True)
    for script in arguments:
        _readable(script)
    from tf1rnn import check

    found = []
    for script in arguments:
        try:
            found += check.check(script)
        except SyntaxError as error:
            _wrong(f"{error.filename}:{error.lineno}: does not parse: {error.msg}")
        except (OSError, ValueError) as error:
            _wrong(f"{script}: {error}")
    for missing in found:
        print(f"{missing.file}:{missing.line}: {missing.reason}")
    sys.exit(1 if found else 0)


def _readable(script: str) -> None:
    if not os.path.exists(script):
        _wrong(f"{script}: no such file")
    if os.path.isdir(script):
        _wrong(f"{script}: is a directory, not a script")
    if not os.access(script, os.R_OK):
        _wrong(f"{script}: cannot be read")


def _version() -> str:
    from importlib import metadata

    try:
        return metadata.version("tf1rnn")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _wrong(message: str, usage: bool = False) -> None:
    print(f"tf1rnn: {message}", file=sys.stderr)
    if usage:
        print(USAGE, end="", file=sys.stderr)
    sys.exit(2)


COMMANDS = {"run": _run, "check": _check}
