"""Notebooks are not migrated yet: say so, with one line, instead of passing them by."""

from __future__ import annotations

from migrate.plan import Refusal, Refused, Unchanged
from migrate.result import Judgement


def judge_notebook(data: bytes) -> Judgement:
    """Refuse a notebook that mentions TensorFlow; any other is left alone."""
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if b"tensorflow" in line:
            reason = "notebooks are not migrated, and this one uses TensorFlow."
            advice = "Export its code with `jupyter nbconvert --to script FILE`, and migrate that."
            return Refused((Refusal(number if len(lines) > 1 else 1, "notebook", reason, advice),))
    return Unchanged("no TensorFlow")
