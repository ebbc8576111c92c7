"""The builtins that a Python 2 file sees: those of Python 3, and over them what Python 2 had or did otherwise."""

from __future__ import annotations
import __future__

import ast
import builtins
import functools
import importlib
import io
import math
import os
import sys
import types
from typing import Any

import numpy as np

from tf1rnn.notices import once
from tf1rnn.python2.modules import module
from tf1rnn.python2.operations import OPERATIONS, sort_key


class _Text(type):
    """`unicode` and `basestring`: text by any name; calling them decodes."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, (str, bytes) if cls.__name__ == "basestring" else str)

    def __call__(cls, value: Any = "", encoding: str = "utf-8", errors: str = "strict") -> Any:
        return value.decode(encoding, errors) if isinstance(value, bytes) else str(value)


class _Long(type):
    """`long`: whole numbers that did not fit into an `int`."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, int) and not -sys.maxsize - 1 <= instance <= sys.maxsize

    def __call__(cls, *arguments: Any) -> int:
        return int(*arguments)


long = _Long("long", (int,), {})
unicode = _Text("unicode", (str,), {})
basestring = _Text("basestring", (str,), {})


def _map(function: Any, *sequences: Any) -> list[Any]:
    if len(sequences) > 1:
        # Python 2 went on to the end of the longest
        import itertools

        rows = itertools.zip_longest(*sequences)
        return list(rows) if function is None else [function(*row) for row in rows]
    return list(sequences[0]) if function is None else [function(item) for item in sequences[0]]


def _filter(function: Any, sequence: Any) -> Any:
    kept = filter(function, sequence)
    if isinstance(sequence, str):
        return "".join(kept)
    return tuple(kept) if isinstance(sequence, tuple) else list(kept)


def _range(*limits: Any) -> list[int]:
    return list(range(*map(_whole, limits)))


def _xrange(*limits: Any) -> range:
    return range(*map(_whole, limits))


def _whole(value: Any) -> int:
    """Python 2 took floats (with a warning) and arrays of one element for a whole number."""
    if isinstance(value, (float, np.ndarray)):
        return int(value.item() if isinstance(value, np.ndarray) else value)
    return value


def _round(number: Any, digits: int = 0) -> float:
    """To the nearest, halves away from zero; a float always."""
    scale = 10.0**digits
    scaled = abs(float(number)) * scale
    if digits == 0 or not math.isfinite(scaled):
        return math.copysign(math.floor(scaled + 0.5) if math.isfinite(scaled) else scaled, float(number))
    nearest = round(float(number), digits)
    up = math.copysign((math.floor(scaled) + 1) / scale, float(number))
    is_half = repr(abs(float(number))).partition(".")[2][digits:] == "5"
    return up if is_half else nearest


def _sorted(iterable: Any, cmp: Any = None, key: Any = None, reverse: bool = False) -> list[Any]:
    return sorted(iterable, key=sort_key(cmp, key), reverse=reverse)


def _cmp(a: Any, b: Any) -> int:
    return (a > b) - (a < b)


class TextFile(io.TextIOWrapper):
    """A file opened as text: lines end in a line feed only; bytes may be written too; it says if what is read is not
    ASCII, for Python 2 counted bytes where characters are counted here.
    """

    def __init__(self, path: Any, mode: str) -> None:
        newline = None if "U" in mode else "\n"
        plain = mode.replace("U", "").replace("t", "") or "r"
        plain = plain if plain[0] in "rwax" else "r" + plain
        binary: Any = open(path, plain[0] + "b" + plain[1:])
        super().__init__(binary, encoding="utf-8", errors="surrogateescape", newline=newline)
        self._path = path

    def _seen(self, text: str) -> str:
        if not text.isascii():
            once(
                f"not ASCII: {self._path}",
                f"{self._path} is not ASCII: read as UTF-8 characters, where Python 2 read bytes",
            )
        return text

    def read(self, size: int | None = -1) -> str:
        return self._seen(super().read(size))

    def readline(self, size: int = -1) -> str:  # type: ignore[override]
        return self._seen(super().readline(size))

    def __next__(self) -> str:  # type: ignore[override]
        return self._seen(super().__next__())

    def write(self, text: Any) -> int:
        return super().write(text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text)


