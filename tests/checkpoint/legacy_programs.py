"""TensorFlow 1 programs that train, save, train on and save again: what the goldens were recorded with.

Read by Python 3.7 (recording) and by the tests. Each program is flat, deterministic but for its first weights, and
fetches (training, loss) at its first run site and the outputs at its second.
"""

BEGIN = """\
import numpy as np
import tensorflow as tf

draw = np.random.RandomState(3)
data_x = draw.uniform(-1, 1, [6, 4, 3]).astype(np.float32)
data_y = draw.uniform(-1, 1, [6, 2]).astype(np.float32)
x = tf.placeholder(tf.float32, [None, 4, 3])
y = tf.placeholder(tf.float32, [None, 2])
"""

WORDS = """\
import numpy as np
import tensorflow as tf

draw = np.random.RandomState(3)
data_x = draw.randint(0, 7, [6, 4]).astype(np.int32)
data_y = draw.uniform(-1, 1, [6, 2]).astype(np.float32)
x = tf.placeholder(tf.int32, [None, 4])
y = tf.placeholder(tf.float32, [None, 2])
"""

END = """\
saver = tf.train.Saver()
losses = []

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for part in range(2):
        for step in range(5):
            _, value = sess.run([train_op, loss], feed_dict={x: data_x, y: data_y})
            losses.append(value)
        predicted = sess.run(outputs, feed_dict={x: data_x})
        np.savez('values%d.npz' % part, losses=losses, predicted=predicted)
        saver.save(sess, './model.ckpt', global_step=part)
"""

LOSS = "loss = tf.reduce_mean(tf.square(outputs - y))\n"
ADAM = "train_op = tf.train.AdamOptimizer(0.05).minimize(loss)\n"


def program(model, optimizer=ADAM, begin=BEGIN):
    return begin + model + LOSS + optimizer + END


def cell(expression):
    return (
        f"cell = {expression}\nsequence, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\n"
        "outputs = tf.layers.dense(sequence[:, -1], 2)\n"
    )


LSTM = cell("tf.nn.rnn_cell.BasicLSTMCell(5)")

# Cells and layers that the codemod carries over.
CELLS = {
    "basic_rnn": program(cell("tf.nn.rnn_cell.BasicRNNCell(5)")),
    "basic_lstm": program(LSTM),
    "lstm": program(cell("tf.nn.rnn_cell.LSTMCell(5, forget_bias=0.5)")),
    "lstm_no_forget_bias": program(cell("tf.nn.rnn_cell.BasicLSTMCell(5, forget_bias=0.0)")),
    "gru": program(cell("tf.nn.rnn_cell.GRUCell(5)")),
    "lstm_block": program(cell("tf.contrib.rnn.LSTMBlockCell(5)")),
    "gru_block": program(cell("tf.contrib.rnn.GRUBlockCellV2(5)")),
    "peepholes": program(cell("tf.nn.rnn_cell.LSTMCell(5, use_peepholes=True, num_proj=4)")),
    "nas": program(cell("tf.contrib.rnn.NASCell(5)")),
    "stack": program(
        cell("tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(5) for _ in range(3)])")
    ),
    "mixed_stack": program(
        cell("tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(5), tf.nn.rnn_cell.GRUCell(5)])")
    ),
    "bidirectional": program(
        "both, states = tf.nn.bidirectional_dynamic_rnn(\n"
        "    tf.nn.rnn_cell.LSTMCell(5), tf.nn.rnn_cell.LSTMCell(5), x, dtype=tf.float32)\n"
        "outputs = tf.layers.dense(tf.concat(both, 2)[:, 0], 2)\n"
    ),
    "two_scopes": program(
        "with tf.variable_scope('encoder'):\n"
        "    enc_outputs, enc_state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicRNNCell(3), x, dtype=tf.float32)\n"
        "with tf.variable_scope('decoder'):\n"
        "    dec_outputs, dec_state = tf.nn.dynamic_rnn(\n"
        "        tf.nn.rnn_cell.BasicRNNCell(3), x, initial_state=enc_state, dtype=tf.float32)\n"
        "outputs = tf.layers.dense(tf.layers.dense(dec_outputs[:, -1], 3), 2)\n"
    ),
    "embedding": program(
        "embedding = tf.get_variable('embedding', [7, 3])\n"
        "cell = tf.nn.rnn_cell.GRUCell(5)\n"
        "sequence, state = tf.nn.dynamic_rnn(cell, tf.nn.embedding_lookup(embedding, x), dtype=tf.float32)\n"
        "hidden = tf.contrib.layers.fully_connected(state, 4)\n"
        "outputs = tf.contrib.layers.fully_connected(hidden, 2, activation_fn=None)\n",
        begin=WORDS,
    ),
    "raw_variables": program(
        "W1 = tf.Variable(tf.random_normal([5, 5]))\n"
        "W2 = tf.Variable(tf.random_normal([5, 5]))\n"
        "W3 = tf.Variable(tf.random_normal([5, 2]))\n"
        "b3 = tf.Variable(tf.zeros([2]))\n"
        "cell = tf.nn.rnn_cell.BasicRNNCell(5)\n"
        "sequence, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\n"
        "outputs = tf.matmul(tf.tanh(tf.matmul(tf.tanh(tf.matmul(state, W1)), W2)), W3) + b3\n"
    ),
}

