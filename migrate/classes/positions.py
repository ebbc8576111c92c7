"""Changed nodes stand where the nodes stood that they replace."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, TypeVar

import libcst as cst

Positions = MutableMapping[cst.CSTNode, Any]
Node = TypeVar("Node", bound=cst.CSTNode)


class Placed(cst.CSTTransformer):
    """A transformer whose results keep the positions of what they replace."""

    def __init__(self, positions: Positions) -> None:
        super().__init__()
        self.positions = positions

    def on_leave(self, original: Any, updated: Any) -> Any:
        result = super().on_leave(original, updated)
        if isinstance(result, cst.CSTNode) and result is not original and original in self.positions:
            self.positions.setdefault(result, self.positions[original])
        return result