class BytesFile:
    """A file opened as bytes; text may be written too."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, data: Any) -> int:
        return self._file.write(data.encode("utf-8") if isinstance(data, str) else data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __iter__(self) -> Any:
        return iter(self._file)

    def __enter__(self) -> BytesFile:
        return self

    def __exit__(self, *error: Any) -> None:
        self._file.close()


def _open(path: Any, mode: str = "r", buffering: int = -1) -> Any:
    if "b" not in mode:
        return TextFile(path, mode)
    file = open(path, mode.replace("U", ""), buffering if buffering != 1 else -1)
    return file if mode[0] == "r" and "+" not in mode else BytesFile(file)


def _execfile(path: str, globals_: dict[str, Any] | None = None, locals_: dict[str, Any] | None = None) -> None:
    from tf1rnn import imports

    frame = sys._getframe(1)
    scope = frame.f_globals if globals_ is None else globals_
    filename = os.path.abspath(path)
    with open(filename, "rb") as file:
        code = imports.compile_redirected(file.read(), filename)
    exec(code, scope, locals_ if locals_ is not None else (frame.f_locals if globals_ is None else scope))


def _compiled(text: Any, mode: str, scope: dict[str, Any]) -> Any:
    """Code given as text is Python 2 too, with the division of the file that runs it."""
    if not isinstance(text, (str, bytes)):
        return text
    from tf1rnn.python2 import meaning, syntax

    source = text.encode("utf-8") if isinstance(text, str) else text
    try:
        tree: Any = syntax.converted(source.strip() if mode == "eval" else source, "<string>")
    except syntax.NotPython2:
        return text
    future = {name for name in ("division", "print_function") if isinstance(scope.get(name), __future__._Feature)}
    tree = meaning.kept(tree, "<string>", future=future)
    if mode == "eval":
        if len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
            return text  # Python says what is wrong with it
        tree = ast.Expression(tree.body[0].value)
    return compile(tree, "<string>", mode, dont_inherit=True)


def _scopes(given: tuple[Any, ...]) -> tuple[dict[str, Any], Any]:
    """The globals and locals for exec and eval: those given, else the caller's."""
    frame = sys._getframe(2)
    scope = given[0] if given and given[0] is not None else frame.f_globals
    scope.setdefault("__builtins__", names())
    if len(given) > 1 and given[1] is not None:
        return scope, given[1]
    return scope, scope if given and given[0] is not None else frame.f_locals


def _exec(code: Any, *given: Any) -> None:
    scope, local = _scopes(given)
    exec(_compiled(code, "exec", scope), scope, local)


def _eval(code: Any, *given: Any) -> Any:
    scope, local = _scopes(given)
    return eval(_compiled(code, "eval", scope), scope, local)


def _input(prompt: str = "") -> Any:
    scope, local = _scopes(())
    return eval(_compiled(input(prompt), "eval", scope), scope, local)


def _reload(loaded: Any) -> Any:
    # "reload(sys)" only ever served to get at sys.setdefaultencoding
    if getattr(loaded, "__name__", "") == "sys" or not isinstance(loaded, types.ModuleType):
        return loaded
    return importlib.reload(loaded)


def _buffer(value: Any, start: int = 0, size: int | None = None) -> memoryview:
    return memoryview(value)[start:] if size is None else memoryview(value)[start : start + size]


def _import(name: str) -> Any:
    """The module for `import name` of a module that Python 2 had otherwise."""
    return module(name)


def _import_from(name: str, attribute: str) -> Any:
    """The object for `from name import attribute`."""
    try:
        return getattr(module(name), attribute)
    except AttributeError:
        raise ImportError(f"cannot import name {attribute!r} from {name!r}", name=name) from None


@functools.cache
def names() -> dict[str, Any]:
    """The whole `__builtins__` of a Python 2 file."""
    old = {
        "apply": lambda function, arguments=(), keywords=None: function(*arguments, **(keywords or {})),
        "basestring": basestring,
        "buffer": _buffer,
        "cmp": _cmp,
        "coerce": lambda a, b: (a + 0 * b, b + 0 * a),
        "execfile": _execfile,
        "file": _open,
        "filter": _filter,
        "eval": _eval,
        "exec": _exec,
        "input": _input,
        "intern": sys.intern,
        "long": long,
        "map": _map,
        "open": _open,
        "range": _range,
        "raw_input": input,
        "reduce": functools.reduce,
        "reload": _reload,
        "round": _round,
        "sorted": _sorted,
        "unichr": chr,
        "unicode": unicode,
        "xrange": _xrange,
        "zip": lambda *sequences: list(zip(*sequences, strict=False)),
        "__tf1rnn_py2_import__": _import,
        "__tf1rnn_py2_import_from__": _import_from,
    }
    # the names of the import redirection are set on builtins before the first file is compiled
    return {**vars(builtins), **old, **OPERATIONS}
