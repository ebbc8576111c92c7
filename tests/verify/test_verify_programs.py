"""Shapes of programs: fresh graphs, state fed back, random data, dropout, eval, nested sites."""

from __future__ import annotations

import textwrap

from hand_plan import verify

from migrate.migration import migrate_source
from migrate.plan import Migrated, Owner
from migrate.verify import format_verification, verify_program
from migrate.verify.conditions import DROPOUT_NOTE


def check(folder, *pair, **options):
    result = verify(folder, *pair, **options)
    print(format_verification(result))
    return result


SEARCH = """
    import numpy as np
    import tensorflow as tf

    data = np.linspace(-1, 1, 24).reshape(8, 3)
    for rate in [0.1, 0.5]:
        tf.reset_default_graph()
        x = tf.placeholder(tf.float32, [None, 3])
        step = tf.Variable(0, trainable=False)
        w = tf.Variable(tf.random_normal([3, 2]))
        loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - 1))
        train = tf.train.GradientDescentOptimizer(rate).minimize(loss, global_step=step)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            for i in range(3):
                print(sess.run([train, loss], {x: data}))
    """

SEARCHED = """
    import numpy as np
    import tensorflow as tf

    data = np.linspace(-1, 1, 24).reshape(8, 3)

    {once}
    for rate in [0.1, 0.5]:
        {each}

        @tf.function(input_signature=[tf.TensorSpec([None, 3])])
        def train_step(x):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(x @ w - 1))
            w.assign_sub(rate * tape.gradient(loss, w))
            step.assign_add(1)
            return loss

        for i in range(3):
            print(train_step(data))
    """

SEARCH_SITES = [("sess.run([train, loss], {x: data})", "train_step(data)", "train_step", {"x": "x"})]
SEARCH_OWNERS = [Owner("step", "variable", trainable=False), Owner("w", "variable")]
CREATE = "w = tf.Variable(tf.random.normal([3, 2])); step = tf.Variable(0, trainable=False)"


def searched(once="", each=CREATE):
    return SEARCHED.replace("{once}", once).replace("{each}", each)


def test_every_fresh_graph_gets_its_own_weights(tmp_path):
    migrated = searched()
    result = check(tmp_path, SEARCH, migrated, SEARCH_SITES, SEARCH_OWNERS)
    assert result.status == "equal" and result.rows[0].calls == 6
    assert result.parameters is not None and result.parameters.count == 4  # w and step of both graphs

    kept = migrated.replace(CREATE, "pass").replace("    for rate", f"    {CREATE}\n    for rate", 1)
    result = check(tmp_path, SEARCH, kept, SEARCH_SITES, SEARCH_OWNERS)
    assert result.status == "different", "the second graph must start anew"
    assert "call 4" in result.rows[0].reason

    again = kept.replace("        pass\n", "        w.assign(tf.random.normal([3, 2])); step.assign(0)\n")
    assert check(tmp_path, SEARCH, again, SEARCH_SITES, SEARCH_OWNERS).status == "equal"


STATE = """
    import numpy as np
    import tensorflow as tf

    x = tf.placeholder(tf.float32, [1, 4, 2])
    cell = tf.nn.rnn_cell.BasicLSTMCell(3)
    first = cell.zero_state(1, tf.float32)
    outputs, last = tf.nn.dynamic_rnn(cell, x, initial_state=first)
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    state = None
    for i in range(3):
        feed = {x: np.random.uniform(size=(1, 4, 2))}
        if state is not None:
            feed[first] = state
        value, state = sess.run([outputs, last], feed_dict=feed)
    mean = tf.reduce_mean(x)
    ones = np.ones([1, 4, 2])
    print(mean.eval({x: value[:, :, :2]}, session=sess), [mean.eval({x: v}, sess) for v in [ones]])
    """

STATEFUL = """
    import keras
    import numpy as np
    import tensorflow as tf

    def program():
        cell = keras.layers.LSTM(3, return_sequences=True, return_state=True)
        np.random.uniform(size=EXTRA)

        @tf.function(input_signature=[tf.TensorSpec([1, 4, 2]), [tf.TensorSpec([1, 3])] * 2])
        def forward(x, first):
            c, h = first
            outputs, h, c = cell(x, initial_state=[h, c])
            return outputs, [c, h]

        @tf.function(input_signature=[tf.TensorSpec([1, 4, 2])])
        def mean(x):
            return tf.reduce_mean(x)

        state = [tf.zeros([1, 3])] * 2
        for i in range(3):
            value, state = forward(np.random.uniform(size=(1, 4, 2)), FED)
        print(mean(value[:, :, :2]).numpy(), [mean(v).numpy() for v in [np.ones([1, 4, 2])]])

    program()
    """

STATE_SITES = [
    (
        "sess.run([outputs, last], feed_dict=feed)",
        "forward(np.random.uniform(size=(1, 4, 2)), FED)",
        "forward",
        {"x": "x", "first": "first"},
    ),
    ("mean.eval({x: value[:, :, :2]}, session=sess)", "mean(value[:, :, :2]).numpy()", "mean", {"x": "x"}),
    ("mean.eval({x: v}, sess)", "mean(v).numpy()", "mean", {"x": "x"}),
]


def stateful(fed="state", extra="0"):
    migrated = STATEFUL.replace("FED", fed).replace("EXTRA", extra)
    sites = [(old, new.replace("FED", fed), name, feeds) for old, new, name, feeds in STATE_SITES]
    return STATE, migrated, sites, [Owner("cell", "lstm", forget_bias=1.0)]


