"""One line on stderr for each kind of thing that was bridged, once per process."""

from __future__ import annotations

import sys

_given: set[str] = set()


def once(key: str, text: str) -> None:
    """Writes "tf1rnn: text" to stderr, unless this key was announced before."""
    if key not in _given:
        _given.add(key)
        print(f"tf1rnn: {text}", file=sys.stderr)
