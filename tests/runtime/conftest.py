"""From here on the runtime may be imported."""

from __future__ import annotations

from tensorflow1 import LateModule


def pytest_runtest_setup() -> None:
    LateModule.collecting = False
