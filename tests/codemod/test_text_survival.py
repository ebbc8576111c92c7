"""Comments, docstrings and lines that need no change come through as they are."""

from __future__ import annotations

import re

import pytest
from codemod_programs import HEAD, has_line, migrated, program, trained

from migrate.migration import migrate_source
from migrate.plan import Unchanged

COMMENTED = '''\
#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""Docstring of the module."""
# before the imports
from __future__ import print_function
import numpy as np  # numpy
import tensorflow as tf  # tensorflow

# ---- data ----
xs = np.ones((2, 5, 3));  ys = np.ones( (2,2) )  # two statements, odd spaces


def batches(n):   # a function of plain Python
    """It stays as it is."""
    for i in range( n ):
        yield xs,ys  # inside


# ---- placeholders ----
x = tf.placeholder(tf.float32, [None, 5, 3])  # input
# target
y = tf.placeholder(tf.float32, [None, 2])  # [batch, 2]
# ---- network ----
cell = tf.nn.rnn_cell.BasicLSTMCell(  # the cell
    4,  # units
    # about the bias
    forget_bias=1.0)
outputs, state = tf.nn.dynamic_rnn(cell, x,
                                   dtype=tf.float32)  # the loop
W = tf.Variable(tf.random_normal([4, 2]))  # [hidden, 2]
b = tf.Variable(tf.zeros([2]))  # bias
# prediction
pred = tf.matmul(outputs[:, -1], W) + b  # last step
loss = tf.reduce_mean(  # mean
    tf.square(pred - y)  # squared
)
train = tf.train.AdamOptimizer(0.01).minimize(loss)  # train op
# ---- run ----
init = tf.global_variables_initializer()  # init op
with tf.Session() as sess:  # session
    # initialise
    sess.run(init)  # go
    # loop
    for i, (a, c) in enumerate(batches(2)):  # epochs
        # step
        _, value = sess.run([train, loss],  # fetch
                            feed_dict={x: a,  # feed x
                                       y: c})  # feed y
        print(value)  # show
        # end of loop
    # end of session
# end of file
'''


def comments(text: str) -> list[str]:
    return sorted(comment.rstrip() for comment in re.findall(r"#.*", text))


def test_every_comment_survives_once():
    assert comments(migrated(COMMENTED)) == comments(COMMENTED)


def test_lines_that_need_no_change_are_the_same_bytes():
    text = migrated(COMMENTED)
    start, end = COMMENTED.index("# ---- data"), COMMENTED.index("# ---- placeholders")
    assert COMMENTED[start:end].rstrip() in text
    assert text.startswith('#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"""Docstring of the module."""\n')
    for line in ("import numpy as np  # numpy", "for i, (a, c) in enumerate(batches(2)):  # epochs"):
        assert has_line(text, line)


@pytest.mark.parametrize("step", ["\t", "  "])
def test_indentation_of_the_program_is_kept(step):
    source = trained("for i in range(2):\n    if i:\n        print(sess.run(loss, {x: xs, y: ys}))\n")
    text = migrated(source.replace("    ", step))
    assert f"\n{step}{step}print(compute_loss(xs, ys).numpy())" in text
    assert f"\n{step}outputs = lstm(x)" in text or f"\n{step}{step}outputs = lstm(x)" in text


def test_semicolons_and_continued_lines():
    text = migrated(
        "import numpy as np; import tensorflow as tf  # both\n"
        "xs = np.ones((2, 3)); n = 3  # sizes\n"
        "x = tf.placeholder(tf.float32, [None, n]); h = tf.nn.relu(x)\n"
        "out = h \\\n    + 1.\n"
        "sess = tf.Session(); print(n)\n"
        "for i in range(2): print(sess.run(out, {x: xs})); print(i)\n"
    )
    assert has_line(text, "xs = np.ones((2, 3)); n = 3  # sizes")
    assert "# both" in text and "+ 1." in text and has_line(text, "print(n)")


def test_imports_in_all_forms():
    text = migrated(
        "import os, tensorflow as tensor_flow\n"
        "import numpy\n"
        "from tensorflow import nn, placeholder as ph, float32\n"
        "from tensorflow.contrib import rnn as r\n"
        "import tensorflow.contrib.layers as layers\n"
        "x = ph(float32, [None, 5, 3])\n"
        "outputs, state = nn.dynamic_rnn(r.GRUCell(4), x, dtype=float32)\n"
        "out = layers.fully_connected(nn.relu(outputs[:, -1]), 2)\n"
        "sess = tensor_flow.Session()\n"
        "sess.run(tensor_flow.global_variables_initializer())\n"
        "print(sess.run(out, {x: numpy.ones((2, 5, 3))}), os.sep)\n"
    )
    assert "contrib" not in text and "tensor_flow" not in text
    assert has_line(text, "import os, tensorflow as tf")


def test_names_that_fall_away_can_be_deleted():
    text = migrated(trained("del outputs, state  # no longer needed\nprint(sess.run(loss, {x: xs, y: ys}))\n"))
    assert "del " not in text and "# no longer needed" in text


def test_typed_names_and_decorated_functions():
    text = migrated(
        program(
            HEAD,
            """\
            def rnn(inputs: tf.Tensor, units: int = 4) -> tf.Tensor:
                '''Run an RNN.'''
                outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicRNNCell(units), inputs, dtype=tf.float32)
                return outputs[:, -1]


            x: tf.Tensor = tf.placeholder(tf.float32, [None, 5, 3])
            h: tf.Tensor = rnn(x)
            sess = tf.Session()
            sess.run(tf.global_variables_initializer())


            @staticmethod
            def run(value: np.ndarray) -> np.ndarray:
                return sess.run(h, feed_dict={x: value})


            print(run(xs))
            """,
        )
    )
    assert "'''Run an RNN.'''" in text and "h: tf.Tensor = rnn(x)" in text
    assert "@staticmethod\ndef run(value: np.ndarray) -> np.ndarray:" in text


@pytest.mark.parametrize("source", [COMMENTED, trained("print(sess.run(loss, {x: xs, y: ys}))\n")])
def test_migrating_again_changes_nothing(source):
    assert migrate_source(migrated(source)) == Unchanged("already TF2")
