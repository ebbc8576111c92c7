"""Hyperparameters as text: `name=value,name=[value,value],name[3]=value`.

A name is a letter followed by letters, digits, `_` and `.`; a value ends at the next comma, a list at its `]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_ASSIGNMENT = re.compile(
    r"(?P<name>[A-Za-z][\w.]*)"
    r"(?:\[\s*(?P<index>\d+)\s*\])?"
    r"\s*=\s*"
    r"(?:\[(?P<items>[^\]]*)\]|(?P<value>[^,\[]*))"
    r"(?:$|,\s*)"
)
_BETWEEN_ITEMS = re.compile(r"[, ]")


def parse_values(values: str, type_map: dict[str, Any], ignore_unknown: bool = False) -> dict[str, Any]:
    """Reads assignments (`tf.contrib.training.parse_values`).

    Args:
        values: the text; a comma at its end is allowed.
        type_map: type of each name, of the items where a list is assigned.
        ignore_unknown: leave names without a type out instead of raising.

    Returns:
        Value by name; a list for `name=[…]`, a dict {index: value} for `name[index]=…`.

    Raises ValueError for text that cannot be read, unknown names, second assignments.
    """
    found: dict[str, Any] = {}
    start = 0
    while start < len(values):
        match = _ASSIGNMENT.match(values, start)
        if match is None:
            raise ValueError(f"Malformed hyperparameter value: {values[start:]}")
        start = match.end()
        name, index, items = match["name"], match["index"], match["items"]
        if index is not None and items is not None:
            raise ValueError("Assignment of a list to a list index.")
        if name not in type_map:
            if ignore_unknown:
                continue
            raise ValueError(f"Unknown hyperparameter type for {name}")
        read = _reader(name, type_map[name], items if items is not None else match["value"], values)
        if index is None:
            if name in found:
                raise ValueError(f"Multiple assignments to variable '{name}' in {values}")
            found[name] = read(match["value"]) if items is None else [read(i) for i in _BETWEEN_ITEMS.split(items) if i]
            continue
        at = found.setdefault(name, {})
        if not isinstance(at, dict):
            raise ValueError(f"Multiple assignments to variable '{name}' in {values}")
        if int(index) in at:
            raise ValueError(f"Multiple assignments to variable '{name}[{int(index)}]' in {values}")
        at[int(index)] = read(match["value"])
    return found


def _reader(name: str, kind: Any, written: str, values: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return _truth(text) if kind is bool else kind(text)
        except ValueError:
            raise ValueError(
                f"Could not parse hparam '{name}' of type '{kind.__name__}' with value '{written}' in {values}"
            ) from None

    return read


def _truth(text: str) -> bool:
    if text in ("true", "True"):
        return True
    if text in ("false", "False"):
        return False
    return bool(int(text))
