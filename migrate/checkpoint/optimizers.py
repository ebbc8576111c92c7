"""The state of Keras optimizers, and the slots, powers and global step of TF1 that it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from migrate.checkpoint.matching import Match
from migrate.checkpoint.slots import USUAL_NAMES, Names
from migrate.checkpoint.survey import variable_key
from migrate.checkpoint.units import copied
from migrate.weights import optimizer_state as state


@dataclass(frozen=True)
class Kind:
    """TF1's names for the optimizer, and the lists of Keras's slots in the order in which TF1 creates its own."""

    names: tuple[str, ...]
    lists: tuple[str, ...]
    powers: bool = False


_KINDS = {
    "Adam": Kind(("Adam", "LazyAdam"), ("_momentums", "_velocities"), powers=True),
    "SGD": Kind(("Momentum",), ("momentums",)),
    "Adagrad": Kind(("Adagrad",), ("_accumulators",)),
    "RMSprop": Kind(("RMSProp",), ("_velocities", "_average_gradients", "_momentums")),
    "Adadelta": Kind(("Adadelta",), ("_accumulated_grads", "_accumulated_delta_vars")),
    "Ftrl": Kind(("Ftrl", "FtrlOptimizer"), ("_accumulators", "_linears")),
}


@dataclass(frozen=True)
class Slot:
    """One slot of one unit: TF1's names in the order of its form, Keras's variables; scale is 1 or - lr."""

    match: Match
    names: tuple[str, ...]
    variables: tuple[Any, ...]
    what: str
    rate: float | None  # Momentum: Keras keeps - lr times what TF1 kept

    def to_keras(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        """In Keras's layout."""
        converted = list(self.match.form.to_keras(list(values), 0.0))
        return converted if self.rate is None else [state.momentum_to_keras(one, self.rate) for one in converted]

    def to_tf1(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        """In TF1's layout."""
        taken = list(values)
        if self.rate is not None:
            taken = [state.momentum_to_tf1(one, self.rate) for one in taken]
        return list(self.match.form.to_tf1(taken, 0.0))


@dataclass(frozen=True)
class Powers:
    """The powers of the betas of one Adam, and the counter that stands for them."""

    names: tuple[str, str]
    betas: tuple[float, float]
    iterations: Any
    label: str


@dataclass
class OptimizerPlan:
    """What is known of the optimizers. used: TF1 names that are accounted for. problems stop the conversion.

    left: what the program's optimizers keep and the checkpoint has not.
    """

    slots: list[Slot] = field(default_factory=list)
    powers: list[Powers] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def plan_optimizers(
    optimizers: Mapping[str, Any], matches: Sequence[Match], names: Names, in_one_order: bool
) -> OptimizerPlan:
    """Find for each optimizer the slots of the variables it updates. Builds optimizers that have no slots yet.

    in_one_order: the program's optimizers and TF1's stand in the same order for certain.
    """
    plan = OptimizerPlan()
    every = {name for of in names.slots.values() for group in of.values() for name in group}
    every |= {name for pair in names.powers for name in pair}
    if not optimizers:
        if every:
            plan.remarks.append(f"{len(every)} variables of an optimizer are not used: the program has none")
            plan.used |= every
        return plan
    if not every:
        plan.remarks.append("the checkpoint has no state of an optimizer: the program's begins anew")
        return plan
    with_powers: list[tuple[str, Any]] = []
    turn: dict[str, int] = {}  # label of a unit -> slots that earlier optimizers have
    for label, optimizer in optimizers.items():
        kind = _kind(optimizer)
        if kind is None:
            plan.problems.append(f"{label}: {type(optimizer).__name__} has no counterpart in TensorFlow 1")
            continue
        if not optimizer.built and len(optimizers) == 1:
            optimizer.build([one for match in matches if match.unit.trainable for one in match.unit.variables])
        held = {variable_key(one): place for place, one in enumerate(optimizer._trainable_variables)}
        for match in matches:
            trained = _trained_part(match, held)
            if trained is not None:
                _slots_of_unit(plan, label, optimizer, kind, trained, held, names, turn, in_one_order)
        if kind.powers and optimizer.built:
            with_powers.append((label, optimizer))
    if with_powers and not names.powers:
        plan.left += [f"{label}.iterations (the checkpoint has no powers of Adam's betas)" for label, _ in with_powers]
    elif with_powers and len(with_powers) != len(names.powers):
        plan.problems.append(
            f"the program has {len(with_powers)} Adam optimizer(s), the checkpoint powers of {len(names.powers)}"
        )
    elif with_powers:
        for (label, optimizer), pair in zip(with_powers, names.powers, strict=True):
            betas = (float(optimizer.beta_1), float(optimizer.beta_2))
            plan.powers.append(Powers(pair, betas, optimizer.iterations, label))
            plan.used |= set(pair)
    return plan


def _trained_part(match: Match, held: Mapping[int, int]) -> Match | None:
    """The variables of a unit that an optimizer updates: all or none of a cell, a part of a batch normalization."""
    updated = [place for place, one in enumerate(match.unit.variables) if variable_key(one) in held]
    if len(updated) == len(match.unit.variables):
        return match
    if not updated or not match.form.copies:
        return None
    variables = tuple(match.unit.variables[place] for place in updated)
    form = copied([match.form.pieces[place] for place in updated])
    names = tuple(match.names[place] for place in updated)
    return Match(replace(match.unit, variables=variables), names, form, match.why)


def _kind(optimizer: Any) -> Kind | None:
    for cls in type(optimizer).__mro__:
        if cls.__module__.split(".")[0] == "keras" and cls.__name__ in _KINDS:
            return _KINDS[cls.__name__]
    return None


def _slots_of_unit(
    plan: OptimizerPlan,
    label: str,
    optimizer: Any,
    kind: Kind,
    match: Match,
    held: Mapping[int, int],
    names: Names,
    turn: dict[str, int],
    in_one_order: bool,
) -> None:
    lists = [one for one in kind.lists if getattr(optimizer, one, None)]
    found = [_group(names, name, kind) for name in match.names]
    present = [one for one in found if one]
    if not lists:  # Keras keeps nothing: SGD without momentum
        return
    if not match.form.keeps_slots:
        if present:
            plan.remarks.append(f"{match.unit.label}: its slots are not used, Keras trains other parameters here")
            plan.used |= {name for group in present for name in group}
        return
    if not present:
        plan.left.append(f"{label} updates {match.unit.label}, of which the checkpoint has no slots")
        return
    if len(present) < len(found):
        missing = [name for name, group in zip(match.names, found, strict=True) if not group]
        plan.left.append(f"{label} updates {match.unit.label}; the checkpoint has no slots of {', '.join(missing)}")
        return
    expected = _expected(optimizer, kind)
    start = turn.get(match.unit.label, 0)
    turn[match.unit.label] = start + len(expected)
    if any(len(group) > len(expected) for group in found) and not in_one_order:
        plan.problems.append(f"{match.unit.label} has slots of several optimizers; which are {label}'s does not show")
        return
    if any(len(group) < start + len(expected) for group in found):
        have = ", ".join(found[0])
        plan.left.append(f"{label} keeps {len(expected)} slots for {match.unit.label}, the checkpoint has {have}")
        return
    rate = None
    if kind is _KINDS["SGD"] and not _keeps_sums(optimizer):
        if is_scheduled(optimizer):
            plan.problems.append(f"{label}: Keras's momentum holds the learning rates of each step, TF1's does not")
            return
        rate = float(np.asarray(optimizer.learning_rate))
        if rate == 0:
            plan.problems.append(f"{label}: its learning rate is 0 as yet, and Keras's momentum is a multiple of that")
            return
    for number, attribute in enumerate(expected):
        taken = tuple(group[start + number] for group in found)
        plan.used |= set(taken)
        if attribute not in lists:
            remark = f"{label}: its momentum is 0, so that TF1's slots for it are not needed"
            plan.remarks += [remark] if remark not in plan.remarks else []
            continue
        slots = getattr(optimizer, attribute)
        variables = tuple(slots[held[variable_key(one)]] for one in match.unit.variables)
        plan.slots.append(Slot(match, taken, variables, f"{label}.{attribute.strip('_')}", rate))


def _keeps_sums(optimizer: Any) -> bool:
    """Whether it is the Momentum of migrated programs, which keeps what TF1 kept."""
    return any(cls.__name__ == "Momentum" for cls in type(optimizer).__mro__)


def _expected(optimizer: Any, kind: Kind) -> list[str]:
    """TF1's slots in order: RMSProp always has one for momentum, and one for the mean only if it is centered."""
    if kind is _KINDS["RMSprop"] and not optimizer.centered:
        return [one for one in kind.lists if one != "_average_gradients"]
    return list(kind.lists)


def _group(names: Names, variable: str, kind: Kind) -> tuple[str, ...]:
    """The slots of a variable under the optimizer's usual name, or under one that the program chose."""
    of = names.slots.get(variable, {})
    for name in kind.names:
        if name in of:
            return of[name]
    own = [group for name, group in of.items() if name not in USUAL_NAMES]
    return own[0] if len(own) == 1 else ()


def is_scheduled(optimizer: Any) -> bool:
    """Whether the learning rate follows the counter."""
    import keras

    return isinstance(getattr(optimizer, "_learning_rate", None), keras.optimizers.schedules.LearningRateSchedule)


def steps_taken(powers: Powers, values: Mapping[str, np.ndarray]) -> int | None:
    """The steps that the powers tell; None when both have vanished. `ValueError` when they are of other betas."""
    known = []
    for name, beta in zip(powers.names, powers.betas, strict=True):
        value = values[name]
        known.append(state.steps_of_power(beta, float(value), value.dtype))
    # The second one lasts longer, the first one tells small numbers more exactly.
    return known[0] if known[0] is not None else known[1]
