"""Which TF1 variables each unit of the program held: by structure, and never by a guess.

A unit may only get variables whose names end as its kind's do, in one scope, with its shapes and at its place in a
stack or a pair of directions. Where that leaves several, in this order: what `--map` says; the name of a raw
variable; words that a name of the program and a scope share; the order of creation, where TF1 numbered it
(dense, dense_1) or the graph beside the checkpoint shows it. What is still open is reported, not chosen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from migrate.checkpoint.units import Form, Piece, Unit
from migrate.checkpoint.words import by_creation, by_words

_CELL_SCOPE = re.compile(r"(cell|lstm|gru|basicrnn)(_\d+)?$", re.IGNORECASE)
_CELL_PARTS = {"projection", "gates", "candidate", "Gates", "Candidate", "Linear", "linear"}
_KINDS_OF_SCOPE = (
    (re.compile(r"lstm", re.I), {"LSTM", "LSTMCell", "BasicLSTMCell"}),
    (re.compile(r"gru", re.I), {"GRU", "GRUCell"}),
    (re.compile(r"basic_?rnn", re.I), {"SimpleRNN", "BasicRNNCell"}),
)
_NUMBER = re.compile(r"_\d+$")
_CELL_KINDS = {"LSTM", "GRU", "SimpleRNN"}


@dataclass(frozen=True)
class Candidate:
    """Variables that may be what a unit held."""

    scope: str
    names: tuple[str, ...]
    form: Form


@dataclass(frozen=True)
class Match:
    """A unit, its TF1 variables in the order of the form, and why these."""

    unit: Unit
    names: tuple[str, ...]
    form: Form
    why: str


@dataclass
class Matching:
    """The result. ambiguous: a unit's label -> the scopes it could have."""

    matches: list[Match] = field(default_factory=list)
    unmatched: list[Unit] = field(default_factory=list)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def of(self, unit: Unit) -> Match | None:
        """The match of a unit."""
        return next((one for one in self.matches if one.unit is unit), None)


def match(
    units: Sequence[Unit],
    values: Mapping[str, np.ndarray],
    names: Sequence[str],
    order: Sequence[str] = (),
    chosen: Mapping[str, Sequence[str]] | None = None,
    partial: bool = False,
) -> Matching:
    """Match units with variables.

    names: the variables, without slots. order: names in order of creation, if known. chosen: a unit's label -> its
    variables, from a map. partial: some of either side may be left, so that nothing follows from what is left.
    """
    return _Matcher(units, values, names, order, chosen or {}, partial).run()


