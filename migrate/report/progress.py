"""A progress bar for people: on a terminal, and only when the work takes longer than a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

MOMENT = 0.7  # seconds
_INTERVAL = 0.1
_WIDTH = 24


def bar(label: str, done: int, total: int) -> str:
    """One line of progress, such as "migrating [#####-----] 10/20"."""
    filled = _WIDTH * done // total if total else _WIDTH
    return f"{label} [{'#' * filled}{'-' * (_WIDTH - filled)}] {done}/{total}"


class Progress:
    """Draws the bar on a stream; `close`, or leaving the `with` block, wipes it off again."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._visible = stream.isatty()
        self._started = clock()
        self._last = self._started
        self._drawn = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def show(self, label: str, done: int, total: int) -> None:
        """Say that `done` of `total` are finished."""
        now = self._clock()
        if (
            not self._visible
            or now - self._started < MOMENT
            or (self._drawn and now - self._last < _INTERVAL)
        ):
            return
        self._last = now
        text = bar(label, done, total)
        self._stream.write("\r" + text.ljust(self._drawn))
        self._stream.flush()
        self._drawn = len(text)

    def close(self) -> None:
        if self._drawn:
            self._stream.write("\r" + " " * self._drawn + "\r")
            self._stream.flush()
            self._drawn = 0
