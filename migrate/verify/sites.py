"""Which run site of the legacy file is being executed: from the stack of a `Session.run` to a `RunSite`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from types import CodeType, FrameType

from migrate.plan import RunSite, Span


def user_frames(frame: FrameType | None, filename: str) -> Iterator[FrameType]:
    """The frames of the user's file, innermost first."""
    known: dict[str, bool] = {}
    while frame is not None:
        name = frame.f_code.co_filename
        if name not in known:
            known[name] = os.path.realpath(os.path.abspath(name)) == filename
        if known[name]:
            yield frame
        frame = frame.f_back


def contains(outer: Span, inner: Span) -> bool:
    """Whether `inner` lies within `outer`, ends included."""
    start = (outer.line, outer.column) <= (inner.line, inner.column)
    return start and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def _extent(span: Span) -> tuple[int, int]:
    return span.end_line - span.line, span.end_column - span.column


class SiteFinder:
    """Finds sites of one file. `source` is the legacy text, `filename` the real path it runs under."""

    def __init__(self, sites: Sequence[RunSite], source: str, filename: str) -> None:
        self._sites = sites
        self._lines = source.replace("\r\n", "\n").split("\n")
        self._filename = filename
        # Python 3.10 knows only lines: where sites share one, the order of first execution tells them apart.
        self._by_instruction: dict[tuple[CodeType, int], RunSite] = {}

    def find(self, frame: FrameType | None) -> tuple[RunSite, FrameType] | None:
        """The innermost site around the nearest frame that is at one, and that frame; or None."""
        for candidate in user_frames(frame, self._filename):
            site = self._at(candidate)
            if site is not None:
                return site, candidate
        return None

    def _at(self, frame: FrameType) -> RunSite | None:
        position = self._position(frame)
        if position is not None:
            around = [site for site in self._sites if contains(site.legacy, position)]
            return min(around, key=lambda site: _extent(site.legacy), default=None)
        line = frame.f_lineno
        at_line = [site for site in self._sites if site.legacy.line <= line <= site.legacy.end_line]
        if len(at_line) < 2:
            return at_line[0] if at_line else None
        smallest = min(_extent(site.legacy)[0] for site in at_line)
        at_line = [site for site in at_line if _extent(site.legacy)[0] == smallest]
        return self._by_first_execution(frame, at_line)

    def _position(self, frame: FrameType) -> Span | None:
        """Where the instruction being executed stands, in characters; None before Python 3.11."""
        if sys.version_info < (3, 11):
            return None
        positions = islice(frame.f_code.co_positions(), frame.f_lasti // 2, None)
        line, end_line, column, end_column = next(positions, (None, None, None, None))
        if line is None or end_line is None or column is None or end_column is None:
            return None
        return Span(line, self._characters(line, column), end_line, self._characters(end_line, end_column))

    def _characters(self, line: int, column: int) -> int:
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        return len(text.encode()[:column].decode(errors="ignore"))

    def _by_first_execution(self, frame: FrameType, sites: list[RunSite]) -> RunSite:
        key = (frame.f_code, frame.f_lasti)
        if key not in self._by_instruction:
            taken = {id(site) for site in self._by_instruction.values()}
            free = [site for site in sites if id(site) not in taken]
            self._by_instruction[key] = min(free or sites, key=lambda site: site.legacy.column)
        return self._by_instruction[key]
