"""An LSTM predicts the next value of a time series. Gradients are clipped by value."""
from __future__ import print_function

import numpy as np
import tensorflow as tf

window = 10
num_units = 24
learning_rate = 0.01
training_steps = 80

# A slow and a fast wave added up, cut into overlapping windows.
rng = np.random.RandomState(7)
t = np.arange(400)
series = np.sin(0.1 * t) + 0.3 * np.sin(0.55 * t) + 0.02 * rng.normal(size=400)
windows = np.array([series[i:i + window] for i in range(len(series) - window)])
following = series[window:].reshape(-1, 1)
train_x, train_y = windows[:300], following[:300]
test_x, test_y = windows[300:], following[300:]

x = tf.placeholder(tf.float32, [None, window])
y = tf.placeholder(tf.float32, [None, 1])

weights = {'out': tf.Variable(tf.random_normal([num_units, 1], stddev=0.1))}
biases = {'out': tf.Variable(tf.zeros([1]))}


def rnn(inputs):
    """Unrolls the LSTM over a list with one tensor [batch, 1] for each time step."""
    steps = tf.unstack(tf.expand_dims(inputs, 2), window, axis=1)
    cell = tf.nn.rnn_cell.LSTMCell(num_units, forget_bias=1.0)
    outputs, state = tf.nn.static_rnn(cell, steps, dtype=tf.float32)
    return tf.matmul(outputs[-1], weights['out']) + biases['out']


prediction = rnn(x)
loss = tf.reduce_mean(tf.square(prediction - y))

optimizer = tf.train.AdamOptimizer(learning_rate)
gradients = optimizer.compute_gradients(loss)
clipped = [(tf.clip_by_value(gradient, -0.5, 0.5), variable) for gradient, variable in gradients]
train_op = optimizer.apply_gradients(clipped)

init = tf.global_variables_initializer()

with tf.Session() as sess:
    sess.run(init)
    for step in range(1, training_steps + 1):
        _, loss_value = sess.run([train_op, loss], feed_dict={x: train_x, y: train_y})
        if step % 20 == 0:
            print('step %d, loss %.4f' % (step, loss_value))

    test_loss, test_prediction = sess.run([loss, prediction], feed_dict={x: test_x, y: test_y})
    print('test loss: %.4f' % test_loss)
    for i in range(0, 90, 30):
        print('true %6.3f, predicted %6.3f' % (test_y[i, 0], test_prediction[i, 0]))
