"""Classes that build a graph: what becomes of constructor, building methods and methods that run."""

from __future__ import annotations

import pytest

from migrate.migration import migrate_source
from migrate.plan import Migrated, Refused

HEAD = "import numpy as np\nimport tensorflow as tf\n\n\n"
NET = '''class Net(object):
    """A small net."""

    rate = 0.1

    def __init__(self, size, sess):
        self.size = size
        self.sess = sess
        self.add_inputs()
        self.add_layer(2)
        self.loss = tf.reduce_mean(tf.square(self.out - self.y))
        self.train_op = tf.train.AdamOptimizer(self.rate).minimize(self.loss)
        sess.run(tf.global_variables_initializer())

    def add_inputs(self):
        self.x = tf.placeholder(tf.float32, [None, 5, self.size])
        self.y = tf.placeholder(tf.float32, [None, 2])

    # the layers
    def add_layer(self, outputs):
        cell = tf.nn.rnn_cell.BasicLSTMCell(4)
        out, state = tf.nn.dynamic_rnn(cell, self.x, dtype=tf.float32)
        W = tf.get_variable("W", [4, outputs])
        self.out = tf.matmul(out[:, -1], W)

    def step(self, x, y):
        _, loss = self.sess.run([self.train_op, self.loss], feed_dict={self.x: x, self.y: y})
        self.last = loss
        return loss

    def predict(self, x):
        return self.sess.run(self.out, {self.x: x})


'''
USE = """sess = tf.Session()
net = Net(3, sess)
print(net.step(np.ones([4, 5, 3]), np.ones([4, 2])), net.size)
print(net.predict(np.ones([4, 5, 3])), net.last)
print(sess.run(net.loss, {net.x: np.ones([4, 5, 3]), net.y: np.ones([4, 2])}))
"""


def migrated(source: str) -> str:
    outcome = migrate_source(source)
    assert isinstance(outcome, Migrated), outcome
    assert "·" not in outcome.source and "‿" not in outcome.source
    return outcome.source


def refused(source: str) -> tuple[int, str]:
    outcome = migrate_source(source)
    assert isinstance(outcome, Refused), outcome.source if isinstance(outcome, Migrated) else outcome
    return outcome.reasons[0].line, outcome.reasons[0].code


def test_a_class_keeps_its_place_and_its_methods() -> None:
    text = migrated(HEAD + NET + USE)
    assert '    """A small net."""\n\n    rate = 0.1\n\n    def __init__(self, size):\n' in text
    assert "        # the layers\n        self.lstm = keras.layers.LSTM(4" in text
    assert "def add_layer" not in text and "def add_inputs" not in text
    assert "        loss = self.train_step(x, y).numpy()\n        self.last = loss\n        return loss\n" in text
    assert "net = Net(3)\n" in text and "print(net.predict(np.ones([4, 5, 3])), net.last)\n" in text
    assert "print(net.compute_loss(np.ones([4, 5, 3]), np.ones([4, 2])).numpy())" in text


def test_what_the_plan_says_of_a_class() -> None:
    outcome = migrate_source(HEAD + NET + USE)
    assert isinstance(outcome, Migrated)
    assert [owner.expression for owner in outcome.owners] == ["self.lstm", "self.W"]
    by_function = {site.function: site for site in outcome.sites}
    assert set(by_function) == {"self.train_step", "self.compute_out", "net.compute_loss"}
    outside = by_function["net.compute_loss"]
    assert outside.object == "net"
    assert [(one.name, one.legacy) for one in outside.parameters] == [("x", "net.x"), ("y", "net.y")]


def test_signatures_that_need_nothing_of_the_object_are_decorators() -> None:
    text = migrated(HEAD + NET.replace("5, self.size", "5, 3") + USE)
    decorator = "    @tf.function(input_signature=[tf.TensorSpec([None, 5, 3], tf.float32)])\n"
    assert f"{decorator}    def compute_out(self, x):" in text
    assert "_spec" not in text


def test_locals_of_two_methods_may_have_one_name() -> None:
    body = '''class Net:
    def __init__(self):
        self.x = tf.placeholder(tf.float32, [None, 3])
        self.first()
        self.second()

    def first(self):
        out = tf.layers.dense(self.x, 4)
        self.hidden = out

    def second(self):
        out = tf.layers.dense(self.hidden, 2)
        self.out = out


net = Net()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(net.out, {net.x: np.ones([1, 3])}))
'''
    text = migrated(HEAD + body)
    assert "        hidden = self.hidden_layer(x)\n        return self.out_layer(hidden)\n" in text