class _Matcher:
    def __init__(
        self,
        units: Sequence[Unit],
        values: Mapping[str, np.ndarray],
        names: Sequence[str],
        order: Sequence[str],
        chosen: Mapping[str, Sequence[str]],
        partial: bool,
    ) -> None:
        self.units, self.values, self.order, self.partial = list(units), values, list(order), partial
        self.free = dict.fromkeys(names)
        self.chosen = chosen
        self.result = Matching()

    def run(self) -> Matching:
        open_units = [unit for unit in self.units if not self._take_chosen(unit)]
        raw = [unit for unit in open_units if unit.is_raw]
        groups = [unit for unit in open_units if not unit.is_raw]
        raw = [unit for unit in raw if not self._take_named(unit)]
        groups = self._settle(groups)
        raw = self._settle(raw)
        self.result.unmatched = [unit for unit in self.units if unit in groups or unit in raw]
        self.result.left = list(self.free)
        position = {id(unit): number for number, unit in enumerate(self.units)}
        self.result.matches.sort(key=lambda one: position[id(one.unit)])
        return self.result

    def _take(self, unit: Unit, candidate: Candidate, why: str) -> None:
        for name in candidate.names:
            self.free.pop(name, None)
        self.result.matches.append(Match(unit, candidate.names, candidate.form, why))

    def _take_chosen(self, unit: Unit) -> bool:
        names = self.chosen.get(unit.label)
        if names is None:
            return False
        forms = [form for form in unit.forms if len(form.pieces) == len(names)]
        form = next((form for form in forms if self._shapes_fit(form, names)), forms[0] if forms else unit.forms[0])
        self._take(unit, Candidate("", tuple(names), form), "the map")
        return True

    def _shapes_fit(self, form: Form, names: Sequence[str]) -> bool:
        return all(self.values[name].shape == piece.shape for name, piece in zip(names, form.pieces, strict=True))

    def _take_named(self, unit: Unit) -> bool:
        """A raw variable that has kept its name; in TF1 the scopes may stand before it."""
        for wanted in unit.names:
            exact = [name for name in self.free if name == wanted]
            ending = [name for name in self.free if name.endswith("/" + wanted)]
            for found in (exact, ending):
                fitting = [name for name in found if self.values[name].shape == unit.forms[0].pieces[0].shape]
                rivals = [one for one in self.units if one is not unit and wanted in one.names]
                if len(fitting) == 1 and not rivals:
                    self._take(unit, Candidate(fitting[0], (fitting[0],), unit.forms[0]), "its name")
                    return True
        return False

    def _settle(self, units: list[Unit]) -> list[Unit]:
        """Match what follows from the structure, step by step. Returns what stays open."""
        while units:
            candidates = {id(unit): self._candidates(unit) for unit in units}
            step = self._forced(units, candidates) or self._tied(units, candidates)
            if not step:
                for unit in units:
                    if candidates[id(unit)]:
                        self.result.ambiguous[unit.label] = [one.scope or "(no scope)" for one in candidates[id(unit)]]
                return units
            for unit, candidate, why in step:
                self._take(unit, candidate, why)
            done = {id(unit) for unit, _, _ in step}
            units = [unit for unit in units if id(unit) not in done]
        return units

    def _forced(
        self, units: list[Unit], candidates: Mapping[int, list[Candidate]]
    ) -> list[tuple[Unit, Candidate, str]]:
        """A unit with one candidate that no other unit needs; or the only unit that a group can go to."""
        for unit in units:
            own = candidates[id(unit)]
            rivals = [
                other
                for other in units
                if other is not unit
                and any(set(one.names) & set(mine.names) for one in candidates[id(other)] for mine in own)
            ]
            if len(own) == 1 and not rivals:
                return [(unit, own[0], "structure")]
            needy = [other for other in rivals if len(candidates[id(other)]) == 1]
            if len(own) == 1 and not needy and not self.partial:
                return [(unit, own[0], "structure")]
        return []

    def _tied(self, units: list[Unit], candidates: Mapping[int, list[Candidate]]) -> list[tuple[Unit, Candidate, str]]:
        """Units with the same candidates, as many of these as of those: told apart by words or by order."""
        classes: dict[tuple[tuple[str, ...], ...], list[Unit]] = {}
        for unit in units:
            if candidates[id(unit)]:
                key = tuple(sorted(one.names for one in candidates[id(unit)]))
                classes.setdefault(key, []).append(unit)
        for members in classes.values():
            groups = candidates[id(members[0])]
            pairs = by_words([unit.words for unit in members], [one.scope for one in groups])
            why = "names"
            if pairs is None and len(members) == len(groups) and _in_one_order(members):
                pairs = by_creation([one.scope for one in groups], [one.names[0] for one in groups], self.order)
                why = "order of creation"
            if pairs is not None:
                return [(members[i], groups[j], why) for i, j in pairs]
        return []

    def _candidates(self, unit: Unit) -> list[Candidate]:
        found = [candidate for form in unit.forms for candidate in self._of_form(unit, form)]
        placed = [one for one in found if _places(one.scope) == unit.position]
        if placed:
            return placed
        return [one for one in found if _may_be_at(_places(one.scope), unit.position)]

    def _of_form(self, unit: Unit, form: Form) -> list[Candidate]:
        if unit.is_raw:
            shape = form.pieces[0].shape
            fitting = [name for name in self.free if self.values[name].shape == shape and _name_fits(unit, name)]
            # Of a part of a program a shape alone tells nothing.
            return [] if self.partial and not unit.names else [Candidate(name, (name,), form) for name in fitting]
        first = form.pieces[0]
        result = []
        for name, scope in self._ending(first):
            names = [name]
            for piece in form.pieces[1:]:
                other = next((n for n, s in self._ending(piece) if s == scope and n not in names), None)
                if other is None:
                    break
                names.append(other)
            if len(names) == len(form.pieces) and self._whole(scope, names) and _kind_fits(unit, scope):
                result.append(Candidate(scope, tuple(names), form))
        if unit.kind == "Embedding" and not result:  # a table is one variable, of any name
            return [Candidate(name, (name,), form) for name in self.free if self.values[name].shape == first.shape]
        return result

    def _ending(self, piece: Piece) -> list[tuple[str, str]]:
        """(name, scope) of the free variables that a piece may be."""
        found = []
        for end in piece.ends:
            for name in self.free:
                scope = name[: -len(end)].rstrip("/") if name == end or name.endswith("/" + end) else None
                if scope is not None and self.values[name].shape == piece.shape:
                    found.append((name, scope))
        return found

    def _whole(self, scope: str, names: Sequence[str]) -> bool:
        """Whether the scope has nothing of the same layer beside these."""
        if not scope:
            return True
        for name in self.free:
            rest = name[len(scope) + 1 :] if name.startswith(scope + "/") else ""
            head, slash, _ = rest.partition("/")
            inner = head in _CELL_PARTS if slash else head in _OF_A_LAYER
            if rest and name not in names and inner:
                return False
        return True


