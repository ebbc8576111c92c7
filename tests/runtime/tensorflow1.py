"""`tf` for the tests of the runtime: tf1rnn, imported when a test first uses it.

Importing it enters TF1 mode for the whole process, and pytest imports all test modules before it runs any test:
the tests of migrated code in the other folders need TF2.
"""

from __future__ import annotations

import importlib
from typing import Any


class LateModule:
    """A module that is imported when a test first reads one of its attributes; pytest reads some while it collects."""

    collecting = True

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if self.collecting:
            raise AttributeError(f"{self._name}.{name} is for tests, not for the top of a test module")
        return getattr(importlib.import_module(self._name), name)


tf: Any = LateModule("tf1rnn")
cli: Any = LateModule("tf1rnn.cli")
launcher: Any = LateModule("tf1rnn.launcher")
layer_naming: Any = LateModule("tf1rnn.layers.naming")
