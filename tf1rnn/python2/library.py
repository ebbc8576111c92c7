"""What Python 2's modules held, by module: `names_of_MODULE()` gives name -> value. Behaviour after the documentation
of Python 2.7 and runs of it.
"""

from __future__ import annotations

import csv
import io
import itertools
import math
import os
import pickle
import string
import subprocess
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from tf1rnn.notices import once


class TextIO(io.StringIO):
    """StringIO of Python 2: text of any kind goes in."""

    def write(self, text: Any) -> int:
        return super().write(text.decode("utf-8") if isinstance(text, bytes) else text)


def names_of_StringIO() -> dict[str, Any]:
    return {"StringIO": TextIO}


names_of_cStringIO = names_of_StringIO


def names_of_itertools() -> dict[str, Any]:
    return {
        "izip": zip,
        "imap": map,
        "ifilter": filter,
        "izip_longest": itertools.zip_longest,
        "ifilterfalse": itertools.filterfalse,
    }


def names_of_os() -> dict[str, Any]:
    return {"getcwdu": os.getcwd}


def names_of_sys() -> dict[str, Any]:
    return {"maxint": sys.maxsize, "setdefaultencoding": lambda encoding: None, "exc_clear": lambda: None}


def names_of_math() -> dict[str, Any]:
    # floor and ceil gave floats: a division by their result is no whole one
    return {"floor": lambda x: float(math.floor(x)), "ceil": lambda x: float(math.ceil(x))}


def names_of_types() -> dict[str, Any]:
    return {
        "BooleanType": bool,
        "DictType": dict,
        "FloatType": float,
        "IntType": int,
        "ListType": list,
        "LongType": int,
        "NoneType": type(None),
        "StringType": str,
        "StringTypes": (str, bytes),
        "TupleType": tuple,
        "UnicodeType": str,
    }


def names_of_string() -> dict[str, Any]:
    return {
        "letters": string.ascii_letters,
        "lowercase": string.ascii_lowercase,
        "uppercase": string.ascii_uppercase,
        "maketrans": str.maketrans,
        "join": lambda words, separator=" ": separator.join(words),
        "joinfields": lambda words, separator=" ": separator.join(words),
        "split": lambda text, *rest: text.split(*rest),
        "splitfields": lambda text, *rest: text.split(*rest),
        "replace": lambda text, *rest: text.replace(*rest),
        "lower": lambda text: text.lower(),
        "upper": lambda text: text.upper(),
        "strip": lambda text, *rest: text.strip(*rest),
        "lstrip": lambda text, *rest: text.lstrip(*rest),
        "rstrip": lambda text, *rest: text.rstrip(*rest),
        "find": lambda text, *rest: text.find(*rest),
        "zfill": lambda text, width: text.zfill(width),
        "atoi": int,
        "atof": float,
    }


def names_of_urllib() -> dict[str, Any]:
    import urllib.parse
    import urllib.request

    parse = {
        n: getattr(urllib.parse, n) for n in ("quote", "quote_plus", "unquote", "unquote_plus", "urlencode", "parse_qs")
    }
    request = {n: getattr(urllib.request, n) for n in ("urlopen", "urlretrieve", "pathname2url", "url2pathname")}
    return {**parse, **request}


def names_of_urllib2() -> dict[str, Any]:
    import urllib.error
    import urllib.parse

    return {
        "HTTPError": urllib.error.HTTPError,
        "URLError": urllib.error.URLError,
        "quote": urllib.parse.quote,
        "unquote": urllib.parse.unquote,
    }


def names_of_commands() -> dict[str, Any]:
    return {"getoutput": subprocess.getoutput, "getstatusoutput": subprocess.getstatusoutput}


def _bytes_of(file: Any) -> Any:
    """The file of bytes under a file of text: Python 2 pickled into files opened either way."""
    return file.buffer if isinstance(file, io.TextIOWrapper) else file


def _loaded(read: Any) -> Any:
    """Python 2's pickles hold strings of bytes: text if they are ASCII, else (arrays too) Latin-1 of the bytes."""
    try:
        return read("ASCII")
    except UnicodeDecodeError:
        once("pickle-latin1", "a pickle holds strings of bytes that are not ASCII: read as Latin-1")
        return read("latin1")


def _load(opened: Any, **keywords: Any) -> Any:
    file = _bytes_of(opened)  # `opened` must live on: it closes this file when it goes
    data = file.read() if not file.seekable() else None
    start = None if data is not None else file.tell()

    def read(encoding: str) -> Any:
        if data is not None:
            return pickle.loads(data, **{"encoding": encoding, **keywords})
        file.seek(start)
        return pickle.load(file, **{"encoding": encoding, **keywords})

    return _loaded(read)


def _loads(data: Any, **keywords: Any) -> Any:
    data = data.encode("latin-1") if isinstance(data, str) else data
    return _loaded(lambda encoding: pickle.loads(data, **{"encoding": encoding, **keywords}))


def _dump(value: Any, file: Any, protocol: int | None = None, **keywords: Any) -> None:
    if isinstance(file, io.TextIOWrapper):
        file.flush()
    pickle.dump(value, _bytes_of(file), 0 if protocol is None else protocol, **keywords)


def names_of_pickle() -> dict[str, Any]:
    return {"load": _load, "loads": _loads, "dump": _dump}


names_of_cPickle = names_of_pickle


def _text(lines: Iterable[Any]) -> Iterator[str]:
    for line in lines:
        yield line.decode("utf-8") if isinstance(line, bytes) else line


class _TextFile:
    """A file opened for bytes, as the csv module writes text to it."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def write(self, text: str) -> Any:
        if isinstance(self.file, io.TextIOBase):
            return self.file.write(text)
        return self.file.write(text.encode("utf-8"))


def names_of_csv() -> dict[str, Any]:
    class DictReader(csv.DictReader):
        def __init__(self, f: Any, *rest: Any, **keywords: Any) -> None:
            super().__init__(_text(f), *rest, **keywords)

    class DictWriter(csv.DictWriter):
        def __init__(self, f: Any, *rest: Any, **keywords: Any) -> None:
            super().__init__(_TextFile(f), *rest, **keywords)

    return {
        "reader": lambda file, *rest, **keywords: csv.reader(_text(file), *rest, **keywords),
        "writer": lambda file, *rest, **keywords: csv.writer(_TextFile(file), *rest, **keywords),
        "DictReader": DictReader,
        "DictWriter": DictWriter,
    }


def names_of_random() -> dict[str, Any]:
    from tf1rnn.python2 import chance

    return chance.names()
