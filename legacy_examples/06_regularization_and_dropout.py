"""Against overfitting: an L2 term in the loss, and dropout."""
from __future__ import print_function

import numpy as np
import tensorflow as tf

time_steps = 8
input_size = 5
num_units = 32
num_classes = 3

# The class is the feature with the largest sum; few examples, so the model can overfit.
rng = np.random.RandomState(2)
data = rng.normal(size=(400, time_steps, input_size)).astype(np.float32)
labels = np.eye(num_classes, dtype=np.float32)[data[:, :, :num_classes].sum(axis=1).argmax(axis=1)]
train_x, train_y = data[:200], labels[:200]
test_x, test_y = data[200:], labels[200:]

x = tf.placeholder(tf.float32, [None, time_steps, input_size])
y = tf.placeholder(tf.float32, [None, num_classes])
keep_prob = tf.placeholder(tf.float32)

weights = tf.get_variable('weights', [num_units, num_classes],
                          initializer=tf.contrib.layers.xavier_initializer())
biases = tf.Variable(tf.zeros([num_classes]), name='biases')

cell = tf.nn.rnn_cell.BasicRNNCell(num_units)
outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
last = outputs[:, -1, :]
dropped = tf.nn.dropout(last, keep_prob)  # each unit is kept with probability keep_prob
logits = tf.matmul(dropped, weights) + biases

cross_entropy = tf.reduce_mean(
    tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits))
regularizer = tf.contrib.layers.l2_regularizer(scale=0.1)
penalty = tf.contrib.layers.apply_regularization(regularizer, weights_list=[weights])
loss = cross_entropy + penalty
train_op = tf.train.AdamOptimizer(learning_rate=0.01).minimize(loss)

correct = tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))
accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())

    for step in range(1, 81):
        sess.run(train_op, feed_dict={x: train_x, y: train_y, keep_prob: 0.5})
        if step % 20 == 0:
            # No dropout when the model is only looked at.
            entropy, term, train_accuracy = sess.run(
                [cross_entropy, penalty, accuracy],
                feed_dict={x: train_x, y: train_y, keep_prob: 1.0})
            print('step %d: cross entropy %.4f, penalty %.4f, accuracy %.3f'
                  % (step, entropy, term, train_accuracy))

    test_accuracy = sess.run(accuracy, feed_dict={x: test_x, y: test_y, keep_prob: 1.0})
    print('test accuracy: %.3f' % test_accuracy)