def test_state_fed_back(tmp_path):
    result = check(tmp_path, *stateful())
    assert result.status == "equal"
    assert result.notes == ("the program does not seed NumPy's random: both runs began with the same numbers",)
    assert [row.calls for row in result.rows] == [3, 1, 1]


def test_state_that_is_not_fed_back(tmp_path):
    """The legacy state must not be fed in its place: that would hide the error."""
    result = check(tmp_path, *stateful(fed="[tf.zeros([1, 3])] * 2"))
    assert result.status == "different"
    assert "call 2: first should be an earlier result" in result.rows[0].reason


def test_other_data_is_replaced_and_said_so(tmp_path):
    """Where the legacy program draws other data each time, the migrated one cannot draw the same."""
    legacy, migrated, sites, owners = stateful()
    line = "    import numpy as np\n"
    seed = "    import os\n    np.random.seed(int.from_bytes(os.urandom(4), 'little'))\n"
    programs = [text.replace(line, line + seed, 1) for text in (legacy, migrated)]
    result = check(tmp_path, *programs, sites, owners)
    assert result.status == "equal"
    assert [note for note in result.notes if "x of 3 of 3 calls fed from the legacy run" in note]


def test_expressions_dropout_and_foreign_runs(tmp_path):
    legacy = """
    import tensorflow as tf
    w = tf.Variable(tf.random_normal([4, 4]), name="w")
    keep = tf.placeholder(tf.float32)
    dropped = tf.nn.dropout(w, keep)
    words = tf.constant(["a", "b"])
    with tf.Session() as sess:
        tf.global_variables_initializer().run()
        first, = sess.run([w])
        print(sess.run({"a": dropped, "b": (words, tf.less(w, 0))}, {keep: 0.5}))
        print(sess.run(words))
    """
    migrated = """
    import tensorflow as tf
    w = tf.Variable(tf.random.normal([4, 4]), name="w")

    def both(keep):
        return {"a": tf.nn.dropout(w, rate=1 - keep), "b": (tf.constant(["a", "b"]), w < 0)}

    first = (w.numpy())
    print(both(0.5))
    """
    sites = [
        ("sess.run([w])", "w.numpy()", None, {}),
        (
            'sess.run({"a": dropped, "b": (words, tf.less(w, 0))}, {keep: 0.5})',
            "both(0.5)",
            "both",
            {"keep": "keep"},
        ),
    ]
    result = check(tmp_path, legacy, migrated, sites, [Owner("w", "variable")])
    assert result.status == "equal"
    assert result.rows[0].function == "(expression)"
    assert DROPOUT_NOTE in result.notes
    assert any(note.startswith("line 11 runs a session and is no run site") for note in result.notes)


def test_programs_run_in_copies_with_their_files_and_arguments(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "numbers.txt").write_text("1 2 3")
    (tmp_path / "own.py").write_text("FACTOR = 2.0\n")
    head = """import os
import sys
import numpy as np
import own
import tensorflow as tf
numbers = np.loadtxt("data/numbers.txt") * own.FACTOR * float(sys.argv[1])
open("written.txt", "w").close()
assert os.path.basename(__file__) == "legacy.py" and __name__ == "__main__"
"""
    legacy = head + "with tf.Session() as sess: print(sess.run(tf.constant(numbers)))\n"
    migrated = head + "print(tf.constant(numbers).numpy())\n"
    sites = [("sess.run(tf.constant(numbers))", "tf.constant(numbers).numpy()", None, {})]
    below = tmp_path / "scripts"
    below.mkdir()
    (tmp_path / "own.py").rename(below / "own.py")
    result = check(below, legacy, migrated, sites, argv=["3"], cwd=tmp_path)
    assert result.status == "equal"
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["legacy.py", "numbers.txt", "own.py"]


CHAOS = """
    import tensorflow as tf
    w = tf.Variable([0.3, 0.6])
    step = w.assign(3.99 * w * (1.0 - w))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(40):
            print(sess.run(step))
    """

ORDER = """
    import tensorflow as tf
    w = tf.Variable([0.3, 0.6])

    @tf.function(input_signature=[])
    def step():
        return w.assign(3.99 * w - 3.99 * w * w)

    for i in range(40):
        print(step().numpy())
    """


def test_rounding_is_told_from_a_wrong_program(tmp_path):
    sites = [("sess.run(step)", "step().numpy()", "step", {})]
    owners = [Owner("w", "variable")]
    result = check(tmp_path, CHAOS, ORDER, sites, owners, calls=20)
    assert result.status == "equal" and result.rows[0].max_abs < 1e-6
    assert any(note.startswith("training blows rounding up") for note in result.notes)
    result = check(tmp_path, CHAOS, ORDER.replace("- 3.99", "- 3.989"), sites, owners, calls=20)
    assert result.status == "different" and "call 2: off by" in result.rows[0].reason


DRAWS = """
    import numpy as np
    import tensorflow as tf
    x = tf.placeholder(tf.float32, [3])
    w = tf.Variable([1.0, 2.0, 3.0])
    plain = w * x
    noisy = plain + tf.random_normal([3])
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        print(sess.run(plain, {x: np.ones(3)}))
        print(sess.run(noisy, {x: np.ones(3)}))
    """


def test_random_numbers_in_the_graph_cannot_be_compared(tmp_path):
    path = tmp_path / "draws.py"
    path.write_text(textwrap.dedent(DRAWS))
    plan = migrate_source(path.read_text())
    assert isinstance(plan, Migrated)
    result = verify_program(path, None, plan)
    assert result.status == "nothing-to-compare"
    assert [row.equal for row in result.rows] == [True, False]
    assert any("line 11 draws random numbers in the graph" in note for note in result.notes)
