"""How many steps each optimizer has taken: what the powers of its betas and the global step say.

A Keras optimizer counts its own steps, in `iterations`; its learning rate schedule and Adam's correction follow that
number. TF1 had the powers for the one and the global step for the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from migrate.checkpoint.optimizers import Powers, is_scheduled, steps_taken
from migrate.weights import optimizer_state


@dataclass(frozen=True)
class Counter:
    """The counter of one optimizer. names: the TF1 variables that say the same."""

    label: str
    iterations: Any
    steps: int
    powers: Powers | None = None
    global_step: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The TF1 variables that it stands for."""
        return (*(self.powers.names if self.powers else ()), *((self.global_step,) if self.global_step else ()))

    def back(self, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The TF1 variables of the present number; none if that is the old one: the old bits stay."""
        now = int(np.asarray(self.iterations.numpy()))
        if now == self.steps:
            return {}
        result = {}
        if self.powers is not None:
            for name, beta in zip(self.powers.names, self.powers.betas, strict=True):
                result[name] = np.asarray(optimizer_state.beta_power(beta, now, values[name].dtype))
        if self.global_step is not None:
            result[self.global_step] = np.asarray(now, values[self.global_step].dtype)
        return result


@dataclass
class Counting:
    """The counters that are set, and what stands in the way. used: TF1 names that are accounted for."""

    counters: list[Counter] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def count_steps(
    optimizers: Mapping[str, Any],
    powers: Collection[Powers],
    global_step: str | None,
    values: Mapping[str, np.ndarray],
    held: bool,
    in_one_order: bool,
) -> Counting:
    """Find the number of steps of each optimizer.

    held: a variable of the program holds the global step, so that no optimizer need do so. in_one_order: the program's
    optimizers and TF1's stand in the same order for certain.
    """
    found = Counting()
    step = None if global_step is None else int(values[global_step])
    for one in powers:
        scheduled = is_scheduled(optimizers[one.label])
        try:
            steps = steps_taken(one, values)
        except ValueError as error:
            found.problems.append(f"{one.label}: {error}: the checkpoint's Adam had other betas")
            continue
        if steps is None and step is None:
            if scheduled:
                found.problems.append(f"{one.label}: its powers have vanished and there is no global_step to count by")
                continue
            steps = max(optimizer_state.vanishing_step(beta, values[one.names[0]].dtype) for beta in one.betas)
            found.remarks.append(f"{one.label}: its powers have vanished: it has taken {steps} steps or more")
        elif steps is None and step is not None:
            steps = step
        assert steps is not None
        same = global_step is not None and not held and steps == step
        if scheduled and step is not None and steps != step:
            found.problems.append(
                f"{one.label}: Adam's powers say {steps} steps, {global_step} {step}: Keras keeps one number"
            )
            continue
        found.counters.append(Counter(one.label, one.iterations, steps, one, global_step if same else None))
    if len({one.steps for one in found.counters}) > 1 and not in_one_order:
        labels = ", ".join(one.label for one in found.counters)
        found.problems.append(f"{labels} have taken different numbers of steps, and which is which does not show")
    if global_step is not None and step is not None and not held:
        _count_globally(found, optimizers, global_step, step)
    found.used |= {name for one in found.counters for name in one.names}
    return found


def _count_globally(found: Counting, optimizers: Mapping[str, Any], global_step: str, step: int) -> None:
    """Where the global step goes that no variable of the program holds."""
    found.used.add(global_step)
    counted = {one.label for one in found.counters}
    rest = [(label, one) for label, one in optimizers.items() if label not in counted]
    if not optimizers:
        found.remarks.append(f"{global_step} = {step} is not used: the program has no optimizer")
    elif rest:
        found.counters += [Counter(label, one.iterations, step, None, global_step) for label, one in rest]
    elif found.counters and not any(one.global_step for one in found.counters):
        steps = ", ".join(str(one.steps) for one in found.counters)
        found.problems.append(f"Adam's powers say {steps} steps, {global_step} {step}: Keras keeps one number")
