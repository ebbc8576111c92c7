"""What can be wrong with a checkpoint, in words for the person who has it."""

from __future__ import annotations

from collections.abc import Sequence


class CheckpointError(Exception):
    """A conversion that is not made; nothing was written. `details` are further lines."""

    def __init__(self, message: str, details: Sequence[str] = ()) -> None:
        super().__init__("\n".join([message, *(f"    {line}" for line in details)]))
        self.message = message
        self.details = tuple(details)
