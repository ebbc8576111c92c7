"""Initial values finding their objects: order, generations, objects that come late or belong to no one."""

from __future__ import annotations

import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from migrate.plan import Owner
from migrate.verify.owners import OwnerLoader
from migrate.verify.records import Generation
from migrate.weights import LegacyVariable, WeightMismatch


def legacy(*variables):
    """(name, value) or (name, value, trainable)"""
    return Generation(
        [LegacyVariable(name, not rest or rest[0], np.asarray(value)) for name, value, *rest in variables]
    )


def loader(owners, *generations):
    return OwnerLoader([Owner(*one) for one in owners], generations, __file__)


def prepare(one, generation=0, function=None, **names):
    """Load from a frame that has these local names and no others."""
    parameters = ", ".join(names) or "_=None"
    code = f"def site(one, generation, function, {parameters}):\n"
    code += "    return one.prepare(frame(), function, generation)\n"
    space = {"frame": lambda: sys._getframe(1)}
    exec(code, space)
    return space["site"](one, generation, function, **names)


def zeros(*shape):
    return tf.Variable(tf.zeros(shape))


def test_owners_take_variables_in_order_trained_and_others_apart():
    one = loader(
        [("step", "variable", 0.0, False), ("w", "variable"), ("dense", "dense")],
        legacy(("w", [1.0, 2.0]), ("s", np.int64(3), False), ("d/kernel", [[4.0]]), ("d/bias", [5.0])),
    )
    step, w, dense = tf.Variable(0), zeros(2), keras.layers.Dense(1)
    assert prepare(one, step=step, w=w, dense=dense) == ["dense"]
    assert step.numpy() == 3 and w.numpy().tolist() == [1.0, 2.0]
    dense.build((None, 1))
    w.assign([7.0, 7.0])
    assert prepare(one, step=step, w=w, dense=dense) == []
    assert float(dense.bias[0]) == 5.0 and w.numpy().tolist() == [7.0, 7.0], "each object is loaded once"
    assert sorted(one.final_values(0)[0]) == ["d/bias", "d/kernel", "s", "w"]
    assert one.unowned() == []


def test_an_object_that_does_not_exist_yet_is_waited_for():
    one = loader([("a", "variable"), ("b", "variable")], legacy(("a", [1.0]), ("b", [2.0])))
    b = zeros(1)
    prepare(one, b=b)
    assert b.numpy().tolist() == [0.0], "the first variable is not b's"
    a = zeros(1)
    prepare(one, a=a, b=b)
    assert (a.numpy()[0], b.numpy()[0]) == (1.0, 2.0)


def test_closures_are_searched():
    def outer():
        inside = zeros(1)

        @tf.function
        def function():
            return inside + 1

        return inside, function

    one = loader([("inside", "variable")], legacy(("a", [1.0])))
    variable, function = outer()
    prepare(one, function=function)
    assert variable.numpy().tolist() == [1.0]


def test_each_graph_of_a_program_has_its_own_owners():
    one = loader([("a", "variable"), ("b", "variable")], legacy(("x", [1.0])), legacy(("y", [2.0])))
    a, b = zeros(1), zeros(1)
    prepare(one, 0, a=a, b=b)
    prepare(one, 1, a=a, b=b)
    assert (a.numpy()[0], b.numpy()[0]) == (1.0, 2.0)
    one = loader([("a", "variable"), ("b", "variable")], legacy(("x", [1.0])), legacy(("y", [2.0])))
    prepare(one, 0, a=a)
    prepare(one, 1, b=b)
    assert (a.numpy()[0], b.numpy()[0]) == (1.0, 2.0)


def test_a_kept_object_is_loaded_again_only_when_the_program_set_it_anew():
    one = loader([("a", "variable")], legacy(("x", [1.0])), legacy(("x", [2.0])), legacy(("x", [3.0])))
    a = zeros(1)
    prepare(one, 0, a=a)
    a.assign([9.0])
    one.leave(0)
    prepare(one, 1, a=a)
    assert a.numpy().tolist() == [9.0]
    one.leave(1)
    a.assign([0.5])
    prepare(one, 2, a=a)
    assert a.numpy().tolist() == [3.0]
    assert one.final_values(2)[0] == {"x": np.array([9.0])}


def test_what_does_not_fit():
    one = loader([("a", "variable")], legacy(("x", [1.0]), ("y", [1.0]), ("n", 1, False)))
    prepare(one, a=zeros(1))
    assert one.unowned() == ["y"]
    with pytest.raises(WeightMismatch, match=r"a has a weight \(2,\) of float where 'x' would be \(1,\)"):
        prepare(loader([("a", "variable")], legacy(("x", [1.0]))), a=zeros(2))
    with pytest.raises(WeightMismatch, match="dense needs 2 legacy variables, left is 'x'"):
        prepare(loader([("dense", "dense")], legacy(("x", [[1.0]]))), dense=keras.layers.Dense(1))


def test_a_caller_that_has_other_things_of_an_owners_name():
    space = {"w": zeros(2)}
    exec(compile("def step():\n    return w\n", __file__, "exec"), space)
    one = loader([("w", "variable")], legacy(("w", [1.0, 2.0])))
    assert prepare(one, function=space["step"], w=np.ones(5)) == []
    np.testing.assert_array_equal(space["w"], [1, 2])
