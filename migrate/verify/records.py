"""What the two sides of the proof and their parent hand each other: plain data, pickled into a folder."""

from __future__ import annotations

import enum
import os
import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from migrate.plan import Migrated
from migrate.verify.beginnings import Beginning
from migrate.weights import LegacyVariable

# How a side ended. APART: its weights do not fit; LOST: it made another call than the legacy program did.
FINISHED, ENOUGH, TIME, ERROR, APART, LOST = "finished", "enough", "time", "error", "apart", "lost"


class Mode(enum.Enum):
    """What a run of the legacy program is for."""

    RECORD = "record"  # the program as it is
    SHAKEN = "shaken"  # its weights change in their last digits before each call: what does rounding become?
    STEPWISE = "stepwise"  # each call is recorded so that it can be compared on its own


@dataclass(frozen=True)
class Job:
    """What one side is to do."""

    script: str  # absolute path of the script in the side's working copy
    argv: tuple[str, ...]
    plan: Migrated
    calls: int  # so many calls of run sites are recorded in full, see `schedule`
    seconds: float  # stop and save what there is after this time
    reach: float  # beyond `calls`, go on for so many seconds to reach run sites and graphs not reached yet
    seed: int
    rtol: float
    atol: float
    output: str  # where the side leaves its Recording or Trial
    recording: str = ""  # the legacy side's output, for the migrated side
    mode: Mode = Mode.RECORD
    checkpoint: str = ""  # of TensorFlow 1: what the legacy program begins with
    weights: str = ""  # the same, converted: what the migrated program begins with


@dataclass
class Sample:
    """A recorded call once more, from the same weights changed in their last digits, and what it changed."""

    results: list[np.ndarray]
    change: dict[str, np.ndarray]


@dataclass
class Call:
    """One recorded call of a run site under TF1.

    `before` are the variables just before it, where the migrated program is to be given them; `after` their
    values after it (both without optimizers' slots). `samples` say what rounding can do to this one call.
    """

    site: int
    generation: int
    feeds: dict[str, Any]  # by parameter name: an array, or a nest (tuples) of arrays
    fed_back: set[str]  # parameters whose value is exactly a result of an earlier call
    results: list[np.ndarray]
    before: list[LegacyVariable] | None = None
    after: dict[str, np.ndarray] | None = None
    samples: list[Sample] = field(default_factory=list)


@dataclass
class Generation:
    """The variables of one graph from one initialisation on, in order of creation, without slots.

    `final` are their values just before call number `until`, or, without one, when the graph was left. `given` names
    the variables that begin as their initial values say, without chance; `drawn` those with random initial values.
    """

    variables: list[LegacyVariable]
    final: dict[str, np.ndarray] = field(default_factory=dict)
    until: int | None = None
    given: set[str] = field(default_factory=set)
    drawn: set[str] = field(default_factory=set)


@dataclass
class Recording:
    """What the legacy side saw.

    `order` has every call of a run site: the site and the generation. `calls` has those that were recorded in
    full, by number (from 0). `first_draw` is the number of the first call that drew random numbers in the graph.
    """

    calls: dict[int, Call] = field(default_factory=dict)
    order: list[tuple[int, int]] = field(default_factory=list)
    generations: list[Generation] = field(default_factory=list)
    end: str = ERROR
    error: str = ""
    notes: list[str] = field(default_factory=list)
    first_draw: int | None = None
    mnist: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray] | None = None


@dataclass
class Step:
    """One call of a run site in the migrated program, and the parameters after it in TF1's layout."""

    site: int
    results: list[np.ndarray]
    # parameters given what the legacy run fed, the program's own value being off by so much (0: within the tolerance)
    substituted: dict[str, float] = field(default_factory=dict)
    astray: dict[str, float] = field(default_factory=dict)  # should be an earlier result, off by
    after: dict[str, np.ndarray] | None = None


@dataclass
class Trial:
    """What the migrated side saw, by number of the call.

    `final`: per generation, values in TF1's layout by legacy variable name. `beginnings` says which initial values
    are others than in the legacy program.
    """

    steps: dict[int, Step] = field(default_factory=dict)
    final: dict[int, dict[str, np.ndarray]] = field(default_factory=dict)
    beginnings: list[tuple[int, Beginning]] = field(default_factory=list)  # of which generation
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
