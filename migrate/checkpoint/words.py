"""What tells equal units apart: words that names share, and the order of creation."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PREFIX = 3  # letters: "enc" is "encoder"
_NUMBERED = re.compile(r"^(.*?)_?(\d+)$")

Pairs = list[tuple[int, int]]


def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words and numbers of a scope or a name."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    return tuple(word.lower() for word in re.findall(r"[A-Za-z]+|\d+", spaced))


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= _PREFIX and not short.isdigit() and long.startswith(short)


def by_words(units: Sequence[Sequence[str]], scopes: Sequence[str]) -> Pairs | None:
    """Pairs (unit, scope) of those that share a word that no other of the scopes has; None if that does not decide.

    Numbers do not count: the first of TF1 may be the second of a program. It decides when every unit has one scope
    and no scope two units; of as many scopes as units one pair may be what is left.
    """
    if len(units) < 1 or len(scopes) < 2:
        return None
    words = [set(words_of(scope)) for scope in scopes]
    common = set.intersection(*words)
    words = [{word for word in own - common if not word.isdigit()} for own in words]
    taken: Pairs = []
    for number, unit in enumerate(units):
        hits = [place for place, own in enumerate(words) if any(_same(a, b) for a in unit for b in own)]
        if len(hits) > 1:
            return None
        taken += [(number, place) for place in hits]
    places = [place for _, place in taken]
    if len(set(places)) < len(places):
        return None
    if len(taken) == len(units):
        return taken
    rest_units = sorted(set(range(len(units))) - {number for number, _ in taken})
    rest_scopes = sorted(set(range(len(scopes))) - set(places))
    if taken and len(rest_units) == len(rest_scopes) == 1:
        return [*taken, (rest_units[0], rest_scopes[0])]
    return None


def by_creation(scopes: Sequence[str], names: Sequence[str], order: Sequence[str]) -> Pairs | None:
    """Pairs (n-th unit, n-th created scope): TF1's own numbers say the order, or the graph beside the checkpoint."""
    place = {name: position for position, name in enumerate(order)}
    if all(name in place for name in names):
        ranked = sorted(range(len(names)), key=lambda one: place[names[one]])
        return list(enumerate(ranked))
    parts = [scope.split("/") for scope in scopes]
    if len({len(one) for one in parts}) != 1:
        return None
    differing = [column for column in range(len(parts[0])) if len({one[column] for one in parts}) > 1]
    if len(differing) != 1:
        return None
    numbers = []
    stems = set()
    for one in parts:
        found = _NUMBERED.match(one[differing[0]])
        numbers.append(int(found.group(2)) if found else 0)
        stems.add(found.group(1) if found else one[differing[0]])
    if len(stems) != 1 or len(set(numbers)) < len(numbers):
        return None
    return list(enumerate(sorted(range(len(numbers)), key=lambda one: numbers[one])))
