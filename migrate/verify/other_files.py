"""The migrated program's other files: what the script imports is their new text, instrumented."""

from __future__ import annotations

import builtins
import os
import sys
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
)
from types import CodeType
from typing import TYPE_CHECKING, Any

from migrate.plan import Migrated
from migrate.verify.instrument import NAME, instrument

if TYPE_CHECKING:
    from importlib.abc import PathEntryFinder


def load_migrated(plan: Migrated, proof: Any) -> None:
    """From here on, importing one of the plan's other files runs its new text.

    Raises `SpanMismatch` when a site is not where the plan says.
    """
    if not plan.others:
        return
    setattr(builtins, NAME, proof)  # a module has no global of the script's
    code: dict[str, CodeType] = {}
    for path, text in plan.others:
        sites = [site for site in plan.sites if site.file == path]
        code[os.path.realpath(path)] = compile(instrument(text, path, sites), path, "exec")
    folders = {os.path.dirname(path) for path in code}

    class Loader(SourceFileLoader):
        """Files of the program have their new text, all others their own."""

        def get_code(self, fullname: str) -> CodeType | None:
            new = code.get(os.path.realpath(self.path))
            return new if new is not None else super().get_code(fullname)

    files = FileFinder.path_hook((ExtensionFileLoader, EXTENSION_SUFFIXES), (Loader, SOURCE_SUFFIXES))

    def only_theirs(path: str) -> PathEntryFinder:
        if os.path.realpath(path) not in folders:
            raise ImportError
        return files(path)

    sys.path_hooks.insert(0, only_theirs)
    sys.path_importer_cache.clear()
