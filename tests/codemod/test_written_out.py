"""Programs that migrate once something is written in another way: helpers, additions from outside, choices."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.judge import judge_program
from migrate.migration import migrate_source
from migrate.plan import Migrated, Refused
from migrate.verify import assert_same_outputs, verify_program

HEAD = "import numpy as np\nimport tensorflow as tf\n"
CHARS = (
    HEAD
    + '''

def inputs_of(batch, steps):
    """What is fed."""
    chars = tf.placeholder(tf.int32, [batch, steps], name="chars")
    following = tf.placeholder(tf.int32, [batch, steps], name="following")
    keep = tf.placeholder(tf.float32, name="keep")
    return chars, following, keep


def stack_of(units, layers, batch, keep):
    def one(units, keep):
        cell = tf.contrib.rnn.BasicLSTMCell(units)
        return tf.contrib.rnn.DropoutWrapper(cell, output_keep_prob=keep)

    stack = tf.contrib.rnn.MultiRNNCell([one(units, keep) for _ in range(layers)])
    return stack, stack.zero_state(batch, tf.float32)


def step_of(loss, rate):
    weights = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, weights), 5)
    optimizer = tf.train.AdamOptimizer(rate)
    return optimizer.apply_gradients(zip(gradients, weights))


class Chars:
    def __init__(self, vocabulary, batch=4, steps=5, units=6, layers=2, sampling=False):
        if sampling:
            batch, steps = 1, 1
        tf.reset_default_graph()
        self.chars, self.following, self.keep = inputs_of(batch, steps)
        cell, self.initial_state = stack_of(units, layers, batch, self.keep)
        outputs, state = tf.nn.dynamic_rnn(cell, tf.one_hot(self.chars, vocabulary), initial_state=self.initial_state)
        self.final_state = state
        flat = tf.reshape(outputs, [-1, units])
        with tf.variable_scope("softmax"):
            w = tf.Variable(tf.truncated_normal((units, vocabulary), stddev=0.1))
            b = tf.Variable(tf.zeros(vocabulary))
        self.logits = tf.matmul(flat, w) + b
        self.prediction = tf.nn.softmax(self.logits)
        wanted = tf.reshape(tf.one_hot(self.following, vocabulary), self.logits.get_shape())
        self.loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=self.logits, labels=wanted))
        self.step = step_of(self.loss, 0.01)


rng = np.random.RandomState(0)
model = Chars(7)
saver = tf.train.Saver()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    state = sess.run(model.initial_state)
    for i in range(3):
        x = rng.randint(0, 7, [4, 5])
        feed = {model.chars: x, model.following: np.roll(x, -1, 1), model.keep: 0.5, model.initial_state: state}
        loss, state, _ = sess.run([model.loss, model.final_state, model.step], feed_dict=feed)
        print(loss)
    saver.save(sess, "saved/chars.ckpt")


def sample(count):
    model = Chars(7, sampling=True)
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, tf.train.latest_checkpoint("saved"))
        state = sess.run(model.initial_state)
        x = np.zeros((1, 1))
        for i in range(count):
            feed = {model.chars: x, model.keep: 1.0, model.initial_state: state}
            p, state = sess.run([model.prediction, model.final_state], feed_dict=feed)
            x[0, 0] = np.argmax(p)
            print(p)


sample(3)
'''
)
CLASSIFIER = '''import tensorflow as tf


class Classifier(object):
    def __init__(self, length, classes, words, kind, size, matrix=None):
        self.words = tf.placeholder(tf.int32, [None, length], name="words")
        self.labels = tf.placeholder(tf.int32, [None], name="labels")
        self.keep = tf.placeholder(tf.float32, name="keep")
        if matrix is not None:
            matrix = 1.5 * matrix
            self.W = tf.Variable(matrix, trainable=False, name="W")
        else:
            self.W = tf.get_variable("W", [words, 4])
        embedded = tf.nn.embedding_lookup(self.W, self.words)
        cell = tf.nn.rnn_cell.DropoutWrapper(self._cell(size, kind), output_keep_prob=self.keep)
        outputs, _ = tf.nn.dynamic_rnn(cell, embedded, dtype=tf.float32)
        with tf.variable_scope("output"):
            W = tf.get_variable("W", [size, classes])
            b = tf.get_variable("b", [classes])
        scores = tf.nn.xw_plus_b(outputs[:, -1, :], W, b)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=self.labels, logits=scores)
        self.loss = tf.reduce_mean(losses)
        self.accuracy = tf.reduce_mean(tf.cast(tf.nn.in_top_k(scores, self.labels, 1), tf.float32))

    @staticmethod
    def _cell(size, kind):
        if kind == "plain":
            return tf.nn.rnn_cell.BasicRNNCell(size)
        elif kind == "lstm":
            return tf.nn.rnn_cell.BasicLSTMCell(size)
        else:
            print("no such cell", kind)
            return None
'''
TRAIN = '''import numpy as np
import tensorflow as tf
from tensorflow.contrib import learn

from classifier import Classifier

tf.flags.DEFINE_float("rate", 0.05, "learning rate")
tf.flags.DEFINE_string("kind", "lstm", "of cell")
FLAGS = tf.flags.FLAGS


def train():
    texts = ["a good film", "a bad film", "good", "bad plot and bad actors"] * 3
    processor = learn.preprocessing.VocabularyProcessor(5)
    x = np.array(list(processor.fit_transform(texts)))
    y = np.array([1, 0, 1, 0] * 3)
    processor.save("vocabulary")
    print(learn.preprocessing.VocabularyProcessor.restore("vocabulary").vocabulary_.get("good"))
    with tf.Graph().as_default():
        sess = tf.Session()
        with sess.as_default():
            net = Classifier(5, 2, len(processor.vocabulary_), FLAGS.kind, 3, MATRIX)

            # How it is trained
            step = tf.Variable(0, name="step", trainable=False)
            optimizer = tf.train.AdamOptimizer(FLAGS.rate)
            gradients = optimizer.compute_gradients(net.loss)
            train_op = optimizer.apply_gradients(gradients, global_step=step)
            saver = tf.train.Saver(tf.global_variables(), max_to_keep=2)
            sess.run(tf.global_variables_initializer())

            def update(words, labels):
                feed = {net.words: words, net.labels: labels, net.keep: 0.5}
                _, number, loss, accuracy = sess.run([train_op, step, net.loss, net.accuracy], feed)
                print(number, loss, accuracy)

            for start in range(0, 12, 4):
                update(x[start:start + 4], y[start:start + 4])
                number = tf.train.global_step(sess, step)
                if number % 2 == 0:
                    feed = {net.words: x, net.labels: y, net.keep: 1.0}
                    print(sess.run([step, net.loss], feed), saver.save(sess, "run/net", global_step=number))


def main(_):
    train()


if __name__ == "__main__":
    tf.app.run()
'''


def migrated(source: str) -> str:
    outcome = migrate_source(source)
    assert isinstance(outcome, Migrated), outcome
    return outcome.source


def test_helpers_of_a_class_are_written_out(tmp_path: Path) -> None:
    text = migrated(CHARS)
    assert "def inputs_of" not in text and "def stack_of" not in text and "def step_of" not in text
    assert "        # What is fed.\n        chars_spec = tf.TensorSpec([batch, steps], tf.int32)" in text
    assert "gradients, _ = tf.clip_by_global_norm(" in text
    assert "tf.TensorSpec([batch, units], tf.float32)" in text  # a batch of one has to be known as such
    path = tmp_path / "chars.py"
    path.write_text(CHARS)
    assert_same_outputs(path)


def test_a_function_that_is_not_in_the_way_stays() -> None:
    source = HEAD + (
        "def both(x):\n    y = tf.layers.dense(x, 2)\n    return y, y * 2\n\n\n"
        "x = tf.placeholder(tf.float32, [None, 3])\na, b = both(x)\n"
        "with tf.Session() as sess:\n    sess.run(tf.global_variables_initializer())\n"
        "    print(sess.run([a, b], {x: np.ones([2, 3])}))\n"
    )
    assert "def both(" in migrated(source)


def test_names_of_functions_inside_are_their_own() -> None:
    source = HEAD + (
        "def cells(units, keep):\n"
        "    def one(units, keep=keep):\n"
        "        return tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(units), output_keep_prob=keep)\n"
        "    cell = one(units=units)\n"
        "    return cell, cell.zero_state(2, tf.float32)\n\n\n"
        "size = 4\n"
        "rate = 0.5\n"
        "x = tf.placeholder(tf.float32, [2, 5, 3])\n"
        "cell, first = cells(size, rate)\n"
        "outputs, last = tf.nn.dynamic_rnn(cell, x, initial_state=first)\n"
        "with tf.Session() as sess:\n    sess.run(tf.global_variables_initializer())\n"
        "    print(sess.run([outputs, last], {x: np.ones([2, 5, 3])}))\n"
    )
    text = migrated(source)
    assert "keras.layers.GRU(\n    size" in text
    assert "tf.nn.dropout(outputs, rate=1 - rate)" in text


@pytest.mark.parametrize("matrix", ["None", "np.ones([10, 4], np.float32)"])
def test_what_is_added_outside_becomes_a_method(tmp_path: Path, matrix: str) -> None:
    model, train = tmp_path / "classifier.py", tmp_path / "train.py"
    model.write_text(CLASSIFIER)
    train.write_text(TRAIN.replace("MATRIX", matrix))
    texts = {model: model.read_text(), train: train.read_text()}
    first, second = judge_program(texts)
    assert isinstance(first, Migrated) and isinstance(second, Migrated), (first, second)
    assert "    def add_training(self, rate):\n" in first.source
    assert "            # How it is trained\n" not in second.source
    assert "net.add_training(FLAGS.rate)\n" in second.source
    assert "int(net.optimizer.iterations.numpy())" in second.source
    assert "W=net.W, " in second.source and "W_2=net._W" in second.source.replace("\n", " ")  # both of that name
    assert "class VocabularyProcessor:" in second.source and "contrib" not in second.source
    verification = verify_program(train, None, second, timeout=200.0)
    assert verification.status == "equal", verification


def test_additions_that_cannot_move_are_refused() -> None:
    source = HEAD + CLASSIFIER.removeprefix("import tensorflow as tf\n") + (
        "a, b = Classifier(5, 2, 9, 'lstm', 3), 3\n"
        "train = tf.train.AdamOptimizer(0.1).minimize(a.loss)\n"
        "with tf.Session() as sess:\n"
        "    print(sess.run([train, a.loss], {a.words: np.ones([2, 5]), a.labels: [0, 1], a.keep: 1.0}))\n"
    )
    assert isinstance(migrate_source(source), Refused)


SHARING = (
    HEAD
    + '''


class Words(object):
    def __init__(self, units, words, batch, steps, sampling=False):
        if sampling:
            self.batch, self.steps = 1, 1
        else:
            self.batch, self.steps = batch, steps
        self.cell = tf.contrib.rnn.BasicLSTMCell(units)
        self.initial_state = self.cell.zero_state(self.batch, tf.float32)
        self.x = tf.placeholder(tf.int32, [self.batch, self.steps])
        self.y = tf.placeholder(tf.int32, [self.batch, self.steps])
        with tf.variable_scope("words"):
            W = tf.get_variable("W", [units, words], tf.float32, tf.random_normal_initializer())
            b = tf.get_variable("b", [words], tf.float32, tf.constant_initializer(0.0))
            embedding = tf.get_variable("embedding", [words, units], tf.float32, tf.random_normal_initializer())
        inputs = tf.nn.embedding_lookup(embedding, self.x)
        outputs, self.final_state = tf.nn.dynamic_rnn(self.cell, inputs, initial_state=self.initial_state)
        logits = tf.matmul(tf.reshape(outputs, [-1, units]), W) + b
        self.output = tf.nn.softmax(logits)
        self.cost = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.reshape(self.y, [-1]), logits=logits))
        gradients, _ = tf.clip_by_global_norm(tf.gradients(self.cost, tf.trainable_variables()), 4.5)
        optimizer = tf.train.AdamOptimizer(0.01)
        self.train_op = optimizer.apply_gradients(zip(gradients, tf.trainable_variables()))

    def sample(self, sess, count, first):
        state = sess.run(self.cell.zero_state(1, tf.float32))
        word, found = first, []
        for _ in range(count):
            x = np.zeros((1, 1))
            x[0, 0] = word
            feed_dict = {self.x: x, self.initial_state: state}
            [output, state] = sess.run([self.output, self.final_state], feed_dict=feed_dict)
            word = np.argmax(output[0])
            found.append(word)
        return found


sess = tf.Session()
model = Words(6, 9, 4, 5)
with tf.variable_scope(tf.get_variable_scope(), reuse=True):
    test_model = Words(6, 9, 4, 5, sampling=True)
saver = tf.train.Saver(tf.global_variables())
sess.run(tf.global_variables_initializer())
rng = np.random.RandomState(1)
state = sess.run(model.initial_state)
for i in range(4):
    batch = rng.randint(0, 9, [4, 5])
    feed = {model.x: batch, model.y: np.roll(batch, -1, 1)}
    c, h = model.initial_state
    feed[c] = state.c
    feed[h] = state.h
    cost, state, _ = sess.run([model.cost, model.final_state, model.train_op], feed_dict=feed)
    print(cost)
    if i % 2:
        saver.save(sess, "saved/words", global_step=i)
        print(test_model.sample(sess, 3, 2))
'''
)


def test_an_object_that_shares_and_a_state_fed_in_parts(tmp_path: Path) -> None:
    text = migrated(SHARING)
    assert 'feed["initial_state"] = state\n' in text
    assert 'feed.get("initial_state", model.initial_state)' in text
    assert "(tf.zeros([1, self.units]), tf.zeros([1, self.units]))" in text
    assert text.count("tf.train.Checkpoint(") == 1 and "test_model.W" not in text
    path = tmp_path / "sharing.py"
    path.write_text(SHARING)
    assert_same_outputs(path)


CHOICE = """
train_it = {flag}
x = tf.placeholder(tf.float32, [None, 3])
if train_it:
    W = tf.get_variable("W", [3, 2])
