"""The plan of a conversion: what goes where, what is left over, what stands in the way; and its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from migrate.checkpoint.counters import Counter, count_steps
from migrate.checkpoint.errors import CheckpointError
from migrate.checkpoint.legacy import LegacyCheckpoint
from migrate.checkpoint.mapping_file import Chosen, resolved
from migrate.checkpoint.matching import Match, Matching, match
from migrate.checkpoint.optimizers import OptimizerPlan, plan_optimizers
from migrate.checkpoint.slots import Names, sort_names
from migrate.checkpoint.survey import Survey
from migrate.checkpoint.units import Unit, shape_of


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    tf1: tuple[tuple[str, tuple[int, ...]], ...]
    keras: tuple[tuple[str, tuple[int, ...]], ...]
    done: str


@dataclass
class Plan:
    """How the variables of a checkpoint become the program's weights.

    problems: what makes the plan impossible, whatever else is allowed. left: names of TF1 variables for which there is
    no place, and labels of units for which there are no variables.
    """

    checkpoint: LegacyCheckpoint
    survey: Survey
    names: Names
    matching: Matching
    optimizers: OptimizerPlan
    forget_biases: dict[str, float] = field(default_factory=dict)
    counters: list[Counter] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    left_tf1: list[str] = field(default_factory=list)
    left_keras: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def offset(self, found: Match) -> float:
        """What is added to the forget gate's bias."""
        return self.forget_biases.get(found.unit.label, 0.0)

    def converted(self) -> list[tuple[Any, np.ndarray]]:
        """(variable of the program, value), for weights, slots and counters."""
        result: list[tuple[Any, np.ndarray]] = []
        for one in self.matching.matches:
            values = one.form.to_keras([self.checkpoint.values[name] for name in one.names], self.offset(one))
            result += zip(one.unit.variables, values, strict=True)
        for slot in self.optimizers.slots:
            values = slot.to_keras([self.checkpoint.values[name] for name in slot.names])
            result += zip(slot.variables, values, strict=True)
        result += [(counter.iterations, np.asarray(counter.steps)) for counter in self.counters]
        return result

    def apply(self) -> None:
        """Give the program's objects the converted values."""
        for variable, value in self.converted():
            variable.assign(np.asarray(value).astype(_dtype(variable)))


def _dtype(variable: Any) -> str:
    return str(getattr(variable.dtype, "name", variable.dtype))


def make_plan(checkpoint: LegacyCheckpoint, found: Survey, chosen: Chosen | None = None, partial: bool = False) -> Plan:
    """Match, and look for everything that could be wrong. Nothing is changed."""
    chosen = chosen or Chosen()
    names = sort_names(checkpoint.values, checkpoint.order)
    variables = [name for name in names.variables if not _left_out(name, chosen.left_out)]
    steps = [names.global_step] if names.global_step else []
    picked = resolved(chosen, found.units, [*variables, *steps])
    counters = [unit for unit in found.units if _counts_steps(unit)] if names.global_step else []
    if len(counters) == 1 and names.global_step and counters[0].label not in picked:
        picked[counters[0].label] = (names.global_step,)
    matching = match(found.units, checkpoint.values, variables, checkpoint.order, picked, partial)
    optimizers = plan_optimizers(found.optimizers, matching.matches, names, found.optimizers_in_order)
    plan = Plan(checkpoint, found, names, matching, optimizers)
    _find_forget_biases(plan, chosen)
    _find_steps(plan)
    _find_problems(plan)
    _find_left(plan, chosen)
    plan.rows = _rows(plan)
    plan.remarks += optimizers.remarks
    return plan


def _left_out(name: str, patterns: Sequence[str]) -> bool:
    return any(name == one or name.startswith(one.rstrip("/") + "/") for one in patterns)


def _counts_steps(unit: Unit) -> bool:
    if not unit.is_raw or not all(shape_of(one) == () for one in unit.variables):
        return False
    return "global_step" in unit.names or unit.label.endswith("global_step")


