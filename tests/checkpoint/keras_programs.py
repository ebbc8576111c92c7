"""Keras programs for the legacy programs of `legacy_programs.BY_HAND`, as a person would write them."""

BEGIN = '''\
import keras
import numpy as np
import tensorflow as tf

draw = np.random.RandomState(3)
data_x = draw.uniform(-1, 1, [6, 4, 3]).astype(np.float32)
data_y = draw.uniform(-1, 1, [6, 2]).astype(np.float32)
x_spec, y_spec = tf.TensorSpec([None, 4, 3], tf.float32), tf.TensorSpec([None, 2], tf.float32)
dense = keras.layers.Dense(2)
'''

END = '''\
optimizer = keras.optimizers.Adam(0.05, epsilon=1e-8)


@tf.function(input_signature=[x_spec])
def compute_outputs(x):
    return forward(x)


@tf.function(input_signature=[x_spec, y_spec])
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(forward(x) - y))
    variables = tape.watched_variables()
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


losses = []
for step in range(5):
    losses.append(train_step(data_x, data_y).numpy())
predicted = compute_outputs(data_x).numpy()
'''

LAYER_NORM = '''\
class LayerNormLSTMCell(keras.layers.Layer):
    """g = norm(split([x, h] W)) for each g; c = norm(c sigmoid(f + 1) + sigmoid(i) tanh(j)), h = tanh(c) sigmoid(o)"""

    def __init__(self, units):
        super().__init__()
        self.units, self.state_size, self.output_size = units, [units, units], units

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1] + self.units, 4 * self.units), name="kernel")
        self.norms = {}
        for gate in ("input", "transform", "forget", "output", "state"):
            gamma = self.add_weight(shape=(self.units,), initializer="ones", name=gate + "_gamma")
            self.norms[gate] = gamma, self.add_weight(shape=(self.units,), name=gate + "_beta")

    def norm(self, values, gate):
        mean, variance = tf.nn.moments(values, [1], keepdims=True)
        gamma, beta = self.norms[gate]
        return tf.nn.batch_normalization(values, mean, variance, beta, gamma, 1e-12)

    def call(self, inputs, states):
        c, h = states
        i, j, f, o = tf.split(tf.matmul(tf.concat([inputs, h], 1), self.kernel), 4, axis=1)
        i, j = self.norm(i, "input"), self.norm(j, "transform")
        f, o = self.norm(f, "forget"), self.norm(o, "output")
        c = self.norm(c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j), "state")
        h = tf.tanh(c) * tf.sigmoid(o)
        return h, [c, h]


rnn = keras.layers.RNN(LayerNormLSTMCell(5))


def forward(x):
    return dense(rnn(x))
'''

ATTENTION = '''\
class BahdanauAttention(keras.layers.Layer):
    """score = v . tanh(memory_layer(m) + query_layer(h)); attention = attention_layer([h, sum softmax(score) m])."""

    def __init__(self, depth, size):
        super().__init__()
        self.memory_layer = keras.layers.Dense(depth, use_bias=False)
        self.query_layer = keras.layers.Dense(depth, use_bias=False)
        self.attention_layer = keras.layers.Dense(size, use_bias=False)
        self.attention_v = self.add_weight(shape=(depth,), name="attention_v")

    def call(self, memory, h):
        scores = tf.tanh(self.memory_layer(memory) + self.query_layer(h)[:, None])
        weights = tf.nn.softmax(tf.reduce_sum(scores * self.attention_v, 2))
        context = tf.reduce_sum(weights[:, :, None] * memory, 1)
        return self.attention_layer(tf.concat([h, context], 1))


cell = keras.layers.LSTMCell(5)
attend = BahdanauAttention(4, 6)


def forward(x):
    attention = tf.zeros([tf.shape(x)[0], 6])
    state = [tf.zeros([tf.shape(x)[0], 5])] * 2
    for step in range(4):
        h, state = cell(tf.concat([x[:, step], attention], 1), state)
        attention = attend(x, h)
    return dense(attention)
'''

CONVOLUTION = '''\
convolution = keras.layers.Conv1D(4, 3, padding="same")
normalization = keras.layers.BatchNormalization(momentum=0.99, epsilon=1e-3)


def forward(x):
    hidden = tf.nn.relu(normalization(convolution(x), training=True))
    return dense(tf.reshape(hidden, [-1, 16]))
'''

RECURRENT = '''\
rnn = keras.layers.{}


def forward(x):
    return dense(rnn(x))
'''

MODELS = {
    "layer_norm": LAYER_NORM,
    "attention": ATTENTION,
    "convolution": CONVOLUTION,
    "cudnn_lstm": RECURRENT.format("LSTM(5)"),
    "cudnn_gru": RECURRENT.format("GRU(5)"),
}
ALL = {name: BEGIN + model + END for name, model in MODELS.items()}
