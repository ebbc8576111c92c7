"""Mini-batches and a learning rate that decays with the global step."""
from __future__ import print_function

import numpy as np
import tensorflow as tf

batch_size = 32
num_epochs = 28
time_steps = 6
input_size = 4
num_units = 16

rng = np.random.RandomState(1)
data = rng.normal(size=(1280, time_steps, input_size)).astype(np.float32)
labels = (data[:, :, 0].sum(axis=1) > 0).astype(np.int32)


def batches(inputs, classes, size):
    """Cuts the data into pieces of the given size."""
    for start in range(0, len(inputs), size):
        yield inputs[start:start + size], classes[start:start + size]


x = tf.placeholder(tf.float32, [None, time_steps, input_size], name='x')
y = tf.placeholder(tf.int32, [None], name='y')

cell = tf.nn.rnn_cell.BasicRNNCell(num_units)
_, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
logits = tf.layers.dense(state, 2)
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))

# 0.1 for the first 1000 steps, then 4 % less after every further 1000.
global_step = tf.Variable(0, trainable=False)
learning_rate = tf.train.exponential_decay(0.1, global_step, 1000, 0.96, staircase=True)
optimizer = tf.train.GradientDescentOptimizer(learning_rate)
train_op = optimizer.minimize(loss, global_step=global_step)

correct = tf.equal(tf.argmax(logits, 1), tf.cast(y, tf.int64))
accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))

sess = tf.Session()
sess.run(tf.global_variables_initializer())

for epoch in range(num_epochs):
    total_loss = 0.0
    for batch_x, batch_y in batches(data, labels, batch_size):
        feed = {x: batch_x, y: batch_y}
        _, batch_loss = sess.run([train_op, loss], feed_dict=feed)
        total_loss += batch_loss * len(batch_x)
    if epoch % 4 == 3:
        step, rate = sess.run([global_step, learning_rate])
        print('epoch %d, step %d, learning rate %.4f, loss %.4f'
              % (epoch + 1, step, rate, total_loss / len(data)))

print('accuracy: %.3f' % sess.run(accuracy, feed_dict={x: data, y: labels}))
sess.close()
