"""The table against both libraries: TF1's parameters as recorded, TF2's as installed."""

from __future__ import annotations

import inspect
import json
import logging
from pathlib import Path
from typing import Any

import keras
import pytest
import tensorflow as tf

from migrate import api
from migrate.api.table import TF0_NAMES
from migrate.emit import support_code

SIGNATURES = json.loads(Path(__file__).with_name("tf1_signatures.json").read_text())
ROWS = [row for row in api.ROWS if row.tf1 not in TF0_NAMES]
CALLED = [row for row in ROWS if row.signature]
# nn.ctc_loss has another template for every call, though TF2 has a function of that name.
PLAIN = [row for row in CALLED if not row.gone and not row.template and row.tf1 != "nn.ctc_loss"]


def tf1_name(row: api.Row) -> str:
    return row.tf1


def target(name: str) -> Any:
    if name in support_code.names():
        space: dict[str, Any] = {"tf": tf, "keras": keras}
        exec(support_code.load(name), space)
        return space[name]
    return eval(name, {"tf": tf, "keras": keras, "logging": logging})


def tf2_parameters(row: api.Row) -> list[inspect.Parameter]:
    thing = target(row.target)
    found = list(inspect.signature(thing.__init__ if inspect.isclass(thing) else thing).parameters.values())
    return [parameter for parameter in found if parameter.name != "self"]


def test_names_are_unique():
    names = [name for row in api.ROWS for name in row.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("row", ROWS, ids=tf1_name)
def test_tf1_has_these_names(row: api.Row):
    for name in row.names:
        assert SIGNATURES[name] is not None, name


@pytest.mark.parametrize("row", [row for row in ROWS if not row.gone], ids=tf1_name)
def test_functions_have_a_signature(row: api.Row):
    assert bool(row.signature) == (SIGNATURES[row.tf1] not in ("value", []))


@pytest.mark.parametrize("row", CALLED, ids=tf1_name)
def test_parameters_are_those_of_tf1(row: api.Row):
    for name in row.names:
        recorded = SIGNATURES[name]
        assert [text.partition("=")[0] for text in recorded if text[0] != "*"] == list(row.parameters), name
        assert row.variadic == any(text[0] == "*" for text in recorded), name


@pytest.mark.parametrize("row", CALLED, ids=tf1_name)
def test_rules_name_parameters_of_tf1(row: api.Row):
    conditions = [condition.partition("=")[0] for condition in row.variants]
    for name in (*row.renames, *row.drop, *row.refuse, *conditions):
        assert name in row.parameters, name


@pytest.mark.parametrize("name", sorted(TF0_NAMES))
def test_tf1_lacks_names_of_tf0(name: str):
    assert SIGNATURES[name] is None


@pytest.mark.parametrize("row", [row for row in ROWS if not row.gone and not row.template and not row.choose],
                         ids=tf1_name)
def test_target_exists(row: api.Row):
    if not row.variants:
        assert row.target in support_code.names() or (target(row.target) is not None or row.tf1 == "newaxis")
        dotted = row.target.startswith(("tf.", "keras.")) and "(" not in row.target
        assert api.exists(row.target) or not dotted


@pytest.mark.parametrize("row", PLAIN, ids=tf1_name)
def test_names_kept_mean_the_same_function(row: api.Row):
    for alias in row.names:
        kept = api.find(alias)
        assert kept is not None
        if kept.target != row.target:
            found = [parameter.name for parameter in tf2_parameters(kept)]
            assert found == [parameter.name for parameter in tf2_parameters(row)], alias


@pytest.mark.parametrize("row", PLAIN, ids=tf1_name)
def test_keywords_are_accepted_by_tf2(row: api.Row):
    if row.variadic or (row.choose and not api.exists(row.target)):
        return
    names = [parameter.name for parameter in tf2_parameters(row)]
    for name in row.parameters:
        if name not in row.drop and name not in row.refuse and name not in consumed(row):
            assert row.renames.get(name, name) in names, name
    assert set(row.defaults) <= set(names)


def consumed(row: api.Row) -> set[str]:
    """The parameters that only variants use."""
    return {condition.partition("=")[0] for condition in row.variants}


@pytest.mark.parametrize("row", PLAIN, ids=tf1_name)
def test_places_agree(row: api.Row):
    if row.variadic or (row.choose and not api.exists(row.target)) or row.variants:
        return
    names = [parameter.name for parameter in tf2_parameters(row)]
    for place, name in enumerate(list(row.parameters)[:row.positional]):
        if name in row.drop or name in row.refuse or not names:
            break
        assert names[place] == row.renames.get(name, name)
