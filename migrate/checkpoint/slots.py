"""The names in a TF1 checkpoint, sorted into variables, slots of optimizers, powers of betas and the global step.

TF1 names a slot after its variable and the optimizer, in the order of creation: kernel/Adam is m, kernel/Adam_1 is v; a
second optimizer's are Adam_2, Adam_3. If `minimize` stands in a variable scope, that scope stands before the name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

GLOBAL_STEP = "global_step"
_POWER = re.compile(r"(?:.*/)?beta([12])_power(?:_(\d+))?$")
_SLOT = re.compile(r"^(.*)/([A-Za-z][A-Za-z0-9.\-]*?)(?:_(\d+))?$")
_NO_SLOTS = ("ExponentialMovingAverage",)
# What TF1 calls the slots of its own optimizers, unless the program gives the optimizer a name.
USUAL_NAMES = (
    "Adam",
    "Momentum",
    "Adagrad",
    "RMSProp",
    "Adadelta",
    "Ftrl",
    "FtrlOptimizer",
    "AdaMax",
    "LazyAdam",
    "Nadam",
)


@dataclass(frozen=True)
class Names:
    """What each name of a checkpoint is.

    slots: variable -> name of an optimizer -> names of the slots, in order of creation. powers: (name of beta1's power,
    of beta2's) of each optimizer that has them, in order of creation.
    """

    variables: tuple[str, ...]
    slots: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    powers: tuple[tuple[str, str], ...] = ()
    global_step: str | None = None


def sort_names(values: Mapping[str, np.ndarray], order: Sequence[str] = ()) -> Names:
    """Sort the names of a checkpoint. order: names in order of creation, where that is known."""
    powers: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    slots: dict[str, dict[str, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    variables: list[str] = []
    global_step = None
    for name in sorted(values):
        power = _POWER.match(name)
        if power is not None and values[name].shape == ():
            scope = name.rpartition("/")[0]
            powers[scope, int(power.group(2) or 0)][power.group(1)] = name
            continue
        if name.rpartition("/")[2] == GLOBAL_STEP and values[name].dtype.kind in "iu" and values[name].shape == ():
            global_step = name
            continue
        owner = _owner_of_slot(name, values)
        if owner is None:
            variables.append(name)
        else:
            slots[owner[0]][owner[1]].append((owner[2], name))
    place = {name: position for position, name in enumerate(order)}
    return Names(
        tuple(variables),
        {
            owner: {optimizer: tuple(name for _, name in sorted(found)) for optimizer, found in sorted(of.items())}
            for owner, of in slots.items()
        },
        tuple(
            (pair["1"], pair["2"])
            for key, pair in sorted(powers.items(), key=lambda item: (place.get(item[1].get("1", ""), 0), item[0]))
            if set(pair) == {"1", "2"}
        ),
        global_step,
    )


def _owner_of_slot(name: str, values: Mapping[str, np.ndarray]) -> tuple[str, str, int] | None:
    """The variable whose slot this is, the optimizer's name, and the slot's number."""
    found = _SLOT.match(name)
    if found is None or found.group(2) in _NO_SLOTS:
        return None
    base, optimizer, number = found.group(1), found.group(2), int(found.group(3) or 0)
    owner = base
    while owner not in values:  # the scope that `minimize` stood in
        _, slash, owner = owner.partition("/")
        if not slash:
            return None
    if values[owner].shape != values[name].shape:
        return None
    if optimizer in USUAL_NAMES or (owner == base and values[owner].dtype.kind == "f"):
        return owner, optimizer, number
    return None
