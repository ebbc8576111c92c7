"""Faults planted in a migrated program: each is found, also where rounding has long made the two runs differ."""

from __future__ import annotations

import pytest
from hand_plan import verify

from migrate.plan import Owner
from migrate.verify import format_verification
from migrate.verify.verification import STEPWISE_NOTE

# `grow` doubles every rounding error: after 20 calls the two programs have nothing in common any more, and the
# models, whose inputs it makes, are trained on other data in each. One input is tiny, and so is its gradient.
LEGACY = """
    import numpy as np
    import tensorflow as tf

    rng = np.random.RandomState(0)
    data = rng.normal(size=(8, 4, 3)) * [1.0, 1.0, 1e-6]
    wanted = rng.normal(size=(8, 2))

    x = tf.placeholder(tf.float32, [None, 4, 3])
    y = tf.placeholder(tf.float32, [None, 2])
    chaos = tf.Variable([0.3, 0.6, 0.4])
    grow = chaos.assign(3.99 * chaos * (1.0 - chaos))
    inputs = x * tf.stop_gradient(chaos)

    def recurrent(name, cell):
        with tf.variable_scope(name):
            outputs, _ = tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)
            w = tf.get_variable("w", [5, 2])
            return tf.reduce_mean(tf.square(tf.matmul(outputs[:, -1], w) - y))

    def linear(name):
        w = tf.get_variable(name, [3, 2], initializer=tf.random_normal_initializer())
        return tf.reduce_mean(tf.square(tf.matmul(inputs[:, -1], w) - y)), w

    lstm = recurrent("lstm", tf.nn.rnn_cell.BasicLSTMCell(5))
    gru = recurrent("gru", tf.nn.rnn_cell.GRUCell(5))
    adam, _ = linear("adam")
    rms, _ = linear("rms")
    momentum, _ = linear("momentum")
    l2, w = linear("l2")
    l2_loss = l2 + 0.01 * tf.nn.l2_loss(w)
    train_lstm = tf.train.GradientDescentOptimizer(0.1).minimize(lstm)
    train_gru = tf.train.GradientDescentOptimizer(0.1).minimize(gru)
    train_adam = tf.train.AdamOptimizer(0.05).minimize(adam)
    train_rms = tf.train.RMSPropOptimizer(0.05).minimize(rms)
    train_momentum = tf.train.MomentumOptimizer(0.1, 0.9).minimize(momentum)
    train_l2 = tf.train.GradientDescentOptimizer(0.1).minimize(l2_loss)

    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(20):
            sess.run(grow)
        for i in range(4):
            feed = {x: data, y: wanted}
            sess.run([lstm, train_lstm], feed)
            sess.run([gru, train_gru], feed)
            sess.run([adam, train_adam], feed)
            sess.run([rms, train_rms], feed)
            sess.run([momentum, train_momentum], feed)
            sess.run([l2, train_l2], feed)
    """

MIGRATED = """
    import keras
    import numpy as np
    import tensorflow as tf

    rng = np.random.RandomState(0)
    data = rng.normal(size=(8, 4, 3)) * [1.0, 1.0, 1e-6]
    wanted = rng.normal(size=(8, 2))

    chaos = tf.Variable([0.3, 0.6, 0.4])
    lstm, lstm_w = keras.layers.LSTM(5), tf.Variable(tf.zeros([5, 2]))
    gru, gru_w = keras.layers.GRU(5, reset_after=False), tf.Variable(tf.zeros([5, 2]))
    weights = [tf.Variable(tf.zeros([3, 2])) for _ in range(4)]
    for layer in [lstm, gru]:
        layer.build([None, 4, 3])
    gru.cell.bias.assign(tf.concat([tf.ones(10), tf.zeros(5)], 0))

    adam = keras.optimizers.Adam(0.05, epsilon=1e-8)
    square_mean = tf.Variable(tf.ones([3, 2]))
    momentum = keras.optimizers.SGD(0.1, momentum=0.9)
    adam.build([weights[0]])
    momentum.build([weights[2]])
    adam.build(weights[:1])
    momentum.build(weights[2:3])

    def loss_of(prediction, y):
        return tf.reduce_mean(tf.square(prediction - y))

    def rms_update(gradient, variable):
        square_mean.assign(0.9 * square_mean + 0.1 * gradient**2)
        variable.assign_sub(0.05 * gradient / tf.sqrt(square_mean + 1e-10))

    @tf.function
    def grow(rate):
        return chaos.assign(rate * chaos - rate * chaos * chaos)

    @tf.function
    def recurrent(x, y, name):
        layer, w = {"lstm": (lstm, lstm_w), "gru": (gru, gru_w)}[name]
        with tf.GradientTape() as tape:
            loss = loss_of(layer(x * tf.stop_gradient(chaos)) @ w, y)
        variables = [one for one in tape.watched_variables() if one is not chaos]
        for gradient, variable in zip(tape.gradient(loss, variables), variables):
            variable.assign_sub(0.1 * gradient)
        return loss

    @tf.function
    def linear(x, y, number):
        w = weights[number]
        with tf.GradientTape() as tape:
            loss = loss_of((x * chaos)[:, -1] @ w, y)
            total = loss
            if number == 3:
                total += 0.01 * tf.nn.l2_loss(w)
        gradient = tape.gradient(total, w)
        if number == 0:
            adam.apply_gradients([(gradient, w)])
        elif number == 1:
            rms_update(gradient, w)
        elif number == 2:
            momentum.apply_gradients([(gradient, w)])
        else:
            w.assign_sub(0.1 * gradient)
        return loss

    for i in range(20):
        grow(3.99)
    x, y = tf.constant(data, tf.float32), tf.constant(wanted, tf.float32)
    for i in range(4):
        recurrent(x, y, "lstm")
        recurrent(x, y, "gru")
        linear(x, y, 0)
        linear(x, y, 1)
        linear(x, y, 2)
        linear(x, y, 3)
    """

