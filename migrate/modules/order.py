"""Which files make one program, and in which order Python runs them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path


def programs(files: Collection[Path], graph: Mapping[Path, Mapping[Path, int]]) -> list[list[Path]]:
    """Groups of files that import each other, directly or by way of other files; each with what is imported first."""
    neighbours: dict[Path, set[Path]] = {}
    for path, targets in graph.items():
        for target in targets:
            neighbours.setdefault(path, set()).add(target)
            neighbours.setdefault(target, set()).add(path)
    groups: list[list[Path]] = []
    seen: set[Path] = set()
    for path in sorted(files):
        if path in seen:
            continue
        group, waiting = set(), [path]
        while waiting:
            one = waiting.pop()
            if one not in group:
                group.add(one)
                waiting += sorted(neighbours.get(one, set()))
        seen |= group
        groups.append(_ordered(sorted(group & set(files)), graph))
    return groups


def _ordered(group: list[Path], graph: Mapping[Path, Mapping[Path, int]]) -> list[Path]:
    order: list[Path] = []
    visited: set[Path] = set()

    def visit(path: Path) -> None:
        if path in visited:
            return
        visited.add(path)
        for target, _ in sorted(graph.get(path, {}).items(), key=lambda edge: edge[1]):
            visit(target)
        order.append(path)

    for path in group:
        visit(path)
    return [path for path in order if path in group]
