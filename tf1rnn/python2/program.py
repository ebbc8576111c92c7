"""The files of one program, each with the language it is run as.

An interpreter runs a whole program as one Python: a file that runs on either is Python 2 if another file of its
program is and none is Python 3.
"""

from __future__ import annotations

import ast
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tf1rnn.notices import once
from tf1rnn.python2 import evidence, syntax


@dataclass
class File:
    """A file as read: its tree, unless it does not parse (`error`), and its language."""

    source: bytes
    tree: ast.Module | None
    verdict: evidence.Verdict
    error: SyntaxError | ValueError | None = None
    converted: bool = False


class Program:
    """What is known of the program that runs; a file is judged when it is first asked for."""

    def __init__(self) -> None:
        self.language = "either"
        self.forced = ""  # "2", "3" or "as it is" if the user says so
        self.future: set[str] = set()  # features of __future__ that hold in all files (the cells of a notebook)
        self.mentioned: set[str] = set()
        self.files: dict[str, File] = {}
        self.python2: set[str] = set()
        self._names: dict[str, frozenset[str]] = {}

    def begin(self, script: str, source: bytes, language: str = "") -> None:
        """Looks at the script and at what it imports from its folder, and decides on the language of the program.
        `language` is "2" or "3" where the user says it: what runs on either, or shows only a name of Python 2, is that;
        "as it is": no file is converted.
        """
        self.__init__()  # type: ignore[misc]
        self.forced = language
        if language == "as it is":
            return
        folder = os.path.dirname(os.path.abspath(script))
        seen = {script}
        waiting = [(script, source)]
        found: list[File] = []
        while waiting:
            path, text = waiting.pop()
            file = self._file(path, text)
            found.append(file)
            for local in _imported_files(file.tree, folder) if file.tree else ():
                if local not in seen:
                    seen.add(local)
                    try:
                        with open(local, "rb") as opened:
                            waiting.append((local, opened.read()))
                    except OSError:
                        continue
        self.mentioned = set().union(*(evidence.mentioned(file.tree) for file in found if file.tree))
        languages = {self._language(file) for file in found}
        self.language = "2" if "2" in languages and "3" not in languages else "either"

    def _language(self, file: File) -> str:
        """The language of a file, as far as it shows in what the program may run."""
        verdict = file.verdict
        if self.forced:
            return self.forced if file.error is None and verdict.language != "3" else verdict.language
        called = {name for name in verdict.inside if name.startswith("__")} | verdict.inside & self.mentioned
        if verdict.inside and file.tree and not called | verdict.inside & evidence.mentioned(file.tree):
            return "either"
        return verdict.language

    def language_of(self, filename: str, source: bytes) -> str:
        """The language that a text shows by itself: "2", "3" or "either". What it imports of `__future__` holds from
        now on.
        """
        file = self._file(filename, source)
        self.future = evidence.features(file.tree) if file.tree else set()
        return self._language(file)

    def tree(self, source: bytes, filename: str, package: str = "") -> ast.Module:
        """The tree to compile for a file. Raises what the parser raises, or a SyntaxError that says that Python 2
        source could not be converted.
        """
        if self.forced == "as it is":
            return ast.parse(source, filename)
        file = self._file(filename, source)
        language = self._language(file)
        if language == "either":
            language = self.language
        if file.error is not None:
            raise file.error
        assert file.tree is not None
        del self.files[filename]  # the tree is changed by whoever compiles it
        if language != "2":
            return file.tree if not file.converted else ast.parse(source, filename)
        if not file.converted:
            try:
                tree = syntax.converted(source, filename)
            except syntax.NotPython2:
                return file.tree
        else:
            tree = file.tree
        why = f"line {file.verdict.line}: {file.verdict.why}" if file.verdict.why else "as the program it belongs to"
        from tf1rnn.python2 import meaning  # fissix is loaded for Python 2 only

        self.python2.add(filename)
        once(f"python2 {filename}", f"{_shown(filename)} is Python 2 ({why}): converted as it is read")
        return meaning.kept(tree, filename, package, self.future)

    def settle(self, namespace: dict[str, Any], filename: str) -> None:
        """Gives the namespace of a module the builtins of its language."""
        if filename in self.python2:
            from tf1rnn.python2 import builtin_names

            namespace["__builtins__"] = builtin_names.names()

    def _file(self, filename: str, source: bytes) -> File:
        known = self.files.get(filename)
        if known is None or known.source != source:
            known = self.files[filename] = self._judged(filename, source)
        return known

    def _judged(self, filename: str, source: bytes) -> File:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)  # given when it is compiled
                tree = ast.parse(source, filename)
        except (SyntaxError, ValueError) as error:
            if not isinstance(error, SyntaxError):
                return File(source, None, evidence.Verdict("3"), error)
            try:
                tree = syntax.converted(source, filename, error)
            except syntax.NotPython2:
                return File(source, None, evidence.Verdict("3"), error)
            except SyntaxError as refusal:
                return File(source, None, evidence.Verdict("2"), refusal)
            return File(source, tree, evidence.Verdict("2", error.lineno or 0, _said(error)), converted=True)
        verdict = evidence.of_tree(tree, self._modules_beside(filename))
        return File(source, tree, verdict)

    def _modules_beside(self, filename: str) -> frozenset[str]:
        folder = os.path.dirname(filename)
        if folder not in self._names:
            try:
                entries = os.listdir(folder or ".")
            except OSError:
                entries = []
            self._names[folder] = frozenset(entry.removesuffix(".py") for entry in entries)
        return self._names[folder]


def parsed(source: bytes, filename: str) -> ast.Module:
    """The tree of a file of either Python. Raises SyntaxError (file, line) or ValueError."""
    file = Program()._judged(filename, source)
    if file.error is not None:
        raise file.error
    assert file.tree is not None
    return file.tree


def _said(error: SyntaxError) -> str:
    message = str(error.msg)
    return "print statement" if "'print'" in message else message


def _shown(filename: str) -> str:
    relative = os.path.relpath(filename)
    return filename if relative.startswith("..") else relative


def _imported_files(tree: ast.Module, folder: str) -> Iterator[str]:
    """The files of the folder that a file imports whichever Python runs it."""
    for node in evidence.careless(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            path = os.path.join(folder, *name.split("."))
            for file in (f"{path}.py", os.path.join(path, "__init__.py")):
                if os.path.isfile(file):
                    yield file


running = Program()
