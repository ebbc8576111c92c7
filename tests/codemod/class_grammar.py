"""Source texts of TF1 programs whose graph stands in a class or in a function, put together from choices."""

from __future__ import annotations

import re
import textwrap
from typing import NamedTuple

from codemod_programs import HEAD

CELLS = [
    "cell = tf.nn.rnn_cell.GRUCell(units)\n",
    "cell = tf.nn.rnn_cell.BasicLSTMCell(units, forget_bias=0.5)\n",
    "cell = tf.contrib.rnn.MultiRNNCell([tf.contrib.rnn.LSTMCell(units) for _ in range(2)])\n",
    "cells = []\nfor _ in range(2):\n    cells.append(tf.nn.rnn_cell.GRUCell(units))\n"
    "cell = tf.nn.rnn_cell.MultiRNNCell(cells)\n",
    "cell = tf.nn.rnn_cell.BasicRNNCell(units)\nif is_training:\n"
    "    cell = tf.nn.rnn_cell.DropoutWrapper(cell, output_keep_prob=0.9)\n",
]
LOOPS = [
    "outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\nlast = outputs[:, -1]\n",
    "outputs, state = tf.nn.dynamic_rnn(cell, x, initial_state=initial, dtype=tf.float32)\nlast = outputs[:, -1]\n",
    "outputs, _ = tf.nn.dynamic_rnn(cell, x, sequence_length=[5, 2, 3, 5], dtype=tf.float32)\n"
    "last = tf.reduce_max(outputs, 1)\n",
    "outputs, state = tf.nn.static_rnn(cell, tf.unstack(x, 5, 1), dtype=tf.float32)\nlast = outputs[-1]\n",
]
HEADS = [
    "W = tf.get_variable('W', [units, 2])\nb = tf.get_variable('b', [2], initializer=tf.zeros_initializer())\n"
    "pred = tf.matmul(last, W) + b\n",
    "pred = tf.layers.dense(last, 2)\n",
    "hidden = tf.layers.dense(last, 3, activation=tf.nn.relu)\n"
    "pred = tf.contrib.layers.fully_connected(hidden, 2, None)\n",
]
LOSSES = [
    "cost = tf.reduce_mean(tf.square(pred - y))\n",
    "cost = tf.losses.mean_squared_error(y, pred)\n",
    "penalty = 0.01 * sum(tf.nn.l2_loss(v) for v in tf.trainable_variables() if 'bias' not in v.name)\n"
    "cost = tf.reduce_mean(tf.abs(pred - y)) + penalty\n",
]
UPDATES = [
    "op = tf.train.AdamOptimizer(0.01).minimize(cost)\n",
    "tvars = tf.trainable_variables()\ngrads, norm = tf.clip_by_global_norm(tf.gradients(cost, tvars), 0.5)\n"
    "op = tf.train.RMSPropOptimizer(0.01).apply_gradients(zip(grads, tvars))\n",
    "rate = tf.Variable(0.1, trainable=False)\nnew_rate = tf.placeholder(tf.float32, [])\n"
    "set_rate = tf.assign(rate, new_rate)\nop = tf.train.GradientDescentOptimizer(rate).minimize(cost)\n",
    "step = tf.Variable(0, trainable=False)\nrate = tf.train.exponential_decay(0.1, step, 2, 0.5, staircase=True)\n"
    "op = tf.train.GradientDescentOptimizer(rate).minimize(cost, global_step=step)\n",
    "optimizer = tf.train.MomentumOptimizer(0.05, 0.9)\npairs = optimizer.compute_gradients(cost)\n"
    "op = optimizer.apply_gradients([(tf.clip_by_value(g, -0.5, 0.5), v) for g, v in pairs])\n",
]
PLACES = ["constructor", "methods", "property", "function"]
OBJECTS = ["one", "reuse"]
RUNS = [
    "for i in range(3):\n    value, _ = sess.run([m.cost, m.op], {m.x: xs, m.y: ys})\n    print(i, value)\n",
    "def epoch(session, model, count):\n    total = 0.0\n    for _ in range(count):\n"
    "        _, value = session.run([model.op, model.cost], feed_dict={model.x: xs, model.y: ys})\n"
    "        total += value\n    return total / count\n\n\nprint(epoch(sess, m, 2), epoch(sess, m, 1))\n",
    "feed = {m.x: xs, m.y: ys}\nsess.run(m.op, feed)\nfeed[m.y] = ys * 2\n"
    "print(sess.run(m.cost, feed), m.pred.eval({m.x: xs}, sess))\n",
    "def epoch(session, model, op, count):\n    values = []\n    for _ in range(count):\n"
    "        value, _ = session.run([model.cost, op], {model.x: xs, model.y: ys})\n        values.append(value)\n"
    "    return np.mean(values)\n\n\nprint(epoch(sess, m, m.op, 2))\nprint(epoch(sess, m, tf.no_op(), 1))\n",
]
AFTER = [
    "",
    "saver = tf.train.Saver()\nsaver.save(sess, './kept')\nsess.run(m.op, {m.x: xs, m.y: ys})\n"
    "saver.restore(sess, './kept')\nprint(sess.run(m.cost, {m.x: xs, m.y: ys}))\n",
    "kept = sess.run(m.pred, {m.x: xs[:2] if m.free else xs})\nprint(kept.shape)\n",
]
PARTS = {
    "cell": CELLS, "loop": LOOPS, "head": HEADS, "loss": LOSSES, "update": UPDATES,
    "place": PLACES, "objects": OBJECTS, "run": RUNS, "after": AFTER,
}  # fmt: skip
INPUTS = "x = tf.placeholder(tf.float32, [{batch}, 5, 3])\ny = tf.placeholder(tf.float32, [{batch}, 2])\n"


