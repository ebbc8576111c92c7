"""The table of API equivalences: plain TF1 operations, constants, dtypes and initializers to TF2 and Keras.

Structure (placeholders, variables, cells, RNN loops, layers with weights, optimizers, sessions) is not here:
what such a call becomes depends on the program around it, and the analysis decides it.
"""

from __future__ import annotations

from migrate.api.names import exists, is_tf1_only
from migrate.api.rewrite import rewrite_call, rewrite_name
from migrate.api.row import Problem, Rewritten, Row
from migrate.api.table import ROWS, find

__all__ = [
    "ROWS", "Problem", "Rewritten", "Row", "exists", "find", "is_tf1_only", "rewrite_call", "rewrite_name",
]
