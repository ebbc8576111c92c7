"""One process, two modes: the tests of the runtime come last, for TF1 mode cannot be left again."""

from __future__ import annotations

import pathlib

import pytest

RUNTIME = pathlib.Path(__file__).parent / "runtime"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: RUNTIME in item.path.parents)
