"""Random numbers: the same streams for both programs, dropout without chance, and draws in the graph."""

from __future__ import annotations

import textwrap

import pytest
from hand_plan import verify

from migrate.migration import migrate_source
from migrate.plan import Migrated, Owner
from migrate.verify import format_verification, verify_program
from migrate.verify.conditions import DROPOUT_NOTE


def prove(folder, legacy, *replacements):
    """Migrate the program, change the result, and hold it against the legacy program."""
    path = folder / "program.py"
    path.write_text(textwrap.dedent(legacy), encoding="utf-8")
    plan = migrate_source(path.read_text(encoding="utf-8"))
    assert isinstance(plan, Migrated), plan
    migrated = plan.source
    for old, new in replacements:
        assert old in migrated, migrated
        migrated = migrated.replace(old, new)
    result = verify_program(path, migrated if replacements else None, plan)
    print(migrated, format_verification(result))
    return result


INDEXED = """
    import random
    import numpy as np
    import tensorflow as tf

    {seeds}
    labels = np.eye(50)
    x = tf.placeholder(tf.float32, [None, 3])
    hidden = tf.layers.dense(x, 4, activation=tf.nn.tanh)
    out = tf.layers.dense(hidden, 2)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        print(sess.run(out, {{x: np.random.uniform(size=(2, 3))}}))
        for i in range(5):
            r = random.randint(0, 49)
            print(sess.run(tf.argmax(labels[r:r + 1], 1)))
    """


@pytest.mark.parametrize(
    ("seeds", "streams", "kept"),
    [
        ("", ["Python's random", "NumPy's random"], []),
        ("tf.set_random_seed(777)", ["Python's random", "NumPy's random"], ["Python's random", "NumPy's random"]),
        ("random.seed(3)", ["NumPy's random"], []),
        ("random.seed(a=3); np.random.seed(seed=4); tf.set_random_seed(777)", [], []),
    ],
)
def test_both_programs_draw_the_same_numbers(tmp_path, seeds, streams, kept):
    result = prove(tmp_path, INDEXED.format(seeds=seeds))
    assert result.status == "equal" and [row.calls for row in result.rows] == [1, 5]
    shown = [note for note in result.notes if "both runs began with the same numbers" in note]
    assert shown == [f"the program does not seed {one}: both runs began with the same numbers" for one in streams]
    shown = [note for note in result.notes if note.startswith("keras.utils.set_random_seed seeds")]
    assert [note.removeprefix("keras.utils.set_random_seed seeds ").split(" too")[0] for note in shown] == kept


def test_another_seed_of_the_program_itself_is_found(tmp_path):
    result = prove(tmp_path, INDEXED.format(seeds="random.seed(3)"), ("random.seed(3)", "random.seed(4)"))
    assert result.status == "different"


DROPPING = """
    import numpy as np
    import tensorflow as tf

    x = tf.placeholder(tf.float32, [None, 4, 3])
    keep = tf.placeholder(tf.float32)
    cell = tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(5), input_keep_prob=0.9, output_keep_prob=keep)
    outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    kept = tf.nn.dropout(outputs, keep)
    dropped = tf.nn.dropout(kept[:, int(kept.get_shape()[1]) - 1], keep_prob=0.7)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        data = np.linspace(-1, 1, 24).reshape(2, 4, 3)
        print(sess.run([dropped, state], {x: data, keep: 0.6}))
    """


def test_dropout_counts_as_no_draw_and_has_the_same_rates(tmp_path):
    result = prove(tmp_path, DROPPING)
    assert result.status == "equal" and DROPOUT_NOTE in result.notes


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("rate=1 - 0.7", "rate=0.7"), ("rate=0.1", "rate=0.0"), ("rate=1 - keep", "rate=keep")],
)
def test_another_rate_of_dropout_is_found(tmp_path, right, wrong):
    result = prove(tmp_path, DROPPING, (right, wrong))
    assert result.status == "different" and not any("draws random numbers" in note for note in result.notes)


def test_dropout_of_keras_and_variational_dropout(tmp_path):
    legacy = """
    import numpy as np
    import tensorflow as tf
    x = tf.placeholder(tf.float32, [None, 3])
    plain = tf.nn.rnn_cell.BasicRNNCell(3)
    size, dtype = 3, tf.float32
    cell = tf.nn.rnn_cell.DropoutWrapper(plain, 0.8, 0.5, 1.0, True, size, dtype)
    output, state = cell(x, tf.zeros([2, 3]))
    layer = tf.layers.dropout(x, 0.4, training=True)
    unused = tf.layers.dropout(x, 0.4)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        print(sess.run([output, state, layer, unused], {x: np.ones((2, 3))}))
    """
    migrated = """
    import numpy as np
    import keras
    import tensorflow as tf
    cell = keras.layers.SimpleRNNCell(3)
    dropout = keras.layers.Dropout(0.4)

    def step(x):
        state = cell(tf.nn.dropout(x, 0.2), [tf.zeros([2, 3])])[0]
        output = keras.random.dropout(state, 0.5, seed=1)
        return output, state, dropout(x, training=True), dropout(x)

    print(step(np.ones((2, 3), np.float32)))
    """
    site = ("sess.run([output, state, layer, unused], {x: np.ones((2, 3))})", "step(np.ones((2, 3), np.float32))")
    owners = [Owner("cell", "simple_rnn")]
    result = verify(tmp_path, legacy, migrated, [(*site, "step", {"x": "x"})], owners)
    print(format_verification(result))
    assert result.status == "equal" and DROPOUT_NOTE in result.notes


DRAWING = """
    import numpy as np
    import tensorflow as tf

    x = tf.placeholder(tf.float32, [3])
    noise = {noise}
    plain = x * 2
    noisy = plain + noise
    with tf.Session() as sess:
        print(sess.run(plain, {{x: np.ones(3)}}))
        print(sess.run(noisy, {{x: np.ones(3)}}))
    """


@pytest.mark.parametrize(
    ("noise", "draws"),
    [
        ("tf.random_normal([3])", True),
        ("tf.random_shuffle(tf.to_float(tf.range(1000)))[:3]", True),
        ("tf.to_float(tf.multinomial(tf.zeros([1, 1000]), 3))[0]", True),
        ("tf.nn.dropout(tf.ones([3]), 0.5)", False),
    ],
)
def test_draws_in_the_graph(tmp_path, noise, draws):
    result = prove(tmp_path, DRAWING.format(noise=noise))
    assert any("line 11 draws random numbers in the graph" in note for note in result.notes) is draws
    assert result.status == ("nothing-to-compare" if draws else "equal")


def test_a_fault_before_the_first_draw_is_different(tmp_path):
    result = prove(tmp_path, DRAWING.format(noise="tf.random_normal([3])"), ("x * 2", "x * 3"))
    assert result.status == "different"
