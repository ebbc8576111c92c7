"""Owners of the migrated program found at run time, and the legacy initial values given to them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import numpy as np

from migrate.plan import Owner
from migrate.verify.beginnings import Beginning, begins_otherwise
from migrate.verify.records import Generation
from migrate.weights import Holder, LegacyVariable, WeightMismatch, holders

_MISSING = object()


def evaluate(expression: str, frame: FrameType, function: Any, filename: str, model: Any = None) -> Any:
    """The owner as the called function sees it, in the frame of the run site, or further out.

    model: the object whose method the site calls; "self" means it.
    """
    if model is not None and expression.startswith("self."):
        try:
            return eval(expression, {"self": model})
        except (AttributeError, KeyError, IndexError, TypeError):  # not there yet
            return _MISSING
    for names_global, names_local in _scopes(frame, function, filename):
        try:
            return eval(expression, names_global, names_local)
        except (NameError, AttributeError, KeyError, IndexError, TypeError):  # not there, or not there yet
            continue
    return _MISSING


def _scopes(frame: FrameType | None, function: Any, filename: str) -> Iterator[tuple[dict, Any]]:
    assert frame is not None
    plain = getattr(function, "python_function", function)
    plain = inspect.unwrap(plain) if callable(plain) else None
    if inspect.isfunction(plain) and "<locals>" not in plain.__qualname__ and plain.__code__.co_filename == filename:
        yield plain.__globals__, {}  # where it finds them itself: the caller may have other things of such names
    yield frame.f_globals, frame.f_locals
    if inspect.isfunction(plain) and plain.__closure__:
        cells = zip(plain.__code__.co_freevars, plain.__closure__, strict=True)
        yield plain.__globals__, {name: cell.cell_contents for name, cell in cells if _filled(cell)}
    frame = frame.f_back
    while frame is not None:
        if frame.f_code.co_filename == filename:
            yield frame.f_globals, frame.f_locals
        frame = frame.f_back


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


@dataclass
class Allotment:
    """A holder and the legacy variables it stands for."""

    holder: Holder
    legacy: list[LegacyVariable]
    loaded: bool = False
    kept: bool = False  # the program went on with the values it had


_NEAR = 0.05  # of the largest value


def _near(one: np.ndarray, other: np.ndarray | None) -> bool:
    if other is None or one.shape != other.shape:
        return False
    return bool(np.allclose(one, other, rtol=0.0, atol=_NEAR * float(np.max(np.abs(other), initial=0.0))))


def _place_of_name(target: Any, variables: Sequence[LegacyVariable]) -> int:
    """Which of the legacy variables has the name of the new one, the first if none has."""
    name = str(getattr(target, "name", "")).split(":")[0].split("/")[-1]
    return next((i for i, one in enumerate(variables) if one.name.split("/")[-1] == name), 0)


@dataclass
class _Present:
    """One generation of objects in the migrated program."""

    allotments: list[Allotment] = field(default_factory=list)
    next_owner: int = 0
    cursors: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    left: dict[str, np.ndarray] | None = None  # values when the program went on to the next generation


class OwnerLoader:
    """Gives the objects of each generation the values that the legacy variables had.

    Owners and legacy variables are both in the order of creation; trained variables and others are matched
    separately, because a program may keep no counter where TF1 kept one.
    """

    def __init__(self, owners: Sequence[Owner], generations: Sequence[Generation], filename: str) -> None:
        self._owners = owners
        self._generations = generations
        self._filename = filename
        self._presents: dict[int, _Present] = {}
        self._generation_of: dict[int, int] = {}  # id of a loaded object -> generation it was last loaded for
        self.beginnings: list[tuple[int, Beginning]] = []  # what began otherwise, and in which generation

    def prepare(self, frame: FrameType, function: Any, generation: int, model: Any = None) -> list[str]:
        """Load what exists and is not loaded yet. Returns the labels of what still does not exist.

        Raises `WeightMismatch` when owners and legacy variables do not fit together.
        """
        present = self._presents.get(generation)
        if present is None:
            present = self._presents[generation] = _Present()
        if present.next_owner < len(self._owners):
            self._allot(present, frame, function, generation, model)
        waiting = []
        for allotment in present.allotments:
            if allotment.loaded:
                continue
            if allotment.holder.variables() is None:
                waiting.append(allotment.holder.label)
                continue
            self._load(allotment, generation)
        return waiting

    def incomplete(self, generation: int) -> bool:
        """Whether some owner has not been given its values."""
        present = self._presents.get(generation)
        if present is None or present.next_owner < len(self._owners):
            return True
        return not all(allotment.loaded for allotment in present.allotments)

    def _load(self, allotment: Allotment, generation: int) -> None:
        before = self._generation_of.get(id(allotment.holder.target))
        if before is not None and before != generation:
            # The same object again: load it only if the program itself has begun it anew, as TF1 did.
            left = self._presents[before].left or {}
            now = allotment.holder.read()
            kept = [left.get(one.name) for one in allotment.legacy]
            same = [old is not None and np.array_equal(old, new) for old, new in zip(kept, now, strict=True)]
            if all(same):
                allotment.loaded = allotment.kept = True
                return
        values = allotment.holder.read()
        otherwise = begins_otherwise(self._generations[generation], allotment.legacy, values)
        self.beginnings += [(generation, one) for one in otherwise]
        allotment.holder.load(allotment.legacy)
        allotment.loaded = True
        self._generation_of[id(allotment.holder.target)] = generation

    def _allot(self, present: _Present, frame: FrameType, function: Any, generation: int, model: Any) -> None:
        candidates: list[list[Holder] | None] = []  # None: does not exist here, now
        for owner in self._owners[present.next_owner :]:
            target = evaluate(owner.expression, frame, function, self._filename, model)
            candidates.append(None if target is _MISSING else holders(target, owner))
        fresh = [
            found if found is None or any(id(one.target) not in self._generation_of for one in found) else []
            for found in candidates
        ]
        if any(fresh):  # objects of an earlier generation have no part in one that has its own
            candidates = fresh
        existing = [found for found in candidates if found is not None]
        complete = self._fits_exactly(existing, generation, present)
        for found in candidates:
            if found is None and complete:
                found = []  # an owner of another graph of the program
            if found is None or any(holder.count is None for holder in found):
                return
            for holder in found:
                self._take(present, holder, generation)
            present.next_owner += 1

    def _rest(self, generation: int, present: _Present, trainable: bool) -> list[LegacyVariable]:
        variables = [one for one in self._generations[generation].variables if one.trainable is trainable]
        return variables[present.cursors[trainable] :]

    def _fits_exactly(self, existing: list[list[Holder]], generation: int, present: _Present) -> bool:
        every = [holder for found in existing for holder in found]
        if not every or any(holder.count is None for holder in every):
            return False
        trained = sum(holder.trainable.count(True) for holder in every)
        return trained == len(self._rest(generation, present, True))

    def _take(self, present: _Present, holder: Holder, generation: int) -> None:
        taken = []
        for trainable in holder.trainable:
            rest = self._rest(generation, present, trainable)
            if not trainable and len(holder.trainable) == 1:  # what stands before it was a counter of an optimizer
                ahead = _place_of_name(holder.target, rest)
                present.cursors[False] += ahead
                rest = rest[ahead:]
            if rest:
                taken.append(rest[0])
                present.cursors[trainable] += 1
        if not taken:  # the graph has no variables left for it: an object of another graph, or a new counter
            return
        if len(taken) < len(holder.trainable):
            names = ", ".join(repr(one.name) for one in taken)
            need = len(holder.trainable)
            raise WeightMismatch(f"{holder.label} needs {need} legacy variables, left is {names}")
        present.allotments.append(Allotment(holder, taken))

    def reload(self, generation: int, values: Sequence[LegacyVariable]) -> None:
        """Give the objects of a generation what the legacy variables held at a later moment."""
        by_name = {one.name: one for one in values}
        for allotment in self._presents[generation].allotments:
            if allotment.loaded:
                allotment.holder.load([by_name[one.name] for one in allotment.legacy])

    def catch_up(self, generation: int, values: Sequence[LegacyVariable]) -> None:
        """At the first call of a session that goes on with weights it was given, not with initial ones.

        Rounding has moved the migrated program's own weights a little: those near the legacy ones become the same.
        What is far from them was not given to the migrated program, and that has to show.
        """
        by_name = {one.name: one for one in values}
        for allotment in self._presents[generation].allotments:
            if not allotment.kept:
                continue
            wanted = [by_name[one.name] for one in allotment.legacy]
            if all(_near(old, new.value) for old, new in zip(allotment.holder.read(), wanted, strict=True)):
                allotment.holder.load(wanted)

    def leave(self, generation: int) -> None:
        """Remember the values before the program goes on to another generation."""
        present = self._presents.get(generation)
        if present is not None:
            present.left = self._read(present)

    def read(self, generation: int) -> dict[str, np.ndarray]:
        """The present values of a generation by legacy name, in TF1's layout."""
        present = self._presents.get(generation)
        return {} if present is None else self._read(present)

    @staticmethod
    def _read(present: _Present) -> dict[str, np.ndarray]:
        values = {}
        for allotment in present.allotments:
            if allotment.loaded:
                for one, value in zip(allotment.legacy, allotment.holder.read(), strict=True):
                    values[one.name] = value
        return values

    def final_values(self, last: int) -> dict[int, dict[str, np.ndarray]]:
        """Per generation the values by legacy name, in TF1's layout; `last` is the generation running."""
        return {
            number: self._read(present) if number == last or present.left is None else present.left
            for number, present in self._presents.items()
        }

    def unowned(self) -> list[str]:
        """Trained legacy variables of the generations seen that no object of the migrated program holds."""
        names = []
        for number, present in self._presents.items():
            held = {one.name for allotment in present.allotments for one in allotment.legacy}
            variables = self._generations[number].variables
            names += [one.name for one in variables if one.trainable and one.name not in held]
        return list(dict.fromkeys(names))
