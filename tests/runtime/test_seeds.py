"""Random operations without a seed of their own have the seeds of TensorFlow 1.15.5: so first weights are its."""

from __future__ import annotations

import numpy as np
import pytest
import seed_cases
from tensorflow1 import tf

# The first three entries of each kernel, printed by 1.15.5 for the program below.
EXPECTED = [
    [0.4263119101524353, 0.06834375858306885, 0.45553141832351685],
    [0.3744838237762451, 0.32940101623535156, -0.254274845123291],
    [0.3200873136520386, -1.0526831150054932, -0.22647935152053833],
]
PROGRAMS = seed_cases.programs()


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_seeds_are_those_of_1_15(name: str) -> None:
    assert seed_cases.seeds(tf, PROGRAMS[name]) == seed_cases.recorded()[name]


def test_first_weights_are_those_of_1_15() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(1)
        x = tf.placeholder(tf.float32, [None, 5, 2])
        outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(2), x, dtype=tf.float32)
        tf.layers.dense(outputs[:, -1], 2)
        session.run(tf.global_variables_initializer())
        kernels = [v.eval().ravel()[:3] for v in tf.trainable_variables() if "kernel" in v.name]
    np.testing.assert_allclose(kernels, EXPECTED, rtol=1e-6)


def test_without_a_seed_of_the_graph_nothing_is_seeded() -> None:
    with tf.Graph().as_default():
        assert tf.get_seed(None) == (None, None)
        assert tf.get_seed(3) == (87654321, 3)
        tf.set_random_seed(7)
        tf.zeros([])
        assert tf.get_seed(None) == (7, 1)