else:
    start = np.full([3, 2], 0.5, np.float32)
    W = tf.Variable(start, trainable=False, name="W")
V = tf.get_variable("V", [2, 1])
loss = tf.reduce_mean(tf.square(tf.matmul(tf.matmul(x, W), V) - 1.0))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
saver = tf.train.Saver()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        print(sess.run([train, loss], {{x: np.ones([2, 3])}})[1], sess.run(W))
    saver.save(sess, "saved/m")
"""


@pytest.mark.parametrize("flag", ["True", "False"])
def test_a_condition_chooses_how_a_variable_is_made(tmp_path: Path, flag: str) -> None:
    source = HEAD + CHOICE.format(flag=flag)
    text = migrated(source)
    assert 'else:\n    start = np.full([3, 2], 0.5, np.float32)\n    W = tf.Variable(start, trainable=False' in text
    assert "tf.train.Checkpoint(W=W, V=V, optimizer=optimizer)" in text
    path = tmp_path / "choice.py"
    path.write_text(source)
    assert_same_outputs(path)


def test_a_condition_without_an_alternative_is_refused() -> None:
    source = HEAD + CHOICE.format(flag="True").replace("else:\n    start", "if not train_it:\n    start")
    outcome = migrate_source(source)
    assert isinstance(outcome, Refused)
    assert outcome.reasons[0].code == "conditional-creation"


INITIALIZED = '''
class Net:
    def __init__(self, size, initializer=tf.random_normal_initializer(stddev=0.1)):
        self.initializer = initializer
        self.x = tf.placeholder(tf.float32, [None, 3])
        self.steps = tf.Variable(0, trainable=False, name="steps")
        self.rounds = tf.Variable(0, trainable=False, name="rounds")
        self.next_round = tf.assign(self.rounds, tf.add(self.rounds, 1))
        self.w = tf.get_variable("w", shape=[3, size], initializer=self.initializer)
        self.loss = tf.reduce_sum(tf.square(tf.matmul(self.x, self.w)))
        self.train = tf.train.GradientDescentOptimizer(0.1).minimize(self.loss, global_step=self.steps)


net = Net(2)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        print(sess.run([net.loss, net.train], {net.x: np.ones([2, 3])})[0])
    sess.run(net.next_round)
    print(sess.run([net.rounds, net.steps]))
'''


def test_an_initializer_that_is_always_the_default(tmp_path: Path) -> None:
    text = migrated(HEAD + INITIALIZED)
    assert "def __init__(self, size):" in text
    assert "keras.initializers.RandomNormal(stddev=0.1)" in text
    path = tmp_path / "net.py"
    path.write_text(HEAD + INITIALIZED)
    assert_same_outputs(path)


def test_an_initializer_that_the_source_does_not_show_is_refused() -> None:
    outcome = migrate_source(HEAD + INITIALIZED.replace("Net(2)", "Net(2, tf.zeros_initializer())"))
    assert isinstance(outcome, Refused)
    assert [(reason.line, reason.code) for reason in outcome.reasons] == [(11, "initializer")]