def test_a_method_that_builds_and_is_called_from_outside() -> None:
    body = '''class Net:
    def __init__(self, size):
        self.size = size

    def build(self, rate):
        self.x = tf.placeholder(tf.float32, [None, 3])
        self.out = tf.layers.dense(self.x, self.size)
        self.loss = tf.reduce_mean(self.out)
        self.train_op = tf.train.GradientDescentOptimizer(rate).minimize(self.loss)


net = Net(2)
net.build(0.1)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run([net.loss, net.train_op], {net.x: np.ones([1, 3])})[0])
'''
    text = migrated(HEAD + body)
    assert "    def build(self, rate):\n        self.dense = keras.layers.Dense(self.size)\n" in text
    assert "net = Net(2)\nnet.build(0.1)\n" in text


MODEL = '''class Model(object):
    def __init__(self, batch, steps):
        self.ids = tf.placeholder(tf.int32, [batch, steps])
        self.batch = batch
        cell = tf.nn.rnn_cell.GRUCell(4)
        table = tf.get_variable("table", [7, 4])
        self.state = cell.zero_state(batch, tf.float32)
        out, self.last = tf.nn.dynamic_rnn(cell, tf.nn.embedding_lookup(table, self.ids), initial_state=self.state)
        self.mean = tf.reduce_mean(out)


def run(session, model, ids):
    state = session.run(model.state)
    mean, state = session.run([model.mean, model.last], {model.ids: ids, model.state: state})
    return mean


def main():
    init = tf.random_uniform_initializer(-0.5, 0.5)
    with tf.variable_scope("m", initializer=init):
        train = Model(4, 3)
    with tf.variable_scope("m", reuse=True, initializer=init):
        test = Model(1, 2)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        print(run(sess, train, np.ones([4, 3])), run(sess, test, np.ones([1, 2])))


main()
'''


def test_an_object_may_share_the_variables_of_another() -> None:
    text = migrated(HEAD + MODEL)
    assert "def __init__(self, batch, steps, initializer=None, shared=None):" in text
    assert "self.table = shared.table if shared else self.add_weight(" in text
    assert "train = Model(4, 3, initializer=keras.initializers.RandomUniform(-0.5, 0.5))" in text
    assert "test = Model(1, 2, shared=train)" in text
    assert "def run(model, ids):\n    state = model.state.numpy()\n" in text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("class Net(object):", "class Net(Base):"), "class"),
        (("self.add_inputs()", "self.add_inputs()\n        helper(self)"), "class"),
        (("    def predict", "    @cached\n    def predict"), "class"),
        (("    def step(self, x, y):", "    def step(self, *x):\n        y = x"), "class"),
    ],
)
def test_classes_that_are_not_followed(change: tuple[str, str], code: str) -> None:
    assert refused(HEAD + NET.replace(*change) + USE)[1] == code


def test_a_run_across_two_objects() -> None:
    use = "sess = tf.Session()\na = Net(3, sess)\nb = Net(3, sess)\nprint(sess.run([a.out, b.out], {a.x: 1}))\n"
    assert refused(HEAD + NET + use)[1] == "several-graphs"


def test_a_scope_that_reuses_what_nobody_made() -> None:
    source = MODEL.replace('tf.variable_scope("m", initializer', 'tf.variable_scope("n", initializer')
    assert refused(HEAD + source)[1] == "reuse"


def test_methods_that_only_save_and_restore() -> None:
    keep = """\
    def save(self, sess, path):
        self.saver.save(sess, path)

    def load(self, sess, path):
        self.saver.restore(sess, path)


"""
    net = NET.replace("        sess.run(tf.global", "        self.saver = tf.train.Saver()\n        sess.run(tf.global")
    use = USE + "net.save(sess, 'm')\nnet.load(sess, 'm')\n"
    text = migrated(HEAD + net.rstrip() + "\n\n" + keep + use)
    assert "    def save(self, path):\n" in text and "net.save('m')\nnet.load('m')\n" in text


def test_a_property_that_gives_an_attribute_is_read_from_outside() -> None:
    net = NET.replace("self.loss", "self._loss").rstrip() + "\n\n    @property\n    def loss(self):\n"
    text = migrated(HEAD + net + "        return self._loss\n\n\n" + USE)
    assert "print(net.compute_loss(" in text or "print(net.batch_loss(" in text


def test_training_at_the_end_of_a_constructor_under_a_condition() -> None:
    made = "        self.train_op = tf.train.AdamOptimizer(self.rate).minimize(self.loss)\n"
    head, tail = NET.split(made)
    tail = tail.replace("        sess.run(tf.global_variables_initializer())\n", "")
    moved = f"{head}        if training:\n            # when there is something to learn\n    {made}{tail}"
    net = moved.replace("def __init__(self, size, sess):", "def __init__(self, size, sess, training=True):")
    use = USE.replace("net = Net(3, sess)\n", "net = Net(3, sess)\nsess.run(tf.global_variables_initializer())\n")
    text = migrated(HEAD + net + use)
    assert "        if not training:\n            return\n" in text and "# when there is something to learn" in text