def _in_one_order(units: Sequence[Unit]) -> bool:
    """Whether the program made the objects in the order in which they got their variables, as TF1 numbered them.

    Where it did not, say because layers were made first and called in another order, the order tells nothing.
    """
    made = sorted(units, key=lambda unit: unit.created[0])
    return [unit.label for unit in made] == [unit.label for unit in sorted(units, key=lambda unit: unit.created[1])]


_OF_A_LAYER = {
    "kernel", "bias", "weights", "biases", "gamma", "beta", "moving_mean", "moving_variance", "recurrent_kernel",
    "depthwise_kernel", "pointwise_kernel", "w_f_diag", "w_i_diag", "w_o_diag",
}  # fmt: skip


def _name_fits(unit: Unit, name: str) -> bool:
    """A raw variable that the program has given a name has it in TF1 too, behind scopes and with a number at most."""
    last = _NUMBER.sub("", name.rpartition("/")[2])
    return not unit.names or any(last == _NUMBER.sub("", one.rpartition("/")[2]) for one in unit.names)


def _kind_fits(unit: Unit, scope: str) -> bool:
    """A scope that is called after a cell belongs to that kind of cell, and to no dense layer."""
    last = scope.rpartition("/")[2]
    if not _CELL_SCOPE.search(last):
        return True
    for pattern, kinds in _KINDS_OF_SCOPE:
        if pattern.search(last) and unit.kind in _CELL_KINDS:
            return unit.kind in kinds
    return unit.kind not in {"Dense", "EinsumDense"}


_PLACE = re.compile(r"^(?:(fw|FW|forward)|(bw|BW|backward)|cell_?(\d+))$")


def _places(scope: str) -> tuple[str, ...]:
    """Steps of the structure that a scope shows: directions, and numbers of cells in a stack."""
    steps = []
    for part in scope.split("/"):
        found = _PLACE.match(part)
        if found:
            steps.append("fw" if found.group(1) else "bw" if found.group(2) else f"cell_{int(found.group(3))}")
    return tuple(steps)


def _may_be_at(scope: tuple[str, ...], unit: tuple[str, ...]) -> bool:
    """Whether one shows only steps that the other shows too, in the same order.

    A stack of one cell may be a plain layer, and a layer of a list may be a cell of a stack.
    """
    shorter, longer = sorted((scope, unit), key=len)
    rest = iter(longer)
    return all(step in rest for step in shorter)
