"""Arguments of the sample calls, and the calls of which gradients or statistics are compared."""

import numpy as np

ARGUMENTS = {
    "x": np.array([[0.5, -1.5, 2.0], [3.0, 0.25, -0.75]], np.float32),
    "y": np.array([[1.5, 0.5, -2.5], [0.75, 2.25, 1.0]], np.float32),
    "p": np.array([[0.2, 0.7, 0.1], [0.5, 0.25, 0.25]], np.float32),  # between 0 and 1, rows sum to 1
    "v": np.array([1.0, -2.0, 3.5], np.float32),
    "cube": np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 10 - 1,
    "square": np.array([[4.0, 1.0], [1.0, 3.0]], np.float32),
    "i": np.array([[1, 0, 2], [2, 2, 0]], np.int32),
    "k": np.array([7, -7, 4], np.int32),
    "ids": np.array([2, 0], np.int32),
    "onehot": np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], np.float32),
    "b": np.array([[True, False, True], [False, True, True]]),
    "rows": np.array([True, False]),
    "w2": np.array([1.0, 0.0], np.float32),
    "weights": np.array([[1.0, 0.0, 2.0], [0.5, 0.0, 0.0]], np.float32),
    "image": np.arange(2 * 4 * 4 * 3, dtype=np.float32).reshape(2, 4, 4, 3) / 96,
    "kernel": np.arange(2 * 2 * 3 * 2, dtype=np.float32).reshape(2, 2, 3, 2) / 24 - 0.4,
    "signal": np.arange(2 * 5 * 2, dtype=np.float32).reshape(2, 5, 2) / 20,
    "kernel1": np.arange(3 * 2 * 2, dtype=np.float32).reshape(3, 2, 2) / 12 - 0.4,
    "logits3": np.arange(24, dtype=np.float32).reshape(2, 3, 4) % 7 / 3,
    "targets": np.array([[1, 3, 0], [2, 0, 1]], np.int32),
    "text": np.array(["ab", " c ", "def"]),
    "digits": np.array(["1.5", "2"]),
    "lengths": np.array([2, 0], np.int32),
    "seg": np.array([0, 1], np.int32),
    "z": np.array([1 + 2j, -0.5j], np.complex64),
}

# Values and gradients of a scalar with regard to x.
GRADIENTS = """
tf.nn.softmax_cross_entropy_with_logits(labels=tf.nn.softmax(x), logits=x * 2.0)
tf.nn.softmax_cross_entropy_with_logits_v2(labels=tf.nn.softmax(x), logits=x * 2.0)
tf.losses.softmax_cross_entropy(tf.nn.softmax(x), x * 2.0)
tf.losses.sigmoid_cross_entropy(tf.nn.sigmoid(x), x * 2.0)
tf.losses.mean_squared_error(x, x * 2.0, weights)
tf.losses.absolute_difference(p, x)
tf.losses.sparse_softmax_cross_entropy(ids, x, w2)
tf.contrib.seq2seq.sequence_loss(tf.stack([x, x], 1), tf.constant([[0, 1], [2, 0]]), tf.stack([w2, w2], 1))
tf.contrib.legacy_seq2seq.sequence_loss_by_example([x, x * 2.0], [ids, ids], [w2, w2 + 1.0])
tf.contrib.layers.l2_regularizer(0.1)(x)
tf.contrib.layers.l1_regularizer(0.1)(x)
tf.contrib.layers.apply_regularization(tf.contrib.layers.l2_regularizer(0.1), [x])
tf.where(rows, x, x * x)
tf.div(x, y)
tf.clip_by_norm(x, 1.0)
tf.clip_by_value(x, -1.0, 1.0)
tf.norm(x)
tf.reduce_max(x, 1)
tf.nn.l2_normalize(x, 1)
tf.nn.embedding_lookup(x, [1, 1, 0])
tf.nn.relu(x)
tf.abs(x)
tf.nn.xw_plus_b(x, tf.transpose(y), w2)
tf.layers.dropout(x)
""".strip().splitlines()

# Random draws: shape, dtype, mean and standard deviation must agree.
RANDOM = """
tf.random_normal([200, 300])
tf.random_normal([200, 300], 1.0, 2.0, tf.float64, 1, "r")
tf.random_uniform([200, 300])
tf.random_uniform([200, 300], -1.0, 3.0)
tf.random_uniform([200, 300], maxval=10, dtype=tf.int32)
tf.truncated_normal([200, 300], stddev=0.1)
tf.random_gamma([200, 300], 2.0)
tf.random_poisson(3.0, [200, 300])
tf.random_shuffle(tf.range(100))
tf.random_crop(tf.ones([5, 5]), [3, 3])
tf.multinomial(tf.zeros([200, 4]), 300)
tf.multinomial([[0.0, 1.0]], num_samples=9000, output_dtype=tf.int32)
tf.nn.dropout(tf.ones([200, 300]), 0.8)
tf.nn.dropout(tf.ones([200, 300]), keep_prob=0.3, seed=1)
tf.nn.dropout(tf.ones([200, 300]), rate=0.3)
tf.layers.dropout(tf.ones([200, 300]), 0.3, training=True)
tf.layers.dropout(tf.ones([200, 300]), 0.3, training=tf.equal(1, 1))
tf.contrib.layers.dropout(tf.ones([200, 300]), 0.3)
tf.random_normal_initializer()([200, 300])
tf.random_normal_initializer(0.0, 0.02)([200, 300])
tf.random_uniform_initializer()([200, 300])
tf.random_uniform_initializer(-0.1, 0.1)([200, 300])
tf.random_uniform_initializer(minval=-0.1, maxval=0.3, seed=3)([200, 300])
tf.truncated_normal_initializer()([200, 300])
tf.truncated_normal_initializer(stddev=0.1, dtype=tf.float32)([200, 300])
tf.glorot_uniform_initializer()([200, 300])
tf.glorot_normal_initializer(seed=2)([200, 300])
tf.initializers.he_normal()([200, 300])
tf.initializers.he_uniform()([200, 300])
tf.initializers.lecun_normal()([200, 300])
tf.initializers.lecun_uniform()([200, 300])
tf.orthogonal_initializer()([200, 300])
tf.orthogonal_initializer(gain=2.0)([200, 300])
tf.variance_scaling_initializer()([200, 300])
tf.variance_scaling_initializer(2.0, "fan_avg", "uniform")([200, 300])
tf.uniform_unit_scaling_initializer()([200, 300])
tf.uniform_unit_scaling_initializer(1.5)([200, 300])
tf.contrib.layers.xavier_initializer()([200, 300])
tf.contrib.layers.xavier_initializer(uniform=False, seed=1)([200, 300])
tf.contrib.layers.xavier_initializer_conv2d()([5, 5, 30, 40])
tf.contrib.layers.variance_scaling_initializer()([200, 300])
tf.contrib.layers.variance_scaling_initializer(factor=1.0, mode="FAN_AVG", uniform=True)([200, 300])
""".strip().splitlines()  # noqa: E501