FEEDS = {"x": "x", "y": "y"}
NAMES = ["lstm", "gru", "adam", "rms", "momentum", "l2"]
CALLS = ['recurrent(x, y, "lstm")', 'recurrent(x, y, "gru")', *(f"linear(x, y, {n})" for n in range(4))]
SITES = [
    ("sess.run(grow)", "grow(3.99)", "grow", {}),
    *(
        (f"sess.run([{name}, train_{name}], feed)", call, call.partition("(")[0], FEEDS)
        for name, call in zip(NAMES, CALLS, strict=True)
    ),
]


def owners(forget_bias):
    return [
        Owner("chaos", "variable"),
        Owner("lstm", "lstm", forget_bias=forget_bias),
        Owner("lstm_w", "variable"),
        Owner("gru", "gru"),
        Owner("gru_w", "variable"),
        Owner("weights", "variable"),
    ]


SWAPPED = """
    class Swapped(keras.layers.GRUCell):
        def call(self, inputs, states, training=False):
            z, r, h = tf.split(self.kernel, 3, 1)
            uz, ur, uh = tf.split(self.recurrent_kernel, 3, 1)
            bz, br, bh = tf.split(self.bias, 3)
            state = states[0]
            update = tf.sigmoid(inputs @ r + state @ ur + br)
            reset = tf.sigmoid(inputs @ z + state @ uz + bz)
            new = tf.tanh(inputs @ h + (reset * state) @ uh + bh)
            state = update * state + (1 - update) * new
            return state, [state]

    gru = keras.layers.RNN(Swapped(5, reset_after=False))
    gru_w = tf.Variable(tf.zeros([5, 2]))"""

FAULTS = [
    ("gru, gru_w = keras.layers.GRU(5, reset_after=False), tf.Variable(tf.zeros([5, 2]))", SWAPPED.strip()),
    ("epsilon=1e-8", "epsilon=1e-7"),
    ("tf.ones([3, 2])", "tf.zeros([3, 2])"),
    ("momentum=0.9", "momentum=0.89"),
    ("total += 0.01", "total += 0.0"),
]


def prove(folder, migrated, forget_bias=1.0):
    result = verify(folder, LEGACY, migrated, SITES, owners(forget_bias), calls=50)
    print(format_verification(result))
    return result


def test_a_right_program_whose_rounding_errors_grow(tmp_path):
    result = prove(tmp_path, MIGRATED)
    assert result.status == "equal" and STEPWISE_NOTE in result.notes
    assert any(note.startswith("training blows rounding up: from call ") for note in result.notes)
    assert [row.calls for row in result.rows] == [20, 4, 4, 4, 4, 4, 4]
    assert result.parameters is not None and result.parameters.name == "parameter changes"
    assert all(row.max_rel < 1e-5 for row in result.rows)


def test_every_fault_shows_beyond_the_point_where_rounding_does(tmp_path):
    faulty = MIGRATED
    for right, wrong in FAULTS:
        assert faulty.count(right) == 1
        faulty = faulty.replace(right, wrong)
    result = prove(tmp_path, faulty, forget_bias=0.0)
    assert result.status == "different" and STEPWISE_NOTE in result.notes
    assert [row.equal for row in result.rows] == [True] + 6 * [False]
    assert "off by" in result.rows[1].reason and "off by" in result.rows[2].reason
    for row, name in zip(result.rows[3:], NAMES[2:], strict=True):
        assert f"{name} changes otherwise" in row.reason


SMALL = """
    import tensorflow as tf
    w = tf.Variable([1.0, 2.0])
    loss = tf.reduce_sum(tf.square(w))
    train = tf.train.GradientDescentOptimizer(1e-6).minimize(loss)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(5):
            sess.run([loss, train])
    """

SMALL_MIGRATED = """
    import tensorflow as tf
    w = tf.Variable([1.0, 2.0])

    @tf.function
    def step(rate):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(w))
        w.assign_sub(rate * tape.gradient(loss, w))
        return loss

    for i in range(5):
        step(1e-6)
    """


@pytest.mark.parametrize(("rate", "status"), [("1e-6", "equal"), ("1.5e-6", "different")])
def test_a_wrong_update_that_is_smaller_than_the_tolerance(tmp_path, rate, status):
    call = f"step({rate})"
    migrated = SMALL_MIGRATED.replace("step(1e-6)", call)
    sites = [("sess.run([loss, train])", call, "step", {})]
    result = verify(tmp_path, SMALL, migrated, sites, [Owner("w", "variable")])
    print(format_verification(result))
    assert result.status == status
