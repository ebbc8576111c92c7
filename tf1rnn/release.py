"""What the namespace says of itself: scripts test `tf.__version__`."""

from __future__ import annotations

__version__ = "1.15.5"
VERSION = __version__
