"""Runs an unmodified TF1 script as `__main__`, with its imports of tensorflow redirected."""

from __future__ import annotations

import ast
import builtins
import importlib.machinery
import os
import sys
import traceback as traceback_module
import types
from typing import Any

import numpy as np

import tf1rnn  # noqa: F401  (enters TF1 mode before the script starts)
from tf1rnn import bridges, imports, spawned
from tf1rnn.python2 import program


def run_script(path: str, argv: list[str], strict: bool = False, language: str = "") -> None:
    """Runs a script in this process, and puts `__main__`, sys.argv, sys.path and the import system back
    afterwards.

    Args:
        path: the script.
        argv: its arguments, without its own name.
        strict: no bridges to NumPy 1 and older Pythons, and no conversion from Python 2.
        language: "2" or "3" for a program that could be either; "" decides by what it uses.

    Raises:
        OSError: the script cannot be read.
        SystemExit and whatever else the script raises.
    """
    saved = sys.modules["__main__"], list(sys.argv), list(sys.path)
    finder = None
    try:
        finder = run_as_main(path, argv, strict, language)
    finally:
        sys.modules["__main__"], sys.argv[:], sys.path[:] = saved
        for installed in [f for f in sys.meta_path if isinstance(f, imports.UserFinder)]:
            if finder is None or installed is finder:
                sys.meta_path.remove(installed)


def run_as_main(path: str, argv: list[str], strict: bool = False, language: str = "") -> imports.UserFinder:
    """Runs a script as the program of this process: what it changes stays, as under plain python."""
    filename = os.path.abspath(path)
    with open(filename, "rb") as file:
        source = file.read()
    folder = os.path.dirname(os.path.realpath(filename))
    sys.argv[:] = [path, *argv]
    if not sys.path or sys.path[0] != folder:
        sys.path.insert(0, folder)
    module = _main_module(filename)
    finder, code = _prepare(module.__dict__, filename, source, strict, language)
    sys.modules["__main__"] = module
    spawned.follow(filename, strict, language)
    exec(code, module.__dict__)
    return finder


def run_in(namespace: dict[str, Any], filename: str, strict: bool, language: str) -> None:
    """Runs a script in a namespace that has its own `__name__`, in a process that another one has prepared."""
    with open(filename, "rb") as file:
        source = file.read()
    _, code = _prepare(namespace, filename, source, strict, language)
    namespace["__file__"] = filename
    exec(code, namespace)


def _prepare(
    namespace: dict[str, Any], filename: str, source: bytes, strict: bool, language: str
) -> tuple[imports.UserFinder, types.CodeType]:
    """Everything before the first line of a script runs."""
    finder = imports.install(os.path.dirname(os.path.realpath(filename)))
    bridges.be_strict(strict)
    program.running.begin(filename, source, "as it is" if strict else language)
    code = imports.compile_redirected(source, filename)
    program.running.settle(namespace, filename)
    return finder, code


def _main_module(filename: str) -> types.ModuleType:
    module = types.ModuleType("__main__")
    module.__dict__.update(
        __file__=filename,
        __cached__=None,
        __builtins__=builtins,
        __loader__=importlib.machinery.SourceFileLoader("__main__", filename),
        __spec__=None,
    )
    return module


def print_as_numpy1() -> None:
    """From now on NumPy prints its numbers as it did: 1.0, not np.float64(1.0)."""
    if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
        np.set_printoptions(legacy="1.25")


def show_users_frames_only(script: str) -> None:
    """From now on an uncaught exception is printed as under plain python: from the script's first line on."""
    filename = os.path.abspath(script)
    own = os.path.dirname(os.path.abspath(__file__))
    ours = "launcher imports bridges numpy1 older_library notebook magics cli".split()
    between = {os.path.join(own, f"{name}.py") for name in ours}
    between |= {entry.path for entry in os.scandir(os.path.join(own, "python2"))}
    # the import system stands between two files of the user, the parser between a file and its syntax error
    between |= {"<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>"}

    def hook(kind: type[BaseException], error: BaseException, traceback: Any) -> None:
        frames = traceback
        # the cells of a notebook are "FILE, cell N"
        while frames is not None and not frames.tb_frame.f_code.co_filename.startswith(filename):
            frames = frames.tb_next
        if frames is None and not isinstance(error, SyntaxError):
            frames = traceback
        frames = _without(frames, between | {ast.__file__} if isinstance(error, SyntaxError) else between)
        _clean_earlier(error, between)
        if filename.endswith(".ipynb"):
            traceback_module.print_exception(kind, error.with_traceback(frames), frames)  # knows the lines of cells
        else:
            sys.__excepthook__(kind, error.with_traceback(frames), frames)

    sys.excepthook = hook


def _clean_earlier(error: BaseException, filenames: set[str]) -> None:
    """Takes the frames of some files out of the exceptions that led to this one."""
    seen = {id(error)}
    waiting = [error.__cause__, error.__context__]
    while waiting:
        earlier = waiting.pop()
        if earlier is not None and id(earlier) not in seen:
            seen.add(id(earlier))
            earlier.with_traceback(_without(earlier.__traceback__, filenames))
            waiting += [earlier.__cause__, earlier.__context__]


def _without(traceback: Any, filenames: set[str]) -> Any:
    """A traceback without the frames of some files."""
    if traceback is None:
        return None
    rest = _without(traceback.tb_next, filenames)
    if traceback.tb_frame.f_code.co_filename in filenames:
        return rest
    return types.TracebackType(rest, traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno)