OPTIMIZERS = {
    "sgd": "tf.train.GradientDescentOptimizer(0.1)",
    "momentum": "tf.train.MomentumOptimizer(0.05, 0.9)",
    "nesterov": "tf.train.MomentumOptimizer(0.05, 0.9, use_nesterov=True)",
    "adagrad": "tf.train.AdagradOptimizer(0.1)",
    "rmsprop": "tf.train.RMSPropOptimizer(0.01)",
    "rmsprop_momentum": "tf.train.RMSPropOptimizer(0.01, decay=0.8, momentum=0.9)",
    "adam": "tf.train.AdamOptimizer(0.05, beta1=0.8)",
    "adadelta": "tf.train.AdadeltaOptimizer(1.0)",
}

SCHEDULED = (
    "global_step = tf.Variable(0, trainable=False, name='global_step')\n"
    "rate = tf.train.exponential_decay(0.1, global_step, 2, 0.8)\n"
    "train_op = tf.train.{}.minimize(loss, global_step=global_step)\n"
)

TRAINING = {
    **{name: program(LSTM, f"train_op = {text}.minimize(loss)\n") for name, text in OPTIMIZERS.items()},
    "scheduled_adam": program(LSTM, SCHEDULED.format("AdamOptimizer(rate)")),
    "scheduled_momentum": program(LSTM, SCHEDULED.format("MomentumOptimizer(rate, 0.9)")),
    "scheduled_sgd": program(LSTM, SCHEDULED.format("GradientDescentOptimizer(rate)")),
}

# What the codemod refuses so far, or programs that were written anew: here beside a Keras program.
BY_HAND = {
    "layer_norm": program(cell("tf.contrib.rnn.LayerNormBasicLSTMCell(5)")),
    "attention": program(
        "memory = tf.tile(tf.reshape(x, [-1, 4, 3]), [1, 1, 1])\n"
        "mechanism = tf.contrib.seq2seq.BahdanauAttention(4, memory)\n"
        "cell = tf.contrib.seq2seq.AttentionWrapper(\n"
        "    tf.nn.rnn_cell.BasicLSTMCell(5), mechanism, attention_layer_size=6)\n"
        "sequence, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)\n"
        "outputs = tf.layers.dense(sequence[:, -1], 2)\n"
    ),
    "cudnn_lstm": program(cell("tf.contrib.cudnn_rnn.CudnnCompatibleLSTMCell(5)")),
    "cudnn_gru": program(cell("tf.contrib.cudnn_rnn.CudnnCompatibleGRUCell(5)")),
    "convolution": program(
        "hidden = tf.layers.conv1d(x, 4, 3, padding='same')\n"
        "hidden = tf.nn.relu(tf.layers.batch_normalization(hidden, training=True))\n"
        "outputs = tf.layers.dense(tf.layers.flatten(hidden), 2)\n",
        "with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):\n"
        "    train_op = tf.train.AdamOptimizer(0.05).minimize(loss)\n",
    ),
}

ALL = dict(CELLS)
ALL.update(TRAINING)
ALL.update(BY_HAND)
