"""Names a person would choose for the generated functions."""

from __future__ import annotations

import re

import libcst as cst

from migrate.analysis import values
from migrate.analysis.program import Program
from migrate.analysis.scope import Definition, code_of
from migrate.classes import marks
from migrate.emit.slices import Group, Step

_PREDICTIONS = re.compile(
    r"^(.*_)?(pred|preds|prediction|predictions|predict|predicted|y_pred|hypothesis|y_hat)(_.*)?$"
)


def plain(name: str) -> str:
    """A tensor's name without what only said that it was a tensor: loss_op -> loss, py_x stays."""
    name = marks.plain(name)
    short = re.sub(r"(_op|_tensor|_node|_)$", "", name)
    return short or name


def step_name(program: Program, step: Step, taken: set[str]) -> str:
    """train_step for training, predict and evaluate for the others, or compute_<what is fetched>."""
    names = [
        "summaries" if isinstance(leaf.value, values.Summary) and isinstance(leaf.code, cst.Dict) else _leaf(leaf.code)
        for leaf in step.values
    ]
    if step.update is not None:
        base = "train_step"
        record = program.optimizers[program.updates[step.update].optimizer]
        if base in taken and len(program.optimizers) > 1:
            base = f"train_step_{plain(record.name)}"
    elif len(names) == 1:
        name = plain(names[0])
        base = "predict" if _PREDICTIONS.match(name.lower()) else f"compute_{name.lower().lstrip('_')}"
    elif not names:
        base = "run_step"
    else:
        base = "evaluate"
    if base in taken:
        words = [plain(name).lower() for name in names if name]
        short = len(words) > 2 and f"{base}_{words[0]}" not in taken
        tail = words[0] if short else "_and_".join(words)
        base = f"{base}_{tail}" if tail and step.update is None else f"train_step_with_{tail}" if tail else base
    return base


def _leaf(code: object) -> str:
    if isinstance(code, cst.Call) and isinstance(code.func, (cst.Name, cst.Attribute)):  # what is done, not to what
        code = code.func if isinstance(code.func, cst.Name) else code.func.attr
    text = code_of(code) if code is not None else ""  # type: ignore[arg-type]
    text = marks.plain(text) if text.isidentifier() else text.replace(marks.attribute(marks.SELF, ""), "")
    return text if text.isidentifier() else re.sub(r"\W+", "_", text).strip("_")[:24] or "value"


def group_name(group: Group, weights: bool, taken: set[str]) -> str:
    """forward for the part with the weights, compute_<result> for the rest."""
    if weights and "forward" not in taken:
        return "forward"
    if 0 < len(group.results) <= 2:
        return "_and_".join(plain(name).lower() for name in group.results) + "_fn"
    return "shared_tensors"


def spec_names(parameters: list[Definition]) -> str:
    return ", ".join(definition.spec for definition in parameters)
