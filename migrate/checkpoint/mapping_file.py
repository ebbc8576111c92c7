"""The file of `--map`: says of units what the structure leaves open.

One line for each unit, as the table calls it, and the TF1 variables that it held, or their scope:

    encoder = enc/rnn/lstm_cell
    stacked.cells[0] = rnn/a/kernel, rnn/a/bias
    encoder.forget_bias = 0.0            # what the TF1 cell added; by default what the Keras cell begins with
    - = old/unused, older/scope          # left out on purpose
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from migrate.checkpoint.errors import CheckpointError
from migrate.checkpoint.units import Unit

_BIAS = ".forget_bias"


@dataclass(frozen=True)
class Chosen:
    """What a map says. names: label -> variables or scopes as written."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forget_biases: Mapping[str, float] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def read_map(path: str | Path) -> Chosen:
    """Raises `CheckpointError` with the line for what is not of the format."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(f"the map {path} cannot be read: {error}") from error
    names: dict[str, tuple[str, ...]] = {}
    biases: dict[str, float] = {}
    left_out: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        label, equals, right = (part.strip() for part in line.rpartition("="))
        parts = tuple(part.strip() for part in right.split(",") if part.strip())
        if not equals or not label or not parts:
            raise CheckpointError(f"{path}, line {number}: not of the form `name = variable, variable`: {line}")
        if label == "-":
            left_out += parts
        elif label.endswith(_BIAS):
            try:
                biases[label.removesuffix(_BIAS)] = float(right)
            except ValueError as error:
                raise CheckpointError(f"{path}, line {number}: {right} is no number") from error
        elif label in names:
            raise CheckpointError(f"{path}, line {number}: {label} stands there twice")
        else:
            names[label] = parts
    return Chosen(names, biases, left_out)


def resolved(chosen: Chosen, units: Sequence[Unit], variables: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Label -> variables, scopes written out in the order of the unit's form.

    Raises `CheckpointError` for units and variables that do not exist, and for scopes that do not have what is needed.
    """
    by_label = {unit.label: unit for unit in units}
    for label in (*chosen.names, *chosen.forget_biases):
        if label not in by_label:
            raise CheckpointError(f"the map names {label}, which the program has not", [f"It has: {_listed(by_label)}"])
    result = {}
    known = set(variables)
    for label, parts in chosen.names.items():
        if all(part in known for part in parts):
            result[label] = parts
            continue
        if len(parts) == 1:
            found = _of_scope(by_label[label], parts[0].rstrip("/"), known)
            if found is not None:
                result[label] = found
                continue
        missing = next(part for part in parts if part not in known)
        raise CheckpointError(f"the map gives {label} {missing}, which the checkpoint has not")
    twice = [name for names in result.values() for name in names]
    for name in set(twice):
        if twice.count(name) > 1:
            raise CheckpointError(f"the map gives {name} to several")
    return result


def _listed(labels: Mapping[str, Unit]) -> str:
    return ", ".join(labels)


def _of_scope(unit: Unit, scope: str, known: set[str]) -> tuple[str, ...] | None:
    for form in unit.forms:
        names = [
            next((f"{scope}/{end}" for end in piece.ends if f"{scope}/{end}" in known), None) for piece in form.pieces
        ]
        if names and all(names):
            return tuple(str(name) for name in names)
    return None