def _find_forget_biases(plan: Plan, chosen: Chosen) -> None:
    """What the cell added: as the map, a cuDNN cell or the graph beside the checkpoint says, else the program's."""
    for one in plan.matching.matches:
        if one.unit.kind != "LSTM":
            continue
        told = plan.checkpoint.forget_biases.get(one.names[0])
        if one.unit.label in chosen.forget_biases:
            amount = chosen.forget_biases[one.unit.label]
        elif "cudnn" in one.names[0] or one.names[0].endswith("opaque_kernel"):
            amount = 0.0
        else:
            amount = one.unit.forget_bias if told is None else told
            if told is not None and told != one.unit.forget_bias:
                plan.remarks.append(
                    f"{one.unit.label}: TF1's graph adds {told:g} to the forget gate, so that is in its bias"
                )
        plan.forget_biases[one.unit.label] = amount


def _find_steps(plan: Plan) -> None:
    step = plan.names.global_step
    found = count_steps(
        plan.survey.optimizers,
        plan.optimizers.powers,
        step,
        plan.checkpoint.values,
        held=any(step in one.names for one in plan.matching.matches),
        in_one_order=plan.survey.optimizers_in_order,
    )
    plan.counters = found.counters
    plan.optimizers.used |= found.used
    plan.problems += found.problems
    plan.remarks += found.remarks


def _find_problems(plan: Plan) -> None:
    values = plan.checkpoint.values
    for one in plan.matching.matches:
        for name, piece in zip(one.names, one.form.pieces, strict=False):
            if values[name].shape != piece.shape:
                plan.problems.append(
                    f"{one.unit.label}: {name} has the shape {_list(values[name].shape)}, "
                    f"the program needs {_list(piece.shape)}"
                )
        if len(one.names) != len(one.form.pieces):
            plan.problems.append(f"{one.unit.label} was {len(one.form.pieces)} variables, not {len(one.names)}")
        wanted = {_dtype(variable) for variable in one.unit.variables}
        for name in one.names:
            has = values[name].dtype.name
            both_integers = values[name].dtype.kind in "iu" and all(
                dtype.startswith(("int", "uint")) for dtype in wanted
            )
            if has not in wanted and not both_integers:
                plan.problems.append(
                    f"{one.unit.label}: {name} is {has}, the program's weights are {', '.join(wanted)}"
                )
    plan.problems += plan.optimizers.problems
    for label, scopes in plan.matching.ambiguous.items():
        plan.problems.append(f"{label} could be each of {', '.join(scopes)}: say which with --map")


def _find_left(plan: Plan, chosen: Chosen) -> None:
    open_labels = set(plan.matching.ambiguous)
    for unit in plan.matching.unmatched:
        if unit.label not in open_labels:
            shapes = ", ".join(_list(shape_of(one)) for one in unit.variables)
            plan.left_keras.append(f"{unit.label} ({unit.kind} {shapes}){_near(plan, unit)}")
    plan.left_keras += [f"{label} (no function that could be traced uses it)" for label in plan.survey.waiting]
    plan.left_keras += plan.optimizers.left
    used = {name for one in plan.matching.matches for name in one.names} | plan.optimizers.used
    for name in plan.checkpoint.values:
        if name not in used and not _left_out(name, chosen.left_out):
            plan.left_tf1.append(f"{name} {_list(plan.checkpoint.values[name].shape)}")


def _near(plan: Plan, unit: Unit) -> str:
    """Variables that would be it, had they its shape."""
    for form in unit.forms:
        for piece in form.pieces:
            ends = piece.ends or unit.names
            for end in ends:
                for name in plan.matching.left:
                    other = plan.checkpoint.values[name].shape
                    if (name == end or name.endswith("/" + end)) and other != piece.shape:
                        return f": shape mismatch? {name} is {_list(other)}, not {_list(piece.shape)}"
    return ""


def _list(shape: Sequence[int]) -> str:
    return "[" + ", ".join(str(size) for size in shape) + "]"


def _rows(plan: Plan) -> list[Row]:
    values = plan.checkpoint.values
    rows = []
    for one in plan.matching.matches:
        amount = plan.offset(one)
        done = one.form.done + (f", forget bias {amount:g} added" if amount else "")
        if one.why not in {"structure", "its name"}:
            done += f" (by {one.why})"
        rows.append(
            Row(
                tuple((name, values[name].shape) for name in one.names),
                tuple(
                    (f"{one.unit.label}.{extra}" if extra else one.unit.label, shape_of(variable))
                    for extra, variable in zip(one.unit.extras, one.unit.variables, strict=True)
                ),
                done,
            )
        )
    for slot in plan.optimizers.slots:
        done = slot.match.form.done if slot.rate is None else f"{slot.match.form.done}, times -{slot.rate:g}"
        rows.append(
            Row(
                tuple((name, values[name].shape) for name in slot.names),
                ((f"{slot.what} of {slot.match.unit.label}", shape_of(slot.variables[0])),),
                done,
            )
        )
    rows += [
        Row(tuple((name, ()) for name in one.names), ((f"{one.label}.iterations", ()),), f"= {one.steps} steps")
        for one in plan.counters
    ]
    return rows


