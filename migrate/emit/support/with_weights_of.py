# mypy: ignore-errors
# ruff: noqa: F821
"""Cells of objects that share their variables, and not their dropout."""


def with_weights_of(other, cell):
    """The cell, or list of cells, with the weights of another one of the same form and the dropout of its own."""
    while isinstance(other, DropoutWrapper):
        other = other.cell
    if isinstance(cell, (list, tuple)):
        return [with_weights_of(*pair) for pair in zip(other, cell, strict=True)]
    if isinstance(cell, DropoutWrapper):
        cell.cell = with_weights_of(other, cell.cell)
    elif hasattr(cell, "cell"):
        cell.cell = with_weights_of(other.cell, cell.cell)
    elif hasattr(cell, "cells"):
        cell.cells = with_weights_of(other.cells, cell.cells)
    else:
        return other
    return cell