class Choice(NamedTuple):
    """One alternative of each part, by its number."""

    cell: int = 0
    loop: int = 0
    head: int = 0
    loss: int = 0
    update: int = 0
    place: int = 0
    objects: int = 0
    run: int = 0
    after: int = 0


def build(choice: Choice) -> str:
    """The program."""
    place = PLACES[choice.place]
    state = "initial = cell.zero_state(4, tf.float32)\n" if choice.loop == 1 else ""
    batch = "4" if state or choice.loop == 2 else "None"
    inputs = INPUTS.format(batch=batch) + f"free = {batch == 'None'}\n"
    graph = [CELLS[choice.cell], state + LOOPS[choice.loop], HEADS[choice.head], LOSSES[choice.loss]]
    update = UPDATES[choice.update]
    made = "Model({training})" if place != "function" else "build({training})"
    if place == "function":
        text = _function(inputs, graph, update, OBJECTS[choice.objects] == "reuse")
    else:
        text = _class(place, inputs, graph, update)
    main = "m = " + made.format(training="True") + "\n"
    if OBJECTS[choice.objects] == "reuse":
        main = f"with tf.variable_scope('m'):\n    {main}with tf.variable_scope('m', reuse=True):\n    t = " + (
            made.format(training="False") + "\n"
        )
    main += "sess = tf.Session()\nsess.run(tf.global_variables_initializer())\n"
    if choice.update == 2:
        main += "sess.run(m.set_rate, {m.new_rate: 0.05})\n"
    main += RUNS[choice.run] + AFTER[choice.after]
    if choice.loop == 1:
        main += "last = sess.run(m.state, {m.x: xs})\nprint(sess.run(m.pred, {m.x: xs, m.initial: last}))\n"
    if OBJECTS[choice.objects] == "reuse":
        main += "print(sess.run(t.cost, {t.x: xs, t.y: ys}))\n"
    return HEAD + "\n\n" + text + "\n\n" + main


def _class(place: str, inputs: str, graph: list[str], update: str) -> str:
    """class Model: the graph in the constructor, in methods that it calls, or with properties for what is fetched."""
    own = ("x", "y", "cell", "initial", "state", "last", "pred", "cost", "op", "free", "set_rate", "new_rate")
    made = [_attributes(inputs, own), *(_attributes(part, own) for part in graph)]
    trained = "if not is_training:\n    return\n" + _attributes(update, own)
    head = "class Model(object):\n    def __init__(self, is_training, units=4):\n"
    if place == "methods":
        body = "self.is_training, self.units = is_training, units\nself.add_inputs()\nself.add_graph()\n"
        body += "self.add_loss()\nself.add_training()\n"
        given = "units = self.units\n" + ("is_training = self.is_training\n" if "is_training" in graph[0] else "")
        methods = {
            "add_inputs": made[0],
            "add_graph": given + "".join(made[1:4]),
            "add_loss": made[4],
            "add_training": "if self.is_training:\n" + textwrap.indent(_attributes(update, own), "    "),
        }
        text = head + textwrap.indent(body, " " * 8)
        for name, part in methods.items():
            text += f"\n    def {name}(self):\n" + textwrap.indent(part, " " * 8)
        return text
    body = "".join(made) + trained
    if place == "property":
        body = body.replace("self.cost", "self._cost")
        text = head + textwrap.indent(body, " " * 8)
        return text + "\n    @property\n    def cost(self):\n        return self._cost\n"
    return head + textwrap.indent(body, " " * 8)


def _attributes(text: str, own: tuple[str, ...]) -> str:
    """The statements, with some of their names as attributes of self."""
    return re.sub(rf"(?<![\w.'])({'|'.join(own)})\b(?!=[^=])(?!')", r"self.\1", text)


def _function(inputs: str, graph: list[str], update: str, either: bool) -> str:
    """def build(...): a named tuple of what is fed and fetched."""
    trained = "op = None\nif is_training:\n" + textwrap.indent(update, "    ") if either else update
    text = inputs + "".join(graph) + trained
    every = ("x", "y", "pred", "cost", "op", "state", "initial", "free", "set_rate", "new_rate")
    names = [n for n in every if f"{n} = " in text or f", {n} = " in text]
    text += f"return Parts({', '.join(names)})\n"
    body = textwrap.indent(text, "    ")
    parts = f"import collections\n\nParts = collections.namedtuple('Parts', '{' '.join(names)}')\n\n\n"
    return f"{parts}def build(is_training, units=4):\n{body}"
