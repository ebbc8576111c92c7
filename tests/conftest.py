"""One process, two modes: the tests of the runtime come last, for TF1 mode cannot be left again.

oneDNN's kernels round otherwise than those of TensorFlow 1.15 that the goldens come from: they are switched off.
"""

from __future__ import annotations

import os
import pathlib

import pytest

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

RUNTIME = pathlib.Path(__file__).parent / "runtime"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: RUNTIME in item.path.parents)
