"""What the two sides of the proof and their parent hand each other: plain data, pickled into a folder."""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from migrate.plan import Migrated
from migrate.weights import LegacyVariable

FINISHED, ENOUGH, TIME, ERROR, APART = "finished", "enough", "time", "error", "apart"


@dataclass(frozen=True)
class Job:
    """What one side is to do."""

    script: str  # absolute path of the script in the side's working copy
    argv: tuple[str, ...]
    plan: Migrated
    calls: int  # stop after this many calls of run sites
    seconds: float  # stop and save what there is after this time
    reach: float  # beyond `calls`, go on for so many seconds to reach run sites not called yet
    seed: int
    rtol: float
    atol: float
    output: str  # where the side leaves its Recording or Trial
    recording: str = ""  # the legacy side's output, for the migrated side
    nudge: float = 0.0  # relative change of the initial weights, for the legacy side


@dataclass
class Call:
    """One recorded call of a run site under TF1."""

    site: int
    generation: int
    feeds: dict[str, Any]  # by parameter name: an array, or a nest (tuples) of arrays
    fed_back: set[str]  # parameters whose value is exactly a result of an earlier call
    results: list[np.ndarray]


@dataclass
class Generation:
    """The variables of one graph from one initialisation on, in order of creation, without slots."""

    variables: list[LegacyVariable]
    final: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass
class LateCall:
    """The first call of a site that the recorded calls had not reached, and the variables just before it."""

    call: Call
    values: list[LegacyVariable]


@dataclass
class Recording:
    """What the legacy side saw.

    `calls` are recorded in full. After them only the order of the sites is, and the first call of each site
    that was not reached before: `late`, by place in `order`.
    """

    calls: list[Call] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    late: dict[int, LateCall] = field(default_factory=dict)
    generations: list[Generation] = field(default_factory=list)
    end: str = ERROR
    error: str = ""
    notes: list[str] = field(default_factory=list)
    mnist: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None = None


@dataclass
class Step:
    """One call of a run site in the migrated program."""

    site: int
    results: list[np.ndarray]
    substituted: list[str] = field(default_factory=list)  # parameters given what the legacy run fed
    astray: dict[str, float] = field(default_factory=dict)  # should be an earlier result, off by


@dataclass
class Trial:
    """What the migrated side saw. `final`: per generation, values in TF1's layout by legacy variable name."""

    steps: list[Step] = field(default_factory=list)
    late: dict[int, Step] = field(default_factory=dict)
    final: dict[int, dict[str, np.ndarray]] = field(default_factory=dict)
    end: str = ERROR
    error: str = ""
    notes: list[str] = field(default_factory=list)


def save(value: Any, path: str | Path) -> None:
    """Write whole or not at all, whatever thread or moment this is called from."""
    partial = f"{path}.partial"
    with open(partial, "wb") as file:
        pickle.dump(value, file, protocol=5)
    os.replace(partial, path)


def load(path: str | Path) -> Any:
    """Read what `save` wrote. Only ever called on files that our own side wrote into our own folder."""
    with open(path, "rb") as file:
        return pickle.load(file)


def leaves(value: Any) -> list[Any]:
    """Flatten tuples, lists and dicts in nesting order, leave out None."""
    if value is None:
        return []
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, list | tuple):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]
