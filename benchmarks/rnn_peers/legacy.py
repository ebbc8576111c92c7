"""The TensorFlow 1 program. Its second argument says on what it runs.

    tf1rnn                   tf1rnn                    (TF1RNN_FUSED=0 in the environment: its general path)
    tensorflow1              TensorFlow 1.15
    tf_keras                 tf.compat.v1 of TensorFlow 2 with TF_USE_LEGACY_KERAS=1: cells of tf_keras
"""

import os
import sys

from serving import megabytes, read_case, serve

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
KIND = sys.argv[2]
if KIND == "tf1rnn":
    import tf1rnn as tf
elif KIND == "tensorflow1":
    import tensorflow as tf
else:
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()


def cell(kind, units):
    cells = tf.nn.rnn_cell
    return {"rnn": cells.BasicRNNCell, "gru": cells.GRUCell}.get(kind, cells.BasicLSTMCell)(units)


def outputs_of(case, x):
    kind, units = case["cell"], case["units"]
    if kind == "bilstm":
        pair, _ = tf.nn.bidirectional_dynamic_rnn(cell(kind, units), cell(kind, units), x, dtype=tf.float32)
        return tf.concat(pair, 2)
    one = tf.nn.rnn_cell.MultiRNNCell([cell(kind, units), cell(kind, units)]) if kind == "lstm2" else cell(kind, units)
    return tf.nn.dynamic_rnn(one, x, dtype=tf.float32)[0]


def main():
    case, values = read_case()
    before = megabytes()
    x = tf.placeholder(tf.float32, [None, case["time"], case["input"]])
    loss = tf.reduce_mean(tf.square(outputs_of(case, x)))
    step = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    feed = {x: values}
    serve(lambda: session.run(loss, feed), lambda: session.run([step, loss], feed), before)


main()
