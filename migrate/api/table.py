"""The table: all rows, found by any of their TF1 names. A new symbol is one row and one test."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from migrate.api import rows_arrays, rows_control, rows_losses, rows_math, rows_nn, rows_random, rows_values
from migrate.api.names import exists
from migrate.api.row import Row

TF0 = "a name of TensorFlow 0.x that 1.15 does not have"
TF0_NAMES = {
    "pack": "stack", "unpack": "unstack", "mul": "multiply", "sub": "subtract", "neg": "negative",
    "batch_matmul": "matmul", "select": "where", "complex_abs": "abs", "inv": "reciprocal",
    "listdiff": "setdiff1d", "batch_cholesky": "cholesky", "scalar_summary": "summary.scalar",
    "histogram_summary": "summary.histogram", "merge_summary": "summary.merge",
    "merge_all_summaries": "summary.merge_all",
}
ROWS: tuple[Row, ...] = (
    *rows_math.ROWS, *rows_arrays.ROWS, *rows_random.ROWS, *rows_nn.ROWS, *rows_losses.ROWS,
    *rows_control.ROWS, *rows_values.ROWS,
    *(Row(old, gone=f"{TF0} (there it is {new})") for old, new in TF0_NAMES.items()),
)
_INDEX = {name: row for row in ROWS for name in row.names}


def find(tf1_name: str) -> Row | None:
    """The row of a TF1 name without "tf." ("nn.dropout", "math.log", "compat.v1.log"), or None."""
    name = tf1_name.removeprefix("compat.v1.")
    if name.startswith("contrib.slim."):
        name = "contrib.layers." + name.removeprefix("contrib.slim.")
    return _named(name)


@cache
def _named(name: str) -> Row | None:
    """The row, keeping the name that the program uses if TF2 knows the function under it too (tf.nn.tanh)."""
    row = _INDEX.get(name)
    if row is None or row.template or row.gone or not row.target.startswith("tf."):
        return row
    if not exists("tf." + name):
        return row
    return replace(row, tf2="tf." + name)
