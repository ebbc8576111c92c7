"""Refusal codes of TensorFlow code: what the analysis, the emission and the gate cannot carry over."""

from __future__ import annotations

from migrate.report.refusals import Description

PROGRAMS: tuple[Description, ...] = ()
