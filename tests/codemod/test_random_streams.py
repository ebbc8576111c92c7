"""What a reviewer is told of seeds: Keras shares Python's `random` with the program."""

from __future__ import annotations

import textwrap

import pytest

from migrate.migration import migrate_source
from migrate.plan import Migrated

PROGRAM = """
    import {imported}
    import tensorflow as tf

    {seed}
    x = tf.placeholder(tf.float32, [None, 3])
    out = {out}
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        print(sess.run(out, {{x: [[1., 2., 3.]]}}))
    """


def notes(imported, seed, out="tf.layers.dense(x, 2)"):
    outcome = migrate_source(textwrap.dedent(PROGRAM.format(imported=imported, seed=seed, out=out)))
    assert isinstance(outcome, Migrated)
    return [(note.line, note.text) for note in outcome.notes]


@pytest.mark.parametrize(
    ("imported", "seed"),
    [("random", "random.seed(3)"), ("random as r", "r.seed(3)"), ("os; from random import seed as s", "s(3)")],
)
def test_a_seed_of_python_that_keras_draws_after(imported, seed):
    assert any(line == 5 and "Python's random too" in text for line, text in notes(imported, seed))


@pytest.mark.parametrize(
    ("imported", "seed", "out"),
    [
        ("random", "random.seed(3)", "2 * x"),
        ("random", "random.random()", "tf.layers.dense(x, 2)"),
        ("numpy as np", "np.random.seed(3)", "tf.layers.dense(x, 2)"),
    ],
)
def test_no_note_where_there_is_nothing_to_share(imported, seed, out):
    assert not any("Python's random" in text for _, text in notes(imported, seed, out))


def test_one_seed_for_everything():
    found = notes("os", "tf.set_random_seed(1)")
    assert any("set_random_seed seeds Python's random and NumPy too." in text for _, text in found)