def table(plan: Plan) -> str:
    """The plan for people: TF1 variable, shape -> Keras weight, shape, what is done; then what is left over."""
    lines: list[tuple[str, str, str, str, str]] = []
    for row in plan.rows:
        for number in range(max(len(row.tf1), len(row.keras))):
            left = row.tf1[number] if number < len(row.tf1) else None
            right = row.keras[number] if number < len(row.keras) else None
            lines.append(
                (
                    left[0] if left else "",
                    _list(left[1]) if left else "",
                    right[0] if right else "",
                    _list(right[1]) if right else "",
                    row.done if number == 0 else "",
                )
            )
    head = ("TF1 variable", "shape", "Keras weight", "shape", "what is done")
    widths = [max(len(line[column]) for line in [head, *lines]) for column in range(4)]
    text = []
    for line in [head, *lines]:
        a, b, c, d = (cell.ljust(width) for cell, width in zip(line[:4], widths, strict=True))
        text.append(f"{a}  {b}  {'->' if line[2] else '  '}  {c}  {d}  {line[4]}".rstrip())
    for title, entries in (
        ("left over in the checkpoint", plan.left_tf1),
        ("left over in the program", plan.left_keras),
        ("problems", plan.problems),
        ("notes", plan.remarks),
    ):
        if entries:
            text += ["", f"{title}:", *(f"    {entry}" for entry in entries)]
    return "\n".join(text)


def check(plan: Plan, partial: bool) -> None:
    """Raises `CheckpointError` unless all is accounted for, or --partial allows what is not."""
    matched, wanted = len(plan.matching.matches), len(plan.survey.units)
    if not wanted:
        raise CheckpointError("the program has no weights when it comes to its first step", plan.remarks)
    if plan.problems:
        raise CheckpointError("the checkpoint does not fit the program", plan.problems)
    if partial and matched:
        return
    left = [*(f"only in the program: {one}" for one in plan.left_keras)]
    left += [f"only in the checkpoint: {one}" for one in plan.left_tf1]
    advice = "--map says what goes where, --partial leaves it out"
    if plan.left_keras and plan.left_tf1:
        raise CheckpointError(f"the checkpoint is of another program, or of other options ({advice})", left)
    if left:
        raise CheckpointError(f"not all is accounted for ({advice})", left)


def back_values(plan: Plan, started: Mapping[int, np.ndarray]) -> dict[str, np.ndarray]:
    """The TF1 variables of the program's present values, everything else as it was in the checkpoint.

    started: by id of a variable, what the checkpoint's values became: where nothing changed the old bits stay.
    """
    result = dict(plan.checkpoint.values)
    for one in plan.matching.matches:
        now = one.unit.values()
        _put_back(
            result, one.names, one.form.to_tf1, plan.offset(one), now, [started[id(v)] for v in one.unit.variables]
        )
    for slot in plan.optimizers.slots:
        now = [np.asarray(variable.numpy()) for variable in slot.variables]
        old = [started[id(variable)] for variable in slot.variables]
        _put_back(result, slot.names, lambda values, _, slot=slot: slot.to_tf1(values), 0.0, now, old)
    for counter in plan.counters:
        result.update(counter.back(result))
    return result


def _put_back(
    result: dict[str, np.ndarray],
    names: Sequence[str],
    to_tf1: Any,
    offset: float,
    now: Sequence[np.ndarray],
    old: Sequence[np.ndarray],
) -> None:
    """Convert, and keep the old bits of what did not change: an element's change shows in the layout without offset."""
    changed = [(new != before).astype(np.float64) for new, before in zip(now, old, strict=True)]
    marks = to_tf1(changed, 0.0)
    for name, value, mark in zip(names, to_tf1(now, offset), marks, strict=True):
        before = result[name]
        result[name] = np.where(np.asarray(mark) != 0, value, before).astype(before.dtype).reshape(before.shape)
