"""`tf1rnn run NOTEBOOK.ipynb`: the code cells in order, in one namespace, as the kernel runs them.

Lines that speak to IPython or the shell become calls of `get_ipython()` (`magics.py`) on the same line. An expression
at the end of a cell is printed. A traceback names the cell and shows its lines.
"""

from __future__ import annotations

import ast
import builtins
import io
import json
import linecache
import os
import re
import sys
import tokenize
import types
from typing import Any

from tf1rnn import bridges, imports
from tf1rnn.magics import Shell, WrongNotebook
from tf1rnn.python2 import program


def run_as_main(path: str, argv: list[str], strict: bool = False, language: str = "") -> None:
    """Runs a notebook as the program of this process, in its own folder as Jupyter does.

    Raises WrongNotebook (a SystemExit with a message) if it is no Python notebook, and whatever its cells raise.
    """
    filename = os.path.abspath(path)
    cells, declared = read(filename)
    folder = os.path.dirname(os.path.realpath(filename))
    sys.argv[:] = [path, *argv]
    if not sys.path or sys.path[0] != folder:
        sys.path.insert(0, folder)
    os.chdir(folder)
    os.environ.setdefault("MPLBACKEND", "Agg")  # figures go to the notebook, and there is none
    imports.install(folder)
    bridges.be_strict(strict)
    sources = [python_of(cell) for cell in cells]
    whole = "\n".join(sources).encode()
    program.running.begin(filename, whole, "as it is" if strict else language or declared)
    program.running.language = _language(filename, whole, strict, language or declared)
    module = types.ModuleType("__main__")
    module.__dict__.update(__builtins__=builtins)
    sys.modules["__main__"] = module
    shell = Shell(module.__dict__)
    module.__dict__.update(get_ipython=lambda: shell, display=shell.display)
    for number, (cell, source) in enumerate(zip(cells, sources, strict=True), 1):
        name = f"{filename}, cell {number}"
        linecache.cache[name] = (len(cell), None, [line + "\n" for line in cell.split("\n")], name)
        _run(source, name, module.__dict__)


def read(filename: str) -> tuple[list[str], str]:
    """The sources of the code cells, and the Python ("2", "3") that the notebook names, or "".

    Raises WrongNotebook.
    """
    try:
        with open(filename, encoding="utf-8") as file:
            content = json.load(file)
        cells = content["cells"] if "cells" in content else [c for w in content["worksheets"] for c in w["cells"]]
        sources = [c.get("source", c.get("input", "")) for c in cells if c["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongNotebook(f"{filename}: not a Jupyter notebook ({error})") from None
    about = content.get("metadata", {})
    kernel, info = about.get("kernelspec", {}), about.get("language_info", {})
    spoken = str(info.get("name") or kernel.get("language") or "python").lower()
    if not spoken.startswith(("python", "ipython")):
        raise WrongNotebook(f"{filename}: a notebook of the language {spoken}, not of Python")
    named = str(info.get("version") or kernel.get("name", "").removeprefix("python"))
    return ["".join(s).rstrip("\n") for s in sources], named[:1] if named[:1] in ("2", "3") else ""


def python_of(cell: str) -> str:
    """The cell with the lines for IPython and the shell as calls, line by line."""
    lines = cell.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        name, _, rest = lines[first][2:].partition(" ")
        if name in ("time", "timeit", "capture"):
            return "\n".join(["", *python_of("\n".join(lines[first + 1 :])).split("\n")])
        body = "\n".join(lines[first + 1 :])
        return f"get_ipython().run_cell_magic({name!r}, {rest.strip()!r}, {body!r})"
    done: list[str] = []
    index = 0
    while index < len(lines):
        line, extra = lines[index], 0
        if line.lstrip()[:1] in ("%", "!", "?") or re.match(r"\s*[\w.]+\s*=\s*[!%]|\s*[\w.]+\?+\s*$", line):
            if _is_open("\n".join(done)):
                done.append(line)
                index += 1
                continue
            while line.endswith("\\") and index + extra + 1 < len(lines):
                extra += 1
                line = line[:-1] + " " + lines[index + extra].strip()
            line = _as_call(line)
        done += [line] + [""] * extra
        index += 1 + extra
    return "\n".join(done)


def _as_call(line: str) -> str:
    indent, bare = line[: len(line) - len(line.lstrip())], line.strip()
    assigned = re.match(r"([\w.]+\s*=\s*)([!%].*)$", bare)
    if assigned:
        kind = "system_lines" if assigned[2][0] == "!" else "magic"
        return f"{indent}{assigned[1]}get_ipython().{kind}({assigned[2].lstrip('!%')!r})"
    if bare.startswith("!"):
        return f"{indent}get_ipython().system({bare.lstrip('!')!r})"
    if bare.startswith(("%time ", "%timeit ")):
        return indent + re.sub(r"^%time(it)?\s+(-\w+\s*\d*\s+)*", "", bare)
    if bare.startswith("%"):
        return f"{indent}get_ipython().magic({bare[1:]!r})"
    return f"{indent}get_ipython().magic({'pinfo ' + bare.strip('?')!r})" if bare.strip("?") != bare else line


def _is_open(text: str) -> bool:
    """Whether a bracket, a string or a continued line is open at the end of a text."""
    if text.endswith("\\"):
        return True
    try:
        list(tokenize.generate_tokens(io.StringIO(text + "\n").readline))
    except tokenize.TokenError:
        return True
    except SyntaxError:  # an indentation that does not fit: not ours to say
        return False
    return False


def _language(filename: str, whole: bytes, strict: bool, named: str) -> str:
    """The language of all cells together."""
    if strict or named == "3":
        return "3"
    judged = program.running.language_of(filename, whole)
    return "2" if judged == "2" or (judged == "either" and named == "2") else "either"


def _run(source: str, name: str, namespace: dict[str, Any]) -> None:
    tree = program.running.tree(source.encode(), name)
    program.running.settle(namespace, name)
    shown = tree.body[-1] if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    if shown is not None and not source.rstrip().endswith(";"):
        tree.body.pop()
    else:
        shown = None
    code = imports.compile_tree(tree, name)
    exec(code, namespace)
    if isinstance(shown, ast.Expr):
        last = imports.compile_tree(ast.Module([shown], []), name, interactive=True)
        exec(last, namespace)
