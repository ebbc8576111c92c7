"""A basic RNN that learns to average what it has seen."""
from __future__ import print_function

import numpy as np
import tensorflow as tf

batch_size = 64
time_steps = 10
input_size = 8
num_units = 128
training_steps = 60

# Data: every target is the mean of one sequence.
rng = np.random.RandomState(0)
data = rng.uniform(-1.0, 1.0, size=(512, time_steps, input_size)).astype(np.float32)
targets = data.mean(axis=(1, 2)).reshape(-1, 1) * 5.0

# Graph
x = tf.placeholder(tf.float32, [None, time_steps, input_size])
y = tf.placeholder(tf.float32, [None, 1])

cell = tf.nn.rnn_cell.BasicRNNCell(num_units=num_units)
outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
prediction = tf.layers.dense(state, 1)

loss = tf.reduce_mean(tf.square(prediction - y))
train_op = tf.train.AdamOptimizer(0.001).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())

    for step in range(training_steps):
        start = step * batch_size % len(data)
        batch_x = data[start:start + batch_size]
        batch_y = targets[start:start + batch_size]
        _, loss_value = sess.run([train_op, loss], feed_dict={x: batch_x, y: batch_y})
        if (step + 1) % 10 == 0:
            print('step %d, loss %.4f' % (step + 1, loss_value))

    # Look at a few predictions.
    predicted = sess.run(prediction, feed_dict={x: data[:5]})
    for i in range(5):
        print('target %.3f, predicted %.3f' % (targets[i, 0], predicted[i, 0]))
