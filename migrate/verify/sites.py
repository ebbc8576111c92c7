"""Which run site of the legacy program is being executed: from the stack of a `Session.run` to a `RunSite`."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from types import CodeType, FrameType

from migrate.plan import RunSite, Span


def user_frames(frame: FrameType | None, filenames: Collection[str]) -> Iterator[tuple[FrameType, str]]:
    """The frames of the user's files, innermost first, each with the real path of its file."""
    known: dict[str, str] = {}
    while frame is not None:
        name = frame.f_code.co_filename
        if name not in known:
            known[name] = os.path.realpath(os.path.abspath(name))
        if known[name] in filenames:
            yield frame, known[name]
        frame = frame.f_back


def contains(outer: Span, inner: Span) -> bool:
    """Whether `inner` lies within `outer`, ends included."""
    start = (outer.line, outer.column) <= (inner.line, inner.column)
    return start and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def _extent(span: Span) -> tuple[int, int]:
    return span.end_line - span.line, span.end_column - span.column


def first_of_twins(sites: Sequence[RunSite]) -> dict[int, int]:
    """For each site, by index, the first one that stands for the same run of the legacy program.

    A run that fetches what a parameter holds may become two: one that trains and one that does not.
    """
    first: dict[tuple[str, Span], int] = {}
    return {site.index: first.setdefault((site.file, site.legacy), site.index) for site in sites}


class SiteFinder:
    """Finds sites of a program's files. `sources` has each legacy text by the real path that it runs under.

    The sites of `script` name no file.
    """

    def __init__(self, sites: Sequence[RunSite], sources: Mapping[str, str], script: str) -> None:
        first = first_of_twins(sites)
        alone = [site for site in sites if first[site.index] == site.index]
        self._sites = {
            name: [site for site in alone if (os.path.realpath(site.file) if site.file else script) == name]
            for name in sources
        }
        self._lines = {name: source.replace("\r\n", "\n").split("\n") for name, source in sources.items()}
        # Python 3.10 knows only lines: where sites share one, the order of first execution tells them apart.
        self._by_instruction: dict[tuple[CodeType, int], RunSite] = {}

    def find(self, frame: FrameType | None) -> tuple[RunSite, FrameType] | None:
        """The innermost site around the nearest frame that is at one, and that frame; or None."""
        for candidate, name in user_frames(frame, self._sites):
            site = self._at(candidate, name)
            if site is not None:
                return site, candidate
        return None

    def _at(self, frame: FrameType, name: str) -> RunSite | None:
        position = self._position(frame, self._lines[name])
        if position is not None:
            around = [site for site in self._sites[name] if contains(site.legacy, position)]
            return min(around, key=lambda site: _extent(site.legacy), default=None)
        line = frame.f_lineno
        at_line = [site for site in self._sites[name] if site.legacy.line <= line <= site.legacy.end_line]
        if len(at_line) < 2:
            return at_line[0] if at_line else None
        smallest = min(_extent(site.legacy)[0] for site in at_line)
        at_line = [site for site in at_line if _extent(site.legacy)[0] == smallest]
        return self._by_first_execution(frame, at_line)

    def _position(self, frame: FrameType, lines: Sequence[str]) -> Span | None:
        """Where the instruction being executed stands, in characters; None before Python 3.11."""
        if sys.version_info < (3, 11):
            return None
        positions = islice(frame.f_code.co_positions(), frame.f_lasti // 2, None)
        line, end_line, column, end_column = next(positions, (None, None, None, None))
        if line is None or end_line is None or column is None or end_column is None:
            return None
        return Span(line, _characters(lines, line, column), end_line, _characters(lines, end_line, end_column))

    def _by_first_execution(self, frame: FrameType, sites: list[RunSite]) -> RunSite:
        key = (frame.f_code, frame.f_lasti)
        if key not in self._by_instruction:
            taken = {id(site) for site in self._by_instruction.values()}
            free = [site for site in sites if id(site) not in taken]
            self._by_instruction[key] = min(free or sites, key=lambda site: site.legacy.column)
        return self._by_instruction[key]


def _characters(lines: Sequence[str], line: int, column: int) -> int:
    text = lines[line - 1] if line <= len(lines) else ""
    return len(text.encode()[:column].decode(errors="ignore"))
